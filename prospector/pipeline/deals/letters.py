"""The letters of MEDDIC: of each the last observation, its level, and its level today: what is old counts one less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.stages.settings import LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.core.spans import Period
    from prospector.pipeline.deals.shapes import LetterShape
    from prospector.store.database import Database

LEVELS = ("unknown", "identified", "validated", "quantified by the buyer")
"""What the levels 0 to 3 mean."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is known on a day. `counts` is its level, one less where nobody has said it for long."""

    letter: str
    level: int = 0
    counts: int = 0
    value: str = ""
    said_by: str = ""
    said_on: str | None = None
    link: str = ""
    stale: bool = False

    def as_json(self) -> LetterShape:
        """One entry of `letters`."""
        return {
            "letter": self.letter,
            "level": self.level,
            "counts": self.counts,
            "means": LEVELS[self.level],
            "value": self.value,
            "said_by": self.said_by,
            "said_on": self.said_on,
            "link": self.link,
            "stale": self.stale,
        }


def letters_of(db: Database, deal: int, stale_after: Period, as_of: date) -> dict[str, Letter]:
    """All letters of a deal in their order; of those that nobody spoke of the level is 0."""
    rows = db.rows(
        "SELECT letter, level, value, said_by, said_on, link FROM deal_letters WHERE deal_id = ? AND said_on <= ? "
        "ORDER BY said_on, id",
        (deal, as_of.isoformat()),
    )
    cut = stale_after.before(as_of).isoformat()
    found = {letter: Letter(letter) for letter in LETTERS}
    for letter, level, value, said_by, said_on, link in rows:
        stale = said_on < cut and level > 0
        found[letter] = Letter(letter, level, level - stale, value, said_by, said_on, link, stale)
    return found


def lowest(letters: Mapping[str, Letter]) -> int:
    """The deal's score is that of its weakest letter."""
    return min(one.counts for one in letters.values())


def total(letters: Mapping[str, Letter]) -> int:
    """The sum over all letters, of 18: shown beside, and never in the place of, the lowest."""
    return sum(one.counts for one in letters.values())


def letter_of(text: str) -> str:
    """The letter that a text names: the word, or its first letters where only one has them."""
    word = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    found = [one for one in LETTERS if one == word] or [
        one for one in LETTERS if word and one.startswith(word)
    ]
    if len(found) == 1:
        return found[0]
    hint = near_miss(word, LETTERS) or f"letters: {', '.join(LETTERS)}"
    raise UsageError(f'no letter of MEDDIC "{text[:40]}"', hint=hint)


def level_of(text: str) -> int:
    """A level by its number."""
    if text.strip() not in ("0", "1", "2", "3"):
        told = ", ".join(f"{number} {word}" for number, word in enumerate(LEVELS))
        raise UsageError(f'"{text[:40]}" is no level', hint=told)
    return int(text)
