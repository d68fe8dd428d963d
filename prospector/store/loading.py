"""Records from rows: people and companies with their technologies, openings and readings."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from prospector.core.fields import stored
from prospector.core.records import (
    Company,
    Contact,
    Deal,
    Opening,
    Person,
    Prospect,
    Signal,
    Standing,
    TechnologyUse,
    further_fields,
    with_extra,
)
from prospector.store.custom_values import values_of
from prospector.store.found_addresses import found_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from prospector.core.fields import Field, Subject
    from prospector.store.database import Database

_CHUNK = 500


def load_prospects(db: Database, person_ids: Sequence[int]) -> Iterator[Prospect]:
    """The people with these ids and their companies, in the order asked for."""
    for start in range(0, len(person_ids), _CHUNK):
        chunk = person_ids[start : start + _CHUNK]
        rows = {row["id"]: row for row in _by_ids(db, "people", "id", chunk)}
        employers = {row["company_id"] for row in rows.values() if row["company_id"] is not None}
        companies = load_companies(db, sorted(employers))
        contacts, standing, deals = _contacts(db, rows), _standing(db, chunk), _deals(db, "person_id", chunk)
        custom, found = values_of(db, "person", rows), found_of(db, rows)
        for person_id in chunk:
            if row := rows.get(person_id):
                person = Person(
                    **_values(row, "person"), custom=custom.get(person_id, {}), found=found.get(person_id)
                )
                yield Prospect(
                    person,
                    companies.get(row["company_id"]),
                    contacts[person_id],
                    standing.get(person_id),
                    deals.get(person_id, ()),
                )


def load_colleagues(db: Database, company_id: int) -> list[Prospect]:
    """The people of a company, by family name."""
    rows = db.rows("SELECT id FROM people WHERE company_id = ? ORDER BY last_name, id", (company_id,))
    return list(load_prospects(db, [row["id"] for row in rows]))


def load_companies(db: Database, company_ids: Sequence[int]) -> dict[int, Company]:
    """The companies with these ids, with all that belongs to them."""
    found: dict[int, Company] = {}
    for start in range(0, len(company_ids), _CHUNK):
        chunk = company_ids[start : start + _CHUNK]
        technologies = _children(db, "company_technologies", chunk, "technology, source")
        openings = _children(db, "openings", chunk, "title, id")
        readings = _children(db, "readings", chunk, "channel")
        signals = _children(db, "signals", chunk, "happened_on DESC, id")
        custom, deals = values_of(db, "company", chunk), _deals(db, "company_id", chunk)
        for row in _by_ids(db, "companies", "id", chunk):
            key = row["id"]
            found[key] = _company(
                row,
                technologies[key],
                openings[key],
                readings[key],
                signals[key],
                custom.get(key, {}),
                deals.get(key, ()),
            )
    return found


def _by_ids(db: Database, table: str, column: str, ids: Sequence[int | str]) -> list[sqlite3.Row]:
    marks = ",".join("?" * len(ids))
    return db.rows(f"SELECT * FROM {table} WHERE {column} IN ({marks})", tuple(ids))


def _children(
    db: Database, table: str, company_ids: Sequence[int], order: str
) -> defaultdict[int, list[sqlite3.Row]]:
    marks = ",".join("?" * len(company_ids))
    grouped: defaultdict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in db.rows(
        f"SELECT * FROM {table} WHERE company_id IN ({marks}) ORDER BY {order}", tuple(company_ids)
    ):
        grouped[row["company_id"]].append(row)
    return grouped


@cache
def _parts(subject: Subject) -> tuple[tuple[str, ...], tuple[Field, ...]]:
    """The attributes that are a column of the same name, and the fields of the table that take several."""
    keys = {"person": ("id", "title_key"), "company": ("id", "word_key")}[subject]
    fields = [one for one in stored(subject).values() if one.name != "company_id" or subject == "company"]
    plain = (one.name for one in fields if one.columns == (one.name,))
    return (*keys, *plain), tuple(one for one in fields if one.columns != (one.name,))


def _values(row: sqlite3.Row, subject: Subject) -> dict[str, Any]:
    """The values of a row, typed, as the record takes them."""
    plain, several = _parts(subject)
    values = {name: row[name] for name in plain}
    for field in several:
        values[field.name] = field.value([row[column] for column in field.columns])
    return with_extra(subject, values) if further_fields(subject) else values


def _company(
    row: sqlite3.Row,
    technologies: list[sqlite3.Row],
    openings: list[sqlite3.Row],
    readings: list[sqlite3.Row],
    signals: list[sqlite3.Row],
    custom: dict[str, str],
    deals: tuple[Deal, ...],
) -> Company:
    return Company(
        **_values(row, "company"),
        custom=custom,
        deals=deals,
        signals=tuple(_signal(one) for one in signals),
        technologies=tuple(technology_use(one) for one in technologies if one["gone_on"] is None),
        openings=tuple(opening(one) for one in openings if one["closed_on"] is None),
        read=tuple((one["channel"], date.fromisoformat(one["read_on"])) for one in readings),
    )


def _contacts(db: Database, people: dict[int, sqlite3.Row]) -> dict[int, tuple[Contact, ...]]:
    """The campaigns that took each of these people, known by id or, from a manifest alone, by address."""
    by_address = {row["email"]: key for key, row in people.items() if row["email"]}
    found: dict[int, set[Contact]] = {key: set() for key in people}
    for column, keys in (("person_id", {key: key for key in people}), ("email", by_address)):
        for row in _by_ids(db, "enrolments", column, list(keys)):
            contact = Contact(row["campaign"], date.fromisoformat(row["enrolled_on"]))
            found[keys[row[column]]].add(contact)
    return {key: tuple(sorted(some, key=_by_day)) for key, some in found.items()}


def _standing(db: Database, people: Sequence[int]) -> dict[int, Standing]:
    """Where these people stand, as it was worked out last."""
    return {
        row["person_id"]: Standing(
            row["stage"],
            date.fromisoformat(row["since"][:10]),
            *(_day(row[name]) for name in ("last_answer", "last_two_way", "contacted_on")),
        )
        for row in _by_ids(db, "stages", "person_id", people)
    }


def _deals(db: Database, column: str, ids: Sequence[int]) -> dict[int, tuple[Deal, ...]]:
    """The deals of these people, or of these companies."""
    found: defaultdict[int, list[Deal]] = defaultdict(list)
    for row in sorted(_by_ids(db, "deals", column, ids), key=lambda one: int(one["id"])):
        heard_on = date.fromisoformat(row["heard_on"] or row["opened_on"])
        found[row[column]].append(Deal(row["id"], row["state"], row["stage"], row["amount"], heard_on))
    return {key: tuple(some) for key, some in found.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _by_day(contact: Contact) -> tuple[date, str]:
    return contact.enrolled_on, contact.campaign


def _signal(row: sqlite3.Row) -> Signal:
    return Signal(
        kind=row["kind"],
        happened_on=date.fromisoformat(row["happened_on"]),
        detail=row["detail"],
        source=row["source"],
        seen_on=date.fromisoformat(row["seen_on"]),
        url=row["url"],
    )


def technology_use(row: sqlite3.Row, seen_on: date | None = None) -> TechnologyUse:
    """A technology from its row; `seen_on` where it was seen later, too, than the day that is asked for."""
    return TechnologyUse(
        key=row["technology"],
        name=row["name"],
        category=row["category"],
        level=row["level"],
        advertises_on=row["advertises_on"],
        source=row["source"],
        seen_on=seen_on or date.fromisoformat(row["last_seen"]),
        grade=row["grade"],
        url=row["url"],
        evidence=row["evidence"],
    )


def opening(row: sqlite3.Row, seen_on: date | None = None) -> Opening:
    """An opening from its row; `seen_on` as for `technology_use`."""
    posted = row["posted_on"]
    return Opening(
        title=row["title"],
        title_key=row["title_key"],
        department=row["department"],
        seniority=row["seniority"],
        location=row["location"],
        url=row["url"],
        posted_on=date.fromisoformat(posted) if posted else None,
        seen_on=seen_on or date.fromisoformat(row["last_seen"]),
        source=row["source"],
    )
