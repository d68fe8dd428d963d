"""`ics`: calls, LinkedIn steps and tasks for a calendar; mails go to `emails.csv`.

Each is an event that blocks no time, because calendars of browsers leave out tasks (VTODO). There are no guests: some
calendars would write to them.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from prospector.destinations.handover import Destination
from prospector.destinations.touch_files import CHANNELS, OtherTouches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prospector.destinations.handover import About, Lead, PlannedTouch

STEPS = CHANNELS - {"email"}
_MINUTES = 15
_OCTETS = 75
_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//prospector//touches//EN", "METHOD:PUBLISH")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_VERBS = {"call": "Call", "linkedin": "LinkedIn", "task": "Task"}


def write_ics(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`calendar.ics`, and `emails.csv` where there are mails."""
    stamp = f"{about.as_of.replace('-', '') or '19700101'}T000000Z"  # no clock: the day of the run
    with ExitStack() as files:
        others = OtherTouches(folder / "emails.csv", files, about, STEPS)
        calendar = files.enter_context((folder / "calendar.ics").open("wb"))
        calendar.write(_lines(_HEAD))
        for lead in leads:
            others.write(lead)
            for touch in lead.touches:
                if touch.channel in STEPS:
                    calendar.write(_lines(_event(lead, touch, about, stamp)))
        calendar.write(_lines(["END:VCALENDAR"]))
    return ["calendar.ics", *others.names]


def _event(lead: Lead, touch: PlannedTouch, about: About, stamp: str) -> Iterator[str]:
    start = datetime.fromisoformat(touch.send_at).astimezone(UTC)
    digest = sha256(f"{about.campaign}\0{lead.lead_id or lead.key}\0{touch.touch}".encode()).hexdigest()
    yield from ("BEGIN:VEVENT", f"UID:{digest[:32]}@prospector", f"DTSTAMP:{stamp}", "SEQUENCE:0")
    yield f"DTSTART:{_utc(start)}"
    yield f"DTEND:{_utc(start + timedelta(minutes=_MINUTES))}"
    yield f"SUMMARY:{_text(_summary(lead, touch))}"
    yield f"DESCRIPTION:{_text(_description(lead, touch))}"
    if touch.channel == "call" and lead.phone:
        yield f"LOCATION:{_text(lead.phone)}"
    yield (
        f"CATEGORIES:{_text(about.campaign)},{touch.channel}"
        if about.campaign
        else f"CATEGORIES:{touch.channel}"
    )
    yield from ("TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M")
    yield f"DESCRIPTION:{_text(_summary(lead, touch))}"
    yield from ("END:VALARM", "END:VEVENT")


def _summary(lead: Lead, touch: PlannedTouch) -> str:
    """The touch's title; else what to do, and with whom."""
    who = (
        " ".join(filter(None, (lead.first_name, lead.last_name))) or lead.email or f"person:{lead.person_id}"
    )
    return touch.subject or f"{_VERBS[touch.channel]}: {who}" + (f" ({lead.company})" if lead.company else "")


def _description(lead: Lead, touch: PlannedTouch) -> str:
    """The text, and what is needed at hand."""
    facts = (
        ("Name", " ".join(filter(None, (lead.first_name, lead.last_name)))),
        ("Title", lead.title),
        ("Company", lead.company),
        ("Phone", lead.phone),
        ("E-mail", lead.email),
        ("Profile", lead.linkedin),
        ("Why", lead.reason),
        ("Lead", lead.lead_id),
    )
    return "\n".join([touch.text.rstrip("\n"), "", *(f"{name}: {value}" for name, value in facts if value)])


def _utc(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text value: escaped; a sign that nobody sees could end the line or turn it round."""
    value = _UNSEEN.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\n", "\\n")


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(_folded(line.encode("utf-8", "replace")) for line in lines)


def _folded(data: bytes) -> bytes:
    """A line in pieces of 75 octets, none of them ending within a sign."""
    pieces, room = list[bytes](), _OCTETS
    while len(data) > room:
        end = room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[:end])
        data, room = data[end:], _OCTETS - 1
    return b"\r\n ".join([*pieces, data]) + b"\r\n"


ICS = Destination(
    "ics",
    takes=STEPS,
    write=write_ics,
    stop="delete the person's events in the calendar; mails are in emails.csv",
    title="A calendar",
    gives="`calendar.ics`: an event of 15 minutes in UTC for each call, LinkedIn step and task, with a reminder, the "
    "text, phone number and profile; it blocks no time and has no guests. Loaded again, an event replaces itself.",
    silent="Whether somebody was called.",
)
