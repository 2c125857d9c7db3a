"""A memo to a board (tjänsteskrivelse) as it reads on paper, with the headings that boards know.

The questions of a questionnaire whose ``layout`` is ``memo`` are its headings, in their order. One
that was not answered prints none. A few have places of their own: see ``_HEAD`` and ``_PLACED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from survey_app.core.content import Content
from survey_app.export.answers import READINGS
from survey_app.export.blocks import Block, Bullets, Facts, Heading, Notice, Outline, Paragraph
from survey_app.export.outline import DRAFT, DRAFT_WARNING, PRACTICE

LAYOUT = "memo"
PROPOSAL = "Beslutsförslag"
SIGNED = "Undertecknare"
_HEAD = ("arende", "datum", "handlaggare")

Entry = Mapping[str, Any]


def is_memo(content: Content) -> bool:
    """Whether a submission is a memo."""
    return bool(content["questionnaire"].get("layout") == LAYOUT)


def matter_of(content: Content) -> str:
    """What the memo is about; the questionnaire's title until that is written."""
    entry = _entries(content).get("arende")
    return str(entry["value"]) if entry else str(content["questionnaire"]["title"])


def memo_outline(content: Content, created: str, *, draft: bool) -> Outline:
    """The memo as a document.

    content  of a submission for which ``is_memo`` holds
    created  ISO time with zone: of its approval, of a draft when it was printed
    draft    stamps every page with ``UTKAST``
    """
    case = content["case"]
    mark = PRACTICE if case.get("practice") else ""
    title = f"{case['diary_number']} {matter_of(content)}"
    return Outline(
        title=f"{DRAFT}: {title}" if draft else title,
        running=content["questionnaire"]["title"],
        mark=case["diary_number"],
        author=content["unit"]["name"],
        blocks=tuple(memo_blocks(content, draft=draft)),
        stamp=DRAFT if draft else "",
        warning=DRAFT_WARNING if draft else mark,
        created=created,
    )


def memo_blocks(content: Content, *, draft: bool) -> Iterator[Block]:
    """Head, heading, and each question that was answered."""
    if content["case"].get("practice"):
        yield Notice(f"{PRACTICE}. Gäller ingenting.", "warning")
    entries = _entries(content)
    yield Facts(tuple(_head(content, entries)))
    yield Paragraph(content["questionnaire"]["authority"], "lead")
    yield Heading(1, matter_of(content))
    if draft:
        yield Notice(f"{DRAFT}. Tjänsteskrivelsen är inte godkänd och kan ändras.", "warning")
    for name, entry in entries.items():
        if name not in _HEAD:
            yield from _PLACED.get(name, _headed)(entry)


def _entries(content: Content) -> dict[str, Entry]:
    """What was answered, by question id, in the order of the questions."""
    return {
        entry["id"]: entry
        for section in content["sections"]
        for entry in section["questions"]
        if entry.get("value") is not None
    }


def _head(content: Content, entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    officers = _values(entries.get("handlaggare"))
    lines = [line for one in officers for line in (one.get("enhet"), one.get("titel")) if line]
    if lines:
        yield PROPOSAL, "\n".join(lines)
    if "datum" in entries:
        yield "Datum", str(entries["datum"]["value"])
    yield "Diarienummer", content["case"]["diary_number"]


def _values(entry: Entry | None) -> list[Mapping[str, Any]]:
    """What stands in the entries of a list."""
    value = entry["value"] if entry else None
    return [one["values"] for one in value["entries"]] if value else []


def _headed(entry: Entry) -> Iterator[Block]:
    yield Heading(2, entry["text"])
    if entry["kind"] == "text" and isinstance(entry["value"], str):
        for part in entry["value"].split("\n\n"):
            if part.strip():
                yield Paragraph(part.strip("\n"))
    elif entry["kind"] == "list" and len(entry["fields"]) == 1:
        yield Bullets(_lines(entry))
    else:
        yield from READINGS[entry["kind"]](entry, entry["value"])


def _lines(entry: Entry) -> tuple[str, ...]:
    """The entries of a list with one field, a text."""
    return tuple(str(said) for one in _values(entry) for said in one.values())


def _points(entry: Entry) -> Iterator[Block]:
    yield Heading(2, entry["text"])
    yield Bullets(_lines(entry), numbered=True)


def _signed(entry: Entry) -> Iterator[Block]:
    """Who signs, by their titles, below the unit that they stand for; the memo has no heading
    there."""
    for unit, ones in groupby(_values(entry), key=lambda one: one.get("enhet") or SIGNED):
        yield Paragraph(str(unit), "lead")
        yield Paragraph("\n".join(str(one["titel"]) for one in ones if one.get("titel")))


_PLACED: Mapping[str, Callable[[Entry], Iterator[Block]]] = {
    "forslag": _points,
    "undertecknare": _signed,
}
"""The questions whose answers have a form of their own, by id."""
