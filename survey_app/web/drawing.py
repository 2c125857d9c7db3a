"""Drawing questions, each once: colleagues read the same answers again and again.

What is drawn depends on nothing but the view, the heading's level, the reader's language and
whether the section comes and goes; all of that is the key, so nothing here can be stale. So it is
with the line of work at a question, with the contents column, and with the texts of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any

from flask import Flask
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from survey_app.core.same import Same
from survey_app.web.language import chosen_language
from survey_app.web.views import QuestionView, SectionView, SubmissionView
from survey_app.web.work import WorkView

MOST = 500
"""How many drawings are kept; a questionnaire has some fifty."""
MOST_PARTS = 40
"""How many people's parts for the scripts."""
MOST_COLUMNS = 100
"""How many contents columns; a questionnaire has some ten sections, each the current one of one."""

_PLAIN = (
    "version", "shown", "derived", "editable", "changed_by", "changed_at", "computed",
    "history_url", "returned", "present", "carried",
)  # fmt: skip
_plain = attrgetter(*_PLAIN)
_rest = attrgetter(
    *(item.name for item in fields(QuestionView) if item.name not in ("question", "value", *_PLAIN))
)


def _seen(view: QuestionView) -> tuple[object, ...]:
    """All that a view says. The questionnaire's part never changes, nor does an answer that was
    read: each is enough by itself. What is no plain value is spelt out."""
    return Same(view.question), Same(view.value), _plain(view), repr(_rest(view))


def drawing_for(app: Flask) -> Callable[..., Markup]:
    """``draw_questions(section, say, level)`` for templates: the questions of a section, each
    with the line of work at it. What is drawn is remembered."""
    draw_work = _work_drawing_for(app)
    kept: dict[tuple[object, ...], Markup] = {}

    def draw_question(
        view: QuestionView, say: Mapping[str, Any], level: int, section: SectionView
    ) -> Markup:
        key = (*_seen(view), level, section.shown_when is None, say["sv"])
        drawn = kept.get(key)
        if drawn is None:
            macros: Any = app.jinja_env.get_template("submissions/_questions.html").module
            drawn = macros.question(view, say, level, section)
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = drawn
        return drawn

    def draw_questions(section: SectionView, say: Mapping[str, Any], level: int) -> Markup:
        drawn = []
        for view in section.questions:
            drawn.append(draw_question(view, say, level, section))
            if work := section.work.get(view.question.id):
                drawn.append(draw_work(work))
            drawn.append(_NEW_LINE)
        return Markup("".join(drawn))  # all of it comes from macros, which have escaped it

    return draw_questions


_NEW_LINE = Markup("\n")


def _work_drawing_for(app: Flask) -> Callable[[WorkView], Markup]:
    """The line of work at a question, remembered."""
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


def parts_drawing_for(app: Flask) -> Callable[[str], Markup]:
    """``draw_parts(email)`` for templates: what the scripts add to a page, remembered."""
    kept: dict[tuple[str, str], Markup] = {}

    def draw_parts(email: str) -> Markup:
        drawn = kept.get(key := (email, chosen_language()))
        if drawn is None:
            macros: Any = app.jinja_env.get_template("submissions/_parts.html").module
            drawn = macros.parts(email)
            if len(kept) >= MOST_PARTS:
                kept.clear()
            kept[key] = drawn
        return drawn

    return draw_parts


Texts = tuple[Mapping[str, Any], Mapping[str, str], Markup]


def texts_for(app: Flask) -> Callable[[], Texts]:
    """``page_texts()`` for templates: ``say`` and ``texts`` of ``submissions/_say.html`` in the
    reader's language, and ``texts`` as JSON, remembered."""
    kept: dict[str, Texts] = {}

    def page_texts() -> Texts:
        language = chosen_language()
        if language not in kept:
            template = app.jinja_env.get_template("submissions/_say.html")
            module: Any = template.make_module({"language": language})
            json = htmlsafe_json_dumps(module.texts, app.json.dumps)
            kept[language] = module.say, module.texts, json
        return kept[language]

    return page_texts
