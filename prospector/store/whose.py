"""Whose database a file is, found out before anything is set or written: not one byte of another's file changes."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x50524F53
"""What SQLite keeps at the top of the file for programs to know their own by: `PROS`."""
MAGIC = b"SQLite format 3\0"
_ID_AT = 68
_HEADER = 100
_ANOTHER = "a database of another program already exists here: it is left as it is"
_HINT = "name another file under `database:` in prospector.yaml"


def refuse_others(path: Path) -> None:
    """`FileError` where a file is no database of this program's; quiet where there is none yet, or an empty one."""
    header = header_of(path)
    if not header:
        return
    if not header.startswith(MAGIC):
        # SQLite would take a short file of any kind for an empty database, and write over it.
        raise sqlite3.DatabaseError("file is not a database")
    number = int.from_bytes(header[_ID_AT : _ID_AT + 4], "big")
    if number == APPLICATION_ID:
        return
    # Files of before there was a number, and such as have it in their log (-wal) only, are known by their tables.
    known_by_tables = _has_our_tables(path)  # or SQLite says that this is no database at all
    if number or not known_by_tables:
        raise FileError(path, _ANOTHER, hint=_HINT)


def applied_migrations(connection: sqlite3.Connection) -> list[str]:
    """The names of the migrations that a file has had; empty where it has had none."""
    sql = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'prospector' ORDER BY name"
    try:
        return [str(row[0]) for row in connection.execute(sql)]
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "no such column" in str(error):
            return []
        raise


def looking(path: Path) -> sqlite3.Connection:
    """A connection that only reads. Without a log nobody has the file open, and SQLite need not even make one."""
    mode = "mode=ro" if _has_log(path) else "immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)


def _has_log(path: Path) -> bool:
    try:
        log = path.with_name(f"{path.name}-wal")
        return log.stat().st_size > 0
    except OSError:
        return False


def header_of(path: Path) -> bytes:
    """The first bytes of the file, empty where there is none."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # such as a pipe, which would be waited for
            raise FileError(path, "is no regular file, so it cannot be the database", hint=_HINT)
        with path.open("rb") as file:
            return file.read(_HEADER)
    except OSError:
        return b""  # SQLite makes the file, or says why it cannot be opened.


def _has_our_tables(path: Path) -> bool:
    with closing(looking(path)) as connection:
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return empty or bool(applied_migrations(connection))
