"""What must not come in as a value, whoever wrote it: formulas, and placeholders of other programs."""

from __future__ import annotations

from prospector.normalise.placeholders import holds_placeholder, is_placeholder
from prospector.normalise.spreadsheet_cells import is_formula


def unfit_code(text: str, *, is_name: bool) -> str:
    """Why a text must not come in; blank for one that may. In a name a single pair of brackets tells a placeholder."""
    if is_formula(text):
        return "formula"
    return "placeholder" if (is_placeholder(text) if is_name else holds_placeholder(text)) else ""
