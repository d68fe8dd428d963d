"""Which destination a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.destinations.instantly import write_instantly
from prospector.destinations.touch_files import write_csv, write_jsonl

if TYPE_CHECKING:
    from prospector.destinations.handover import Destination

DESTINATIONS: dict[str, Destination] = {"csv": write_csv, "jsonl": write_jsonl, "instantly": write_instantly}
"""File destinations by the name that a campaign gives."""
