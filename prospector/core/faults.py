"""What is no fault of the program, in words that say what to do: a full disk, too little memory, a number too large."""

from __future__ import annotations

import errno
import sqlite3

from prospector.core.errors import FileError, LockedDatabase, ProspectorError, UsageError

SPACE = "free some disk space and run the command again; what was stored before is whole"
MEMORY = "close other programs, or cut what is read into smaller parts"
WRITABLE = "check that the folder exists and that you may write to it"
_WAIT = "another prospector command is writing; try again when it is done"
_OTHER_FILE = "move the file away, or name another one under `database:` in prospector.yaml"

_OF_DATABASES = (
    (("full", "disk i/o"), SPACE),
    (("out of memory",), MEMORY),
    (("readonly", "read-only", "unable to open"), WRITABLE),
    (("not a database",), _OTHER_FILE),
    (("malformed", "corrupt"), "put a backup in its place; prospector doctor says what is wrong"),
)
_OF_FILES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), SPACE),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), WRITABLE),
    errno.ENOMEM: MEMORY,
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOENT: "check the file's name and its folder",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "close other programs, or raise `ulimit -n`"),
}


def of_database(path: object, what: str, error: sqlite3.Error) -> ProspectorError:
    """What SQLite refused. A file that is fine is never to be moved away."""
    text = str(error).lower()
    if "locked" in text or "busy" in text:
        return LockedDatabase(str(path), what, hint=_WAIT)
    known = (hint for words, hint in _OF_DATABASES if any(word in text for word in words))
    return FileError(str(path), what, hint=next(known, "see: prospector doctor"))


def told_of(error: BaseException) -> ProspectorError | None:
    """An error of the machine as one of ours; None for what is a fault of the program."""
    if isinstance(error, BaseExceptionGroup):
        return next((told for one in error.exceptions if (told := told_of(one))), None)
    if isinstance(error, ProspectorError):
        return error
    if isinstance(error, OSError):
        return _of_file(error)
    if isinstance(error, sqlite3.DatabaseError):
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            return None
        return of_database("the database", f"cannot be used ({error})", error)
    return _of_values(error)


def _of_file(error: OSError) -> ProspectorError:
    what = error.strerror or str(error)
    hint = _OF_FILES.get(error.errno or 0, "check that the disk is not full and that you may write there")
    return FileError(error.filename, what, hint=hint) if error.filename else ProspectorError(what, hint=hint)


def _of_values(error: BaseException) -> ProspectorError | None:
    if isinstance(error, MemoryError):
        return ProspectorError("out of memory", hint=MEMORY)
    if isinstance(error, RecursionError):
        hint = "look for lists or groups that stand in each other many times"
        return ProspectorError("something that was read is nested too deeply", hint=hint)
    if isinstance(error, OverflowError):
        return UsageError(f"a number or a day is out of range ({error})", hint="use a smaller one")
    if isinstance(error, UnicodeEncodeError) and any("\ud800" <= one <= "\udfff" for one in error.object):
        shown = error.object[error.start : error.start + 20].encode("ascii", "backslashreplace").decode()
        hint = "write the text anew where it stands, in UTF-8"
        return UsageError(f"a text holds signs that are no text ({shown})", hint=hint)
    return None
