"""What is wrong between the parts of a questionnaire, when each part by itself is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from survey_app.core.comparison import comparison_findings
from survey_app.core.condition import Condition, ShownWhen
from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.link import is_link
from survey_app.core.pick_rules import pick_findings
from survey_app.core.possible import branches, contradicted, implied
from survey_app.core.question_rules import question_findings, repeated
from survey_app.core.questionnaire import Passage, Question, Questionnaire, Section
from survey_app.core.whole_rules import whole_findings


def findings_of(questionnaire: Questionnaire) -> list[Found]:
    """Everything that is wrong: path in the document, code and facts. Empty if all is well."""
    return list(_Walk(questionnaire).findings())


class _Walk:
    """One pass in the authority's order, knowing which questions stand earlier."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.all = questionnaire.by_id
        self.earlier: dict[str, Question] = {}
        self.grounds: dict[str, list[Condition]] = {}

    def findings(self) -> Iterator[Found]:
        spec = self.questionnaire
        yield from repeated(("sections",), "section", [item.id for item in spec.sections])
        yield from self._passages(("intro",), spec.intro)
        seen: set[str] = set()
        for number, section in enumerate(spec.sections):
            yield from self._section(("sections", number), section, seen)
        if not any(q.filled_by == "writer" and KINDS[q.kind].answered for q in spec.questions()):
            yield ("sections",), "nothing_to_answer", {}
        yield from self._receipt()
        yield from whole_findings(spec)
        if spec.continues == spec.id:
            yield ("continues",), "continues_itself", {"questionnaire": spec.id}

    def _section(self, path: Path, section: Section, seen: set[str]) -> Iterator[Found]:
        yield from self._shown_when(path, section.shown_when)
        yield from self._passages((*path, "intro"), section.intro)
        for number, question in enumerate(section.questions):
            place = (*path, "questions", number)
            if question.id in seen:
                yield (*place, "id"), "repeated_id", {"id": question.id, "of": "question"}
            seen.add(question.id)
            yield from self._question(place, question, section)
            self.earlier[question.id] = question
            self.grounds[question.id] = [
                *_certain(section.shown_when),
                *_certain(question.shown_when),
            ]

    def _question(self, path: Path, question: Question, section: Section) -> Iterator[Found]:
        context = _certain(section.shown_when)
        yield from self._shown_when(path, question.shown_when, question.id, context)
        for key in ("before", "help"):
            yield from self._passages((*path, key), getattr(question, key), question.id)
        after = {**self.earlier, question.id: question}
        yield from self._passages((*path, "after"), question.after, question.id, after)
        yield from question_findings(path, question)
        for number, field in enumerate(question.fields if question.kind == "list" else ()):
            yield from self._passages((*path, "fields", number, "help"), field.help)
        context = [*context, *_certain(question.shown_when)]
        for number, row in enumerate(KINDS[question.kind].rows(question)):
            place = (*path, "rows", number)
            yield from self._shown_when(place, row.shown_when, question.id, context)
        if question.kind == "computed":
            yield from self._computed(path, question)

    def _passages(
        self,
        path: Path,
        passages: Iterable[Passage],
        own: str = "",
        earlier: Mapping[str, Question] | None = None,
    ) -> Iterator[Found]:
        for number, passage in enumerate(passages):
            place = (*path, number)
            yield from self._shown_when(place, passage.shown_when, own, earlier=earlier)
            if (passage.link is None) != (passage.url is None):
                code = "url_without_link" if passage.link is None else "link_without_url"
                yield place, code, {}
            elif passage.url and not is_link(passage.url) and passage.url[:7] != "mailto:":
                yield (*place, "url"), "bad_url", {"typed": passage.url[:80]}

    def _shown_when(
        self,
        path: Path,
        shown_when: ShownWhen | None,
        own: str = "",
        context: Iterable[Condition] = (),
        earlier: Mapping[str, Question] | None = None,
    ) -> Iterator[Found]:
        """Findings of each condition; if there are none, whether they can hold together."""
        if shown_when is None:
            return
        earlier = self.earlier if earlier is None else earlier
        join = "all" if shown_when.all else "any"
        found = []
        for number, condition in enumerate(shown_when.conditions):
            place = (*path, "shown_when", join, number)
            found += list(self._condition(place, condition, own, earlier))
        yield from found
        for number, branch in enumerate(branches(shown_when) if not found else []):
            whole = implied([*branch, *context], self.grounds)
            if (clash := contradicted(whole, self.all)) is not None:
                place = (*path, "shown_when", join)
                place = place if join == "all" else (*place, number)
                yield place, "never_shown", {"question": clash}

    def _condition(
        self, path: Path, condition: Condition, own: str, earlier: Mapping[str, Question]
    ) -> Iterator[Found]:
        question = earlier.get(condition.question)
        if question is None:
            yield self._reference((*path, "question"), condition.question, own)
        elif question.filled_by == "approver":
            yield (*path, "question"), "condition_on_approver", {"question": question.id}
        else:
            yield from comparison_findings(path, condition, question)

    def _reference(self, path: Path, named: str, own: str) -> Found:
        """Why a question cannot be named here."""
        if named == own:
            return path, "self_reference", {"question": named}
        if named in self.all:
            return path, "forward_reference", {"question": named}
        return path, "unknown_question", {"question": named, **nearest(named, self.all)}

    def _computed(self, path: Path, question: Question) -> Iterator[Found]:
        assert question.kind == "computed"
        if question.operation == "share" and len(question.of) != 2:
            yield (*path, "of"), "share_of_two", {"count": len(question.of)}
        for number, pick in enumerate(question.picks):
            place = (*path, "of", number)
            source = self.earlier.get(pick.question)
            if source is None:
                yield self._reference(place, pick.question, question.id)
            elif source.filled_by == "approver":
                yield place, "computed_of_approver", {"question": pick.question}
            elif found := list(pick_findings(place, pick, source, question.operation)):
                yield from found
            elif pick in question.picks[:number]:
                yield place, "computed_twice", {"question": pick.question}

    def _receipt(self) -> Iterator[Found]:
        receipt = self.questionnaire.receipt
        if receipt is None:
            return
        question = self.all.get(receipt.question)
        if question is None:
            yield self._reference(("receipt", "question"), receipt.question, "")
        elif question.kind != "email":
            facts = {"question": question.id, "kind": question.kind}
            yield ("receipt", "question"), "receipt_not_email", facts


def _certain(shown_when: ShownWhen | None) -> list[Condition]:
    """The conditions that must hold, whichever way it is shown."""
    ways = branches(shown_when)
    return ways[0] if len(ways) == 1 else []
