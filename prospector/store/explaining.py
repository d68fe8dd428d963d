"""`why`: every observation behind every value, which one is current, and the reason in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.core.custom import PREFIX, custom_key
from prospector.core.evidence import ABOUT_ADDRESS as ABOUT
from prospector.core.evidence import (
    RANKS,
    Employment,
    Method,
    current_values,
    is_of_address,
    refused_addresses,
    says,
    strongest,
    with_custom,
)
from prospector.core.fields import stored
from prospector.core.records import FoundAddress
from prospector.store.custom_values import custom_names
from prospector.store.found_addresses import is_found
from prospector.store.history import History
from prospector.store.published import pages_of, published_by
from prospector.store.who import no_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from prospector.core.evidence import Observation
    from prospector.core.fields import Field, Subject
    from prospector.store.database import Database
    from prospector.store.shapes import ToldShape
    from prospector.store.who import Handle

METHOD_WORDS: dict[Method, str] = {
    "manual": "by hand",
    "verified": "verified",
    "stated": "stated by a source",
    "inferred": "inferred",
}
_FURTHER: dict[Subject, tuple[str, ...]] = {
    "person": ("more_emails", "address", "published", "lookups", "merged"),
    "company": ("technologies", "openings", "signals", "published", "lookups", "merged"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one source said of one field. `because` says why it is current or why not."""

    field: str
    value: Any
    source: str
    row: int | None
    url: str | None
    first_seen: str | None
    seen_at: str
    method: Method | None
    confidence: float | None
    cost: float
    current: bool
    because: str

    def as_json(self) -> ToldShape:
        """One row of `why --json`."""
        return {
            "field": self.field,
            "value": self.value,
            "source": self.source,
            "row": self.row,
            "url": self.url,
            "first_seen": self.first_seen,
            "seen_at": self.seen_at,
            "method": self.method,
            "confidence": self.confidence,
            "cost": self.cost,
            "current": self.current,
            "because": self.because,
        }


def why(db: Database, handle: Handle, field: str | None, as_of: date) -> list[Told]:
    """All that was said of a person or a company, field by field: what is current first, then the newest.

    `UsageError` if there is no such field.
    """
    names = _fields(db, handle, field)
    found = [told for told in _Witnesses(db, handle, as_of).told() if told.field in names]
    return found + [told for told in _further(db, handle) if told.field in names]


def _fields(db: Database, handle: Handle, field: str | None) -> frozenset[str]:
    subject = handle.subject
    known = _known(subject)
    known += [PREFIX + name for name in custom_names(db, subject)]
    if field is None:
        return frozenset(known)
    name = custom_key(field.strip()) or field.strip().lower().replace("-", "_").replace(" ", "_")
    if subject == "person" and name == "name":
        return frozenset(("first_name", "last_name"))
    if name not in known:
        others = _known("company" if subject == "person" else "person")
        raise no_field(db, handle, field, known, others)
    return frozenset((name,))


def _known(subject: Subject) -> list[str]:
    return ["company" if name == "company_id" else name for name in stored(subject)] + list(_FURTHER[subject])


class _Witnesses:
    """The observations of one record, judged by the same rule as its current values."""

    def __init__(self, db: Database, handle: Handle, as_of: date) -> None:
        self._db = db
        self._as_of = as_of
        self._seen = History(db, as_of).observations(handle.subject, handle.id)
        self._refused = refused_addresses(self._seen)
        self._fields = with_custom(stored(handle.subject), self._seen)
        self._current = current_values(
            self._seen, self._fields, as_of, domain_of=self._domain, with_blanks=True
        )
        holder = self._current.get("company_id")
        self._job = Employment.of(self._seen, holder, self._fields, as_of, self._domain)

    def told(self) -> Iterator[Told]:
        """What was said of each stored field, and further addresses."""
        for name, field in self._fields.items():
            said = [one for one in self._seen if says(one, name)]
            held = self._current.get(name)
            newest_first = sorted(said, key=lambda seen: seen.seen_on, reverse=True)
            for one in sorted(newest_first, key=lambda seen: seen is not held):
                because = self._because(one, held, field, said)
                note = _chance(one) if name == "email" else ""
                yield self._line(one, name, one is held, note + because)
        for one in self._seen:
            if one.values.get("more_emails"):
                yield self._line(one, "more_emails", False, "a further address: it finds the person")

    def _line(self, one: Observation, name: str, current: bool, because: str) -> Told:
        value = one.values[name]
        return Told(
            "company" if name == "company_id" else name,
            self._company(int(value)) if name == "company_id" and value else value,
            one.source,
            one.row or None,
            one.url,
            None,
            one.seen_on.isoformat(),
            one.method,
            one.confidence,
            one.cost,
            current,
            because,
        )

    def _domain(self, company_id: int) -> str | None:
        found: str | None = self._db.value("SELECT domain FROM companies WHERE id = ?", (company_id,))
        return found

    def _company(self, company_id: int) -> str:
        row = self._db.one("SELECT name, domain FROM companies WHERE id = ?", (company_id,))
        known = [one for one in (row["name"], row["domain"]) if one] if row else []
        return (
            f"{known[0]} ({known[1]})" if len(known) == 2 else known[0] if known else f"company:{company_id}"
        )

    def _because(
        self, one: Observation, held: Observation | None, field: Field, said: list[Observation]
    ) -> str:
        """The reason why an observation is current, or why it is not."""
        if not self._counts(one, field.name):
            if self._job is not None and not self._job.counts(one, field.name):
                return "seen at another employer than the current one"
            return "said of another address than the current one"
        if held is None:
            return "blank in the end"
        if one is not held:
            return self._why_not(one, held, field)
        if one.values[field.name] == "":
            return "known to be blank: by hand"
        rivals = [other for other in said if other is not one and self._counts(other, field.name)]
        if not rivals:
            return "the only source" if len(said) == 1 else "the only source at the current employer"
        second = strongest(rivals, {field.name: field}, self._as_of)[field.name]
        return self._why_current(one, second, field)

    def _counts(self, one: Observation, name: str) -> bool:
        if self._job is not None and not self._job.counts(one, name):
            return False
        return name not in ABOUT or is_of_address(one, self._current.get("email"))

    def _rank(self, one: Observation, field: Field) -> int:
        return RANKS[one.method] if (self._as_of - one.seen_on).days <= field.max_age else 0

    def _why_current(self, one: Observation, second: Observation, field: Field) -> str:
        mine, other = self._rank(one, field), self._rank(second, field)
        if mine > other and RANKS[one.method] > RANKS[second.method]:
            return f"stronger method: {METHOD_WORDS[one.method]}"
        if mine > other and RANKS[one.method] < RANKS[second.method]:
            return f"what is stronger is older than {field.max_age} days, so the newest wins"
        if mine == other == 0 and one.seen_on > second.seen_on:
            return f"all are older than {field.max_age} days, so the newest wins"
        if one.seen_on > second.seen_on:
            return "newest of equally strong sources"
        if _sureness(one) != _sureness(second):
            return "the surest of equally strong sources of one day"
        if one.import_id != second.import_id:
            return "the later import of the same day" if second.import_id else "imported on the same day"
        if one.source != second.source:
            return "the first by name of equally strong sources of one day"
        return "the later row of its import" if one.row != second.row else "the last correction of its day"

    def _why_not(self, one: Observation, held: Observation, field: Field) -> str:
        if field.name == "email" and one.method == "inferred" and one.values["email"] in self._refused:
            return "a guess that turned out to be wrong"
        same = "; says the same" if one.values[field.name] == held.values[field.name] else ""
        mine, other = self._rank(one, field), self._rank(held, field)
        if mine < other and mine == 0:
            return f"older than {field.max_age} days{same}"
        if mine < other:
            return f"weaker method: {METHOD_WORDS[one.method]}{same}"
        if one.seen_on < held.seen_on:
            return f"older{same}"
        if _sureness(one) != _sureness(held):
            return f"as new and as strong, but less sure{same}"
        if one.import_id != held.import_id:
            return f"{'an earlier import of' if one.import_id else 'not imported, and of'} the same day{same}"
        if one.source != held.source:
            return f"as new and as strong, but not the first by name{same}"
        return f"an earlier row of the same import{same}" if one.row != held.row else f"corrected since{same}"


def _chance(seen: Observation) -> str:
    """What stands before the reason of an address that nobody stated."""
    if not is_found(seen):
        return ""
    return f"{FoundAddress(seen.source, seen.method, seen.confidence).words}; "


def _sureness(seen: Observation) -> float:
    return 1.0 if seen.confidence is None else seen.confidence


def _further(db: Database, handle: Handle) -> list[Told]:
    """What is kept beside the fields, with the first and the last day it was seen."""
    if handle.subject == "person":
        return [*_published(db, handle), *_lookups(db, handle), *_merged(db, handle)]
    rows = [*_technologies(db, handle.id), *_openings(db, handle.id), *_signals(db, handle.id)]
    return [*rows, *_published(db, handle), *_lookups(db, handle), *_merged(db, handle)]


def _sighting(
    field: str, value: str, row: Any, seen: tuple[str, str], ended: str | None, because: Iterable[str | None]
) -> Told:
    source = row["source"]
    method: Method | None = "stated" if source.startswith("file:") else None
    words = "; ".join(filter(None, because))
    return Told(field, value, source, None, row["url"], *seen, method, None, 0.0, ended is None, words)


def _technologies(db: Database, company_id: int) -> Iterator[Told]:
    sql = "SELECT * FROM company_technologies WHERE company_id = ? ORDER BY name, source"
    for row in db.rows(sql, (company_id,)):
        because = (
            f"gone since {row['gone_on']}" if row["gone_on"] else "seen and not gone since",
            row["level"] and f"level: {row['level']}",
            row["grade"] and f"grade {row['grade']}",
            row["evidence"],
        )
        seen = (row["first_seen"], row["last_seen"])
        yield _sighting("technologies", row["name"], row, seen, row["gone_on"], because)


def _openings(db: Database, company_id: int) -> Iterator[Told]:
    sql = "SELECT * FROM openings WHERE company_id = ? ORDER BY title, id"
    for row in db.rows(sql, (company_id,)):
        because = (
            f"closed on {row['closed_on']}" if row["closed_on"] else "seen and not closed since",
            row["posted_on"] and f"posted on {row['posted_on']}",
        )
        seen = (row["first_seen"], row["last_seen"])
        yield _sighting("openings", row["title"], row, seen, row["closed_on"], because)


def _signals(db: Database, company_id: int) -> Iterator[Told]:
    sql = "SELECT * FROM signals WHERE company_id = ? ORDER BY happened_on DESC, kind, source"
    for row in db.rows(sql, (company_id,)):
        value = f"{row['kind']}: {row['detail']}" if row["detail"] else row["kind"]
        yield _sighting(
            "signals",
            value,
            row,
            (row["happened_on"], row["seen_on"]),
            None,
            (f"happened on {row['happened_on']}",),
        )


def _published(db: Database, handle: Handle) -> Iterator[Told]:
    """Where a company's own pages show an address."""
    if handle.subject == "company":
        pages = published_by(db, handle.id)
    else:
        email = db.value("SELECT email FROM people WHERE id = ?", (handle.id,))
        pages = pages_of(db, email) if email else []
    for page in pages:
        because = "the page says not to write to it" if page.no_mail else "no note against mails on the page"
        day = page.seen_on.isoformat()
        yield Told(
            "published", page.email, "website", None, page.url, None, day, "stated", None, 0.0, True, because
        )


def _lookups(db: Database, handle: Handle) -> Iterator[Told]:
    sql = f"SELECT * FROM lookups WHERE {handle.subject}_id = ? ORDER BY looked_on DESC, id DESC"
    asked: set[str] = set()
    for row in db.rows(sql, (handle.id,)):
        last = row["source"] not in asked
        asked.add(row["source"])
        yield Told(
            "lookups",
            row["outcome"],
            row["source"],
            None,
            row["url"],
            None,
            row["looked_on"],
            None,
            None,
            row["cost"],
            last,
            row["reason"] or ("the last look-up of this source" if last else "older"),
        )


def _merged(db: Database, handle: Handle) -> Iterator[Told]:
    sql = "SELECT merged_on, gone, held FROM merges WHERE kind = ? AND kept = ? ORDER BY id DESC"
    for row in db.rows(sql, (handle.subject, handle.id)):
        held = json.loads(row["held"])
        value = held.get("email") or held.get("domain") or held.get("name") or held.get("name_key")
        because = f"{handle.subject}:{row['gone']} was merged into this one"
        day = row["merged_on"]
        yield Told("merged", value, "by hand", None, None, None, day, "manual", None, 0.0, True, because)
