"""The classes of events: one table, which storing, effects, stages and the report read."""

from __future__ import annotations

from typing import NamedTuple


class EventClass(NamedTuple):
    """A class of events. `human`: a person did it. `two_way`: both sides were there, by a reply or in a talk."""

    name: str
    meaning: str
    human: bool = False
    two_way: bool = False


_CLASSES = (
    EventClass("sent", "A touch went out, as the tool or the mailbox tells."),
    EventClass("opened", "A mail was opened, or a machine fetched its pictures: counted, never scored."),
    EventClass("clicked", "A link was followed, by a person or by a machine that looks at links."),
    EventClass("reply", "A person answered.", human=True, two_way=True),
    EventClass("auto_reply", "A machine answered: somebody is away, or has left."),
    EventClass("bounce", "A mail did not arrive; `bounce_type` says how."),
    EventClass("complaint", "Somebody told their provider that a mail was unwanted.", human=True),
    EventClass("unsubscribe", "Somebody asked not to be written to any more.", human=True),
    EventClass("status", "Somebody set a mark in a tool; `intent` has its meaning.", human=True),
    EventClass("meeting_booked", "A meeting was agreed on.", human=True),
    EventClass("meeting_held", "A meeting took place.", human=True, two_way=True),
    EventClass("meeting_missed", "A meeting was cancelled, or nobody came.", human=True),
    EventClass("call", "A call was made; `details` has the outcome."),
    EventClass("talk", "A call in which both sides talked.", human=True, two_way=True),
    EventClass(
        "linkedin", "Something happened on LinkedIn: an invitation accepted, a profile seen.", human=True
    ),
    EventClass("form", "Somebody filled in a form of ours: a download, a request.", human=True),
    EventClass("task_done", "A call, a LinkedIn touch or another task of a sequence was done."),
    EventClass("task_skipped", "Such a task was left out on purpose."),
    EventClass("other", "A mail or a payload that is none of these."),
)

CLASSES = {one.name: one for one in _CLASSES}
HUMAN = frozenset(one.name for one in _CLASSES if one.human)
TWO_WAY = frozenset(one.name for one in _CLASSES if one.two_way)
INTENTS = ("interested", "referral", "not_now", "not_interested", "unsubscribe", "question", "left_company")
BOUNCE_TYPES = ("hard", "soft", "blocked", "full")
