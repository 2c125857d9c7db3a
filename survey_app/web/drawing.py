"""Drawing questions, each once: colleagues read the same answers again and again.

What is drawn depends on nothing but the view, the heading's level, the reader's language and
whether the section comes and goes; all of that is the key, so nothing here can be stale. So it is
with the line of work at a question, with the contents column, and with the texts of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

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


K = TypeVar("K", bound=Hashable)


def _macros(app: Flask, template: str) -> Callable[[], Any]:
    """The macros of a template, read when they are first asked for."""
    return lambda: app.jinja_env.get_template(template).module


class _Kept(Generic[K]):
    """What was drawn, by all that it depends on; thrown away when there is too much of it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._drawn: dict[K, Markup] = {}

    def find(self, key: K, draw: Callable[[], Markup]) -> Markup:
        """The drawing of a key, drawn where it is not kept."""
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = draw()
            if len(self._drawn) >= self._most:
                self._drawn.clear()
            self._drawn[key] = drawn
        return drawn


def drawing_for(app: Flask) -> Callable[..., Markup]:
    """``draw_questions(section, say, level)`` for templates: the questions of a section, each
    with the line of work at it. What is drawn is remembered."""
    draw_work = _work_drawing_for(app)
    kept = _Kept[tuple[object, ...]](MOST)
    macros = _macros(app, "submissions/_questions.html")

    def draw_question(
        view: QuestionView, say: Mapping[str, Any], level: int, section: SectionView
    ) -> Markup:
        key = (*_seen(view), level, section.shown_when is None, say["sv"])
        return kept.find(key, lambda: macros().question(view, say, level, section))

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
    kept = _Kept[Same[WorkView]](MOST)
    macros = _macros(app, "tasks/_line.html")

    def draw_work(view: WorkView) -> Markup:
        # A view is shared, and in one language.
        return kept.find(Same(view), lambda: macros().line(view))

    return draw_work


def contents_drawing_for(app: Flask) -> Callable[[list[dict[str, Any]], SubmissionView], Markup]:
    """``draw_contents(contents, submission)`` for templates: the contents column, remembered."""
    kept = _Kept[tuple[str, ...]](MOST_COLUMNS)
    macros = _macros(app, "submissions/_contents.html")

    def draw_contents(contents: list[dict[str, Any]], submission: SubmissionView) -> Markup:
        head = submission.url, submission.case_number, submission.case_title
        key = (repr(contents), *head, chosen_language())
        return kept.find(key, lambda: macros().column(contents, *head))

    return draw_contents


def parts_drawing_for(app: Flask) -> Callable[[str], Markup]:
    """``draw_parts(email)`` for templates: what the scripts add to a page, remembered."""
    kept = _Kept[tuple[str, str]](MOST_PARTS)
    macros = _macros(app, "submissions/_parts.html")

    def draw_parts(email: str) -> Markup:
        return kept.find((email, chosen_language()), lambda: macros().parts(email))

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
