"""A copy under masks: how it is marked, which masks can be made, and what is warned of."""

from __future__ import annotations

import io
import json

import pypdf
import pytest

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import build_record
from survey_app.export.copy.maskable import maskable
from survey_app.export.copy.masking import BrokenMask, Mask, mask_record
from survey_app.export.copy.outline import Refusal, copy_outline, refusal_outline
from survey_app.export.copy.schema import copy_schema, schema_bytes
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words, squeezed

from . import samples
from .copies import APPROVAL, GROUND, RAW, REASON, copy_of, entry, files_of, masks_of, original
from .samples import MADE_AT, QUESTIONNAIRE


def test_the_committed_schema_is_that_of_the_models() -> None:
    assert json.loads(schema_bytes()) == copy_schema()
    hashed = {name for name, shape in copy_schema()["$defs"].items()
              if "sha256" in shape.get("properties", {})}  # fmt: skip
    assert hashed == {"File", "GivenEnclosure"}


def test_a_copy_is_marked_on_every_page_and_in_its_metadata() -> None:
    data = files_of(copy_of("answer:val"))["pdf"]
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) >= 3
    for page in reader.pages:
        assert "Kopia med maskerade uppgifter" in page.extract_text()
        assert "KOPIA" in page.extract_text()
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Kopia: RS259999")


def test_the_same_masks_give_the_same_bytes() -> None:
    targets = ("answer:val", "passage:text", "enclosure:1", "approval:name")
    assert files_of(copy_of(*targets)) == files_of(copy_of(*reversed(targets)))


def test_passages_that_overlap_are_masked_once() -> None:
    masks = [Mask("passage:text", REASON, GROUND, ("hemligord och", "och mer", "Dold"))]
    copy = mask_record(original(), QUESTIONNAIRE, masks, MADE_AT)
    assert entry(copy, "text")["value"] == "Här står [maskerat: 1], och Åsa [maskerat: 1]."


def test_what_stands_elsewhere_too_is_warned_of() -> None:
    raw = {**RAW, "rutor": ["Fråga asa.dold@demo.example", "Beloppet är 7 712 345 kr", ""]}
    record = build_record(samples.content(raw), APPROVAL)
    masks = [*masks_of("passage:text"), Mask("answer:pengar", "Rör Hemligt Namn", GROUND),
             *masks_of("approval:name")]  # fmt: skip
    copy = mask_record(record, QUESTIONNAIRE, masks, MADE_AT)
    said = {(item.what, item.where) for item in copy.concerns}
    assert {item.code for item in copy.concerns} == {"echo"}
    assert ("Fråga 1, delar av texten", "fråga 2") in said
    assert ("”Belopp?”", "fråga 2") in said
    assert any(what == "Godkännarens namn" and "skälet" in where for what, where in said)


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (Mask("answer:nix", REASON, GROUND), "unknown_target"),
        (Mask("answer:intygande", REASON, GROUND), "unknown_target"),
        (Mask("section:tre", REASON, GROUND), "unknown_target"),
        (Mask("answer:val", " ", GROUND), "reason_missing"),
        (Mask("answer:val", REASON, ""), "ground_missing"),
        (Mask("passage:text", REASON, GROUND), "passages_missing"),
        (Mask("passage:text", REASON, GROUND, ("hemligord", "finns inte")), "passage_not_found"),
    ],
)
def test_masks_that_cannot_be_made(mask: Mask, code: str) -> None:
    with pytest.raises(BrokenMask) as refused:
        mask_record(original(), QUESTIONNAIRE, [mask], MADE_AT)
    assert (refused.value.code, refused.value.target) == (code, mask.target)


def test_the_real_forms_can_be_masked_whole() -> None:
    """Every target of both real forms at once: nothing but the form is left."""
    for name in ("gnv-2025", "statsbidrag-2025"):
        record, spec = samples.real(name)
        questionnaire = Questionnaire.model_validate(json.loads(spec))
        targets = [item for item in maskable(record) if not item.startswith("passage:")]
        copy = mask_record(record, questionnaire, masks_of(*targets), MADE_AT)
        entries = [item for s in copy.document["content"]["sections"] for item in s["questions"]]
        assert copy.enclosures == []
        assert all(item["value"] is None for item in entries if item["kind"] != "attestation")
        assert len(render(copy_outline(copy.document))) > 10_000


def test_the_decision_says_how_to_appeal() -> None:
    refusal = Refusal(samples.CASE, "Region Exempel", "Svaret på fråga 3.\nBilaga 1.",
                      "Uppgiften rör en enskild.", GROUND, "Arkivarie", "", MADE_AT)  # fmt: skip
    words = " ".join(read_words(render(refusal_outline(refusal))).split())
    for said in ("Beslut att inte lämna ut allmän handling", "RS259999", "22 november 2026",
                 "Svaret på fråga 3.", "Bilaga 1.", "Uppgiften rör en enskild.", GROUND,
                 "Arkivarie", "överklaga beslutet till kammarrätten",
                 "6 kap. 7 och 8 §§ offentlighets- och sekretesslagen", "inom tre veckor",
                 "skicka eller lämna överklagandet till Region Exempel",
                 "Den som har begärt handlingen"):  # fmt: skip
        assert squeezed(said) in squeezed(words), said
