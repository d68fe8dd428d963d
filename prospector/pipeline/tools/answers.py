"""What was written, out of a payload: read as the mail that it was, so that the same rules hold whoever tells of it.

Tools count absences as replies: what reads as one is one here. Their words for bounces come before their codes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.header import Header
from email.utils import format_datetime
from typing import TYPE_CHECKING

from prospector.pipeline.mail.bounces import type_of_words
from prospector.pipeline.mail.reading import CLASSIFIER_VERSION, SURE, read_mail
from prospector.pipeline.tools.times import moment_of
from prospector.pipeline.tools.words import meaning

if TYPE_CHECKING:
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.mail.reading import Answer
    from prospector.pipeline.tools.facts import Facts
    from prospector.pipeline.tools.reader import ToolReader

WRITTEN = ("reply", "auto_reply")
_LONGEST_TEXT = 100_000
_TYPES = {"hard": "hard", "soft": "soft", "block": "blocked", "blocked": "blocked", "full": "full"}
_HTML = re.compile(r"<(?:html|body|div|p|br|span|table|blockquote)\b[^<>]{0,500}>", re.IGNORECASE)
"""Some tools give HTML where they say text."""
_NO_KIND = "whether the mail may pass later is not told"
_WEAKER = ("reply", "other")


def bounced(event: Incoming, facts: Facts, reader: ToolReader, told: str | None) -> Incoming:
    """With the type of the bounce: as the event's name has it, by the host's words, by the tool's word for it."""
    words = facts.first(reader.where("bounce"))
    named = next(
        (one for text in facts.each(reader.where("bounce_type")) if (one := _type(reader, text))), None
    )
    by_words, sure = type_of_words(words) if words else (None, 1.0)
    kind = told or by_words or named
    if kind is None:
        event = replace(event, review=True, doubts=(_NO_KIND,))
    return replace(
        event,
        bounce_type=kind,
        text=words[:1000] or None,
        confidence=(sure if kind == by_words and kind != named else 1.0) if kind else 0.6,
        version=CLASSIFIER_VERSION if by_words else None,
    )


def _type(reader: ToolReader, text: str) -> str | None:
    found = meaning(reader.name, text)
    return _TYPES.get(text.strip().lower()) or (found.bounce_type if found else None)


def written(event: Incoming, facts: Facts, reader: ToolReader, own: frozenset[str]) -> Incoming:
    """With the text as its writer wrote it, and what it asks for."""
    text, html = facts.first(reader.where("text")), facts.first(reader.where("html"))
    if _HTML.search(text[:5_000]):
        text, html = "", text
    snippet = "" if text or html else facts.first(reader.where("snippet"))
    if not (text or html or snippet):
        return _without_text(event, facts, reader)
    answer = read_mail(_mail(event, text or snippet, html), own=own)
    doubts = (*answer.doubts, *(("only the beginning of the text was told",) if snippet else ()))
    event = replace(
        event,
        kind=_kind(event.kind, answer),
        intent=event.intent or answer.intent,
        bounce_type=answer.bounce_type if answer.kind == "bounce" else None,
        until=answer.until,
        text=answer.text[:_LONGEST_TEXT] if answer.text else None,
        confidence=answer.confidence,
        doubts=doubts,
        version=answer.version,
        details=_details(event, answer),
    )
    return replace(event, review=event.confidence < SURE or bool(doubts))


def _kind(told: str, answer: Answer) -> str:
    """What the tool calls an absence is one, whatever the words; what it calls a reply may be one."""
    return told if told == "auto_reply" or answer.kind in _WEAKER else answer.kind


def _details(event: Incoming, answer: Answer) -> dict[str, object]:
    found = dict(event.details)
    if answer.contact is not None:
        found["contact"] = {"email": answer.contact.email, "name": answer.contact.name}
    return found


def _without_text(event: Incoming, facts: Facts, reader: ToolReader) -> Incoming:
    """That somebody answered, and not what: the mailbox may tell."""
    until = moment_of(facts.first(reader.where("until")))
    details = {**event.details, "text_untold": True}
    return replace(event, until=until.date() if until else None, details=details)


def _mail(event: Incoming, text: str, html: str) -> bytes:
    """The mail that the payload tells of, as far as it is told."""
    headers = {
        "From": event.recipient or "",
        "Subject": Header(_clean(event.subject or ""), "utf-8", maxlinelen=10_000).encode()
        if event.subject
        else "",
        "Date": format_datetime(moment) if (moment := moment_of(event.at)) else "",
        "In-Reply-To": next(iter(event.answers), ""),
        "Message-ID": event.message_id or "",
        "Content-Type": f"text/{'plain' if text else 'html'}; charset=utf-8",
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return "\n".join([*lines, "", _clean(text or html)]).encode()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")[: 2 * _LONGEST_TEXT]
