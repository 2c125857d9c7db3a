"""One state of the whole database as an SQLite file, taken while others write."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from survey_app.store.copying import copy_all
from survey_app.store.engine import Database, sqlite_module


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is in the file of a snapshot.

    revision  of the tables; "" where there are none
    rows      how many each table holds
    chains    of each case's audit chain: the case's id, the number and hash of the last link
    """

    revision: str
    rows: dict[str, int]
    chains: list[tuple[int, int, str]]


def write_snapshot(database: Database, path: Path) -> None:
    """Write one state of a database to a file that is absent or empty. It is not synced.

    Of SQLite by ``VACUUM INTO``: one reading transaction, so nobody who writes waits for it, and
    no free pages, so what was removed by decision is not in the copy. Of PostgreSQL row by row,
    from a transaction that sees one state; its tables must be at the newest revision.
    Raises DBAPIError where there is no room.
    """
    if database.sqlite:
        with database.looking() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
        return
    target = Database(f"sqlite:///{path}")
    try:
        with database.snapshot() as source:
            copy_all(source, target, lambda _name, _rows: None)
    finally:
        target.close()
        Path(f"{path}-writer").unlink(missing_ok=True)
    with closing(sqlite_module().connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = delete")  # so that all of it is in one file


def find_damage(path: Path) -> list[str]:
    """What SQLite finds wrong with the pages of a file; nothing if it is whole."""
    module = sqlite_module()
    try:
        with closing(module.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            told = [line for (line,) in connection.execute("PRAGMA integrity_check")]
    except module.DatabaseError as error:
        return [str(error)]
    return [] if told == ["ok"] else told


def read_snapshot(path: Path) -> Snapshot:
    """What is in a snapshot, whatever version of the program laid its tables."""
    with closing(sqlite_module().connect(f"file:{path}?mode=ro", uri=True)) as connection:

        def found(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query).fetchall()  # type: ignore[no-any-return]

        tables = found(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
        )
        names = [str(name) for (name,) in tables]
        if "alembic_version" not in names:
            return Snapshot("", {}, [])
        ((revision,),) = found("SELECT version_num FROM alembic_version")
        chains = found("SELECT id, audit_length, audit_head FROM cases ORDER BY id")
        rows = {name: found(f"SELECT count(*) FROM {_quoted(name)}")[0][0] for name in names}
    return Snapshot(str(revision), rows, chains)  # type: ignore[arg-type]


def _quoted(name: str) -> str:
    """A table's name within SQL; a file from elsewhere may have any."""
    return '"' + name.replace('"', '""') + '"'
