"""A mail as bytes, the same for the same inputs: what `eml` and `mbox` write.

Put together by hand: the standard library's writer takes two milliseconds a mail, and turns long List-Unsubscribe and
References headers into encoded words, which breaks one-click opt-out and threads without a word. All bytes are ASCII,
lines end with CRLF, and no line of a body begins with `From `, so that nothing has to be quoted in an mbox.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from prospector.normalise.domains import ascii_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.destinations.handover import About, Lead, PlannedTouch

_LINE, _WORD = 78, 75
"""Signs of a line that are advised, and of an encoded word that are allowed."""
_ID_LENGTH = 70
_MOST_REFERENCES = 20
"""A thread of more mails names its first one and the latest ones."""
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_BLANK = re.compile(r"(?<=[^\s:])(?= \S)")
_LONG_WORD = re.compile(r"\S{70}")
_SIMPLE = re.compile(rf"(?:(?!>*From )[\t -~]{{0,{_LINE}}}\n)*(?!>*From )[\t -~]{{0,{_LINE}}}")
_FROM = re.compile(rb"^>*From ", re.MULTILINE)
_LINK = re.compile(r"https?://[!-;=?-~]+|mailto:[!-;=?-~]+", re.ASCII)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Mail(NamedTuple):
    """One finished mail."""

    touch: PlannedTouch
    message_id: str
    subject: str
    answers: tuple[str, ...]
    """The ids of the mails before it in its thread, the oldest first."""
    data: bytes


def plain_address(address: str) -> str | None:
    """The address as every mail server takes it; None if it needs SMTPUTF8, or cannot stand in a header as it is."""
    local, _, domain = address.rpartition("@")
    host = ascii_host(domain)
    return f"{local}@{host}" if host and _LOCAL.fullmatch(local) else None


def refuses_address(lead: Lead) -> str | None:
    """Why a lead cannot be written to, as a code of the reasons for holding back."""
    if all(touch.channel != "email" for touch in lead.touches):
        return None
    if not lead.email:
        return "no_email"
    return None if plain_address(lead.email) else "odd_address"


def refuses_sender(about: About) -> str | None:
    """Why no mail can be written for this sender, in words."""
    if plain_address(about.sender_email):
        return None
    return f"no mail can be written from {about.sender_email or 'nobody'}: sender.email has to be a plain address"


def message_digits(campaign: str, lead: str, touch: str) -> str:
    """The part of a mail's id that tells person, campaign and touch. `lead` is the lead's id, else its key."""
    return sha256(f"{campaign}\0{lead}\0{touch}".encode()).hexdigest()


class Letters:
    """All mails of a campaign."""

    def __init__(self, about: About) -> None:
        self._address = plain_address(about.sender_email) or "nobody@localhost.invalid"
        self._domain = self._address.rpartition("@")[2]
        self._from = _mailbox("From", about.sender_name, self._address)
        self.sender = self._from.removeprefix("From: ").replace("\r\n", "")
        """Who writes, as the header has it."""
        self._campaign = about.campaign
        self._opt_out = about

    def of(self, lead: Lead) -> Iterator[Mail]:
        """The mails of a lead that leave now, each in its thread."""
        to = _mailbox("To", f"{lead.first_name} {lead.last_name}".strip(), plain_address(lead.email) or "")
        opt_out = self._list_headers(lead)
        about_lead = f"X-Prospector-Lead: {lead.lead_id}\r\n" if lead.lead_id else ""
        subject, thread = "", list[str]()
        now = set(map(id, lead.touches))
        for touch in (*lead.earlier, *lead.touches):
            if touch.channel != "email":
                continue
            message_id = self._message_id(lead, touch)
            if touch.subject or not thread:
                subject, thread = touch.subject, []
            if id(touch) in now:
                head = (
                    f"{self._from}{to}{_subject(subject, reply=bool(thread))}Date: {_date(touch.send_at)}\r\n"
                    f"Message-ID: {message_id}\r\n{_thread(thread)}{opt_out}{about_lead}MIME-Version: 1.0\r\n"
                )
                whole = f"Re: {subject}" if thread else subject
                yield Mail(touch, message_id, whole, tuple(thread), _assembled(head, touch, message_id))
            thread.append(message_id)

    def _message_id(self, lead: Lead, touch: PlannedTouch) -> str:
        """Told by person, campaign and touch: the same in each run, so that a later mail finds its thread."""
        digest = message_digits(self._campaign, lead.lead_id or lead.key, touch.touch)
        return f"<{digest[: max(20, min(32, _ID_LENGTH - 3 - len(self._domain)))]}@{self._domain}>"

    def opt_out_of(self, lead: Lead) -> tuple[str, bool]:
        """The link by which a lead opts out in a mail program, and whether one click does (RFC 8058).

        One click needs the person's own link, by https.
        """
        about = self._opt_out
        if about.opt_out == "reply":
            return f"mailto:{self._address}?subject=unsubscribe", False
        if about.opt_out != "link" or not lead.token or "{token}" not in about.unsubscribe:
            return "", False
        link = about.unsubscribe.strip().replace("{token}", lead.token)
        return (link, link.startswith("https://")) if _LINK.fullmatch(link) else ("", False)

    def _list_headers(self, lead: Lead) -> str:
        link, one_click = self.opt_out_of(lead)
        header = f"List-Unsubscribe: <{link}>\r\n" if link else ""
        return header + ("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if one_click else "")


def _assembled(head: str, touch: PlannedTouch, message_id: str) -> bytes:
    """Headers and both forms of the body: plain text first, because readers show the last form that they can."""
    boundary = f"=_{message_id[1:].partition('@')[0]}"
    first, second = _part("plain", touch.text), _part("html", touch.html)
    return (
        f'{head}Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n{first}\r\n--{boundary}\r\n{second}\r\n--{boundary}--\r\n"
    ).encode("ascii")


def _part(kind: str, text: str) -> str:
    """A body that any server passes on unchanged: as it is where it is short ASCII lines, else encoded."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SIMPLE.fullmatch(text):
        return _headed(kind, "7bit", text.replace("\n", "\r\n"))
    data = text.encode("utf-8", "replace")
    if 3 * (len(data) - len(text)) < 2 * len(text):
        quoted = b2a_qp(data)
        if b"From " not in quoted or not _FROM.search(quoted):
            return _headed(kind, "quoted-printable", quoted.decode("ascii").replace("\n", "\r\n"))
    coded = encodebytes(data.replace(b"\n", b"\r\n"))
    return _headed(kind, "base64", coded.decode("ascii").replace("\n", "\r\n"))


def _headed(kind: str, encoding: str, body: str) -> str:
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}'
    )


@lru_cache(maxsize=4096)
def _subject(subject: str, *, reply: bool) -> str:
    return _header("Subject", f"Re: {subject}" if reply else subject)


def _thread(ids: list[str]) -> str:
    """What a mail answers, each id on a line of its own: folded, never encoded."""
    if not ids:
        return ""
    named = ids if len(ids) <= _MOST_REFERENCES else [ids[0], *ids[1 - _MOST_REFERENCES :]]
    listed = "\r\n ".join(named)
    return f"In-Reply-To: {ids[-1]}\r\nReferences: {listed}\r\n"


def _mailbox(header: str, name: str, address: str) -> str:
    """`Name <address>`, on two lines where one is too long."""
    name = _seen(name)
    if not name:
        return f"{header}: {address}\r\n"
    if not name.isascii() or "=?" in name or len(name) > _WORD - 10:
        phrase = "\r\n ".join(_encoded_words(name, len(header) + 2))
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    last = len(phrase.rpartition("\r\n")[2]) + len(header) + 5 + len(address)
    return f"{header}: {phrase}{' ' if last <= _LINE else chr(13) + chr(10) + ' '}<{address}>\r\n"


def _header(name: str, value: str) -> str:
    """A header of free text, folded at blanks; encoded where it is not plain ASCII."""
    value = _seen(value)
    if not value.isascii() or "=?" in value or _LONG_WORD.search(value) or "  " in value:
        words = "\r\n ".join(_encoded_words(value, len(name) + 2))
        return f"{name}: {words}\r\n"
    lines, line = list[str](), ""
    for part in _BLANK.split(f"{name}: {value}"):
        if len(line) + len(part) > _LINE and line:
            lines.append(line)
            line = ""
        line += part
    return "\r\n".join([*lines, line]) + "\r\n"


def _seen(text: str) -> str:
    """A value without line breaks and signs that nobody sees: they could start a header, or turn the text round."""
    return _UNSEEN.sub(" ", text).strip()


def _encoded_words(text: str, used: int) -> Iterator[str]:
    """The text in encoded words (RFC 2047), none over a line or within a sign; the header's name has `used` signs."""
    room, part = (_WORD - 12 - used) // 4 * 3, b""
    for sign in text:
        data = sign.encode("utf-8", "replace")
        if len(part) + len(data) > room:
            yield _encoded_word(part)
            room, part = (_WORD - 12) // 4 * 3, b""
        part += data
    yield _encoded_word(part)


def _encoded_word(data: bytes) -> str:
    return f"=?utf-8?b?{b64encode(data).decode('ascii')}?="


@lru_cache(maxsize=4096)
def _date(send_at: str) -> str:
    """The planned time as the Date header: with its distance from UTC, in English whatever the locale."""
    at = datetime.fromisoformat(send_at)
    day = f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at.year:04d}"
    return f"{day} {at:%H:%M:%S} {at:%z}"


def envelope_date(send_at: str) -> str:
    """The planned time as the first line of a message in an mbox has it: in UTC."""
    from_utc = datetime.fromisoformat(send_at)
    at = from_utc - (from_utc.utcoffset() or from_utc - from_utc)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {at.year:04d}"
