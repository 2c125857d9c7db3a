"""Drawing questions, each once: colleagues read the same answers again and again.

What is drawn depends on nothing but the view, the heading's level, the reader's language and
whether the section comes and goes; all of that is the key, so nothing here can be stale. So it is
with the line of work at a question, with the contents column, and with the texts of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from flask import Flask
from markupsafe import Markup

from survey_app.core.same import Same
from survey_app.web.language import chosen_language
from survey_app.web.views import QuestionView, SectionView, SubmissionView
from survey_app.web.work import WorkView

MOST = 500
"""How many drawings are kept; a questionnaire has some fifty."""
MOST_COLUMNS = 100
"""How many contents columns; a questionnaire has some ten sections, each the current one of one."""

_SEEN = [field.name for field in fields(QuestionView) if field.name != "question"]


def drawing_for(app: Flask) -> Callable[..., Markup]:
    """``draw_question(view, say, level, section)`` for templates: the macro, remembered."""
    kept: dict[tuple[object, ...], Markup] = {}

    def draw_question(
        view: QuestionView, say: Mapping[str, Any], level: int, section: SectionView
    ) -> Markup:
        seen = repr([getattr(view, name) for name in _SEEN])
        # The questionnaire's part never changes: itself is enough.
        key = (Same(view.question), seen, level, section.shown_when is None, say["sv"])
        drawn = kept.get(key)
        if drawn is None:
            macros: Any = app.jinja_env.get_template("submissions/_questions.html").module
            drawn = macros.question(view, say, level, section)
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = drawn
        return drawn

    return draw_question


def work_drawing_for(app: Flask) -> Callable[[WorkView], Markup]:
    """``draw_work(view)`` for templates: the line of work at a question, remembered."""
    kept: dict[Same[WorkView], Markup] = {}

    def draw_work(view: WorkView) -> Markup:
        drawn = kept.get(key := Same(view))  # a view is shared, and in one language
        if drawn is None:
            macros: Any = app.jinja_env.get_template("tasks/_line.html").module
            drawn = macros.line(view)
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = drawn
        return drawn

    return draw_work


def contents_drawing_for(app: Flask) -> Callable[[list[dict[str, Any]], SubmissionView], Markup]:
    """``draw_contents(contents, submission)`` for templates: the contents column, remembered."""
    kept: dict[tuple[str, ...], Markup] = {}

    def draw_contents(contents: list[dict[str, Any]], submission: SubmissionView) -> Markup:
        head = submission.url, submission.case_number, submission.case_title
        key = (repr(contents), *head, chosen_language())
        drawn = kept.get(key)
        if drawn is None:
            macros: Any = app.jinja_env.get_template("submissions/_contents.html").module
            drawn = macros.column(contents, *head)
            if len(kept) >= MOST_COLUMNS:
                kept.clear()
            kept[key] = drawn
        return drawn

    return draw_contents


def texts_for(app: Flask) -> Callable[[], tuple[Mapping[str, Any], Mapping[str, str]]]:
    """``page_texts()`` for templates: ``say`` and ``texts`` of ``submissions/_say.html`` in the
    reader's language, remembered."""
    kept: dict[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {}

    def page_texts() -> tuple[Mapping[str, Any], Mapping[str, str]]:
        language = chosen_language()
        if language not in kept:
            template = app.jinja_env.get_template("submissions/_say.html")
            module: Any = template.make_module({"language": language})
            kept[language] = module.say, module.texts
        return kept[language]

    return page_texts
