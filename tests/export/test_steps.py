"""Records that were approved in steps, or by who stood in: on paper, in packages, and forged."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import Record, build_record, check_record
from survey_app.export.package import bag, eark
from survey_app.export.package.manifest import Format
from survey_app.export.package.zip_file import Part, build_package
from survey_app.export.pdf.words import read_words
from survey_app.export.record_pdf import record_pdf
from survey_app.export.record_schema import shape_errors
from survey_app.export.verification.look import verify_package

from .packages import (
    ALL_FILES,
    DATA,
    EVENTS,
    FORMATS,
    PUBLIC,
    RECEIPT,
    Files,
    change,
    codes,
    forged,
    opened,
    signing,
)
from .samples import CASE, MADE_AT, SPEC_BYTES, record

RECORD = f"{DATA}alla-slag/record.json"
TERMS = {"valid_from": "2026-11-01", "valid_to": "2026-11-30"}


@cache
def in_steps() -> Record:
    """Endorsed by the unit head, decided by who stood in for the director."""
    plain = record()
    approval = {key: value for key, value in plain["approval"].items() if key != "content_sha256"}
    step = {
        "step": 1, "approved_at": "2026-11-21T09:00:00+00:00",
        "approver": {"name": "Chefen", "title": "Enhetschef", "email": "chef@demo.example"},
        "delegation": {"decision": "RS 2025-11-05 § 13", **TERMS},
        "content_sha256": plain["approval"]["content_sha256"],
        "identified": {"by": "password+totp", "at": "2026-11-21T08:59:00+00:00"},
    }  # fmt: skip
    holder = {"name": "Den ordinarie", "title": "Regiondirektör", "decision": "RS 2026 § 9",
              **TERMS}  # fmt: skip
    identified = {"by": "oidc", "at": "2026-11-22T08:58:00+00:00", "acr": "urn:example:loa3",
                  "issuer": "https://idp.demo.example"}  # fmt: skip
    told = {"earlier_steps": [step], "stands_in_for": holder, "identified": identified}
    return build_record(plain["content"], {**approval, **told})


@cache
def packed(packed_as: Format = "eark") -> bytes:
    part = Part(in_steps(), SPEC_BYTES, EVENTS, RECEIPT)
    return build_package(
        CASE, [part], ALL_FILES, MADE_AT, packed_as=packed_as, signing=signing()
    )  # fmt: skip


def test_the_record_has_its_shape_and_one_without_steps_keeps_its_own() -> None:
    assert shape_errors(in_steps()) == []
    assert check_record(in_steps()) == in_steps()
    assert shape_errors(record()) == []
    assert not {"earlier_steps", "stands_in_for", "identified"} & set(record()["approval"])


def test_the_paper_tells_how_each_showed_who_they_are() -> None:
    words = read_words(record_pdf(in_steps()), skip_others=True).replace(" ", "")
    told = (
        "lösenord och engångskod, 21 november 2026 kl. 09.59.00",
        "organisationens inloggning hos https://idp.demo.example (urn:example:loa3), "
        "22 november 2026 kl. 09.58.00",
    )
    places = [words.index(f"Legitimering{said}".replace(" ", "")) for said in told]
    assert places == sorted(places)
    assert "Legitimering" not in read_words(record_pdf(record()), skip_others=True)


def test_the_paper_names_every_step_and_for_whom() -> None:
    words = read_words(record_pdf(in_steps()), skip_others=True).replace(" ", "")
    told = ("1 av 2, som tillstyrker", "Chefen", "RS 2025-11-05 § 13", "2 av 2, som beslutar",
            "ersättare för Den ordinarie, Regiondirektör", "RS 2026 § 9")  # fmt: skip
    places = [words.index("Godkännande" + "Steg1av2")]
    for said in told[:4]:
        places.append(words.index(said.replace(" ", ""), places[-1]))
    for said in told[4:]:
        assert said.replace(" ", "") in words


@pytest.mark.parametrize("packed_as", FORMATS)
def test_a_package_of_it_is_intact(packed_as: Format) -> None:
    assert verify_package(packed(packed_as), PUBLIC).findings == ()
    files = opened(packed(packed_as))
    history = files[eark.HISTORY if packed_as == "eark" else bag.HISTORY].decode()
    assert "endorsement" in history
    assert "Ersättare för: Den ordinarie, Regiondirektör." in history
    assert "Legitimering: organisationens inloggning hos https://idp.demo.example" in history


def _other_step(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["approval"]["earlier_steps"][0]["content_sha256"] = "0" * 64
    _write(files, made)


def _second_first(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["approval"]["earlier_steps"][0]["step"] = 2
    _write(files, made)


def _hidden_step(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["approval"]["earlier_steps"][0]["approver"]["name"] = "Någon annan"
    _write(files, made)


def _write(files: Files, made: Record) -> None:
    files[RECORD] = canonical_json(made)
    manifest = json.loads(files[eark.MANIFEST])
    manifest["records"][0]["record_sha256"] = sha256_of(made)
    files[eark.MANIFEST] = json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (_other_step, "step_of_other_content"),
        (_second_first, "step_of_other_content"),
        (_hidden_step, "premis_approval"),
        (change(eark.HISTORY, "Chefen, Enhetschef", "Ingen, Enhetschef"), "premis_approval"),
        (change(eark.HISTORY, "Ersättare för: Den ordinarie", "Ersättare för: N"),
         "premis_approval"),
        (change(eark.HISTORY, ">endorsement<", ">creation<"), "premis_approval"),
    ],
)  # fmt: skip
def test_a_forged_step_is_found(forge: Callable[[Files], None], code: str) -> None:
    files = opened(packed())
    forge(files)
    assert code in codes(verify_package(forged(files), PUBLIC))
