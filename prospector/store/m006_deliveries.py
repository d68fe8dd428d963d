"""What the statements of `m006_deliveries.sql` cannot do: take the runs' JSON apart into rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prospector.core.digests import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database as SqliteUtils

_FACTS = ("first_name", "last_name", "company", "title", "phone", "website", "linkedin")


def take_runs_apart(db: SqliteUtils) -> None:
    """Fill `deliveries`, `held_back` and the leads' facts from the JSON of the runs."""
    for row in db.execute(
        "SELECT id, name, campaign, state, manifest, leads FROM runs ORDER BY id"
    ).fetchall():
        run_id, name, campaign, state, manifest, leads = row
        shape = json.loads(manifest)
        _run(db, run_id, shape)
        _deliveries(db, (name, campaign, state), shape)
        if state == "intended":
            _held_back(db, name, shape)
            _facts(db, name, json.loads(leads or "[]"))


def tables_in_place(db: SqliteUtils) -> None:
    """The new tables under the names of the old ones; children go first, for the foreign keys."""
    for table in ("touches", "enrolments", "runs"):
        db.execute(f"DROP TABLE {table}")
    for table in ("enrolments", "touches", "runs"):
        db.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    for index, columns in (
        ("email", "email, enrolled_on"),
        ("person", "person_id, enrolled_on"),
        ("day", "campaign, enrolled_on"),
        ("run", "run"),
    ):
        db.execute(f"CREATE INDEX enrolments_{index} ON enrolments({columns})")


def _run(db: SqliteUtils, run_id: int, shape: Mapping[str, Any]) -> None:
    head = json.dumps({**shape, "enrolled": [], "held_back": [], "files": []})
    db.execute(
        "INSERT INTO runs_new (id, name, campaign, as_of, state, manifest, held_back_sha256, folder) "
        "SELECT id, name, campaign, as_of, state, ?, ?, folder FROM runs WHERE id = ?",
        (head, digest_of(shape.get("held_back", ())), run_id),
    )


def _deliveries(db: SqliteUtils, run: tuple[str, str, str], shape: Mapping[str, Any]) -> None:
    name, campaign, state = run
    entries = shape.get("enrolled", ())
    sql = (
        "INSERT INTO deliveries (enrolment_id, destination, run, state, reason, entry_sha256) "
        "SELECT ?, ?, ?, CASE WHEN gone THEN 'refused' ELSE ? END, CASE WHEN gone THEN 'suppressed' END, ? "
        "FROM (SELECT NOT EXISTS (SELECT 1 FROM touches WHERE enrolment_id = ?) AND ? AS gone)"
    )
    after, is_ours = {"left": "sent"}.get(state, state), _is_ours(db, name)
    for enrolment, entry in zip(_enrolments_of(db, name, campaign, entries), entries, strict=True):
        if enrolment is not None:
            db.execute(
                sql, (enrolment, shape["destination"], name, after, digest_of([entry]), enrolment, is_ours)
            )


def _is_ours(db: SqliteUtils, run: str) -> bool:
    """Whether this database has planned the run: of one that it has learned it knows no touches."""
    sql = "SELECT 1 FROM touches t JOIN enrolments e ON e.id = t.enrolment_id WHERE e.run = ? LIMIT 1"
    return db.execute(sql, (run,)).fetchone() is not None


def _enrolments_of(
    db: SqliteUtils, run: str, campaign: str, entries: Sequence[Mapping[str, Any]]
) -> list[int | None]:
    """The enrolment of each entry. A merge may have renamed some since: they stand in the order of the entries."""
    rows = db.execute("SELECT id, email FROM enrolments WHERE run = ? ORDER BY id", (run,)).fetchall()
    named = {email: enrolment for enrolment, email in rows}
    found = [named.pop(entry["email"], None) or _earlier(db, campaign, entry["email"]) for entry in entries]
    renamed = iter(named.values())
    return [enrolment if enrolment is not None else next(renamed, None) for enrolment in found]


def _earlier(db: SqliteUtils, campaign: str, key: str) -> int | None:
    sql = "SELECT id FROM enrolments WHERE campaign = ? AND email = ?"
    row = db.execute(sql, (campaign, key)).fetchone()
    return row[0] if row else None


def _held_back(db: SqliteUtils, name: str, shape: Mapping[str, Any]) -> None:
    for position, one in enumerate(shape.get("held_back", ())):
        db.execute(
            "INSERT INTO held_back (run, position, person, person_id, email, reason, detail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, position, *(one[key] for key in ("person", "person_id", "email", "reason", "detail"))),
        )


def _facts(db: SqliteUtils, name: str, leads: list[dict[str, Any]]) -> None:
    """What a run that has not left yet is about to hand over, besides its touches."""
    facts = ", ".join(f"{fact} = ?" for fact in _FACTS)
    for lead in leads:
        key = lead["email"] or f"person:{lead['person_id']}"
        db.execute(
            f"UPDATE enrolments_new SET {facts} WHERE run = ? AND lead_key = ?",
            (*(lead[fact] for fact in _FACTS), name, key),
        )
        for touch in lead["touches"]:
            db.execute(
                "UPDATE touches_new SET day = ? WHERE touch = ? AND enrolment_id = "
                "(SELECT id FROM enrolments_new WHERE run = ? AND lead_key = ?)",
                (touch["day"], touch["touch"], name, key),
            )
