"""What is reckoned from all units' answers together: from their numbers, no mean of shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from survey_app.core.condition import Atom
from survey_app.core.evaluation import Given, evaluate
from survey_app.core.kinds.computed import ComputedAnswer, compute, is_counted
from survey_app.core.questionnaire import Questionnaire
from survey_app.services.report_answers import RoundAnswers, UnitAnswer
from survey_app.services.report_words import share_text

Atoms = dict[str, tuple[Atom, ...]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One reckoned question: all units together first, then each that has a number."""

    key: str
    title: str
    lines: tuple[str, ...]


def indicators(item: RoundAnswers) -> Iterator[Indicator]:
    """The reckoned questions of a round for which somebody has a number."""
    form = item.questionnaire
    seen = [(answer.unit, _atoms(form, answer)) for answer in item.answers]
    for question in form.questions():
        if question.kind != "computed":
            continue
        own = [(unit, _told(question, atoms, form)) for unit, atoms in seen]
        told = [f"{unit}: {words}" for unit, words in own if words]
        if told:
            whole = _told(question, _together([atoms for _unit, atoms in seen]), form)
            lines = (f"Alla som svarat: {whole}", *told)
            yield Indicator(f"indicator:{item.row.id}:{question.id}", question.text.sv, lines)


def _atoms(form: Questionnaire, answer: UnitAnswer) -> Atoms:
    given = {
        name: Given(entry["value"])
        for name, entry in answer.questions.items()
        if entry["value"] is not None and entry["kind"] != "computed"
    }
    return evaluate(form, given).atoms


def _together(all_atoms: list[Atoms]) -> Atoms:
    pooled: Atoms = {}
    for atoms in all_atoms:
        for key, found in atoms.items():
            pooled[key] = pooled.get(key, ()) + found
    return pooled


def _told(spec: Any, atoms: Atoms, form: Questionnaire) -> str:
    """``"72,7 procent (8 av 11)"``; empty where there is no number."""
    value = compute(spec, atoms, form.by_id)
    if value is None:
        return ""
    said = share_text(value, spec.shown_as)
    if spec.operation != "share" or not all(
        is_counted(pick, form.by_id.get(pick.question)) for pick in spec.picks
    ):
        return said
    part, whole = (_count(spec, place, atoms, form) for place in (0, 1))
    return f"{said} ({part} av {whole})"


def _count(spec: ComputedAnswer, place: int, atoms: Atoms, form: Questionnaire) -> Any:
    alone = spec.model_copy(update={"operation": "count", "of": [spec.of[place]]})
    return compute(alone, atoms, form.by_id)
