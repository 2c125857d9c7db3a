"""One submission: how far it is, what happens next, what has happened."""

from __future__ import annotations

import datetime
import json
from operator import itemgetter
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Action, State
from survey_app.services.approvals.authority import find_authority
from survey_app.services.approvals.returning import untouched
from survey_app.services.approvals.turn import find_turn
from survey_app.services.case import correct_submission
from survey_app.services.completion import Asked, find_asked
from survey_app.services.contributions.gathering import gather
from survey_app.services.deadline import is_overdue
from survey_app.services.extension import Granted, list_extensions
from survey_app.services.scope import is_completion
from survey_app.services.step import list_events
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.version import has_changes
from survey_app.store.tables import Event, HandingIn
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.forms_at_hand import newer_version
from survey_app.web.language import words
from survey_app.web.number import format_date
from survey_app.web.pages.contributions import contribution_page
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.problem_links import problem_links
from survey_app.web.speech import event_label
from survey_app.web.views import (
    contents_of,
    label_of,
    question_url,
    view_submission,
)

pages = Blueprint("submissions", __name__)


@pages.get("/submissions/<int:submission_id>")
@action(Action.READ)
def show(submission_id: int) -> str:
    """The overview."""
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.READ)
        gathered = gather(session, dossier)
        events = [view_event(dossier, event, name) for event, name in
                  list_events(session, submission_id)]  # fmt: skip
        turn, delegated = None, False
        if dossier.state == State.AWAITING_APPROVAL:
            turn = find_turn(session, dossier, sha256_of(dossier.content()))
            delegated = find_authority(session, actor(), dossier, turn, today()) is not None
        versions = has_changes(session, submission_id)
        handed_in = session.get(HandingIn, submission_id)
        unchanged = untouched(session, dossier)
        asked = find_asked(session, submission_id)
        completes = is_completion(session, submission_id)
        granted = list_extensions(session, dossier)
        late = is_overdue(session, dossier, today())
        events = sorted(events + view_notes(asked, granted), key=itemgetter("at"))
    may = {item.value: dossier.may(actor(), item) for item in Action}
    if dossier.request is not None:
        return contribution_page(dossier, events, may, unchanged, len(gathered))
    return render_template(
        "submissions/show.html",
        submission=view_submission(dossier),
        late=late,
        authority=dossier.questionnaire.authority.name,
        consequence=words(dossier.questionnaire.consequence),
        contents=contents_of(dossier),
        events=events,
        may=may,
        delegated=delegated,
        turn=turn,
        handed_in=handed_in,
        asked=asked,
        completes=completes,
        asked_for=[
            {"label": label_of(dossier.questionnaire.by_id[question]),
             "text": words(dossier.questionnaire.by_id[question].text),
             "url": question_url(dossier, question)}
            for question in dossier.asked or ()
        ],
        gathered=len(gathered),
        handed_over=sum(item.handed_over is not None for item in gathered),
        returned=[
            {"label": label_of(dossier.questionnaire.by_id[question]), "reason": reason,
             "untouched": question in unchanged,
             "url": question_url(dossier, question)}
            for question, reason in dossier.returned.items()
        ],
        proposals=dossier.has_proposals,
        newer=may["write"] and _is_whole(dossier) and newer_version(dossier.questionnaire),
        versions=versions,
        warnings=problem_links(dossier, dossier.evaluation.with_severity("warning")),
    )  # fmt: skip


def _is_whole(dossier: Dossier) -> bool:
    """Whether all its questions are open, so that it could take another version of its form."""
    return not dossier.returned and dossier.asked is None and dossier.corrects is None


def view_event(dossier: Dossier, event: Event, name: str) -> dict[str, Any]:
    """A step of the submission's life, in words."""
    facts = json.loads(event.facts)
    detail, known = "", dossier.questionnaire.by_id
    if event.kind in ("returned", "sent_back"):
        labels = [
            label_of(known[question]) if question in known else question
            for question in facts["questions"]
        ]
        detail = _("Frågor: %(labels)s", labels=", ".join(labels))
    elif event.kind == "round_extended":
        detail = f"{format_date(datetime.date.fromisoformat(facts['until']))}: {facts['reason']}"
    elif event.kind == "endorsed":
        detail = _("Steg %(step)s av %(steps)s", step=facts["attestation"]["step"],
                   steps=facts["steps"])  # fmt: skip
        if holder := facts["attestation"].get("stands_in_for"):
            holding = _("Ersättare för %(name)s", name=holder["name"])
            detail = f"{detail}. {holding}"
    elif event.kind == "handed_in":
        number = facts["receipt_number"]
        detail = _("Kvittonummer: %(number)s", number=number) if number else ""
        if facts.get("typed"):
            said = _("%(n)s av %(m)s fält införda", n=facts["typed"], m=facts["fields"])
            detail = f"{detail}. {said}"
    kind = event.kind
    if kind == "handed_over" and dossier.request is not None and not dossier.contributes:
        kind = "round_handed_over"
    return {"at": event.at, "text": event_label(kind), "by": name, "detail": detail,
            "sha256": event.content_sha256}  # fmt: skip


def view_notes(asked: Asked | None, granted: list[Granted]) -> list[dict[str, Any]]:
    """What the authority said, among the steps of the submission's life."""
    notes = [
        {"at": item.at, "by": item.noted_by, "sha256": None,
         "text": _("Anstånd till %(date)s", date=format_date(item.until)),
         "detail": _("Beviljat av %(who)s %(day)s: %(reason)s", who=item.by,
                     day=format_date(item.day), reason=item.reason)
         + (" " + _("Överstruket i förteckningen: gäller inte.") if item.struck else "")}
        for item in granted
    ]  # fmt: skip
    if asked is not None:
        detail = _("%(who)s %(day)s: %(what)s", who=asked.by, day=format_date(asked.day),
                   what=asked.what)  # fmt: skip
        # fmt: off
        notes.append({"at": asked.at, "by": asked.noted_by, "sha256": None,
                      "text": _("Komplettering begärd av myndigheten"), "detail": detail})
        # fmt: on
    return notes


@pages.post("/submissions/<int:submission_id>/correction")
@action(Action.CORRECT)
def correct(submission_id: int) -> Response:
    """Open a correction of an approved submission."""
    with writing() as session:
        new = correct_submission(session, actor(), submission_id, now())
        new_id = new.id
    flash(_("En rättelse är öppnad. Den har samma svar och hänvisar till den godkända."), "success")
    return redirect(url_for("submissions.show", submission_id=new_id))
