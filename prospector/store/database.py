"""Opening the database: pragmas, migrations with a copy kept before they run, and transactions."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from prospector.core.errors import FileError
from prospector.core.faults import of_database
from prospector.core.fields import TABLES, stored
from prospector.core.private_files import make_file
from prospector.store.lock import real_path
from prospector.store.whose import applied_migrations, header_of, looking, refuse_others

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlite_utils import Database as SqliteUtils

    Parameters = Sequence[Any] | Mapping[str, Any]

_BUSY_MS = 15_000
_CACHE = "cache_size = -32768"  # 32 MB: an import fills several indexes at random places
_MAPPED = (
    "mmap_size = 1073741824"  # up to 1 GB is read where it lies: a count looks at pages all over the file
)
LATEST = 21
"""How many migrations there are. A file that has had them all is used at once: what runs them is slow to load."""
NEWEST = "m026_next"
"""The last of them."""
_OPENING_TRIES, _OPENING_PAUSE = 150, 0.1
PATIENT = 600.0
"""So many seconds a command waits to write that would lose much by giving up: a whole file, an answer that was paid."""


class Database:
    """The workspace's SQLite file. One writer at a time; readers never wait (WAL)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read_only = _may_only_be_read(path)
        self.patience = _BUSY_MS / 1000
        """Seconds to wait for another command that is writing."""
        try:
            refuse_others(path)
            _refuse_newer(path)
            self.connection = self._connect()
            try:
                self._open()
            except BaseException:
                self.close()
                raise
        except sqlite3.DatabaseError as error:
            raise of_database(path, f"not a usable database ({error})", error) from error

    def _connect(self) -> sqlite3.Connection:
        """A connection; a new file is its owner's alone, and what may only be read is opened like that."""
        if not self.read_only:
            with suppress(OSError):  # SQLite says why it cannot be made
                make_file(real_path(self.path))
            return sqlite3.connect(self.path)
        # Without a journal beside it nothing has to be written to read the file, not even a lock.
        journal = self.path.with_name(f"{self.path.name}-wal")
        how = "mode=ro" if journal.exists() and journal.stat().st_size else "immutable=1"
        return sqlite3.connect(f"{real_path(self.path).as_uri()}?{how}", uri=True)

    def _open(self) -> None:
        """Make the file ready. Where two programs start on a new file at once, one waits for the other: SQLite
        itself does not wait when it changes the journal.
        """
        self.connection.isolation_level = None
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA busy_timeout = 100")
        for tries_left in reversed(range(_OPENING_TRIES)):
            try:
                self._prepare()
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or not tries_left:
                    raise
                time.sleep(_OPENING_PAUSE)
        self.connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")

    def _prepare(self) -> None:
        if self.read_only:
            self._prepare_to_read()
            return
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", _CACHE, _MAPPED):
            self.connection.execute(f"PRAGMA {pragma}")
        if self._is_current() and not self._missing():
            return
        from sqlite_utils import Database as SqliteUtils  # noqa: PLC0415  (as slow to load as a count is to run)

        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self._migrate(SqliteUtils(self.connection, execute_plugins=False))
            for table, column, kind in self._missing():
                self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.execute("COMMIT")

    def _prepare_to_read(self) -> None:
        for pragma in (_CACHE, _MAPPED, "temp_store = MEMORY"):
            self.connection.execute(f"PRAGMA {pragma}")
        if not self._is_current() or self._missing():
            raise FileError(
                self.path,
                "made by another version, and may only be read",
                hint="run a command once where the file and its folder may be written: that brings it up to date",
            )

    def _is_current(self) -> bool:
        sql = "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'prospector'"
        try:
            return bool(self.value(sql) == LATEST)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return False
            raise

    def _missing(self) -> list[tuple[str, str, str]]:
        """The columns of fields that the table of fields has and the file does not yet, with table and type."""
        found = []
        for subject, table in TABLES.items():
            held = {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}
            fields = stored(subject).values()
            found += [
                (table, one, field.kind) for field in fields for one in field.columns if one not in held
            ]
        return found

    def _migrate(self, tables: SqliteUtils) -> None:
        """Bring the schema up to date, behind the write lock: another program may just have done so."""
        from prospector.store.migrations import migrations  # noqa: PLC0415  (loads sqlite_utils, too)

        pending = migrations.pending(tables)
        if not pending:
            return
        if migrations.applied(tables):
            self.backup(self.path.with_name(f"{self.path.name}.before-{pending[0].name}"))
        migrations.apply(tables)

    def backup(self, target: Path) -> None:
        """Copy what has been committed, also while others write to it."""
        # Through a connection of its own: a copy would wait for ever for this one's open transaction.
        make_file(target)
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)

    @contextmanager
    def transaction(self, wait: float | None = None) -> Iterator[None]:
        """All or nothing. Takes the write lock at once, so that what was read stays true.

        Where another command is writing it waits so many seconds, else `patience`; then `LockedError`.
        """
        try:
            self._begin(self.patience if wait is None else wait)
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self.connection.rollback()
                raise
        except sqlite3.DatabaseError as error:
            if type(error) not in (sqlite3.DatabaseError, sqlite3.OperationalError):
                raise  # a broken rule of the schema is a fault of the program, not of the file
            raise of_database(self.path, f"cannot write ({error}); nothing was changed", error) from error

    def _begin(self, wait: float) -> None:
        """A second at a time, so that Ctrl-C is heard."""
        until = time.monotonic() + wait
        self.connection.execute(f"PRAGMA busy_timeout = {min(wait, 1.0) * 1000:.0f}")
        try:
            while True:
                try:
                    self.connection.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() >= until:
                        raise
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")

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

    def take_statistics(self) -> None:
        """Let SQLite see how the data are spread, from which it chooses indexes; after a command that adds much.

        Looks at 100,000 entries of each index at most: 0.2 s where there are a million people. Where another
        program is writing, the old figures have to do.
        """
        with suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA analysis_limit = 100000")
            self.connection.execute("ANALYZE")

    @contextmanager
    def long_work(self) -> Iterator[None]:
        """While much of the file is read once or written: pages are not mapped, so that memory stays flat."""
        self.connection.execute("PRAGMA mmap_size = 0")
        try:
            yield
        finally:
            self.connection.execute(f"PRAGMA {_MAPPED}")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def _refuse_newer(path: Path) -> None:
    """`FileError` where a later version of this program has changed the file's schema."""
    if not header_of(path):
        return
    with closing(looking(path)) as connection:
        names = applied_migrations(connection)
    if not names or names[-1] == NEWEST:
        return
    from prospector.store.migrations import migrations  # noqa: PLC0415  (loads sqlite_utils, which is slow)

    known = {one.name for one in migrations._migrations}
    if unknown := [name for name in names if name not in known]:
        raise FileError(
            path,
            f"was changed by a newer version of prospector ({unknown[0]} is not known here): it is left as it is",
            hint="update prospector, or put back the copy that was made before the change",
        )


def _may_only_be_read(path: Path) -> bool:
    """Whether a file is there that may be read and not written, or whose folder takes no journal beside it."""
    if not path.is_file() or not os.access(path, os.R_OK):
        return False
    return not (os.access(path, os.W_OK) and os.access(real_path(path).parent, os.W_OK))
