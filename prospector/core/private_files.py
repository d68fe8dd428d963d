"""Files with people in them are their owner's alone, whatever the umask: all that is written goes through here.

A file that is there already keeps the permissions that somebody gave it: a team may share a database on purpose, and
`doctor` tells of it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

OURS_ALONE, OUR_FOLDER = 0o600, 0o700
_OTHERS = 0o077


def make_file(path: Path) -> bool:
    """Make an empty private file; False where there is something of that name already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
    except FileExistsError:
        return False
    try:
        _set_mode(handle, OURS_ALONE)  # the umask may have taken more than it should
    finally:
        os.close(handle)
    return True


def open_private(
    path: Path, mode: Literal["w", "a"] = "w", *, newline: str | None = None, errors: str | None = None
) -> TextIO:
    """`Path.open` for writing UTF-8; a new file is private."""
    make_file(path)
    return path.open(mode, encoding="utf-8", newline=newline, errors=errors)


def make_folder(path: Path) -> None:
    """Make a private folder, and those above it that are missing."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        if path.parent == path:
            break
        path = path.parent
    for one in reversed(missing):
        one.mkdir(OUR_FOLDER, exist_ok=True)
        _set_mode(one, OUR_FOLDER)


def make_private(path: Path) -> None:
    """Take a file that was just written away from everybody else."""
    _set_mode(path, OURS_ALONE)


def readable_by_others(path: Path) -> bool:
    """Whether somebody else than the owner may read or write it."""
    try:
        about = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(about.st_mode) and bool(stat.S_IMODE(about.st_mode) & _OTHERS)


def _set_mode(place: Path | int, mode: int) -> None:
    try:
        os.chmod(place, mode)
    except OSError:
        return  # a drive that knows no permissions, such as a stick's
