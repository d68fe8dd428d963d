"""A raw message as headers, text and parts, whatever state it is in: nothing here raises, and nothing is unbounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from prospector.pipeline.mail.html_text import html_lines

if TYPE_CHECKING:
    from datetime import date
    from email.message import Message as Parsed

LONGEST = 1_000_000
"""What is behind this many bytes is an attachment or a copy of our own mail; it is not read."""
_LONGEST_TEXT = 200_000
_MOST_PARTS = 60
"""More boundaries than any mail program makes: such a message is read as plain text."""
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}[A-Za-z0-9]")


@dataclass
class Message:
    """One mail. Header names are in lower case; a header that comes twice keeps both values."""

    headers: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""
    html: str = ""
    reports: list[str] = field(default_factory=list)
    """Parts of type message/delivery-status, as text."""
    feedback: list[str] = field(default_factory=list)
    """Parts of type message/feedback-report, as text."""
    originals: list[dict[str, list[str]]] = field(default_factory=list)
    """The headers of messages that came inside this one: a bounce carries the mail that bounced."""
    types: set[str] = field(default_factory=set)
    report_type: str = ""
    cut: bool = False

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def sender(self) -> str:
        """The address in From, in lower case."""
        return next(iter(addresses(self.header("from"))), "")

    @property
    def day(self) -> date | None:
        """The day of the Date header, where it can be read."""
        try:
            return parsedate_to_datetime(self.header("date")[:100]).date()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None

    @cached_property
    def body(self) -> str:
        """What a reader sees first: the plain text, else the HTML as text."""
        return self.text if self.text.strip() else html_lines(self.html)


def addresses(text: str) -> list[str]:
    """The e-mail addresses in a text, in lower case and in order, each once."""
    return list(dict.fromkeys(found.lower().strip("'") for found in _ADDRESS.findall(text[:_LONGEST_TEXT])))


def parse(raw: bytes) -> Message:
    """The message in these bytes; garbage becomes a message without headers."""
    raw, cut = raw[:LONGEST].lstrip(b"\r\n"), len(raw) > LONGEST
    nested = raw.lower().count(b"boundary=") > _MOST_PARTS
    try:
        whole = (BytesHeaderParser() if nested else BytesParser()).parsebytes(raw)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError, HeaderParseError):
        return Message(text=raw[:_LONGEST_TEXT].decode("utf-8", "replace"), cut=cut)
    message = Message(_headers(whole), cut=cut, report_type=_parameter(whole, "report-type"))
    _gather(whole, message)
    return message


def _gather(whole: Parsed, message: Message) -> None:
    """Put each part where it belongs; parts of a message inside the message are not this message's text."""
    waiting = [whole]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        message.types.add(kind)
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            message.reports.append(_fields_text(part))
        elif kind == "message/feedback-report":
            message.feedback.append(_fields_text(part))
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers", "message/partial"):
            message.originals.append(_inner_headers(part))
        elif part.is_multipart():
            waiting.extend(reversed(_children(part)))
        elif part.get_content_maintype() in ("text", "multipart") and not _is_attachment(part):
            _add_text(part, kind, message)


def _add_text(part: Parsed, kind: str, message: Message) -> None:
    text = _decoded(part)
    if kind == "text/html":
        message.html = (message.html + "\n" + text if message.html else text)[:_LONGEST_TEXT]
    elif kind != "text/calendar":
        message.text = (message.text + "\n" + text if message.text else text)[:_LONGEST_TEXT]


def _children(part: Parsed) -> list[Parsed]:
    payload = part.get_payload()
    return [one for one in payload if not isinstance(one, str)] if isinstance(payload, list) else []


def _is_attachment(part: Parsed) -> bool:
    return str(part.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _fields_text(part: Parsed) -> str:
    """Blocks of `Name: value`, as text; what the parser took for a body is kept, as `Action : failed` is."""
    blocks = _children(part) or [part]
    lines = []
    for block in blocks:
        lines += [f"{name}: {value}" for name, value in block.raw_items()] if block is not part else []
        lines += [_decoded(block) if not block.is_multipart() else "", ""]
        for inner in _children(block) if block is not part else []:
            lines += [f"{name}: {value}" for name, value in inner.raw_items()] + [_decoded(inner), ""]
    return "\n".join(lines)[:_LONGEST_TEXT]


def _inner_headers(part: Parsed) -> dict[str, list[str]]:
    inner = _children(part)
    if inner:
        return _headers(inner[0])
    text = _decoded(part).lstrip("\r\n").encode("utf-8", "replace")
    return _headers(BytesHeaderParser().parsebytes(text))


def headers_in(text: str) -> dict[str, list[str]]:
    """The headers that a text begins with."""
    return _headers(BytesHeaderParser().parsebytes(text.encode("utf-8", "replace")))


def _headers(part: Parsed) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in part.raw_items():
        text = str(value)[:5_000].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        found.setdefault(name.lower(), []).append(_words(text))
    return found


def _words(value: str) -> str:
    """A header without its encoding and folds."""
    value = " ".join(value.split())
    if "=?" not in value:
        return value
    try:
        return " ".join("".join(_as_text(*pair) for pair in decode_header(value)).split())
    except (HeaderParseError, ValueError, LookupError):
        return value


def _as_text(word: bytes | str, charset: str | None) -> str:
    return word if isinstance(word, str) else _in_charset(word, charset or "ascii")


def _in_charset(data: bytes, charset: str) -> str:
    """The text of these bytes; a character set that is unknown or wrong gives UTF-8, else Latin-1."""
    for name in (charset, "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _decoded(part: Parsed) -> str:
    """A part's text without its transfer encoding."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        data = None
    if not isinstance(data, bytes):
        return ""
    charset = _parameter(part, "charset") or "ascii"
    return _in_charset(data[: 4 * _LONGEST_TEXT], charset).replace("\r\n", "\n").replace("\r", "\n")


def _parameter(part: Parsed, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    text = value[2] if isinstance(value, tuple) else value
    return str(text or "").strip().lower()
