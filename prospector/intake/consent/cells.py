"""What a cell of a column about consent answers: an opt-out with its reason, a permission, nothing, or unclear.

Whatever no rule reads is unclear, never a permission and never an opt-out: who has such a cell waits, and the import
says which words it did not understand.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from prospector.intake.consent.labels import UNCLEAR
from prospector.intake.consent.words import (
    ACTS,
    Match,
    acts_in,
    groups,
    has_negation,
    is_negated,
    is_other_channel,
    pattern,
    plain_words,
    smells,
    without,
)
from prospector.normalise.dates import is_ambiguous_date, parse_date
from prospector.normalise.text import clean, fold

WORDS_ONLY = "words"
"""The way of a column of states, such as stages of a sale: an opt-out counts there, and nothing else does."""

_PARTS = re.compile(r":::|[,;|\r\n\[\]{}]+|(?<=\S) / (?=\S)")
_QUOTES = " \t\"'`’‘“”"
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NO_REPLY = re.compile(
    r"\b(?:no|not|none|never|kein|keine|nicht|sans|pas|sin|nao|non|geen|niet|pending|await|waiting|open$)"
)
_FLOAT = re.compile(r"0*([01])(?:[.,]0+)?")
"""Yes and no after a visit to a program that knows numbers alone."""
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
"""A moment as databases count it, in seconds or thousandths."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_KEY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,64}|(?:\d{1,3}\.){3}\d{1,3}"
    r"|(?=[0-9a-f:.]*:[0-9a-f:.]*:)[0-9a-f:.]{3,45}",
    re.I,
)
_SAYS_YES = re.compile(r"(?:yes|ja|oui|si|sim|true)\b")
_STANDING = frozenset(
    {"active", "enabled", "confirmed", "valid", "aktiv", "actif", "activo", "attivo", "ativo", "actief"}
    | {"confirme", "confirmado", "bestatigt"}
)
"""Words that say that a state lasts: good of a subscription, bad of a suppression."""
SHOWN = 80
"""Characters of a cell that are shown."""


class Answer(NamedTuple):
    """An answer of a cell: `out` with its reason, `in`, or `unclear`."""

    kind: str
    reason: str = ""


IN, OPEN = Answer("in"), Answer("unclear")


@lru_cache(maxsize=16_384)
def read_consent(
    text: str,
    field: str,
    *,
    counts: bool = False,
    reasons: bool = False,
    told: tuple[tuple[str, bool], ...] = (),
) -> Answer | None:
    """The answer of a cell, or None where it says nothing.

    `field` is an act of `ACTS` (yes means do not write), `consent` (yes means one may), `consent_unclear`, or
    `WORDS_ONLY`. `counts`: numbers of this column may count. `reasons`: it says why somebody opted
    out, so that any text means that they did. `told` settles words that would be unclear: True means
    one may write.
    """
    cell = clean(text[:2000])
    if cell is None:
        return None
    parts = [part for piece in _PARTS.split(cell) if (part := piece.strip(_QUOTES))]
    answers = [_settled(_part(part, field, counts), part, dict(told)) for part in parts]
    if reasons:
        answers = [_out(field) if one == OPEN else one for one in answers]
    whole = _of_whole(cell, dict(told))
    if whole is not None and OPEN in answers:
        answers = [one for one in answers if one != OPEN] + [_of_told(whole)]
    for kind in ("out", "unclear", "in"):
        for one in answers:
            if one is not None and one.kind == kind:
                return one
    return None


def has_wish(text: str) -> bool:
    """Whether a free text reads like a wish to be left alone."""
    return pattern("wish").search(plain_words(text)) is not None


_FIGURES = re.compile(r"\d+")
_STATE_WORDS = 3
"""Words of each part of a cell that is a list of states; a longer one is a text."""


def read_state(text: str, told: tuple[tuple[str, bool], ...] = ()) -> Answer | None:
    """What a list of short states says where the label says nothing, such as "unsubscribed, VIP" among tags.

    Only a state that ends in a plain wish counts: "unsubscribe rate" is none, and a text is none.
    """
    cell = clean(text[:2000]) or ""
    parts = [part.strip(_QUOTES) for part in _PARTS.split(cell)]
    states = [_FIGURES.sub("", plain_words(part)).strip() for part in parts]
    if any(len(state.split()) > _STATE_WORDS for state in states):
        return None
    meant = dict(told)
    for part, state in zip(parts, states, strict=True):
        if _ends_in_wish(state):
            may_write = meant.get(fold(part), _of_whole(cell, meant))
            return OPEN if may_write is None else _of_told(may_write)
    return None


def _ends_in_wish(state: str) -> bool:
    hits = [hit for hit in pattern("wish", "state").finditer(state) if " " not in state[hit.end() :]]
    return bool(hits) and not is_negated(state, hits[0].start())


def read_reply(text: str) -> str | None:
    """The day of a reply, or `yes`; None where there was none. Any word but a plain no is a reply."""
    cell = clean(text[:2000])
    words = plain_words(cell) if cell else ""
    if not cell or _exact().get(words) in ("no", "silent") or _NO_REPLY.search(words):
        return None
    if _NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell):
        return "yes" if float(cell.replace(",", ".")) > 0 else None
    day = parse_date(cell)
    return str(day) if day else "yes"


def _of_whole(cell: str, told: dict[str, bool]) -> bool | None:
    """What the user says of a whole cell; of a long one the import shows the beginning, and that is what comes back."""
    return told.get(fold(cell), told.get(fold(cell[:SHOWN]).strip()))


@lru_cache(maxsize=1024)
def tells_of_reply(text: str | None) -> bool:
    """Whether a state, such as a stage of a sale, says that somebody replied."""
    words = plain_words(text) if text else ""
    return bool(pattern("replied").search(words)) and not _NO_REPLY.search(words)


def _settled(answer: Answer | None, part: str, told: dict[str, bool]) -> Answer | None:
    if answer != OPEN or fold(part) not in told:
        return answer
    return _of_told(told[fold(part)])


def _of_told(may_write: bool) -> Answer:
    return IN if may_write else Answer("out", "do_not_contact")


def _part(part: str, field: str, counts: bool) -> Answer | None:
    """One of several states in a cell."""
    word = plain_words(part) or fold(part)
    if counts and _NUMBER.fullmatch(part):
        return _of_count(part, field)
    if flag := _FLOAT.fullmatch(part):
        word = flag[1]
    kind = _exact().get(word)
    if kind is not None:
        return _of_plain(kind, word, field)
    if _EPOCH.fullmatch(part):
        return _of_moment(field)
    if _NUMBER.fullmatch(part) and not _YEAR.fullmatch(part):
        return None if field in (UNCLEAR, WORDS_ONLY, "bounced") else OPEN
    if _KEY.fullmatch(part):
        return None
    if _is_moment(part):
        return _of_moment(field)
    return _of_words(plain_words(part), field)


def _of_moment(field: str) -> Answer | None:
    """Something was done on that day."""
    return {"consent": IN}.get(field) or (_out(field) if field in ACTS else None)


def _of_count(part: str, field: str) -> Answer | None:
    """How often somebody unsubscribed or complained: once is enough. Other counts are no answer."""
    often = float(part.replace(",", ".")) > 0
    return _out(field) if often and field in ("unsubscribed", "complained", "suppressed") else None


def _is_moment(part: str) -> bool:
    return parse_date(part, day_first=True) is not None or is_ambiguous_date(part)


@cache
def _exact() -> dict[str, str]:
    """Whole cells with one meaning: yes, no, silent, allowed."""
    return {
        plain_words(word) or fold(word): kind
        for kind in ("allowed", "silent", "no", "yes")
        for word in groups()[kind]
    }


def _of_plain(kind: str, word: str, field: str) -> Answer | None:
    if field == WORDS_ONLY or kind == "silent":
        return None
    if kind == "allowed":
        return OPEN if word in _STANDING and field in ACTS and field != "unsubscribed" else IN
    if field == UNCLEAR:
        return OPEN
    if field == "consent":
        return IN if kind == "yes" else Answer("out", "no_consent")
    return _out(field) if kind == "yes" else IN


def _out(field: str) -> Answer:
    return Answer("out", field)


def _of_words(words: str, field: str) -> Answer | None:
    """A state in words."""
    if field in ACTS and _SAYS_YES.match(words):
        return _out(field)  # "yes, by phone" is about the way, not about the phone
    if is_other_channel(words):
        return None
    soft = [Match("soft", hit.start(), hit.end()) for hit in pattern("soft", "cell").finditer(words)]
    rest = without(words, soft)
    acts = acts_in(rest, "cell")
    allowed = pattern("in", "cell").search(without(rest, acts))
    if acts:
        return _of_acts(rest, acts, allowed is not None)
    if allowed:
        return _of_permission(rest, allowed.end(), field)
    if soft:
        return None
    if field == WORDS_ONLY:
        return OPEN if smells(rest, "cell") else None
    if field != "bounced" and pattern("withdrawn").search(rest):
        return Answer("out", "unsubscribed" if field in ("consent", UNCLEAR) else field)
    return OPEN


def _of_acts(words: str, acts: list[Match], also_allowed: bool) -> Answer:
    standing = [act for act in acts if not is_negated(words, act.start)]
    if not standing:
        return IN if not also_allowed else OPEN
    return OPEN if also_allowed or len(standing) < len(acts) else _out(standing[0].group)


def _of_permission(words: str, end: int, field: str) -> Answer | None:
    if pattern("withdrawn").search(words):
        return Answer("out", "unsubscribed")
    if has_negation(words):
        return Answer("out", "no_consent")
    if field in ACTS and " " in words[end:]:
        return OPEN  # "consent form" below "Unsubscribed mode" permits nothing
    return None if field == WORDS_ONLY else IN
