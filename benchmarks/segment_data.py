"""Made-up companies and people in any number, with the skew of real lists, for benchmarks and tests of plans.

Same number and seed, same rows. A fifth of every fact is unknown; half of the companies are tiny; technologies
follow Zipf's law; some people have no company, some titles say nothing.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from prospector.normalise.industries import industry_keys
from prospector.normalise.technologies import technology_catalogue
from prospector.normalise.words import word_key
from prospector.store.database import Database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

AS_OF = date(2026, 11, 22)
PEOPLE_PER_COMPANY = 5
UNKNOWN = 0.2
_BATCH = 50_000
_SEED = 20_261_122

_BANDS: tuple[tuple[int, int | None, float], ...] = (
    (1, 10, 50), (11, 50, 27), (51, 200, 13), (201, 500, 4.5), (501, 1000, 2.2), (1001, 5000, 2.2),
    (5001, 10_000, 0.5), (10_001, None, 0.6),
)  # fmt: skip
_DEPARTMENTS = {
    "sales": 15, "engineering": 14, "operations": 11, "marketing": 8, "finance": 8, "it": 7, "executive": 7, "hr": 5,
    "customer_success": 4, "product": 4, "support": 3, "design": 3, "legal": 2, "data": 2, "healthcare": 2,
    "education": 2, "research": 1, "procurement": 1, "security": 0.6, "other": 0.4,
}  # fmt: skip
_SENIORITIES = {
    "manager": 22, "director": 10, "senior": 12, "entry": 9, "c_suite": 5, "owner": 5, "vp": 3, "intern": 2,
    "partner": 1,
}  # fmt: skip
_NO_LEVEL = 31
_COUNTRIES = {
    "US": 42,
    "GB": 12,
    "DE": 10,
    "FR": 7,
    "IN": 6,
    "ES": 4,
    "IT": 4,
    "NL": 4,
    "CA": 4,
    "AU": 3,
    "CH": 2,
    "SE": 2,
}
_POPULAR = (
    "google-analytics", "google-tag-manager", "wordpress", "cloudflare", "google-ads", "meta-pixel", "hubspot",
    "linkedin-insight", "salesforce", "shopify", "cookiebot", "onetrust", "woocommerce", "bing-uet", "hotjar",
    "intercom", "zendesk", "mailchimp", "stripe", "magento", "usercentrics",
)  # fmt: skip
_FIRST = ("Ana", "Luis", "Mia", "Jonas", "Priya", "Chen", "Fatima", "Olga", "Sam", "Noor", "Emil", "Clara")
_LAST = (
    "Ruiz",
    "Berg",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "Tanaka",
    "Patel",
    "Novak",
    "Costa",
    "Weber",
    "Smith",
)
_CHANNELS = ("html", "headers", "cookies", "dns", "tag_manager", "jobs", "signals")
_FILLED = ("companies", "people", "company_technologies", "openings", "signals", "readings")
_SPECIAL_TITLES = ("Revenue Operations Lead", "CRM Specialist", "Sales Operations Analyst")


def make_database(path: Path, people: int) -> None:
    """Make a workspace's database at `path` with so many people and a fifth as many companies."""
    chance = random.Random(_SEED + people)
    db = Database(path)
    try:
        connection = db.connection
        connection.execute("PRAGMA synchronous = OFF")
        made = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        marks = ", ".join("?" * len(_FILLED))
        indexes = [row[0] for row in connection.execute(f"{made} AND tbl_name IN ({marks})", _FILLED)]
        for statement in indexes:
            connection.execute(f"DROP INDEX {statement.split()[2]}")
        companies = max(1, people // PEOPLE_PER_COMPANY)
        with db.transaction():
            _fill(connection, "companies", _companies(chance, companies))
            _fill(connection, "company_technologies", _technologies(chance, companies))
            _fill(connection, "openings", _openings(chance, companies))
            _fill(connection, "signals", _signals(chance, companies))
            _fill(connection, "readings", _readings(chance, companies))
            _fill(connection, "people", _people(chance, people, companies))
        for statement in indexes:
            connection.execute(statement)
        db.take_statistics()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        db.close()


def _fill(connection: sqlite3.Connection, table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is None:
        return
    marks = ", ".join("?" * len(first))
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({marks})"
    connection.execute(sql, tuple(first.values()))
    connection.executemany(sql, (tuple(row.values()) for row in rows))


def _drawn(
    chance: random.Random, weights: dict[Any, float], number: int, unknown: float = UNKNOWN
) -> Iterable[Any]:
    """So many draws, in batches: one draw at a time takes three times as long."""
    values = [*weights, None]
    known = sum(weights.values())
    shares = list(accumulate([*weights.values(), known * unknown / (1 - unknown)]))
    for start in range(0, number, _BATCH):
        yield from chance.choices(values, cum_weights=shares, k=min(_BATCH, number - start))


def _falling(names: Sequence[str]) -> dict[Any, float]:
    """Zipf: the second half as often as the first, the third a third."""
    return {name: 1 / rank for rank, name in enumerate(names, 1)}


def _companies(chance: random.Random, number: int) -> Iterator[dict[str, Any]]:
    industries = list(industry_keys())
    chance.shuffle(industries)
    # A few big industries, a long tail; some words that the taxonomy lacks.
    weights = {name: 1 / (rank + 8) for rank, name in enumerate(industries, 1)}
    weights["other:llama shearing"] = sum(weights.values()) * 0.03
    bands = {(low, high): weight for low, high, weight in _BANDS}
    drawn = zip(
        _drawn(chance, weights, number),
        _drawn(chance, bands, number),
        _drawn(chance, _COUNTRIES, number),
        strict=True,
    )
    for key, (industry, band, country) in enumerate(drawn, 1):
        low, high = band or (None, None)
        if band and chance.random() < 0.3:  # a source that knows the number itself
            low = high = chance.randint(low, high or 4 * low)
        yield {
            "id": key, "name": f"Firm {key}", "name_key": f"firm {key}", "domain": f"firm{key}.example",
            "website": f"https://firm{key}.example/", "industry": industry, "industry_text": industry,
            "headcount_min": low, "headcount_max": high, "country": country, "city": country and f"City of {country}",
            "description": f"Firm {key} works in {industry or 'many fields'}.",
            "founded": chance.randint(1950, 2025) if chance.random() > UNKNOWN else None,
        }  # fmt: skip


def _technologies(chance: random.Random, companies: int) -> Iterator[dict[str, Any]]:
    known = {one.id: one for one in technology_catalogue()}
    names = [name for name in _POPULAR if name in known]
    names += sorted(set(known) - set(names))
    ids, shares = names, list(accumulate(_falling(names).values()))
    seen = AS_OF.isoformat()
    for company in range(1, companies + 1):
        if chance.random() < UNKNOWN:
            continue
        for name in sorted(set(chance.choices(ids, cum_weights=shares, k=chance.choice((2, 4, 5, 6, 9))))):
            platform = known[name].advertises_on
            level = chance.choice(("conversion", "remarketing", "tag")) if platform else None
            yield {
                "company_id": company, "technology": name, "source": "website", "name": known[name].name,
                "category": known[name].category, "advertises_on": platform, "level": level,
                "grade": chance.choice((1, 2, 2, 3, 4)), "first_seen": seen, "last_seen": seen,
                "gone_on": seen if chance.random() < 0.03 else None,
            }  # fmt: skip


def _openings(chance: random.Random, companies: int) -> Iterator[dict[str, Any]]:
    departments, shares = list(_DEPARTMENTS), list(accumulate(_DEPARTMENTS.values()))
    key = 0
    for company in range(1, companies + 1):
        if chance.random() > 0.3:
            continue
        for department in chance.choices(departments, cum_weights=shares, k=chance.choice((1, 1, 2, 3, 8))):
            key += 1
            day = AS_OF - timedelta(days=int(chance.expovariate(1 / 20)))
            seen = AS_OF - timedelta(days=chance.choice((0, 3, 9, 45)))
            title = f"{chance.choice(('Senior', 'Junior', 'Head of', ''))} {department} manager".strip()
            yield {
                "company_id": company, "source": "board:x", "key": str(key), "title": title,
                "title_key": f" {title.lower()} ", "department": department,
                "posted_on": day.isoformat() if chance.random() > UNKNOWN else None,
                "first_seen": day.isoformat(), "last_seen": seen.isoformat(),
                "closed_on": AS_OF.isoformat() if chance.random() < 0.1 else None,
            }  # fmt: skip


def _signals(chance: random.Random, companies: int) -> Iterator[dict[str, Any]]:
    for company in range(1, companies + 1):
        if chance.random() < 0.05:
            day = (AS_OF - timedelta(days=int(chance.expovariate(1 / 200)))).isoformat()
            kind = chance.choice(("funding", "news", "expansion"))
            yield {
                "company_id": company,
                "kind": kind,
                "happened_on": day,
                "source": "website",
                "seen_on": day,
            }


def _readings(chance: random.Random, companies: int) -> Iterator[dict[str, Any]]:
    for company in range(1, companies + 1):
        if chance.random() < UNKNOWN:
            continue
        read_on = (AS_OF - timedelta(days=chance.choice((0, 2, 7, 20, 60)))).isoformat()
        for channel in _CHANNELS:
            if channel in ("html", "headers") or chance.random() > 0.15:
                yield {"company_id": company, "channel": channel, "read_on": read_on}


def _people(chance: random.Random, number: int, companies: int) -> Iterator[dict[str, Any]]:
    levels = {**_SENIORITIES, "": _NO_LEVEL}
    drawn = zip(
        _drawn(chance, _DEPARTMENTS, number, 0.1),
        _drawn(chance, levels, number, 0.01),
        _drawn(chance, dict.fromkeys(_FIRST, 1), number, 0.01),
        _drawn(chance, dict.fromkeys(_LAST, 1), number, 0.01),
        _drawn(chance, _COUNTRIES, number),
        strict=True,
    )
    for key, (department, level, first, last, country) in enumerate(drawn, 1):
        # Big employers have many of the people: the square of an even draw favours low numbers.
        company = int(companies * chance.random() ** 2) + 1 if chance.random() > 0.03 else None
        title = (
            f"{(level or 'the').title()} of {department or 'things'}" if chance.random() > UNKNOWN else None
        )
        if title and not department and chance.random() < 0.1:
            title = chance.choice(_SPECIAL_TITLES)
        start, end = _start(chance)
        yield {
            "id": key, "company_id": company, "first_name": first, "last_name": last,
            "name_key": f"{first} {last}".lower(),
            "email": f"p{key}@firm{company or 0}.example" if chance.random() > UNKNOWN else None,
            "title": title, "title_key": title and word_key(title), "department": department if title else None,
            "seniority": (level or None) if title else None, "role_started_from": start, "role_started_to": end,
            "country": country, "city": country and f"City of {country}",
        }  # fmt: skip


def _start(chance: random.Random) -> tuple[str | None, str | None]:
    """A third of the people are in their first year, few have been there for ten. Often only the month is known."""
    if chance.random() < UNKNOWN:
        return None, None
    day = AS_OF - timedelta(days=int(chance.expovariate(1 / 1000)))
    if chance.random() < 0.6:
        return day.isoformat(), day.isoformat()
    first = day.replace(day=1)
    return first.isoformat(), (first + timedelta(days=27)).isoformat()
