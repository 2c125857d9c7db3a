"""A copy under masks: what is masked is gone, from JSON, PDF and metadata; the rest is there."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.core.content import build_content, canonical_json, sha256_of
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.record import Record, build_record
from survey_app.export.blocks import texts
from survey_app.export.copy.disclosure import find_followers
from survey_app.export.copy.maskable import maskable
from survey_app.export.copy.masking import BrokenMask, Mask, MaskedCopy, mask_record
from survey_app.export.copy.outline import Refusal, copy_outline, refusal_outline
from survey_app.export.copy.schema import CopyDocument, copy_schema, schema_bytes
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.services.giving_out import _files
from tests.export import samples
from tests.export.samples import MADE_AT, NOTE, PLAN, QUESTIONNAIRE, file_value

SHA256 = re.compile(r"[0-9a-f]{64}")
REASON, GROUND = "Skäl som får stå", "OSL 25 kap. 1 §"

RAW: dict[str, Any] = {
    "text": "Här står hemligord och mer, och Åsa Dold.",
    "rutor": ["hemligruta1", "hemligruta2", "hemligruta3"],
    "val": {"chosen": "ja", "details": {"ja": "hemligdetalj med plan"}},
    "flera": {"chosen": ["a", "b"], "details": {"b": "37,2519"}},
    "antal": "8 812 345",
    "pengar": "7 712 345",
    "dag": "2031-05-17",
    "adress": "https://hemligadress.example/plan",
    "fil": {
        "files": [
            file_value("hemligplan.pdf", PLAN, "application/pdf"),
            file_value("hemlignot.txt", NOTE, "text/plain"),
        ],
        "text": "hemligfiltext",
    },
    "rader": {"x": "ja", "y": "nej"},
    "epost": "hemligpost@demo.example",
    "telefon": "035-987 65 43",
    "postnummer": "30187",
    "orgnr": "5560360793",
}
FIELDS = {"intygande": True, "befattning": "hemligbefattning"}
APPROVAL: dict[str, Any] = {
    **samples.APPROVAL,
    "approver": {"name": "Hemligt Namn", "title": "hemligtitel", "email": "hemligg@demo.example"},
    "delegation": {**samples.APPROVAL["delegation"], "decision": "hemligdelegation § 1"},
    "own_work_reason": "hemligtskäl",
    "fields": FIELDS,
}
SECRETS: dict[str, list[str]] = {
    "answer:text": ["hemligord", "Åsa Dold"],
    "passage:text": ["Åsa Dold"],
    "answer:rutor": ["hemligruta1", "hemligruta2", "hemligruta3"],
    "box:rutor:1": ["hemligruta1"],
    "box:rutor:3": ["hemligruta3"],
    "answer:val": ["hemligdetalj"],
    "detail:val:ja": ["hemligdetalj"],
    "passage:val": ["hemligdetalj"],
    "answer:flera": ["37.2519", "37,2519"],
    "detail:flera:b": ["37.2519", "37,2519"],
    "answer:antal": ["8812345", "8\N{NO-BREAK SPACE}812\N{NO-BREAK SPACE}345"],
    "answer:andel": ["Systemet mäter"],
    "passage:andel": ["mäter inte"],
    "answer:pengar": ["7712345", "7\N{NO-BREAK SPACE}712\N{NO-BREAK SPACE}345"],
    "answer:dag": ["2031-05-17", "maj 2031"],
    "answer:adress": ["hemligadress"],
    "answer:fil": ["hemligplan", "hemlignot", "hemligfiltext",
                   *(file["sha256"] for file in RAW["fil"]["files"])],
    "enclosure:1": ["hemligplan", RAW["fil"]["files"][0]["sha256"]],
    "enclosure:2": ["hemlignot", RAW["fil"]["files"][1]["sha256"]],
    "answer:epost": ["hemligpost"],
    "answer:telefon": ["987 65 43"],
    "answer:postnummer": ["30187", "301 87"],
    "answer:orgnr": ["556036"],
    "answer:befattning": ["hemligbefattning"],
    "approval:name": ["Hemligt Namn"],
    "approval:title": ["hemligtitel"],
    "approval:email": ["hemligg"],
    "approval:delegation": ["hemligdelegation"],
    "approval:own_work_reason": ["hemligtskäl"],
}  # fmt: skip
"""What stood under each mask, in every form in which it could be told; written by hand."""
PASSAGES = {"passage:text": ("Åsa Dold",), "passage:val": ("hemligdetalj",),
            "passage:andel": ("mäter inte",)}  # fmt: skip


@cache
def original() -> Record:
    return build_record(samples.content(RAW), APPROVAL)


def masks_of(*targets: str) -> list[Mask]:
    return [Mask(target, REASON, GROUND, PASSAGES.get(target, ())) for target in targets]


def copy_of(*targets: str, shown: tuple[str, ...] = ()) -> MaskedCopy:
    return mask_record(original(), QUESTIONNAIRE, masks_of(*targets), MADE_AT, shown)


def entry(copy: MaskedCopy, name: str) -> dict[str, Any]:
    return next(
        item
        for section in copy.document["content"]["sections"]
        for item in section["questions"]
        if item["id"] == name
    )


def pdf_strings(data: bytes) -> Iterator[str]:
    """Everything in a PDF that is text: page text, every string of every object, every stream."""
    yield read_words(data)
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        yield squeezed(page.extract_text())
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            yield from _strings(thing, 0)
            if isinstance(thing, pikepdf.Stream):
                with_text = thing.read_bytes()
                yield with_text.decode("latin-1")
                yield with_text.decode("utf-8", "ignore")
                yield with_text.decode("utf-16-be", "ignore")


def _strings(thing: Any, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Array):
        for item in thing:
            if not getattr(item, "is_indirect", False):
                yield from _strings(item, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        for _, item in thing.items():
            if not getattr(item, "is_indirect", False):
                yield from _strings(item, depth + 1)


def said_in(files: dict[str, bytes]) -> dict[str, list[str]]:
    """Everything that the files tell, by file."""
    said = {"json": [files["json"].decode()], "pdf": list(pdf_strings(files["pdf"]))}
    with zipfile.ZipFile(io.BytesIO(files["zip"])) as archive:
        said["zip"] = [*archive.namelist(), archive.comment.decode()]
        said["zip"] += [
            archive.read(name).decode("latin-1")
            for name in archive.namelist()
            if name not in ("kopia.pdf", "kopia.json")
        ]
        assert archive.read("kopia.pdf") == files["pdf"]
        assert archive.read("kopia.json") == files["json"]
    return said


def leaks(said: dict[str, list[str]], secrets: list[str]) -> list[str]:
    """Where a secret stands in what the files tell."""
    return [
        f"{secret} in {place}"
        for place, all_texts in said.items()
        for secret in secrets
        for text in all_texts
        if secret in text or squeezed(secret) in text
    ]


def files_of(copy: MaskedCopy) -> dict[str, bytes]:
    return _files(copy, samples.FILES.__getitem__)


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


def test_the_committed_schema_is_that_of_the_models() -> None:
    assert json.loads(schema_bytes()) == copy_schema()
    hashed = {name for name, shape in copy_schema()["$defs"].items()
              if "sha256" in shape.get("properties", {})}  # fmt: skip
    assert hashed == {"File", "GivenEnclosure"}


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


def test_a_mask_tells_nothing_of_the_length() -> None:
    """Two records that differ only under the mask give the same files."""

    def made(name: str, text: str) -> dict[str, bytes]:
        raw = {**RAW, "text": f"Vi frågade {name} i går.", "rutor": [text, "b", "c"]}
        record = build_record(samples.content(raw), APPROVAL)
        masks = [Mask("passage:text", REASON, GROUND, (name,)), *masks_of("box:rutor:1")]
        return files_of(mask_record(record, QUESTIONNAIRE, masks, MADE_AT))

    assert made("Bo", "") == made("Karl-Alexander Långströmmer", "Mycket text. " * 40)


# --- what follows --------------------------------------------------------------------------


def test_what_follows_a_masked_choice_is_masked_too() -> None:
    """Not asked is as telling as asked: the rows, questions and sections that hang on it."""
    copy = copy_of("answer:val")
    assert set(copy.followers) == {"section:tre", "answer:foljd", "row:rader:z"}
    section = next(s for s in copy.document["content"]["sections"] if s["id"] == "tre")
    assert section["asked"] is None
    assert entry(copy, "foljd")["asked"] is None
    assert entry(copy, "dold")["asked"] is None
    row = next(row for row in entry(copy, "rader")["rows"] if row["id"] == "z")
    assert (row["asked"], row["chosen"][:10]) == (None, "[maskerat:")
    assert not any("chosen" in option for option in entry(copy, "val")["options"])
    reasons = {mask.target: (mask.follows, mask.ground) for mask in copy.masks}
    assert reasons["section:tre"] == (1, GROUND)


def test_the_copy_does_not_tell_which_option_was_chosen() -> None:
    """Ja and Nej under the mask give the same files, though they open different questions."""

    def made(chosen: str) -> dict[str, bytes]:
        raw = {**RAW, "val": {"chosen": chosen, "details": {}}}
        if chosen == "nej":
            raw |= {"foljd": "Därför att.", "dold": "p", "rader": {**RAW["rader"], "z": "ja"}}
        record = build_record(samples.content(raw), APPROVAL)
        return files_of(mask_record(record, QUESTIONNAIRE, masks_of("answer:val"), MADE_AT))

    assert made("ja") == made("nej")


def test_a_follower_can_be_shown_and_is_warned_of() -> None:
    copy = copy_of("answer:val", shown=("section:tre", "answer:foljd", "row:rader:z"))
    assert set(copy.followers) == {"section:tre", "answer:foljd", "row:rader:z"}
    assert [mask.target for mask in copy.masks] == ["answer:val"]
    assert {item.code for item in copy.concerns} == {"follower_shown"}
    assert entry(copy, "foljd")["asked"] is False


FORM = Questionnaire.model_validate({
    "id": "foljder", "version": "1.0.0", "title": "Följder", "period": "2026",
    "authority": {"name": "Myndigheten"},
    "sections": [
        {"id": "a", "title": "A", "questions": [
            {"id": "q1", "kind": "multiple", "text": "Vilka?", "options": [
                {"id": "x", "text": "X"}, {"id": "y", "text": "Y"}]},
            {"id": "q2", "kind": "single", "text": "Finns?", "options": [
                {"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}],
             "after": [{"text": "Bra att det finns.",
                        "shown_when": {"all": [{"question": "q2", "answer": "ja"}]}}]},
            {"id": "any", "kind": "text", "text": "Någon",
             "shown_when": {"any": [{"question": "q1", "answer": "x"},
                                    {"question": "q2", "answer": "ja"}]}},
            {"id": "all", "kind": "text", "text": "Alla",
             "shown_when": {"all": [{"question": "q1", "answer": "y"},
                                    {"question": "q2", "answer": "ja"}]}},
            {"id": "next", "kind": "text", "text": "Sedan",
             "shown_when": {"all": [{"question": "all", "operator": "exists", "answer": True}]}},
            {"id": "kr1", "kind": "money", "text": "Ett"},
            {"id": "kr2", "kind": "money", "text": "Två"},
            {"id": "summa", "kind": "computed", "text": "Summa", "operation": "sum",
             "of": ["kr1", "kr2"], "shown_as": "money"},
            {"id": "stor", "kind": "text", "text": "Varför så mycket?",
             "shown_when": {"all": [{"question": "summa", "operator": ">", "answer": 1000}]}},
        ]},
    ],
})  # fmt: skip


def small(raw: dict[str, Any]) -> Record:
    answers = {
        name: Given(KINDS[FORM.by_id[name].kind].parse(FORM.by_id[name], value))
        for name, value in raw.items()
    }
    heading = {
        "case": samples.CASE,
        "unit": samples.UNIT,
        "deadline": None,
        "submission": {"id": 1, "corrects": None},
        "questionnaire_sha256": "0" * 64,
    }
    return build_record(build_content(FORM, answers, heading), {**APPROVAL, "fields": {}})


@pytest.mark.parametrize(
    ("raw", "masked", "followers"),
    [
        # x is seen and opens "any" whatever q2 says; y and q2 open "all" together
        ({"q1": ["x", "y"], "q2": "ja"}, ["answer:q2"], {"answer:all", "answer:next"}),
        # y is not chosen, so "all" was not asked whatever q2 says
        ({"q1": ["x"], "q2": "ja"}, ["answer:q2"], set()),
        ({"q1": [], "q2": "ja"}, ["answer:q2"], {"answer:any"}),
        ({"q1": ["y"], "q2": "nej", "kr1": "5"}, ["answer:q2"],
         {"answer:any", "answer:all", "answer:next"}),
        # a masked text is an answer that later conditions asked for
        ({"q1": ["y"], "q2": "ja", "all": "Text"}, ["answer:all"], {"answer:next"}),
        # with a passage masked it can still be seen that there is an answer
        ({"q1": ["y"], "q2": "ja", "all": "Text"}, ["passage:all"], set()),
        ({"kr1": "500", "kr2": "700"}, ["answer:kr1"], {"answer:summa", "answer:stor"}),
        ({"kr1": "500", "kr2": "700"}, ["answer:summa"], {"answer:stor"}),
    ],
)  # fmt: skip
def test_followers(raw: dict[str, Any], masked: list[str], followers: set[str]) -> None:
    assert set(find_followers(FORM, small(raw)["content"], masked)) == followers


def test_a_total_does_not_tell_its_masked_part() -> None:
    record = small({"kr1": "500123", "kr2": "700", "stor": "Det blev 500 123 kronor."})
    copy = mask_record(record, FORM, masks_of("answer:kr1"), MADE_AT)
    said = canonical_json(copy.document).decode()
    assert "500123" not in said
    assert "500823" not in said
    assert entry(copy, "summa")["value"] is None
    assert "beräknat" in next(mask for mask in copy.masks if mask.target == "answer:summa").reason


def test_a_masked_total_that_can_be_reckoned_is_warned_of() -> None:
    copy = mask_record(small({"kr1": "500", "kr2": "700"}), FORM, masks_of("answer:summa"), MADE_AT)
    assert [item.code for item in copy.concerns] == ["can_be_reckoned"]


def test_a_statement_that_comes_with_an_answer_is_left_out() -> None:
    record = small({"q2": "ja"})
    copy = mask_record(record, FORM, masks_of("answer:q2"), MADE_AT)
    assert "Bra att det finns." in canonical_json(record).decode()
    assert "Bra att det finns." not in canonical_json(copy.document).decode()


# --- enclosures ----------------------------------------------------------------------------


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


# --- passages and echoes -------------------------------------------------------------------


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
