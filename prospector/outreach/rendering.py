"""What a person's touches are rendered with, and when each leaves: the same for a plan and for a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.destinations.handover import lead_key
from prospector.normalise.places import time_zone
from prospector.outreach.opt_outs import opt_out_link
from prospector.sequences.calendar import first_day, touch_times
from prospector.sequences.render import RenderContext

if TYPE_CHECKING:
    from datetime import date, datetime

    from prospector.config import Settings
    from prospector.core.records import Prospect
    from prospector.sequences.calendar import Window
    from prospector.sequences.folder import Sequence


def person_label(prospect: Prospect) -> str:
    """How a person is called in tables: name, else address, else id."""
    person = prospect.person
    name = " ".join(filter(None, (person.first_name, person.last_name)))
    return name or person.email or f"person:{person.id}"


def render_context(
    settings: Settings, campaign: str, as_of: date, prospect: Prospect, token_key: str | None
) -> RenderContext:
    """What a render needs besides sequence and prospect, with the person's own opt-out link."""
    link = opt_out_link(settings.sender.unsubscribe, key_of(prospect), token_key)
    return RenderContext(settings.sender, campaign, as_of, link or None)


def send_times(
    sequence: Sequence,
    prospect: Prospect,
    settings: Settings,
    as_of: date,
    *,
    window: Window,
    campaign: str,
    start: date | None,
    now: datetime | None,
) -> list[datetime]:
    """When each touch leaves, in the recipient's time; never before `now`, where the day is not pinned."""
    return touch_times(
        [touch.day for touch in sequence.touches],
        first=first_day(as_of, start, window),
        window=window,
        zone=recipient_zone(prospect, settings),
        key=f"{campaign}|{prospect.person.email or prospect.person.id}",
        after=now,
    )


def recipient_zone(prospect: Prospect, settings: Settings) -> str:
    """The person's time zone: their own, that of their place, that of the company, the workspace's."""
    person, company = prospect.person, prospect.company
    if person.time_zone:
        return person.time_zone
    own = time_zone(person.country, region=person.region, city=person.city)
    office = time_zone(company.country, region=company.region, city=company.city) if company else None
    return own or office or settings.timezone


def key_of(prospect: Prospect) -> str:
    """What the person will be enrolled under: see `Lead.key`."""
    return lead_key(prospect.person.email, prospect.person.id)
