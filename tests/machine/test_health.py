"""What a balancer is told: alive, and ready or why not."""

from __future__ import annotations

import pytest

from survey_app.services.keys.key import open_key
from survey_app.store.migration import migrate_down
from survey_app.web import draining
from tests.conftest import Installation


def _ready(installation: Installation) -> tuple[int, list[str]]:
    reply = installation.stranger().get("/readyz")
    assert reply.get_json()["ready"] is (reply.status_code == 200)
    return reply.status_code, reply.get_json()["lacks"]


def test_it_lives_and_is_ready(installation: Installation) -> None:
    assert installation.stranger().get("/healthz").text == "ok\n"
    assert _ready(installation) == (200, [])


def test_it_is_not_ready_while_it_stops(
    installation: Installation,
) -> None:
    draining._draining.set()
    try:
        assert _ready(installation) == (503, ["draining"])
        assert installation.stranger().get("/healthz").status_code == 200
    finally:
        draining._draining.clear()


def test_it_is_not_ready_with_another_key(installation: Installation) -> None:
    place = installation.app.extensions["redogor"]
    (installation.settings.instance / "audit_key.pem").unlink()
    place.key = open_key(installation.settings.instance)
    assert _ready(installation) == (503, ["key"])


def test_it_is_not_ready_before_the_database_is_migrated(installation: Installation) -> None:
    migrate_down(installation.database, "0019")
    assert _ready(installation)[0] == 503


@pytest.mark.only_sqlite("takes the file away")
def test_it_is_not_ready_without_its_database(installation: Installation) -> None:
    installation.database.close()
    path = installation.settings.instance / "redogor.db"
    path.rename(path.with_suffix(".gone"))
    path.mkdir()
    assert _ready(installation) == (503, ["database"])
    assert installation.stranger().get("/healthz").status_code == 200
