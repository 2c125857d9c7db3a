"""Whether a PDF says what its record says: read back, and read in the tree's order by poppler."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export import swedish
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.words import read_words, squeezed

Entry = dict[str, Any]


def answers_missing(document: Record | Content, data: bytes) -> list[str]:
    """Each question, option and answer of the JSON that the PDF does not say in its place.

    What is expected is reckoned from the JSON by the rules below, not by the code that wrote the
    PDF.
    """
    read, at, missing = read_words(data), 0, []
    content = document.get("content", document)
    fields = document.get("approval", {}).get("fields", {})
    for section in content["sections"]:
        for entry in section["questions"]:
            for said in (_title(entry), *expected(entry, fields)):
                words = squeezed(printable(said))
                place = read.find(words, at)
                if place < 0:
                    missing.append(f"{entry['id']}: {words[:120]}")
                else:
                    at = place + len(words)
    return missing


def _title(entry: Entry) -> str:
    return f"{entry['number']}. {entry['text']}" if entry["number"] else entry["text"]


def expected(entry: Entry, fields: dict[str, Any]) -> Iterator[str]:
    """What must stand after a question, in this order."""
    if not entry["asked"]:
        yield "Frågan ställdes inte."
        return
    by_approver = entry["filled_by"] == "approver"
    value = fields.get(entry["id"]) if by_approver else entry["value"]
    if entry["kind"] in ("single", "multiple"):
        yield from _options(entry, value)
    elif entry["kind"] == "matrix":
        yield from _rows(entry, value or {})
    elif entry["kind"] == "list":
        yield from _entries(entry, value or {"entries": []})
    elif entry["kind"] == "table":
        yield from _cells(entry, value)
    elif entry["kind"] == "attestation":
        yield entry["statement"]
        if value is not None:
            yield f"Intygat: {'Ja' if value else 'Nej'}"
    elif value is not None:
        yield from _value(entry.get("shown_as") or entry["kind"], value, entry.get("unit"))
    if value is None:
        yield from _absence(entry, by_approver=by_approver, approved=bool(fields))


def _absence(entry: Entry, *, by_approver: bool, approved: bool) -> Iterator[str]:
    if entry["blank"]:
        yield entry["blank"]["words"]
        yield entry["blank"]["text"]
    elif by_approver and not approved:
        yield "Fylls i av den som godkänner."
    else:
        yield "Intygat: Nej" if entry["kind"] == "attestation" else "Inget svar."


def _options(entry: Entry, value: Any) -> Iterator[str]:
    for option in entry["options"]:
        yield f"{'Valt' if option['chosen'] else 'Ej valt'}: {option['text']}"
        if option["detail"] is not None:
            yield from _value(option["field"], option["detail"], None)


def _rows(entry: Entry, value: dict[str, str]) -> Iterator[str]:
    words = {option["id"]: option["text"] for option in entry["options"]}
    for row in entry["rows"]:
        yield row["text"]
        if row["id"] in value:
            yield f"Svar: {words[value[row['id']]]}"
        else:
            yield "Inget svar." if row["asked"] else "Raden frågades inte"


def _entries(entry: Entry, value: dict[str, Any]) -> Iterator[str]:
    for place, item in enumerate(value["entries"], start=1):
        yield f"{entry['entry']} {place}"
        for field in entry["fields"]:
            held = item["values"].get(field["id"])
            if held is None:
                continue
            yield field["text"]
            if field["kind"] in ("single", "multiple"):
                chosen = held["chosen"] if isinstance(held["chosen"], list) else [held["chosen"]]
                yield from (item["text"] for item in field["options"] if item["id"] in chosen)
            else:
                yield from _value(field["kind"], held, field.get("unit"))


def _cells(entry: Entry, value: dict[str, Any] | None) -> Iterator[str]:
    """Each total that differs; then each row with its first cell; then the notes."""
    if value is None:
        return
    for item in entry["differences"]:
        yield f"angivet {swedish.number(item['typed'])}, beräknat "
        yield swedish.number(item["computed"])
    first = entry["columns"][0]["id"]
    for row in entry["rows"]:
        cells = value["cells"].get(row["id"], {})
        if row["asked"]:
            yield row["text"]
            yield _cell(cells[first]) if first in cells else "–"
    yield from value["notes"].values()


def _cell(cell: Any) -> str:
    return "saknas" if cell is None else swedish.number(cell)


def _value(kind: str, value: Any, unit: str | None) -> Iterator[str]:
    if kind == "attachment":
        for file in value["files"]:
            yield f"Fil: {file['name']}"
            yield file["sha256"]
        yield value["text"]
    elif kind == "text" and isinstance(value, list):
        yield from (text or "Rutan lämnades tom." for text in value)
    elif kind == "integer":
        yield f"{swedish.number(value)} {unit or ''}"
    elif kind in ("percent", "money", "date"):
        yield {"percent": swedish.percent, "money": swedish.money, "date": swedish.day}[kind](value)
    else:
        yield value


def order_differs(path: Path) -> str:
    """Where poppler, walking the structure tree, reads other words than stand in the stream.

    White space is not compared: poppler joins the lines of an element without any.
    """
    command = ["pdfinfo", "-struct-text", str(path)]
    reply = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    heard = "".join("".join(tree_words(reply.stdout)).split())
    written = "".join(read_words(path.read_bytes(), skip_others=True).split())
    if heard == written:
        return ""
    pairs = enumerate(zip(heard, written, strict=False))
    place = next((at for at, (a, b) in pairs if a != b), min(len(heard), len(written)))
    return f"heard …{heard[place : place + 60]!r}, written …{written[place : place + 60]!r}"


_WORDS = re.compile(r'^( *)"(.*)"$')
_FIGURE = re.compile(r"^( *)Figure\b")


def tree_words(told: str) -> Iterator[str]:
    """The words in what ``pdfinfo -struct-text`` prints: on lines of their own, in quotes.

    Words drawn in a figure are left out: what is heard of it is its alternative text.
    """
    depth: int | None = None
    for line in told.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent <= depth:
            depth = None
        if depth is None and (found := _FIGURE.match(line)):
            depth = len(found[1])
        elif depth is None and (found := _WORDS.match(line)):
            yield found[2]
