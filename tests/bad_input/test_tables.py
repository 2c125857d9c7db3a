"""Pastes and files that are no table, or not this one: a clear word, and nothing half imported."""

from __future__ import annotations

import html
from collections.abc import Iterator

import pytest

from survey_app.web.pages.tables import MOST_MEGABYTES
from tests.export.sheets import with_part, workbook
from tests.stage import PDF_BYTES, build_stage
from tests.tables.desk import Desk, lay_desk

TABLE = "andel-kon"
HEADER = "År\tKvinna\tMan\n"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def desk(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for all: nothing of this may leave anything behind."""
    stage = build_stage(tmp_path_factory.mktemp("desk"))
    made = lay_desk(stage)
    yield made
    for database in (stage.database, made.app.extensions["redogor"].database):
        database.close()


FILES = [
    pytest.param("tom.xlsx", b" ", "tom.xlsx innehåller inga värden", id="empty"),
    pytest.param("a.xlsx", b"PK" + PDF_BYTES, "a.xlsx går inte att läsa", id="no workbook"),
    pytest.param("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
                 "a.xls har ett lösenord eller är i det gamla formatet XLS", id="old"),
    pytest.param("a.xlsm", with_part(workbook([[1]]), "xl/vbaProject.bin", b"x"),
                 "a.xlsm innehåller makron", id="macros"),
    pytest.param("a.xlsx", workbook([["År", "Kvinna"], ["2024", "=SUM(A1)"]], "Mitt blad"),
                 "formel utan uträknat värde i cell B2 på bladet ”Mitt blad”", id="formula"),
    pytest.param("a.csv", b"\x81\x00\x8d", "a.csv går inte att läsa som text", id="no text"),
    pytest.param("a.csv", b"x;y\n" * 300, "a.csv är större än tabellen kan vara", id="too long"),
    pytest.param("a.csv", b"x" * (MOST_MEGABYTES * MEGABYTE + 1),
                 f"”a.csv” är större än {MOST_MEGABYTES} MB", id="too large"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "message"), FILES)
def test_a_file_that_is_no_such_table(desk: Desk, name: str, data: bytes, message: str) -> None:
    before = desk.counts()
    reply = desk.hand_in(TABLE, data, name)
    page = html.unescape(reply.text)
    assert reply.status_code == 422
    assert message in page
    assert 'href="#file"' in page
    assert desk.counts() == before


@pytest.mark.parametrize("text", ["", " \n\t\n"], ids=["nothing", "spaces"])
def test_a_paste_of_nothing(desk: Desk, text: str) -> None:
    before = desk.counts()
    reply = desk.paste(TABLE, text)
    assert reply.status_code == 422
    assert "Klistra in en tabell, eller välj en fil." in html.unescape(reply.text)
    assert desk.counts() == before


PASTES = [
    pytest.param(HEADER + "2024\t36,7\t21,5\nTotalt\t1\t2\n", "Rad 3: ”Totalt”", id="extra row"),
    pytest.param("År\tKvinna\tMan\tAlla\n2024\t1\t2\t3\n", "Kolumn D: ”Alla”", id="extra column"),
    pytest.param(HEADER + "2024\t1\t2\n2024\t3\t4\n", "förekommer mer än en gång", id="twice"),
    pytest.param(HEADER + "2024\tca 37\t2\n", "B2 (2024, Kvinna): ”ca 37”", id="a text"),
    pytest.param(HEADER + "2024\t=SUM(A1)\t2\n", "”=SUM(A1)”", id="a formula"),
    pytest.param(HEADER + "2024\t#REF!\t2\n", "”#REF!”", id="a fault"),
    pytest.param(HEADER + "2024\t1.000\t2\n", "”1.000”", id="a thousand or one"),
    pytest.param(HEADER + "2024\t101\t2\n", "”101”", id="too large"),
    pytest.param(HEADER + "2024\t2024-01-31\t2\n", "”2024-01-31”", id="a day"),
    pytest.param("<script>alert(1)</script>\tKvinna\n\u202e2024\t1\n", "Rad 2", id="hostile names"),
    pytest.param("Kära kollega,\nhär kommer siffrorna.", "Rad 1: ”Kära kollega,”", id="a letter"),
]


@pytest.mark.parametrize(("text", "message"), PASTES)
def test_a_paste_that_does_not_fit_is_shown_and_not_taken(
    desk: Desk, text: str, message: str
) -> None:
    preview = desk.look(desk.paste(TABLE, text))
    assert preview.reply.status_code == 200
    assert message in preview.words
    assert "<script>alert" not in preview.reply.text
    assert not preview.can_take
    before = desk.counts()
    refused = preview.take()
    assert refused.status_code == 422
    assert "Det här behöver rättas" in refused.text
    assert desk.counts() == before
    assert desk.value(TABLE) is None


ODD_CHOICES = [
    {"row.3": "2025"}, {"row.x": "2024"}, {"row.99999999": "2024"}, {"column.1": "finns-inte"},
    {"sheet": "7"}, {"sheet": "-1"}, {"version": ""}, {"version": "9" * 30},
]  # fmt: skip


@pytest.mark.parametrize("chosen", ODD_CHOICES, ids=str)
def test_a_form_that_no_page_sends_takes_nothing_in(desk: Desk, chosen: dict[str, str]) -> None:
    preview = desk.look(desk.paste(TABLE, HEADER + "2024\t1\t2\nBåstad\t3\t4\n"))
    before = desk.counts()
    told = {"do": "take", "version": "0", **chosen}
    reply = desk.person.post(preview.url, told)
    assert reply.status_code in (409, 422)
    assert desk.counts() == before
    assert desk.value(TABLE) is None


def test_an_odd_place_to_paste_is_no_place(desk: Desk) -> None:
    for at in ("x y", "2024 x", "2024", "' OR 1=1"):
        preview = desk.look(desk.paste(TABLE, "1\t2\t3\n", at=at))
        assert not preview.can_take
