"""Records of which an undo leaves nothing but what somebody set: the next import of their rows has to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.store.aliases import Aliases
from prospector.store.references import TABLES

if TYPE_CHECKING:
    from prospector.core.fields import Subject
    from prospector.store.database import Database


class RecordsByHand:
    """Those among the people and companies in `touched_person` and `touched_company`.

    They keep their addresses, and what else they were known by as aliases. A person who is known by name alone
    needs the employer, too: such companies are listed in `needed_company`.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._addresses: list[tuple[str, int]] = []
        people, companies = self._records("person"), self._records("company")
        self.count = len(people) + len(companies)
        aliases = Aliases(db)
        for row in companies:
            aliases.remember("company", row, row["id"])
        for row in people:
            aliases.remember("person", row, row["id"])
            sql = "SELECT email, person_id FROM person_addresses WHERE person_id = ?"
            addresses = [(one[0], one[1]) for one in db.rows(sql, (row["id"],))]
            self._addresses += addresses
            if not addresses and not row["linkedin"] and row["company_id"] is not None:
                db.execute("INSERT OR IGNORE INTO needed_company VALUES (?)", (row["company_id"],))

    def _records(self, subject: Subject) -> list[Any]:
        said = f"SELECT 1 FROM evidence e WHERE e.{subject}_id = t.id AND e.{subject}_values IS NOT NULL"
        return self._db.rows(
            f"SELECT r.* FROM touched_{subject} t JOIN {TABLES[subject]} r ON r.id = t.id "
            f"WHERE EXISTS ({said} AND e.method = 'manual') AND NOT EXISTS ({said} AND e.method <> 'manual') "
            "ORDER BY r.id"
        )

    def restore_addresses(self) -> None:
        """Let their addresses find them, though no evidence names those any more."""
        self._db.many(
            "INSERT OR IGNORE INTO person_addresses (email, person_id) VALUES (?, ?)", self._addresses
        )
