"""The error tree. Every error says what is wrong and what to do, and carries its exit code.

    ProspectorError            2  wrong usage or a bad file
    ├── UsageError             2  a flag or an argument makes no sense
    ├── FileError              2  a file is missing, unreadable or wrong; knows file and line
    ├── NothingImportable      2  a file is empty, or nothing in it can become a record
    ├── SeveralErrors          2  several of these at once, each told with its own hint
    ├── SourceUnreadable       1  one asked-for source (a host, a page) cannot be read
    ├── CredentialError        4  a key is missing or refused
    ├── LockedError            5  another run holds the lock
    └── LockedDatabase         5  a FileError, too: another command is writing into the file

The command line catches `ProspectorError` in one place and prints `error:` and `hint:` lines.
"""

from __future__ import annotations

import errno
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class ProspectorError(Exception):
    """Base of all errors that a user can cause or mend."""

    exit_code = 2

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    @property
    def message(self) -> str:
        """The text behind `error: `, with its place if there is one."""
        return self.what

    @property
    def parts(self) -> tuple[ProspectorError, ...]:
        """What is told one after the other: the error itself, unless it stands for several."""
        return (self,)


class UsageError(ProspectorError):
    """A flag, an argument or a combination of them makes no sense."""


class FileError(ProspectorError):
    """A file cannot be read or says something wrong. `line` counts from 1."""

    def __init__(self, path: Path | str, what: str, *, line: int | None = None, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.path = path
        self.line = line

    @property
    def message(self) -> str:
        """`FILE:LINE: what` or `FILE: what`."""
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.what}"


class NothingImportable(FileError):
    """The file is empty, or no row in it can become a person or a company."""


class SeveralErrors(ProspectorError):
    """Several things are wrong at once: who mends one of them should know of the others."""

    def __init__(self, errors: Sequence[ProspectorError]) -> None:
        super().__init__("\n".join(one.message for one in errors), hint=errors[0].hint)
        self.errors = tuple(part for error in errors for part in error.parts)

    @property
    def parts(self) -> tuple[ProspectorError, ...]:
        """See `ProspectorError.parts`."""
        return self.errors


class SourceUnreadable(ProspectorError):
    """The one source that was asked for cannot be read."""

    exit_code = 1


class CredentialError(ProspectorError):
    """A key is missing, or a provider refused it."""

    exit_code = 4


class LockedError(ProspectorError):
    """Another run holds the database."""

    exit_code = 5


class LockedDatabase(FileError, LockedError):
    """Another command is writing into the database, and goes on doing so."""


_HINTS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "free some disk space and run the command again"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "check that you may write to that folder"),
    errno.ENAMETOOLONG: "choose a shorter name",
}


def cannot_be_written(path: Path, error: OSError) -> FileError:
    """What there is to say of a file that cannot be written."""
    return FileError(path, f"cannot be written: {error.strerror}", hint=_HINTS.get(error.errno or 0, ""))


def near_miss(word: str, known: Iterable[str]) -> str:
    """`did you mean "x"?` for the closest known word, or an empty string."""
    by_fold = {k.casefold(): k for k in known}
    close = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    return f'did you mean "{by_fold[close[0]]}"?' if close else ""
