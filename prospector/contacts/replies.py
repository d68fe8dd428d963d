"""What a mail host's answer says of the person: the words before the code.

`550 5.1.1` may speak of a limit, `5.7.1` mostly speaks of us, a `451` may be final, and a `550` may ask to come
again. Words that nobody knows say nothing of the person: the answer is unclear, and the verdict unknown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from prospector.contacts.mail_hosts import yes_is_for_all, yes_proves
from prospector.normalise.text import data_lines

if TYPE_CHECKING:
    from prospector.fetch.smtp import Reply, Talk

_ECHOED = re.compile(r"<[^<>]*>|\S*@\S*|https?://\S+")
"""What the host repeats: an address may hold any word."""
_EDGE = re.compile(r"\b5\.4\.1\b.*recipient address rejected", re.IGNORECASE)
"""Microsoft 365 where unknown names are refused at the edge; it says "access denied" all the same."""
_PERSON_CODES = re.compile(r"\b5\.1\.(?:1|6|10)\b")
_BOX_CODES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("full", re.compile(r"\b[45]\.2\.2\b")),
    ("disabled", re.compile(r"\b5\.2\.1\b")),
)


@cache
def _words() -> list[tuple[str, re.Pattern[str]]]:
    lines = (line.split("\t") for line in data_lines("mail_replies.tsv"))
    return [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in lines]


def meaning(reply: Reply) -> str:
    """What an answer to a recipient says, its words before its code: taken, refused, disabled, full, greylisted, rate,
    about_us or unclear.
    """
    if reply.code in (250, 251):
        return "taken"
    words = _ECHOED.sub(" ", reply.text)
    if _EDGE.search(words):
        return "refused"
    found = next((kind for kind, pattern in _words() if pattern.search(words)), None)
    if found:
        return found
    if reply.code < 500:
        return "greylisted"
    if coded := next((kind for kind, pattern in _BOX_CODES if pattern.search(words)), None):
        return coded
    return "refused" if _PERSON_CODES.search(words) else "unclear"


def word_of(talk: Talk) -> tuple[str, str]:
    """A conversation as a word of SMTP evidence, and what the host said."""
    if talk.outcome != "answered":
        return {"no_smtputf8": "needs_smtputf8"}.get(talk.outcome, talk.outcome), talk.host
    first, *others = talk.replies
    detail = f"{talk.host}: {first.code} {first.text}"
    if talk.stage != "recipient":
        return _of_us(first), detail
    kind = meaning(first)
    if kind != "taken":
        return kind, detail
    if others and meaning(others[0]) == "taken":
        return ("accepts_all" if yes_is_for_all(talk.host) else "host_proves_nothing"), detail
    if not yes_proves(talk.host):
        return "host_proves_nothing", detail
    if others and meaning(others[0]) in ("refused", "disabled"):
        return "accepted", detail
    probe = (
        f"; a made-up name: {others[0].code} {others[0].text}" if others else "; a made-up name: no answer"
    )
    return "accepted_unproved", detail + probe


def _of_us(refusal: Reply) -> str:
    """What a host means that lets nobody in, or does not take the sender: never the person."""
    kind = meaning(refusal)
    if kind == "rate":
        return "rate"
    return "greylisted" if kind == "greylisted" or refusal.code < 500 else "about_us"
