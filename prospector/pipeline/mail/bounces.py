"""Mails that did not arrive: whose they were, and whether for good. The words count before the codes."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.contacts.replies import meaning
from prospector.fetch.smtp import Reply
from prospector.normalise.text import data_lines
from prospector.pipeline.mail.message import addresses, headers_in
from prospector.pipeline.mail.reports import Failure, failures

if TYPE_CHECKING:
    from prospector.pipeline.mail.message import Message

_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|mail(?:er)?[-_.]?delivery.*|bounces?|mdaemon|mmdf)(?:[+=@]|$)",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(r"mail(?:er)?[ -]?(?:delivery|daemon)|postmaster|mail deliver", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|returned mail|returning message|delivery (?:status|failure|has failed|report|error|problem)|"
    r"failure notice|mail(?: delivery)? fail|delivery failed|could not (?:be delivered|send)|not delivered|"
    r"non[- ]?remis|non[- ]?distribu|unzustellbar|nicht zugestellt|no se (?:pudo|puede) entregar|no entregado|"
    r"n[aã]o (?:foi )?entregue|mancata consegna|non recapitat|onbestelbaar|niet bezorgd|niedoręczon|"
    r"nie dostarczon|nelivrat|не доставлен|недоставлен",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"(?mi)^(?:(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type|reply-to|"
    r"delivered-to|x-[a-z0-9-]+|dkim-signature|arc-[a-z-]+):.*(?:\n[ \t]+\S.*)*(?:\n|\Z)){3}"
)
"""Three headers in a row: here begins the copy of our mail. Its wording would be read as the host's."""
_IDS = re.compile(r"(?mi)^[> \t]*(?:message-id|in-reply-to|references)[ \t]*:.*(?:\n[ \t]+<.*)*")
_ECHOED = re.compile(r"<[^<>\n]*@[^<>\n]*>|[^\s<>]*@[^\s<>]*")
_LINK = re.compile(r"https?://([^\s/?]+)\S*")
_DIAGNOSTIC_TYPE = re.compile(r"^[\w-]{1,40};")
_CODES = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])[ -]|(?<![\d.])([45])\.\d{1,3}\.\d{1,3}(?![\d.])")
_PERSON = re.compile(r"(?<![\d.])5\.1\.(?:1|2|3|6|10|351)(?![\d.])")
_US = re.compile(r"(?<![\d.])[45]\.7\.\d{1,3}(?![\d.])")
_FULL = re.compile(r"(?<![\d.])[45]\.2\.2(?![\d.])")
_TYPES = {
    "refused": "hard",
    "full": "full",
    "disabled": "soft",
    "about_us": "blocked",
    "rate": "soft",
    "greylisted": "soft",
}
_LONGEST_WORDS = 3_000
_MOST_RECIPIENTS = 50


class Bounce(NamedTuple):
    """What a bounce says. `bounce_type` is hard, soft, blocked or full."""

    recipients: tuple[str, ...]
    bounce_type: str
    confidence: float
    words: str


def arrived(message: Message) -> bool:
    """True for a delivery report in which nothing failed."""
    found = failures(message)
    return bool(found) and all(one.arrived for one in found)


def bounce(message: Message) -> Bounce | None:
    """The bounce that this message is, or None."""
    reported = [one for one in failures(message) if not one.arrived]
    if not reported and not _is_bounce(message):
        return None
    talk, copy = _parted(message)
    talk = _IDS.sub("", talk)
    named = [one.recipient for one in reported if one.recipient] or _named(message, talk, copy)
    named = named[:_MOST_RECIPIENTS]
    kind, confidence = _type(reported, (_about(named, talk), talk))
    if kind == "hard" and any(_veiled().search(one) for one in named) and not _at_the_door(reported):
        kind, confidence = "soft", 0.5
    sure = confidence if named else min(confidence, 0.5)
    words = next((one.words for one in reported if one.words), "") or " ".join(talk.split())
    return Bounce(tuple(dict.fromkeys(named)), kind, sure, words[:500])


def _at_the_door(reported: list[Failure]) -> bool:
    """True if the host refused the recipient itself, before it saw the mail: it then names the address."""
    return any(one.recipient and f"<{one.recipient}>:" in one.words.lower() for one in reported)


def _is_bounce(message: Message) -> bool:
    """True for what a mail system sends about a mail: by its parts, its sender, and what it says."""
    if message.report_type == "delivery-status" or message.header("x-failed-recipients"):
        return True
    if message.report_type:
        return False
    told = bool(_SUBJECT.search(message.header("subject")))
    daemon = _from_daemon(message)
    if daemon and (told or message.originals or _COPY.search(message.body)):
        return True
    return (daemon or (told and _null_path(message))) and bool(
        _CODES.search(message.body) or _host_words(message.body)
    )


def _from_daemon(message: Message) -> bool:
    sender = message.header("from")
    name = sender.partition("<")[0]
    local = message.sender or sender.strip("<> ")
    return bool(_DAEMON.search(local) or _DAEMON_NAME.search(name)) or not message.sender


def _null_path(message: Message) -> bool:
    return message.header("return-path").strip() in ("<>", "") or not message.sender


def _parted(message: Message) -> tuple[str, dict[str, list[str]]]:
    """What the mail system says, and the headers of our mail below it or beside it."""
    body = message.body
    found = _COPY.search(body)
    talk = body[: found.start()] if found else body
    if message.originals:
        return talk, message.originals[0]
    return talk, headers_in(body[found.start() :][:20_000]) if found else {}


def _named(message: Message, talk: str, copy: dict[str, list[str]]) -> list[str]:
    """Whose mail it was: the header for it, else what the text and the copy name, else either."""
    if told := addresses(" ".join(message.headers.get("x-failed-recipients", ()))):
        return told
    sent_to = [one for value in copy.get("to", ()) for one in addresses(value)][:1]
    ours = (
        set(addresses(message.header("to")))
        | {message.sender}
        | set(addresses(message.header("return-path")))
    )
    mentioned = [one for one in addresses(talk) if one not in ours]
    # A forwarded mail fails at an address that we never wrote to: ours comes first, the other one is kept beside it.
    return [*[one for one in mentioned if one in sent_to], *mentioned[:1]] or addresses(talk)[:1] or sent_to


def _about(named: list[str], talk: str) -> str:
    """What the talk says from the address on; before it stand the greeting and the excuses."""
    places = [place for one in named if (place := talk.lower().find(one)) >= 0]
    return talk[talk.rfind("\n", 0, min(places)) + 1 :] if places else talk


def _type(reported: list[Failure], talks: tuple[str, str]) -> tuple[str, float]:
    """The type, and how sure it is: by the host's own words, by the talk around them, by the codes."""
    host = " ".join(_DIAGNOSTIC_TYPE.sub("", one.words) for one in reported[:5])
    status = next((one.status for one in reported if one.status), "")
    for words, sure in ((host, 0.95), (talks[0], 0.85), (talks[1], 0.75)):
        # The phrases for hosts' answers would misread a whole text: "your mail" in it is no word about us.
        find = _host_words if words == talks[1] else _by_words
        if kind := find(words[:_LONGEST_WORDS]):
            return kind, sure
    if reported and all(one.action in ("delayed", "expired") for one in reported):
        return "soft", 0.9
    return _by_codes(f"{status} {host} {talks[0][:_LONGEST_WORDS]}")


def type_of_words(text: str) -> tuple[str | None, float]:
    """The type of a bounce of which only the words are told, and how sure it is; None for words without a sign."""
    if kind := _by_words(text[:_LONGEST_WORDS]):
        return kind, 0.9
    return _by_codes(text[:_LONGEST_WORDS]) if _CODES.search(text[:_LONGEST_WORDS]) else (None, 1.0)


def _by_words(text: str) -> str | None:
    if kind := _host_words(text):
        return kind
    words = _spoken(text)
    code = _CODES.search(words)
    said = meaning(Reply(int((code and code[1]) or 550), _without_codes(words)))
    return _TYPES.get(said)


def _without_codes(words: str) -> str:
    """The words alone: what the code means is looked at last."""
    return re.sub(r"\b[245]\.\d{1,3}\.\d{1,3}\b", " ", words)


def _host_words(text: str) -> str | None:
    words = _spoken(text[:_LONGEST_WORDS])
    return next((kind for kind, pattern in _words() if pattern.search(words)), None)


def _spoken(text: str) -> str:
    """The words without the addresses that they repeat, on one line; a host may be called anything."""
    return " ".join(_ECHOED.sub(" ", _LINK.sub(r" \1 ", text)).split())


def _by_codes(text: str) -> tuple[str, float]:
    if _FULL.search(text):
        return "full", 0.8
    if _PERSON.search(text):
        return "hard", 0.75
    if _US.search(text):
        return "blocked", 0.7
    return "soft", 0.5


@cache
def _rows() -> list[list[str]]:
    return [line.split("\t") for line in data_lines("mail_bounces.tsv")]


@cache
def _words() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _rows() if kind != "veiled"]


@cache
def _veiled() -> re.Pattern[str]:
    return re.compile("|".join(pattern for kind, pattern in _rows() if kind == "veiled"))
