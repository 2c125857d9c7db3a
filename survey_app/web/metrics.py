"""Figures for Prometheus, added up over all processes of a host. Nothing here names a person.

Each process counts in files of its own in ``metrics/`` of the instance folder; whoever answers
``/metrics`` adds them up, and reads what the database tells. Without a token in the settings
nothing is counted, and the library is not even imported. Nameless requests are not counted.
"""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, g, request
from sqlalchemy import Connection, text
from werkzeug.wrappers import Response

from survey_app.config import Settings
from survey_app.web.place import Place

if TYPE_CHECKING:
    from prometheus_client.metrics_core import GaugeMetricFamily

FOLDER = "metrics"
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SAVES = {"api.save"}
_OUTCOMES = {200: "acknowledged", 409: "stale"}


def begin(settings: Settings) -> None:
    """Make room for the figures of a server that starts; those of processes that are gone go.

    To be called once, before any process is forked, and before the library is imported.
    """
    if not settings.running.metrics_token:
        return
    folder = settings.instance.resolve() / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in folder.glob("*.db"):
        process = path.stem.rpartition("_")[2]
        if not (process.isdecimal() and _lives(int(process))):
            path.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def install(app: Flask, here: Place) -> None:
    """Count requests, saves and security entries, where the settings ask for it."""
    if not here.settings.running.metrics_token or "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return
    from prometheus_client import CollectorRegistry, Counter, Histogram

    own = CollectorRegistry()
    requests = Counter("redogor_requests", "Requests answered, by endpoint and class of status",
                       ["endpoint", "status"], registry=own)  # fmt: skip
    seconds = Histogram("redogor_request_seconds", "Seconds until a request was answered",
                        ["sort"], buckets=BUCKETS, registry=own)  # fmt: skip
    saves = Counter("redogor_saves", "Saves of an answer, by how they ended",
                    ["outcome"], registry=own)  # fmt: skip
    security = Counter("redogor_security_entries", "Entries of the security log, by kind",
                       ["kind"], registry=own)  # fmt: skip
    here.noted = lambda kind: security.labels(kind).inc()

    @app.after_request
    def _count(response: Response) -> Response:
        if g.get("request_id") and not g.get("machine"):
            status, endpoint = response.status_code, request.endpoint or "none"
            requests.labels(endpoint, f"{status // 100}xx").inc()
            saving = endpoint in SAVES
            if saving:
                saves.labels(_OUTCOMES.get(status, "refused")).inc()
            sort = "save" if saving else "read" if request.method == "GET" else "write"
            seconds.labels(sort).observe(time.perf_counter() - g.began)
        return response


def exposition(here: Place) -> tuple[bytes, str]:
    """All figures in the format of Prometheus, and its media type."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Installed(here))
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Installed:
    """What the database and its files tell, read when it is asked for."""

    def __init__(self, here: Place) -> None:
        self._here = here

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges of the installation."""
        from prometheus_client.metrics_core import GaugeMetricFamily

        now = self._here.clock()
        with self._here.database.looking() as connection:
            told = {name: read(connection) for name, read in _TOLD.items()}
            told |= sizes(self._here.settings, connection)
        oldest = told.pop("outbox_oldest")
        backup = told.pop("last_backup")
        told["outbox_oldest_seconds"] = _since(oldest, now) or 0.0
        if (age := _since(backup, now)) is not None:
            told["backup_age_seconds"] = age
        for name, value in told.items():
            yield GaugeMetricFamily(f"redogor_{name}", _HELP[name], value=value)


def _read(sql: str) -> Callable[[Connection], Any]:
    statement = text(sql)
    return lambda connection: connection.execute(statement).scalar()


_TOLD = {
    "outbox_waiting": _read("SELECT count(*) FROM outbox WHERE sent IS NULL"),
    "outbox_oldest": _read("SELECT min(made) FROM outbox WHERE sent IS NULL"),
    "logins": _read("SELECT count(*) FROM login"),
    "security_chain_length": _read("SELECT max(chain_length) FROM installation"),
    "last_backup": _read("SELECT max(at) FROM security_entry WHERE kind = 'backup_made'"),
}
_HELP = {
    "outbox_waiting": "Messages that have not left",
    "outbox_oldest_seconds": "Age of the oldest message that has not left",
    "logins": "Browsers that are signed in",
    "security_chain_length": "Entries of the security log",
    "backup_age_seconds": "Since the last backup by survey-app backup",
    "database_bytes": "Size of the database",
    "wal_bytes": "Size of the write-ahead log of SQLite",
}


def _since(moment: Any, now: datetime.datetime) -> float | None:
    """Seconds since a moment of the database: naive UTC, as text on SQLite."""
    if moment is None:
        return None
    at = datetime.datetime.fromisoformat(str(moment)).replace(tzinfo=datetime.UTC)
    return float((now - at).total_seconds())


def sizes(settings: Settings, connection: Connection) -> dict[str, int]:
    """How much the database holds on disk, in bytes: asked of PostgreSQL, seen of SQLite."""
    if connection.dialect.name == "postgresql":
        told = connection.execute(text("SELECT pg_database_size(current_database())"))
        return {"database_bytes": told.scalar_one()}
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    files = {"database_bytes": path, "wal_bytes": path.with_name(f"{path.name}-wal")}
    return {name: file.stat().st_size for name, file in files.items() if file.exists()}
