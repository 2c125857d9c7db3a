"""The shape of the questions in a record: of each kind what it tells beside its value."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Number = int | str
"""A JSON integer, or a decimal number with a point as text, or a text that is no number."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Passage(Shape):
    """What was printed beside the questions; ``by`` marks remarks of Redogör's own."""

    text: str | None = None
    heading: str | None = None
    items: list[str] | None = None
    link: str | None = None
    url: str | None = None
    by: Literal["redogor"] | None = None


class File(Shape):
    """An enclosed file; ``size`` in bytes."""

    name: str
    size: int
    sha256: Sha256
    media_type: str


class Files(Shape):
    """Files, and a text in their stead or beside them."""

    files: list[File]
    text: str


class Chosen(Shape):
    """The chosen option or options by id, and what was written after them."""

    chosen: str | list[str] | None
    details: dict[str, Number | Files]


class Blank(Shape):
    """Why a question is without an answer, in the words that were offered, and the reason."""

    code: Literal["cannot_be_stated", "reason"]
    words: str
    text: str


class _Asked(Shape):
    id: str
    number: str | None
    text: str
    before: list[Passage]
    help: list[Passage]
    after: list[Passage]
    label: str | None
    required: bool
    filled_by: Literal["writer", "approver"]
    asked: bool
    blank: Blank | None
    not_sent: Any = Field(default=None, description="In drafts only: what will not be handed in.")


class TextEntry(_Asked):
    """Text in one box, or a list of texts where there are several."""

    kind: Literal["text"]
    value: str | list[str] | None
    boxes: int
    max_characters: int | None


class Option(Shape):
    """One option, with the kind of its field and what was written there."""

    id: str
    text: str
    help: str | None
    chosen: bool
    field: str | None
    label: str | None
    group: str | None = None
    detail: Number | Files | None


class ChoiceEntry(_Asked):
    """One option or several, every option told."""

    kind: Literal["single", "multiple"]
    value: Chosen | None
    options: list[Option]


class NumberEntry(_Asked):
    """A whole number, a share in percent or an amount in kronor."""

    kind: Literal["integer", "percent", "money"]
    value: Number | None
    unit: str | None = None


class LineEntry(_Asked):
    """One line: a day (ISO), a link, or how somebody is reached."""

    kind: Literal["date", "link", "email", "telephone", "postal_code", "organisation_number"]
    value: str | None


class AttachmentEntry(_Asked):
    """Files or a text."""

    kind: Literal["attachment"]
    value: Files | None


class Row(Shape):
    """One row of a matrix, with the id of its option."""

    id: str
    text: str
    asked: bool
    chosen: str | None


class MatrixOption(Shape):
    """One option of all rows."""

    id: str
    text: str


class MatrixEntry(_Asked):
    """Rows with one option each."""

    kind: Literal["matrix"]
    value: dict[str, str] | None
    rows: list[Row]
    options: list[MatrixOption]


class FieldOption(Shape):
    """One option of a field of a list; ``group`` is the heading under which it stands."""

    id: str
    text: str
    help: str | None
    group: str | None = None


class ListField(Shape):
    """One field of the entries of a list."""

    id: str
    text: str
    kind: str
    help: list[Passage]
    required: bool
    label: str | None = None
    unit: str | None = None
    max_characters: int | None = None
    options: list[FieldOption] | None = None


class ChosenOnly(Shape):
    """The chosen option or options of a field."""

    chosen: str | list[str] | None
    details: dict[str, Number]


class ListItem(Shape):
    """One entry, with what was written in its fields."""

    id: str
    values: dict[str, Number | ChosenOnly]


class ListItems(Shape):
    """The entries in their order; nothing that was removed is handed in."""

    entries: list[ListItem]
    removed: list[ListItem]


class ListEntry(_Asked):
    """A list of entries with the same fields; ``entry`` is what one of them is called."""

    kind: Literal["list"]
    value: ListItems | None
    entry: str
    title_field: str | None
    fields: list[ListField]


class TableLine(Shape):
    """One column of a table, or what a row has in common with it."""

    id: str
    text: str
    group: str | None
    unit: str | None
    number_kind: str | None
    decimals: int | None
    colour: str | None


class TableRow(TableLine):
    """One row of a table; ``period`` is the time to which it belongs."""

    period: str | None
    asked: bool


class TableTotal(Shape):
    """A sum; ``column`` is one of each row, ``row`` one of each column; ``of`` is what it adds,
    all if empty. Where it is ``typed``, what somebody stated stands in the cells."""

    id: str
    axis: Literal["column", "row"]
    text: str
    of: list[str]
    typed: bool


class Computed(Shape):
    """A reckoned total, and how many of its cells have no number."""

    value: Number | None
    missing: int


class Difference(Shape):
    """A stated total that is not the sum of its parts."""

    row: str
    column: str
    typed: Number
    computed: Number


class Suspected(Shape):
    """The one cell that, were it ``difference`` more, would make two stated totals right."""

    row: str
    column: str
    difference: Number


class Cells(Shape):
    """Numbers by row and column; null is stated missing, a cell that is left out not filled in.
    Notes are of the table (empty key), of ``row:`` or ``column:`` and an id."""

    cells: dict[str, dict[str, Number | None]]
    notes: dict[str, str]


class Break(Shape):
    """Figures before a period are not to be compared with those from it on."""

    before: str
    text: str


class Chart(Shape):
    """A drawing of some columns."""

    id: str
    type: Literal["line", "bar", "stacked"]
    series: list[str]
    title: str
    from_zero: bool


class TableEntry(_Asked):
    """A table of numbers, with its totals as reckoned, and where stated ones differ."""

    kind: Literal["table"]
    value: Cells | None
    number_kind: Literal["integer", "decimal", "percent", "money"]
    unit: str | None
    columns: list[TableLine]
    rows: list[TableRow]
    totals: list[TableTotal]
    computed: dict[str, dict[str, Computed]]
    differences: list[Difference]
    suspected: list[Suspected]
    comparability: list[Break]
    charts: list[Chart]


class ComputedEntry(_Asked):
    """What was reckoned from other answers."""

    kind: Literal["computed"]
    value: Number | None
    shown_as: Literal["integer", "percent", "money"]


class AttestationEntry(_Asked):
    """A sentence that the approver attests; whether it was stands in the approval."""

    kind: Literal["attestation"]
    value: None
    statement: str


Entry = Annotated[
    TextEntry
    | ChoiceEntry
    | NumberEntry
    | LineEntry
    | AttachmentEntry
    | MatrixEntry
    | ListEntry
    | TableEntry
    | ComputedEntry
    | AttestationEntry,
    Field(discriminator="kind"),
]
