"""What a CRM was not told yet: rows whose digest is another than that of what was told last."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from prospector.pipeline.crm.names import Crm
    from prospector.pipeline.stages.settings import Pipeline
    from prospector.store.database import Database

What = Literal["person", "deal"]
_PEOPLE = (
    "SELECT p.id, p.email, p.first_name, p.last_name, coalesce(c.name, c.domain) AS company, s.stage FROM stages s "
    "JOIN people p ON p.id = s.person_id LEFT JOIN companies c ON c.id = p.company_id ORDER BY p.id"
)
_TOLD = "SELECT id, digest FROM crm_told WHERE crm = ? AND what = ?"


@dataclass(frozen=True, slots=True)
class Change:
    """A row to tell. `key` is how the CRM finds it again: an address, or the deal's own key."""

    what: What
    id: int
    key: str
    row: Mapping[str, str]

    @property
    def digest(self) -> str:
        """What tells this row from what was told before."""
        text = json.dumps(dict(self.row), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]


@dataclass(slots=True)
class Changes:
    """Rows to tell a CRM."""

    people: list[Change] = field(default_factory=list)
    deals: list[Change] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    unnamed: set[str] = field(default_factory=set)


def changes(db: Database, pipeline: Pipeline, crm: Crm) -> Changes:
    """What has changed since a CRM was told."""
    found = Changes()
    for what, into in (("person", found.people), ("deal", found.deals)):
        told = {row[0]: row[1] for row in db.rows(_TOLD, (crm.name, what))}
        rows = _people(db, pipeline, crm, found) if what == "person" else _deals(db, pipeline, crm, found)
        into.extend(one for one in rows if told.get(one.id) != one.digest)
    return found


def note_told(db: Database, crm: Crm, told: Sequence[Change], as_of: date) -> None:
    """Keep what a CRM was told. Use inside a transaction."""
    db.many(
        "INSERT OR REPLACE INTO crm_told (crm, what, id, digest, told_on) VALUES (?, ?, ?, ?, ?)",
        [(crm.name, one.what, one.id, one.digest, as_of.isoformat()) for one in told],
    )


def _people(db: Database, pipeline: Pipeline, crm: Crm, found: Changes) -> Iterator[Change]:
    for row in db.execute(_PEOPLE):
        if not row["email"]:
            found.left_out["no address"] += 1
            continue
        told = crm.person(row, _name_of(pipeline, crm, "person", row["stage"], found))
        if not _lacks(crm, told, found):
            yield Change("person", row["id"], row["email"], told)


def _deals(db: Database, pipeline: Pipeline, crm: Crm, found: Changes) -> Iterator[Change]:
    for row in db.execute("SELECT * FROM deals ORDER BY id"):
        key = hashlib.sha256(f"{row['id']}|{row['opened_on']}".encode()).hexdigest()[:16]
        told = crm.deal(row, key, _name_of(pipeline, crm, "deal", row["stage"], found))
        if not _lacks(crm, told, found):
            yield Change("deal", row["id"], key, told)


def _lacks(crm: Crm, told: Mapping[str, str], found: Changes) -> bool:
    """Whether a column is blank without which the CRM takes no row."""
    for column, why in crm.needs.items():
        if column in told and not told[column]:
            found.left_out[why] += 1
            return True
    return False


def _name_of(pipeline: Pipeline, crm: Crm, what: What, stage: str, found: Changes) -> str:
    """What the CRM calls a stage; its own name where the file does not say, which is told."""
    known = pipeline.stages.get(stage)
    names = known.crm.get(crm.name) if known else None  # type: ignore[call-overload]
    name = getattr(names, what) if names else ""
    if not name:
        found.unnamed.add(stage)
    return name or stage
