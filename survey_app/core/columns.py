"""How answers stand in the columns of a sheet, and how they are read from there again.

A column is named by a key: ``niva``; ``ort:box:2``; ``flera:option:a`` (1 or 0), ``niva:detail:b``;
``rader:row:r1``; ``niva:blank`` where it is said why there is no answer. The column of a field of a
list, or of a column of a table, has the question before it: ``exempel/niva``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from survey_app.core.evaluation import Blank
from survey_app.core.field import as_digits
from survey_app.core.grid import Cell, is_empty
from survey_app.core.kinds import Value
from survey_app.core.number import as_decimal, canonical
from survey_app.core.wording import Bilingual

NUMBERS = ("integer", "percent", "money", "computed")
IN_SHEETS_OF_THEIR_OWN = ("list", "table")
UNIT, NUMBER, STATE = "#enhet", "#organisationsnummer", "#lage"
NOTE_QUESTION, NOTE_OF, NOTE = "#fraga", "#galler", "#anmarkning"
"""Keys of columns that are no question's: no id of a question begins so."""
_YES, _NO = ("1", "x", "ja", "yes", "sant", "true"), ("0", "", "nej", "no", "falskt", "false")
_STATED = re.compile(r"\[([^\]]*)\] ?(.*)", re.DOTALL)


class Column(NamedTuple):
    """A column; ``filled_in`` is false where it only tells what stands, and is not read."""

    key: str
    title: str
    filled_in: bool = True


class Unread(ValueError):
    """A cell that is no answer. ``key`` is the column's; ``code`` and ``facts`` say why."""

    def __init__(self, key: str, code: str, **facts: str) -> None:
        super().__init__(code)
        self.key, self.code, self.facts = key, code, facts


def squeezed(text: str) -> str:
    """A text as names are compared: whatever the case and the spaces."""
    return " ".join(text.casefold().split())


def columns_of(question: Any) -> list[Column]:
    """The columns of a question of which each unit has one row; the last says why not."""
    title = f"{question.number} {question.text.sv}" if question.number else question.text.sv
    found = list(_columns(question, question.id, title))
    if question.kind != "computed":
        found.append(Column(f"{question.id}:blank", f"{title}: varför svar saknas"))
    return found


def columns_within(question: Any) -> list[Column]:
    """The columns of an entry of a list, or of a row of a table."""
    own = question.id
    if question.kind == "list":
        return [
            column
            for field in question.fields
            for column in _columns(field, f"{own}/{field.id}", field.text.sv)
        ]
    groups = [(item.id, item.group, item.text) for item in question.columns]
    typed = [(item.id, None, item.text) for item in question.totals
             if item.axis == "column" and item.typed]  # fmt: skip
    return [
        Column(f"{own}/{name}", " ".join(text.sv for text in (group, text) if text))
        for name, group, text in [*groups, *typed]
    ]


def _columns(spec: Any, key: str, title: str) -> Iterator[Column]:
    if spec.kind == "matrix":
        for row in spec.rows:
            yield Column(f"{key}:row:{row.id}", f"{title}: {row.text.sv}")
        return
    if spec.kind == "text" and spec.boxes > 1:
        for box in range(1, spec.boxes + 1):
            yield Column(f"{key}:box:{box}", f"{title} ({box})")
        return
    if spec.kind == "multiple":
        for option in spec.options:
            yield Column(f"{key}:option:{option.id}", f"{title}: {option.text.sv}")
    else:
        yield Column(key, title, filled_in=spec.kind != "computed")
    if spec.kind == "attachment":
        yield Column(f"{key}:files", f"{title}: filer", filled_in=False)
    for option in getattr(spec, "options", ()):
        if option.field is not None:
            yield from _columns(
                option.field, f"{key}:detail:{option.id}", f"{title}: {option.text.sv}, text"
            )


def cells_of(spec: Any, key: str, value: Value) -> dict[str, Cell]:
    """A value in its columns: texts sign by sign, numbers as numbers."""
    if value is None:
        return {}
    if spec.kind in NUMBERS:
        number = as_decimal(value)
        return {key: str(value) if number is None else number}
    if spec.kind == "matrix":
        texts = {option.id: option.text.sv for option in spec.options}
        return {f"{key}:row:{row}": texts[option] for row, option in value.items()}
    if spec.kind in ("single", "multiple"):
        return _choice_cells(spec, key, value)
    if spec.kind == "text" and spec.boxes > 1:
        return {f"{key}:box:{box}": text for box, text in enumerate(value, start=1) if text}
    if spec.kind == "attachment":
        names = "\n".join(file["name"] for file in value["files"])
        return {key: value["text"] or None, f"{key}:files": names or None}
    return {key: value}


def _choice_cells(spec: Any, key: str, value: Value) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for option in spec.options:
        if spec.kind == "multiple":
            found[f"{key}:option:{option.id}"] = int(option.id in value["chosen"])
        elif option.id == value["chosen"]:
            found[key] = option.text.sv
        if option.id in value["details"]:
            detail = value["details"][option.id]
            found |= cells_of(option.field, f"{key}:detail:{option.id}", detail)
    return found


def blank_cells(question: Any, blank: Blank | None) -> dict[str, Cell]:
    """Why there is no answer; in brackets, that it cannot be stated."""
    if blank is None:
        return {}
    if blank["code"] == "reason":
        return {f"{question.id}:blank": blank["text"] or None}
    return {f"{question.id}:blank": f"[{_stated(question)}] {blank['text']}".rstrip()}


def _stated(question: Any) -> str:
    return question.cannot_be_stated.sv if question.cannot_be_stated else "Kan inte anges"


def read_blank(question: Any, cells: Mapping[str, Cell]) -> Blank | None:
    """The reason in the cells, if there is one."""
    cell = cells.get(f"{question.id}:blank")
    if is_empty(cell):
        return None
    text = _text(cell)
    found = _STATED.fullmatch(text)
    if found and squeezed(found[1]) in (squeezed(_stated(question)), "kan inte anges"):
        return {"code": "cannot_be_stated", "text": found[2]}
    return {"code": "reason", "text": text}


def read_cells(spec: Any, key: str, cells: Mapping[str, Cell]) -> Any:
    """What ``parse`` takes, from the columns of a question or a field; None where all are empty.

    Raises Unread.
    """
    if spec.kind == "matrix":
        found = {row.id: _option(spec, f"{key}:row:{row.id}", cells) for row in spec.rows}
        return {row: option for row, option in found.items() if option} or None
    if spec.kind in ("single", "multiple"):
        return _read_choice(spec, key, cells)
    if spec.kind == "text" and spec.boxes > 1:
        texts = [_text(cells.get(f"{key}:box:{box}")) for box in range(1, spec.boxes + 1)]
        return texts if any(texts) else None
    if spec.kind == "attachment":
        if not is_empty(cells.get(f"{key}:files")):
            raise Unread(f"{key}:files", "import_files_not_taken")
        text = _text(cells.get(key))
        return {"files": [], "text": text} if text else None
    cell = cells.get(key)
    if is_empty(cell):
        return None
    return read_number_cell(cell) if spec.kind in NUMBERS else _text(cell)


def read_number_cell(cell: Cell) -> Any:
    """A number as it is stored, or the text as typed."""
    return cell if isinstance(cell, str) else canonical(Decimal(cell or 0))


def _text(cell: Cell) -> str:
    """A cell as text: a number typed where a text is asked for is one."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else as_digits(canonical(Decimal(cell)))


def _read_choice(spec: Any, key: str, cells: Mapping[str, Cell]) -> Any:
    details = {}
    for option in spec.options:
        if option.field is not None:
            detail = read_cells(option.field, f"{key}:detail:{option.id}", cells)
            if detail is not None:
                details[option.id] = detail
    if spec.kind == "single":
        chosen: Any = _option(spec, key, cells)
    else:
        chosen = [item.id for item in spec.options if _ticked(f"{key}:option:{item.id}", cells)]
    return {"chosen": chosen, "details": details} if chosen or details else None


def _option(spec: Any, key: str, cells: Mapping[str, Cell]) -> str | None:
    """The option that is named by its text or its id, if any is."""
    cell = cells.get(key)
    if is_empty(cell):
        return None
    said = squeezed(_text(cell))
    for option in spec.options:
        if said in (squeezed(option.id), *_names(option.text)):
            return str(option.id)
    known = ", ".join(option.text.sv for option in spec.options[:8])
    raise Unread(key, "import_option_unknown", typed=_text(cell)[:60], known=known)


def _names(text: Bilingual) -> list[str]:
    return [squeezed(name) for name in (text.sv, text.en) if name]


def _ticked(key: str, cells: Mapping[str, Cell]) -> bool:
    said = squeezed(_text(cells.get(key)))
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Unread(key, "import_tick_unread", typed=said[:60])
