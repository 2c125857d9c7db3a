"""The results of a round as pages show them: a line of words, counts, figures, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from survey_app.core.kinds.cells import column_ids, row_ids
from survey_app.core.pooling import Cells, Figures, OptionCount, Reply, Result, RowCount
from survey_app.core.tabulation import Totals, totals_of
from survey_app.export.result_charts import added_spec, spread_of
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_number, show_number
from survey_app.web.plain_text import field_text, line_names, plain_text

MOST_NAMED = 3
"""So many options are told in the line of a question."""
CHOICES = ("single", "multiple")
NUMBERS = ("integer", "percent", "money", "computed")


def percentage(share: object) -> str:
    """``66,7 %``; nothing of nothing."""
    return "" if share is None else f"{format_number(share)}\u00a0%"


def unit_of(question: Any) -> str:
    """How a question's numbers are shown."""
    return str(question.shown_as if question.kind == "computed" else question.kind)


def summary(result: Result) -> str:
    """What a question came to, in one line; nothing where nobody answered."""
    if not result.of("answered") and not result.share:
        return ""
    question: Any = result.question
    if question.kind in CHOICES:
        return _most(result.options)
    if question.kind in NUMBERS:
        return _of_numbers(result)
    if question.kind == "list":
        total = result.figures.total if result.figures else 0
        return _("%(entry)s: %(n)s", entry=words(question.entry), n=format_number(total))
    return ""


def _most(options: Sequence[OptionCount]) -> str:
    found = sorted((item for item in options if item.n), key=lambda item: -item.n)
    said = [
        f"{words(item.option.text)} {item.n} ({percentage(item.share)})"
        for item in found[:MOST_NAMED]
    ]
    return ", ".join(said) + (" …" if len(found) > MOST_NAMED else "")


def _of_numbers(result: Result) -> str:
    if result.share is not None and result.share.value is not None:
        return _("tillsammans %(value)s %%", value=format_number(result.share.value))
    if result.figures is None:
        return ""
    told = {"median": _number(result, result.figures.median)}
    if unit_of(result.question) == "percent":
        return _("median %(median)s", **told)
    return _("median %(median)s, summa %(total)s", **told,
             total=_number(result, result.figures.total))  # fmt: skip


def _number(result: Result, value: object) -> str:
    return show_number(value, unit_of(result.question))


def view_figures(figures: Figures | None, unit: str) -> list[tuple[str, str]]:
    """What numbers came to, as terms with their values; a sum of percentages says nothing."""
    if figures is None:
        return []
    told = [
        (_("Antal svar"), format_number(figures.n)),
        (_("Median"), show_number(figures.median, unit)),
        (_("Minst"), show_number(figures.least, unit)),
        (_("Undre kvartil"), show_number(figures.lower, unit)),
        (_("Övre kvartil"), show_number(figures.upper, unit)),
        (_("Störst"), show_number(figures.greatest, unit)),
    ]
    if unit != "percent":
        told.insert(1, (_("Summa"), show_number(figures.total, unit)))
    return told


def view_options(options: Sequence[OptionCount]) -> list[dict[str, Any]]:
    """Each option with its count and its share."""
    return [
        {"text": words(item.option.text), "n": item.n, "share": percentage(item.share)}
        for item in options
    ]


def view_spread(result: Result) -> list[dict[str, Any]]:
    """How many numbers stand in each span."""
    return [
        {"text": span.name, "n": span.n, "share": percentage(span.share)}
        for span in spread_of(result)
    ]


def view_rows(rows: Sequence[RowCount]) -> list[dict[str, Any]]:
    """The rows of a matrix, or the fields of a list, each with what it came to."""
    return [
        {
            "text": words(item.line.text),
            "n": item.n,
            "options": view_options(item.options),
            "figures": view_figures(item.figures, getattr(item.line, "kind", "")),
        }
        for item in rows
    ]


def view_cells(result: Result) -> dict[str, Any] | None:
    """A table of all units together; each cell with the number of units that have one there."""
    if result.cells is None or result.cells.value is None:
        return None
    spec: Any = added_spec(result.question)
    names, columns = line_names(spec), column_ids(spec)
    totals = totals_of(spec, result.cells.value["cells"])
    return {
        "columns": [names["column"][column] for column in columns],
        "rows": [
            (names["row"][row], [_cell(result.cells, totals, row, column) for column in columns])
            for row in row_ids(spec)
        ],
    }


def _cell(cells: Cells, totals: Totals, row: str, column: str) -> dict[str, Any]:
    total = totals.get(row, {}).get(column)
    value = total.value if total else cells.value["cells"].get(row, {}).get(column)
    n = 0 if total else cells.counts.get(row, {}).get(column, 0)
    return {"text": "–" if value is None else format_number(value), "n": n}


def view_reply(result: Result, reply: Reply) -> dict[str, Any]:
    """What one unit answered, with the way to all that it answered."""
    question: Any = result.question
    text = reply_text(question, reply.value)
    cells = sum(len(row) for row in reply.value["cells"].values()) if question.kind == "table" \
        else 0  # fmt: skip
    return {
        "unit": reply.unit,
        "url": url_for("submissions.show", submission_id=reply.submission_id),
        "text": text,
        "number": question.kind in NUMBERS,
        "folded": _("%(n)s celler ifyllda", n=cells) if cells else "",
    }


def reply_text(question: Any, value: Any) -> str:
    """A unit's answer as text: of a choice what is chosen and what stands after it."""
    if question.kind in CHOICES:
        details = [
            plain_text(option.field, value["details"][option.id])
            for option in question.options
            if option.id in value["details"] and option.field is not None
        ]
        return "\n".join([field_text(question, value), *details])
    if question.kind == "computed":
        return show_number(value, question.shown_as)
    return plain_text(question, value)


def view_gaps(result: Result) -> list[dict[str, Any]]:
    """Which units there is no answer of, and why; only the reasons that are used."""
    found = [
        (_("Har inte lämnat svar"), [reply.unit for reply in result.of("missing")]),
        (_("Har lämnat frågan utan svar"), [reply.unit for reply in result.of("left")]),
        (_("Frågan ställdes inte, efter andra svar"),
         [reply.unit for reply in result.of("not_asked")]),
        (_("Svaret är inget tal"), list(result.unread)),
    ]  # fmt: skip
    gaps: list[dict[str, Any]] = [{"why": why, "units": units} for why, units in found if units]
    stated = [(item.unit, _reason(result, item)) for item in result.of("stated")]
    if stated:
        gaps.append({"why": _("Har sagt varför svar saknas"), "reasons": stated})
    return gaps


def _reason(result: Result, reply: Reply) -> str:
    blank = reply.blank or {"code": "reason", "text": ""}
    if blank["code"] == "reason":
        return blank["text"]
    said = words(result.question.cannot_be_stated) or _("Kan inte anges")
    return f"{said}. {blank['text']}".strip() if blank["text"] else said
