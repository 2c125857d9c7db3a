"""The PDF: its words are the outline's words, in order; fonts, marks, pages, bookmarks."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.export.blocks import (
    Block,
    Contents,
    Heading,
    LabelledAnswer,
    Outline,
    Table,
    texts,
)
from survey_app.export.enclosure_sheet import render_sheet
from survey_app.export.outline import draft_outline, record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.words import UnreadablePdf, read_words, squeezed

from .samples import ANSWERS, MADE_AT, draft_content, real, record


def document(*blocks: Block) -> Outline:
    return Outline(title="Prov", running="Prov", mark="RS1", author="Region", blocks=blocks)


def without_contents(outline: Outline) -> Outline:
    kept = tuple(block for block in outline.blocks if not isinstance(block, Contents))
    return dataclasses.replace(outline, blocks=kept)


def expected_words(outline: Outline) -> str:
    said = [text for block in outline.blocks for text in texts(block)]
    return squeezed(printable(" \n".join(said)))


def outlines() -> dict[str, Outline]:
    return {
        "short": record_outline(record()),
        "short draft": draft_outline(draft_content(), MADE_AT),
        "gnv": record_outline(real("gnv-2025")[0]),
        "gnv draft": draft_outline(real("gnv-2025", practice=False)[0], MADE_AT),
        "statsbidrag": record_outline(real("statsbidrag-2025")[0]),
    }


@pytest.mark.parametrize("name", outlines())
def test_the_words_of_the_pdf_are_those_of_the_outline(name: str) -> None:
    outline = without_contents(outlines()[name])
    assert read_words(render(outline)) == expected_words(outline)


@pytest.mark.parametrize("name", ["gnv-2025", "statsbidrag-2025"])
def test_a_reader_by_others_finds_every_question_option_and_answer(name: str) -> None:
    made, _ = real(name)
    reader = pypdf.PdfReader(io.BytesIO(render(record_outline(made))))
    # Long words are cut at line ends, so white space is not compared. Head and foot of a page
    # come first in its stream.
    total = len(reader.pages)
    pages = ["".join(page.extract_text().split()) for page in reader.pages]
    read = "".join(
        text.split(f"Sida{number}av{total}", 1)[1] for number, text in enumerate(pages, start=1)
    )
    wanted: list[str] = []
    for section in made["content"]["sections"]:
        for entry in section["questions"]:
            wanted += [entry["text"], *(item["text"] for item in entry.get("options", []))]
            value: Any = entry["value"]
            if entry["kind"] == "text" and value is not None:
                wanted += [value] if isinstance(value, str) else value
    assert len(wanted) > 100
    assert [text for text in wanted if "".join(printable(text).split()) not in read] == []


def test_words_do_not_glue_at_line_ends() -> None:
    text = " ".join(f"ord{number}" for number in range(900))
    reader = pypdf.PdfReader(io.BytesIO(render(document(LabelledAnswer("Svar", text)))))
    read = " ".join(page.extract_text() for page in reader.pages).split()
    assert [word for word in read if word.startswith("ord")] == text.split()


@pytest.mark.parametrize("draft", [False, True])
def test_every_page_tells_diary_number_and_its_place(draft: bool) -> None:
    outline = draft_outline(draft_content(), MADE_AT) if draft else record_outline(record())
    reader = pypdf.PdfReader(io.BytesIO(render(outline)))
    total = len(reader.pages)
    assert total > 2
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert "RS259999" in text
        assert f"Sida {number} av {total}" in text
        assert ("UTKAST" in text) is draft
        assert ("inte godkänt, inte inlämnat" in text) is draft


def test_metadata_language_and_bookmarks() -> None:
    with pikepdf.open(io.BytesIO(render(record_outline(record())))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "RS259999 Enkät med alla slag"
        assert str(pdf.docinfo["/Author"]) == "Region Exempel"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261122140509+01'00'"
        assert str(pdf.Root.Lang) == "sv-SE"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Enkät med alla slag"]
            sections = [item.title for item in outline.root[0].children]
            questions = [item.title for item in outline.root[0].children[1].children]
    assert sections[:2] == ["Myndighetens inledning", "Svar i ord och tal"]
    assert sections[-3:] == ["Bilagor", "Godkännande", "Kontrollsummor"]
    assert questions[:2] == ["1. Vad har ni gjort?", "2. Tre insatser?"]


def test_the_table_of_contents_names_the_pages_on_which_headings_stand() -> None:
    outline = record_outline(real("gnv-2025")[0])
    reader = pypdf.PdfReader(io.BytesIO(render(outline)))
    listed = reader.pages[0].extract_text()
    titles = [b.text for b in outline.blocks if isinstance(b, Heading) and b.level == 2]
    for title in titles[1:]:
        line = next(line for line in listed.splitlines() if line.startswith(title))
        number = int(line.split()[-1])
        assert title in reader.pages[number - 1].extract_text()


def test_the_same_outline_gives_the_same_bytes() -> None:
    outline = record_outline(record())
    assert render(outline) == render(outline)


def test_a_long_word_a_long_text_and_a_long_list_lose_nothing() -> None:
    blocks = (
        Heading(1, "Långt"),
        LabelledAnswer("Svar", "x" * 4_000),
        LabelledAnswer("Svar", "Ett ganska vanligt ord. " * 900),
        LabelledAnswer("Svar", "\n".join(f"- punkt {number}" for number in range(400))),
        Table(("Fråga", "Svar"), tuple((f"rad {n}", "lång cell " * 300) for n in range(3))),
        Heading(3, "Fråga? " * 400),
    )
    outline = document(*blocks)
    data = render(outline)
    assert read_words(data) == expected_words(outline)
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) > 20


def test_a_table_repeats_its_header_on_the_next_page() -> None:
    rows = tuple((f"rad {number}", "Svar: Ja") for number in range(80))
    data = render(document(Table(("Område", "Besked"), rows)))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    assert len(pages) > 1
    assert all("Besked" in page for page in pages)
    assert read_words(data).count("Besked") == 1


# Everything that JSON can carry into an answer: surrogates never come past ``tidy``.
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
LONG = st.text("abc åäö\n-☒😀\u200b<&", min_size=1_000, max_size=3_000)


@given(answer=ANYTHING | LONG, boxes=st.lists(ANYTHING, min_size=3, max_size=3), detail=ANYTHING)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_comes_back_from_the_page(answer: str, boxes: list[str], detail: str) -> None:
    raw = {
        **ANSWERS,
        "text": answer,
        "rutor": boxes,
        "val": {"chosen": "nej", "details": {"nej": detail}},
    }
    outline = without_contents(record_outline(record(raw)))
    assert read_words(render(outline)) == expected_words(outline)


def test_fifty_questions_take_little_room() -> None:
    """How long they take is told by ``make bench``."""
    assert len(render(record_outline(real("gnv-2025")[0]))) < 120_000


def test_a_sheet_of_an_enclosure() -> None:
    sheet = {
        "title": "Protokoll",
        "blocks": [
            {"heading": "§ 164"},
            {"text": "Beslut."},
            {"items": ["ett", "två"]},
            {"table": {"columns": ["År", "Antal"], "rows": [["2024", "44734"]]}},
        ],
    }
    assert (
        read_words(render_sheet(sheet)) == "Protokoll § 164 Beslut. • ett • två År Antal 2024 44734"
    )
    with pytest.raises(ValueError, match="picture"):
        render_sheet({"title": "x", "blocks": [{"picture": "y"}]})


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\x03\x04", render(document())[:-400]])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadablePdf):
        read_words(data[: len(data) // 2])
