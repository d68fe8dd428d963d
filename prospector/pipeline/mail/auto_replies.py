"""Answers that nobody wrote: by their headers, by their subject, and last by their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.mail.intents import folded, intent, matcher

if TYPE_CHECKING:
    from prospector.pipeline.mail.message import Message

_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-vacation",
    "x-ms-exchange-inbox-rules-loop",
)
_MACHINE = re.compile(r"\b(?:auto_?reply|auto-?replied|auto-?responder|vacation)\b", re.IGNORECASE)
_ANSWERS = re.compile(r"(?:re|aw|antw|antwort|sv|vs|odp|r|rif|res|rv|tr|ref|ynt|ha)\s?(?:\[\d+\])?:")
_MEANT = ("unsubscribe", "not_interested")
"""What no machine says of its own: who thanks for the mail and wants no more of them has answered."""
_PLAIN = 0.6
_LISTS = ("list-id", "list-unsubscribe", "list-post")


class AutoReply(NamedTuple):
    """Why a mail counts as written by a machine, and how sure that is."""

    by: str
    confidence: float


def auto_reply(message: Message, text: str, *, quoted: bool) -> AutoReply | None:
    """The sign that nobody wrote this mail, the strongest first."""
    if sign := _header(message):
        return AutoReply(sign, 0.95)
    subject = folded(message.header("subject"))
    # Behind "Re:" stands a subject of ours, which may speak of holidays: there the words decide.
    if matcher("away_subject").search(subject) and not _ANSWERS.match(subject):
        return AutoReply("subject", 0.85)
    words = folded(text)
    if intent(text).name in _MEANT and intent(text).confidence >= _PLAIN:
        return None
    if matcher("received").search(words):
        return AutoReply("words", 0.65)
    # Machines seldom quote: somebody who says that she is away and quotes us has answered.
    if matcher("away").search(words) and not quoted:
        return AutoReply("words", 0.65)
    return None


def _header(message: Message) -> str | None:
    submitted = message.header("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return "auto-submitted"
    precedence = message.header("precedence").lower()
    if _MACHINE.search(precedence):
        return "precedence"
    if found := next(
        (name for name in _HEADERS if message.header(name).strip().lower() not in ("", "no", "false")), None
    ):
        return found
    own = ((name, values) for name, values in message.headers.items() if name.startswith("x-"))
    return next((name for name, values in own if any(map(_MACHINE.search, values[:5]))), None)


def is_broadcast(message: Message) -> bool:
    """True for what goes to many: newsletters and lists. It is no answer to anybody."""
    sent_to_list = any(message.header(name) for name in _LISTS)
    return (
        sent_to_list or message.header("precedence").lower() in ("bulk", "list", "junk")
    ) and not message.header("in-reply-to")
