"""What those ask that watch over the service: whether it lives, whether it can take requests."""

from __future__ import annotations

import concurrent.futures
import hmac
import logging

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy import text

from survey_app.store.migration import newest_revision
from survey_app.web.access import machine
from survey_app.web.draining import is_draining
from survey_app.web.metrics import exposition
from survey_app.web.place import Place, place

log = logging.getLogger(__name__)
pages = Blueprint("machine", __name__)
PATIENCE = 1.0
"""Seconds within which the database must answer."""
_STATE = text("SELECT (SELECT version_num FROM alembic_version) AS revision,"
              " (SELECT public_key FROM installation) AS key")  # fmt: skip


@pages.get("/healthz")
@machine
def health() -> Response:
    """The process serves; nothing else is looked at, so that no outage restarts it."""
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@machine
def ready() -> tuple[Response, int]:
    """Whether a balancer may send requests here; if not, why."""
    lacks = ["draining"] if is_draining() else _lacks(place())
    if lacks:
        log.warning("not ready", extra={"fields": {"lacks": lacks}})
    return jsonify(ready=not lacks, lacks=lacks), 503 if lacks else 200


@pages.get("/metrics")
@machine
def metrics() -> Response:
    """The figures for Prometheus, for who has the token of the settings."""
    token = place().settings.running.metrics_token
    if not token:
        abort(404)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        return Response("bearer token, please\n", 401, {"WWW-Authenticate": "Bearer"})
    data, media_type = exposition(place())
    return Response(data, content_type=media_type)


def _lacks(here: Place) -> list[str]:
    """What is not as it must be: the database, its revision, its key."""
    asking = concurrent.futures.ThreadPoolExecutor(1)
    try:
        revision, key = asking.submit(_state, here).result(PATIENCE)
    except Exception as error:
        log.error("the database does not answer", exc_info=error)
        return ["database"]
    finally:
        asking.shutdown(wait=False)
    # A newer one is as good: another host was upgraded first, and migrations only add.
    wrong = {"revision": revision < newest_revision(), "key": key != here.key.public_key}
    return [name for name, holds in wrong.items() if holds]


def _state(here: Place) -> tuple[str, str]:
    with here.database.looking() as connection:
        revision, key = connection.execute(_STATE).one()
    return revision, key
