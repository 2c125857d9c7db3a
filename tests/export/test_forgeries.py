"""Forgers who make every checksum agree are found, or stopped by the signature."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import build_record
from survey_app.export.package import eark
from survey_app.export.package.manifest import Format
from survey_app.export.package.zip_file import Part, build_package
from survey_app.export.record_pdf import record_pdf
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity

from .packages import (
    DATA,
    FORMATS,
    KEY,
    OTHER,
    PUBLIC,
    Files,
    change,
    closed,
    codes,
    forged,
    opened,
    signed,
    signing,
)
from .samples import CASE, FILES, MADE_AT, SPEC_BYTES, draft_content, record

RECORD, ANSWERS = f"{DATA}alla-slag/record.json", f"{DATA}alla-slag/answers.pdf"


def change_answer(files: Files) -> None:
    files[RECORD] = files[RECORD].replace(b"Ruta ett", b"Ruta tio")


def change_answer_and_approval(files: Files) -> None:
    made: Any = json.loads(files[RECORD])
    made["content"]["sections"][0]["questions"][1]["value"][0] = "Något annat"
    approval = {key: item for key, item in made["approval"].items() if key != "content_sha256"}
    again = build_record(made["content"], approval)
    files[RECORD] = canonical_json(again)
    manifest = json.loads(files[eark.MANIFEST])
    manifest["records"][0] |= {
        "record_sha256": sha256_of(again),
        "content_sha256": sha256_of(again["content"]),
    }
    files[eark.MANIFEST] = json.dumps(manifest).encode()


def indent_record(files: Files) -> None:
    files[RECORD] = json.dumps(json.loads(files[RECORD]), indent=1).encode()


def other_questionnaire(files: Files) -> None:
    files[f"{DATA}alla-slag/questionnaire.json"] += b"\n"


def other_pdf(files: Files) -> None:
    files[ANSWERS] = files[next(name for name in files if "Planen" in name)]


def other_order(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["content"]["sections"][0]["questions"].reverse()
    files[ANSWERS] = record_pdf(made)


def no_pdf(files: Files) -> None:
    files[f"{DATA}case.pdf"] = b"no PDF"


def other_enclosure(files: Files) -> None:
    files[next(name for name in files if "Not.txt" in name)] = b"Annat"


def not_a_record(files: Files) -> None:
    files[RECORD] = b"[" * 100_000


def odd_record(files: Files) -> None:
    made = json.loads(files[RECORD])
    del made["content"]["unit"]
    files[RECORD] = canonical_json(made)


def unknown_option(files: Files) -> None:
    made = json.loads(files[RECORD])
    made["content"]["sections"][1]["questions"][1]["value"]["x"] = "kanske"
    files[RECORD] = canonical_json(made)


def other_case(files: Files) -> None:
    files[eark.MANIFEST] = files[eark.MANIFEST].replace(b'"RS259999"', b'"RS250393"')


def as_draft(files: Files) -> None:
    files[eark.MANIFEST] = files[eark.MANIFEST].replace(b'"draft": false', b'"draft": true')


def no_approval(files: Files) -> None:
    files[eark.HISTORY] = files[eark.HISTORY].replace(b">approval<", b">creation<")


def another_approval(files: Files) -> None:
    text = files[eark.HISTORY].decode()
    event = next(
        event for event in re.findall(r"<event>.*?</event>", text, re.S) if ">approval<" in event
    )
    files[eark.HISTORY] = text.replace(event, event + event, 1).encode()


FORGERIES = [
    (change_answer, "content_changed"),
    (change_answer_and_approval, "pdf_text_differs"),
    (change_answer_and_approval, "pdf_hash_missing"),
    (change_answer_and_approval, "premis_approval"),
    (indent_record, "not_canonical"),
    (other_questionnaire, "questionnaire_differs"),
    (other_pdf, "pdf_text_differs"),
    (other_order, "pdf_text_differs"),
    (no_pdf, "pdf_unreadable"),
    (other_enclosure, "enclosure_missing"),
    (other_enclosure, "enclosure_unknown"),
    (not_a_record, "json_unreadable"),
    (odd_record, "record_shape"),
    (unknown_option, "pdf_text_differs"),
    (other_case, "other_case"),
    (as_draft, "draft_differs"),
    (change(eark.HISTORY, "2026-11-22T13:05:09", "2026-11-21T13:05:09"), "premis_approval"),
    (change(eark.HISTORY, "RS 2025-11-05", "RS 2025-11-06"), "premis_approval"),
    (change(eark.HISTORY, "Direktören, Hälso", "Någon, Hälso"), "premis_approval"),
    (change(eark.HISTORY, "inlämning/7", "inlämning/8"), "premis_approval"),
    (no_approval, "premis_approval"),
    (another_approval, "premis_approval"),
    (change(eark.DESCRIPTION, "RS259999", "RS250393"), "dublin_core_differs"),
    (change(eark.HOLDINGS, "alla-slag/record.json", "alla-slag/annat.json"), "premis_missing"),
    (change(eark.HOLDINGS, "alla-slag/record.json", "alla-slag/annat.json"), "premis_unknown"),
    (change(eark.ROOT, "<structMap", "<structMap<"), "xml_unreadable"),
    (change(eark.STRUCTURE, 'OBJID="rep1"', 'OBJID="rep2"'), "mets_identifier"),
]


@pytest.mark.parametrize(("forge", "code"), FORGERIES)
def test_a_forger_with_right_checksums_is_found(forge: Callable[[Files], None], code: str) -> None:
    files = opened(signed())
    forge(files)
    data = closed(files) if code == "xml_unreadable" else forged(files)
    verdict = verify_package(data, PUBLIC)
    assert code in codes(verdict)
    assert verdict.authenticity is not Authenticity.AUTHENTIC


@pytest.mark.parametrize("packed_as", FORMATS)
def test_a_perfect_forgery_is_intact_and_not_authentic(packed_as: Format) -> None:
    """Everything agrees, since all of it was made anew; only the key is missing."""
    other = {"text": "Något helt annat"}
    made = build_package(
        CASE, [Part(record(other), SPEC_BYTES)], FILES, MADE_AT,
        packed_as=packed_as, signing=signing(OTHER),
    )  # fmt: skip
    verdict = verify_package(made, PUBLIC)
    assert (verdict.intact, verdict.reason) == (True, "other_key")
    files = opened(made)
    honest = opened(signed(packed_as))
    place = next(path for path in files if path.endswith("signature.json"))
    files[place] = honest[place]
    assert verify_package(forged(files), PUBLIC).reason == "other_manifest"


def test_what_a_record_does_not_show_is_guarded_by_the_signature() -> None:
    """Who handed it in is told in PREMIS only: changed with all checksums, it is not authentic."""
    files = opened(signed())
    change(eark.HISTORY, "Kvittonummer: K-1", "Kvittonummer: K-2")(files)
    verdict = verify_package(forged(files), PUBLIC)
    assert (verdict.findings, verdict.reason) == ((), "other_manifest")
    again = verify_package(forged(files, OTHER), PUBLIC)
    assert (again.findings, again.reason) == ((), "other_key")
    ours = verify_package(forged(files, KEY), PUBLIC)
    assert (ours.findings, ours.reason) == ((), "authentic")


def test_half_a_surrogate_in_a_record_is_a_finding() -> None:
    files = opened(signed())
    files[RECORD] = files[RECORD].replace(b"Ruta ett", b"\\ud800")
    assert not verify_package(forged(files)).intact


def test_draft_content_passed_as_record_is_found() -> None:
    files = opened(signed())
    files[RECORD] = canonical_json(draft_content())
    assert "draft_differs" in codes(verify_package(forged(files)))
