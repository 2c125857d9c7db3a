"""The tag of a content control: which part of which answer it is, and what it was written upon.

``rg1.12.9af3c1d2.18a.v3.o.ja``: submission 12, a questionnaire whose SHA-256 begins with 9af3c1d2,
question 18a in version 3, option ja. Word keeps 64 characters of a tag, so a name longer than ten
is told by its place: ``~12`` is the twelfth. Within an entry of a list all is: ``e.3.~2.~5`` is the
fifth option of the second field of the third entry of that version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from survey_app.core.kinds.cells import column_ids, row_ids
from survey_app.core.questionnaire import Question, Questionnaire

LONGEST = 64
_PREFIX = "rg1"
_LONGEST_NAME = 10
_SORTS = {
    "text": "t", "box": "b", "option": "o", "detail": "d", "row": "r", "blank": "n",
    "cell": "c", "note": "m", "entry": "e",
}  # fmt: skip
_WORDS = {letter: sort for sort, letter in _SORTS.items()}
_TAG = re.compile(
    r"rg1\.(?P<submission>[0-9]{1,9})\.(?P<specification>[0-9a-f]{8})\.(?P<question>[^.\s]{1,64})"
    r"\.v(?P<version>[0-9]{1,9})\.(?P<part>"
    r"[tbodrncm](?:\.[^.\s]{1,64}){0,2}|e\.[0-9]{1,4}(?:\.~[0-9]{1,3}){1,2})"
)


class Tag(NamedTuple):
    """``specification`` is the beginning of the questionnaire's SHA-256; ``question`` and ``part``
    are as the tag writes them until ``find_place`` has looked them up."""

    submission: int
    specification: str
    question: str
    version: int
    part: str


def short_hash(specification: str) -> str:
    """What a tag tells of a questionnaire's SHA-256."""
    return specification[:8]


def write_tag(
    submission: int, specification: str, questionnaire: Questionnaire, question: Question,
    version: int, key: str,
) -> str:  # fmt: skip
    """The tag of a part (``core.parts``) of an answer that stood in a version; an entry of a list
    is named by its place there."""
    sort, *names = key.split(":")
    if sort == "entry":
        told = _placed(question, *names)
    else:
        lists = _lists(question, sort)
        told = [_short(name, lists[place]) for place, name in enumerate(names) if name]
    asked = _short(question.id, [item.id for item in questionnaire.questions()])
    part = ".".join([_SORTS[sort], *told])
    return f"{_PREFIX}.{submission}.{short_hash(specification)}.{asked}.v{version}.{part}"


def _lists(question: Question, sort: str) -> list[list[str]]:
    """The ids among which the names of a part are, list by list; a number needs none."""
    options = [item.id for item in getattr(question, "options", ())]
    rows = [item.id for item in getattr(question, "rows", ())]
    if sort == "cell" and question.kind == "table":
        return [row_ids(question, typed=True), column_ids(question, typed=True)]
    return {"option": [options], "detail": [options, []], "row": [rows, options]}.get(sort, [[]])


def _placed(question: Any, entry: str, name: str, *option: str) -> list[str]:
    """A part of an entry: the entry, its field, and the option of that."""
    ids = [item.id for item in question.fields]
    told = [entry, f"~{ids.index(name) + 1}"]
    if option:
        options = [item.id for item in question.fields[ids.index(name)].options]
        told.append(f"~{options.index(option[-1]) + 1}")
    return told


def _named(question: Any, entry: str, name: str = "", *option: str) -> str | None:
    """The key of a part of an entry that a tag names; None where there is no such field."""
    fields = {item.id: item for item in getattr(question, "fields", ())}
    field = fields.get(_long(name, [*fields]))
    options = [item.id for item in getattr(field, "options", ())]
    if field is None or len(option) != bool(options):
        return None
    told = [f"option:{_long(option[0], options)}"] if option else []
    return ":".join(["entry", entry, field.id, *told])


def _short(name: str, names: Sequence[str]) -> str:
    return name if len(name) <= _LONGEST_NAME else f"~{names.index(name) + 1}"


def read_tag(text: str) -> Tag | None:
    """What a tag says; None if it is none of ours."""
    match = _TAG.fullmatch(text)
    if match is None:
        return None
    submission, specification, question, version, part = match.groups()
    return Tag(int(submission), specification, question, int(version), part)


def find_place(tag: Tag, questionnaire: Questionnaire) -> tuple[Question, str] | None:
    """The question and the key of the part that a tag names; None where there is no such one.

    The questionnaire is the one that the tag names: places are told by its order.
    """
    asked = _long(tag.question, [item.id for item in questionnaire.questions()])
    question = questionnaire.by_id.get(asked)
    if question is None:
        return None
    letter, *names = tag.part.split(".")
    sort = _WORDS[letter]
    if sort == "entry":
        key = _named(question, *names) if names else None
        return (question, key) if key else None
    lists = _lists(question, sort)
    if len(names) > len(lists):
        return None
    told = [_long(name, lists[place]) for place, name in enumerate(names)]
    if sort == "note":  # of the whole, which has no name
        told = told or [""]
    return question, ":".join([sort, *told])


def _long(name: str, names: Sequence[str]) -> str:
    if not name.startswith("~"):
        return name
    place = name[1:]
    known = place.isascii() and place.isdecimal() and 0 < int(place[:6]) <= len(names)
    return names[int(place[:6]) - 1] if known else name
