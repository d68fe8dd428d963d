"""What a program has lost when it saved a file: letters that became `?`, and formulas that became errors.

Nobody can bring them back from the file, so nothing is repaired; but who imports it should know before a mail begins
with "Hi J?rg".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.normalise.text import is_formula_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LOST = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])|(?<![\w?])\?(?=[a-zß-ÿ]{2})|\ufffd")
_LINK = re.compile(r"://|www\.|@|[?&][\w-]+=")
_LONGEST = 200
"""Longer texts are prose, in which a question mark is mostly one."""


class Losses:
    """Counts what was lost, with the first place of each."""

    def __init__(self) -> None:
        self._letters = self._errors = 0
        self._letters_at = self._errors_at = ""

    def look(self, number: int, cells: Sequence[str]) -> None:
        """Look at the cells of one row. Most rows have none of the signs, and cost three searches."""
        text = "".join(cells)
        if "?" not in text and "#" not in text and "\ufffd" not in text:
            return
        for cell in cells:
            if is_formula_error(cell.strip()):
                self._errors += 1
                self._errors_at = self._errors_at or f"line {number}: {cell.strip()}"
            elif len(cell) <= _LONGEST and _LOST.search(cell) and not _LINK.search(cell):
                self._letters += 1
                self._letters_at = self._letters_at or f"line {number}: {cell.strip()[:60]}"

    def told(self) -> Iterator[str]:
        """The warnings."""
        if self._letters:
            yield (
                f"{self._letters} cells have a ? where letters were lost ({self._letters_at}): "
                "export the file again as CSV UTF-8"
            )
        if self._errors:
            yield (
                f"{self._errors} cells hold an error of a formula ({self._errors_at}), read as blank: "
                "mend the formulas, or paste the values, and export again"
            )
