"""A file that is replaced or written to while it is read would come in as half of one and half of another."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from types import TracebackType


class unchanged:
    """Looks at the file when it is made. `FileError` at the end of the block if it is another one by then, whatever
    else went wrong for that reason.
    """

    def __init__(self, path: Path | str, name: str) -> None:
        self._path, self._name = path, name
        self._before = _mark(path)

    def __enter__(self) -> None:
        """Read on."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if (error is None or isinstance(error, Exception)) and _mark(self._path) != self._before:
            hint = "wait until whoever writes it is done, or read a copy of it"
            what = "changed while it was read; nothing was taken from it"
            raise FileError(self._name, what, hint=hint) from error


def _mark(path: Path | str) -> tuple[int, ...] | None:
    """What tells a file from another one in its place; None for what is no file, such as a pipe."""
    try:
        about = Path(path).stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(about.st_mode):
        return None
    return (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
