"""The engine: SQLite with a sync for every commit, or PostgreSQL; one way to read, one to write.

SQLite older than 3.51.3 can lose commits when a WAL is reset while another connection writes, so
it gets a rollback journal instead. Writers queue at a lock, those of other processes at the lock of
a file: sleeping in SQLite's busy handler instead makes a tail of hundreds of milliseconds.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, create_engine

from survey_app.store.trouble import PerhapsSaved, trouble_of

try:
    import fcntl
except ImportError:  # Windows, where the product is served by one process
    fcntl = None  # type: ignore[assignment]

SAFE_WAL = (3, 51, 3)
_PATIENCE = 30
"""Seconds that SQLite waits for a lock."""
_PATIENCE_TO_FORGET = 2000
"""Milliseconds for which removing waits for readers, with all writers behind it."""
_READ = ("BEGIN",)
_WRITE = ("PRAGMA synchronous = FULL", "BEGIN IMMEDIATE")
"""A deferred BEGIN that turns into a write later can only fail as busy: ask at once."""
_NOTE = ("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE")
"""In a WAL the next commit that waits for the disk takes along those that did not."""
IDLE_IN_TRANSACTION = 60
"""Seconds after which PostgreSQL ends a transaction in which nothing is asked any more."""


def sqlite_module() -> ModuleType:
    """pysqlite3's own SQLite where it has a wheel, unless Python's is newer and that matters.

    Python's is not even read in where the other is new enough: it takes a megabyte.
    """
    try:
        import pysqlite3
    except ImportError:
        pysqlite3 = None
    else:
        if pysqlite3.sqlite_version_info >= SAFE_WAL:
            return pysqlite3  # type: ignore[no-any-return]
    import sqlite3

    if pysqlite3 and pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info:
        return pysqlite3  # type: ignore[no-any-return]
    return sqlite3


def journal_mode(version: tuple[int, ...]) -> str:
    """``wal`` where it is safe, else ``delete`` (a rollback journal)."""
    return "wal" if version >= SAFE_WAL else "delete"


class Database:
    """An engine with its two doors: ``reading`` and ``writing``."""

    def __init__(self, url: str, *, pool: int = 16, patience: int = 30) -> None:
        """pool      how many connections a process may have to PostgreSQL
        patience  seconds that a statement there may take, and half of them wait for a lock
        """
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = (
            _sqlite_engine(url) if self.sqlite else _postgresql_engine(url, pool, patience)
        )
        # SQLite's one writer has its own connection: no other makes the cache of that one stale.
        self._pen = _sqlite_engine(url, size=1) if self.sqlite else self.engine
        self._reader, self._looker = _readers(self.engine, sqlite=self.sqlite)
        self._lock = threading.Lock()
        self._wal = self.sqlite and journal_mode(sqlite_module().sqlite_version_info) == "wal"
        path = make_url(url).database if self.sqlite else None
        self._queue = f"{path}-writer" if path and fcntl else None

    def close(self) -> None:
        """Close all connections that are at rest; they open again when they are needed."""
        self.engine.dispose()
        self._pen.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with (
            self._begun(self._reader, _READ) as connection,
            Session(connection, autoflush=False, expire_on_commit=False) as session,
        ):
            yield session

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one state of the database for as long as it takes, to copy it."""
        with self._begun(self._reader, _READ) as connection, connection.begin():
            if not self.sqlite:
                take_all_the_time(connection)
            yield connection

    @contextlib.contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection for single statements that change nothing, each by itself."""
        with self._looker.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits once, at its end; nothing is written if anything is raised."""
        with (
            self._turn(),
            self._begun(self._pen, _WRITE) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield session
            session.flush()  # what is refused is so before the commit, of which all is certain
            _commit(session)

    @contextlib.contextmanager
    def noting(self) -> Iterator[Connection]:
        """A connection for what is worthless after a power cut, such as who is here: commits at
        its end without waiting for the disk, where the database can do that to one commit alone.
        """
        with (
            self._turn(),
            self._begun(self._pen, _NOTE if self._wal else _WRITE) as connection,
            connection.begin(),
        ):
            if not self.sqlite:
                connection.execute(text("SET LOCAL synchronous_commit = off"))
            yield connection

    @contextlib.contextmanager
    def altering(self) -> Iterator[Connection]:
        """A connection for changes of the tables themselves; commits at its end, or nothing is
        changed. It takes no turn: writers that it makes wait for too long are told so by SQLite."""
        with self._begun(self.engine, _WRITE) as connection, connection.begin():
            yield connection

    def forget(self, tables: Iterable[str]) -> bool:
        """Let no older state of what was just removed from some tables stay beside the database;
        False where somebody is still reading one.

        SQLite writes over what it deletes (``secure_delete``), but its WAL holds pages as they
        were; PostgreSQL keeps rows as they were until they are vacuumed.
        """
        if not self.sqlite:
            with self.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as one:
                one.execute(text("SET statement_timeout = 0"))
                one.execute(text(f"VACUUM {', '.join(sorted(tables))}"))
                one.invalidate()
            return True
        with self._turn(), self._pen.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_TO_FORGET}")
            [(hindered, _, _)] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
            cursor.close()
        return not hindered

    def sweep(self) -> bool:
        """Write the database anew without what was ever deleted or written over in it; False as
        ``forget``. Nobody writes meanwhile.

        What earlier versions of the product wrote over in the daily work may still stand in
        SQLite's file, until its place is needed.
        """
        if self.sqlite:
            with self._turn(), self._pen.connect() as connection:
                connection.execute(text("VACUUM"))
        return self.forget(())

    @contextlib.contextmanager
    def _begun(self, engine: Engine, begin: tuple[str, ...]) -> Iterator[Connection]:
        """A connection on which SQLite was told how to begin; PostgreSQL's driver knows itself.

        A listener of SQLAlchemy's could tell it, too, but where there is one every statement looks
        for others: that took an eighth of the time of a save.
        """
        with engine.connect() as connection:
            if self.sqlite:
                raw = connection.connection.dbapi_connection
                assert raw is not None
                cursor = raw.cursor()
                for statement in begin:
                    cursor.execute(statement)
                cursor.close()
            yield connection

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.sqlite:
            yield
            return
        with self._lock:
            if self._queue is None:
                yield
                return
            # Opened anew each time: what a fork inherits would be one and the same lock.
            queue = os.open(self._queue, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(queue, fcntl.LOCK_EX)
                yield
            finally:
                os.close(queue)


def _readers(engine: Engine, *, sqlite: bool) -> tuple[Engine, Engine]:
    """For sessions that see one state, and for single statements that need no transaction.

    In SQLite each transaction sees one state; PostgreSQL's usual ones see what is committed while
    they last, so that a page would be of two states.
    """
    if sqlite:
        return engine, engine
    one_state = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return (
        engine.execution_options(**one_state),
        engine.execution_options(isolation_level="AUTOCOMMIT"),
    )


def _sqlite_engine(url: str, size: int = 16) -> Engine:
    module, path = sqlite_module(), make_url(url).database or ":memory:"

    def connect() -> Any:
        if path != ":memory:":
            _keep_private(path)
        # The driver begins nothing by itself: the doors say how.
        return module.connect(
            path, check_same_thread=False, timeout=_PATIENCE, isolation_level=None
        )

    engine = create_engine(
        url,
        module=module,
        creator=connect,
        hide_parameters=True,  # an error in the log must not tell what somebody answered, and when
        pool_use_lifo=True,  # the connection that was used last has the pages in its cache
        pool_size=size,
        max_overflow=size - 1,
    )
    mode = journal_mode(module.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode = {mode}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -4096")
        cursor.execute("PRAGMA secure_delete = ON")  # what is changed or deleted leaves no trace
        cursor.close()

    return engine


def _keep_private(path: str) -> None:
    """Let nobody but the owner read the file; what SQLite lays beside it gets the same rights.

    It is not opened where it is there already: closing it would end the locks that SQLite holds.
    """
    try:
        if os.stat(path).st_mode & 0o077 and os.name == "posix":
            with contextlib.suppress(PermissionError):  # another's; ``doctor`` says so
                os.chmod(path, 0o600)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if trouble_of(error) == "database_gone":
            raise PerhapsSaved from error
        raise


def take_all_the_time(connection: Connection) -> None:
    """Let a transaction on PostgreSQL last: a copy or a migration takes longer than a page may."""
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))


_HOLD_HEADS = text("LOCK TABLE audit_head IN SHARE ROW EXCLUSIVE MODE")


def hold_heads(connection: Connection) -> None:
    """Let nobody else sign the chain of a case until the transaction ends, however long it takes:
    those who have begun come first, the others wait. On SQLite whoever writes is alone anyway."""
    if connection.dialect.name == "postgresql":
        take_all_the_time(connection)
        connection.execute(_HOLD_HEADS)


def _postgresql_engine(url: str, pool: int, patience: int) -> Engine:
    """What the address says itself, such as ``?connect_timeout=30``, stays as it says."""
    limits = {
        "statement_timeout": patience * 1000,
        "lock_timeout": patience * 500,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION * 1000,
    }
    told: dict[str, Any] = {
        "application_name": "redogor",
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }
    said = make_url(url).query
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=min(5, patience),
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={name: value for name, value in told.items() if name not in said},
    )
