"""A sequence shown for a few people, as they would get it: with times, variants and reasons for holding back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.outreach.rendering import person_label, render_context, send_times
from prospector.sequences.calendar import parse_window
from prospector.sequences.preview import PersonPreview, preview_page
from prospector.sequences.render import render_sequence
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Sequence as Items
    from datetime import date, datetime

    from prospector.config import Settings
    from prospector.core.records import Prospect
    from prospector.outreach.held_back import HeldBack
    from prospector.outreach.shapes import PreviewShape, PreviewTouchShape
    from prospector.sequences.folder import Sequence
    from prospector.sequences.preview import DatedTouch
    from prospector.sequences.views import SenderFields

USUAL_WINDOW = "Mon-Fri 09:00-17:00"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a few people would get."""

    sequence: Sequence
    sender: SenderFields
    people: tuple[PersonPreview, ...]

    def page(self) -> str:
        """One self-contained HTML page."""
        return preview_page(self.sequence, self.people, sender=self.sender)

    def text(self) -> str:
        """The same for a terminal."""
        return "\n".join(line for person in self.people for line in _lines(person)) + "\n"

    def as_json(self) -> list[PreviewShape]:
        """What `sequence preview --json` prints."""
        return [_preview(person) for person in self.people]


def make_preview(
    sequence: Sequence,
    prospects: Items[Prospect],
    settings: Settings,
    as_of: date,
    *,
    campaign: str,
    token_key: str | None,
    window: str | None = None,
    start: date | None = None,
    now: datetime | None = None,
    held_back: Mapping[int, HeldBack] | None = None,
) -> Preview:
    """Render a sequence for these people but for those who are held back; a file's fault stops all."""
    people = []
    open_hours = parse_window(window or USUAL_WINDOW)
    for prospect in prospects:
        name, email = person_label(prospect), prospect.person.email or ""
        company = (prospect.company.name if prospect.company else None) or ""
        if held := (held_back or {}).get(prospect.person.id):
            people.append(PersonPreview.held(name, email, str(held), company=company))
            continue
        try:
            touches = render_sequence(
                sequence, prospect, render_context(settings, campaign, as_of, prospect, token_key)
            )
        except BlankValue as blank:
            people.append(PersonPreview.held(name, email, blank.in_words(), company=company))
            continue
        times = send_times(
            sequence, prospect, settings, as_of, window=open_hours, campaign=campaign, start=start, now=now
        )
        people.append(PersonPreview.of(name, email, touches, times, company=company))
    return Preview(sequence, settings.sender, tuple(people))


def _lines(person: PersonPreview) -> list[str]:
    lines = [f"# {person.name} <{person.email}>" if person.email else f"# {person.name}"]
    if person.held_back:
        return [*lines, f"held back: {person.held_back}", ""]
    for one in person.touches:
        variant = f" ({one.touch.variant})" if one.touch.variant else ""
        lines += ["", f"## {one.day_text} {one.time_text} {one.channel_name}{variant}"]
        if one.subject:
            lines.append(f"Subject: {one.subject}")
        lines += ["", one.touch.text.rstrip()]
    return [*lines, ""]


def _preview(person: PersonPreview) -> PreviewShape:
    return {
        "person": person.name,
        "email": person.email or None,
        "held_back": person.held_back or None,
        "touches": [_preview_touch(one) for one in person.touches],
    }


def _preview_touch(one: DatedTouch) -> PreviewTouchShape:
    return {
        "touch": one.touch.name,
        "channel": one.touch.channel,
        "variant": one.touch.variant,
        "send_at": one.send_at.isoformat(timespec="minutes") if one.send_at else None,
        "subject": one.touch.subject,
        "body": one.touch.text,
        "html": one.touch.html,
    }
