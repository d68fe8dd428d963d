"""Likely duplicates, with the reason for each: for a person to decide. Nothing fuzzy merges by itself.

Names are compared only within blocks (one employer, one e-mail domain, one beginning of a name), and within a
large block only with their neighbours in two orders, so that the work grows with the number of records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from prospector.normalise.domains import is_free_mail
from prospector.store.merging import check_pair
from prospector.store.who import Handle, handle_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.store.database import Database
    from prospector.store.shapes import DuplicateShape

SMALL_BLOCK = 60
"""Up to so many records are compared each with each."""

NEIGHBOURS = 12
"""In a larger block each record is compared with so many that follow it in either order."""

ALIKE = 88
"""Names at least so much alike, in percent, are listed."""

_T = TypeVar("_T", "_Person", "_Company")

_MANY = 2
"""So many companies at one domain are a pair to decide about; more share it."""

_SHORTEST = 5
"""Shorter names are alike by chance."""

_SLIP = 0.85


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A likely pair, with what `merge` and `duplicates --keep-apart` take for each.

    `b` is None for one record that was made of several sightings by nothing but a company's name.
    """

    kind: Subject
    reason: str
    alike: int
    a: str
    a_id: int
    a_name: str | None
    b: str | None
    b_id: int | None
    b_name: str | None

    def as_json(self) -> DuplicateShape:
        """One row of `duplicates --json`."""
        return {
            "kind": self.kind,
            "reason": self.reason,
            "alike": self.alike,
            "a": self.a,
            "a_id": self.a_id,
            "a_name": self.a_name,
            "b": self.b,
            "b_id": self.b_id,
            "b_name": self.b_name,
        }


class _Pair(NamedTuple):
    a: int
    b: int
    reason: str
    alike: int


class _Person(NamedTuple):
    id: int
    name: str
    given: str
    family: str
    email: str | None
    linkedin: str | None
    company_id: int | None


class _Company(NamedTuple):
    id: int
    name: str
    domain: str | None
    country: str | None


def find_duplicates(db: Database) -> list[Duplicate]:
    """Likely pairs of people, then of companies, the most alike first; last, companies that are one by name alone."""
    listed: list[Duplicate] = []
    for kind, pairs in (("person", _people(db)), ("company", _companies(db))):
        subject: Subject = "person" if kind == "person" else "company"
        apart = {
            (row["a"], row["b"]) for row in db.rows("SELECT a, b FROM kept_apart WHERE kind = ?", (kind,))
        }
        best: dict[tuple[int, int], _Pair] = {}
        for pair in pairs:
            key = (pair.a, pair.b)
            if key not in apart and (key not in best or pair.alike > best[key].alike):
                best[key] = pair
        ordered = sorted(best.values(), key=lambda pair: (-pair.alike, pair.a, pair.b))
        listed += [_shown(db, subject, pair) for pair in ordered]
    return listed + _shared_domains(db) + _by_name_alone(db)


def keep_apart(db: Database, one: Handle, other: Handle, on: date) -> bool:
    """Note that two records are not the same; whether that was new. `UsageError` for a pair of different kinds."""
    check_pair(one, other)
    a, b = sorted((one.id, other.id))
    with db.transaction():
        cursor = db.execute(
            "INSERT OR IGNORE INTO kept_apart (kind, a, b, kept_on) VALUES (?, ?, ?, ?)",
            (one.subject, a, b, on.isoformat()),
        )
    return cursor.rowcount > 0


def _shown(db: Database, subject: Subject, pair: _Pair) -> Duplicate:
    names = [_name(db, subject, one) for one in (pair.a, pair.b)]
    handles = [handle_text(db, Handle(subject, one)) for one in (pair.a, pair.b)]
    return Duplicate(
        subject, pair.reason, pair.alike, handles[0], pair.a, names[0], handles[1], pair.b, names[1]
    )


def _name(db: Database, subject: Subject, record_id: int) -> str | None:
    if subject == "company":
        found: str | None = db.value("SELECT name FROM companies WHERE id = ?", (record_id,))
        return found
    sql = "SELECT trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')) FROM people WHERE id = ?"
    return db.value(sql, (record_id,)) or None


# People


_PEOPLE = "SELECT id, name_key, first_name, last_name, email, linkedin, company_id FROM people WHERE"


def _people(db: Database) -> Iterator[_Pair]:
    at_work = db.execute(f"{_PEOPLE} company_id IS NOT NULL AND name_key IS NOT NULL ORDER BY company_id, id")
    for _, block in groupby(map(_person, at_work), key=lambda one: one.company_id):
        yield from _compared(list(block), _same_company, (itemgetter(1), _family_first))
    with_address = db.execute(
        f"{_PEOPLE} email IS NOT NULL AND name_key IS NOT NULL ORDER BY substr(email, instr(email, '@') + 1), id"
    )
    for domain, block in groupby(map(_person, with_address), key=_mail_domain):
        if domain and not is_free_mail(domain):
            yield from _compared(list(block), _same_mail_domain, (itemgetter(1), _family_first))
    with_profile = db.execute(f"{_PEOPLE} linkedin IS NOT NULL ORDER BY linkedin, id")
    for _, block in groupby(map(_person, with_profile), key=lambda one: one.linkedin):
        yield from (_pair(a, b, "same profile", 100) for a, b in _pairs(list(block), (itemgetter(0),)))


def _person(row: sqlite3.Row) -> _Person:
    key = row["name_key"] or ""
    given_words = len((row["first_name"] or "").split())
    words = key.split()
    return _Person(
        row["id"],
        key,
        " ".join(words[:given_words]),
        " ".join(words[given_words:]),
        row["email"],
        row["linkedin"],
        row["company_id"],
    )


def _family_first(one: _Person) -> tuple[str, str]:
    return one.family, one.given


def _mail_domain(one: _Person) -> str:
    return (one.email or "").rpartition("@")[2]


def _same_company(a: _Person, b: _Person) -> _Pair | None:
    return _named_alike(a, b, "at the same company")


def _same_mail_domain(a: _Person, b: _Person) -> _Pair | None:
    if a.company_id == b.company_id and a.company_id is not None:
        return None  # listed as colleagues already
    return _named_alike(a, b, "in the same e-mail domain")


def _named_alike(a: _Person, b: _Person, where: str) -> _Pair | None:
    if a.name == b.name:
        two = "addresses" if a.email and b.email else "profiles" if a.linkedin and b.linkedin else "records"
        return _pair(a, b, f"same name {where} with two {two}", 100)
    if sorted(a.name.split()) == sorted(b.name.split()):
        return _pair(a, b, f"same name in another order, {where}", 98)
    if a.family == b.family and _is_initial(a.given, b.given):
        return _pair(a, b, f"same family name and initial, {where}", 90)
    percent = int(ratio(a.name, b.name, score_cutoff=ALIKE))
    if percent and min(len(a.name), len(b.name)) >= _SHORTEST and _may_be_slip(a, b):
        return _pair(a, b, f"names {percent}% alike, {where}", percent)
    return None


def _may_be_slip(a: _Person, b: _Person) -> bool:
    """Both parts must be alike: brothers share a family name, and half an office shares a given name."""
    return _is_slip(a.given, b.given) and _is_slip(a.family, b.family)


def _is_slip(one: str, other: str) -> bool:
    if one == other:
        return True
    if len(one) == len(other) < _SHORTEST:
        return False  # Mark and Mary
    return JaroWinkler.similarity(one, other) >= _SLIP


def _is_initial(one: str, other: str) -> bool:
    short, long = sorted((one.replace(".", ""), other.replace(".", "")), key=len)
    return len(short) == 1 and len(long) > 1 and long.startswith(short)


# Companies


_COMPANIES = "SELECT id, name_key, domain, country FROM companies WHERE"


def _companies(db: Database) -> Iterator[_Pair]:
    named = db.execute(f"{_COMPANIES} name_key IS NOT NULL ORDER BY substr(name_key, 1, 3), id")
    for _, block in groupby(map(_company, named), key=lambda one: one.name[:3]):
        yield from _compared(list(block), _alike, (itemgetter(1), lambda one: one.name.replace(" ", "")))
    at_domain = [_company(row) for row in db.execute(f"{_COMPANIES} domain IS NOT NULL ORDER BY id")]
    at_domain.sort(key=_label)
    several = Counter(one.domain for one in at_domain)
    at_domain = [one for one in at_domain if several[one.domain] <= _MANY]
    for label, block in groupby(at_domain, key=_label):
        if label:
            yield from _compared(list(block), _other_ending, (itemgetter(1), itemgetter(2)))


def _company(row: sqlite3.Row) -> _Company:
    return _Company(row["id"], row["name_key"] or "", row["domain"], row["country"])


def _label(one: _Company) -> str:
    """What stands before the public ending: `acme` of `acme.co.uk` (domains are stored as registered)."""
    return (one.domain or "").partition(".")[0]


def _alike(a: _Company, b: _Company) -> _Pair | None:
    if a.country and b.country and a.country != b.country:
        return None  # offices of one group in two countries are two companies
    same = a.name == b.name
    if same and (a.domain is None) != (b.domain is None):
        return _pair(a, b, "same name, one company without a domain", 97)
    if same:
        return _pair(a, b, "same name, two domains" if a.domain else "same name, neither with a domain", 95)
    percent = int(ratio(a.name, b.name, score_cutoff=ALIKE))
    if not percent or min(len(a.name), len(b.name)) < _SHORTEST:
        return None
    if a.domain and b.domain:
        if ratio(_label(a), _label(b)) < ALIKE:
            return None  # two domains and two names
        return _pair(a, b, f"names {percent}% alike, and so are the domains", percent)
    without = "one" if a.domain or b.domain else "neither"
    return _pair(a, b, f"names {percent}% alike, {without} with a domain", percent)


def _other_ending(a: _Company, b: _Company) -> _Pair | None:
    if a.domain == b.domain:
        return _pair(a, b, "same domain", 100)
    percent = int(ratio(a.name, b.name, score_cutoff=ALIKE)) if a.name and b.name else 0
    if not percent:
        return None
    return _pair(a, b, "domain differs only in its ending and names alike", percent - percent // 50)


def _shared_domains(db: Database) -> list[Duplicate]:
    """Domains of many companies: a group's, a provider's or a directory's. One line for each, not one for each pair."""
    rows = db.rows(
        "SELECT domain, count(*) AS times, min(id) AS id FROM companies WHERE domain IS NOT NULL "
        "GROUP BY domain HAVING count(*) > ? ORDER BY domain",
        (_MANY,),
    )
    return [
        Duplicate(
            "company",
            f"{row['times']} companies of different names share the domain {row['domain']}",
            100,
            f"company:{row['id']}",
            row["id"],
            _name(db, "company", row["id"]),
            None,
            None,
            None,
        )
        for row in rows
    ]


def _by_name_alone(db: Database) -> list[Duplicate]:
    """Companies without a domain and a country that several observations of one name were taken for."""
    rows = db.rows(
        "SELECT c.id, c.name, count(*) AS times FROM companies c JOIN evidence e "
        "ON e.company_id = c.id AND e.company_values IS NOT NULL "
        "WHERE c.domain IS NULL AND c.country IS NULL AND c.name_key IS NOT NULL "
        "GROUP BY c.id HAVING count(DISTINCT e.source) > 1 ORDER BY c.name_key, c.id"
    )
    return [
        Duplicate(
            "company",
            f"one record by its name alone, of {row['times']} observations",
            100,
            f"company:{row['id']}",
            row["id"],
            row["name"],
            None,
            None,
            None,
        )
        for row in rows
    ]


# Blocks


def _pair(a: _Person | _Company, b: _Person | _Company, reason: str, alike: int) -> _Pair:
    return _Pair(min(a.id, b.id), max(a.id, b.id), reason, alike)


def _compared(
    block: list[_T], compare: Callable[[_T, _T], _Pair | None], orders: Sequence[Callable[[_T], Any]]
) -> Iterator[_Pair]:
    for a, b in _pairs(block, orders):
        if (pair := compare(a, b)) is not None:
            yield pair


def _pairs(block: list[_T], orders: Sequence[Callable[[_T], Any]]) -> Iterable[tuple[_T, _T]]:
    """Each with each in a small block; neighbours in each of the orders in a large one."""
    if len(block) <= SMALL_BLOCK:
        yield from combinations(block, 2)
        return
    for order in orders:
        ordered = sorted(block, key=order)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 : place + 1 + NEIGHBOURS]:
                yield one, other
