"""What a job title says about a person's department and level, in eight languages.

A title is cut into words; every word or phrase that `data/role_words.tsv` knows becomes a hint: a level, a
department with a weight, or a word that steers its neighbours (`ex-`, `at`, `assistant to`). The hints of
one role stand together; where a title names two roles, the higher one decides. The kinds of steering words:

    former, now   a role that is not held (`ex-CMO at X`), until `now` or the next comma
    at            the name of a company follows, until the next comma
    to, of        after a helper: whom they help; that person's level does not count
    assist        helps: a deputy before a level (`Assistant Director`), else entry
    helper        serves, without a level of its own (`Referentin der Geschäftsführung`)
    aide          keeps somebody's office: entry or no level, and the field of the one helped does not count
    hard, intern  outweigh any level beside them (`Junior Manager`)
    chief         c_suite with `officer`, else the first of a trade
    lead          senior in front (`Lead Engineer`), manager behind (`Marketing Lead`)
    partner       a level unless it names a service (`Talent Partner`) or goods (`Partner Manager`)
    alone         counts only as the whole title
    other_firm    hides the levels inside a phrase (`product owner`, `advisory board`)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar

from prospector.normalise.quick_copies import quick_copy
from prospector.normalise.text import data_lines, fold

DEPARTMENTS: tuple[str, ...] = (
    "executive", "finance", "hr", "marketing", "sales", "product", "design", "engineering", "data", "it",
    "security", "operations", "customer_success", "support", "legal", "procurement", "education",
    "healthcare", "research", "other",
)  # fmt: skip
"""All departments that `parse_role` can answer."""

SENIORITIES: tuple[str, ...] = (
    "owner", "c_suite", "partner", "vp", "director", "manager", "senior", "entry", "intern",
)  # fmt: skip
"""All levels that `parse_role` can answer, the highest first."""

_DATA_FILE = "role_words.tsv"
_TABLES = ("exact", "stems", "tails")
_Key = TypeVar("_Key", str, tuple[str, ...])
_RANKS = {name: len(SENIORITIES) - place for place, name in enumerate(SENIORITIES)}
_INTERN, _ENTRY, _SENIOR = _RANKS["intern"], _RANKS["entry"], _RANKS["senior"]
_MANAGER, _DIRECTOR = _RANKS["manager"], _RANKS["director"]
_VP, _PARTNER, _C_SUITE = _RANKS["vp"], _RANKS["partner"], _RANKS["c_suite"]
_HELPERS = frozenset({"assist", "aide", "helper"})

_LONGEST_TITLE = 300
_LONGEST_WORD = 40
# What a level implies by itself (`CEO` aside) weighs no more than this; it is no field of work.
_IMPLIED = 20
# A field at least this heavy in front of a comma is not outweighed by what stands behind it.
_PLAIN = 30

_DOTTED = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+\b\.?")
_DASH = re.compile(r"\s[-‐-―]+\s")
_TOKENS = re.compile(r"[a-z]{1,2}&[a-z]{1,2}\b|c\+\+|[^\W_]+|[&+,;:|/()\[\]@•·]")
_AND = frozenset({"&", "+", "and", "und", "et", "y", "e", "en", "i", "oraz"})
_BREAKS = frozenset(",;:|/()[]•·")


@dataclass(frozen=True, slots=True)
class Role:
    """A title as it was written, and what it says; None where it says nothing."""

    title: str
    department: str | None
    seniority: str | None


class _Hint(NamedTuple):
    """What one word or phrase says."""

    rank: int
    department: str | None
    weight: int
    kind: str


_NOTHING = _Hint(0, None, 0, "-")


class _Part(NamedTuple):
    """The hints between two separators; `fresh` where the separator was stronger than "and"."""

    hints: list[_Hint]
    fresh: bool


class _Words(NamedTuple):
    """The data file, sorted by how a word is matched."""

    exact: dict[str, _Hint]
    stems: dict[str, _Hint]
    tails: dict[str, _Hint]
    phrases: dict[tuple[str, ...], _Hint]
    phrase_stems: dict[tuple[str, ...], list[tuple[str, _Hint]]]
    lengths: dict[str, list[int]]


@lru_cache(maxsize=16_384)
def parse_role(title: str) -> Role:
    """The department and the level that a title (or a segment's own word for a role) states.

    Neither is guessed: `Software Engineer` has no seniority, `Director` no department. Former roles,
    employers' names and the person an assistant works for are left out. Never fails.
    """
    roles = _roles(_parts(_tokens(title[:_LONGEST_TITLE])))
    best_rank, department, weight = 0, None, -1
    spare, spare_weight = None, 0
    for parts in roles:
        rank = _rank([hint for part in parts for hint in part.hints])
        found, found_weight = _department(parts)
        if found_weight > spare_weight:
            spare, spare_weight = found, found_weight
        if rank > best_rank or weight < 0:
            best_rank, department, weight = rank, found, found_weight
    if weight <= 0 and spare is not None:
        department = spare
    return Role(title, department, SENIORITIES[-best_rank] if best_rank else None)


def _tokens(title: str) -> list[str]:
    text = fold(title)
    if "." in text:
        text = _DOTTED.sub(lambda match: match[0].replace(".", "") + " ", text)
    return _TOKENS.findall(_DASH.sub(" | ", text))


def _parts(tokens: list[str]) -> list[_Part]:
    """The hints of the tokens, cut at separators, without former roles and names of companies."""
    if len(tokens) == 1 and (hint := _words().exact.get(tokens[0])) and hint.kind == "alone":
        return [_Part([hint._replace(kind="-")], True)]
    parts = [_Part([], True)]
    skipping = served = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token in _BREAKS:
            skipping = served = False
            parts.append(_Part([], True))
            place += 1
            continue
        hint, used = _match(tokens, place)
        place += used
        if hint is None:
            if token in _AND and not skipping and not served:
                parts.append(_Part([], False))
            continue
        hints = parts[-1].hints
        kind = hint.kind
        if kind == "now":
            skipping = served = False
            parts.append(_Part([], True))
        elif skipping or kind in ("alone", "former"):
            skipping = skipping or kind == "former"
        elif kind == "at":
            skipping = any(part.hints for part in parts)
        elif kind in ("to", "of"):
            served = served or kind == "to" or bool(hints and hints[-1].kind in _HELPERS)
        elif not served:
            hints.append(hint)
        elif not hints or hints[-1].kind != "aide":
            hints.append(_of_the_one_served(hint))
    return parts


def _of_the_one_served(hint: _Hint) -> _Hint:
    """What the role of the one helped says about the helper: the field, if it is one, and no level."""
    if hint.weight > _IMPLIED and hint.department != "executive":
        return _Hint(0, hint.department, hint.weight, "-")
    return _NOTHING


def _match(tokens: list[str], place: int) -> tuple[_Hint | None, int]:
    """The longest phrase or word at a place, and how many tokens it takes."""
    words = _words()
    token = tokens[place]
    for length in words.lengths.get(token, ()):
        run = tuple("&" if t in _AND else t for t in tokens[place : place + length])
        if hint := words.phrases.get(run):
            return hint, length
        for stem, hint in words.phrase_stems.get(run[:-1], ()):
            if len(run) == length and run[-1].startswith(stem):
                return hint, length
    return _word(token), 1


@lru_cache(maxsize=65_536)
def _word(token: str) -> _Hint | None:
    """The hint of one word: known as it stands, or a compound of known beginnings and endings."""
    words = _words()
    if len(token) > _LONGEST_WORD or (hint := words.exact.get(token)):
        return None if len(token) > _LONGEST_WORD else hint
    found = [h for n in range(len(token), 1, -1) if (h := words.stems.get(token[:n]))]
    found += [h for n in range(1, len(token) - 1) if (h := words.tails.get(token[n:]))]
    if not found:
        return None
    level = next((h for h in found if h.rank or h.kind != "-"), found[0])
    field = next((h for h in found if h.department and h.weight), level)
    return _Hint(level.rank, field.department, field.weight, level.kind)


def _roles(parts: list[_Part]) -> list[list[_Part]]:
    """Parts that belong to one role stand together: a part without a level goes to the role before it."""
    roles: list[list[_Part]] = []
    waiting: list[_Part] = []
    fresh = False
    for hints, starts in parts:
        fresh = fresh or starts
        if not hints:
            continue
        part, fresh = _Part(hints, fresh), False
        if _rank(part.hints):
            roles.append([*waiting, part])
            waiting = []
        elif roles:
            roles[-1].append(part)
        else:
            waiting.append(part)
    return roles or ([waiting] if waiting else [])


def _rank(hints: list[_Hint]) -> int:
    """The level of one role, 0 where nothing says it."""
    kinds = {hint.kind for hint in hints}
    if kinds == {"-"}:
        return max(hint.rank for hint in hints)
    if "intern" in kinds:
        return _INTERN
    if "hard" in kinds:
        return _ENTRY
    if "aide" in kinds:
        return max(hint.rank for hint in hints if hint.kind == "aide")
    if "assist" in kinds and not _is_deputy(hints):
        return _ENTRY
    return max((_rank_at(hints, place) for place in range(len(hints))), default=0)


def _is_deputy(hints: list[_Hint]) -> bool:
    """True if a level follows the word that helps (`Assistant Sales Manager`, not `Manager's Assistant`)."""
    place = next(n for n, hint in enumerate(hints) if hint.kind == "assist")
    return any(hint.rank >= _MANAGER or hint.kind in ("chief", "partner") for hint in hints[place + 1 :])


def _rank_at(hints: list[_Hint], place: int) -> int:
    """The level that one hint gives in its surroundings."""
    hint = hints[place]
    after = hints[place + 1 :]
    if hint.kind == "assist":
        return 0
    if hint.kind == "chief":
        return _C_SUITE if any(h.kind == "officer" for h in after) else _DIRECTOR
    if hint.kind == "lead":
        in_front = all(h.rank == _SENIOR for h in hints[:place])
        return _SENIOR if in_front and after else _MANAGER
    if hint.kind == "partner":
        serves = any(h.department == "hr" for h in hints) or any(h.rank >= _MANAGER for h in after)
        return 0 if serves else _PARTNER
    return hint.rank


def _department(parts: list[_Part]) -> tuple[str | None, int]:
    """The heaviest department of one role, the first of equals; what stands first is asked first."""
    best, best_weight = None, -1
    hints = [hint for part in parts for hint in part.hints]
    helps = any(hint.kind == "assist" for hint in hints) and not _is_deputy(hints)
    for part in parts:
        if part.fresh and best_weight >= _PLAIN:
            break
        for hint in part.hints:
            if hint.department and hint.weight > best_weight:
                best, best_weight = hint.department, hint.weight
    return ("operations" if helps and best == "executive" else best), max(best_weight, 0)


@cache
def _words() -> _Words:
    """The data file, read once."""
    copy = quick_copy(_DATA_FILE, worked_out)
    hints = [_Hint(*hint) for hint in copy["hints"]]
    exact, stems, tails = ({word: hints[at] for word, at in copy[name].items()} for name in _TABLES)
    phrases = {tuple(run): hints[at] for run, at in copy["phrases"]}
    phrase_stems = {
        tuple(start): [(stem, hints[at]) for stem, at in stems] for start, stems in copy["phrase_stems"]
    }
    return _Words(exact, stems, tails, phrases, phrase_stems, copy["lengths"])


def worked_out() -> dict[str, Any]:
    """The data file sorted by how a word is matched; of each hint its place in the list of all."""
    words = _read_words()
    tables = [getattr(words, name) for name in _TABLES]
    stems = [pair for pairs in words.phrase_stems.values() for pair in pairs]
    used = [hint for table in (*tables, words.phrases) for hint in table.values()] + [
        hint for _, hint in stems
    ]
    places = {hint: place for place, hint in enumerate(dict.fromkeys(used))}
    return {
        "hints": [list(hint) for hint in places],
        **{
            name: {word: places[hint] for word, hint in table.items()}
            for name, table in zip(_TABLES, tables, strict=True)
        },
        "phrases": [[list(run), places[hint]] for run, hint in words.phrases.items()],
        "phrase_stems": [
            [list(start), [[stem, places[hint]] for stem, hint in pairs]]
            for start, pairs in words.phrase_stems.items()
        ],
        "lengths": words.lengths,
    }


def _read_words() -> _Words:
    """The data file. Of two entries for one word the heavier stays, else the first."""
    words = _Words({}, {}, {}, {}, {}, {})
    for line in data_lines(_DATA_FILE):
        department, weight, level, kind, entries, _reason = line.split("\t")
        rank = 0 if level in ("-", "chief") else _RANKS[level]
        hint = _Hint(rank, None if department == "-" else department, int(weight), kind)
        for entry in entries.split(", "):
            for spelling in _spellings(entry):
                _add(words, spelling, hint)
    for lengths in words.lengths.values():
        lengths.sort(reverse=True)
    for run, hint in words.phrases.items():
        words.phrases[run] = _with_level(words, run, hint)
    for start, stems in words.phrase_stems.items():
        stems[:] = [(stem, _with_level(words, (*start, stem), hint)) for stem, hint in stems]
    return words


def _with_level(words: _Words, run: tuple[str, ...], hint: _Hint) -> _Hint:
    """A phrase of a department keeps the level of its last or first word (`art director`, `head of people`)."""
    if hint.department is None or hint.rank or hint.kind != "-":
        return hint
    for word, kinds in ((run[-1], ("assist", "lead")), (run[0], ("chief",))):
        level = words.exact.get(word)
        if level and ((level.kind == "-" and _MANAGER <= level.rank <= _VP) or level.kind in kinds):
            return hint._replace(rank=level.rank, kind=level.kind)
    return hint


def _spellings(entry: str) -> tuple[str, ...]:
    """A word without its accents, and with umlauts written as two letters."""
    spelt_out = entry.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return (fold(entry),) if spelt_out == entry else tuple(dict.fromkeys((fold(entry), fold(spelt_out))))


def _add(words: _Words, entry: str, hint: _Hint) -> None:
    if " " in entry:
        _add_phrase(words, tuple("&" if t in _AND else t for t in entry.split()), hint)
    elif entry.endswith("*"):
        _keep(words.stems, entry[:-1], hint)
    elif entry.startswith("*"):
        _keep(words.tails, entry[1:], hint)
    else:
        _keep(words.exact, entry, hint)


def _add_phrase(words: _Words, run: tuple[str, ...], hint: _Hint) -> None:
    if run[-1].endswith("*"):
        words.phrase_stems.setdefault(run[:-1], []).append((run[-1][:-1], hint))
    else:
        _keep(words.phrases, run, hint)
    lengths = words.lengths.setdefault(run[0], [])
    if len(run) not in lengths:
        lengths.append(len(run))


def _keep(table: dict[_Key, _Hint], key: _Key, hint: _Hint) -> None:
    if key not in table or hint.weight > table[key].weight:
        table[key] = hint
