"""read_mail(raw): one mail to its class, its text and what it asks for; a kind that rules out others is tried first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prospector.pipeline.mail.auto_replies import asks_alone, auto_reply, is_broadcast, machine_intent
from prospector.pipeline.mail.bounces import arrived, bounce
from prospector.pipeline.mail.intents import Intent, by_subject, intent
from prospector.pipeline.mail.message import Message, addresses, parse
from prospector.pipeline.mail.new_contacts import NewContact, new_contact
from prospector.pipeline.mail.replies import Stripped, strip
from prospector.pipeline.mail.reports import complaint
from prospector.pipeline.mail.return_dates import Return, return_date

if TYPE_CHECKING:
    from datetime import date

CLASSIFIER_VERSION = 2
"""Goes up with each change of rules or words that reads a stored mail differently; it is kept with the event."""
SURE = 0.7
"""Below this confidence a person looks at the mail."""
_MOST_IDS = 50
_NAMES_OTHERS = ("referral", "left_company", None)


@dataclass(frozen=True)
class Answer:
    """What one mail says. `kind` is bounce, complaint, auto_reply, reply or other."""

    kind: str
    confidence: float
    recipients: tuple[str, ...] = ()
    """Whom it is about: who did not get our mail, who complained, who answers."""
    bounce_type: str | None = None
    text: str | None = None
    intent: str | None = None
    until: date | None = None
    """The last day of an absence, or when a person wants to hear from us again."""
    contact: NewContact | None = None
    doubts: tuple[str, ...] = ()
    """Why a person should look at it, in words."""
    message_id: str | None = None
    answers: tuple[str, ...] = field(default=())
    """The ids of the mails that it answers or is about, the nearest first."""
    sender_name: str | None = None
    """What the sender is called beside the address."""
    subject: str = ""
    sent_on: date | None = None
    version: int = CLASSIFIER_VERSION

    @property
    def recipient(self) -> str | None:
        """The first of those whom it is about."""
        return next(iter(self.recipients), None)

    @property
    def review(self) -> bool:
        """True if a person should look at it."""
        return self.confidence < SURE or bool(self.doubts)

    def as_json(self) -> dict[str, Any]:
        """The answer in the words of `events --json`."""
        return {
            "message_id": self.message_id,
            "class": self.kind,
            "bounce_type": self.bounce_type,
            "recipient": self.recipient,
            "confidence": self.confidence,
            "text": self.text,
            "intent": self.intent,
            "until": self.until.isoformat() if self.until else None,
            "contact": {"email": self.contact.email, "name": self.contact.name} if self.contact else None,
            "review": self.review,
            "doubts": list(self.doubts),
            "version": self.version,
        }


def read_mail(raw: bytes, *, own: frozenset[str] = frozenset()) -> Answer:
    """What a raw message says. `own` are the addresses of our mailboxes: they are never somebody to write to."""
    message = parse(raw)
    return _complaint(message) or _delivery(message) or _answer(message, own)


def _known(message: Message, **facts: Any) -> Answer:
    """An answer with what every kind has; a mail that was too long to read whole says so."""
    doubts = tuple(facts.pop("doubts", ()))
    if message.cut:
        doubts += ("only the beginning of this mail was read",)
    return Answer(
        **facts,
        doubts=doubts,
        message_id=_ids(message.header("message-id"))[:1][0] if _ids(message.header("message-id")) else None,
        answers=_answered(message),
        sender_name=message.header("from").partition("<")[0].strip(' "')[:200] or None,
        subject=message.header("subject")[:500],
        sent_on=message.day,
    )


def _ids(text: str) -> list[str]:
    return [f"<{one.strip('<>')}>" for one in text.replace(">", "> ").split() if "@" in one][-_MOST_IDS:]


def _answered(message: Message) -> tuple[str, ...]:
    """Message ids, the likeliest first: what it answers, the mail inside it, then the thread backwards."""
    inner = [
        one
        for original in message.originals[:5]
        for value in original.get("message-id", ())
        for one in _ids(value)
    ]
    thread = [one for value in message.headers.get("references", ()) for one in reversed(_ids(value))]
    return tuple(dict.fromkeys([*_ids(message.header("in-reply-to")), *inner, *thread]))[:_MOST_IDS]


def _complaint(message: Message) -> Answer | None:
    """A complaint is an opt-out, whatever its type: only the report that takes one back is not."""
    found = complaint(message)
    if found is None:
        return None
    if not found.is_one:
        return _known(message, kind="other", confidence=0.9, recipients=found.recipients)
    doubts = () if found.recipients else ("a complaint that does not say whose it is",)
    sure = 0.95 if found.kind in ("abuse", "fraud", "opt-out", "complaint") else 0.6
    return _known(
        message,
        kind="complaint",
        confidence=sure,
        recipients=found.recipients,
        intent="unsubscribe",
        doubts=doubts,
    )


def _delivery(message: Message) -> Answer | None:
    """A bounce; a report that a mail arrived or was read is no answer."""
    if arrived(message) or message.report_type == "disposition-notification":
        return _known(message, kind="other", confidence=0.9)
    found = bounce(message)
    if found is None:
        return None
    doubts = () if found.recipients else ("a bounce that does not say whose mail it was",)
    return _known(
        message,
        kind="bounce",
        confidence=found.confidence,
        recipients=found.recipients,
        bounce_type=found.bounce_type,
        text=found.words or None,
        doubts=doubts,
    )


def _answer(message: Message, own: frozenset[str]) -> Answer:
    """An auto-reply, something sent to many, or a reply."""
    stripped = strip(message.body, answers=bool(message.header("in-reply-to")))
    recipients = tuple([message.sender] if message.sender else [])
    machine = auto_reply(message, stripped.text, quoted=stripped.quoted)
    if machine is None and is_broadcast(message) and not asks_alone(stripped.text):
        return _known(message, kind="other", confidence=0.8, recipients=recipients)
    if machine:
        return _auto_reply(message, stripped, machine.confidence, own)
    return _reply(message, stripped, own)


def _auto_reply(message: Message, stripped: Stripped, confidence: float, own: frozenset[str]) -> Answer:
    """Nobody wrote it, so nobody wants anything; but who left has left, and a wish to be left alone is looked at."""
    text = stripped.text
    contact = new_contact(text, known=_not_new(message, own))
    back = return_date(f"{message.header('subject')}\n{text}", message.day)
    told, doubt = machine_intent(text, named=contact is not None, dated=back is not None)
    if told == "left_company":
        back = None
    return _known(
        message,
        kind="auto_reply",
        confidence=min(confidence, 0.6) if doubt else confidence,
        recipients=tuple([message.sender] if message.sender else []),
        text=text,
        intent=told,
        until=back.day if back else None,
        contact=contact,
        doubts=(*_doubts(None, back), *([doubt] if doubt else ())),
    )


def _reply(message: Message, stripped: Stripped, own: frozenset[str]) -> Answer:
    text = stripped.text
    found = intent(text)
    if found.name is None:
        found = by_subject(message.header("subject"), text) or found
    contact = new_contact(text, known=_not_new(message, own)) if found.name in _NAMES_OTHERS else None
    if contact and found.name is None:
        # No words were known, but somebody else's address is an answer in any language.
        found = Intent("referral", 0.6)
    later = return_date(text, message.day) if found.name == "not_now" else None
    return _known(
        message,
        kind="reply",
        confidence=found.confidence or 0.5,
        recipients=tuple([message.sender] if message.sender else []),
        text=text,
        intent=found.name,
        until=later.day if later else None,
        contact=contact,
        doubts=(*_doubts(stripped, later), *_unread(found, message)),
    )


def _doubts(stripped: Stripped | None, day: Return | None) -> tuple[str, ...]:
    found = [stripped.doubt] if stripped and stripped.doubt else []
    if day and not day.sure:
        found.append(f"the day may be another one than {day.day.isoformat()}")
    return tuple(found)


def _unread(found: Intent, message: Message) -> tuple[str, ...]:
    if not message.body.strip() and not found.name:
        return ("a mail without a text",)
    return () if found.name else ("no words that say what is wanted",)


def _not_new(message: Message, own: frozenset[str]) -> frozenset[str]:
    named = (message.header(name) for name in ("from", "to", "cc", "reply-to", "sender"))
    return own | {one for value in named for one in addresses(value)}
