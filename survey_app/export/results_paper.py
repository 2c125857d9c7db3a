"""The results of a round as a document: what every question came to, with its charts.

What each unit wrote is in the files with all answers, and in the report that is compiled of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from survey_app.core.kinds.cells import column_ids, row_ids
from survey_app.core.pooling import Figures, OptionCount, Result
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.tabulation import totals_of
from survey_app.export import swedish
from survey_app.export.blocks import Block, Chart, Facts, Heading, Outline, Paragraph, Table
from survey_app.export.chart import draw
from survey_app.export.pdf.drawing import render
from survey_app.export.result_charts import added_spec, charted, spread_of

PRACTICE = "Övningsärende"
WIDEST = 6
"""So many columns of numbers stand in one table; more go on in the next."""


class ResultHeading(NamedTuple):
    """What the document is of; ``missing`` names who has not handed over. created: ISO time."""

    diary_number: str
    case: str
    title: str
    unit: str
    practice: bool
    handed_over: int
    missing: tuple[str, ...]
    created: str


def results_pdf(heading: ResultHeading, form: Questionnaire, results: Sequence[Result]) -> bytes:
    """The results as PDF/A-2a."""
    return render(results_outline(heading, form, results))


def results_outline(
    heading: ResultHeading, form: Questionnaire, results: Sequence[Result]
) -> Outline:
    """The results as a document, before it is drawn."""
    return Outline(
        title=f"{heading.diary_number} Resultat: {heading.title}",
        running=heading.case,
        mark=heading.diary_number,
        author=heading.unit,
        blocks=tuple(_blocks(heading, form, results)),
        warning=PRACTICE if heading.practice else "",
        created=heading.created,
    )


def _blocks(
    heading: ResultHeading, form: Questionnaire, results: Sequence[Result]
) -> Iterator[Block]:
    yield Heading(1, f"Resultat: {heading.title}")
    units = heading.handed_over + len(heading.missing)
    yield Facts((
        ("Ärende", f"{heading.diary_number} {heading.case}"),
        ("Formulär", f"{form.title.sv}, {form.period}"),
        ("Har lämnat svar", f"{heading.handed_over} av {units} enheter"),
        ("Svar saknas från", ", ".join(heading.missing) or "ingen"),
        ("Uttaget", swedish.moment(heading.created)),
    ))  # fmt: skip
    section = None
    for result in results:
        own = form.section_of[result.question.id]
        if own is not section:
            yield Heading(2, own.title.sv)
            section = own
        yield from _question(result)


def _question(result: Result) -> Iterator[Block]:
    question: Any = result.question
    number = f"{question.number} " if question.number else ""
    yield Heading(3, f"{number}{question.text.sv}")
    answered, asked = len(result.of("answered")), len(result.replies)
    asked -= len(result.of("missing", "not_asked"))
    yield Paragraph(f"{answered} av {asked} som fick frågan har svarat.", "small")
    if result.share is not None and result.share.value is not None:
        share = result.share
        yield Paragraph(
            f"Alla enheter tillsammans: {swedish.number(share.value or 0)} procent "
            f"({swedish.number(share.part)} av {swedish.number(share.whole)})."
        )
    if answered:
        yield from _tables(result)
    for entry, chart in charted(result):
        yield Chart(draw(entry, chart))
    for why, label in (("left", "Utan svar"), ("stated", "Har sagt varför svar saknas")):
        units = [reply.unit for reply in result.replies if reply.why == why]
        if units:
            yield Paragraph(f"{label}: {', '.join(units)}.", "small")


def _tables(result: Result) -> Iterator[Block]:
    if result.options:
        yield _counted(result.options)
    kind = getattr(result.question, "shown_as", result.question.kind)
    if result.figures is not None:
        yield _figures(result.figures, kind)
    for span in [spread_of(result)]:
        if span:
            rows = tuple((item.name, str(item.n), _percent(item.share)) for item in span)
            yield Table(("Spann", "Antal", "Andel"), rows, (0.6, 0.2, 0.2), numeric=True)
    for row in result.rows:
        if row.n:
            yield Heading(4, row.line.text.sv)
            if row.options:
                yield _counted(row.options)
            if row.figures is not None:
                yield _figures(row.figures, getattr(row.line, "kind", ""))
    if result.cells is not None and result.cells.value is not None:
        yield from _cells(result)


def _counted(options: Sequence[OptionCount]) -> Table:
    rows = tuple((item.option.text.sv, str(item.n), _percent(item.share)) for item in options)
    return Table(("Svar", "Antal", "Andel"), rows, (0.6, 0.2, 0.2), numeric=True)


def _percent(share: int | str | None) -> str:
    return "–" if share is None else f"{swedish.number(share)}{swedish.HARD_SPACE}%"


def _figures(figures: Figures, kind: str) -> Table:
    """A sum of percentages says nothing."""
    told = [("Antal", figures.n), ("Summa", figures.total), ("Median", figures.median),
            ("Minst", figures.least), ("Undre kvartil", figures.lower),
            ("Övre kvartil", figures.upper), ("Störst", figures.greatest)]  # fmt: skip
    rows = tuple((name, swedish.number(value)) for name, value in told
                 if name != "Summa" or kind != "percent")  # fmt: skip
    return Table(("Mått", "Värde"), rows, (0.6, 0.4), numeric=True)


def _cells(result: Result) -> Iterator[Block]:
    spec: Any = added_spec(result.question)
    assert result.cells is not None
    cells = result.cells.value["cells"]
    totals = totals_of(spec, cells)
    names = {item.id: " ".join(part.sv for part in (item.group, item.text) if part)
             for item in spec.columns}  # fmt: skip
    rows = {item.id: " ".join(part.sv for part in (item.text, item.group) if part)
            for item in spec.rows}  # fmt: skip
    for total in spec.totals:
        (names if total.axis == "column" else rows)[total.id] = total.text.sv
    columns = column_ids(spec)
    for start in range(0, len(columns), WIDEST):
        part = columns[start : start + WIDEST]
        lines = []
        for row in row_ids(spec):
            line = [rows[row]]
            for column in part:
                total = totals.get(row, {}).get(column)
                value = total.value if total else cells.get(row, {}).get(column)
                line.append("–" if value is None else swedish.number(value))
            lines.append(tuple(line))
        yield Table(("Rad", *(names[column] for column in part)), tuple(lines), numeric=True)
    yield Paragraph("Varje cell är summan av enheternas tal; av procenttal medianen.", "small")
