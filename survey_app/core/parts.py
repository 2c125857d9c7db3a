"""An answer in the parts that somebody fills in one by one: boxes, ticks, texts after options.

A part is a text or a tick. Keys: ``text``; ``box:2``; ``option:ja``; ``detail:ja`` and, where the
field has boxes, ``detail:ja:2``; ``row:psykolog:nej``; ``blank``, the tick of the authority's own
words for leaving the question empty. Files are no part: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_app.core.evaluation import Blank, Given
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question

Parts = dict[str, str | bool]
BLANK = "blank"


def has_parts(question: Question) -> bool:
    """Whether a writer fills in anything of the question."""
    return question.filled_by == "writer" and KINDS[question.kind].answered


def parts_of(question: Question, given: Given) -> Parts:
    """All parts of an answer in the order of the form; empty ones, too."""
    if not has_parts(question):
        return {}
    parts = dict(KINDS[question.kind].parts(question, given.value))
    if parts and question.cannot_be_stated is not None:
        parts[BLANK] = _cannot_be_stated(given)
    return parts


def _cannot_be_stated(given: Given) -> bool:
    return given.blank is not None and given.blank["code"] == "cannot_be_stated"


def with_parts(question: Question, given: Given, parts: Mapping[str, str | bool]) -> Given:
    """The answer with some of its parts as they are given here, parsed.

    Raises Malformed where no answer can be all of them, such as two ticks where one is asked.
    """
    whole = {**parts_of(question, given), **parts}
    kind = KINDS[question.kind]
    value = kind.parse(question, kind.from_parts(question, given.value, whole))
    return Given(value, _blank(given, whole))


def _blank(given: Given, parts: Mapping[str, str | bool]) -> Blank | None:
    if BLANK not in parts or parts[BLANK] == _cannot_be_stated(given):
        return given.blank
    if not parts[BLANK]:
        return None
    return {"code": "cannot_be_stated", "text": given.blank["text"] if given.blank else ""}


def merge(question: Question, base: Given, theirs: Given, current: Given) -> Given:
    """What stands now with what they changed in the base: part by part, so that what was changed
    since in another part stays. One choice among options, or of a row, is one part.

    Raises Malformed, as ``with_parts``; also where a part is gone since, as an entry of a list may.
    """
    changed = changed_parts(question, base, theirs)
    if not changed.keys() <= parts_of(question, current).keys():
        raise Malformed("part_gone")
    return with_parts(question, current, changed)


def changed_parts(question: Question, base: Given, theirs: Given) -> Parts:
    """The parts that are not as in the base, each choice with all its options."""
    before, after = parts_of(question, base), parts_of(question, theirs)
    groups = {_group(question, key) for key in after if after[key] != before[key]}
    return {key: part for key, part in after.items() if _group(question, key) in groups}


def _group(question: Question, key: str) -> str:
    return key if key == BLANK else KINDS[question.kind].group(question, key)


def field_of(question: Question, key: str) -> Any:
    """What may stand in a part: the question itself, or a field within it."""
    return KINDS[question.kind].field_of(question, key)
