"""The statements of the report, run: shared parts are made once, beside the database, and dropped at the end."""

from __future__ import annotations

import math
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.report.numbers import GIVEN, by_hand, needed, number, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from prospector.pipeline.report.numbers import Number
    from prospector.store.database import Database

WINDOW = 14
"""Days after the last touch in which a reply counts."""
DARK = 30
"""Days without a talk after which a deal has gone dark."""
WINNER_AT = 654
"""People that each variant needs where the sequence fixes no number: enough to see 3.4 % double."""
_KEYS = {
    "leads": "enrolment_id",
    "again": "enrolment_id",
    "told": "enrolment_id",
    "answers": "enrolment_id",
    "bounces": "enrolment_id",
    "trails": "enrolment_id",
    "contacts": "contact_id",
    "worth": "who",
}
"""Parts whose rows are looked up, each by its own number."""
_ORDERED = {"steps": "enrolment_id, number, touch"}
"""Parts that are gone through in an order in which they come."""
_INDEXES = {"entered": "who, position"}
_CURRENCY = (
    "(SELECT currency FROM deals WHERE currency IS NOT NULL GROUP BY currency "
    "ORDER BY count(*) DESC, currency LIMIT 1)"
)


class CampaignSetting(NamedTuple):
    """What the settings say of a campaign."""

    campaign: str
    segment: str
    sequence: str
    winner_at: int | None = None


class StageSetting(NamedTuple):
    """A stage in its order. `kind`: open, won or lost; `probability`: the usual share of deals in it that are won."""

    stage: str
    kind: str = "open"
    probability: float | None = None


class GoalSetting(NamedTuple):
    """What an owner is to reach in a month. `goal`: a class of events, or a stage."""

    owner: str
    goal: str
    wanted: int


class Given(NamedTuple):
    """What the numbers depend on besides the tables."""

    as_of: date
    campaigns: Sequence[CampaignSetting] = ()
    stages: Sequence[StageSetting] = ()
    goals: Sequence[GoalSetting] = ()
    spans: Sequence[tuple[str, str, str]] = ()
    """Times that were read without a gap, in UTC: of all mailboxes together, as `mailbox`, and of each tool."""
    currency: str = "(none)"
    """Where no deal has one."""
    window: int = WINDOW
    dark_days: int = DARK
    winner_at: int = WINNER_AT

    def parts(self) -> dict[str, str]:
        """The same as the statements that the others read."""
        until = self.as_of + timedelta(days=1)
        params = {
            "as_of": _text(self.as_of.isoformat()),
            "until": _text(f"{until}T00:00:00Z"),
            "until_read": _text(f"{self.as_of}T00:00:00Z"),
            "open_since": _text(f"{until - timedelta(days=self.window)}T00:00:00Z"),
            "closed_until": _text((self.as_of - timedelta(days=self.window)).isoformat()),
            "window_days": str(self.window),
            "dark_days": str(self.dark_days),
            "winner_at": str(self.winner_at),
            "month_from": _text(f"{self.as_of.replace(day=1)}T00:00:00Z"),
            "currency": f"coalesce({_CURRENCY}, {_text(self.currency)})",
        }
        stages = [(place, *one) for place, one in enumerate(self.stages, start=1)]
        return {
            "params": "SELECT " + ", ".join(f"{value} AS {name}" for name, value in params.items()),
            "campaign_settings": _rows(("campaign", "segment", "sequence", "winner_at"), self.campaigns),
            "stage_order": _rows(("position", "stage", "kind", "probability"), stages),
            "goal_settings": _rows(("owner", "goal", "wanted"), self.goals),
            "spans": _rows(("source", "from_at", "to_at"), self.spans),
        }


def _rows(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Some rows as a statement; none where there are none."""
    if not rows:
        return "SELECT " + ", ".join(f"NULL AS {name}" for name in names) + " WHERE 0"
    first, *rest = ([_literal(value) for value in row] for row in rows)
    head = "SELECT " + ", ".join(f"{value} AS {name}" for value, name in zip(first, names, strict=True))
    return head + "".join(f"\nUNION ALL SELECT {', '.join(row)}" for row in rest)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int | float) else _text(str(value))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class Figures:
    """The numbers of one report. Use it through `figures`."""

    def __init__(self, db: Database, given: Given) -> None:
        self._db = db
        self._given = given.parts()
        self.given = given
        self.made: list[str] = []

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a number."""
        wanted = number(name)
        for part in needed(wanted.sql):
            if part != name:
                self._make(part)
        sql = f"SELECT * FROM {name}" if name in self.made else statement(wanted)  # noqa: S608  (a name of ours)
        return [dict(row) for row in self._db.execute(sql)]

    def _make(self, part: str) -> None:
        if part in self.made:
            return
        self._table(part, number(part).sql)
        if part in _INDEXES:
            self._db.execute(f"CREATE INDEX temp.report_{part} ON {part} ({_INDEXES[part]})")

    def _table(self, name: str, sql: str) -> None:
        self.made.append(name)
        key, order = _KEYS.get(name), _ORDERED.get(name)
        if not key and not order:
            self._db.execute(f"CREATE TEMP TABLE {name} AS {sql}")
            return
        head = self._db.execute(f"SELECT * FROM ({sql}) LIMIT 0").description  # noqa: S608  (ours)
        columns = [f"{column[0]} INTEGER PRIMARY KEY" if column[0] == key else column[0] for column in head]
        end = ") WITHOUT ROWID" if order else ")"
        columns += [f"PRIMARY KEY ({order})"] if order else []
        self._db.execute(f"CREATE TEMP TABLE {name} ({', '.join(columns)}{end}")
        self._db.execute(f"INSERT INTO temp.{name} {sql}")

    def begin(self) -> None:
        """Lay the given parts down. They may take 64 MB of memory, and what is more goes into a file."""
        self._db.execute("PRAGMA temp.cache_size = -65536")
        for name in GIVEN:
            self._table(name, self._given[name])

    def end(self) -> None:
        """Take all parts away."""
        for name in reversed(self.made):
            self._db.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self.made.clear()


@contextmanager
def figures(db: Database, given: Given) -> Iterator[Figures]:
    """The numbers of a day. All are taken from one state of the database, whatever others write meanwhile."""
    _complete_functions(db)
    found = Figures(db, given)
    db.execute("SAVEPOINT report")
    try:
        found.begin()
        yield found
        found.end()
    finally:
        db.execute("ROLLBACK TO report")
        db.execute("RELEASE report")


def _complete_functions(db: Database) -> None:
    """Some builds of SQLite lack the functions of mathematics that its own shell has."""
    for name, function in (("sqrt", math.sqrt), ("ln", math.log), ("exp", math.exp)):
        try:
            db.execute(f"SELECT {name}(1.0)")
        except Exception:
            db.connection.create_function(name, 1, function, deterministic=True)


def statements(given: Given, names: Sequence[Number]) -> Mapping[str, str]:
    """The statements of some numbers, each to be run by itself."""
    parts = given.parts()
    return {one.name: by_hand(one, parts) for one in names}
