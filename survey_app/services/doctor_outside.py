"""What the doctor finds at those that the installation asks: mail server and virus scanner."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.config import Settings
from survey_app.services.finding import Finding
from survey_app.services.postman import Postman, Undelivered
from survey_app.services.scanner import Scanner


def find_outside(settings: Settings) -> Iterator[Finding]:
    """Those that are set and do not answer."""
    if settings.mail is not None:
        try:
            Postman(settings.mail).greet()
        except Undelivered as error:
            where = f"{settings.mail.host}:{settings.mail.port} ({error.code})"
            yield Finding("mail_silent", where)
    if settings.scanner and not Scanner(settings.scanner).answers():
        yield Finding("scanner_silent", settings.scanner)
