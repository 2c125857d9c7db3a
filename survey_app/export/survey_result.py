"""The result of a survey: as JSON that reads alone, and as a document. Nobody can be told in it.

Swedish: the archive's tongue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from survey_app.core.content import canonical_json
from survey_app.core.questionnaire import Question
from survey_app.core.tally import FEWEST, Tally
from survey_app.export import swedish
from survey_app.export.blocks import (
    Block,
    Bullets,
    Chart,
    Facts,
    Heading,
    Notice,
    Outline,
    Paragraph,
    Table,
)
from survey_app.export.chart import draw
from survey_app.export.chart.shapes import SERIES

FORMAT = "redogor/survey-result/1"
TITLE = "Enkätresultat"
TOO_FEW = f"Färre än {swedish.count(FEWEST)} har svarat. Därför visas inget resultat."
ANONYMOUS = (
    "Enkäten besvarades utan namn genom en länk. Ett enskilt svar kan inte kopplas till någon. "
    f"Resultatet av en fråga visas bara om minst {swedish.count(FEWEST)} har besvarat den, och "
    "fria texter står i en ordning som inte säger något om vem som skrev dem eller när."
)
Result = Mapping[str, Any]


def result_json(result: Result) -> bytes:
    """The result as canonical JSON (RFC 8785)."""
    return canonical_json(dict(result))


def question_result(question: Question, tally: Tally, texts: list[str] | None) -> dict[str, Any]:
    """What a result tells of one question, with its words."""
    told: dict[str, Any] = {
        "id": question.id,
        "number": question.number,
        "kind": question.kind,
        "text": question.text.sv,
        "tally": tally,
    }
    for part in ("options", "rows"):
        if lines := getattr(question, part, None):
            told[part] = [{"id": line.id, "text": line.text.sv} for line in lines]
    if unit := getattr(question, "unit", None):
        told["unit"] = unit.sv
    if texts is not None:
        told["texts"] = texts
    return told


def share_of(n: int, of: int) -> str:
    """``"66,7"``, in percent."""
    if not of:
        return ""
    exact = Decimal(100 * n) / Decimal(of)
    return swedish.number(format(exact.quantize(Decimal("0.1"), ROUND_HALF_UP).normalize(), "f"))


def table_of(told: Mapping[str, Any]) -> Table | None:
    """The counts of one question as a table; None where it has none."""
    tally = told["tally"]
    if "counts" in tally:
        rows = tuple(
            (line["text"], str(n := tally["counts"][line["id"]]), share_of(n, tally["answered"]))
            for line in told["options"]
        )
        return Table(("Svar", "Antal", "Procent"), rows, (0.6, 0.2, 0.2))
    if "rows" not in tally:
        return None
    options = told["options"]
    wide = (0.4, *(0.6 / (len(options) + 1) for _ in range(len(options) + 1)))
    return Table(
        ("Påstående", *(option["text"] for option in options), "Antal svar"),
        tuple(_row(line, tally["rows"][line["id"]], options) for line in told["rows"]),
        wide,
    )


def _row(
    line: Mapping[str, Any], tally: Tally, options: list[Mapping[str, Any]]
) -> tuple[str, ...]:
    if tally.get("withheld"):
        return line["text"], *("visas inte" for _ in options), f"färre än {FEWEST}"
    return (
        line["text"],
        *(str(tally["counts"][option["id"]]) for option in options),
        str(tally["answered"]),
    )


def chart_of(told: Mapping[str, Any]) -> Chart | None:
    """The same counts drawn."""
    tally = told["tally"]
    title = str(told["text"])
    if "counts" in tally:
        entry = _entry(told["options"], [{"id": "antal", "text": "Antal svar"}], {
            key: {"antal": n} for key, n in tally["counts"].items()
        })  # fmt: skip
        return Chart(draw(entry, _declared("bar", title, ["antal"])))
    if "rows" not in tally:
        return None
    shown = [line for line in told["rows"] if "counts" in tally["rows"][line["id"]]]
    if not shown or len(told["options"]) > len(SERIES):
        return None
    cells = {line["id"]: tally["rows"][line["id"]]["counts"] for line in shown}
    entry = _entry(shown, told["options"], cells)
    return Chart(draw(entry, _declared("stacked", title, [one["id"] for one in told["options"]])))


def _entry(rows: Any, columns: Any, cells: Mapping[str, Any]) -> dict[str, Any]:
    return {"rows": rows, "columns": columns, "value": {"cells": cells}, "unit": "svar",
            "number_kind": "integer"}  # fmt: skip


def _declared(kind: str, title: str, series: list[str]) -> dict[str, Any]:
    return {"id": "antal", "type": kind, "title": title, "series": series, "from_zero": True}


def facts_of(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The figures of one question beside its counts."""
    tally = told["tally"]
    unit = f" {told['unit']}" if told.get("unit") else ""
    named = (("Median", "median"), ("Lägst", "lowest"), ("Högst", "highest"))
    return tuple(
        (name, f"{swedish.number(tally[key])}{unit}") for name, key in named if key in tally
    )


def result_outline(result: Result, created: str) -> Outline:
    """The result as a document. created: ISO time with zone."""
    return Outline(
        title=f"{TITLE}: {result['title']}",
        running=TITLE,
        mark=result["case"]["diary_number"],
        author=result["unit"]["name"],
        blocks=tuple(_blocks(result)),
        warning="Övningsärende" if result["case"]["practice"] else "",
        created=created,
    )


def _blocks(result: Result) -> Iterator[Block]:
    form = result["questionnaire"]
    yield Heading(1, f"{TITLE}: {result['title']}")
    yield Facts(
        (
            ("Ärende", f"{result['case']['diary_number']} {result['case']['title']}"),
            ("Enhet", result["unit"]["name"]),
            ("Formulär", f"{form['title']}, version {form['version']}"),
            ("Besvarades", f"{swedish.day(result['opens'])} till {swedish.day(result['closed'])}"),
            ("Antal svar", swedish.number(result["ballots"])),
            ("Formulärets SHA-256", form["sha256"]),
        )
    )
    yield Paragraph(ANONYMOUS)
    if result["ballots"] < FEWEST:
        yield Notice(TOO_FEW)
        return
    if result["left_out"]:
        yield Notice(
            f"{swedish.number(result['left_out'])} svar till kom in och är inte med i siffrorna: "
            "de visades i steg om fem, och skillnaden skulle röja vad några få svarade."
        )
    for section in result["sections"]:
        yield Heading(2, section["title"])
        for told in section["questions"]:
            yield from question_blocks(told, result["ballots"])


def question_blocks(told: Mapping[str, Any], ballots: int) -> Iterator[Block]:
    """One question: its words, how many answered, the counts as a table and drawn, the texts."""
    number = f"{told['number']}. " if told["number"] else ""
    yield Heading(3, f"{number}{told['text']}")
    tally = told["tally"]
    if tally.get("withheld"):
        yield Notice(TOO_FEW)
        return
    yield Paragraph(f"{swedish.number(tally['answered'])} av {swedish.number(ballots)} svarade.")
    if facts := facts_of(told):
        yield Facts(facts)
    if table := table_of(told):
        yield table
    if chart := chart_of(told):
        yield chart
    if told.get("texts"):
        yield Bullets(tuple(told["texts"]))
    elif told["kind"] == "text":
        yield Paragraph("Texterna är inte med.", "small")
