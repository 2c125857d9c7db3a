"""The structure tree: every word in it, in order, in the element that says what it is."""

from __future__ import annotations

import dataclasses
import io
from itertools import pairwise

import pikepdf
import pytest
from PIL import Image

from survey_app.export.blocks import (
    Block,
    Bullets,
    Contents,
    Facts,
    Figure,
    Heading,
    LabelledAnswer,
    Outline,
    Paragraph,
    Table,
    texts,
)
from survey_app.export.outline import draft_outline, record_outline
from survey_app.export.pdf.drawing import draw, lay_out, render
from survey_app.export.pdf.glyphs import FIRST, printable, register_fonts
from survey_app.export.pdf.structure import (
    Element,
    MissingAlternative,
    TaggedCanvas,
    UntaggedContent,
)
from survey_app.export.pdf.words import read_words, squeezed

from . import boards
from .samples import MADE_AT, draft_content, real, record
from .test_pdf import document
from .tree import Reader

OUTLINES = {
    "short": lambda: record_outline(record()),
    "empty": lambda: record_outline(record({})),
    "draft": lambda: draft_outline(draft_content(), MADE_AT),
    "gnv": lambda: record_outline(real("gnv-2025")[0]),
    "statsbidrag": lambda: record_outline(real("statsbidrag-2025")[0]),
    "memo": boards.memo,
    "memo in draft": lambda: boards.memo(1, draft=True),
    "decision of a board": boards.decision_sheet,
}


def words_of(outline: Outline) -> str:
    return squeezed(printable(" \n".join(text for b in outline.blocks for text in texts(b))))


@pytest.mark.parametrize("name", OUTLINES)
def test_what_is_heard_is_what_stands_there_in_the_same_order(name: str) -> None:
    outline = OUTLINES[name]()
    data = render(outline)
    assert Reader(data).text == read_words(data)
    kept = tuple(block for block in outline.blocks if not isinstance(block, Contents))
    without = dataclasses.replace(outline, blocks=kept)
    assert Reader(render(without)).text == words_of(without)


@pytest.mark.parametrize("name", OUTLINES)
def test_every_mark_belongs_to_one_element_and_leads_back_to_it(name: str) -> None:
    reader = Reader(render(OUTLINES[name]()))
    assert all(mcid >= 0 for page in reader.marked for mcid in page)
    assert sorted(reader.used) == sorted(set(reader.used))
    assert set(reader.used) == {
        (number, mcid) for number, page in enumerate(reader.marked) for mcid in page
    }
    numbers = dict(pikepdf.NumberTree(reader.pdf.Root.StructTreeRoot.ParentTree).items())
    for number, page in enumerate(reader.pdf.pages):
        owners = numbers[int(page.obj.StructParents)]
        assert len(owners) == len(reader.marked[number])
        for mcid, owner in enumerate(owners):
            assert number in [reader.numbers[owner.Pg.objgen], *_pages_of(reader, owner)]
            assert (number, mcid) in reader.used


def _pages_of(reader: Reader, element: pikepdf.Object) -> list[int]:
    return next(h.pages for h in reader.root.walk() if h.element.objgen == element.objgen)


@pytest.mark.parametrize("name", OUTLINES)
def test_headings_begin_with_the_first_level_and_skip_none(name: str) -> None:
    outline = OUTLINES[name]()
    headings = Reader(render(outline)).root.all("H1", "H2", "H3", "H4")
    levels = [int(heading.role[1]) for heading in headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    said = [b.text for b in outline.blocks if isinstance(b, Heading)]
    assert [squeezed(h.text) for h in headings if h.text.strip() != "Innehåll"] == [
        squeezed(printable(text)) for text in said
    ]


def test_a_small_heading_right_below_a_large_one_is_its_second_level() -> None:
    blocks = (Heading(1, "a"), Heading(4, "b"), Heading(2, "c"), Heading(4, "d"), Heading(3, "e"))
    headings = Reader(render(document(*blocks))).root.all("H1", "H2", "H3", "H4")
    assert [(h.role, h.text.strip()) for h in headings] == [
        ("H1", "a"), ("H2", "b"), ("H2", "c"), ("H3", "d"), ("H3", "e"),
    ]  # fmt: skip


def test_a_paragraph_over_a_page_break_is_one_element() -> None:
    text = " ".join(f"ord{number}" for number in range(1_500))
    reader = Reader(render(document(Paragraph(text))))
    (paragraph,) = reader.root.all("P")
    assert squeezed(paragraph.text) == text
    assert paragraph.pages == list(range(len(reader.pdf.pages)))
    assert len(paragraph.pages) > 1


def test_an_answer_is_heard_paragraph_by_paragraph_after_its_label() -> None:
    answer = LabelledAnswer("Svar", "Första raden.\n\n- en punkt\n- en till")
    (division,) = Reader(render(document(answer))).root.all("Div")
    assert [kid.role for kid in division.kids] == ["P"] * 4
    said = [kid.text.strip() for kid in division.kids]
    assert said == ["Svar", "Första raden.", "- en punkt", "- en till"]


def test_an_option_says_in_one_breath_whether_it_was_chosen() -> None:
    root = Reader(render(record_outline(record()))).root
    options = [
        kid for item in root.all("LI") for kid in item.all("LBody")[:1] if "alt:" in kid.text
    ]
    said = [squeezed(option.kids[0].text) for option in options]
    assert "Valt: Ja, beskriv:" in said
    assert "Ej valt: Nej, varför:" in said
    assert all(option.kids[0].role == "P" for option in options)


def test_lists_have_labels_and_bodies() -> None:
    blocks = (Bullets(("ett", "två")), Facts((("Namn", "värde"), ("Annat", "tal"))))
    reader = Reader(render(document(*blocks)))
    lists = reader.root.all("L")
    assert [str(made.element.A.ListNumbering) for made in lists] == ["/Disc", "/None"]
    items = [[kid.role for kid in item.kids] for made in lists for item in made.kids]
    assert items == [["Lbl", "LBody"]] * 4
    assert [item.kids[0].text.strip() for item in lists[1].kids] == ["Namn", "Annat"]


def test_the_points_of_a_numbered_list_have_their_numbers_as_labels() -> None:
    reader = Reader(render(document(Bullets(("först", "sedan"), numbered=True))))
    (points,) = reader.root.all("L")
    assert str(points.element.A.ListNumbering) == "/Decimal"
    assert [[kid.text.strip() for kid in item.kids] for item in points.kids] == [
        ["1.", "först"], ["2.", "sedan"],
    ]  # fmt: skip


def test_a_table_has_header_cells_and_repeats_them_in_silence() -> None:
    rows = tuple((f"rad {number}", "Ja", "") for number in range(90))
    reader = Reader(render(document(Table(("Område", "Svar", "Not"), rows))))
    (table,) = reader.root.all("Table")
    assert [kid.role for kid in table.kids] == ["THead", "TBody"]
    head, *body = table.all("TR")
    assert [str(cell.element.A.Scope) for cell in head.kids] == ["/Column"] * 3
    assert len(body) == 90
    assert all([cell.role for cell in row.kids] == ["TH", "TD", "TD"] for row in body)
    assert {str(row.kids[0].element.A.Scope) for row in body} == {"/Row"}
    assert len(reader.pdf.pages) > 1
    assert reader.text.count("Område") == 1


def test_the_table_of_contents_leads_to_the_headings() -> None:
    outline = record_outline(real("gnv-2025")[0])
    reader = Reader(render(outline))
    entries = reader.root.all("TOCI")
    titles = [b.text for b in outline.blocks if isinstance(b, Heading) and b.level == 2]
    assert len(entries) == len(titles)
    headings = {squeezed(h.text): h for h in reader.root.all("H2")}
    for entry, title in zip(entries, titles, strict=True):
        (link,) = entry.all("Link")
        name, _, number = squeezed(link.text).rpartition(" ")
        assert name == squeezed(printable(title))
        assert link.annotations
        for annotation in link.annotations:
            target = reader.numbers[annotation.Dest[0].objgen]
            assert target in headings[name].pages
            assert target + 1 == int(number)
            assert title in str(annotation.Contents)


def test_links_lead_back_to_their_elements_and_are_printed() -> None:
    text = "Se https://a.example/x(1) och (https://b.example/åäö?q=1)."
    reader = Reader(
        render(document(Paragraph(text), Bullets((f"https://lang.example/{'x' * 200}",))))
    )
    numbers = dict(pikepdf.NumberTree(reader.pdf.Root.StructTreeRoot.ParentTree).items())
    links = reader.root.all("Link")
    assert [link.text for link in links[:2]] == [
        "https://a.example/x(1", "https://b.example/åäö?q=1",
    ]  # fmt: skip
    assert str(links[1].annotations[0].A.URI) == "https://b.example/%C3%A5%C3%A4%C3%B6?q=1"
    assert any(len(link.annotations) > 1 for link in links), "none went over a line end"
    for link in links:
        for annotation in link.annotations:
            assert numbers[int(annotation.StructParent)].objgen == link.element.objgen
            assert int(annotation.F) == 4
    assert all(str(page.obj.Tabs) == "/S" for page in reader.pdf.pages)


def test_no_element_is_empty() -> None:
    blocks: tuple[Block, ...] = (
        Bullets(()),
        Facts(()),
        LabelledAnswer("", "\u200b"),
        Paragraph(""),
    )
    for outline in (document(*blocks), record_outline(record({}))):
        for heard in Reader(render(outline)).root.walk():
            assert heard.kids or heard.pages or heard.role in ("TD", "Document")


# --- planted mistakes -----------------------------------------------------------------------------


def canvas() -> TaggedCanvas:
    register_fonts()
    made = TaggedCanvas(io.BytesIO(), initialFontName=FIRST["regular"])
    made.setFont(FIRST["regular"], 10)
    return made


def test_what_belongs_nowhere_is_not_drawn() -> None:
    with pytest.raises(UntaggedContent, match="utanfor"):
        canvas().drawString(10, 10, "utanfor")
    with pytest.raises(UntaggedContent, match="a line"):
        canvas().line(0, 0, 1, 1)
    with pytest.raises(UntaggedContent, match="a rectangle"):
        canvas().rect(0, 0, 1, 1)
    with pytest.raises(UntaggedContent, match="a path"):
        canvas().drawPath(canvas().beginPath())
    with pytest.raises(UntaggedContent, match="an image"):
        canvas().drawImage(Image.new("RGB", (1, 1)), 0, 0)
    made = canvas()
    with made.artifact():
        made.drawString(10, 10, "sidhuvud")
    made.tag(Element("P"))
    made.drawString(10, 10, "text")
    made.showPage()
    with pytest.raises(UntaggedContent):
        made.drawString(10, 10, "lös rad på nästa sida")


def test_an_element_that_hangs_in_no_tree_is_found() -> None:
    outline = document(Paragraph("i trädet"), Paragraph("utanför"))
    laid_out = lay_out(outline)
    laid_out.layout.root.kids.pop()
    with pytest.raises(UntaggedContent, match="P is no part of the tree"):
        draw(outline, laid_out)


def test_an_element_holds_words_or_elements() -> None:
    paragraph = Element("P")
    paragraph.add("Span")
    with pytest.raises(UntaggedContent, match="cannot hold words"):
        canvas().tag(paragraph)


@pytest.mark.parametrize("alt", ["", " \n"])
def test_a_figure_without_alternative_text_is_not_drawn(alt: str) -> None:
    with pytest.raises(MissingAlternative):
        render(document(Figure(b"", alt)))
