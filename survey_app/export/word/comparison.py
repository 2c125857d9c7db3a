"""What a document that came back says, held against the answers that it was written upon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from survey_app.core.evaluation import Given
from survey_app.core.parts import BLANK, Parts, has_parts, parts_of, with_parts
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.export.word.draft import HINT, PASSING
from survey_app.export.word.reading import MOST_TOLD, Filled, Remark, Returned
from survey_app.export.word.tag import Tag, find_place, read_tag, short_hash
from survey_app.export.xml_text import possible

BaseOf = Callable[[str, int], Given]
"""The answer to a question (by id) in a version."""

Why = Literal[
    "unknown", "no_such_part", "twice", "tick_lost", "picture", "several_ticks", "missing",
    "other_submission", "other_questionnaire", "outdated", "outdated_gone",
]  # fmt: skip
"""Why something was not read: a control that is none of ours; one whose question or part is not
there; the same one twice with unlike contents; a box that is no box any more; a picture; more than
one tick where one is asked; a control that is gone; one of another submission; one of another
version of the questionnaire, or of another one; an answer in an earlier version of which not all
has a place now, or nothing."""


class Unread(NamedTuple):
    """Something that is no proposal. ``place`` is the control's title, ``text`` what stood there;
    ``question`` is its id, where it is known."""

    why: Why
    place: str
    text: str
    question: str = ""


class Changed(NamedTuple):
    """An answer that is not as it was when the document was made, whole."""

    question: str
    version: int
    given: Given


@dataclass(slots=True)
class Comparison:
    """``equal``: ids of the questions that stand in the document as they were."""

    changed: list[Changed] = field(default_factory=list)
    equal: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def ours(self) -> bool:
        """Whether anything in the document belongs to the submission."""
        return bool(self.changed or self.equal)


@dataclass(slots=True)
class _Found:
    """The parts of one answer in the document."""

    question: Question
    version: int
    parts: Parts = field(default_factory=dict)


def compare(
    returned: Returned, submission: int, specification: str, questionnaire: Questionnaire,
    base_of: BaseOf, printed: Iterable[str], scope: AbstractSet[str] | None = None,
) -> Comparison:  # fmt: skip
    """Hold a document against the answers of a submission.

    scope    ids of the questions that the submission is about; None where it is about all
    printed  the paragraphs that such a document has beside its controls; others were written
    """
    result = Comparison(remarks=returned.remarks)
    found = _gather(
        returned.filled, submission, short_hash(specification), questionnaire, base_of, result
    )
    for item in found.values():
        _judge(item, base_of(item.question.id, item.version), result)
    if found:
        known = {_lasting(text) for text in printed} | _BARE
        result.strays = [
            text for text in returned.strays
            if _lasting(text) not in known and not text.startswith(PASSING)
        ]  # fmt: skip
        result.unread += _missing(questionnaire, found, base_of, scope)
    return result


def _gather(
    filled: list[Filled], submission: int, specification: str, questionnaire: Questionnaire,
    base_of: BaseOf, result: Comparison,
) -> dict[str, _Found]:  # fmt: skip
    """The parts by question; what has no place goes among what was not read."""
    found: dict[str, _Found] = {}
    for control in filled:
        tag = read_tag(control.tag)
        why = _foreign(tag, submission, specification)
        place = None if tag is None or why else find_place(tag, questionnaire)
        if tag is None or why or place is None or not has_parts(place[0]):
            if (said := _said(control)) and len(result.unread) < MOST_TOLD:
                result.unread.append(Unread(why or "no_such_part", control.title, said))
            continue
        question, key = place
        item = found.setdefault(question.id, _Found(question, tag.version))
        item.version = min(item.version, tag.version)
        base = base_of(question.id, tag.version) if question.kind == "list" else Given()
        _take(control, key, item, base, result)
    return found


def _foreign(tag: Tag | None, submission: int, specification: str) -> Why | None:
    if tag is None:
        return "unknown"
    if tag.submission != submission:
        return "other_submission"
    return None if tag.specification == specification else "other_questionnaire"


def _said(control: Filled) -> str:
    """What stands in a control; nothing for an empty box."""
    if control.ticked is None:
        return control.text.strip()
    return control.text if control.ticked else ""


def _take(control: Filled, key: str, item: _Found, base: Given, result: Comparison) -> None:
    """base: of a list what it was written upon, whose entries are named by their places."""

    def unread(why: Why) -> None:
        result.unread.append(Unread(why, control.title, _said(control), item.question.id))

    known, key = parts_of(item.question, base), _with_id(key, base)
    if key not in known:
        return unread("no_such_part")
    if control.things:
        unread("picture")
    written = "" if control.text == HINT else control.text
    part: str | bool | None = written if isinstance(known[key], str) else control.ticked
    if part is None:
        return unread("tick_lost")
    if item.parts.setdefault(key, part) != part:
        unread("twice")
    return None


def _with_id(key: str, base: Given) -> str:
    """The key of a part; of an entry by its id, which a tag has no room for."""
    sort, *names = key.split(":", 2)
    if sort != "entry" or base.value is None or not names[0].isdecimal():
        return key
    entries, place = base.value["entries"], int(names[0][:6])
    if not 0 < place <= len(entries):
        return key
    return ":".join((sort, entries[place - 1]["id"], *names[1:]))


def _judge(item: _Found, base: Given, result: Comparison) -> None:
    """Whether the answer is as it was; two ticks where one is asked are no answer."""
    before = parts_of(item.question, base)
    parts = {
        # What XML cannot hold came out as U+FFFD, and nobody has written that.
        key: before[key] if part == _printed(before[key]) else part
        for key, part in item.parts.items()
        if key in before
    }
    for keys, texts in list(_overfull(item.question, {**before, **parts})):
        result.unread.append(
            Unread("several_ticks", _name(item.question), ", ".join(texts), item.question.id)
        )
        parts = {key: part for key, part in parts.items() if key not in keys}
    given = with_parts(item.question, base, parts)
    if given == base:
        result.equal.append(item.question.id)
    else:
        result.changed.append(Changed(item.question.id, item.version, given))


def _printed(part: str | bool) -> str | bool:
    return possible(part) if isinstance(part, str) else part


def _overfull(question: Question, parts: Parts) -> Iterator[tuple[set[str], list[str]]]:
    """Where more than one is ticked: the keys of the boxes, and the words behind those ticked."""
    if question.kind == "single":
        named = {f"option:{item.id}": item.text.sv for item in question.options}
        groups = [named]
    elif question.kind == "matrix":
        groups = [
            {f"row:{row.id}:{item.id}": f"{row.text.sv}: {item.text.sv}"
             for item in question.options}
            for row in question.rows
        ]  # fmt: skip
    elif question.kind == "list":
        groups = [
            {f"entry:{name}:{field.id}:option:{item.id}": f"{field.text.sv}: {item.text.sv}"
             for item in field.options}
            for name in dict.fromkeys(key.split(":")[1] for key in parts if key != BLANK)
            for field in question.fields if field.kind == "single"
        ]  # fmt: skip
    else:
        return
    for named in groups:
        ticked = [text for key, text in named.items() if parts.get(key)]
        if len(ticked) > 1:
            yield set(named), ticked


_BARE = {"", ",", "–", "−", "−,"}
"""What is left of a number, and what stands where none is known: totals of tables."""


def _lasting(text: str) -> str:
    """A printed paragraph without what changes with the answers: counts of characters, sums."""
    return "".join(sign for sign in text if not sign.isdigit() and not sign.isspace())


def _missing(
    questionnaire: Questionnaire, found: dict[str, _Found], base_of: BaseOf,
    scope: AbstractSet[str] | None,
) -> Iterator[Unread]:  # fmt: skip
    """Questions of which a control is gone: they count as unchanged."""
    for question in questionnaire.questions():
        if scope is not None and question.id not in scope:
            continue
        item = found.get(question.id)
        listed = item is not None and question.kind == "list"
        base = base_of(question.id, item.version) if item is not None and listed else Given()
        there = item.parts if item is not None else {}
        if any(key not in there for key in parts_of(question, base)):
            yield Unread("missing", _name(question), "", question.id)


def _name(question: Question) -> str:
    return f"Fråga {question.number}" if question.number else question.text.sv


__all__ = ["Changed", "Comparison", "Unread", "compare"]
