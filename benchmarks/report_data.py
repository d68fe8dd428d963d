"""A made-up log of campaigns for the report: people, touches, what came back, stages and deals; the same for a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from prospector.pipeline.report.figures import StageSetting
from prospector.store.database import Database

AS_OF = date(2026, 12, 31)
CAMPAIGNS = ("banks", "shops", "clinics", "builders")
SOURCES = ("file:list.csv", "file:fair.csv", "hunter", "pattern")
VERDICTS = ("deliverable", "deliverable", "catch_all", None)
STAGES = ("prospecting", "mql", "sql", "consideration", "decision", "delivery", "won")
ROAD = (
    *(StageSetting(stage, "open", place / 10) for place, stage in enumerate(STAGES[:-1], start=1)),
    StageSetting("won", "won", 1.0),
    StageSetting("lost", "lost", 0.0),
)
_FIRST_DAY = date(2026, 7, 1)
_DAYS = (0, 2, 5, 9)
_CHANNELS = ("email", "call", "email", "email")
_NAMES = ("01-hello", "02-call", "03-sample", "04-last")


def fill(db: Database, enrolments: int, *, seed: int = 1, tells: bool = True) -> int:
    """Fill an empty database; how many events there are. `tells`: the tool says of each mail that it was sent."""
    chance = random.Random(seed)
    with db.transaction():
        _people(db, enrolments, chance)
        _campaigns(db, enrolments, chance)
        events = _events(db, enrolments, chance, tells=tells)
        _stages(db, enrolments, chance)
        _deals(db, enrolments, chance)
    return events


def _insert(db: Database, table: str, names: str, rows: Iterator[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(names.split()))
    db.connection.executemany(f"INSERT INTO {table} ({', '.join(names.split())}) VALUES ({marks})", rows)


def _people(db: Database, count: int, chance: random.Random) -> None:
    industries, countries = ("banking", "retail", "healthcare", "construction"), ("DE", "ES", "FR", "US")
    _insert(
        db,
        "companies",
        "id name domain industry country headcount_min",
        (
            (
                n,
                f"Firm {n}",
                f"firm{n}.test",
                chance.choice(industries),
                chance.choice(countries),
                chance.choice((5, 20, 80, 500)),
            )
            for n in range(1, count // 3 + 2)
        ),
    )
    _insert(
        db,
        "people",
        "id company_id first_name department seniority country",
        (
            (
                n,
                n // 3 + 1,
                f"P{n}",
                chance.choice(("hr", "finance", "it")),
                chance.choice(("manager", "director")),
                chance.choice(countries),
            )
            for n in range(1, count + 1)
        ),
    )


def _start(number: int) -> date:
    return _FIRST_DAY + timedelta(days=number * 7919 % 180)


def _campaigns(db: Database, count: int, chance: random.Random) -> None:
    words = "Banking; 180 employees; in role since 2026-0{}-01; new in the role +30; {}"
    _insert(
        db,
        "enrolments",
        "id campaign person_id lead_key email enrolled_on run reason address_source address_verdict address_checked_on",
        (
            (
                n, CAMPAIGNS[n % 4], n, f"p{n}@firm{n // 3 + 1}.test", f"p{n}@firm{n // 3 + 1}.test", _start(n).isoformat(), "r/1",
                words.format(n % 9 + 1, "mid-market +20" if n % 3 else "small +5"), SOURCES[n % 4], chance.choice(VERDICTS),
                "2026-06-20",
            )
            for n in range(1, count + 1)
        ),
    )  # fmt: skip
    _insert(
        db,
        "touches",
        "enrolment_id touch number channel variant send_at subject text left_on",
        (
            (
                n,
                name,
                place,
                channel,
                "ab"[n % 2] if place == 1 else "",
                f"{_start(n) + timedelta(days=day)}T09:{n % 60:02d}+01:00",
                "Hello",
                "A text. " * 40,
                _start(n).isoformat(),
            )
            for n in range(1, count + 1)
            for place, (name, channel, day) in enumerate(zip(_NAMES, _CHANNELS, _DAYS, strict=True), start=1)
        ),
    )


def _events(db: Database, count: int, chance: random.Random, *, tells: bool) -> int:
    rows = (row for n in range(1, count + 1) for row in _events_of(n, chance, tells=tells))
    _insert(
        db,
        "events",
        "key at read_on source way person_id enrolment_id campaign touch matched_by class channel bounce_type intent text",
        (
            (
                f"k{place}",
                at,
                at[:10],
                "instantly",
                "pull",
                n,
                n,
                CAMPAIGNS[n % 4],
                touch,
                "lead_id",
                kind,
                "email",
                bounce,
                intent,
                "Words. " * 20,
            )
            for place, (n, at, touch, kind, bounce, intent) in enumerate(rows)
        ),
    )
    return int(db.value("SELECT count(*) FROM events"))


def _events_of(
    n: int, chance: random.Random, *, tells: bool
) -> Iterator[tuple[int, str, str, str, str | None, str | None]]:
    """What came back of one person: mails sent and opened, then perhaps a bounce, an answer, a meeting."""
    start = datetime.combine(_start(n), datetime.min.time())
    fate = chance.random()
    for place, (name, channel, day) in enumerate(zip(_NAMES, _CHANNELS, _DAYS, strict=True)):
        at = start + timedelta(days=day, hours=8, minutes=n % 60)
        if at.date() > AS_OF:
            return
        if channel == "email" and tells:
            yield n, f"{at.isoformat()}Z", name, "sent", None, None
            if chance.random() < 0.5:
                yield n, f"{(at + timedelta(minutes=30)).isoformat()}Z", name, "opened", None, None
        later = f"{(at + timedelta(hours=20)).isoformat()}Z"
        if place == 0 and fate < 0.03:
            yield n, later, name, "bounce", "hard", None
            return
        if fate < 0.05 and place == 0:
            yield n, later, name, "auto_reply", None, None
        hot = 0.012 * (1.6 if n % 4 == 1 else 1) * (1.4 if n % 2 and place == 0 else 1)
        if chance.random() < hot:
            good = chance.random() < 0.3
            yield (
                n,
                later,
                name,
                "reply",
                None,
                "interested" if good else chance.choice(("not_interested", "not_now", "question")),
            )
            if good:
                yield n, f"{(at + timedelta(days=3)).isoformat()}Z", name, "meeting_booked", None, None
                if chance.random() < 0.8:
                    yield n, f"{(at + timedelta(days=6)).isoformat()}Z", name, "meeting_held", None, None
            return
        if chance.random() < 0.003:
            yield n, later, name, "unsubscribe", None, None
            return


def _stages(db: Database, count: int, chance: random.Random) -> None:
    moves, now = [], []
    for n in range(1, count + 1, 10):
        day, far = _start(n), min(len(STAGES), 1 + int(chance.expovariate(0.9)))
        came = None
        for stage in STAGES[:far]:
            if day > AS_OF:
                break
            moves.append((n, stage, came, f"{day}T10:00:00Z", "event", day.isoformat()))
            came, day = stage, day + timedelta(days=chance.randint(1, 25))
        if came and came != "won" and chance.random() < 0.4 and day <= AS_OF:
            moves.append((n, "lost", came, f"{day}T10:00:00Z", "event", day.isoformat()))
            came = "lost"
        now.append(
            (n, came or STAGES[0], _start(n).isoformat(), int(n % 7 == 0), chance.choice(("ana", "ben")))
        )
    _insert(db, "stage_moves", "person_id stage came_from at by noted_on", iter(moves))
    _insert(db, "stages", "person_id stage since warm owner", iter(now))


def _deals(db: Database, count: int, chance: random.Random) -> None:
    deals, changes = [], []
    for place, n in enumerate(range(1, count + 1, 60), start=1):
        opened = _start(n) + timedelta(days=10)
        closed, state = (
            opened + timedelta(days=chance.randint(10, 70)),
            chance.choice(("open", "won", "lost", "lost")),
        )
        stage = chance.choice(STAGES[3:6])
        if closed > AS_OF or opened > AS_OF:
            state, opened = "open", min(opened, AS_OF)
        end = closed.isoformat() if state != "open" else None
        if end:
            changes.append((place, end, "stage", stage, state, "hand"))
        moved = range(1, 1 + chance.choice((0, 0, 1, 3)))
        changes += [(place, f"2026-12-0{day}", "close", "2026-12-01", "2027-01-31", "hand") for day in moved]
        deals.append((
            f"Deal {place}", n // 3 + 1, n, CAMPAIGNS[n % 4], chance.randint(20, 300) * 100, "EUR" if place % 9 else "USD",
            state if end else stage, opened.isoformat(), state, opened.isoformat(), f"2027-0{chance.randint(1, 3)}-15", end,
            chance.choice(("price", "no budget", "a rival")) if state == "lost" else None, chance.choice(("ana", "ben")),
        ))  # fmt: skip
    names = "name company_id person_id campaign amount currency stage since state opened_on close_on closed_on lost_reason owner"
    _insert(db, "deals", names, iter(deals))
    _insert(db, "deal_changes", "deal_id at field was became by", iter(changes))
