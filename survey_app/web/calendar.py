"""Deadlines as a calendar file (RFC 5545). The same deadline has the same UID for good, so that a
calendar that reads the file again moves what it has."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from survey_app.services.submission import Dossier
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar"


def deadline_calendar(
    dossiers: Iterable[Dossier], *, installation: str, url: str, now: datetime.datetime
) -> bytes:
    """A calendar with a whole day for each deadline.

    dossiers      with deadlines
    installation  tells this installation's UIDs from those of others
    url           address of the installation; "" leaves the links out
    """
    from icalendar import Calendar  # not at the start: it takes 5 MB, and is seldom asked for

    calendar = Calendar()
    calendar.add("prodid", "-//Redogör//deadlines//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _("Redogör: sista dagar"))
    for dossier in dossiers:
        calendar.add_component(_event(dossier, installation, url, now))
    data: bytes = calendar.to_ical()
    return data


def _event(dossier: Dossier, installation: str, url: str, now: datetime.datetime) -> Event:
    from icalendar import Event

    assert dossier.deadline is not None
    questionnaire, event = dossier.questionnaire, Event()
    title = words(questionnaire.short_title or questionnaire.title)
    summary = _("Sista dag: %(title)s (%(number)s)", title=title, number=dossier.diary_number)
    if dossier.contributes:
        summary = _("Sista dag för underlag: %(title)s (%(number)s)",
                    title=title, number=dossier.diary_number)  # fmt: skip
    event.add("uid", f"{_name(dossier)}.{installation}@redogor")
    event.add("dtstamp", now.astimezone(datetime.UTC).replace(microsecond=0))
    event.add("dtstart", dossier.deadline)
    event.add("dtend", dossier.deadline + datetime.timedelta(days=1))
    event.add("summary", summary)
    event.add("description", _description(dossier))
    event.add("transp", "TRANSPARENT")
    if url:
        event.add("url", f"{url}/submissions/{dossier.id}")
    return event


def _name(dossier: Dossier) -> str:
    """What stays the same while a deadline moves, and when a correction takes over."""
    if dossier.request is not None:
        return f"{dossier.request.sort}-{dossier.id}"
    if dossier.asked is not None:
        return f"completion-{dossier.id}"
    return f"deadline-{dossier.round_id}-{dossier.unit_id}"


def _description(dossier: Dossier) -> str:
    questionnaire = dossier.questionnaire
    if dossier.request is not None and not dossier.contributes:
        return _("Svaret ska vara lämnat till %(unit)s.", unit=dossier.request.unit_name)
    if dossier.request is not None:
        return _("Underlaget ska vara överlämnat till %(unit)s.", unit=dossier.request.unit_name)
    said = [
        _("Ska vara inlämnat till %(authority)s.", authority=questionnaire.authority.name),
        words(questionnaire.consequence),
    ]
    return " ".join(item for item in said if item)
