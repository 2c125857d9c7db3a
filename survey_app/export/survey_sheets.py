"""The result of a survey as sheets: exactly what its document tells, counts as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from survey_app.core.grid import Cell
from survey_app.core.tally import FEWEST, Tally
from survey_app.export.sheet import Percent, SheetToWrite, write_xlsx
from survey_app.export.survey_result import ANONYMOUS, TITLE, TOO_FEW, Result

Row = list[Cell | Percent]
HEADER: Row = ["Avsnitt", "Nummer", "Fråga", "Påstående", "Svar", "Antal", "Procent", "Antal svar"]


def result_xlsx(result: Result, created: str) -> bytes:
    """The result as a workbook: counts, free texts, and what it is the result of.

    created  ISO time with zone
    """
    sheets = [
        SheetToWrite("Resultat", [HEADER, *_counts(result)], widths=(24, 9, 48, 36, 30, 10)),
        SheetToWrite("Texter", [["Nummer", "Fråga", "Text"], *_texts(result)], widths=(9, 48, 90)),
        SheetToWrite("Om enkäten", list(_about(result)), 0, 1, widths=(24, 80)),
    ]
    return write_xlsx(sheets, f"{TITLE}: {result['title']}", created)


def _questions(result: Result) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if result["ballots"] >= FEWEST:
        for section in result["sections"]:
            for told in section["questions"]:
                yield section["title"], told


def _counts(result: Result) -> Iterator[Row]:
    for section, told in _questions(result):
        head: Row = [section, told["number"], told["text"]]
        tally = told["tally"]
        if "rows" in tally:
            for line in told["rows"]:
                yield from _lines([*head, line["text"]], told, tally["rows"][line["id"]])
        else:
            yield from _lines([*head, None], told, tally)


def _lines(head: Row, told: Mapping[str, Any], tally: Tally) -> Iterator[Row]:
    """A line for each option, or for each figure; one line where nothing is shown."""
    if tally.get("withheld"):
        yield [*head, "visas inte", None, None, f"färre än {FEWEST}"]
        return
    answered = tally["answered"]
    for option in told.get("options", ()) if "counts" in tally else ():
        n = tally["counts"][option["id"]]
        yield [*head, option["text"], n, _share(n, answered), answered]
    for name, key in (("Median", "median"), ("Lägst", "lowest"), ("Högst", "highest")):
        if key in tally:
            yield [*head, name, Decimal(str(tally[key])), None, answered]
    if "counts" not in tally and "median" not in tally:
        yield [*head, None, None, None, answered]


def _share(n: int, of: int) -> Percent | None:
    if not of:
        return None
    return Percent((Decimal(100 * n) / Decimal(of)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _texts(result: Result) -> Iterator[Row]:
    for _section, told in _questions(result):
        for text in told.get("texts") or ():
            yield [told["number"], told["text"], text]


def _about(result: Result) -> Iterator[Row]:
    form = result["questionnaire"]
    yield ["Enkät", result["title"]]
    yield ["Ärende", f"{result['case']['diary_number']} {result['case']['title']}"]
    if result["case"]["practice"]:
        yield ["Övningsärende", "Ja"]
    yield ["Enhet", result["unit"]["name"]]
    yield ["Formulär", f"{form['title']}, version {form['version']}"]
    yield ["Formulärets SHA-256", form["sha256"]]
    yield ["Öppnade", result["opens"]]
    yield ["Stängd", result["closed"] or "Nej"]
    yield ["Antal svar", result["ballots"]]
    if result["left_out"]:
        yield ["Inte med i siffrorna", result["left_out"]]
    yield ["Så räknas det", ANONYMOUS if result["ballots"] >= FEWEST else TOO_FEW]
