"""Which destination a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.destinations.instantly import INSTANTLY
from prospector.destinations.touch_files import CSV, JSONL

if TYPE_CHECKING:
    from prospector.destinations.handover import Destination

DESTINATIONS: dict[str, Destination] = {one.name: one for one in (CSV, JSONL, INSTANTLY)}
"""Destinations by the name that a campaign gives."""
