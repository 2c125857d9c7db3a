"""What stood under a mask is gone from JSON, PDF and metadata, in every form that could tell it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.record import build_record
from survey_app.export.blocks import texts
from survey_app.export.copy.maskable import maskable
from survey_app.export.copy.masking import Mask, mask_record
from survey_app.export.copy.outline import copy_outline
from survey_app.export.copy.schema import CopyDocument
from survey_app.export.pdf.words import read_words, squeezed

from . import samples
from .copies import (
    APPROVAL,
    GROUND,
    RAW,
    REASON,
    SECRETS,
    copy_of,
    files_of,
    leaks,
    masks_of,
    original,
    said_in,
)
from .samples import MADE_AT, NOTE, PLAN, QUESTIONNAIRE

SHA256 = re.compile(r"[0-9a-f]{64}")


def test_the_table_of_secrets_covers_what_can_be_masked() -> None:
    choices = {"answer:rader", "row:rader:x", "row:rader:y", "answer:summa", "box:rutor:2"}
    passages = {target for target in maskable(original()) if target.startswith("passage:")}
    assert set(maskable(original())) == set(SECRETS) | choices | passages


def test_the_search_finds_what_is_not_masked() -> None:
    """Planted: the same search over a copy in which only one thing is masked finds all others."""
    said = said_in(files_of(copy_of("answer:rader")))
    for target, secrets in SECRETS.items():
        for place in ("json", "pdf"):
            assert any(found.endswith(place) for found in leaks(said, secrets)), (target, place)


@pytest.mark.parametrize("target", SECRETS)
def test_what_is_masked_is_in_no_file(target: str) -> None:
    copy = copy_of(target)
    files = files_of(copy)
    assert leaks(said_in(files), SECRETS[target]) == []
    assert copy.masks[0].target == target
    assert squeezed("[maskerat: 1]") in squeezed(read_words(files["pdf"]))


def subjects() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(SECRETS)), min_size=1, max_size=12, unique=True)


@settings(max_examples=120, deadline=None)
@given(subjects())
def test_any_set_of_masks(targets: list[str]) -> None:
    """Nothing masked is told, no hash but of files given out, and the rest stands as it was."""
    copy = copy_of(*targets)
    text = canonical_json(copy.document).decode()
    read = "\n".join(part for block in copy_outline(copy.document).blocks for part in texts(block))
    for target in targets:
        for secret in SECRETS[target]:
            assert secret not in text, target
            assert secret not in read, target
    CopyDocument.model_validate_json(text)
    given_out = {file["sha256"] for file in copy.enclosures}
    assert set(SHA256.findall(text)) == set(SHA256.findall(read)) == given_out
    _rest_is_there(targets, text)
    assert [mask.number for mask in copy.masks] == list(range(1, len(copy.masks) + 1))


def _rest_is_there(targets: list[str], text: str) -> None:
    touched = {target.split(":")[1] for target in targets}
    files = {"enclosure:1", "enclosure:2", "answer:fil"}
    for target, secrets in SECRETS.items():
        if target in files and files & set(targets):
            continue
        if target.split(":")[1] not in touched:
            forms = [json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets]
            assert any(form in text for form in forms), f"{target} is gone though not masked"


@settings(max_examples=8, deadline=None)
@given(subjects())
def test_any_set_of_masks_in_the_files(targets: list[str]) -> None:
    secrets = [secret for target in targets for secret in SECRETS[target]]
    assert leaks(said_in(files_of(copy_of(*targets))), secrets) == []


OTHERWISE: dict[str, Any] = {
    "text": "Kort.",
    "rutor": ["", "x", ""],
    "val": {"chosen": "nej", "details": {"nej": "Nej."}},
    "flera": ["c"],
    "antal": "1",
    "andel": "12",
    "pengar": "2,50",
    "dag": "i morgon",
    "adress": "ingen",
    "fil": "Bara text.",
    "rader": {"y": "ja"},
    "epost": "x@demo.example",
    "telefon": "1",
    "postnummer": "2",
    "orgnr": "3",
}
HANGING = {"foljd": "Därför.", "dold": "q"}
"""What is asked only where "val" is Nej."""


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(sorted(OTHERWISE)), min_size=1, max_size=8, unique=True))
def test_whatever_stood_under_the_masks_the_copy_is_the_same(questions: list[str]) -> None:
    """Not even what follows from an answer, or how much there was, comes through."""

    def made(raw: dict[str, Any]) -> bytes:
        record = build_record(samples.content(raw), APPROVAL)
        masks = masks_of(*(f"answer:{name}" for name in questions))
        return canonical_json(mask_record(record, QUESTIONNAIRE, masks, MADE_AT).document)

    hanging = HANGING if "val" in questions else {}
    other = {**RAW, **{name: OTHERWISE[name] for name in questions}, **hanging}
    if "val" in questions and "rader" not in questions:
        other["rader"] = {**RAW["rader"], "z": "nej"}
    assert made(RAW) == made(other)


def test_no_hash_of_record_content_or_form() -> None:
    record = original()
    hashes = [sha256_of(record), sha256_of(record["content"]),
              record["approval"]["content_sha256"],
              record["content"]["questionnaire"]["sha256"]]  # fmt: skip
    files = files_of(copy_of("answer:val"))
    assert leaks(said_in(files), hashes) == []
    assert "Kontrollsummor" not in read_words(files["pdf"])


def test_a_mask_tells_nothing_of_the_length() -> None:
    """Two records that differ only under the mask give the same files."""

    def made(name: str, text: str) -> dict[str, bytes]:
        raw = {**RAW, "text": f"Vi frågade {name} i går.", "rutor": [text, "b", "c"]}
        record = build_record(samples.content(raw), APPROVAL)
        masks = [Mask("passage:text", REASON, GROUND, (name,)), *masks_of("box:rutor:1")]
        return files_of(mask_record(record, QUESTIONNAIRE, masks, MADE_AT))

    assert made("Bo", "") == made("Karl-Alexander Långströmmer", "Mycket text. " * 40)


def test_a_withheld_enclosure_leaves_no_trace() -> None:
    copy = copy_of("enclosure:1")
    files = files_of(copy)
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        assert archive.namelist() == [
            "kopia.pdf",
            "kopia.json",
            "copy.schema.json",
            "bilagor/02-hemlignot.txt",
        ]
        assert all(PLAN not in archive.read(name) for name in archive.namelist())
        assert archive.read("bilagor/02-hemlignot.txt") == NOTE
    assert "Filen lämnas inte ut." in read_words(files["pdf"])
    assert str(len(PLAN)) not in files["json"].decode()


def test_files_of_a_masked_answer_are_not_even_counted() -> None:
    """The answer with two files, one or none gives the same copy."""

    def made(count: int) -> dict[str, bytes]:
        raw = {**RAW, "fil": {"files": RAW["fil"]["files"][:count], "text": "x"}}
        record = build_record(samples.content(raw), APPROVAL)
        return files_of(mask_record(record, QUESTIONNAIRE, masks_of("answer:fil"), MADE_AT))

    assert made(0) == made(1) == made(2)
