"""Before the first visitor: read, judge, draw and answer once what each worker would by itself.

Done by the process that forks the others, it is in memory once, and the first visitor need not
wait. A page of memory that is written to after the fork is copied, and Python writes into code that
it runs for the first times: rehearsed before, less is copied (in ``make bench`` 7 MB a worker).
Nobody is signed in and nothing is written: the views are called for nobody, below the door.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from flask import Flask, g
from sqlalchemy.orm import configure_mappers

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.submission import Dossier, one_of_each
from survey_app.store.engine import Database

log = logging.getLogger(__name__)


def read_ahead(app: Flask) -> None:
    """Rehearse. Leaves no connection open, since none may be shared."""
    configure_mappers()
    for template in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(template)
    app.test_client().get("/sign-in")
    database: Database = app.extensions["redogor"].database
    with database.reading() as session:
        dossiers = one_of_each(session)
    for dossier in dossiers:
        nobody = Actor(0, "", "", "", {dossier.unit_id: frozenset({Role.STRATEGIST})})
        for path in _pages_of(dossier):
            _answer(app, path, nobody)
    database.close()


def _pages_of(dossier: Dossier) -> Iterator[str]:
    """Where most of the work is done, and where each question of the form is drawn."""
    yield "/"
    yield f"/api/v1/submissions/{dossier.id}"
    yield f"/submissions/{dossier.id}/questions"
    for section in dossier.questionnaire.sections:
        yield f"/submissions/{dossier.id}/sections/{section.id}"


def _answer(app: Flask, path: str, actor: Actor) -> None:
    try:
        with app.test_request_context(path):
            g.actor = actor
            app.process_response(app.make_response(app.dispatch_request()))
    except Exception:  # one form that cannot be shown must not keep the others from being so
        log.exception("%s could not be rehearsed", path)
