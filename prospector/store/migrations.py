"""The schema, as append-only named migrations. Never change one that has been released: add another."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from prospector.store.enrolled_addresses import note_addresses
from prospector.store.m006_deliveries import tables_in_place, take_runs_apart
from prospector.store.whose import APPLICATION_ID

if TYPE_CHECKING:
    from sqlite_utils import Database as SqliteUtils

migrations = Migrations("prospector")


@migrations()
def m001_tables(db: SqliteUtils) -> None:
    """The first schema."""
    _run(db, "m001_tables.sql")


@migrations()
def m002_more_facts(db: SqliteUtils) -> None:
    """Time at the company, the stage, and the home page's text."""
    _run(db, "m002_more_facts.sql")


@migrations()
def m003_covering_indexes(db: SqliteUtils) -> None:
    """Indexes that answer by themselves who uses what."""
    _run(db, "m003_covering_indexes.sql")


@migrations()
def m004_opt_outs(db: SqliteUtils) -> None:
    """Unclear answers about consent, whom an opt-out link stands for, and where a run puts its folder."""
    _run(db, "m004_opt_outs.sql")


@migrations()
def m005_lookups(db: SqliteUtils) -> None:
    """Look-ups of people, with field, run and price."""
    _run(db, "m005_lookups.sql")


@migrations()
def m006_deliveries(db: SqliteUtils) -> None:
    """Enrolments with a key and facts of their own, deliveries, and runs whose lists are rows."""
    _run(db, "m006_deliveries.sql")
    take_runs_apart(db)
    tables_in_place(db)


@migrations()
def m007_company_consents(db: SqliteUtils) -> None:
    """Answers about consent of companies."""
    _run(db, "m007_company_consents.sql")


@migrations()
def m008_custom_fields(db: SqliteUtils) -> None:
    """Columns of the user's own."""
    _run(db, "m008_custom_fields.sql")


@migrations()
def m010_lead_ids(db: SqliteUtils) -> None:
    """Enrolments with the lead's id, the reason and the user's own columns."""
    _run(db, "m010_lead_ids.sql")


@migrations()
def m012_whose_file(db: SqliteUtils) -> None:
    """The number by which the file is known as this program's."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m013_addresses(db: SqliteUtils) -> None:
    """Evidence about addresses and their domains, and the verdicts."""
    _run(db, "m013_addresses.sql")


@migrations()
def m014_found_addresses(db: SqliteUtils) -> None:
    """Addresses that were guessed or looked up, and those that companies' pages show."""
    _run(db, "m014_found_addresses.sql")


@migrations()
def m015_tokens(db: SqliteUtils) -> None:
    """Enrolments with the token of their opt-out link."""
    db.execute("ALTER TABLE enrolments ADD COLUMN token TEXT")


@migrations()
def m016_pushes(db: SqliteUtils) -> None:
    """Deliveries without an answer found quickly, and who is paused."""
    _run(db, "m016_pushes.sql")


@migrations()
def m017_events(db: SqliteUtils) -> None:
    """What came back, what followed from it, and which spans were read."""
    _run(db, "m017_events.sql")


@migrations()
def m018_pipeline(db: SqliteUtils) -> None:
    """Stages, deals and tasks."""
    _run(db, "m018_pipeline.sql")


@migrations()
def m019_effects(db: SqliteUtils) -> None:
    """What follows from events, and who let a breaker go on."""
    _run(db, "m019_effects.sql")


@migrations()
def m022_stages(db: SqliteUtils) -> None:
    """Stages that are worked out, and the source's own word for one as a field beside them."""
    if "crm_stage" not in {column.name for column in db["people"].columns}:
        db.execute("ALTER TABLE people RENAME COLUMN stage TO crm_stage")
    _run(db, "m022_stages.sql")


@migrations()
def m023_report(db: SqliteUtils) -> None:
    """Enrolments with what was known of their address, and indexes for the report."""
    _run(db, "m023_report.sql")
    note_addresses(db)


@migrations()
def m025_outcomes(db: SqliteUtils) -> None:
    """What came back of mails, found by the domain."""
    _run(db, "m025_outcomes.sql")


@migrations()
def m026_next(db: SqliteUtils) -> None:
    """Indexes for the tasks of the day."""
    _run(db, "m026_next.sql")


def _run(db: SqliteUtils, name: str) -> None:
    for statement in files("prospector.store").joinpath(name).read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.execute(statement)
