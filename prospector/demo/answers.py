"""What comes back after the hand-over: a mailbox of made-up answers to the demo's own mails, and what the tool tells.

In: whoever was handed over, with their touches. Out: the bytes of two files, the same for the same leads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import yaml

from prospector.demo.companies import DATA, company_by_key
from prospector.destinations.messages import message_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prospector.config import Sender
    from prospector.destinations.handover import Lead, PlannedTouch

INBOX, EVENTS = "inbox.mbox", "instantly-events.jsonl"
DAYS = 14
"""How long after the hand-over they are read."""
_POLICY = SMTP.clone(cte_type="8bit", utf8=False)
_CAMPAIGN = "0f0f0f0f-1111-4222-8333-444444444444"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the story, with the lead who gives the answer."""

    lead: Lead
    story: dict[str, Any]

    @property
    def mails(self) -> list[PlannedTouch]:
        """The mails that the lead gets."""
        return [touch for touch in self.lead.touches if touch.channel == "email"]

    @property
    def touch(self) -> PlannedTouch:
        """The mail that is answered."""
        return self.mails[int(self.story["mail"]) - 1]

    @property
    def at(self) -> datetime:
        """When it comes, some minutes past the hour as answers do."""
        days, hours = self.story["after"]
        minutes = 7 + int(self.digits[:4], 16) % 40
        return datetime.fromisoformat(self.touch.send_at) + timedelta(days=days, hours=hours, minutes=minutes)

    @property
    def deal(self) -> dict[str, Any] | None:
        """The deal that came of it, as the story has it."""
        found: dict[str, Any] | None = self.story.get("deal")
        return found

    @property
    def digits(self) -> str:
        """Of the address: a lead's id would be another one in each demo, as its key is."""
        return sha256(self.lead.email.encode()).hexdigest()[:20]

    @property
    def name(self) -> str:
        """Who answers."""
        return f"{self.lead.first_name} {self.lead.last_name}".strip()


def answers(leads: Iterable[Lead]) -> list[Answer]:
    """The answers of those of some leads who have a part in the story, in the order in which they come."""
    by_domain = {lead.email.rpartition("@")[2]: lead for lead in leads}
    found = [
        Answer(lead, story)
        for story in _stories()
        if (lead := by_domain.get(company_by_key()[story["company"]].domain)) is not None
    ]
    return sorted(found, key=lambda one: (one.at, one.lead.email))


def inbox(found: Sequence[Answer], sender: Sender, campaign: str) -> bytes:
    """The mailbox, as an mbox."""
    boxes = (_LETTERS[one.story["kind"]](one, sender, _message_id(one, sender, campaign)) for one in found)
    return b"".join(b"From - " + b"\n" + _mbox(raw) + b"\n" for raw in boxes)


def tool_events(found: Sequence[Answer], leads: Iterable[Lead], campaign: str, until: datetime) -> bytes:
    """What the tool tells, one payload a line: each mail that went out before an answer, some openings, the marks."""
    quiet = {one.lead.lead_id: one.at for one in found if one.story["kind"] != "away"}
    told = [event for lead in leads for event in _sent(lead, min(until, quiet.get(lead.lead_id, until)))]
    for one in found:
        for mark, days in one.story.get("marks", {}).items():
            if (at := one.at + timedelta(days=days)) <= until:
                told.append((at, mark, one.lead, 1))
    lines = [
        json.dumps(_payload(*one, campaign=campaign), ensure_ascii=False)
        for one in sorted(told, key=lambda one: (one[0].astimezone(UTC), one[2].email, one[1]))
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _sent(lead: Lead, until: datetime) -> Iterator[tuple[datetime, str, Lead, int]]:
    mails = [touch for touch in lead.touches if touch.channel == "email"]
    for step, touch in enumerate(mails, start=1):
        at = datetime.fromisoformat(touch.send_at)
        if at <= until:
            yield at, "email_sent", lead, step
        opened = at + timedelta(hours=step, minutes=11)
        if opened <= until and (len(lead.email) + step) % 3 == 0:
            yield opened, "email_opened", lead, step


def _payload(at: datetime, kind: str, lead: Lead, step: int, *, campaign: str) -> dict[str, Any]:
    return {
        "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "event_type": kind,
        "workspace": "0f0f0f0f-1111-4222-8333-000000000000",
        "campaign_id": _CAMPAIGN,
        "campaign_name": campaign,
        "lead_email": lead.email,
        "email_account": "sam@brightdesk.test",
        "step": step,
        "variant": 1,
        "email_id": f"{lead.lead_id}-{step}",
        "unibox_url": None,
        "lead_id": lead.lead_id,
    }


@cache
def _stories() -> tuple[dict[str, Any], ...]:
    with (DATA / "answers.yaml").open(encoding="utf-8") as file:
        return tuple(yaml.safe_load(file))


def _message_id(one: Answer, sender: Sender, campaign: str) -> str:
    """The id that the mail has which is answered."""
    digits = message_digits(campaign, one.lead.lead_id or one.lead.key, one.touch.touch)
    return f"<{digits[:32]}@{sender.email.rpartition('@')[2]}>"


def _head(one: Answer, sender: Sender, subject: str, author: str) -> EmailMessage:
    message = EmailMessage(_POLICY)
    message["From"] = author
    message["To"] = _address(sender.name, sender.email)
    message["Subject"] = subject
    message["Date"] = format_datetime(one.at)
    message["Message-ID"] = f"<{one.digits}.{one.story['kind']}@{one.lead.email.rpartition('@')[2]}>"
    return message


def _words(one: Answer, sender: Sender) -> dict[str, str]:
    style = one.story.get("dates", "%Y-%m-%d")
    back = one.at + timedelta(days=one.story.get("back", 0))
    return {
        "name": one.name,
        "address": one.lead.email,
        "sender": f"{sender.name} <{sender.email}>",
        "subject": one.touch.subject or one.mails[0].subject,
        "back": back.strftime(style),
        "mail": datetime.fromisoformat(one.touch.send_at).strftime(style),
    }


def _reply(one: Answer, sender: Sender, answered: str) -> bytes:
    words = _words(one, sender)
    message = _head(one, sender, f"Re: {words['subject']}", _address(one.name, one.lead.email))
    message["In-Reply-To"] = message["References"] = answered
    quoted = "".join(f"> {line}\n" for line in one.touch.text.splitlines())
    quote = one.story["quote"].format(**words)
    message.set_content(f"{one.story['text'].format(**words)}\n{quote}\n{quoted}")
    return message.as_bytes()


def _away(one: Answer, sender: Sender, answered: str) -> bytes:
    words = _words(one, sender)
    message = _head(one, sender, one.story["subject"].format(**words), _address(one.name, one.lead.email))
    message["In-Reply-To"] = answered
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(one.story["text"].format(**words))
    return message.as_bytes()


def _bounce(one: Answer, sender: Sender, answered: str) -> bytes:
    host = one.lead.email.rpartition("@")[2]
    told = one.story["text"].format(**_words(one, sender))
    return _report(
        one,
        sender,
        answered,
        author=f"Mail Delivery System <mailer-daemon@mx.{host}>",
        subject="Undelivered Mail Returned to Sender",
        kind="delivery-status",
        says="Your message could not be delivered.",
        fields=f"Reporting-MTA: dns; mx.{host}\n\nFinal-Recipient: rfc822; {one.lead.email}\nAction: failed\n"
        f"Status: 5.1.1\nDiagnostic-Code: smtp; {told}\n",
    )


def _complaint(one: Answer, sender: Sender, answered: str) -> bytes:
    return _report(
        one,
        sender,
        answered,
        author="Feedback loop <fbl@mailhost.example>",
        subject="Abuse report",
        kind="feedback-report",
        says="This is an email abuse report for a message that we received.",
        fields=f"Feedback-Type: abuse\nUser-Agent: mailhost/1\nVersion: 1\nOriginal-Rcpt-To: <{one.lead.email}>\n",
    )


def _report(
    one: Answer,
    sender: Sender,
    answered: str,
    *,
    author: str,
    subject: str,
    kind: str,
    says: str,
    fields: str,
) -> bytes:
    """A report by a machine in three parts, as RFC 3464 and RFC 5965 have it."""
    head = _head(one, sender, subject, author)
    lines = "".join(f"{name}: {value}\n" for name, value in head.items())
    parts = {
        "text/plain": f"{says}\n",
        f"message/{kind}": fields,
        "message/rfc822": f"From: {sender.email}\nTo: {one.lead.email}\nMessage-ID: {answered}\n"
        f"Subject: {_words(one, sender)['subject']}\n\n",
    }
    body = "".join(f"--report\nContent-Type: {name}\n\n{text}\n" for name, text in parts.items())
    lines += f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="report"\n'
    return f"{lines}\n{body}--report--\n".encode("ascii", "replace")


_LETTERS = {"reply": _reply, "away": _away, "bounce": _bounce, "complaint": _complaint}


def _address(name: str, email: str) -> str:
    return str(Address(name, addr_spec=email))


def _mbox(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
