"""One self-contained page with every touch as the recipient would see it. No script, nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence as Items
    from datetime import datetime

    from jinja2 import Template

    from prospector.sequences.folder import Sequence
    from prospector.sequences.render import RenderedTouch
    from prospector.sequences.values import BlankValue
    from prospector.sequences.views import SenderFields

CHANNEL_NAMES = {"email": "E-mail", "call": "Call", "linkedin": "LinkedIn", "task": "Task"}
PREHEADER = 110
"""How much of a body mail clients show beside the subject, in characters."""


@dataclass(frozen=True, slots=True)
class DatedTouch:
    """A finished touch, and when it leaves (None: not planned). `thread` is the subject it replies to."""

    touch: RenderedTouch
    send_at: datetime | None = None
    thread: str = ""

    @property
    def channel_name(self) -> str:
        """The channel as people write it."""
        return CHANNEL_NAMES[self.touch.channel]

    @property
    def subject(self) -> str:
        """The subject that the recipient sees; a mail in the same thread shows the first one's."""
        return self.touch.subject or (f"Re: {self.thread}" if self.thread else "")

    @property
    def preheader(self) -> str:
        """The words beside the subject in a list of mails."""
        text = " ".join(self.touch.text.split())
        return text if len(text) <= PREHEADER else text[:PREHEADER].rsplit(" ", 1)[0] + "…"

    @property
    def body(self) -> Markup:
        """The HTML of the body. It is safe as it is: `markdown` lets no HTML of others through."""
        return Markup(self.touch.html)  # noqa: S704

    @property
    def day_text(self) -> str:
        """`Mon 23 Nov 2026`, or the business day if nothing is planned."""
        if self.send_at is None:
            return f"Business day {self.touch.day}"
        return f"{self.send_at:%a} {self.send_at.day} {self.send_at:%b %Y}"

    @property
    def time_text(self) -> str:
        """`10:42`, or nothing."""
        return f"{self.send_at:%H:%M}" if self.send_at else ""


@dataclass(frozen=True, slots=True)
class PersonPreview:
    """What one person would get; or `held_back`, the reason why they get nothing."""

    name: str
    email: str
    touches: tuple[DatedTouch, ...] = ()
    held_back: str = ""
    company: str = ""
    zone: str = ""

    @classmethod
    def of(
        cls,
        name: str,
        email: str,
        touches: Items[RenderedTouch],
        send_at: Items[datetime] | None = None,
        *,
        company: str = "",
    ) -> PersonPreview:
        """The preview of rendered touches with their times; mails without a subject get that of their thread."""
        planned, thread = [], ""
        times: Items[datetime | None] = send_at or [None] * len(touches)
        for touch, time in zip(touches, times, strict=True):
            planned.append(DatedTouch(touch, time, thread))
            if touch.channel == "email":
                thread = touch.subject or thread
        zone = str(times[0].tzinfo) if times and times[0] and times[0].tzinfo else ""
        return cls(name, email, tuple(planned), company=company, zone=zone)

    @classmethod
    def held(cls, name: str, email: str, reason: BlankValue | str, *, company: str = "") -> PersonPreview:
        """The preview of somebody who is held back."""
        return cls(name, email, held_back=str(reason), company=company)

    @property
    def initials(self) -> str:
        """At most two letters for the round picture."""
        return "".join(word[0] for word in self.name.split()[:2]).upper() or "?"


def preview_page(sequence: Sequence, people: Items[PersonPreview], *, sender: SenderFields) -> str:
    """The page as one HTML text; the same arguments give the same bytes."""
    return _template().render(sequence=sequence, people=people, sender=sender)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("preview.html.j2")
