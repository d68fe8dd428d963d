"""Where everything stands: what each campaign has done and who waits for it, and what to do next.

In: the database, and for each campaign its files or what is wrong with them. Out: lines, one status, one next action.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from prospector.outreach.ledger import Ledger
from prospector.outreach.under_way import waiting as on_their_way
from prospector.segments.ranking import ranking
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from datetime import date

    from prospector.config import Campaign
    from prospector.outreach.shapes import CampaignLineShape, NextActionShape, StatusShape
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

_BATCH = 5_000


class AnswersRead(NamedTuple):
    """How far the answers to a campaign were read: `written_to` and `read` are people."""

    written_to: int = 0
    read: int = 0
    until: str | None = None
    words: str = "nobody was written to"


NOBODY = AnswersRead()


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign of the settings."""

    name: str
    segment: str
    sequence: str
    destination: str
    last_run: str | None
    last_run_on: str | None
    enrolled: int
    waiting: int | None
    """People whom the segment lets through and the campaign has not taken; None where its files cannot be read."""
    on_their_way: int
    fault: str | None
    answers: AnswersRead = NOBODY
    paused_since: str | None = None

    def as_json(self) -> CampaignLineShape:
        """One row of `campaign list --json`."""
        return {
            "campaign": self.name,
            "segment": self.segment,
            "sequence": self.sequence,
            "destination": self.destination,
            "last_run": self.last_run,
            "last_run_on": self.last_run_on,
            "enrolled": self.enrolled,
            "waiting": self.waiting,
            "on_their_way": self.on_their_way,
            "written_to": self.answers.written_to,
            "answers_read": self.answers.read,
            "answers_read_until": self.answers.until,
            "answers": self.answers.words,
            "paused_since": self.paused_since,
            "fault": self.fault,
        }


class NextAction(NamedTuple):
    """The command to type next, and the reason."""

    command: str
    why: str

    def as_json(self) -> NextActionShape:
        """`next_action` of `status --json`."""
        return {"command": self.command, "why": self.why}


@dataclass(frozen=True, slots=True)
class Status:
    """The whole workspace in a few numbers."""

    as_of: date
    people: int
    companies: int
    campaigns: tuple[CampaignLine, ...]
    next_action: NextAction
    unsettled: int = 0
    """People in runs that have stopped half-way."""
    tasks: int = 0
    """What somebody has to do today."""
    breakers: tuple[str, ...] = ()
    """What has stopped by itself, in words."""

    @property
    def waiting(self) -> int:
        """Who waits, in all campaigns."""
        return sum(one.waiting or 0 for one in self.campaigns)

    def as_json(self) -> StatusShape:
        """What `status --json` prints."""
        return {
            "as_of": self.as_of.isoformat(),
            "people": self.people,
            "companies": self.companies,
            "campaigns": [one.as_json() for one in self.campaigns],
            "waiting": self.waiting,
            "unsettled": self.unsettled,
            "tasks": self.tasks,
            "breakers": list(self.breakers),
            "next_action": self.next_action.as_json(),
        }


def campaign_line(
    db: Database | None,
    name: str,
    campaign: Campaign,
    segment: Segment | None,
    fault: str | None,
    as_of: date,
) -> CampaignLine:
    """What there is to say of a campaign; without a database nothing has happened yet."""
    to = campaign.destination
    tool = to if isinstance(to, str) else to.tool
    if db is None:
        open_ = None if segment is None else 0
        return CampaignLine(name, campaign.segment, campaign.sequence, tool, None, None, 0, open_, 0, fault)
    last = db.one(
        "SELECT name, as_of FROM runs WHERE campaign = ? AND state = 'left' ORDER BY as_of DESC, id DESC",
        (name,),
    )
    enrolled = db.value("SELECT count(*) FROM enrolments WHERE campaign = ?", (name,))
    return CampaignLine(
        name,
        campaign.segment,
        campaign.sequence,
        tool,
        last["name"] if last else None,
        last["as_of"] if last else None,
        enrolled,
        None if segment is None else _waiting(db, name, segment),
        on_their_way(db, name, as_of),
        fault,
    )


def _waiting(db: Database, campaign: str, segment: Segment) -> int:
    """Who would be asked about in a plan: not those under review, nor those whom nobody may write to."""
    chosen = ranking(db, segment)
    nobody = Suppressions(db).among(chosen.people)
    people = [one for one in chosen.people if chosen.answers.get(one) != "review" and one not in nobody]
    ledger = Ledger(db)
    parts = (people[start : start + _BATCH] for start in range(0, len(people), _BATCH))
    return sum(len(ledger.not_enrolled(campaign, part)) for part in parts)


def known(db: Database | None) -> tuple[int, int]:
    """How many people and companies there are."""
    if db is None:
        return 0, 0
    row = db.one("SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM companies)")
    return (row[0], row[1]) if row else (0, 0)


def unsettled(db: Database | None) -> dict[str, int]:
    """How many people wait in runs that have stopped half-way, by campaign."""
    return Ledger(db).unsettled() if db else {}


def stopped_run(db: Database | None) -> str | None:
    """The campaign of a run that has stopped half-way, if there is one."""
    unfinished = Ledger(db).unfinished() if db else []
    return unfinished[0].campaign if unfinished else None
