"""Answers that nobody wrote: by their headers, by their subject, and last by their words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.mail.intents import ANSWERS, folded, intent, matcher

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
_MEANT = ("unsubscribe", "not_interested")
"""What no machine says of its own: who thanks for the mail and wants no more of them has answered."""
_PLAIN = 0.6
_LINKED = re.compile(r"https?:|www\.|\bcli[ck]|\bklick", re.IGNORECASE)
"""A line of a machine's own about its newsletter."""
_LOOKED_AT, _MOST_LINES = 10_000, 60
_SHORT = 120
"""Signs: no newsletter is that short."""
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
    if matcher("away_subject").search(subject) and not ANSWERS.match(subject):
        return AutoReply("subject", 0.85)
    words = folded(text)
    if intent(text).name in _MEANT and intent(text).confidence >= _PLAIN:
        return None
    if matcher("received").search(words) or matcher("closed").search(words):
        return AutoReply("words", 0.65)
    # Machines seldom quote: somebody who says that she is away and quotes us has answered.
    if matcher("away").search(words) and not quoted:
        return AutoReply("words", 0.65)
    return None


def machine_intent(text: str, *, named: bool, dated: bool) -> tuple[str | None, str | None]:
    """What a machine says of its person, and why somebody should look at it. `named`: it names somebody to write to.

    Where no words are known, a text that names somebody else and no day is taken for a farewell.
    """
    words, said = folded(text), intent(text).name
    if said == "left_company":
        return said, None
    away = matcher("away").search(words)
    # Of a mail that comes while somebody is away many say, too, that nobody will read it.
    if matcher("closed").search(words) and not away and not dated:
        return "left_company", "nobody may read this mailbox any more"
    if any(
        intent(one).name == "unsubscribe"
        for one in text[:_LOOKED_AT].splitlines()[:_MOST_LINES]
        if not _LINKED.search(one)
    ):
        return "unsubscribe", "an automatic answer that may ask for no more mails"
    if dated or away or matcher("received").search(words):
        return None, None
    if named:
        return "left_company", "an automatic answer that names somebody else, in words that are not known"
    return None, "an automatic answer in words that are not known"


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


def asks_alone(text: str) -> bool:
    """True for a few words that ask to be left alone, and no link: a group's mailbox marks every mail as a list's."""
    return len(text) <= _SHORT and not _LINKED.search(text) and intent(text).name == "unsubscribe"
