"""The file that marks a folder as a demo, which the next one may replace, and says for which day it was made."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

MARK = ".prospector-demo"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def mark(folder: Path, as_of: date) -> None:
    """Mark the folder as a demo of this day."""
    text = f"made by `prospector demo` for {as_of}; replaced by the next one\n"
    (folder / MARK).write_text(text, encoding="utf-8")


def day_of(folder: Path) -> date:
    """The day for which the demo in this folder was made; `FileError` if there is none."""
    try:
        return date.fromisoformat(_DAY.findall((folder / MARK).read_text(encoding="utf-8"))[0])
    except (OSError, ValueError, IndexError):
        hint = f"make one first: prospector demo {folder}"
        raise FileError(folder, "there is no demo in this folder", hint=hint) from None
