"""Taking an import back: its evidence goes, and everything is worked out anew from what is left."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.core.evidence import Observation
from prospector.store.by_hand import RecordsByHand
from prospector.store.consents import Consents
from prospector.store.found_addresses import VERIFYING
from prospector.store.history import History
from prospector.store.references import FACTS, forget_decisions, keepers, references
from prospector.store.shared_domains import join_again

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.store.database import Database
    from prospector.store.shapes import ImportLineShape, UndoneRecordsShape, UndoneShape

_LIST_HINT = "see: prospector undo --list"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import as `undo --list` shows it. `undone_on` is None while it counts."""

    import_id: int
    file: str
    preset: str
    imported_on: str
    rows: int
    undone_on: str | None

    def as_json(self) -> ImportLineShape:
        """One row of `undo --list --json`."""
        return {
            "import_id": self.import_id,
            "file": self.file,
            "preset": self.preset,
            "imported_on": self.imported_on,
            "rows": self.rows,
            "undone_on": self.undone_on,
        }


@dataclass(frozen=True, slots=True)
class ToUndo:
    """What an undo is about to take back. `newer` is the newest import of all, where that one is undone already."""

    line: ImportLine
    evidence: int
    people: int
    companies: int
    newer: ImportLine | None


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """Somebody whom no source knows any more, but who was contacted."""

    person_id: int
    email: str | None
    campaigns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did. `import_id` is None if there was nothing to take back."""

    import_id: int | None
    file: str | None
    evidence: int
    people: dict[str, int]
    companies: dict[str, int]
    kept: tuple[KeptPerson, ...]
    suppressions_kept: int
    by_hand: int = 0
    """Records of which nothing is known any more but what somebody set."""

    def as_json(self) -> UndoneShape:
        """What `undo --json` prints."""
        return {
            "import_id": self.import_id,
            "file": self.file,
            "evidence": self.evidence,
            "people": _records(self.people),
            "companies": _records(self.companies),
            "kept": [
                {"person_id": one.person_id, "email": one.email, "campaigns": list(one.campaigns)}
                for one in self.kept
            ],
            "suppressions_kept": self.suppressions_kept,
        }


def _records(counts: dict[str, int]) -> UndoneRecordsShape:
    return {"deleted": counts["deleted"], "changed": counts["changed"]}


def list_imports(db: Database) -> list[ImportLine]:
    """All imports, newest first."""
    return [
        ImportLine(
            row["id"],
            row["file"],
            row["preset"],
            row["imported_on"],
            int(json.loads(row["counts"]).get("rows", 0)),
            row["undone_on"],
        )
        for row in db.rows("SELECT * FROM imports ORDER BY id DESC")
    ]


def to_undo(db: Database, import_id: int | None) -> ToUndo | None:
    """What `undo_import` would take back; None where no import counts."""
    chosen = _chosen(db, import_id)
    if chosen is None:
        return None
    lines = list_imports(db)
    row = db.one(
        "SELECT count(*) AS evidence, count(DISTINCT person_id) AS people, count(DISTINCT company_id) AS companies "
        "FROM evidence WHERE import_id = ?",
        (chosen[0],),
    )
    assert row is not None
    line = next(one for one in lines if one.import_id == chosen[0])
    newer = lines[0] if import_id is None and lines[0].undone_on else None
    return ToUndo(line, row["evidence"], row["people"], row["companies"], newer)


def undo_import(db: Database, import_id: int | None, as_of: date) -> Undone:
    """Take one import back, the last one that counts unless it is named. All of it or nothing.

    People who were contacted stay, and so do suppressions: neither may be forgotten by a correction.
    """
    with db.transaction():
        chosen = _chosen(db, import_id)
        if chosen is None:
            return Undone(None, None, 0, _counts(), _counts(), (), 0)
        with closing(_Undoing(db, chosen[0], as_of)) as undoing:
            return undoing.run(chosen[1])


def _chosen(db: Database, import_id: int | None) -> tuple[int, str] | None:
    if import_id is None:
        row = db.one("SELECT id, file FROM imports WHERE undone_on IS NULL ORDER BY id DESC LIMIT 1")
        return None if row is None else (row["id"], row["file"])
    # A number that is too large for the database is compared as a text, and is no import either.
    sql = "SELECT id, file, undone_on FROM imports WHERE id = CAST(? AS INTEGER) AND CAST(id AS TEXT) = ?"
    row = db.one(sql, (str(import_id), str(import_id)))
    if row is None:
        raise UsageError(f"there is no import {str(import_id)[:40]}", hint=_LIST_HINT)
    if row["undone_on"]:
        raise UsageError(f"import {import_id} was undone on {row['undone_on']} already", hint=_LIST_HINT)
    return row["id"], row["file"]


class _Undoing:
    """One import on its way out. Who is touched stands in temporary tables, because they may be many."""

    def __init__(self, db: Database, import_id: int, as_of: date) -> None:
        self._db = db
        self._import_id = import_id
        self._as_of = as_of
        self._history = History(db, as_of)
        db.execute("CREATE TEMP TABLE touched_person (id INTEGER PRIMARY KEY)")
        db.execute("CREATE TEMP TABLE touched_company (id INTEGER PRIMARY KEY)")
        db.execute("CREATE TEMP TABLE needed_company (id INTEGER PRIMARY KEY)")

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in ("touched_person", "touched_company", "needed_company", "freed", "freed_domain"):
            self._db.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def run(self, file: str) -> Undone:
        """Take the evidence away, then the people and companies that nothing else knows."""
        self._touch()
        self._db.execute(
            "CREATE TEMP TABLE freed AS SELECT a.email FROM person_addresses a "
            "JOIN touched_person t ON t.id = a.person_id"
        )
        self._db.execute(
            "CREATE TEMP TABLE freed_domain AS SELECT DISTINCT c.domain FROM companies c "
            "JOIN touched_company t ON t.id = c.id WHERE c.domain IS NOT NULL"
        )
        evidence = self._db.execute("DELETE FROM evidence WHERE import_id = ?", (self._import_id,)).rowcount
        Consents(self._db).take_back(self._import_id)
        people = self._delete_people()
        self._keep_domains()
        by_hand = RecordsByHand(self._db)
        companies_changed = self._refresh("company")
        people_changed = self._refresh("person")
        by_hand.restore_addresses()
        self._pass_on_addresses()
        companies = self._delete_companies()
        companies += self._join_companies()
        self._db.execute(
            "UPDATE imports SET undone_on = ? WHERE id = ?", (self._as_of.isoformat(), self._import_id)
        )
        return Undone(
            self._import_id,
            file,
            evidence,
            _counts(people, people_changed),
            _counts(companies, companies_changed),
            self._kept(),
            self._suppressions(file),
            by_hand.count,
        )

    def _touch(self) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO touched_person SELECT person_id FROM evidence "
            "WHERE import_id = ? AND person_id IS NOT NULL",
            (self._import_id,),
        )
        employer = "json_extract(person_values, '$.company_id')"
        for column, wanted in (("company_id", "company_id"), (employer, "person_values")):
            self._db.execute(
                f"INSERT OR IGNORE INTO touched_company SELECT {column} FROM evidence "
                f"WHERE import_id = ? AND {wanted} IS NOT NULL AND {column} IS NOT NULL",
                (self._import_id,),
            )

    def _delete_people(self) -> int:
        gone = f"SELECT id FROM touched_person t WHERE {_unknown('person')} AND NOT ({self._held('person')})"
        self._db.execute(f"CREATE TEMP TABLE gone_person AS {gone}")
        forget_decisions(self._db, "person", "SELECT id FROM gone_person")
        for one in references(self._db, "person"):
            if one.table in FACTS["person"]:
                self._db.execute(
                    f"DELETE FROM {one.table} WHERE {one.column} IN (SELECT id FROM gone_person)"
                )
        deleted = self._db.execute("DELETE FROM people WHERE id IN (SELECT id FROM gone_person)").rowcount
        self._db.execute("DROP TABLE temp.gone_person")
        return deleted

    def _held(self, subject: Subject) -> str:
        """An SQL condition: something beside facts holds `t.id`."""
        held = (
            f"EXISTS (SELECT 1 FROM {one.table} h WHERE h.{one.column} = t.id)"
            for one in keepers(self._db, subject)
        )
        return " OR ".join(held) or "0"

    def _pass_on_addresses(self) -> None:
        """An address that found somebody who is gone finds whoever shared it."""
        self._db.execute(
            "INSERT OR IGNORE INTO person_addresses (email, person_id) SELECT p.email, min(p.id) "
            "FROM freed f JOIN people p ON p.email = f.email GROUP BY p.email"
        )

    def _keep_domains(self) -> None:
        """A company whose site was read keeps the domain that was read, whoever named it first."""
        rows = self._db.rows(
            "SELECT c.id, c.domain, max(r.read_on) AS read_on FROM touched_company t "
            "JOIN companies c ON c.id = t.id JOIN readings r ON r.company_id = c.id "
            "WHERE c.domain IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.company_id = c.id "
            "AND e.company_values IS NOT NULL AND json_extract(e.company_values, '$.domain') = c.domain) "
            "GROUP BY c.id ORDER BY c.id"
        )
        for row in rows:
            seen_on = type(self._as_of).fromisoformat(row["read_on"])
            values, url = {"domain": row["domain"]}, f"https://{row['domain']}"
            self._history.record(
                "company", row["id"], Observation("website", "stated", seen_on, values, url=url)
            )

    def _refresh(self, subject: Subject) -> int:
        """Work out anew whoever is known from elsewhere, too; how many changed."""
        known = self._db.rows(
            f"SELECT id FROM touched_{subject} t WHERE NOT ({_unknown(subject)}) ORDER BY id"
        )
        return sum(self._history.refresh(subject, row["id"]) for row in known)

    def _delete_companies(self) -> int:
        self._db.execute(
            "CREATE TEMP TABLE mentioned AS SELECT DISTINCT json_extract(person_values, '$.company_id') AS id "
            "FROM evidence WHERE person_values IS NOT NULL"
        )
        gone = (
            f"SELECT id FROM touched_company t WHERE {_unknown('company')} "
            "AND NOT EXISTS (SELECT 1 FROM people p WHERE p.company_id = t.id) "
            "AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.company_id = t.id) "
            "AND t.id NOT IN (SELECT id FROM mentioned WHERE id IS NOT NULL) "
            f"AND t.id NOT IN (SELECT id FROM needed_company) AND NOT ({self._held('company')})"
        )
        self._db.execute(f"CREATE TEMP TABLE gone_company AS {gone}")
        forget_decisions(self._db, "company", "SELECT id FROM gone_company")
        for one in references(self._db, "company"):
            if one.table in FACTS["company"] - {"people"}:
                self._db.execute(
                    f"DELETE FROM {one.table} WHERE {one.column} IN (SELECT id FROM gone_company)"
                )
        deleted = self._db.execute("DELETE FROM companies WHERE id IN (SELECT id FROM gone_company)").rowcount
        self._db.execute("DROP TABLE temp.gone_company")
        self._db.execute("DROP TABLE temp.mentioned")
        return deleted

    def _join_companies(self) -> int:
        """A domain that only one company is left at is not shared any more."""
        join_again(self._db, self._history, "SELECT domain FROM freed_domain")
        self._db.execute(
            "INSERT OR IGNORE INTO touched_company SELECT id FROM companies "
            "WHERE name_key IS NULL AND domain IS NULL"
        )
        return self._delete_companies()

    def _kept(self) -> tuple[KeptPerson, ...]:
        rows = self._db.rows(
            "SELECT p.id, p.email, (SELECT json_group_array(DISTINCT campaign) FROM enrolments e "
            "WHERE e.person_id = p.id) AS campaigns FROM touched_person t JOIN people p ON p.id = t.id "
            f"WHERE {_unknown('person')} ORDER BY p.id"
        )
        return tuple(
            KeptPerson(row["id"], row["email"], tuple(sorted(json.loads(row["campaigns"])))) for row in rows
        )

    def _suppressions(self, file: str) -> int:
        return int(self._db.value("SELECT count(*) FROM suppressions WHERE source = ?", (f"file:{file}",)))


def _unknown(subject: Subject) -> str:
    """An SQL condition: no evidence is left of `t.id`, but for what was looked up or verified of a person: that names
    nobody.
    """
    left = f"SELECT 1 FROM evidence e WHERE e.{subject}_id = t.id AND e.{subject}_values IS NOT NULL"
    if subject == "person":
        left += f" AND e.source <> '{VERIFYING}'"
        left += " AND e.source NOT IN (SELECT l.source FROM lookups l WHERE l.person_id = t.id)"
    return f"NOT EXISTS ({left})"


def _counts(deleted: int = 0, changed: int = 0) -> dict[str, int]:
    return {"deleted": deleted, "changed": changed}
