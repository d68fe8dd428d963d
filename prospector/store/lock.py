"""One lock for each database file, whichever workspaces use it: two runs on one database never work at once."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from prospector.core.errors import FileError, LockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def lock_file(database: Path) -> Path:
    """The lock beside a database, where its path really leads: a link to it has no lock of its own."""
    real = real_path(database)
    return real.with_name(f"{real.name}.lock")


def real_path(path: Path) -> Path:
    """Absolute, links followed; also of what is not there yet."""
    return type(path)(os.path.realpath(path))


@contextmanager
def exclusive(database: Path) -> Iterator[None]:
    """Hold a database's lock; `LockedError` at once if another run has it. A dead run holds nothing."""
    path = lock_file(database)
    try:
        file = path.open("a")
    except OSError as error:
        hint = "check that you may write to the database's folder"
        raise FileError(path, f"cannot be opened ({error.strerror})", hint=hint) from error
    with file:
        with suppress(OSError):  # Only its owner can: who may use the database may use its lock.
            os.fchmod(file.fileno(), stat.S_IMODE(os.stat(database).st_mode))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"another run is at work on this database ({real_path(database)})",
                hint="wait until it is done, then try again; workspaces that share a database share its lock",
            ) from None
        yield
