"""What goes where in a table that came as a file or a paste, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.grid import column_letters
from survey_app.core.kinds import KINDS
from survey_app.core.kinds import cells as work
from survey_app.core.placement import LEFT_OUT, Choices, PlacedCell, PlacedLine
from survey_app.services.table_file import PASTED, Look
from survey_app.web.catalogue import gettext as _
from survey_app.web.plain_text import cell_text, line_names
from survey_app.web.speech import describe_problem
from survey_app.web.wording.places import part_words

CHOSEN = ("unknown", "repeated", "chosen", "left_out")
"""How a row or a column is where somebody may say what is meant by it."""


@dataclass(frozen=True, slots=True)
class LineView:
    """A row or column to choose for: the name of its field, what it is, what may be chosen."""

    name: str
    text: str
    why: str
    chosen: str
    options: list[tuple[str, str]]
    open: bool

    @property
    def summary(self) -> dict[str, str]:
        """The line for an error summary."""
        return {"text": f"{self.text} {self.why}", "href": f"#{self.name}"}


@dataclass(frozen=True, slots=True)
class WrongView:
    """A cell that cannot be taken: where in the file, where in the table, what it says and why."""

    at: str
    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell of the preview. ``old`` where another number stood."""

    text: str
    old: str = ""
    state: str = "untouched"


@dataclass(frozen=True, slots=True)
class LookView:
    """A preview.

    columns   what the columns are called of which something is taken in
    rows      the rows with their cells, as the columns
    facts     sentences on what was met and how it is read
    warnings  totals that do not agree, once it is taken in
    """

    file_id: int
    name: str
    sheets: list[str]
    sheet: int
    version: int
    lines: list[LineView]
    wrong: list[WrongView]
    left_out: bool
    empty: int
    missing: bool
    columns: list[str]
    rows: list[tuple[str, list[CellView]]]
    counts: dict[str, int]
    facts: list[str] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    settled: bool = False


def name_of_file(name: str) -> str:
    """The name of what came; a paste has none of its own."""
    return _("Inklistrad tabell") if name == PASTED else name


def read_choices(form: Mapping[str, str]) -> tuple[Choices, int]:
    """What was chosen in a posted preview, and the number of the sheet."""
    chosen: dict[str, dict[int, str]] = {"row": {}, "column": {}}
    for name, value in form.items():
        axis, _dot, place = name.partition(".")
        if axis in chosen and place.isdecimal() and len(place) < 6 and value:
            chosen[axis][int(place)] = value
    sheet = form.get("sheet", "")
    choices = Choices(
        rows=chosen["row"],
        columns=chosen["column"],
        left_out="left_out" in form,
        missing="missing" in form,
    )
    return choices, int(sheet) if sheet.isdecimal() and len(sheet) < 4 else 0


def view_look(look: Look) -> LookView:
    """The preview of a file."""
    placement, question = look.placement, look.question
    names = line_names(question)
    assert look.file.id is not None
    return LookView(
        file_id=look.file.id,
        name=name_of_file(look.file.name),
        sheets=[sheet.name for sheet in look.sheets],
        sheet=look.sheet,
        version=look.version,
        lines=[
            *(_line("row", line, names["row"], question) for line in placement.rows
              if line.how in CHOSEN),
            *(_line("column", line, names["column"], question) for line in placement.columns
              if line.how in CHOSEN),
        ],
        wrong=[_wrong(question, cell) for cell in placement.wrong_cells],
        left_out=placement.choices.left_out,
        empty=placement.empty,
        missing=placement.choices.missing,
        columns=[names["column"][key] for key in _taken(look, "column")],
        rows=list(_rows(look, names["row"])),
        counts={
            "new": sum(change.is_new for change in look.changes),
            "same": sum(change.is_same for change in look.changes),
            "changed": sum(not change.is_new and not change.is_same for change in look.changes),
        },
        facts=list(_facts(look, names)),
        warnings=list(_warnings(look)),
        settled=placement.is_settled,
    )  # fmt: skip


def _line(axis: str, line: PlacedLine, names: Mapping[str, str], question: Any) -> LineView:
    known = (work.row_ids if axis == "row" else work.column_ids)(question, typed=True)
    near = [key for key in line.nearest if key in known]
    order = [*near, *(key for key in known if key not in near)]
    where = (
        _("Rad %(place)s", place=line.place + 1)
        if axis == "row"
        else _("Kolumn %(place)s", place=column_letters(line.place))
    )
    why = {
        "unknown": _("finns inte i tabellen") if line.label else _("har inget namn"),
        "repeated": _("förekommer mer än en gång"),
    }.get(line.how, "")
    return LineView(
        name=f"{axis}.{line.place}",
        text=f"{where}: ”{line.label[:80]}”" if line.label else where,
        why=why,
        chosen=LEFT_OUT if line.how == "left_out" else line.target or "",
        options=[(key, names[key]) for key in order],
        open=line.how in ("unknown", "repeated"),
    )


def _wrong(question: Any, cell: PlacedCell) -> WrongView:
    assert cell.problem is not None
    place = part_words(question, f"cell:{cell.row}:{cell.column}")
    raw = "" if cell.raw is None else str(cell.raw)
    return WrongView(cell.at, place, raw[:80], describe_problem(cell.problem))


def _taken(look: Look, axis: str) -> list[str]:
    """The rows or columns of which a cell is taken in, in the table's order."""
    there = {getattr(cell, axis) for cell in look.placement.good_cells}
    ids = (work.row_ids if axis == "row" else work.column_ids)(look.question, typed=True)
    return [key for key in ids if key in there]


def _rows(look: Look, names: Mapping[str, str]) -> Iterator[tuple[str, list[CellView]]]:
    changes = {(change.cell.row, change.cell.column): change for change in look.changes}
    columns = _taken(look, "column")
    for row in _taken(look, "row"):
        cells = []
        for column in columns:
            change = changes.get((row, column))
            if change is None:
                cells.append(CellView(""))
                continue
            decimals = work.decimals_of(look.question, row, column)
            text = cell_text(change.cell.read, decimals)
            if change.is_new:
                cells.append(CellView(text, state="new"))
            elif change.is_same:
                cells.append(CellView(text, state="same"))
            else:
                cells.append(CellView(text, cell_text(change.old[0], decimals), "changed"))
        yield names[row], cells


def _facts(look: Look, names: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    placement, sheet = look.placement, look.sheets[look.sheet]
    if "columns" in placement.by_place and "rows" in placement.by_place:
        yield _("Det finns inga namn på rader och kolumner. Talen läses in efter sin plats.")
    elif "columns" in placement.by_place:
        yield _("Kolumnerna har inga namn. De läses in efter sin plats.")
    elif "rows" in placement.by_place:
        yield _("Raderna har inga namn. De läses in efter sin plats.")
    if placement.skipped:
        rows = ", ".join(str(row + 1) for row in placement.skipped)
        yield _("Ovanför rubrikerna står rader som inte läses in: %(rows)s.", rows=rows)
    computed = [line.label for line in (*placement.rows, *placement.columns)
                if line.how == "computed"]  # fmt: skip
    if computed:
        yield _("Räknas ut av Redogör och läses inte in: %(names)s.", names=", ".join(computed))
    if sheet.hidden:
        yield _("Bladet är dolt i filen. Det läses ändå.")
    if sheet.hidden_rows:
        yield _("Dolda rader i filen läses också: %(rows)s.", rows=", ".join(sheet.hidden_rows))
    if sheet.hidden_columns:
        yield _("Dolda kolumner i filen läses också: %(columns)s.",
                columns=", ".join(sheet.hidden_columns))  # fmt: skip
    for axis, absent in (("row", placement.absent_rows), ("column", placement.absent_columns)):
        if absent:
            found = ", ".join(names[axis][key] for key in absent[:10])
            more = " …" if len(absent) > 10 else ""
            yield _("Finns i tabellen men inte här, och ändras inte: %(names)s.",
                    names=found + more)  # fmt: skip


def _warnings(look: Look) -> Iterator[tuple[str, str]]:
    """What the table would say of its totals."""
    kind = KINDS[look.question.kind]
    value = kind.parse(look.question, look.value)
    for problem in kind.check(look.question, value) if value else ():
        if problem.severity == "warning":
            yield part_words(look.question, problem.part, value), describe_problem(problem)
