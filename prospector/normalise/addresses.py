"""What is known of an address, in one vocabulary: each source's word, the verdict it amounts to, and whether to write.

The words stand in `data/address_statuses.tsv`. A word that is not there is kept as it came. It holds nobody back,
because sources invent words for good addresses too; but one that speaks of a bounce, a trap or an opt-out does.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from prospector.normalise.text import clean, data_lines, fold

Send = Literal["ok", "hold", "never"]
Verdict = Literal["deliverable", "undeliverable", "catch_all", "risky", "unknown"]

VERDICTS: tuple[Verdict, ...] = ("deliverable", "undeliverable", "catch_all", "risky", "unknown")
SENDS: tuple[Send, ...] = ("ok", "hold", "never")
_NOT_WORDS = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[/,;|:()]+|\s+-\s+|\s+–\s+")
_LONGEST = 60
_BAD = re.compile(
    r"trap|abus|spam|complain|bounc|invalid|undeliv|block|suppress|unsub|optout|donot|toxic|dispos|dead|reject"
    r"|ungultig|unzustell|invalide|inval|rebot|inesist|ongeldig|gesperrt"
)


class Status(NamedTuple):
    """Our word for a state of an address, what it says of the box, and whether to write to it."""

    word: str
    verdict: Verdict
    send: Send


@cache
def statuses() -> dict[str, Status]:
    """Our words, from the best to what must never be written to."""
    found: dict[str, Status] = {}
    for line in data_lines("address_statuses.tsv"):
        word, verdict, send, _ = line.split("\t")
        found[word] = Status(word, _one_of(verdict, VERDICTS), _one_of(send, SENDS))
    return found


def _one_of(word: str, known: tuple[Any, ...]) -> Any:
    return next(one for one in known if one == word)


@cache
def _their_words() -> dict[str, str]:
    lines = (line.split("\t") for line in data_lines("address_statuses.tsv"))
    found = {_letters(theirs): ours for ours, _, _, words in lines for theirs in words.split("|")}
    return found | {_letters(word): word for word in statuses()}


def _letters(text: str) -> str:
    return _NOT_WORDS.sub("", fold(text))


@lru_cache(maxsize=4_096)
def known_status(text: str) -> str | None:
    """Our word for what a source says of an address, or None for a word that no source is known to use.

    Of several, such as "valid/accept_all", the one that says least for the address.
    """
    if found := _their_words().get(_letters(text)):
        return found
    parts = [part for part in _PARTS.split(text) if _letters(part)]
    found_parts = [word for part in parts if (word := _their_words().get(_letters(part)))]
    if len(parts) < 2 or len(found_parts) < len(parts):
        return None
    return max(found_parts, key=_weight)


_LEAST_SAID: tuple[Verdict, ...] = ("deliverable", "risky", "catch_all", "unknown", "undeliverable")


def _weight(word: str) -> tuple[int, int, int]:
    """How little a word says for the address; of equals the one that stands later in the data file."""
    status = statuses()[word]
    return SENDS.index(status.send), _LEAST_SAID.index(status.verdict), list(statuses()).index(word)


@lru_cache(maxsize=4_096)
def email_status(text: str) -> str | None:
    """Our word for what a source says of an address; a word that is not known stays as it came."""
    if known := known_status(text):
        return known
    word = clean(text)
    return word if word and len(word) <= _LONGEST and any(map(str.isalpha, word)) else None


def worst_status(words: list[str]) -> str:
    """What to believe where several columns of one row speak of the address: what says least for it."""
    known = [word for word in words if word in statuses()]
    return max(known, key=_weight) if known else words[0]


@lru_cache(maxsize=4_096)
def send_of(status: str | None) -> Send:
    """Whether to write to an address of which this is said."""
    if status is None:
        return "ok"
    word = known_status(status)
    if word is not None:
        return statuses()[word].send
    return "hold" if _BAD.search(_letters(status)) else "ok"


def send_of_verdict(verdict: str | None) -> Send:
    """Whether to write to an address with this verdict."""
    return "never" if verdict == "undeliverable" else "ok"


def is_undeliverable(status: str | None) -> bool:
    """Whether the source says that the address does not exist or bounces."""
    word = known_status(status) if status else None
    return word is not None and statuses()[word].verdict == "undeliverable"
