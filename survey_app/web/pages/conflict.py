"""Two wrote in the same answer: both texts side by side, until somebody says what shall hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.characters import tidy
from survey_app.core.evaluation import NOTHING, Given, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.listing import join_lists, keep_additions
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.answer import Saved, Stale, save_answer
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.submission import Dossier, Mark, open_submission
from survey_app.web.access import action
from survey_app.web.cell_changes import differing_texts
from survey_app.web.marking import mark_differences
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.views import question_url, view_question, view_submission

pages = Blueprint("conflict", __name__)

EDITED = "edited"
"""The boxes in which both texts can be made into one: ``edited.1``, ``edited.2``."""


def conflict_page(
    dossier: Dossier, stale: Sequence[Stale], refused: Sequence[dict[str, str]] = ()
) -> str:
    """The page that shows stale saves, each with what stands, and what else was not saved.

    The form of each carries the others along, so that they are shown again once it is settled.
    """
    held = [
        {"question": item.question, "value": item.yours.value, "blank": item.yours.blank}
        for item in stale
    ]
    return render_template(
        "submissions/conflict.html",
        submission=view_submission(dossier),
        conflicts=[
            _conflict(dossier, item)
            | {"rest": json.dumps(held[:place] + held[place + 1 :], ensure_ascii=False)}
            for place, item in enumerate(stale)
        ],
        refused=refused,
        action=url_for("conflict.settle", submission_id=dossier.id),
    )


def _conflict(dossier: Dossier, stale: Stale) -> dict[str, Any]:
    question = dossier.questionnaire.by_id[stale.question]
    marked = mark_differences(*differing_texts(question, stale.yours.value, stale.theirs.value))
    return {
        "question": view_question(dossier, question, [], editable=True),
        "yours": marked[0],
        "theirs": marked[1],
        "theirs_author": stale.mark.author,
        "theirs_at": stale.mark.at,
        "theirs_version": stale.mark.version,
        "yours_json": json.dumps(stale.yours._asdict(), ensure_ascii=False),
        "boxes": _boxes(question, _both(stale.theirs.value, stale.yours.value, question)),
        "joins": question.kind == "list",
    }


@pages.post("/submissions/<int:submission_id>/conflict")
@action(Action.WRITE)
def settle(submission_id: int) -> str | Response | tuple[str, int]:
    """Settle one conflict: mine, theirs, both or a text made of both.

    A newer save in between shows it again; then the others of the page are shown. A text that was
    made of both and then left is kept in the history, as everything that lost is.
    """
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.WRITE)
    question = dossier.questionnaire.by_id.get(request.form.get("question", ""))
    if question is None:
        raise NotFound("no_question")
    yours, keep = _held_answer(), request.form.get("keep")
    theirs = dossier.answers.get(question.id, NOTHING).value
    edited = _edited(question)
    rest = _rest(dossier)
    if keep != "edited":
        _keep_aside(dossier, question, edited, _both(theirs, yours.value, question))
    if keep != "theirs":
        value = {"both": _both(theirs, yours.value, question), "edited": edited}.get(
            keep or "", _mine(theirs, yours.value, question)
        )
        outcome = _save(dossier, question, Given(value, yours.blank), _version())
        if isinstance(outcome, Stale):
            return conflict_page(outcome.dossier, [outcome, *rest]), 409
    if rest:
        return conflict_page(dossier, rest), 409
    return redirect(question_url(dossier, question.id))


def _rest(dossier: Dossier) -> list[Stale]:
    """The other conflicts of the page, each with what stands now. Raises Invalid."""
    try:
        found = [_still_stale(dossier, item) for item in json.loads(request.form.get("rest", "[]"))]
    except (ValueError, KeyError, TypeError, RecursionError, Malformed) as error:
        raise Invalid("form_cut_off") from error
    return [item for item in found if item.yours != item.theirs]


def _still_stale(dossier: Dossier, held: Any) -> Stale:
    question = dossier.questionnaire.by_id[held["question"]]
    value = KINDS[question.kind].parse(question, held["value"])
    mark = dossier.marks.get(question.id) or Mark(0, False, "", 0, now())
    theirs = dossier.answers.get(question.id, NOTHING)
    return Stale(dossier, question.id, Given(value, parse_blank(held["blank"])), theirs, mark)


def _save(dossier: Dossier, question: Question, given: Given, version: int) -> Saved | Stale:
    with writing() as session:
        return save_answer(
            session, actor(), dossier.id, question.id, given.value, given.blank, version, now()
        )


def _version() -> int:
    version = request.form.get("version", "")
    return int(version[:10]) if version.isdecimal() else 0


def _keep_aside(dossier: Dossier, question: Question, edited: Any, offered: Any) -> None:
    """Put a text that was written and not chosen into the history: a save upon no version."""
    if edited is None or _boxes(question, edited) == _boxes(question, offered):
        return
    if dossier.version_of(question.id):
        _save(dossier, question, Given(edited, None), 0)


def _edited(question: Question) -> Any:
    """The text made of both, in the shape of the question; None where the form has none."""
    names = [f"{EDITED}.{number}" for number in range(1, question.boxes + 1)] if (
        question.kind == "text"
    ) else []  # fmt: skip
    if not names or any(name not in request.form for name in names):
        return None
    texts = [tidy(request.form[name]) for name in names]
    if not any(text.strip() for text in texts):
        return None
    return texts[0] if len(texts) == 1 else texts


def _boxes(question: Question, value: Any) -> list[str]:
    """A text box by box; nothing for other kinds, which nobody can edit here."""
    if question.kind != "text":
        return []
    texts = value if isinstance(value, list) else [value or ""]
    return [*texts, *[""] * (question.boxes - len(texts))]


def _both(theirs: Any, yours: Any, question: Question) -> Any:
    """Both; of a list all entries, an entry that both wrote in as two."""
    if not theirs or not yours:
        return theirs or yours
    return join_lists(theirs, yours) if question.kind == "list" else join_texts(theirs, yours)


def _mine(theirs: Any, yours: Any, question: Question) -> Any:
    """One's own; of a list with the entries that others added meanwhile."""
    return keep_additions(yours, theirs) if question.kind == "list" and yours else yours


def _held_answer() -> Given:
    try:
        held = json.loads(request.form.get("yours_json", ""))
        return Given(held["value"], held["blank"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid("form_cut_off") from error


def join_texts(first: Any, second: Any) -> Any:
    """Two texts, or two lists of texts box by box, one after the other; other values: the last."""
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    if isinstance(first, list) and isinstance(second, list):
        pairs = zip_longest(first, second, fillvalue="")
        if all(isinstance(text, str) for text in second):
            return ["\n\n".join(dict.fromkeys(filter(None, pair))) for pair in pairs]
    return second
