"""Labels with an object or a group around them: `Person - Email - Work`, `Organization: Name`, `contact/0/email`.

Programs join the name of a record, of a list or of a group of fields to the label of a field, with any sign and
to any depth. A label is taken apart into words; the longest run of them that is a label of the tables says the
field, and every other word must be one that `data/label_words.tsv` knows to stand around labels. One unknown word
is enough to leave the label alone.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from prospector.intake.columns.header_data import IGNORED, Known, RecordKind, header_data, header_key
from prospector.normalise.text import data_lines, fold

COMPOUND_RANK = 100_000
"""Above the ranks of the tables: a label of its own is asked before one with something around it."""

_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]*)[)\]）】]\s*$")
_HUMP = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})"
)
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 12
_PHRASE = 3
_OF_A_COMPANY = {
    "full_name": "company",
    "last_name": "company",
    "first_name": "company",
    "phone": "company_phone",
    "linkedin": "company_linkedin",
    "country": "company_country",
    "region": "company_region",
    "city": "company_city",
    "location": "company_location",
}
"""What a person's field is when a company's name stands around it."""
_NEVER_A_COMPANYS = frozenset({"more_emails", "title", "department", "seniority", "status", "email_status"})
_ADDRESSES = frozenset({"email", "more_emails"})
_IN_LISTS = _ADDRESSES | {"phone", "company_phone", "website"}
"""Of these a person has several; the second of another kind is another person's, or an earlier one."""
_AROUND = frozenset({"person", "company", "group", "container", "work", "second", "phone", "other", "count"})


class _Around(NamedTuple):
    """What stands around the label inside: whose it is, the kinds of address that are named, the place in a list."""

    subject: str
    kinds: frozenset[str]
    number: int | None


@lru_cache(maxsize=4_096)
def compound(label: str, kind: RecordKind) -> Known | None:
    """What a label means that no table knows as a whole; None where a word of it is not known."""
    words = label_words(label)
    if not 1 < len(words) <= _LONGEST or is_colleagues(label):
        return None
    for start, end in _windows(len(words)):
        subject = _subject(words[:start]) or _subject(words[end:])
        known = _of_table("".join(words[start:end]), subject, kind, alone=end - start == 1)
        if known and (kinds := _explained(words, start, end)) is not None:
            numbers = [int(word) for word in words[:start] + words[end:] if word.isdigit()]
            around = _Around(subject, kinds, numbers[0] if numbers else None)
            return _placed(known, around, kind)
    return None


@lru_cache(maxsize=4_096)
def label_words(label: str) -> tuple[str, ...]:
    """The words of a label, outermost first: what stands in brackets at the end is around the rest."""
    label = label[:200]
    if bracket := _BRACKETS.search(label):
        inner = label[: bracket.start()]
        label = f"{bracket[1]} {inner}" if _WORD.search(inner) else bracket[1]
    return tuple(fold(word) for word in _WORD.findall(_HUMP.sub(" ", label)))


@lru_cache(maxsize=4_096)
def is_colleagues(label: str) -> bool:
    """True for a field of whoever keeps the record (`Deal Owner`, `Owner - Email`): a colleague, no prospect."""
    return _names(label, "owner")


@lru_cache(maxsize=4_096)
def is_of_places(label: str) -> bool:
    """True for a column that lists of shops and other places have, and lists of people have not."""
    return _names(label, "place")


def _names(label: str, kind: str) -> bool:
    words = label_words(label)
    return any(
        kind in _kinds_of(words[start : start + count])
        for start in range(len(words))
        for count in range(1, _PHRASE + 1)
    )


def numbered_person(label: str) -> int | None:
    """Which of several people a label is about, where it counts people (`Contact 2 Email`) and not addresses."""
    words = label_words(label)
    for before, word in pairwise(words):
        if _is_number(word) and "person" in _kinds_of((before,)):
            return int(word)
    return None


@cache
def _kinds() -> dict[str, frozenset[str]]:
    kinds: dict[str, frozenset[str]] = {}
    for line in data_lines("label_words.tsv"):
        kind, _why, words = line.split("\t")
        for word in words.split():
            spelled = " ".join(label_words(word))
            kinds[spelled] = kinds.get(spelled, frozenset()) | {kind}
    return kinds


def _kinds_of(words: tuple[str, ...]) -> frozenset[str]:
    return _kinds().get(" ".join(words), frozenset())


def _windows(count: int) -> list[tuple[int, int]]:
    """Runs of words, longest first; of equal ones the last: the innermost label stands behind."""
    return [(start, start + size) for size in range(count, 0, -1) for start in range(count - size, -1, -1)]


def _subject(words: tuple[str, ...]) -> str:
    """Whose field it is: what is nearest to the label inside."""
    for end in range(len(words), 0, -1):
        for count in range(min(_PHRASE, end), 0, -1):
            kinds = _kinds_of(words[end - count : end])
            if found := kinds & {"person", "company"}:
                return "person" if "person" in found else "company"
    return ""


def _of_table(key: str, subject: str, kind: RecordKind, *, alone: bool) -> Known | None:
    """What a label of its own means beside this subject."""
    table: RecordKind = "people" if subject == "person" else "companies" if subject == "company" else kind
    aliases = header_data().aliases[table]
    known = aliases.get(header_key(key))
    if (
        known is None
        and alone
        and (one := aliases.get(header_key(key.removesuffix("s"))))
        and one.field in _IN_LISTS
    ):
        known = one
    return None if known is None or known.field == IGNORED else known


def _explained(words: tuple[str, ...], start: int, end: int) -> frozenset[str] | None:
    """The kinds of the words around a run; None if one of them is not known."""
    inside = {word.rstrip("s") for word in words[start:end]}
    found: frozenset[str] = frozenset()
    lone = bool(_kinds_of(words[start:end]) & {"person", "company"})
    told = any(_kinds_of((word,)) & {"person", "company"} for word in words)
    for part in (words[:start], words[end:]):
        at = 0
        while at < len(part):
            size = next((n for n in range(_PHRASE, 0, -1) if _kinds_of(part[at : at + n]) & _AROUND), 0)
            if not size and not _is_number(part[at]) and part[at].rstrip("s") not in inside:
                return None
            found |= _kinds_of(part[at : at + size])
            at += size or 1
    if (lone and "container" in found) or ("other" in found and not told):
        return None
    return found


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) < 3


def _placed(known: Known, around: _Around, kind: RecordKind) -> Known | None:
    """The field of a label in its surroundings; None where it is nobody's whom a row is about."""
    field, rank = known.field, COMPOUND_RANK + known.rank
    if "count" in around.kinds and field != "headcount":
        return None
    if (around.number or 0) > 1 and field not in _IN_LISTS:
        return None
    if field == "email_status" and "second" in around.kinds:
        return None
    if around.subject == "company":
        field = _OF_A_COMPANY.get(field, field)
        if field in _NEVER_A_COMPANYS or (field == "email" and kind == "people"):
            return None
    if around.subject == "person" and field == "company_address":
        return None
    if field in _ADDRESSES:
        further = "second" in around.kinds and "work" not in around.kinds
        field = "more_emails" if further or (around.number or 0) > 1 else field
        rank -= "work" in around.kinds
    return Known(field, rank, known.language, known.weak)
