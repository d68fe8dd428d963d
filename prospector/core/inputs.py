"""The one way to open a file that comes in: regular ones only, and inside the workspace if a file of it names them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from io import BufferedReader


def open_regular(path: Path | str) -> BufferedReader:
    """A file open for reading; `OSError` as `open` has it, `FileError` for a pipe, a device or a socket.

    Those may never end, or never begin: nothing here waits for one.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(None, "Is a directory", str(path))
        if not stat.S_ISREG(mode):
            hint = (
                "put a plain file there; `import`, `suppress import` and `events import` take a stream as `-`"
            )
            raise FileError(path, "no regular file (a pipe or a device)", hint=hint)
        os.set_blocking(handle, True)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def inside(path: Path, folder: Path, *, place: str = "of the folder") -> Path:
    """The real path of a file that is named in a folder; `FileError` unless it lies in there and is not hidden.

    Hidden files (`.env`, `.git/config`) hold what nobody puts into a list or a letter, and a link may lead to one.
    """
    try:
        root, real = folder.resolve(), path.resolve()
        named, below = Path(os.path.abspath(path)), Path(os.path.abspath(folder))
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(path, "is no file name", hint="name a file of the folder") from error
    if not (real.is_relative_to(root) and named.is_relative_to(below)):
        hint = "copy the file into the folder"
        raise FileError(path, f"lies outside {place}, or is a link that leads there", hint=hint)
    if any(part.startswith(".") for part in (*named.relative_to(below).parts, *real.relative_to(root).parts)):
        hint = "hidden files are never read: copy what you need into a file of another name"
        raise FileError(path, "is a hidden file, or a link to one", hint=hint)
    return real
