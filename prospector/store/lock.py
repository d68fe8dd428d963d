"""The locks of a database file, whichever workspaces use it: one for each kind of work, by what it writes.

`run` hands people over, `enrich` asks sites and pays sources, `verify` asks mail hosts, `events pull` reads mailboxes:
two of a kind never work at once on one database, or somebody would get a mail twice, a site twice the pace, a source
twice its price. All that only writes records, such as `import`, waits for the database's own write lock; so a run need
not wait for a long crawl, nor a crawl for an import.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

from prospector.core.errors import FileError, LockedError
from prospector.core.private_files import open_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Work = Literal["run", "enrich", "verify", "pull"]
WORKS: tuple[Work, ...] = ("run", "enrich", "verify", "pull")
_SUFFIXES: dict[Work, str] = {
    "run": "lock",
    "enrich": "lock-enrich",
    "verify": "lock-verify",
    "pull": "lock-pull",
}
_CALLED: dict[Work, str] = {"run": "run", "enrich": "`enrich`", "verify": "`verify`", "pull": "`events pull`"}


def lock_file(database: Path, work: Work = "run") -> Path:
    """The lock beside a database, where its path really leads: a link to it has no lock of its own."""
    real = real_path(database)
    return real.with_name(f"{real.name}.{_SUFFIXES[work]}")


def real_path(path: Path) -> Path:
    """Absolute, links followed; also of what is not there yet."""
    return type(path)(os.path.realpath(path))


class HeldLock:
    """The lock of a run at work. Whoever removes its file lets a second run in: `check` notices."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path, self._handle = path, handle

    @property
    def is_in_place(self) -> bool:
        """Whether the file that is held is still the one that another run would find."""
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(self._handle))
        except OSError:
            return False

    def check(self) -> None:
        """`FileError` if the lock's file was removed or replaced since this run took it."""
        if not self.is_in_place:
            raise FileError(
                self._path,
                "was removed while this run held it, so another run may be at work",
                hint="leave this file where it is: a run that has ended holds nobody up; then run again",
            )


@contextmanager
def exclusive(database: Path, work: Work = "run") -> Iterator[HeldLock]:
    """Hold a database's lock; `LockedError` at once if another command has it. A dead one holds nothing."""
    path = lock_file(database, work)
    try:
        file = open_private(path, "a")
    except OSError as error:
        hint = "check that you may write to the database's folder"
        raise FileError(path, f"cannot be opened ({error.strerror})", hint=hint) from error
    with file:
        with suppress(OSError):  # Only its owner can: who may use the database may use its lock.
            os.fchmod(file.fileno(), stat.S_IMODE(os.stat(database).st_mode))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(database, work) from None
        held = HeldLock(path, file.fileno())
        held.check()
        yield held
        held.check()


def _held(database: Path, work: Work) -> LockedError:
    return LockedError(
        f"another {_CALLED[work]} is at work on this database ({real_path(database)})",
        hint="wait until it is done, then try again; workspaces that share a database share its lock",
    )


def is_held(database: Path, work: Work) -> bool:
    """Whether a command is at this kind of work now; makes no file."""
    try:
        with lock_file(database, work).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
