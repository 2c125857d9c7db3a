"""Tables on paper: which columns stand together, what their headings say, how large they are."""

from __future__ import annotations

import io

import docx
import pypdf
import pytest

from survey_app.core.record import Record
from survey_app.export.blocks import Heading, Notice, Outline, Table
from survey_app.export.outline import record_outline
from survey_app.export.pdf.bands import WIDTH
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.fitting import SMALLEST_NUMBERS, fit_table
from survey_app.export.pdf.glyphs import register_fonts
from survey_app.export.pdf.layout import lay_out_blocks
from survey_app.export.pdf.typeset import width_of
from survey_app.export.pdf.words import read_words
from survey_app.export.tables import LINE, SIZE, WIDEST
from survey_app.export.word.drawing import render as render_word
from survey_app.export.word.markup import W
from tests.core.indicator_tables import UNITS

from .tabled import filled, largest_table, made, printed_table, table_record, wide_table
from .test_pdf import expected_words, without_contents
from .tree import Reader

LARGE = {"printed": printed_table, "wide": wide_table, "largest": largest_table}


def tables(record: Record) -> list[Table]:
    return [block for block in record_outline(record).blocks if isinstance(block, Table)]


def test_the_printed_report_stands_in_two_parts_parted_between_municipalities() -> None:
    first, second = tables(printed_table())
    assert [text for text, _span in first.groups] == ["", *map(str.title, UNITS[:4])]
    assert second.groups == (("", 1), ("Laholm", 2), ("Varberg", 2), ("", 2))
    assert first.header == ("Rad", *["Inskrivna", "Enstaka"] * 4)
    assert second.header == ("Rad", *["Inskrivna", "Enstaka"] * 2, "Totalt", "Enstaka")
    assert [row[0] for row in first.rows] == [row[0] for row in second.rows]
    assert second.rows[2][-2] == "3\u00a0259 (beräknat 3\u00a0299)"


@pytest.mark.parametrize("name", LARGE)
def test_every_column_stands_once_and_headings_are_not_parted(name: str) -> None:
    record = LARGE[name]()
    entry = record["content"]["sections"][0]["questions"][0]
    parts = tables(record)
    told = [text for part in parts for text in part.header[1:]]
    assert told == [item["text"] for item in entry["columns"]] + [
        item["text"] for item in entry["totals"] if item["axis"] == "column"
    ]
    headings = [text for part in parts for text, _span in part.groups if text]
    assert len(headings) == len(set(headings))
    for part in parts:
        assert len(part.header) <= WIDEST
        assert sum(span for _text, span in part.groups) == len(part.header)


@pytest.mark.parametrize("name", LARGE)
def test_no_letter_is_smaller_and_no_word_is_cut(name: str) -> None:
    register_fonts()
    for part in tables(LARGE[name]()):
        fitting = fit_table(part)
        assert fitting.body.size >= SMALLEST_NUMBERS == SIZE
        assert sum(fitting.widths) <= WIDTH + 0.01 == LINE + 0.01


def test_long_words_part_a_table_sooner() -> None:
    columns = [{"id": f"k{n}", "text": "Vårdplaneringsmöten"} for n in range(8)]
    spec = {**made(2, 8), "columns": columns}
    parts = tables(table_record(spec, filled(spec)))
    assert len(parts) == 2
    register_fonts()
    assert min(fit_table(part).body.size for part in parts) >= SIZE


@pytest.mark.parametrize("name", LARGE)
def test_the_pdf_says_every_word_in_order(name: str) -> None:
    outline = without_contents(record_outline(LARGE[name]()))
    assert read_words(render(outline)) == expected_words(outline)


def test_a_screen_reader_hears_the_headings_above_their_columns() -> None:
    reader = Reader(render(record_outline(printed_table())))
    table = reader.root.all("Table")[0]
    above, heads, *body = table.all("TR")
    assert [cell.role for cell in above.kids] == ["TD", *["TH"] * 4]
    assert [int(cell.element.A.get("/ColSpan", 1)) for cell in above.kids[1:]] == [2] * 4
    assert {str(cell.element.A.Scope) for cell in above.kids[1:]} == {"/Column"}
    assert len(heads.kids) == 9
    assert all(len(row.kids) == 9 for row in body)


def test_numbers_stand_under_each_other() -> None:
    register_fonts()
    spec = made(2, 1, totals=[])
    (table,) = tables(table_record(spec, {"r0": {"k0": 1234}, "r1": {"k0": 7}}))
    edges = {}
    for piece in (piece for band in lay_out_blocks([table]).bands for piece in band.pieces):
        text = "".join(run.text for run in piece.runs).rstrip(" ")
        edges[text] = piece.x + width_of(text, piece.style)
    assert edges["1\u00a0234"] == pytest.approx(edges["7"])
    assert edges["Mått 1"] == pytest.approx(edges["7"])


def test_the_suspected_cell_is_told_beside_the_wrong_totals() -> None:
    notices = [b.text for b in record_outline(printed_table()).blocks if isinstance(b, Notice)]
    assert sum("angivet" in text for text in notices) == 4
    (suspected,) = [text for text in notices if "kanske" in text]
    assert suspected.startswith("2025-09, Hylte Enstaka: ")


def test_a_word_document_has_the_same_parts() -> None:
    found = docx.Document(io.BytesIO(render_word(record_outline(printed_table()))))
    first, second = [item for item in found.tables if item.rows[0].cells[1].text == "Falkenberg"
                     or item.rows[0].cells[1].text == "Laholm"]  # fmt: skip
    heads = [
        row for row in first._tbl.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None
    ]
    assert len(heads) == 2
    spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in heads[0].iter(f"{W}tc")]
    assert [None if span is None else span.get(f"{W}val") for span in spans] == [None, *"2222"]
    assert [cell.text for cell in second.rows[1].cells][-2:] == ["Totalt", "Enstaka"]


def test_an_address_in_a_heading_is_a_link_on_the_first_page_only() -> None:
    """On the next pages the heading is drawn again, and is no part of the text."""
    table = Table(("https://exempel.example/", "B"), tuple((str(n), "1") for n in range(200)))
    outline = Outline("T", "T", "RS1", "Region Exempel", (Heading(1, "T"), table))
    pages = pypdf.PdfReader(io.BytesIO(render(outline))).pages
    links = [len(page.get("/Annots", ())) for page in pages]
    assert len(links) > 2
    assert (sum(links), links[0]) == (1, 1)
