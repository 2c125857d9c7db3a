"""Messages: one's own and how one wants them; the outbox, by ids; deadlines for a calendar."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.deadline import open_deadlines
from survey_app.services.mail.outbox import (
    KEPT_TRYING,
    choose_mode,
    list_messages,
    mode_of,
    read_messages,
)
from survey_app.services.refusal import Refused
from survey_app.store.tables import OutboxMessage
from survey_app.web.access import role, signed_in
from survey_app.web.calendar import MEDIA_TYPE, deadline_calendar
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.wording.labels import MAIL_MODES, MESSAGES
from survey_app.web.wording.mails import mail_words

pages = Blueprint("mail", __name__)


@pages.get("/messages")
@signed_in
def index() -> str:
    """The messages to oneself, and how one wants them; in the demo those to everybody."""
    return _page()


def _page(error: str | None = None) -> str:
    settings = place().settings
    with reading() as session:
        found = read_messages(session, actor(), everybody=settings.demo)
        mode = mode_of(session, actor().account_id)
    return render_template(
        "mail/index.html",
        messages=[_view(message) for message in found],
        modes=[(value, _(label)) for value, label in MAIL_MODES.items()],
        mode=mode,
        error=error,
        by_mail=settings.mail is not None,
    )


def _view(message: OutboxMessage) -> dict[str, Any]:
    facts = json.loads(message.facts)
    subject, text = mail_words(message.kind, facts, place().settings.url)
    return {
        "id": message.id,
        "subject": subject,
        "text": text,
        "to": message.address,
        "path": facts["path"] if message.account_id == actor().account_id else None,
        "of_answer": message.submission_id is not None,
        "made": message.made,
        "sent": message.sent,
    }


@pages.post("/messages")
@signed_in
def choose() -> Response | tuple[str, int]:
    """Each by itself, one mail a day, or none."""
    try:
        with writing() as session:
            choose_mode(session, actor(), request.form.get("mode", ""))
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    flash(_("Ditt val är sparat."), "success")
    return redirect(url_for("mail.index"))


@pages.get("/outbox")
@role(Role.ADMINISTRATOR)
def outbox() -> str:
    """What has left and what has not, by ids: an administrator reads no mail of others."""
    with reading() as session:
        listed = list_messages(session, actor())
    return render_template(
        "mail/outbox.html",
        messages=listed,
        labels={value: _(label) for value, label in MESSAGES.items()},
        given_up_before=now() - KEPT_TRYING,
        by_mail=place().settings.mail is not None,
    )


@pages.get("/deadlines.ics")
@role(Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
def deadlines() -> Response:
    """The deadlines of the units in which one reads."""
    here = place()
    with reading() as session:
        found = open_deadlines(session, actor(), today())
    data = deadline_calendar(found, installation=here.name, url=here.settings.url, now=now())
    return as_download(data, "sista-dagar.ics", MEDIA_TYPE)
