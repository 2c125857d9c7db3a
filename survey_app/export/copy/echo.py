"""Where a copy says elsewhere what it masks in one place: a name that stands in another answer, a
number that a text repeats, a reason that gives away what it keeps back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.core.content import Content
from survey_app.core.record import Record
from survey_app.export import swedish
from survey_app.export.copy.masked_content import Marks

SHORTEST = 3
"""Fewer letters than this are found everywhere."""
SHORTEST_LINE = 12


def _bare(text: str) -> str:
    """The letters and digits of a text, alike whatever surrounds them: ``90 296 880`` is
    ``90296880``, and ``Åsa Ek`` is found in ``asa.ek@demo.example``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


def strings_of(value: Any) -> Iterator[str]:
    """Every text and number within a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings_of(item)
    else:
        for item in value:
            yield from strings_of(item)


def secrets_of(record: Record, marks: Marks) -> dict[str, list[str]]:
    """What stood under each mask, by target; never to be written anywhere."""
    found: dict[str, list[str]] = {}
    for target, text in _told(record, marks):
        if target in marks.numbers:
            found.setdefault(target, []).append(text)
    return found


def _told(record: Record, marks: Marks) -> Iterator[tuple[str, str]]:
    """Every text of a record with the target under which it would be masked."""
    content, approval = record["content"], record["approval"]
    for section in content["sections"]:
        for entry in section["questions"]:
            value = approval["fields"].get(entry["id"], entry["value"])
            covering = f"section:{section['id']}"
            if covering not in marks.numbers:
                covering = f"answer:{entry['id']}"
            yield from ((covering, text) for text in _written(entry["kind"], value))
            yield from ((covering, text) for text in strings_of((entry["blank"] or {}).get("text")))
            yield from _told_in_parts(entry, value, marks)
    for file in content["enclosures"]:
        yield from ((f"enclosure:{file['number']}", file[key]) for key in ("name", "sha256"))
    told = {**approval["approver"], "delegation": (approval["delegation"] or {}).get("decision"),
            "own_work_reason": approval.get("own_work_reason")}  # fmt: skip
    yield from ((f"approval:{key}", text) for key, text in told.items() if text)
    for key in ("stands_in_for", "earlier_steps"):
        yield from ((f"approval:{key}", text) for text in attested_texts(approval.get(key)))


def attested_texts(attested: Any) -> Iterator[str]:
    """Names, titles, addresses and decisions in steps, or of whom somebody stood in for; no days,
    no hashes, no numbers."""
    if isinstance(attested, list):
        for step in attested:
            yield from attested_texts(step)
    elif isinstance(attested, dict):
        for key, said in attested.items():
            if isinstance(said, dict):
                yield from attested_texts(said)
            elif key in ("name", "title", "email", "decision") and said:
                yield str(said)


def _told_in_parts(entry: Mapping[str, Any], value: Any, marks: Marks) -> Iterator[tuple[str, str]]:
    name = entry["id"]
    yield from ((f"passage:{name}", text) for text in marks.passages.get(name, ()))
    if entry["kind"] == "list" and value:
        for item in value["entries"]:
            for text in _written("list", {"entries": [item]}):
                yield f"entry:{name}:{item['id']}", text
    if isinstance(value, list):
        yield from ((f"box:{name}:{place}", text) for place, text in enumerate(value, start=1))
    if entry["kind"] == "table" and value:
        yield from _told_in_cells(name, value)
    if entry["kind"] in ("single", "multiple") and value:
        for option in entry["options"]:
            detail = value["details"].get(option["id"])
            for text in _written(option["field"] or "", detail):
                yield f"detail:{name}:{option['id']}", text


def _told_in_cells(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Cells of numbers that are large enough not to stand anywhere by chance."""
    for row, cells in value["cells"].items():
        for column, cell in cells.items():
            if sum(sign.isdigit() for sign in str(cell)) > SHORTEST:
                yield f"cell:{name}:{row}:{column}", str(cell)


def _written(kind: str, value: Any) -> Iterator[str]:
    """What of a value is words, numbers and names, and not the form's own options."""
    if kind in ("matrix", "attestation") or value is None:
        return
    if kind in ("single", "multiple"):
        yield from strings_of(value["details"])
        return
    if kind == "attachment":
        for file in value["files"]:
            yield from (file["name"], file.get("sha256", ""))  # none in a copy, if withheld
        yield value["text"]
        return
    if kind == "list":
        for entry in value["entries"]:
            for held in entry["values"].values():
                yield from strings_of(held["details"] if isinstance(held, dict) else held)
        return
    yield from strings_of(value)
    if kind == "date":
        yield swedish.day(value)
    elif kind in ("integer", "percent", "money", "computed"):
        yield swedish.number(value)


def find_echoes(
    secrets: Mapping[str, list[str]], document: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The target whose text stands elsewhere, and words for where; each pair once."""
    places = [(where, [_bare(text) for text in texts]) for where, texts in _places(document)]
    for target, texts in secrets.items():
        looked_for = {bare for text in texts for bare in _pieces(text)}
        for where, said in places:
            if any(_stands_in(bare, text) for bare in looked_for for text in said):
                yield target, where


def _stands_in(bare: str, text: str) -> bool:
    if not bare.isdigit():
        return bare in text
    return re.search(rf"(?<!\d){bare}(?!\d)", text) is not None


def _pieces(text: str) -> Iterator[str]:
    whole = _bare(text)
    if len(whole) >= SHORTEST:
        yield whole
    for line in text.splitlines():
        bare = _bare(line)
        if len(bare) >= SHORTEST_LINE:
            yield bare


def _places(document: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    content: Content = document["content"]
    for section in content["sections"]:
        for entry in section["questions"]:
            value = document["approval"]["fields"].get(entry["id"], entry["value"])
            words = f"fråga {entry['number']}" if entry["number"] else f"”{entry['text']}”"
            blank = (entry["blank"] or {}).get("text")
            yield words, [*_written(entry["kind"], value), *strings_of(blank)]
    yield (
        "godkännandet",
        list(
            strings_of({key: said for key, said in document["approval"].items() if key != "fields"})
        ),
    )
    yield "ärendets rubrik eller enhetens namn", [content["case"]["title"],
                                                  content["unit"]["name"]]  # fmt: skip
    for mask in document["masks"]:
        yield f"skälet eller lagrummet till maskering {mask['number']}", [
            mask["reason"], mask["ground"],
        ]  # fmt: skip
