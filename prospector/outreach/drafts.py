"""What a run is about to write down, gathered beside the database.

Rendering a hundred thousand people takes a while: nobody has to wait for the write lock meanwhile, memory stays flat,
and a kill leaves nothing behind. The ledger then takes it all over in one transaction.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prospector.core.digests import digest_of
from prospector.core.errors import FileError
from prospector.destinations.handover import Lead
from prospector.outreach.shapes import enrolled_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.outreach.held_back import HeldBack
    from prospector.store.database import Database

FACTS = ("first_name", "last_name", "company", "title", "phone", "website", "linkedin", "lead_id", "reason")
"""What an enrolment keeps of a lead besides its key."""
TOUCH = ("touch", "number", "day", "channel", "variant", "send_at", "subject", "text", "html")
HELD = ("person", "person_id", "email", "reason", "detail")

_TABLES = {
    "draft_leads": (
        "number INTEGER PRIMARY KEY", "person_id", "company_id", "lead_key", "email", *FACTS, "custom", "token",
        "entry_sha256",
    ),
    "draft_touches": ("id INTEGER PRIMARY KEY", "lead", *TOUCH),
    "draft_held_back": ("number INTEGER PRIMARY KEY", *HELD),
}  # fmt: skip
_BATCH = 500


class Draft:
    """The people of a plan, in its order, in tables that only this connection sees."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.leads = 0
        self.held_back = 0
        self._held_digest = hashlib.sha256()

    @property
    def held_back_sha256(self) -> str:
        """What tells whether those who are held back are the same; see `digest_of`."""
        return self._held_digest.hexdigest()

    def gather(self, people: Iterable[Lead | HeldBack]) -> None:
        """Take everybody of a plan."""
        self._db.execute("BEGIN")
        try:
            leads: list[Lead] = []
            for one in people:
                if isinstance(one, Lead):
                    leads.append(one)
                    if len(leads) >= _BATCH:
                        self._keep(leads)
                        leads = []
                else:
                    self._hold(one)
            self._keep(leads)
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._db.connection.rollback()
            raise FileError(
                self._db.path, f"cannot gather the plan ({error}); nothing was changed"
            ) from error
        except BaseException:
            self._db.connection.rollback()
            raise

    def _keep(self, leads: list[Lead]) -> None:
        numbered = list(enumerate(leads, start=self.leads + 1))
        self._db.many(_insert("draft_leads"), [_lead_row(number, lead) for number, lead in numbered])
        self._db.many(
            _insert("draft_touches"),
            [
                (None, number, *(getattr(touch, name) for name in TOUCH))
                for number, lead in numbered
                for touch in lead.touches
            ],
        )
        self.leads += len(leads)

    def _hold(self, held: HeldBack) -> None:
        shape = held.as_json()
        self.held_back += 1
        self._held_digest.update(json.dumps(shape, sort_keys=True).encode() + b"\n")
        self._db.execute(
            _insert("draft_held_back"), (self.held_back, *(getattr(held, name) for name in HELD))
        )


@contextmanager
def draft(db: Database) -> Iterator[Draft]:
    """An empty draft, which is gone afterwards."""
    for name, columns in _TABLES.items():
        db.execute(f"CREATE TEMP TABLE {name} ({', '.join(columns)})")
    try:
        yield Draft(db)
    finally:
        for name in _TABLES:
            db.execute(f"DROP TABLE temp.{name}")


def _lead_row(number: int, lead: Lead) -> tuple[object, ...]:
    facts = (getattr(lead, fact) for fact in FACTS)
    entry = digest_of([enrolled_json(lead)])
    custom = json.dumps(dict(lead.custom), ensure_ascii=False) if lead.custom else None
    return (
        number, lead.person_id, lead.company_id, lead.key, lead.email or None, *facts, custom, lead.token or None,
        entry,
    )  # fmt: skip


def _insert(table: str) -> str:
    return f"INSERT INTO temp.{table} VALUES ({', '.join('?' * len(_TABLES[table]))})"  # noqa: S608  (ours)
