"""What a mail says, as events: one for each person whom it is about, and one where it is about nobody known."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import parse_email
from prospector.pipeline.events.incoming import Incoming, Received, event_key, utc
from prospector.pipeline.mail.reading import Answer, read_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prospector.pipeline.events.incoming import Way

_ANSWERS = ("reply", "auto_reply")
_LONGEST_TEXT = 100_000
_LONGEST_HEAD = 2_000_000
_TELLING_BYTES = 200_000
_TELLING = (b"message-id", b"date", b"from", b"subject")


def events_of_mail(
    raw: bytes, source: str, way: Way, arrived: datetime, *, own: frozenset[str] = frozenset()
) -> tuple[Answer, list[Incoming]]:
    """What one raw message says, and the events of it. `arrived` is when the mailbox took it, or it was read."""
    answer = read_mail(raw, own=own)
    if answer.kind in _ANSWERS and answer.recipients and own.issuperset(map(_bare, answer.recipients)):
        # A mail of ours, in a folder of all mails or as a copy to ourselves, answers nothing.
        answer = replace(answer, kind="other", confidence=1.0, intent=None, until=None, doubts=())
    events = _events(answer, raw, source, way, arrived)
    firm = {domain for one in own if not is_free_mail(domain := one.rpartition("@")[2])}
    return answer, [replace(one, from_us=_is_ours(one, firm)) for one in events]


def _is_ours(event: Incoming, firm: set[str]) -> bool:
    return event.kind in _ANSWERS and (event.recipient or "").rpartition("@")[2] in firm


def _bare(email: str) -> str:
    """An address without what stands behind a plus: it is the same mailbox."""
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def mail_key(raw: bytes) -> str:
    """The same mail has the same key in a mailbox, in an mbox and in a tool, whatever the rules make of it.

    Some programs give one id to several mails, so more headers count; where there is no id, the text does, too.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").lstrip(b"\n")[:_LONGEST_HEAD].partition(b"\n\n")
    told = [b" ".join(_header(name, head).split()) for name in _TELLING]
    if not told[0]:
        # Of a long mail a mailbox may be asked for the beginning only.
        told.append(hashlib.sha256(body.strip()[:_TELLING_BYTES]).digest())
    return event_key("mail", *(one.decode("latin-1") for one in told))


def _header(name: bytes, head: bytes) -> bytes:
    found = re.search(rb"^" + name + rb":(.*(?:\n[ \t].*)*)", head, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else b""


def _events(answer: Answer, raw: bytes, source: str, way: Way, arrived: datetime) -> Iterator[Incoming]:
    key = mail_key(raw)
    told: list[str | None] = [parse_email(one) or one.lower() for one in answer.recipients]
    recipients = list(dict.fromkeys(told)) or [None]
    for recipient in recipients:
        yield Incoming(
            key=key if len(recipients) == 1 else event_key(key, recipient or ""),
            at=utc(arrived),
            source=source,
            way=way,
            kind=answer.kind,
            answers=answer.answers,
            recipient=recipient,
            sender_name=answer.sender_name if recipient == answer.recipient else None,
            message_id=answer.message_id,
            channel="email",
            bounce_type=answer.bounce_type,
            intent=answer.intent,
            until=answer.until,
            subject=answer.subject or None,
            text=answer.text[:_LONGEST_TEXT] if answer.text else None,
            details=_details(answer),
            confidence=answer.confidence,
            doubts=answer.doubts,
            review=answer.review and answer.kind != "other",
            version=answer.version,
            received=Received("mail", raw),
        )


def _details(answer: Answer) -> dict[str, object]:
    if answer.contact is None:
        return {}
    return {"contact": {"email": answer.contact.email, "name": answer.contact.name}}
