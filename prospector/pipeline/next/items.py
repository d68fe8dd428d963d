"""One task of the list: what is to be done, with whom, until when, why, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from prospector.config import Campaign
    from prospector.pipeline.next.shapes import TaskShape
    from prospector.pipeline.next.worth import Worth
    from prospector.store.database import Database

NEVER_AGAIN, STOP, BY_VALUE, LAST = range(4)
"""Opt-outs and complaints that a tool does not know of stand before all else, then other stops; the rest is ordered by
value; and what is no task of the day comes last.
"""
TOUCHES = ("call", "linkedin", "task")
"""Channels that a person works through."""


class Looking(NamedTuple):
    """What every source of tasks is given."""

    db: Database
    as_of: date
    worth: Worth
    campaigns: Mapping[str, Campaign] = {}
    per_day: int = 30
    """Calls, LinkedIn touches and tasks that a day takes."""
    put_off: bool = False
    """Whether what was put off to a later day is wanted, too."""

    @property
    def day(self) -> str:
        """The day in ISO form."""
        return self.as_of.isoformat()

    @property
    def end(self) -> str:
        """The last moment of the day, as events have it."""
        return f"{self.as_of.isoformat()}T23:59:59Z"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of `next`. `who` is filled in last, for those alone that are shown."""

    id: str
    """What `next done` takes, such as `touch:12`."""
    key: str
    """What tells it in the table of tasks: another one where the same thing comes up anew."""
    what: str
    due: str
    why: tuple[str, ...]
    value: float
    command: str
    rank: int = BY_VALUE
    person_id: int | None = None
    company_id: int | None = None
    deal_id: int | None = None
    enrolment_id: int | None = None
    event_id: int | None = None
    touch: str | None = None
    campaign: str | None = None
    owner: str | None = None
    planned: str = ""
    """The day for which it is proposed: today, or a later one where too much is due at once."""
    who: str | None = None
    name: str = ""
    company: str = ""

    @property
    def order(self) -> tuple[int, float, str, int, str]:
        """The most valuable first; of those alike, what was due first."""
        return self.rank, -self.value, self.due, self.number, self.id

    @property
    def number(self) -> int:
        """The number in the id, where it has one."""
        text = self.id.partition(":")[2]
        return int(text) if text.isdecimal() else 0

    def as_json(self) -> TaskShape:
        """One entry of `next --json`."""
        return {
            "id": self.id,
            "what": self.what,
            "who": self.who,
            "name": self.name or None,
            "company": self.company or None,
            "campaign": self.campaign,
            "touch": self.touch,
            "due": self.due,
            "planned": self.planned or self.due,
            "why": "; ".join(self.why),
            "value": round(self.value, 2),
            "owner": self.owner,
            "command": self.command,
        }


def said(parts: Sequence[str | None]) -> tuple[str, ...]:
    """Those parts of an explanation that have something to say."""
    return tuple(part for part in parts if part)


def shortened(text: str, most: int = 120) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
