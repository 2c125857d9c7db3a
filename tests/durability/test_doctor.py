"""The doctor finds each fault that is planted for it, and none in the demo."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from survey_app import create_app
from survey_app.cli import main
from survey_app.cli.doctor_words import AREAS, FINDINGS
from survey_app.config import (
    MailSettings,
    SealSettings,
    Settings,
    UnsafeSettings,
    read_settings,
)
from survey_app.services.doctor.database import find_in_database
from survey_app.services.doctor.examination import examine
from survey_app.services.doctor.outside import find_outside
from survey_app.services.doctor.place import find_in_settings
from survey_app.services.keys.key import make_key, open_key, signing_key
from survey_app.store.engine import Database, sqlite_module
from survey_app.store.migration import UNFINISHED, migrate
from tests.bare_database import lay_tables
from tests.conftest import free_port, new_database
from tests.durability.backups import moment, settings_of
from tests.oidc.provider import LOA3, Provider
from tests.sealing import PASSPHRASE, Issuer, key_file

SET_REVISION = "UPDATE alembic_version SET version_num ="


def found(settings: Settings, *, quick: bool = False) -> set[str]:
    """The codes of what the doctor finds."""
    codes = {item.code for area in examine(settings, moment(), quick=quick)
             for item in area.findings}  # fmt: skip
    assert codes <= set(FINDINGS)
    return codes


def run(folder: Path, *arguments: str, **environment: str) -> Any:
    unset = dict.fromkeys(("DATABASE_URL", "SURVEY_APP_INSTANCE", "SECRET_KEY"))
    return CliRunner().invoke(
        main, ["--instance", str(folder), "doctor", *arguments], env={**unset, **environment}
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder with keys and a database without content."""
    folder = tmp_path / "bare"
    folder.mkdir(mode=0o700)
    settings = settings_of(folder)
    open_key(folder)
    database = Database(settings.database_url)
    lay_tables(database)
    database.close()
    return folder


def statement(folder: Path, *queries: str) -> None:
    connection = sqlite_module().connect(folder / "redogor.db")
    for query in queries:
        connection.execute(query)
    connection.commit()
    connection.close()


def test_the_demo_has_none(instance: Path) -> None:
    instance.chmod(0o700)
    done = run(instance, "--quick")
    assert done.exit_code == 0, done.output
    assert "✗" not in done.output
    assert f"✓ {AREAS['database']}" in done.output.splitlines()
    whole = run(instance, "--json")
    assert whole.exit_code == 0, whole.output
    told = json.loads(whole.output)
    remarks = {finding["code"] for area in told for finding in area["findings"]}
    assert remarks <= {
        *("is_a_demo", "no_address", "no_mail", "no_scanner", "no_backup", "no_leaked_list"),
    }
    assert [area["area"] for area in told] == list(AREAS)


def _unusable(folder: Path) -> None:
    (folder / "audit_key.pem").write_text("ingen nyckel", encoding="ascii")


def _huge(folder: Path) -> None:
    with (folder / "letter.bin").open("wb") as file:
        os.truncate(file.fileno(), 8 * 1024**4)  # a hole: takes no room


@pytest.mark.parametrize(
    ("code", "plant"),
    [
        ("folder_open", lambda folder: folder.chmod(0o755)),
        ("file_open", lambda folder: (folder / "secret_key").chmod(0o644)),
        ("no_key", lambda folder: (folder / "audit_key.pem").unlink()),
        ("unreadable_key", _unusable),
        ("key_change_left", lambda folder: make_key(folder / "audit_key.next.pem")),
        ("restore_left", lambda folder: (folder / "restoring.part").mkdir()),
        ("little_room", _huge),
        ("no_database", lambda folder: (folder / "redogor.db").unlink()),
        ("empty_database", lambda folder: (folder / "redogor.db").write_bytes(b"")),
        ("not_looked", lambda folder: (folder / "redogor.db").write_bytes(b"text " * 5000)),
        (
            "database_behind",
            lambda f: statement(f, "UPDATE alembic_version SET version_num='0018'"),
        ),
        ("database_newer", lambda f: statement(f, "UPDATE alembic_version SET version_num='9999'")),
        ("unfinished_copy", lambda folder: statement(folder, f"CREATE TABLE {UNFINISHED} (a)")),
        ("other_tables", lambda folder: statement(folder, "ALTER TABLE unit ADD COLUMN mine")),
        ("no_administrator", lambda folder: None),
    ],
)
def test_a_fault_of_the_place(bare: Path, code: str, plant: Callable[[Path], None]) -> None:
    plant(bare)
    assert code in found(settings_of(bare), quick=True)


def test_nothing_of_that_is_found_where_it_was_not_planted(bare: Path) -> None:
    assert found(settings_of(bare)) == {
        "no_address", "no_mail", "no_scanner", "no_backup", "no_administrator", "no_contact",
        "no_leaked_list",
    }  # fmt: skip


def test_faults_of_the_settings(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    port = free_port()
    settings = dataclasses.replace(
        settings_of(bare),
        mail=MailSettings("127.0.0.1", "redogor@demo.example", port, "none"),
        scanner=f"127.0.0.1:{port}",
        questionnaires=tmp_path / "forms",
    )
    assert {"mail_silent", "scanner_silent", "no_questionnaires"} <= found(settings)
    (tmp_path / "forms" / "broken.json").write_text("{", encoding="utf-8")
    assert "unreadable_questionnaire" in found(settings, quick=True)


def test_faults_of_the_list_of_leaked_passwords(bare: Path, tmp_path: Path) -> None:
    hashes = sorted(hashlib.sha1(str(n).encode()).hexdigest().upper() for n in range(5_000))
    listed = tmp_path / "leaked.txt"
    for lines, sound in (
        (hashes, True), ([f"{item}:{len(item)}" for item in hashes], True), (hashes[:1], True),
        (hashes[:3], True), (hashes[::-1], False), (["lösenord"], False), ([], False),
    ):  # fmt: skip
        listed.write_text("\n".join(lines), encoding="utf-8")
        told = {item.code for item in find_in_settings(
            read_settings({"SURVEY_APP_BREACHED_PASSWORDS": str(listed)}, instance=bare,
                          testing=True))}  # fmt: skip
        assert ("leaked_list_unsorted" in told) is not sound
        assert {"no_contact"} <= told
        assert "no_leaked_list" not in told


def test_faults_of_the_provider(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Provider()

    def asked(**about: Any) -> set[str]:
        provider.about = about
        settings = read_settings(provider.environment(), instance=bare, testing=True)
        codes = {item.code for item in find_outside(settings, moment())}
        assert codes <= set(FINDINGS)
        return codes

    assert asked() == asked(acr_values_supported=["x", LOA3]) == set()
    for lie in ({"issuer": f"{provider.issuer}/"}, {"token_endpoint": "ftp://x"},
                {"id_token_signing_alg_values_supported": ["HS256", "none"]}):  # fmt: skip
        assert asked(**lie) == {"identity_other"}
    assert asked(acr_values_supported=["loa1"]) == {"identity_words"}
    provider.down = True
    assert asked() == {"identity_silent"}
    provider.close()
    monkeypatch.setitem(sys.modules, "requests", None)
    assert asked() == {"identity_extra"}


def test_faults_of_the_seal(tmp_path: Path, bare: Path) -> None:
    issuer = Issuer()
    for days, expected in ((-1, {"seal_unusable"}), (10, {"seal_ends"}), (90, set())):
        end = moment() + datetime.timedelta(days=days)
        path = key_file(tmp_path, issuer.issue(end=end))
        settings = dataclasses.replace(
            settings_of(bare), seal=SealSettings(pkcs12=path, secret=PASSPHRASE)
        )
        assert {item.code for item in find_outside(settings, moment())} == expected


def test_a_key_that_is_kept_elsewhere(bare: Path, tmp_path: Path) -> None:
    """It signs, and the folder needs none; a key that is not there or that others read is none."""
    kept = tmp_path / "key.pem"
    (bare / "audit_key.pem").rename(kept)
    assert "no_key" in found(settings_of(bare), quick=True)
    told = {"SURVEY_APP_SIGNING_KEY_FILE": str(kept)}
    settings = read_settings(told, instance=bare, testing=True)
    assert "no_key" not in found(settings, quick=True)
    app = create_app(settings)
    key = signing_key(settings)
    assert app.extensions["redogor"].key.public_key == key.public_key
    app.extensions["redogor"].database.close()
    assert not (bare / "audit_key.pem").exists()
    assert key.heads.parent == bare
    kept.chmod(0o644)
    with pytest.raises(UnsafeSettings, match="others can read"):
        read_settings(told, instance=bare)
    kept.unlink()
    with pytest.raises(UnsafeSettings, match="there is no file"):
        read_settings(told, instance=bare)


def test_what_cannot_be_looked_at_ends_with_two(bare: Path, tmp_path: Path) -> None:
    def told(folder: Path, **environment: str) -> str:
        done = run(folder, "--json", **environment)
        assert done.exit_code == 2, done.output
        (area,) = json.loads(done.output)
        (finding,) = area["findings"]
        return str(finding["code"])

    assert told(tmp_path / "nowhere") == "no_installation"
    assert not (tmp_path / "nowhere").exists(), "the doctor lays nothing up"
    assert told(bare, SECRET_KEY="short") == "unsafe_settings"
    (bare / "secret_key").unlink()
    assert told(bare) == "no_secret"
    assert not (bare / "secret_key").exists()


def test_damaged_pages(instance: Path) -> None:
    """A page of a table's tree; of what stands in an uploaded file its hash tells."""
    path = instance / "redogor.db"
    connection = sqlite_module().connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'revision'")
    [size] = connection.execute("PRAGMA page_size")
    connection.close()
    with path.open("r+b") as file:
        file.seek((page[0] - 1) * size[0])
        file.write(os.urandom(size[0]))
    assert "damaged_pages" in found(settings_of(instance))


@pytest.fixture
def sick(instance: Path) -> Path:
    """The demo with a fault of each sort in what it holds."""
    late = "2199-01-01 00:00:00.000000"
    early = "2001-01-01 00:00:00.000000"
    statement(
        instance,
        "DELETE FROM unit WHERE id = 2",
        "UPDATE blob_chunk SET data = x'00' WHERE rowid = 1",
        f"INSERT INTO blob VALUES ('{'0' * 64}', 0, 'text/plain')",
        "UPDATE record SET body = '{}' WHERE submission_id = 3",
        "UPDATE specification SET body = '{}' WHERE rowid = 1",
        f"UPDATE audit_entry SET at = '{late}' WHERE case_id = 1 AND number = 2",
        f"UPDATE outbox SET sent = NULL, due = '{early}'",
        "DELETE FROM membership WHERE role = 'administrator'",
        "INSERT OR REPLACE INTO installation (id, name, public_key, chain_length, chain_head) "
        "VALUES (1, '', 'another', 1, '')",
        "INSERT INTO security_entry (number, at, kind, login, request, facts, sha256) "
        f"VALUES (999, '{early}', 'backup_made', '', '', '{{}}', '')",
    )
    with (instance / "audit-heads.jsonl").open("a", encoding="ascii") as file:
        key = open_key(instance)
        head = {"case_id": 77, "number": 1, "sha256": "0" * 64}
        signature = key.sign(f"redogor/audit/1:77:1:{'0' * 64}".encode())
        file.write(json.dumps({**head, "signature": signature}) + "\n")
    return instance


def test_faults_of_the_content(sick: Path) -> None:
    expected = {
        *("dangling", "changed_file", "unused_file", "changed_record", "changed_questionnaire"),
        *("broken_chain", "missing_case", "clock_behind", "old_backup", "stuck_mail"),
        *("no_administrator", "other_installation"),
    }
    mail = MailSettings("127.0.0.1", "redogor@demo.example", free_port(), "none")
    codes = found(dataclasses.replace(settings_of(sick), mail=mail))
    assert codes >= expected
    with (sick / "audit-heads.jsonl").open("a", encoding="ascii") as file:
        file.write("half a li")
    assert "unreadable_heads" in found(settings_of(sick))
    (sick / "audit-heads.jsonl").unlink()
    assert "no_heads" in found(settings_of(sick))
    done = run(sick)
    assert done.exit_code == 1
    assert "→ " in done.output


def test_a_backup_is_known_afterwards(instance: Path, tmp_path: Path) -> None:
    environment = dict.fromkeys(("DATABASE_URL", "SURVEY_APP_INSTANCE", "SECRET_KEY"))
    assert "no_backup" in found(settings_of(instance), quick=True)
    done = CliRunner().invoke(
        main, ["--instance", str(instance), "backup", str(tmp_path)], env=environment
    )
    assert done.exit_code == 0, done.output
    assert len(list(tmp_path.glob("redogor-*.zip"))) == 1
    assert not found(settings_of(instance), quick=True) & {"no_backup", "old_backup"}


def test_faults_of_a_postgresql_server(postgresql: str) -> None:
    def admin(url: str, query: str) -> None:
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(query.encode())

    url = new_database(postgresql)
    name = make_url(url).database
    admin(postgresql, f"CREATE DATABASE {name}_old ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' "
          "TEMPLATE template0")  # fmt: skip
    admin(postgresql, f"ALTER DATABASE {name}_old SET synchronous_commit = off")
    admin(postgresql, f"SELECT pg_create_physical_replication_slot('{name}')")
    old = make_url(url).set(database=f"{name}_old").render_as_string(hide_password=False)
    try:
        for address, at, expected in _looks(url, old):
            database = Database(address)
            migrate(database)
            codes = {finding.code for finding in find_in_database(database, at)}
            database.close()
            assert expected <= codes
    finally:
        admin(postgresql, f"SELECT pg_drop_replication_slot('{name}')")


def _looks(url: str, old: str) -> Iterator[tuple[str, datetime.datetime, set[str]]]:
    yield url, moment(), {"idle_slot"}
    yield url, moment() + datetime.timedelta(hours=1), {"clocks_apart"}
    yield old, moment(), {"not_utf8", "commits_do_not_wait"}


NOT_PLANTED = {"old_sqlite"}
"""How the SQLite that all tests stand on would be older than it is."""


def test_a_fault_is_planted_for_each() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    assert {code for code in set(FINDINGS) - NOT_PLANTED if f'"{code}"' not in here} == set()
    assert len(FINDINGS) > 40


def test_a_slow_look_is_no_wrong_clock(postgresql_url: str, bare: Path) -> None:
    """The clock of the database is held against this one's at the same moment."""
    settings = settings_of(bare, postgresql_url)
    database = Database(settings.database_url)
    migrate(database)
    database.close()
    look = examine(settings, moment(), quick=True)
    codes = {item.code for item in next(look).findings}
    time.sleep(2.1)
    codes |= {item.code for area in look for item in area.findings}
    assert "commits_do_not_wait" in codes, "it looked at the server (ours is tuned for tests)"
    assert "clocks_apart" not in codes
