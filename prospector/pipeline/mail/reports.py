"""What a machine wrote for machines: delivery reports (RFC 3464), complaints (RFC 5965), and notifications in JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.mail.message import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.pipeline.mail.message import Message

_FIELD = re.compile(r"(?m)^([A-Za-z-]{4,40})[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)")
_REPORTED = re.compile(r"(?mi)^(?:final|original)-recipient[ \t]*:")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_COMPLAINT_SUBJECT = re.compile(r"\b(?:complaint|abuse report|spam report|feedback loop)\b", re.IGNORECASE)
_RECIPIENT_HEADER = re.compile(r"^x-.*original-?(?:recipient|rcpt)")
_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
_NO_COMPLAINT = frozenset({"not-spam"})
_MOST = 200


class Failure(NamedTuple):
    """One recipient of a delivery report."""

    recipient: str | None
    action: str
    status: str
    words: str

    @property
    def arrived(self) -> bool:
        """True for a report about success: delivered, handed on, expanded."""
        return self.action in _ARRIVED


class Complaint(NamedTuple):
    """Somebody pressed "this is spam", or a host says so."""

    recipients: tuple[str, ...]
    kind: str

    @property
    def is_one(self) -> bool:
        """False for the report that takes a complaint back."""
        return self.kind not in _NO_COMPLAINT


def failures(message: Message) -> list[Failure]:
    """The recipients that the delivery reports of a message name, in order."""
    # Where the outer header was lost, the report stands in the text.
    texts = message.reports or ([message.text] if _REPORTED.search(message.text) else [])
    blocks = (block for text in texts for block in re.split(r"\n\s*\n", text))
    found = [one for block in list(blocks)[:_MOST] if (one := _failure(_fields(block)))]
    return found or list(_notified(message))


def _failure(fields: dict[str, list[str]]) -> Failure | None:
    named = [
        found[0]
        for name in ("final-recipient", "original-recipient", "x-actual-recipient")
        for value in fields.get(name, ())
        if (found := addresses(value)) and "." in found[0].partition("@")[2]
    ]
    action, status = _first(fields, "action").split(" ")[0].lower(), _first(fields, "status")
    if not named and not action:
        return None
    code = _STATUS.search(status)
    return Failure(
        named[0] if named else None, action, code[1] if code else "", _first(fields, "diagnostic-code")
    )


def _fields(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name.lower(), []).append(" ".join(value.split()))
    return found


def _first(fields: dict[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def complaint(message: Message) -> Complaint | None:
    """The complaint that a message is, by its feedback report or its JSON."""
    fields = _fields("\n".join(message.feedback))
    if message.feedback:
        named = [one for value in fields.get("original-rcpt-to", ()) for one in addresses(value)]
        others = [one for inner in message.originals for one in _addressed(inner)]
        kind = (_first(fields, "feedback-type") or "abuse").lower()
        return Complaint(tuple(dict.fromkeys(named or others)), kind)
    if message.report_type == "feedback-report" or _is_told_complaint(message):
        return Complaint(tuple(one for inner in message.originals for one in _addressed(inner)), "abuse")
    return _notified_complaint(message)


def _is_told_complaint(message: Message) -> bool:
    """True for a mail with ours in it whose subject calls it a complaint: some hosts send no report beside it."""
    return bool(
        message.originals and not message.reports and _COMPLAINT_SUBJECT.search(message.header("subject"))
    )


def _addressed(headers: dict[str, list[str]]) -> list[str]:
    """Whom a mail was for. Hosts that take the address out of To leave it in a header of their own."""
    own = [name for name in headers if _RECIPIENT_HEADER.search(name)]
    values = (value for name in ["to", *own, "delivered-to"] for value in headers.get(name, ()))
    return [one for value in values for one in addresses(value)][:1]


def _notification(message: Message) -> dict[str, Any]:
    """The JSON that a mail service puts into the body of its notice."""
    text = message.text.lstrip()
    if not text.startswith("{"):
        return {}
    value = _json_object(text)
    inner = value.get("Message")
    return _json_object(inner) if isinstance(inner, str) and "{" in inner[:5] else value


def _json_object(text: str) -> dict[str, Any]:
    """The object that a text begins with; lines that were folded inside a string are no fault."""
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _notified(message: Message) -> Iterator[Failure]:
    body = _notification(message)
    bounce, delivery = _object(body, "bounce"), _object(body, "delivery")
    for one in _objects(bounce, "bouncedRecipients"):
        words, status = str(one.get("diagnosticCode") or ""), str(one.get("status") or "")
        yield Failure(_address(one.get("emailAddress")), "failed", status, words)
    for address in _list(delivery, "recipients"):
        yield Failure(_address(address), "delivered", "2.0.0", str(delivery.get("smtpResponse") or ""))


def _notified_complaint(message: Message) -> Complaint | None:
    told = _object(_notification(message), "complaint")
    named = [_address(one.get("emailAddress")) for one in _objects(told, "complainedRecipients")]
    if not told:
        return None
    return Complaint(tuple(one for one in named if one), str(told.get("complaintFeedbackType") or "abuse"))


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _list(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    return value[:_MOST] if isinstance(value, list) else []


def _objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in _list(body, name) if isinstance(one, dict)]


def _address(value: object) -> str | None:
    return next(iter(addresses(str(value or ""))), None)
