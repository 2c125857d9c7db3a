"""What the doctor finds at those that the installation asks: mail server, virus scanner, identity
provider, and what seals."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from survey_app.config import OidcSettings, Settings, UnsafeSettings
from survey_app.services.accounts.provider import Provider
from survey_app.services.archives.seal import open_sealer
from survey_app.services.doctor.finding import Finding
from survey_app.services.mail.postman import Postman, Undelivered
from survey_app.services.refusal import Invalid, Unavailable
from survey_app.services.scanner import Scanner

_SOON = datetime.timedelta(days=30)


def find_outside(settings: Settings, now: datetime.datetime) -> Iterator[Finding]:
    """Those that are set and do not answer."""
    if settings.mail is not None:
        try:
            Postman(settings.mail).greet()
        except Undelivered as error:
            where = f"{settings.mail.host}:{settings.mail.port} ({error.code})"
            yield Finding("mail_silent", where)
    if settings.scanner and not Scanner(settings.scanner).answers():
        yield Finding("scanner_silent", settings.scanner)
    if settings.oidc is not None:
        yield from _find_at_provider(settings.oidc)
    yield from _find_at_seal(settings, now)


def _find_at_provider(oidc: OidcSettings) -> Iterator[Finding]:
    """A provider that does not answer, is not the one that was meant, signs as it must not, or does
    not know the words in which somebody must be identified."""
    try:
        about = Provider(oidc).look()
    except Unavailable:
        yield Finding("identity_silent", oidc.issuer)
        return
    except Invalid:
        yield Finding("identity_other", oidc.issuer)
        return
    except ImportError:
        yield Finding("identity_extra", "authlib, requests")
        return
    known = about.get("acr_values_supported")
    if not isinstance(known, list):
        return  # it need not say
    for name, wanted in (("ACR", oidc.acr), ("ACR_SIGN_IN", oidc.acr_sign_in)):
        if wanted and not set(wanted) & set(map(str, known)):
            yield Finding("identity_words", f"SURVEY_APP_OIDC_{name}: {' '.join(wanted)}")


def _find_at_seal(settings: Settings, now: datetime.datetime) -> Iterator[Finding]:
    """A seal that cannot be set now, or not for much longer."""
    if settings.seal is None:
        return
    try:
        sealer = open_sealer(settings.seal)
        assert sealer is not None
        sealer.at(now)
    except UnsafeSettings as error:
        yield Finding("seal_unusable", str(error))
        return
    except Unavailable as refused:
        yield Finding("seal_unusable", refused.code)
        return
    try:
        sealer.at(now + _SOON)
    except Unavailable as refused:
        yield Finding("seal_ends", str(refused.facts.get("day", "")), grave=False)
