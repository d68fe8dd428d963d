"""Technologies, ads and open jobs that files state: worked out anew from the evidence of a company.

Because these rows are only a projection, taking an import back takes them back, too. What the website shows
is kept by `company_facts` instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.normalise.roles import parse_role
from prospector.normalise.technologies import find_ad_platform, find_technology, technology_key
from prospector.normalise.words import word_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.core.evidence import Observation
    from prospector.store.database import Database

LISTS = ("technologies", "ads", "openings")
"""Keys of a company's values that hold lists."""

_TECHNOLOGY = (
    "INSERT INTO company_technologies (company_id, source, technology, name, category, advertises_on, level, "
    "first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company_id, technology, source) "
    "DO UPDATE SET first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
)
_OPENING = (
    "INSERT INTO openings (company_id, source, key, title, title_key, department, seniority, first_seen, last_seen) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (company_id, source, key) "
    "DO UPDATE SET first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
)


def has_lists(text: str) -> bool:
    """Whether the values that the evidence stores so bring anything to project."""
    return "[" in text and any(f'"{name}":[' in text for name in LISTS)


def project(db: Database, company_id: int, observations: Iterable[Observation]) -> None:
    """Replace what files state of a company."""
    for table in ("company_technologies", "openings"):
        db.execute(f"DELETE FROM {table} WHERE company_id = ? AND source LIKE 'file:%'", (company_id,))
    for seen in observations:
        add_lists(db, company_id, seen)


def add_lists(db: Database, company_id: int, seen: Observation) -> None:
    """Add what one observation states."""
    values: Mapping[str, Any] = seen.values
    source, day = seen.source, seen.seen_on.isoformat()
    rows = [*_technologies(values.get("technologies", ())), *_ads(values.get("ads", ()))]
    db.many(_TECHNOLOGY, [(company_id, source, *row, day, day) for row in rows])
    jobs = []
    for title in values.get("openings", ()):
        role, key = parse_role(title), word_key(title)
        jobs.append((company_id, source, key.strip(), title, key, role.department, role.seniority, day, day))
    db.many(_OPENING, jobs)


def _technologies(names: Sequence[str]) -> Iterable[tuple[str, str, str | None, str | None, str | None]]:
    for name in names:
        entry = find_technology(name)
        if entry is None:
            yield technology_key(name), name, None, None, None
        else:
            level = "stated" if entry.advertises_on else None
            yield entry.id, entry.name, entry.category, entry.advertises_on, level


def _ads(names: Sequence[str]) -> Iterable[tuple[str, str, str | None, str | None, str | None]]:
    for name in names:
        platform = find_ad_platform(name) or name
        yield f"ads:{technology_key(platform)}", platform, "ads", platform, "stated"
