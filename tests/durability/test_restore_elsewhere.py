"""A backup goes on elsewhere: in another folder, on the other database and back, as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey_app import create_app
from survey_app.services.doctor.soundness import find_flaws
from survey_app.services.keys.key import open_key
from survey_app.services.refusal import Refused
from survey_app.store.copying import TableDigest, digests
from survey_app.store.engine import Database
from survey_app.store.migration import migrate_down, newest_revision
from tests.conftest import GNV, Installation, open_installation, sign_in
from tests.durability.backups import back_up, restore_into, settings_of
from tests.durability.ledger import rows
from tests.durability.test_backup_under_load import GROWN


def _digests(database: Database) -> dict[str, TableDigest]:
    with database.snapshot() as connection:
        return {item.name: item for item in digests(connection) if item.name not in GROWN}


def test_from_one_database_to_the_other_and_back(
    instance: Path, tmp_path: Path, postgresql_url: str
) -> None:
    first, there = tmp_path / "first.zip", tmp_path / "there"
    made = back_up(instance, first)
    server = Database(postgresql_url)
    restore_into(there, first, to=server)
    assert {path.name for path in there.iterdir()} >= {"audit_key.pem", "secret_key"}
    assert not (there / "redogor.db").exists()
    here = Database(f"sqlite:///{instance.resolve() / 'redogor.db'}")
    assert _digests(server) == _digests(here)
    here.close()
    with pytest.raises(Refused, match="database_not_empty"):
        restore_into(tmp_path / "two", first, to=server)
    assert not (tmp_path / "two").exists()

    app = create_app(settings_of(there, postgresql_url))
    account = open_installation(instance).accounts["strateg"]
    person = sign_in(app, account["email"], account["password"])
    version = person.version(GNV, "10")
    assert person.save(GNV, "10", "skrevs på den nya platsen", version).status_code == 200
    app.extensions["redogor"].database.close()

    second, back = tmp_path / "second.zip", tmp_path / "back"
    again = back_up(there, second, url=postgresql_url)
    assert (made.database, again.database) == ("sqlite", "postgresql")
    assert again.public_key == made.public_key
    restore_into(back, second)
    home = Database(f"sqlite:///{back / 'redogor.db'}")
    assert _digests(home) == _digests(server)
    key = open_key(back)
    with home.reading() as session:
        assert list(find_flaws(session, key, key.kept())) == []
    home.close()
    server.close()
    assert rows(back, "SELECT count(*) FROM revision WHERE value LIKE '%nya platsen%'") == [(1,)]


def test_all_are_signed_out_and_can_sign_in(installation: Installation, tmp_path: Path) -> None:
    """While the old place goes on; who was signed in there is not signed in here."""
    person = installation.person("strateg")
    cookie = next(iter(person.client._cookies.values()))
    back_up(installation.settings.instance, tmp_path / "backup.zip")
    restored = restore_into(tmp_path / "place", tmp_path / "backup.zip")
    assert restored.waiting == rows(
        tmp_path / "place", "SELECT count(*) FROM outbox WHERE sent IS NULL"
    )[0][0]  # fmt: skip
    elsewhere = open_installation(tmp_path / "place")
    guest = elsewhere.stranger()
    guest.set_cookie(cookie.key, cookie.value)
    assert guest.get("/").status_code == 302
    assert elsewhere.person("strateg").get("/").status_code == 200
    assert person.get("/").status_code == 200
    elsewhere.database.close()


def test_a_relative_folder_and_an_older_version(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old"
    shutil.copytree(instance, old)
    database = Database(f"sqlite:///{old / 'redogor.db'}")
    migrate_down(database, "0018")
    database.close()
    monkeypatch.chdir(tmp_path)
    assert back_up(Path("old"), Path("backup.zip")).revision == "0018"
    restore_into(Path("place"), Path("backup.zip"))
    told = rows(tmp_path / "place", "SELECT version_num FROM alembic_version")
    assert told == [(newest_revision(),)]
