"""Faults of ours that a strange page brings to light: told in one line, at the cost of that page alone."""

from __future__ import annotations

import traceback
from pathlib import PurePath


class ReadingFault(Exception):
    """A fault in another process; its text is what `fault_name` says of it there."""


def fault_name(fault: BaseException) -> str:
    """A fault by its type and place, for whoever is to repair it: `fault: KeyError at boards.py:120`."""
    if isinstance(fault, ReadingFault):
        return str(fault)
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"fault: {type(fault).__name__}{place}"
