"""Trying a package: anyone signed in can drop one and gets the verdict. Nothing of it is kept."""

from __future__ import annotations

import datetime
import threading
from contextlib import closing
from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from survey_app.core.characters import tidy
from survey_app.export.package.signature import NotAKey, read_key
from survey_app.export.seal import read_certificates
from survey_app.export.verification.verdict import AUTHENTICITY_WORDS, WORDS, Verdict
from survey_app.services.archives.archive import kept_since
from survey_app.services.refusal import Unavailable
from survey_app.web.access import signed_in
from survey_app.web.catalogue import gettext as _
from survey_app.web.number import format_time
from survey_app.web.place import place, reading

pages = Blueprint("verification", __name__)

MOST_MEGABYTES = 200
LARGEST_REQUEST = (MOST_MEGABYTES + 2) * 1024 * 1024
LARGEST_CERTIFICATE = 1_000_000
MOST_SHOWN = 100
PATIENCE = 20
"""Seconds that a package waits for its turn."""
_turn = threading.Lock()


@pages.url_value_preprocessor
def take_larger(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let a package of somebody signed in be larger than other requests. It goes to a file."""
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = LARGEST_REQUEST


@pages.get("/verification")
@signed_in
def show() -> str:
    """The form."""
    return _page()


@pages.post("/verification")
@signed_in
def verify() -> tuple[str, int] | str:
    """The verdict on the package that was sent."""
    file, typed = request.files.get("package"), request.form.get("key", "")
    if file is None or not file.filename:
        return _page(typed, error=_("Välj ett paket att pröva."), at="package"), 422
    with closing(file):
        return _tried(file, typed, request.files.get("certificate"))


def _tried(file: FileStorage, typed: str, certificate: FileStorage | None) -> tuple[str, int] | str:
    try:
        keys = [read_key(typed.encode())] if typed.strip() else _own_keys()
    except (NotAKey, UnicodeEncodeError):
        words = _("Det är ingen öppen Ed25519-nyckel: 64 hexadecimala siffror, eller en PEM-text.")
        return _page(typed, error=words, at="key"), 422
    try:
        trust = _trusted(certificate)
    except ValueError:
        words = _("Det är inget certifikat: en PEM- eller DER-fil.")
        return _page(typed, error=words, at="certificate"), 422
    # Not at the start: with what reads PDFs it takes 5 MB, and packages are seldom verified.
    from survey_app.export.verification.look import verify_package

    # A package is held in memory while it is tried, so they take turns.
    if not _turn.acquire(timeout=PATIENCE):
        raise Unavailable("verification_busy")
    try:
        verdict = verify_package(file.stream.read(), keys, trust, _doubted())
    finally:
        _turn.release()
    name = tidy(file.filename or "")[:200]
    return _page(typed, verdict=verdict, name=name, by_seal=bool(trust))


def _kept_since(verdict: Verdict | None) -> datetime.datetime | None:
    if verdict is None:
        return None
    with reading() as session:
        return kept_since(session, verdict.sha256)


def _own_keys() -> list[str]:
    here = place()
    return [here.key.public_key, *(before.public_key for before in here.keys_before)]


def _doubted() -> set[str]:
    return {before.public_key for before in place().keys_before if before.exposed}


def _trusted(certificate: FileStorage | None) -> list[bytes]:
    """The certificates that may stand behind the seals. Raises ValueError."""
    if certificate is None or not certificate.filename:
        return []
    with closing(certificate):
        return read_certificates(certificate.stream.read(LARGEST_CERTIFICATE))


def _page(
    typed: str = "",
    *,
    error: str = "",
    at: str = "",
    verdict: Verdict | None = None,
    name: str = "",
    by_seal: bool = False,
) -> str:
    return render_template(
        "verification/show.html",
        typed=typed,
        error=error,
        at=at,
        verdict=verdict,
        name=name,
        by_seal=by_seal,
        created_at=_moment(verdict.created_at) if verdict else "",
        findings=_findings(verdict),
        why=_(AUTHENTICITY_WORDS[verdict.reason]) if verdict else "",
        own_key=place().key.public_key,
        keys_before=place().keys_before,
        kept_since=_kept_since(verdict),
        signed_before=next(
            (
                before
                for before in place().keys_before
                if verdict and verdict.signed_by == before.public_key
            ),
            None,
        ),
        most_megabytes=MOST_MEGABYTES,
    )


def _moment(told: str) -> str:
    """When the package says that it was made; what is no time is shown as it stands."""
    try:
        moment = datetime.datetime.fromisoformat(told)
        return format_time(moment) if moment.tzinfo else told
    except (ValueError, OverflowError):
        return told


def _findings(verdict: Verdict | None) -> list[dict[str, str]]:
    found = verdict.findings[:MOST_SHOWN] if verdict else ()
    return [{"path": item.path, "text": _(WORDS[item.code], **item.facts)} for item in found]
