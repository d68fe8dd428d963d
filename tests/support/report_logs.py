"""Event logs for the report: tables out of CSV files, put into a database as they are."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prospector.pipeline.report.figures import CampaignSetting, Given, GoalSetting, StageSetting
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KEY = Path(__file__).parents[1] / "pipeline" / "report_key"
AS_OF = date(2026, 12, 31)
STAGES = (
    StageSetting("prospecting", "open", 0.05),
    StageSetting("qualified", "open", 0.2),
    StageSetting("consideration", "open", 0.4),
    StageSetting("decision", "open", 0.6),
    StageSetting("won", "won", 1.0),
    StageSetting("lost", "lost", 0.0),
)
GIVEN = Given(
    AS_OF,
    (CampaignSetting("autumn", "banks", "intro"), CampaignSetting("trade", "shops", "offer")),
    STAGES,
    (GoalSetting("ana", "won", 2), GoalSetting("ben", "reply", 5)),
    (
        ("mailbox", "2026-11-01T00:00:00Z", "2026-12-05T00:00:00Z"),
        ("mailbox", "2026-12-10T00:00:00Z", "2026-12-20T00:00:00Z"),
    ),
)
TABLES = (
    "forgotten", "companies", "people", "enrolments", "deliveries", "touches", "events", "stages", "stage_moves",
    "deals", "deal_changes", "tasks", "lookups",
)  # fmt: skip


def put(db: Database, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows into a table; a blank text is NULL wherever there may be one."""
    filled = {row["name"] for row in db.rows(f"PRAGMA table_info({table})") if row["notnull"]}
    held = [
        {name: None if value == "" and name not in filled else value for name, value in row.items()}
        for row in rows
    ]
    if held:
        names = list(held[0])
        marks = ", ".join("?" * len(names))
        db.many(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
            [[row[name] for name in names] for row in held],
        )


def key_database(path: Path) -> Database:
    """The log of which the answers were worked out by hand."""
    db = Database(path)
    with db.transaction():
        for table in TABLES:
            with (KEY / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                put(db, table, csv.DictReader(file))
        # A touch without a variant has an empty one.
        db.execute("UPDATE touches SET variant = coalesce(variant, '')")
    return db
