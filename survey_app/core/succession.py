"""A draft that takes the next version of its questionnaire: what goes where, and what does not.

Which question continues which is told by ``continues`` with the questionnaire's own id; where
nothing is told, it is the one with the same id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from survey_app.core.continuity import Carried, can_be_carried, carry, link_to
from survey_app.core.evaluation import NOTHING, Answers, Given
from survey_app.core.parts import parts_of
from survey_app.core.questionnaire import Continues, Question, Questionnaire


@dataclass(frozen=True, slots=True)
class Place:
    """A question of the next version that continues an earlier one, and what becomes its answer."""

    question: Question
    carried: Carried


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one answer. ``places``: none where no question continues its own."""

    question: Question
    given: Given
    places: tuple[Place, ...]

    @property
    def stays(self) -> bool:
        """Whether it is whole, at the question with the same id."""
        return self.fits and any(place.question.id == self.question.id for place in self.places)

    @property
    def fits(self) -> bool:
        """Whether all of it has a place."""
        return bool(self.places) and not any(place.carried.misfits for place in self.places)


@dataclass(slots=True)
class Succession:
    """What a draft becomes under the next version.

    outcomes  of every answer, in the order of the version before
    writes    answers that are not what stands under the same id now, by id; ``NOTHING`` empties
    added     questions that continue none
    """

    outcomes: list[Outcome] = field(default_factory=list)
    writes: dict[str, Given] = field(default_factory=dict)
    added: list[Question] = field(default_factory=list)


def version_of(questionnaire: Questionnaire) -> tuple[int, ...]:
    """The version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in questionnaire.version.split("."))


def succeed(before: Questionnaire, after: Questionnaire, answers: Answers) -> Succession:
    """What the answers to one version become in another version of the same questionnaire."""
    links = dict(_links(before, after))
    result = Succession()
    wanted: dict[str, Given] = {}
    for question in before.questions():
        given = answers.get(question.id, NOTHING)
        if given == NOTHING:
            continue
        places = []
        for new, link in links.values():
            if link.question == question.id and can_be_carried(new):
                carried = carry(new, link, question, given)
                places.append(Place(new, carried))
                wanted[new.id] = carried.given
        result.outcomes.append(Outcome(question, given, tuple(places)))
    for new in after.questions():
        due = wanted.get(new.id, NOTHING)
        if due != answers.get(new.id, NOTHING):
            result.writes[new.id] = due
        if new.id not in links:
            result.added.append(new)
    return result


def keeps_its_shape(before: Questionnaire, after: Questionnaire, question: str) -> bool:
    """Whether a question goes on under its id with the same parts to fill in."""
    old, new = before.by_id.get(question), after.by_id.get(question)
    if old is None or new is None or old.kind != new.kind:
        return False
    _new, link = dict(_links(before, after)).get(question, (None, None))
    same = parts_of(old, NOTHING).keys() == parts_of(new, NOTHING).keys()
    return same and link is not None and link.question == question


def _links(
    before: Questionnaire, after: Questionnaire
) -> Iterator[tuple[str, tuple[Question, Continues]]]:
    """The questions that continue one, by id, each with how.

    One that is continued by a question that says so is not continued by its namesake, too.
    """
    told = {
        link.question for question in after.questions() for link in question.continues or ()
        if link.questionnaire == after.id
    }  # fmt: skip
    for question in after.questions():
        link = link_to(after, question, before.id)
        says = any(item == link for item in question.continues or ())
        if link.question in before.by_id and (says or link.question not in told):
            yield question.id, (question, link)
