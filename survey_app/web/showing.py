"""Whether whoever is here shows who they are by the identity provider, and has just done so."""

from __future__ import annotations

from flask import g, request

from survey_app.services.accounts.confirmation import Shown, last_trip
from survey_app.services.accounts.identity import identity_of
from survey_app.web.place import actor, now, place, reading


def by_provider() -> bool:
    """Whether it is the provider that says who the person is, and not a password of ours."""
    if place().provider is None:
        return False
    with reading() as session:
        return identity_of(session, actor().account_id) is not None


def trip_of(submission_id: int) -> Shown | None:
    """The last trip in this login for a submission, whatever its content is by now."""
    return shown_for(submission_id, "")


def shown_for(submission_id: int, content_sha256: str) -> Shown | None:
    """The same, and whether what was shown holds for a content."""
    if place().provider is None or request.method == "HEAD":
        return None
    with reading() as session:
        return last_trip(session, actor(), g.login, submission_id, content_sha256, now())
