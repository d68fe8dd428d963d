"""Cells of the CSV files that prospector writes."""

from __future__ import annotations

_FORMULA_STARTS = frozenset("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula: one that starts like one gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" \u00a0")[:1] in _FORMULA_STARTS and text else text
