"""What belongs to a company beside its fields: technologies, openings, readings of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.normalise.words import word_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.core.records import FoundOpening, Hit
    from prospector.core.shapes import GoneTechnologyShape
    from prospector.store.database import Database


def add_technologies(db: Database, company_id: int, source: str, found: Iterable[Hit], on: date) -> None:
    """Add or refresh what `source` saw; the first sighting keeps its date."""
    db.many(
        "INSERT INTO company_technologies (company_id, source, technology, name, category, advertises_on, level, "
        "grade, url, evidence, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (company_id, technology, source) DO UPDATE SET name = excluded.name, "
        "category = excluded.category, advertises_on = excluded.advertises_on, level = excluded.level, "
        "grade = excluded.grade, url = excluded.url, evidence = excluded.evidence, "
        "last_seen = max(last_seen, excluded.last_seen), gone_on = NULL",
        [
            (
                company_id,
                source,
                hit.id,
                hit.name,
                hit.category,
                hit.advertises_on,
                hit.level,
                hit.grade,
                hit.url,
                hit.evidence,
                on.isoformat(),
                on.isoformat(),
            )
            for hit in found
        ],
    )


def replace_technologies(db: Database, company_id: int, source: str, found: Iterable[Hit], on: date) -> None:
    """What `source` sees now is all it sees: what it saw before and not now is marked gone."""
    db.execute(
        "UPDATE company_technologies SET gone_on = coalesce(gone_on, ?) WHERE company_id = ? AND source = ?",
        (on.isoformat(), company_id, source),
    )
    add_technologies(db, company_id, source, found, on)


def technologies_no_longer_seen(db: Database, company_id: int) -> list[GoneTechnologyShape]:
    """What was seen once and is seen by no source any more: name, first and last day, day it was missed, source."""
    rows = db.rows(
        "SELECT t.name, t.first_seen, t.last_seen, t.gone_on, t.source FROM company_technologies t "
        "WHERE t.company_id = ? AND t.gone_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM company_technologies s "
        "WHERE s.company_id = t.company_id AND s.technology = t.technology AND s.gone_on IS NULL) "
        "ORDER BY t.name, t.source",
        (company_id,),
    )
    return [
        {
            "name": row["name"],
            "first_seen": row["first_seen"],
            "last_seen": row["last_seen"],
            "gone_on": row["gone_on"],
            "source": row["source"],
        }
        for row in rows
    ]


def replace_openings(
    db: Database, company_id: int, source: str, found: Iterable[FoundOpening], on: date
) -> None:
    """The jobs that `source` shows now; the ones it no longer shows are marked closed."""
    day = on.isoformat()
    db.execute(
        "UPDATE openings SET closed_on = coalesce(closed_on, ?) WHERE company_id = ? AND source = ?",
        (day, company_id, source),
    )
    db.many(
        "INSERT INTO openings (company_id, source, key, title, title_key, department, seniority, location, url, "
        "posted_on, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (company_id, source, key) DO UPDATE SET title = excluded.title, "
        "title_key = excluded.title_key, department = excluded.department, seniority = excluded.seniority, "
        "location = excluded.location, posted_on = excluded.posted_on, last_seen = excluded.last_seen, "
        "closed_on = NULL",
        [
            (
                company_id,
                source,
                _opening_key(job),
                job.title,
                word_key(job.title),
                job.department,
                job.seniority,
                job.location,
                job.url,
                job.posted_on.isoformat() if job.posted_on else None,
                day,
                day,
            )
            for job in found
        ],
    )


def _opening_key(job: FoundOpening) -> str:
    """What makes it the same job the next time it is seen."""
    return job.url or f"{word_key(job.title).strip()}|{job.location or ''}"


def mark_read(db: Database, company_id: int, channels: Iterable[str], on: date) -> None:
    """Note that these channels of the company's site were read on this day."""
    db.many(
        "INSERT INTO readings (company_id, channel, read_on) VALUES (?, ?, ?) "
        "ON CONFLICT (company_id, channel) DO UPDATE SET read_on = max(read_on, excluded.read_on)",
        [(company_id, channel, on.isoformat()) for channel in channels],
    )


def unmark_read(db: Database, company_id: int, channel: str) -> None:
    """Forget a reading: the channel changed and could not be read again."""
    db.execute("DELETE FROM readings WHERE company_id = ? AND channel = ?", (company_id, channel))
