"""What answers mean for their questionnaire: what is shown, what is wrong, how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, NamedTuple, TypedDict

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom, is_shown
from survey_app.core.kinds import KINDS, Value
from survey_app.core.kinds.computed import compute
from survey_app.core.problem import Malformed, Problem, Severity
from survey_app.core.questionnaire import Question, Questionnaire, Section
from survey_app.core.same import Same


class Blank(TypedDict):
    """Why a question is left without an answer."""

    code: Literal["cannot_be_stated", "reason"]
    text: str


class Given(NamedTuple):
    """What one question was given: a value, or the reason why there is none."""

    value: Value = None
    blank: Blank | None = None


NOTHING = Given()
Answers = Mapping[str, Given]


def parse_blank(raw: object) -> Blank | None:
    """A reason as stored: ``{"code", "text"}``, or None. Raises Malformed for another shape."""
    if raw is None:
        return None
    if not isinstance(raw, dict) or raw.get("code") not in ("cannot_be_stated", "reason"):
        raise Malformed("expected_blank")
    text = raw.get("text", "")
    if not isinstance(text, str) or not set(raw) <= {"code", "text"}:
        raise Malformed("expected_blank")
    return {"code": raw["code"], "text": tidy(text)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a section is: questions that are shown, those answered, those with a mistake."""

    shown: int
    answered: int
    problems: int


@dataclass(slots=True)
class Evaluation:
    """The whole verdict on one set of answers.

    shown     ids of the questions shown, and ``question.row`` for the rows of matrices
    sections  ids of the sections shown
    atoms     what conditions saw, by question id or ``question.row``
    computed  values reckoned, by question id
    """

    shown: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)
    atoms: dict[str, tuple[Atom, ...]] = field(default_factory=dict)
    computed: dict[str, int | str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    progress: dict[str, Progress] = field(default_factory=dict)

    def of(self, question: str) -> list[Problem]:
        """The problems of one question."""
        return [problem for problem in self.problems if problem.question == question]

    def with_severity(self, severity: Severity) -> list[Problem]:
        """The problems of one severity."""
        return [problem for problem in self.problems if problem.severity == severity]

    def take_in(self, part: Evaluation) -> None:
        """Add the verdict on the next section."""
        self.shown |= part.shown
        self.sections |= part.sections
        self.atoms |= part.atoms
        self.computed |= part.computed
        self.problems += part.problems
        self.progress |= part.progress

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing refuses sending."""
        return not any(problem.severity in ("error", "blank") for problem in self.problems)


def evaluate(questionnaire: Questionnaire, answers: Answers) -> Evaluation:
    """Judge answers by their questionnaire, in the authority's order.

    A hidden question counts as unanswered, so what follows from it is hidden too. Questions that
    the approver fills in are shown, and judged only at approval (``attestation_problems``).
    """
    verdict = Evaluation()
    written = 0
    whole = Same(questionnaire)
    for section in questionnaire.sections:
        held = Same(section)
        given = tuple([Same(answers.get(item.id, NOTHING)) for item in section.questions])
        seen = tuple([verdict.atoms.get(key, ()) for key in _looked_at(held)])
        part, sent = _judge_section(whole, held, given, seen)
        verdict.take_in(part)
        written += sent
    if not written:
        verdict.problems.append(Problem("nothing_answered"))
    return verdict


@lru_cache(maxsize=256)
def _looked_at(section: Same[Section]) -> tuple[str, ...]:
    """Where a section's conditions and sums look."""
    keys: set[str] = set()
    rules = [section.thing.shown_when]
    for question in section.thing.questions:
        rules.append(question.shown_when)
        rules += [row.shown_when for row in KINDS[question.kind].rows(question)]
        if question.kind == "computed":
            keys.update(pick.key for pick in question.picks)
    keys.update(condition.key for rule in rules if rule for condition in rule.conditions)
    return tuple(sorted(keys))


@lru_cache(maxsize=512)
def _judge_section(
    questionnaire: Same[Questionnaire],
    held: Same[Section],
    answers: tuple[Same[Given], ...],
    seen: tuple[tuple[Atom, ...], ...],
) -> tuple[Evaluation, int]:
    """Judge one section by its answers and by what it sees of earlier ones; a save changes one
    section, so the others need not be judged again.

    Returns the verdict on it, never to be changed, and how many of its questions send something.
    """
    section = held.thing
    atoms = {key: found for key, found in zip(_looked_at(held), seen, strict=True) if found}
    verdict = Evaluation(atoms=atoms)
    open_ = is_shown(section.shown_when, verdict.atoms)
    if open_:
        verdict.sections.add(section.id)
    shown = answered = written = 0
    troubled = set()
    for question, same in zip(section.questions, answers, strict=True):
        given = same.thing
        if not open_ or not is_shown(question.shown_when, verdict.atoms):
            if given.value is not None:
                verdict.problems.append(Problem("hidden_answer", question.id, severity="warning"))
            continue
        verdict.shown.add(question.id)
        _see(questionnaire.thing, question, given, verdict)
        if question.filled_by == "approver" or not KINDS[question.kind].answered:
            continue
        shown += 1
        sent = sent_value(question, given, verdict) is not None
        written += sent
        answered += sent or given.blank is not None
        for problem in _problems(questionnaire.thing, question, given, verdict):
            verdict.problems.append(problem.at(question.id))
            # What is merely left to answer shows in the progress; it is not a mistake.
            if problem.severity == "error" and given.value is not None:
                troubled.add(question.id)
    verdict.progress[section.id] = Progress(shown, answered, len(troubled))
    return verdict, written


def _see(
    questionnaire: Questionnaire, question: Question, given: Given, verdict: Evaluation
) -> None:
    """Let later conditions see what this question says."""
    if question.kind == "computed":
        reckoned = compute(question, verdict.atoms, questionnaire.by_id)
        verdict.computed[question.id] = reckoned
        verdict.atoms[question.id] = () if reckoned is None else (reckoned,)
        return
    kind = KINDS[question.kind]
    for row in kind.rows(question):
        if is_shown(row.shown_when, verdict.atoms):
            verdict.shown.add(f"{question.id}.{row.id}")
    given = within(question, given, verdict)
    if given.value is not None:
        verdict.atoms[question.id] = _alone(Same(question), Same(given)).atoms
        for place, atoms in kind.seen(question, given.value).items():
            verdict.atoms[f"{question.id}{place}"] = atoms


def rows_shown(question: Question, verdict: Evaluation) -> frozenset[str]:
    """The ids of the rows of a question that are shown."""
    rows = KINDS[question.kind].rows(question)
    return frozenset(row.id for row in rows if f"{question.id}.{row.id}" in verdict.shown)


def within(question: Question, given: Given, verdict: Evaluation) -> Given:
    """The answer without what stands in rows that are not shown; the same where that is nothing."""
    if given.value is None or not KINDS[question.kind].rows(question):
        return given
    return _within(Same(question), Same(given), rows_shown(question, verdict))


@lru_cache(maxsize=256)
def _within(question: Same[Question], given: Same[Given], shown: frozenset[str]) -> Given:
    held = given.thing
    value = KINDS[question.thing.kind].within(question.thing, held.value, shown)
    return held if value is held.value else Given(value, held.blank)


class _Alone(NamedTuple):
    """What one answer says by itself, whatever the others are."""

    atoms: tuple[Atom, ...]
    sent: Value
    problems: tuple[Problem, ...]


@lru_cache(maxsize=1024)
def _alone(question: Same[Question], given: Same[Given]) -> _Alone:
    """Judge a value that is not None by itself; the same answer is judged again at every save."""
    asked, value = question.thing, given.thing.value
    kind = KINDS[asked.kind]
    return _Alone(
        kind.atoms(asked, value), kind.sent(asked, value), tuple(kind.check(asked, value))
    )


def sent_value(question: Question, given: Given, verdict: Evaluation) -> Value:
    """What is handed in of the answer to a question that is shown; None if nothing is.

    Text after an option that nobody chose, and rows that are not shown, are kept and not sent; a
    question of which nothing is sent is not answered.
    """
    if question.kind == "computed":
        return verdict.computed.get(question.id)
    if given.value is None or question.filled_by == "approver":
        return None
    shown = within(question, given, verdict)
    return None if shown.value is None else _alone(Same(question), Same(shown)).sent


def _problems(
    questionnaire: Questionnaire, question: Question, given: Given, verdict: Evaluation
) -> Iterator[Problem]:
    sent = sent_value(question, given, verdict)
    if given.value is not None:
        shown = within(question, given, verdict)
        if shown.value is not None:
            yield from _alone(Same(question), Same(shown)).problems
        yield from _hidden_rows(question, given.value, verdict)
    if sent is None:
        yield from _blank_problems(questionnaire, question, given.blank)
        return
    if given.blank is not None:
        yield Problem("blank_and_value", severity="warning")
        return
    grave: Severity = "warning" if questionnaire.unanswered == "allow" else "blank"
    grave = "error" if question.required else grave
    for problem in KINDS[question.kind].missing(question, sent, rows_shown(question, verdict)):
        yield replace(problem, severity=grave) if problem.severity == "blank" else problem


def _hidden_rows(question: Question, value: Value, verdict: Evaluation) -> Iterator[Problem]:
    kind = KINDS[question.kind]
    rows = [row.id for row in kind.rows(question)]
    for row in (row for row in rows if f"{question.id}.{row}" not in verdict.shown):
        if kind.within(question, value, set(rows) - {row}) is not value:
            yield Problem("hidden_answer", part=f"row:{row}", severity="warning")


def _blank_problems(
    questionnaire: Questionnaire, question: Question, blank: Blank | None
) -> Iterator[Problem]:
    if question.required:
        yield Problem("required")
    elif questionnaire.unanswered == "explain":
        if blank is None:
            yield Problem("unanswered", severity="blank")
        elif blank["code"] == "reason" and not blank["text"].strip():
            yield Problem("reason_missing", severity="blank")


def attestation_problems(
    questionnaire: Questionnaire, evaluation: Evaluation, fields: Mapping[str, Value]
) -> list[Problem]:
    """What is wrong with what the approver filled in; fields by question id, parsed."""
    problems: list[Problem] = []
    for question in questionnaire.questions():
        if question.filled_by != "approver" or question.id not in evaluation.shown:
            continue
        value = fields.get(question.id)
        if value is not None:
            found = KINDS[question.kind].check(question, value)
            problems.extend(problem.at(question.id) for problem in found)
        elif question.required:
            code = "not_attested" if question.kind == "attestation" else "required"
            problems.append(Problem(code, question.id))
    return problems


__all__ = [
    "NOTHING",
    "Answers",
    "Blank",
    "Evaluation",
    "Given",
    "Progress",
    "attestation_problems",
    "evaluate",
    "parse_blank",
    "rows_shown",
    "sent_value",
]
