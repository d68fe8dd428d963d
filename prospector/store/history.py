"""Recording what was seen: evidence is appended, current values are worked out anew from all of it.

New people and companies of an import are collected and written many at a time; whoever is known already is
read, compared and written one by one.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from prospector.core.custom import is_custom
from prospector.core.evidence import Observation, current_values, says
from prospector.core.fields import stored
from prospector.store.custom_values import INSERT as CUSTOM
from prospector.store.custom_values import replace_values
from prospector.store.found_addresses import is_found, keep_found
from prospector.store.observations import (
    CITY,
    COUNTRY,
    EMPLOYER,
    REGION,
    Said,
    addresses_in,
    columns_of,
    current_cells,
    values_text,
    without_blanks,
)
from prospector.store.projections import LISTS, add_lists, has_lists, project
from prospector.store.references import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prospector.core.evidence import Method
    from prospector.core.fields import Subject
    from prospector.store.database import Database

    Values = Mapping[str, Any]

Change = Literal["created", "updated", "unchanged"]

SUBJECTS: tuple[Subject, ...] = ("company", "person")
"""Companies first: people refer to them."""

_PLACE = (COUNTRY, REGION, CITY)
_EVIDENCE = (
    "INSERT INTO evidence (source, row, url, method, seen_on, confidence, cost, import_id, {0}_id, {0}_values) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADDRESS = "INSERT OR IGNORE INTO person_addresses (email, person_id) VALUES (?, ?)"


class History:
    """Writes observations and keeps the current values right. Use inside a transaction; `flush` at its end."""

    def __init__(self, db: Database, as_of: date) -> None:
        self._db = db
        self._as_of = as_of
        self._next: dict[Subject, int] = {}
        self._new: dict[Subject, list[tuple[Any, ...]]] = {"person": [], "company": []}
        self._evidence: dict[Subject, list[tuple[Any, ...]]] = {"person": [], "company": []}
        self._addresses: list[tuple[str, int]] = []
        self._lists: list[tuple[int, Observation]] = []
        self._found: list[tuple[int, Observation]] = []
        self._custom: dict[Subject, list[tuple[int, str, str, str]]] = {"person": [], "company": []}
        self._waiting: dict[Subject, set[int]] = {"person": set(), "company": set()}

    def record(self, subject: Subject, known: int | None, seen: Observation) -> tuple[int, Change]:
        """Add one observation of a known or a new subject and return its id and what changed."""
        if known is None:
            said = Said.of(subject, seen.values, by_hand=seen.method == "manual")
            return self._create(seen, said), "created"
        return known, self.record_known(subject, known, [seen])

    def record_known(self, subject: Subject, known: int, observations: Iterable[Observation]) -> Change:
        """Add observations of somebody who is known; what changed after all of them.

        An observation that the same source has already made (same values, not newer) is not stored again.
        """
        new = [
            seen if seen.method == "manual" else seen._replace(values=without_blanks(seen.values))
            for seen in observations
        ]
        if not new:
            return "unchanged"
        employers = {seen.values.get(EMPLOYER) for seen in new if subject == "person"}
        if known in self._waiting[subject] or not employers.isdisjoint(self._waiting["company"]):
            self.flush()
        held = self.observations(subject, known)
        before = len(held)
        for seen in new:
            if _already_said(held, seen):
                continue
            self._db.execute(_EVIDENCE.format(subject), (*_cells(seen), known, values_text(seen.values)))
            if subject == "person":
                self._db.many(_ADDRESS, [(address, known) for address in addresses_in(seen.values)])
            held.append(seen)
        is_new = len(held) > before and self._write(subject, known, held)
        return "updated" if is_new else "unchanged"

    def add(self, known: int | None, seen: Observation, said: Said) -> tuple[int, Change]:
        """Add one statement as `record` does, but worked out already; `seen` says where it was seen."""
        if known is None:
            return self._create(seen, said), "created"
        return known, self.record_known(said.subject, known, [seen._replace(values=said.values)])

    def infer_place(self, company_id: int, seen: Observation, place: Said) -> None:
        """Add where a company seems to be. Of a new one that says nothing of it, the place is current at once."""
        if company_id in self._waiting["company"]:
            rows = self._new["company"]
            at = company_id - rows[0][0]
            cells = list(rows[at])
            if not any(cells[column + 1] for column in _PLACE):  # behind the id
                for column in _PLACE:
                    cells[column + 1] = place.cells[column]
                rows[at] = tuple(cells)
                self._evidence["company"].append((*_cells(seen), company_id, place.text))
                return
        self.record_known("company", company_id, [seen._replace(values=place.values)])

    def observations(self, subject: Subject, subject_id: int) -> list[Observation]:
        """All that was seen of one person or company, oldest row first."""
        cells = f"{subject}_values"
        rows = self._db.rows(
            f"SELECT source, method, seen_on, {cells}, row, url, confidence, cost, import_id FROM evidence "
            f"WHERE {subject}_id = ? AND {cells} IS NOT NULL ORDER BY id",
            (subject_id,),
        )
        return [_observation(*row) for row in rows]

    def refresh(self, subject: Subject, subject_id: int) -> bool:
        """Work everything that is derived from evidence out anew; whether a current value changed."""
        self.flush()
        observations = self.observations(subject, subject_id)
        if subject == "person":
            self._db.execute("DELETE FROM person_addresses WHERE person_id = ?", (subject_id,))
            found = [(address, subject_id) for seen in observations for address in addresses_in(seen.values)]
            self._db.many(_ADDRESS, found)
        return self._write(subject, subject_id, observations, projected=True)

    def flush(self) -> None:
        """Write what is waiting."""
        for subject in SUBJECTS:
            columns = columns_of(subject)
            marks = ", ".join("?" * (len(columns) + 1))
            self._db.many(
                f"INSERT INTO {TABLES[subject]} (id, {', '.join(columns)}) VALUES ({marks})",
                self._new[subject],
            )
            self._db.many(_EVIDENCE.format(subject), self._evidence[subject])
            self._db.many(CUSTOM.format(subject), self._custom[subject])
            self._new[subject], self._evidence[subject], self._waiting[subject] = [], [], set()
            self._custom[subject] = []
        self._db.many(_ADDRESS, self._addresses)
        for company_id, seen in self._lists:
            add_lists(self._db, company_id, seen)
        for person_id, seen in self._found:
            keep_found(self._db, person_id, seen)
        self._addresses, self._lists, self._found = [], [], []

    def next_id(self, subject: Subject) -> int:
        """The id that the next new record will have; all new ones have it or a higher one."""
        if subject not in self._next:
            sql = f"SELECT coalesce(max(id), 0) + 1 FROM {TABLES[subject]}"
            self._next[subject] = int(self._db.value(sql))
        return self._next[subject]

    def new_record(self, subject: Subject) -> int:
        """A record of which nothing is known yet."""
        self.flush()
        new = self.next_id(subject)
        self._next[subject] = new + 1
        self._db.execute(f"INSERT INTO {TABLES[subject]} (id) VALUES (?)", (new,))
        return new

    def _create(self, seen: Observation, said: Said) -> int:
        subject = said.subject
        new = self.next_id(subject)
        self._next[subject] = new + 1
        self._new[subject].append((new, *said.cells))
        self._evidence[subject].append((*_cells(seen), new, said.text))
        self._waiting[subject].add(new)
        self._addresses += [(address, new) for address in said.addresses]
        if said.custom:
            self._custom[subject] += [(new, *row) for row in said.custom]
        if subject == "person" and seen.import_id is None and is_found(seen._replace(values=said.values)):
            self._found.append((new, seen._replace(values=said.values)))
        if subject == "company" and has_lists(said.text):
            self._lists.append((new, seen._replace(values=said.values)))
        return new

    def _domain_of(self, company_id: int) -> str | None:
        found: str | None = self._db.value("SELECT domain FROM companies WHERE id = ?", (company_id,))
        return found

    def _write(
        self, subject: Subject, known: int, observations: list[Observation], *, projected: bool = False
    ) -> bool:
        """Write the current values; whether any of them is another than before."""
        current = current_values(observations, stored(subject), self._as_of, domain_of=self._domain_of)
        values = {name: seen.values[name] for name, seen in current.items()}
        cells = current_cells(subject, values)
        # Where no observation has any, no row has any either, unless evidence was taken away.
        custom = projected or any(map(is_custom, values))
        changed = custom and replace_values(self._db, subject, known, values)
        if subject == "person" and (projected or any(map(is_found, observations))):
            keep_found(self._db, known, current.get("email"))
        if subject == "company" and (projected or any(seen.values.keys() & LISTS for seen in observations)):
            project(self._db, known, observations)
        table, columns = TABLES[subject], columns_of(subject)
        before = self._db.one(f"SELECT {', '.join(columns)} FROM {table} WHERE id = ?", (known,))
        # Only what is new: a column that is assigned has its indexes written again, whatever it holds.
        new = {
            column: cell
            for column, cell, old in zip(columns, cells, before or (), strict=False)
            if cell != old
        }
        if not new:
            return changed
        assignments = ", ".join(f"{column} = ?" for column in new)
        self._db.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*new.values(), known))
        return True


def _observation(source: str, method: Method, seen_on: str, values: str, *rest: Any) -> Observation:
    """An observation from its cells in `evidence`, in the order of its fields."""
    return Observation(source, method, date.fromisoformat(seen_on), json.loads(values), *rest)


def _cells(seen: Observation) -> tuple[Any, ...]:
    """The columns of `evidence` that do not depend on the subject."""
    source, method, seen_on, _, row, url, confidence, cost, import_id = seen
    return (source, row, url, method, seen_on.isoformat(), confidence, cost, import_id)


def _already_said(observations: list[Observation], seen: Observation) -> bool:
    """Whether this source has said all this in the same way, and nobody has said otherwise since.

    The rows of one import are one statement: that a later row of it differs does not make the import new.
    """
    later: list[Observation] = []
    for old in reversed(observations):
        same_source = (old.source, old.method) == (seen.source, seen.method)
        if same_source and old.seen_on >= seen.seen_on and dict(old.values) == dict(seen.values):
            again = old.import_id == seen.import_id
            return not any(
                (again or other.import_id != old.import_id) and _contradicts(other, seen) for other in later
            )
        later.append(old)
    return False


def _contradicts(other: Observation, seen: Observation) -> bool:
    """Whether the other one outweighs a part of this by nothing but having been said later."""
    return other.seen_on <= seen.seen_on and any(
        value not in (other.values.get(name), None) and says(other, name)
        for name, value in seen.values.items()
    )
