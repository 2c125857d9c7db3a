"""The Word file of a draft: what it holds, and that readers of others find it."""

from __future__ import annotations

import io
import itertools
import zipfile
from typing import Any

import docx
import pytest
from lxml import etree

from survey_app.core.content import build_content
from survey_app.core.evaluation import Given, evaluate, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.parts import parts_of
from survey_app.core.questionnaire import Questionnaire
from survey_app.export.blocks import Contents, Heading, Outline, Table
from survey_app.export.outline import record_outline
from survey_app.export.word import draft as drafts
from survey_app.export.word.draft import Draft, draft_document
from survey_app.export.word.drawing import render
from survey_app.export.word.markup import W14, W
from survey_app.export.word.reading import read_document
from survey_app.export.word.tag import LONGEST, find_place, read_tag, write_tag
from tests.export.samples import (
    ANSWERS,
    BLANKS,
    CASE,
    HIDDEN,
    MADE_AT,
    QUESTIONNAIRE,
    SPEC,
    UNIT,
    record,
)
from tests.word.filling import controls, parts

SHA256 = "9af3c1d2" + 56 * "0"


def specimen(scope: set[str] | None = None) -> Draft:
    """The questionnaire of every kind, answered, also where nothing is asked."""
    raw = {**ANSWERS, **HIDDEN}
    answers = {
        key: Given(KINDS[QUESTIONNAIRE.by_id[key].kind].parse(QUESTIONNAIRE.by_id[key], value))
        for key, value in raw.items()
    }
    answers |= {key: Given(None, parse_blank(blank)) for key, blank in BLANKS.items()}
    verdict = evaluate(QUESTIONNAIRE, answers)
    heading = {"case": CASE, "unit": UNIT, "submission": {"id": 7, "corrects": None},
               "deadline": "2026-12-01", "questionnaire_sha256": SHA256}  # fmt: skip
    content = build_content(QUESTIONNAIRE, answers, heading, draft=True, evaluation=verdict)
    versions = dict.fromkeys(answers, 3)
    return Draft(QUESTIONNAIRE, answers, verdict, content, versions, scope)


@pytest.fixture(scope="module")
def data() -> bytes:
    return draft_document(specimen(), MADE_AT)


def root_of(data: bytes, part: str = "word/document.xml") -> Any:
    return etree.fromstring(parts(data)[part])


def texts(data: bytes) -> list[str]:
    return read_document(data).strays


def test_every_part_of_every_answer_has_a_control(data: bytes) -> None:
    found = set()
    for control in read_document(data).filled:
        assert len(control.tag) <= LONGEST
        tag = read_tag(control.tag)
        assert tag is not None
        assert (tag.submission, tag.specification) == (7, "9af3c1d2")
        place = find_place(tag, QUESTIONNAIRE)
        assert place is not None
        assert tag.version == (3 if place[0].id in {**ANSWERS, **HIDDEN, **BLANKS} else 0)
        found.add((place[0].id, place[1]))
    wanted = {(item.id, key) for item in QUESTIONNAIRE.questions()
              for key in parts_of(item, Given())}  # fmt: skip
    # A tag has no room for the id of an entry: it is named by its place.
    ids = [item["id"] for item in ANSWERS["exempel"]["entries"]]
    wanted |= {("exempel", key.replace(name, str(place)))
               for key in parts_of(QUESTIONNAIRE.by_id["exempel"], specimen().answers["exempel"])
               for place, name in enumerate(ids, start=1) if name in key}  # fmt: skip
    assert found == wanted
    numbers = [item.get(f"{W}val") for item in root_of(data).iter(f"{W}id")]
    assert len(numbers) == len(set(numbers))


def test_a_tag_keeps_long_names_short() -> None:
    key = f"row:{'r' * 64}:{'o' * 64}"
    asked = {
        "id": "x" * 64, "kind": "matrix", "text": "Lång", "rows": [{"id": "r" * 64, "text": "R"}],
        "options": [{"id": "o" * 64, "text": "O"}, {"id": "p" * 64, "text": "P"}],
    }  # fmt: skip
    form = Questionnaire.model_validate(
        {**SPEC, "sections": [{"id": "s", "title": "S", "questions": [asked]}]}
    )
    long = form.by_id["x" * 64]
    told = write_tag(123456789, SHA256, form, long, 12345, key)
    assert len(told) <= LONGEST
    tag = read_tag(told)
    assert tag is not None
    place = find_place(tag, form)
    assert place is not None
    assert (place[0].id, place[1]) == (long.id, key)


@pytest.mark.parametrize("told", ["", "rg1", "rg1.7.9af3c1d2.1.v3.z", "rg2.7.9af3c1d2.1.v3.t",
                                  "rg1.7.9af3c1d2.1.v3.o.a.b.c", "rg1.x.9af3c1d2.1.v3.t",
                                  "rg1.7.9af3c1d2.1.v99999999999.t"])  # fmt: skip
def test_what_is_no_tag_of_ours_is_none(told: str) -> None:
    assert read_tag(told) is None


@pytest.mark.parametrize("told", ["rg1.7.9af3c1d2.nix.v3.t", "rg1.7.9af3c1d2.~99.v3.t",
                                  "rg1.7.9af3c1d2.~0.v3.t"])  # fmt: skip
def test_a_tag_may_name_what_is_not_there(told: str) -> None:
    tag = read_tag(told)
    assert tag is not None
    assert find_place(tag, QUESTIONNAIRE) is None


def test_texts_have_many_lines_and_choices_are_ticked(data: bytes) -> None:
    found = controls(root_of(data))
    text = found["text.t"]
    assert text.find(f"{W}sdtPr/{W}text").get(f"{W}multiLine") == "1"
    assert len(text.findall(f".//{W}br")) == ANSWERS["text"].count("\n")
    assert found["antal.t"].find(f"{W}sdtPr/{W}text").get(f"{W}multiLine") is None
    ticks = {key: item.find(f".//{W14}checked").get(f"{W14}val")
             for key, item in found.items() if key.startswith("val.o")}  # fmt: skip
    assert ticks == {"val.o.ja": "1", "val.o.nej": "0"}
    titles = [item.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for item in found.values()]
    assert all(titles)
    assert max(map(len, titles)) <= 64
    assert "Fråga 2, ruta 2 av 3" in titles
    assert "Vilka områden?, Kontinuitet: Ja" in titles


def test_only_the_controls_can_be_changed(data: bytes) -> None:
    body = root_of(data).find(f"{W}body")
    assert [etree.QName(item).localname for item in body] == ["sdt", "sectPr"]
    assert body[0].find(f"{W}sdtPr/{W}group") is not None
    for control in controls(root_of(data)).values():
        assert control.find(f"{W}sdtPr/{W}lock").get(f"{W}val") == "sdtLocked"


def test_a_reader_of_others_finds_headings_language_and_the_stamp(data: bytes) -> None:
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title.startswith("UTKAST: RS259999 ")
    assert document.core_properties.author == UNIT["name"]
    assert document.core_properties.language == "sv-SE"
    [section] = document.sections
    assert section.header.paragraphs[0].text == "UTKAST – inte godkänt, inte inlämnat"
    assert "RS259999" in section.header.paragraphs[1].text
    levels = [int(item.get(f"{W}val")[-1]) for item in document.element.iter(f"{W}pStyle")
              if item.get(f"{W}val").startswith("Heading")]  # fmt: skip
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert levels.count(3) == len(list(QUESTIONNAIRE.questions()))
    for level in (1, 2, 3, 4):
        assert document.styles[f"Heading {level}"].style_id == f"Heading{level}"
    used = {item.get(f"{W}val") for item in document.element.iter(f"{W}pStyle", f"{W}rStyle")}
    assert used <= {style.style_id for style in document.styles}
    language = document.styles.element.find(f".//{W}docDefaults//{W}lang")
    assert language.get(f"{W}val") == "sv-SE"
    heads = [row for row in document.element.iter(f"{W}tr")
             if row.find(f"{W}trPr/{W}tblHeader") is not None]  # fmt: skip
    assert len(list(document.element.iter(f"{W}tbl"))) == 2
    assert len(heads) == 1 + 2, "a table with headings above its columns has two"


def test_links_lead_to_the_sections(data: bytes) -> None:
    root = root_of(data)
    marks = {item.get(f"{W}name") for item in root.iter(f"{W}bookmarkStart")}
    links = [item.get(f"{W}anchor") for item in root.iter(f"{W}hyperlink")]
    assert len(links) == len(QUESTIONNAIRE.sections) + 1
    assert set(links) <= marks


def test_limits_are_told(data: bytes) -> None:
    said = texts(data)
    assert "Andel, tal, högst 100" in said
    assert "Obligatorisk fråga." in said
    assert "Kan inte kombineras med andra." in said
    assert "Räknas ut av svaren: 90\u00a0296\u00a0880\u00a0kronor" in said


def test_what_is_hidden_stands_there_and_is_told_not_to_be_sent(data: bytes) -> None:
    said = texts(data)
    assert said.count(drafts.NOT_ASKED) == 3  # one of them a field of an entry
    assert said.count(drafts.SECTION_NOT_ASKED) == 1
    assert f"Bara ibland {drafts.ROW_NOT_ASKED}" in said
    [hidden] = [item for item in read_document(data).filled if ".foljd." in item.tag]
    assert hidden.text == HIDDEN["foljd"]


def test_a_text_after_an_option_that_is_not_chosen_is_told_not_to_be_sent() -> None:
    draft = specimen()
    asked = QUESTIONNAIRE.by_id["val"]
    given = Given(KINDS["single"].parse(asked, {"chosen": "nej", "details": {"ja": "Kvar"}}))
    answers = {**draft.answers, "val": given}
    changed = Draft(QUESTIONNAIRE, answers, evaluate(QUESTIONNAIRE, answers), draft.content, {})
    assert texts(draft_document(changed, MADE_AT)).count(drafts.DETAIL_NOT_SENT) == 1


def test_a_completion_has_only_what_was_asked() -> None:
    found = read_document(draft_document(specimen({"antal"}), MADE_AT))
    assert [item.tag for item in found.filled] == ["rg1.7.9af3c1d2.antal.v3.t"]
    assert "Filer och rader" not in found.strays


def test_the_same_draft_gives_the_same_bytes(data: bytes) -> None:
    assert draft_document(specimen(), MADE_AT) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_any_outline_can_be_drawn() -> None:
    """Not only drafts: the document of a record, with every sort of block."""
    document = docx.Document(io.BytesIO(render(record_outline(record()))))
    said = [item.text for item in document.paragraphs]
    assert "Valt: Ja, beskriv:" in said
    assert "Svar, ruta 1 av 3" in said
    assert any(text.startswith("Bilaga 1: ") for text in said)
    assert not controls(document.element)
    small = Outline("T", "T", "RS1", "U", (
        Contents("Innehåll"), Heading(2, "Beslut"),
        Table(("Dag", "Beslut"), (("1 maj", "Godkänt\toch\nklart"),)),
    ))  # fmt: skip
    table = docx.Document(io.BytesIO(render(small))).tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Dag", "Beslut"], ["1 maj", "Godkänt\toch\nklart"],
    ]  # fmt: skip
