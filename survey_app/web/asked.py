"""What a question asks, as one text, so that two versions of it can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.core.questionnaire import Passage, Question
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words


def asked_text(question: Question) -> str:
    """The question with its statements, limits, options and rows, a line each."""
    return "\n".join(line for line in _lines(question) if line)


def _lines(question: Question) -> Iterator[str]:
    yield from _passages(question.before)
    yield words(question.text)
    yield from _passages(question.help)
    yield words(getattr(question, "statement", None))
    yield words(getattr(question, "label", None))
    for part in (*getattr(question, "rows", ()), *getattr(question, "options", ())):
        yield f"– {words(part.text)}"
        yield words(getattr(part, "help", None))
        yield from _limits(getattr(part, "field", None))
    yield from _limits(question)
    yield words(question.cannot_be_stated)
    yield from _passages(question.after)


def _passages(passages: list[Passage]) -> Iterator[str]:
    for passage in passages:
        yield from map(words, (passage.heading, passage.text, passage.link))
        yield from (f"– {words(item)}" for item in passage.items or ())


def _limits(asked: object) -> Iterator[str]:
    """What an answer, or the field after an option, is held to."""
    if most := getattr(asked, "max_characters", None):
        yield _("Högst %(n)s tecken.", n=most)
    least, highest = (getattr(asked, name, None) for name in ("min", "max"))
    if least is not None:
        yield _("Minst %(n)s.", n=least)
    if highest is not None:
        yield _("Högst %(n)s.", n=highest)
    if getattr(asked, "required", False):
        yield _("Obligatorisk.")
