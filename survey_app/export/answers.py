"""How each kind of question reads on paper. A kind bears the same name as in ``core.kinds``.

A reading takes the question's entry in the content and a value of its kind, and gives blocks; with
no value, what the question offered (its options), or nothing. To add a kind, add a function here
and name it in ``READINGS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from survey_app.core.kinds import Value
from survey_app.export import swedish
from survey_app.export.blocks import (
    Block,
    EnclosureLine,
    EnclosureList,
    Heading,
    LabelledAnswer,
    OptionLine,
    OptionList,
    Paragraph,
    Table,
)
from survey_app.export.tables import cells_not_sent, read_table

Entry = Mapping[str, Any]
Reading = Callable[[Entry, Value], tuple[Block, ...]]

ANSWER = "Svar"
EMPTY_BOX = "Rutan lämnades tom."
NO_ANSWER = "Inget svar."
ROW_NOT_ASKED = "Raden frågades inte"
ATTESTED = "Intygat: Ja"
NOT_ATTESTED = "Intygat: Nej"


def _label(entry: Entry) -> str:
    label = entry.get("label")
    return ANSWER if label is None else str(label)


def read_text(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The text whole; one labelled answer a box where there are several."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (LabelledAnswer(_label(entry), value),)
    return tuple(
        LabelledAnswer(f"{_label(entry)}, ruta {place} av {len(value)}", text or EMPTY_BOX)
        for place, text in enumerate(value, start=1)
    )


def read_choice(entry: Entry, value: Value) -> tuple[Block, ...]:
    """Every option, chosen or not, with what was written after it."""
    chosen = chosen_ids(value)
    details = value["details"] if value else {}
    return (
        OptionList(
            tuple(
                OptionLine(
                    chosen=option["id"] in chosen,
                    text=option["text"],
                    help=option.get("help"),
                    details=_detail(option, details.get(option["id"])),
                )
                for option in entry["options"]
            )
        ),
    )


def chosen_ids(value: Value) -> list[str]:
    """The ids of the chosen options of a value of kind single or multiple."""
    chosen = value["chosen"] if value else None
    if chosen is None:
        return []
    return chosen if isinstance(chosen, list) else [chosen]


def _detail(option: Entry, value: Value) -> tuple[LabelledAnswer | EnclosureList, ...]:
    """What was written after an option: read as its field's kind, with the field's label if any."""
    if value is None:
        return ()
    field = {"kind": option["field"], "label": option.get("label") or ""}
    return tuple(
        block
        for block in READINGS[option["field"]](field, value)
        if isinstance(block, LabelledAnswer | EnclosureList)
    )


def read_integer(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The number, with its unit if the question has one."""
    if value is None:
        return ()
    unit = entry.get("unit")
    shown = swedish.number(value)
    shown = f"{shown}{swedish.HARD_SPACE}{unit}" if unit else shown
    return (LabelledAnswer(_label(entry), shown),)


def read_percent(entry: Entry, value: Value) -> tuple[Block, ...]:
    """``"61 procent"``."""
    return () if value is None else (LabelledAnswer(_label(entry), swedish.percent(value)),)


def read_money(entry: Entry, value: Value) -> tuple[Block, ...]:
    """``"90 296 880 kronor"``."""
    return () if value is None else (LabelledAnswer(_label(entry), swedish.money(value)),)


def read_date(entry: Entry, value: Value) -> tuple[Block, ...]:
    """``"12 mars 2026"``."""
    return () if value is None else (LabelledAnswer(_label(entry), swedish.day(value)),)


def read_line(entry: Entry, value: Value) -> tuple[Block, ...]:
    """What was written, unchanged: links, addresses, numbers of telephones and organisations."""
    return () if value is None else (LabelledAnswer(_label(entry), value),)


def file_facts(file: Mapping[str, Any]) -> tuple[str, ...]:
    """What is told of a file beside its name: type, size, SHA-256; of one withheld nothing."""
    if "mask" in file:
        return ("Filen lämnas inte ut.",)
    return (
        f"{file['media_type']}, {swedish.size(file['size'])}",
        f"SHA-256: {file['sha256']}",
    )


def read_attachment(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The files with size and SHA-256, and the text written in their stead or beside them."""
    if value is None:
        return ()
    files = tuple(EnclosureLine(None, file["name"], file_facts(file)) for file in value["files"])
    blocks: list[Block] = [EnclosureList(files)] if files else []
    if value["text"].strip():
        label = "Text till filerna" if files else _label(entry)
        blocks.append(LabelledAnswer(label, value["text"]))
    return tuple(blocks)


def read_matrix(entry: Entry, value: Value) -> tuple[Block, ...]:
    """A table of rows, each with its answer in words; the options are told above it."""
    words = {option["id"]: option["text"] for option in entry["options"]}
    given = value or {}
    rows = tuple((row["text"], _row_answer(row, given, words)) for row in entry["rows"])
    return (
        Paragraph(f"Svarsalternativ på varje rad: {', '.join(words.values())}", "small"),
        Table(("Fråga", "Svar"), rows, (0.68, 0.32)),
    )


def _row_answer(row: Entry, given: Mapping[str, str], words: Mapping[str, str]) -> str:
    if row["id"] in given:
        answer = given[row["id"]]  # in a copy also the mark of a mask, which is no option
        return f"Svar: {words.get(answer, answer)}"
    return NO_ANSWER if row["asked"] else ROW_NOT_ASKED


_SHOWN_AS: dict[str, Callable[[int | str], str]] = {
    "integer": swedish.number,
    "percent": swedish.percent,
    "money": swedish.money,
}


def read_computed(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The reckoned number, and that it is reckoned."""
    if value is None:
        return ()
    label = f"{_label(entry)}, beräknat ur svaren"
    return (LabelledAnswer(label, _SHOWN_AS[entry["shown_as"]](value)),)


def read_attestation(entry: Entry, value: Value) -> tuple[Block, ...]:
    """The sentence, the word beside the box, and whether it was attested."""
    blocks: list[Block] = [LabelledAnswer("Intygande", entry["statement"])]
    if value is not None:
        blocks.append(LabelledAnswer(box_label(entry), ATTESTED if value else NOT_ATTESTED))
    return tuple(blocks)


def box_label(entry: Entry) -> str:
    """What stands beside the box of an attestation, told as such."""
    return f"Kryssruta ”{entry['label']}”"


def read_list(entry: Entry, value: Value) -> tuple[Block, ...]:
    """Each entry under its name, its fields with their labels; of choices only what is chosen."""
    blocks: list[Block] = []
    for place, item in enumerate(value["entries"] if value else (), start=1):
        blocks.append(Heading(4, entry_name(entry, place, item)))
        if "mask" in item:
            blocks.append(LabelledAnswer(_label(entry), f"[maskerat: {item['mask']}]"))
        for field in entry["fields"]:
            if field["id"] in item["values"]:
                blocks += _field_blocks(field, item["values"][field["id"]])
    return tuple(blocks)


def entry_name(entry: Entry, place: int, item: Entry) -> str:
    """``Exempel 2: rubriken``; without a title only its number."""
    title = item["values"].get(entry["title_field"]) if entry["title_field"] else None
    name = f"{entry['entry']} {place}"
    return f"{name}: {title}" if title else name


def _field_blocks(field: Entry, value: Value) -> Iterator[Block]:
    if field["kind"] in ("single", "multiple"):
        chosen = chosen_ids(value)
        told = ", ".join(item["text"] for item in field["options"] if item["id"] in chosen)
        yield LabelledAnswer(field["text"], told)
        return
    yield from READINGS[field["kind"]]({**field, "label": field["text"]}, value)


READINGS: dict[str, Reading] = {
    "text": read_text,
    "single": read_choice,
    "multiple": read_choice,
    "integer": read_integer,
    "percent": read_percent,
    "money": read_money,
    "date": read_date,
    "link": read_line,
    "attachment": read_attachment,
    "matrix": read_matrix,
    "list": read_list,
    "table": read_table,
    "computed": read_computed,
    "email": read_line,
    "telephone": read_line,
    "postal_code": read_line,
    "organisation_number": read_line,
    "attestation": read_attestation,
}


def masked_words(entry: Entry) -> str:
    """What stands in a copy in the place of a masked answer, question or section."""
    mark = f"[maskerat: {entry['mask']}]"
    if entry["asked"] is not None:
        return mark
    what = "avsnittet ställdes" if "questions" in entry else "frågan ställdes"
    return f"{mark} Om {what} eller inte är också maskerat."


def offered(entry: Entry) -> tuple[str, ...]:
    """What a question that was not asked would have offered: its options and rows, as words."""
    keys = ("rows", "columns", "fields", "options")
    found = [item["text"] for key in keys for item in entry.get(key, [])]
    if more := OFFERED.get(entry["kind"]):
        found += more(entry)
    return tuple(found)


OFFERED: dict[str, Callable[[Entry], list[str]]] = {
    "attestation": lambda entry: [entry["statement"]],
}
"""What a kind would have offered beside options and rows."""


def not_sent(entry: Entry) -> tuple[LabelledAnswer, ...]:
    """What a draft holds and will not hand in, each labelled so."""
    value = entry.get("not_sent")
    if value is None:
        return ()
    lines = NOT_SENT.get(entry["kind"], _whole_not_sent)(entry, value)
    return tuple(LabelledAnswer("Skickas inte", line) for line in lines)


def _whole_not_sent(entry: Entry, value: Value) -> list[str]:
    return [line for block in READINGS[entry["kind"]](entry, value) for line in _lines(block)]


def _lines(block: Block) -> tuple[str, ...]:
    if isinstance(block, EnclosureList):
        return tuple(" ".join((f"Fil: {file.name}", *file.facts)) for file in block.files)
    return (block.text,) if isinstance(block, LabelledAnswer) else ()


def _choices_not_sent(entry: Entry, value: Value) -> list[str]:
    sent = entry["value"] or {"chosen": [], "details": {}}
    lines: list[str] = []
    for option in entry["options"]:
        if option["id"] in chosen_ids(value) and option["id"] not in chosen_ids(sent):
            lines.append(f"Valt: {option['text']}")
        detail = value["details"].get(option["id"])
        if detail is not None and option["id"] not in sent["details"]:
            words = [line for block in _detail(option, detail) for line in _lines(block)]
            lines.append(f"Efter alternativet ”{option['text']}”: " + "\n".join(words))
    return lines


def _rows_not_sent(entry: Entry, value: Value) -> list[str]:
    sent = entry["value"] or {}
    words = {option["id"]: option["text"] for option in entry["options"]}
    return [
        f"{row['text']} Svar: {words[value[row['id']]]}"
        for row in entry["rows"]
        if row["id"] in value and row["id"] not in sent
    ]


def _entries_not_sent(entry: Entry, value: Value) -> list[str]:
    sent = {item["id"]: item["values"] for item in (entry["value"] or {"entries": []})["entries"]}
    lines: list[str] = []
    for key, word in (("entries", entry["entry"]), ("removed", f"Borttaget: {entry['entry']}")):
        for place, item in enumerate(value[key], start=1):
            for field in entry["fields"]:
                held, here = item["values"].get(field["id"]), sent.get(item["id"], {})
                if held is not None and (key == "removed" or here.get(field["id"]) != held):
                    said = " ".join(w for b in _field_blocks(field, held) for w in _lines(b))
                    lines.append(f"{word} {place}, {field['text']}: {said}")
    return lines


NOT_SENT: dict[str, Callable[[Entry, Value], list[str]]] = {
    "single": _choices_not_sent,
    "multiple": _choices_not_sent,
    "matrix": _rows_not_sent,
    "list": _entries_not_sent,
    "table": cells_not_sent,
}
"""What of a value is not sent, line by line; of any other kind all of it."""
