"""The doctor: looks at an installation from the outside in, and changes nothing.

Each area finds what is not as it should be, as codes and places; ``cli.doctor_words`` says what
to do about it. An area that cannot be looked at says so, and those behind it are left out.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from survey_app.config import Settings
from survey_app.services.doctor.content import AREAS, find_in_work
from survey_app.services.doctor.database import find_in_database, find_in_pages, is_missing
from survey_app.services.doctor.finding import Finding
from survey_app.services.doctor.outside import find_outside
from survey_app.services.doctor.place import (
    find_in_place,
    find_in_questionnaires,
    find_in_settings,
)
from survey_app.store.engine import Database


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in one area; ``looked`` is false where it could not be looked at."""

    area: str
    findings: tuple[Finding, ...]
    looked: bool = True

    @property
    def grave(self) -> bool:
        """Whether something must be done before the product is to be trusted."""
        return any(finding.grave for finding in self.findings)


def examine(settings: Settings, now: datetime.datetime, *, quick: bool) -> Iterator[Examination]:
    """Look at an installation, an area at a time.

    quick  leaves out what takes time on a large installation (every page, file and chain) and what
           is asked of others (mail, virus scanner): for a look before every start
    """
    began = time.monotonic()
    yield _look("place", lambda: find_in_place(settings))
    yield _look("questionnaires", lambda: find_in_questionnaires(settings))
    yield _look("settings", lambda: find_in_settings(settings))
    if not quick:
        yield _look("outside", lambda: find_outside(settings, now))
    if is_missing(settings):
        yield Examination("database", (Finding("no_database", str(settings.instance)),), False)
        return
    database = Database(settings.database_url)
    try:
        later = now + datetime.timedelta(seconds=time.monotonic() - began)
        yield from _examine_database(settings, database, later, quick=quick)
    finally:
        database.close()


def _examine_database(
    settings: Settings, database: Database, now: datetime.datetime, *, quick: bool
) -> Iterator[Examination]:
    found = _look("database", lambda: find_in_database(database, now))
    yield found
    if found.grave:
        return  # the tables are not those that the rest would read
    if not quick:
        pages = _look("pages", lambda: find_in_pages(database))
        yield pages
        if pages.grave:
            return
        for area, find in AREAS.items():
            yield _look(area, lambda find=find: find(settings, database))  # type: ignore[misc]
    yield _look("work", lambda: find_in_work(settings, database, now))


def _look(area: str, find: Callable[[], Iterator[Finding]]) -> Examination:
    try:
        return Examination(area, tuple(find()))
    except (OSError, DBAPIError) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error)
        return Examination(area, (Finding("not_looked", reason.strip()),), looked=False)
