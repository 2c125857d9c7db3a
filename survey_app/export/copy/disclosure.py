"""What would tell a masked answer although it is masked: follow-ups, and what is reckoned from it.

That a follow-up was asked tells which option was chosen; a total less its other parts tells the
one that is masked. What does so is a *follower*, and is masked too. But only what may not be told
may be kept back (TF 2 kap. 15 §: the rest of the document is to be given): a follow-up that would
have been asked, or not asked, whatever the masked answer was, is no follower.

Parts of a document are named by targets: ``answer:6a``, ``box:1:2``, ``detail:6:ja``,
``row:39:a``, ``entry:7:e3f9a1c2``, ``passage:24``, ``section:kontinuitet``;
``export.copy.masking`` tells them all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.condition import Atom, Condition, ShownWhen, holds
from survey_app.core.content import Content
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.computed import Pick
from survey_app.core.questionnaire import Question, Questionnaire

Followers = dict[str, str]
"""Targets to be masked too, each with the target whose answer it would tell."""


def entries_of(content: Content) -> Iterator[dict[str, Any]]:
    """The questions of a content in the authority's order."""
    for section in content["sections"]:
        yield from section["questions"]


def known_atoms(questionnaire: Questionnaire, content: Content) -> dict[str, tuple[Atom, ...]]:
    """What conditions saw of the answers when they were approved; keys as in ``core.condition``."""
    atoms: dict[str, tuple[Atom, ...]] = {}
    for entry in entries_of(content):
        question, value = questionnaire.by_id[entry["id"]], entry["value"]
        if value is None:
            continue
        atoms[question.id] = KINDS[question.kind].atoms(question, value)
        seen = KINDS[question.kind].seen(question, value)
        atoms |= {f"{question.id}{place}": found for place, found in seen.items()}
    return atoms


@dataclass(slots=True)
class _Masked:
    """What is masked so far.

    whole    the target that hides it, by the key that conditions use
    passages the same where only passages are masked: that there is an answer may be seen
    entries  the same where entries of a list are: how many there are may be seen
    """

    atoms: Mapping[str, tuple[Atom, ...]]
    whole: dict[str, str] = field(default_factory=dict)
    passages: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    def hides(self, condition: Condition) -> str | None:
        """The target that hides what a condition compares."""
        hidden = self.whole.get(condition.key)
        if condition.field or condition.column:
            hidden = hidden or self._all_of(condition.question)
        if condition.field:
            hidden = hidden or self.entries.get(condition.question)
        if hidden is None and condition.operator != "exists":
            hidden = self.passages.get(condition.question)
        return hidden

    def hides_pick(self, pick: Pick) -> str | None:
        """The target that hides what something is computed from."""
        hidden = self.whole.get(pick.key)
        if pick.key != pick.question:
            hidden = hidden or self._all_of(pick.question)
        within = pick.field or pick.where
        return hidden or (self.entries.get(pick.question) if within else None)

    def _all_of(self, question: str) -> str | None:
        """The target that hides a whole answer, and not only a cell of it."""
        target = self.whole.get(question)
        return None if target is None or target.startswith("cell:") else target

    def told_by(self, shown_when: ShownWhen | None) -> str | None:
        """The target that is told by whether something with this condition is shown."""
        if shown_when is None:
            return None
        hidden, seen = [], []
        for condition in shown_when.conditions:
            target = self.hides(condition)
            if target is None:
                seen.append(holds(condition, self.atoms))
            else:
                hidden.append(target)
        settled = not all(seen) if shown_when.all else any(seen)
        return hidden[0] if hidden and not settled else None

    def add(self, question: Question, target: str) -> None:
        """Hide a whole answer."""
        self.whole.setdefault(question.id, target)
        for row in KINDS[question.kind].rows(question):
            self.whole.setdefault(f"{question.id}.{row.id}", target)


def find_followers(
    questionnaire: Questionnaire,
    content: Content,
    masked: Collection[str],
    shown: Collection[str] = (),
) -> Followers:
    """What has to be masked beside what is ``masked``; one that is ``shown`` hides nothing more.

    It stays in the answer, so that somebody who shows it can be told what it gives away.
    """
    found: Followers = {}
    seen = _Masked(known_atoms(questionnaire, content))
    for section in questionnaire.sections:
        teller = seen.told_by(section.shown_when)
        if teller is not None:
            found[f"section:{section.id}"] = teller
        hidden = teller is not None and f"section:{section.id}" not in shown
        for question in section.questions:
            if hidden and teller is not None:
                seen.add(question, teller)
            else:
                found |= _judge(question, masked, shown, seen)
    return found


def _judge(
    question: Question, masked: Collection[str], shown: Collection[str], seen: _Masked
) -> Followers:
    found: Followers = {}
    own = f"answer:{question.id}"
    teller = seen.told_by(question.shown_when)
    if teller is None and question.kind == "computed":
        teller = next(filter(None, map(seen.hides_pick, question.picks)), None)
    if teller is not None:
        found[own] = teller
        if own not in shown:
            seen.add(question, teller)
    if own in masked:
        seen.add(question, own)
    for part in masked:
        kind, _, place = part.partition(":")
        if kind == "box" and place.rpartition(":")[0] == question.id:
            seen.whole.setdefault(question.id, part)
        elif kind == "entry" and place.rpartition(":")[0] == question.id:
            seen.entries.setdefault(question.id, part)
        elif kind == "passage" and place == question.id:
            seen.passages.setdefault(question.id, part)
        elif kind == "cell" and place.split(":")[0] == question.id:
            seen.whole.setdefault(question.id, part)
            seen.whole.setdefault(place.replace(":", "."), part)
    return found | _judge_rows(question, masked, shown, seen)


def _judge_rows(
    question: Question, masked: Collection[str], shown: Collection[str], seen: _Masked
) -> Followers:
    found: Followers = {}
    for row in KINDS[question.kind].rows(question):
        target, key = f"row:{question.id}:{row.id}", f"{question.id}.{row.id}"
        if key in seen.whole:
            continue
        teller = seen.told_by(row.shown_when)
        if teller is not None:
            found[target] = teller
        hidden_by = teller if target not in shown else None
        if target in masked:
            hidden_by = target
        if hidden_by is not None:
            seen.whole.setdefault(key, hidden_by)
            seen.whole.setdefault(question.id, hidden_by)
    return found


def can_be_reckoned(questionnaire: Questionnaire, masked: Collection[str]) -> Iterator[str]:
    """The masked targets of reckoned values whose parts all stay to be read."""
    hidden = {target.split(":")[1] for target in masked if not target.startswith("detail:")}
    for question in questionnaire.questions():
        target = f"answer:{question.id}"
        if question.kind != "computed" or target not in masked:
            continue
        if not hidden & {pick.question for pick in question.picks}:
            yield target
