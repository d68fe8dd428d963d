"""Opening the database: pragmas, migrations with a copy kept before they run, and transactions."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database as SqliteUtils

from prospector.errors import FileError
from prospector.store.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    Parameters = Sequence[Any] | Mapping[str, Any]

_BUSY_MS = 15_000


class Database:
    """The workspace's SQLite file. One writer at a time; readers never wait (WAL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tables = SqliteUtils(path, execute_plugins=False)
            self.connection = self._tables.conn
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise FileError(path, f"not a usable database ({error})", hint=_hint(error)) from error

    def _prepare(self) -> None:
        self.connection.isolation_level = None
        self.connection.row_factory = sqlite3.Row
        # First of all how long to wait: the other pragmas may meet a lock, too.
        self.connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        pending = migrations.pending(self._tables)
        if pending:
            if migrations.applied(self._tables):
                self.backup(self.path.with_name(f"{self.path.name}.before-{pending[0].name}"))
            migrations.apply(self._tables)

    def backup(self, target: Path) -> None:
        """Copy the database, also while others write to it."""
        with closing(sqlite3.connect(target)) as copy:
            self.connection.backup(copy)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Takes the write lock at once, so that what was read stays true."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise FileError(
                self.path, f"cannot write ({error}); nothing was changed", hint=_hint(error)
            ) from error

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement; rows answer by position and by name."""
        return self.connection.execute(sql, parameters)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        return self.connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first cell of the first row, or None."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        if rows:
            self.connection.executemany(sql, rows)

    def close(self) -> None:
        """Close the file."""
        self._tables.close()


def _hint(error: sqlite3.DatabaseError) -> str:
    text = str(error)
    if "full" in text:
        return "free some disk space and run the command again"
    if "locked" in text or "busy" in text:
        return "another prospector command is writing; try again when it is done"
    if "readonly" in text or "unable to open" in text:
        return "check that the folder exists and that you may write to it"
    return "move the file away, or name another one under `database:` in prospector.yaml"
