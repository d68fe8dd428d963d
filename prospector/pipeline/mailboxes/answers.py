"""What is to be said of a person's answer: there was one, there was none, or nobody has read whether there was one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.pipeline.mailboxes.coverage import Sources, in_words, written_to

if TYPE_CHECKING:
    from datetime import date

    from prospector.config import Settings
    from prospector.core.shapes import AnswersShape
    from prospector.store.database import Database

_ANSWERED = (
    "SELECT min(at) FROM events WHERE person_id = ? AND class = 'reply' AND (campaign = ? OR campaign IS NULL) "
    "AND at >= ?"
)


@dataclass(frozen=True, slots=True)
class Answers:
    """One campaign that wrote to somebody, and what came back."""

    campaign: str
    answered_at: str | None
    read_until: str | None
    """Until when answers were read, without a gap from the first mail on."""
    not_read_since: str | None
    """From when on they were not; None where all were read that could have come by now."""

    @property
    def words(self) -> str:
        """The same, to be read."""
        if self.answered_at:
            return f"answered on {in_words(self.answered_at)}"
        if self.not_read_since:
            return f"answers not read since {in_words(self.not_read_since)}"
        return f"no answer, read until {in_words(self.read_until or '')}"

    def as_json(self) -> AnswersShape:
        """One of `answers` of `show --json`."""
        return {
            "campaign": self.campaign,
            "answered_at": self.answered_at,
            "read_until": self.read_until,
            "not_read_since": self.not_read_since,
            "said": self.words,
        }


def answers_of(db: Database, settings: Settings, person: int, as_of: date) -> list[Answers]:
    """The campaigns that have written to a person by a day, in their order."""
    sources = Sources(db, settings)
    found = []
    for one in written_to(db, as_of, person=person):
        until = sources.read_until(one)
        since = None if sources.covers(one) else until or one.first
        answered = db.value(_ANSWERED, (person, one.campaign, one.first))
        found.append(Answers(one.campaign, answered, until, since))
    return found
