"""The answer of an earlier period as templates show it beside a question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from survey_app.core.continuity import Misfit, can_be_carried
from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.kinds.choice import MultipleAnswer, SingleAnswer, chosen_options
from survey_app.core.kinds.number import IntegerAnswer, MoneyAnswer, PercentAnswer
from survey_app.core.movement import movement
from survey_app.core.number import canonical
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.same import Same
from survey_app.services.carrying import Beside, Earlier, Source, beside
from survey_app.services.submission import Dossier
from survey_app.web.catalogue import gettext as _
from survey_app.web.earlier_cells import EarlierTable, earlier_table
from survey_app.web.language import chosen_language, words
from survey_app.web.marking import Part, mark_differences
from survey_app.web.number import format_number, show_number
from survey_app.web.plain_text import plain_text
from survey_app.web.views import SectionView, label_of, place_of
from survey_app.web.wording.misfits import MISFITS
from survey_app.web.wording.places import part_words

_NUMBERS = (IntegerAnswer, PercentAnswer, MoneyAnswer)


@dataclass(frozen=True, slots=True)
class EarlierView:
    """What was answered then, and how it stands to what is answered now.

    parts     the earlier text, marked where the text of now lacks it; nothing is marked while
              there is no text of now, nor where only options were chosen
    current   the text of now, marked likewise
    movement  how a number has moved, or those after options, in words
    misfits   what of it cannot be carried over, in words
    can_carry whether it can be, and is not already what stands here
    table     a table as a table; then ``parts`` tell it in lines
    """

    period: str
    case_number: str
    label: str
    url: str
    parts: tuple[Part, ...]
    current: tuple[Part, ...]
    movement: str
    misfits: tuple[str, ...]
    same: bool
    can_carry: bool
    stands: bool
    table: EarlierTable | None = None


def set_earlier(dossier: Dossier, sections: list[SectionView], earlier: Earlier) -> None:
    """Give every question of some sections what was answered then."""
    questionnaire, language = Same(dossier.questionnaire), chosen_language()
    sources = tuple((name, Same(source)) for name, source in earlier.items())
    for view in (view for section in sections if sources for view in section.questions):
        given = dossier.answers.get(view.question.id, NOTHING)
        computed = dossier.evaluation.computed.get(view.question.id)
        view.earlier = _look(
            questionnaire, Same(view.question), sources, Same(given), computed, view.editable,
            language,
        )  # fmt: skip


@lru_cache(maxsize=512)
def _look(
    questionnaire: Same[Questionnaire], question: Same[Question],
    sources: tuple[tuple[str, Same[Source]], ...], given: Same[Given], computed: int | str | None,
    editable: bool, _language: str,
) -> EarlierView | None:  # fmt: skip
    """What stands beside a question, worked out once while nothing of this changes."""
    earlier = {name: source.thing for name, source in sources}
    found = beside(questionnaire.thing, question.thing, earlier)
    if found is None:
        return None
    return _view_earlier(question.thing, found, given.thing, computed, editable=editable)


def _view_earlier(
    question: Question, found: Beside, given: Given, computed: int | str | None, *, editable: bool
) -> EarlierView:
    """The earlier answer to one question."""
    value = computed if question.kind == "computed" else given.value
    then = said(found.question, found.given)
    today = said(question, Given(value, given.blank))
    carried = found.carried.given
    parts, current = _marked(then, today, is_text=_is_text(found))
    return EarlierView(
        period=found.source.questionnaire.period,
        case_number=found.source.diary_number,
        label=label_of(found.question),
        url=place_of(found.source.id, found.source.questionnaire, found.question.id)["url"],
        parts=parts,
        current=current,
        movement=_movements(question, found, value),
        misfits=tuple(misfit_text(found.question, item) for item in found.carried.misfits),
        same=given != NOTHING and carried == given and not found.carried.misfits,
        can_carry=editable and can_be_carried(question)
        and carried != NOTHING and carried != given,
        stands=given != NOTHING,
        table=earlier_table(found.question, found.given.value, given.value)
        if found.question.kind == "table" and found.given.value else None,
    )  # fmt: skip


def said(question: Question, given: Given) -> str:
    """The answer, or why there is none, as text."""
    if given.value is not None:
        if question.kind == "computed":
            return show_number(given.value, question.shown_as)
        return plain_text(question, given.value)
    if given.blank is None:
        return ""
    if given.blank["code"] == "cannot_be_stated":
        said = words(question.cannot_be_stated) or _("Kan inte anges")
        return f"{said} {given.blank['text']}".strip()
    return _("Lämnad obesvarad: %(reason)s", reason=given.blank["text"])


def _is_text(found: Beside) -> bool:
    """Whether words were written; options and rows may merely have been renamed since."""
    value = found.given.value
    if found.question.kind in ("single", "multiple"):
        return bool(value and value["details"])
    return found.question.kind in ("text", "attachment", "list", "table")


@lru_cache(maxsize=512)
def _marked(then: str, today: str, *, is_text: bool) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    if not then or not today or not is_text:
        return (Part(then, False),), (Part(today, False),)
    before, after = mark_differences(then, today)
    return tuple(before), tuple(after)


def _movements(question: Question, found: Beside, value: Any) -> str:
    """How the number of a question has moved, or the numbers after its options."""
    if isinstance(question, _NUMBERS):
        return _movement(question.kind, found.given.value, value)
    if question.kind == "computed":
        return _movement(question.shown_as, found.given.value, value)
    then = found.carried.given.value
    if not isinstance(question, SingleAnswer | MultipleAnswer) or not then or not value:
        return ""
    both = {*chosen_options(question, then)} & {*chosen_options(question, value)}
    moved = {
        words(option.text): _movement(
            option.field.kind, then["details"].get(option.id), value["details"].get(option.id)
        )
        for option in question.options
        if option.id in both and isinstance(option.field, _NUMBERS)
    }
    told = {text: said for text, said in moved.items() if said}
    if len(told) == 1:
        return next(iter(told.values()))
    return "; ".join(f"{text} {said}" for text, said in told.items())


def _movement(kind: str, before: object, after: object) -> str:
    moved = movement(before, after)
    if moved is None:
        return ""
    if not moved.difference:
        return _("Oförändrat")
    difference = _signed(moved.difference)
    if kind == "percent" and abs(moved.difference) == 1:
        return _("%(number)s procentenhet", number=difference)
    if kind == "percent":
        return _("%(number)s procentenheter", number=difference)
    if kind == "money":
        difference = _("%(number)s kronor", number=difference)
    if moved.percent is None:
        return difference
    return _("%(number)s (%(percent)s procent)", number=difference, percent=_signed(moved.percent))


def misfit_text(question: Question, misfit: Misfit) -> str:
    """What could not be carried, by its place in the earlier question, and why."""
    why = _(MISFITS[misfit.code])
    of, __, name = misfit.part.partition(":")
    if of == "box":
        return f"{_('Ruta %(n)s', n=name)}: {why}"
    if of in ("entry", "cell", "note"):
        return f"{part_words(question, misfit.part)}: {why}"
    parts = getattr(question, f"{of}s", ()) if of else ()
    said = next((words(part.text) for part in parts if part.id == name), "")
    return f"”{said}”: {why}" if said else f"{why[:1].upper()}{why[1:]}"


def _signed(number: object) -> str:
    """With its sign: +12, −3,5."""
    text = format_number(canonical(number))  # type: ignore[arg-type]
    return text if text[:1] in "-\N{MINUS SIGN}0" else f"+{text}"


__all__ = ["EarlierView", "set_earlier"]
