"""How some people stand in a campaign: the plan's own answer, for `preview` and `explain --person`.

In: a campaign's files, checked or not, and a few people. Out: who of them is held back, and why, as in `plan`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.config import Campaign
from prospector.core.errors import FileError, UsageError
from prospector.outreach.campaign_files import CampaignFiles, destination_name
from prospector.outreach.held_back import HeldBack
from prospector.outreach.ledger import Ledger
from prospector.outreach.plan import Planning
from prospector.outreach.reasons import REFUSALS
from prospector.outreach.rendering import person_label
from prospector.sequences.render import compiled_sequence
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from prospector.core.records import Prospect
    from prospector.store.database import Database

_TAKEN = (
    "SELECT e.enrolled_on, count(t.id) AS touches, count(t.id) FILTER (WHERE substr(t.send_at, 1, 10) < :day) AS past, "
    "min(t.send_at) FILTER (WHERE substr(t.send_at, 1, 10) >= :day) AS next FROM enrolments e "
    "LEFT JOIN touches t ON t.enrolment_id = e.id WHERE e.campaign = :campaign AND e.person_id = :person "
    "GROUP BY e.id ORDER BY e.id DESC"
)


def held_back_of(
    db: Database,
    files: CampaignFiles,
    as_of: date,
    prospects: Sequence[Prospect],
    now: datetime | None = None,
) -> dict[int, HeldBack]:
    """Who of these people is held back. Whom the campaign has taken already is not; others are asked about alone."""
    compiled_sequence(files.sequence)  # a fault of a file is told whoever is asked about
    planning = Planning(db, _let_pass(files), as_of, None, now)
    new = set(Ledger(db).not_enrolled(files.name, [one.person.id for one in prospects]))
    found = dict(planning.of(new))
    for prospect in prospects:
        if prospect.person.id in new and prospect.person.id not in found:
            found[prospect.person.id] = planning.alone(prospect)
        elif prospect.person.id not in new and (why := _suppressed(db, prospect)):
            found[prospect.person.id] = HeldBack(
                person_label(prospect), prospect.person.id, None, "suppressed", why
            )
    return {person: one for person, one in found.items() if isinstance(one, HeldBack)}


def standing_of(
    db: Database, files: CampaignFiles, as_of: date, prospect: Prospect, now: datetime | None = None
) -> str:
    """What a campaign would do with a person of its segment today, in words."""
    person = prospect.person.id
    if not Ledger(db).not_enrolled(files.name, [person]):
        return "taken already"
    try:
        found = dict(Planning(db, _let_pass(files), as_of, None, now).of([person])).get(person)
    except FileError as error:
        return f"cannot be planned: {error.what}"
    if found is None:
        return "not in the segment"
    return f"held back, {found}" if isinstance(found, HeldBack) else "would be taken today"


def taken_of(db: Database, campaign: str, person: int, as_of: date, *, goes_on: bool) -> str | None:
    """When a campaign has taken a person, and how far their touches are; None if it has not.

    `goes_on`: whether nothing stops those that are still to come.
    """
    row = db.one(_TAKEN, {"day": as_of.isoformat(), "campaign": campaign, "person": person})
    if row is None:
        return None
    following = f", the next one comes on {row['next'][:10]}" if row["next"] and goes_on else ""
    days = (
        f"; the days of {row['past']} of {row['touches']} touches have passed{following}"
        if row["touches"]
        else ""
    )
    return f"taken on {row['enrolled_on']}{days}"


def _suppressed(db: Database, prospect: Prospect) -> str | None:
    domain = prospect.company.domain if prospect.company else None
    return Suppressions(db).why(prospect.person.id, prospect.person.email or "", domain)


def unnamed_campaign(sequence: str) -> Campaign:
    """What stands in for the campaign of a sequence that none uses."""
    try:
        return Campaign(segment="all", sequence=sequence, destination="csv")
    except ValueError:
        hint = "name its folder with letters, digits, - and _; no campaign could name it as it is"
        raise UsageError(f'"{sequence[:80]}" is no plain name of a sequence', hint=hint) from None


def _let_pass(files: CampaignFiles) -> CampaignFiles:
    """The same, for whoever only looks: a sample sender and a destination to come are told of by `plan`."""
    campaign = files.campaign.model_copy(update={"allow": tuple(REFUSALS)})
    try:
        destination_name(files)
    except FileError:
        campaign = campaign.model_copy(update={"destination": "csv"})
    return replace(files, campaign=campaign)
