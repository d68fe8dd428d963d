"""File names as text: a name may hold any bytes, also such as are no UTF-8 or that a terminal would obey."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def readable_name(path: Path) -> str:
    """The last part of a path as it can be shown and stored: what is no text becomes a sign that says so."""
    return _OBEYED.sub("\ufffd", os.fsencode(path.name).decode("utf-8", "replace"))
