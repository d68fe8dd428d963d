"""What a column's label says of consent: which field it fills, if any.

A closed list of labels would miss the next tool's. So a label is taken apart into words, and the stems of
`data/consent.tsv` say which act it names and which way round yes and no are. A label that has to do with consent
and could mean either fills `consent_unclear`: plain words such as "unsubscribed" count there, yes and no do not,
and whoever has one waits.
"""

from __future__ import annotations

import re
from functools import lru_cache

from prospector.intake.consent.words import (
    ACTS,
    Match,
    acts_in,
    has_negation,
    is_negated,
    is_other_channel,
    pattern,
    plain_words,
    without,
)

UNCLEAR = "consent_unclear"
OPT_OUT_TARGETS = ("do_not_contact", "bounced", "unsubscribed", "email_opt_out", "complained", "suppressed")
"""Columns in which yes means that nobody must write."""
CONSENT_TARGETS = (*OPT_OUT_TARGETS, "do_not_call", "consent", UNCLEAR)
"""All columns about consent."""
_FROM = re.compile(r"\w*\W+(?:from|of|for|von|vom|de|du|del|da|dal|van|voor|all|any)\b")
_VERIFIER_NAMES = re.compile(r"\b(?:zero ?bounce|never ?bounce|de ?bounce|bounceban|bounceless|bouncer)\b")
_PLURALS = re.compile(r"\b(?:e ?mails|mails|messages|times)\b")
_DEAD = re.compile(r"\b(?:hard ?bounce|clean)")
_RESULT = re.compile(r"\b(?:status|result|verdict|state|sub ?status|verification)\b")


@lru_cache(maxsize=4_096)
def consent_field(label: str) -> str | None:
    """The field that a label fills, or None where it says nothing of consent (or its cells are no answer).

    An act (`unsubscribed`...): yes means do not write. `consent`: yes means one may. `do_not_call`, `replied`.
    """
    words = plain_words(label)
    if not words:
        return None
    if _VERIFIER_NAMES.search(words):
        return "email_status" if _RESULT.search(words) else None
    field = _way_round(words)
    if field is None:
        return _reply_field(words)
    if pattern("no_answer").search(words):
        return None
    return _in_its_channel(words, _at_a_moment(words, field))


def is_count_label(label: str) -> bool:
    """Whether the label is a plural, such as "Bounces" or "Emails bounced": its numbers may count.

    "Do not allow e-mails" and "Accepts e-mails" are questions, and 1 and 0 are yes and no.
    """
    words = plain_words(label)
    if has_negation(words) or _way_round(words) == "consent":
        return False
    last = words.rpartition(" ")[2]
    plural = len(last) > 4 and last.endswith("s") and not last.endswith(("us", "ss"))
    return plural or _PLURALS.search(words) is not None


def is_reason_label(label: str) -> bool:
    """Whether the label asks why or how an opt-out came about: any text below it but a plain no tells of one.

    What a passing bounce was about stays unclear.
    """
    words = plain_words(label)
    field = _way_round(words)
    if field not in ACTS or not pattern("reason").search(words):
        return False
    return field != "bounced" or _DEAD.search(words) is not None


def is_state_label(label: str) -> bool:
    """Whether the label is that of a column of states, such as "List status"."""
    return pattern("states").search(plain_words(label)) is not None


def _way_round(words: str) -> str | None:
    soft = pattern("soft", "label").search(words)
    if soft:
        words = without(words, [Match("soft", soft.start(), soft.end())])
    acts = acts_in(words, "label")
    rest = without(words, acts)
    allowed = pattern("in", "label").search(rest)
    if acts:
        return _of_acts(words, rest, acts[0].group, acts[0].start, acts[-1].end, bool(allowed))
    if allowed:
        if pattern("withdrawn").search(rest):
            return "unsubscribed"
        return "do_not_contact" if is_negated(rest, allowed.start()) else "consent"
    return UNCLEAR if pattern("undecided", "label").search(rest) else None


def _of_acts(words: str, rest: str, act: str, start: int, end: int, also_allowed: bool) -> str:
    if is_negated(words, start):
        return UNCLEAR
    if also_allowed and not _FROM.match(words, end):
        return UNCLEAR
    return act


def _at_a_moment(words: str, field: str) -> str | None:
    """A moment or a source beside a permission is no answer; that of an opt-out is the day of it.

    The day of a bounce says little: most bounces are passing ones.
    """
    if field == "bounced":
        return field if _DEAD.search(words) or not _names_a_moment(words) else None
    if field in ACTS:
        return field
    return None if pattern("beside").search(words) or _names_a_moment(words) else field


def _names_a_moment(words: str) -> bool:
    last = words.rpartition(" ")[2]
    return bool(pattern("moment").search(words) or pattern("moment_end").fullmatch(last))


def _in_its_channel(words: str, field: str | None) -> str | None:
    """A ban of calls or of text messages says nothing of mails."""
    if field is None or not is_other_channel(words):
        return field
    return "do_not_call" if field in ACTS and pattern("call").search(words) else None


def _reply_field(words: str) -> str | None:
    return "replied" if pattern("replied").search(words) and not pattern("no_reply").search(words) else None
