"""The report of a day as one value: every number, asked of one state of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from prospector.core.counts import counted
from prospector.pipeline.report.figures import figures
from prospector.pipeline.report.numbers import LEAST
from prospector.pipeline.report.target import Target, target_of
from prospector.pipeline.report.winners import judged, weighed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.pipeline.report.figures import Given
    from prospector.pipeline.report.shapes import (
        CountsOfShape,
        DealsShape,
        RateShape,
        RatesShape,
        ReportShape,
        VelocityShape,
    )
    from prospector.store.database import Database

_COUNTS = (
    "people", "started", "contacted", "closed", "open", "replied", "positive", "replied_so_far", "replied_late",
    "automatic", "mails",
)  # fmt: skip
_NO_DEALS: dict[str, Any] = {
    "open": 0, "open_amount": 0, "won": 0, "won_amount": 0, "lost": 0, "lost_amount": 0, "average_won": None,
    "average_open": None, "moved": 0, "moved_3": 0, "overdue": 0, "without_next_step": 0,
}  # fmt: skip
_NO_SPEED: dict[str, Any] = {
    "open": 0, "won": 0, "lost": 0, "average_won": None, "mean_days": None, "per_day": None,
}  # fmt: skip
GROUPED = ("segment", "sequence", "source", "verdict", "verdict age", "owner", "warmth")
"""What the people of campaigns are told apart by, besides the campaign."""
NAMED = (
    "coverage", "rates", "touches", "touches_to_reply", "variants", "criteria", "facts", "funnel",
    "time_in_stage", "deals", "wins", "velocity", "losses", "dark", "shares", "forecast", "sources", "owners",
    "others", "road", "groups", "goals",
)  # fmt: skip


class Report(NamedTuple):
    """All numbers of a day. `rows` are those of each number, as its statement gives them."""

    given: Given
    currency: str
    rows: Mapping[str, Sequence[dict[str, Any]]]
    unknown_stages: tuple[str, ...] = ()
    target: Target | None = None

    @property
    def coverage(self) -> RateShape:
        """How much of the answers was read."""
        return rate_of(self.rows["coverage"][0], "covered", "contacted")

    @property
    def rates(self) -> dict[tuple[str, str], RatesShape]:
        """The rates of each group, by what groups are told apart by and the group's name."""
        found: dict[tuple[str, str], dict[str, RateShape]] = {}
        for row in self.rows["rates"]:
            rates = found.setdefault((row["grouped_by"], row["name"]), {})
            rates[row["rate"].replace(" ", "_")] = rate_of(row, "numerator", "denominator")
        return cast("dict[tuple[str, str], RatesShape]", found)

    @property
    def forecast(self) -> list[dict[str, Any]]:
        """What open deals should bring, with our own shares beside the usual ones."""
        return self._with_shares("forecast")

    def _with_shares(self, name: str) -> list[dict[str, Any]]:
        """Rows with amounts, and what these should bring."""
        own = {row["stage"]: row for row in self.rows["shares"]}
        return [{**row, **_own(row, own.get(row["stage"]))} for row in self.rows[name]]

    @property
    def notes(self) -> list[str]:
        """What has to be known to read the numbers."""
        return list(_notes(self))

    def as_json(self) -> ReportShape:
        """The body of `report --json`."""
        groups = {(row["grouped_by"], row["name"]): counts_of(row) for row in self.rows["groups"]}
        rates = self.rates
        goals: list[Any] = list(self.rows["goals"])
        told: ReportShape = {
            "as_of": self.given.as_of.isoformat(),
            "window_days": self.given.window,
            "coverage": self.coverage,
            "notes": self.notes,
            "people": groups.get(("all", "all")) or counts_of(dict.fromkeys(_COUNTS, 0)),
            "rates": rates.get(("all", "all")) or _no_rates(),
            "funnel": [cast("Any", _stage(row)) for row in self.rows["funnel"] if row["grouped_by"] == "all"],
            "warmth": [
                cast("Any", {"warmth": row["grouped_by"], **_stage(row)})
                for row in self.rows["funnel"]
                if row["grouped_by"] != "all"
            ],
            "campaigns": [
                {"campaign": name, **counts, "rates": rates[by, name]}
                for (by, name), counts in groups.items()
                if by == "campaign"
            ],
            "groups": [
                {"by": by, "name": name, **counts, "rates": rates[by, name]}
                for (by, name), counts in groups.items()
                if by in GROUPED
            ],
            "touches": [_touch(row) for row in self.rows["touches"]],
            "touches_to_reply": [
                {"touches": row["number"], "people": row["replied"], "share": rate_of(row, "replied", "of")}
                for row in self.rows["touches_to_reply"]
            ],
            "variants": [_variant(row) for row in judged(self.rows["variants"])],
            "criteria": [
                {"criterion": row["criterion"], "rate": rate_of(row, "replied", "people", "rate")}
                for row in self.rows["criteria"]
            ],
            "facts": [_fact(row) for row in weighed(self.rows["facts"])],
            "time_in_stage": [
                _picked(row, "stage", "stays", "open", "median_days") for row in self.rows["time_in_stage"]
            ],
            "velocity": self.velocity(),
            "deals": self.deals(),
            "sources": [_source(row) for row in self.rows["sources"]],
            "owners": [
                cast("Any", {**row, "goals": [one for one in goals if one["owner"] == row["owner"]]})
                for row in self.rows["owners"]
            ],
            "other_tools": [
                {"tool": row["tool"], "rate": row["rate"], "share": rate_of(row, "numerator", "denominator")}
                for row in self.rows["others"]
            ],
        }
        if self.target:
            told["target"] = self.target_of()
        return told

    def target_of(self) -> Any:
        """Whether the open deals reach the target."""
        steps = [(row["step"], row["people"] or 0, rate_of(row, "next", "of")) for row in self.rows["road"]]
        deals = self._with_shares("dark")
        return target_of(self.target or Target(0), self.currency, self.main_deals(), deals, steps)

    def main_deals(self) -> dict[str, Any]:
        """The deals of the currency that most have."""
        return next(
            (row for row in self.rows["deals"] if row["currency"] == self.currency),
            {"currency": self.currency, **_NO_DEALS},
        )

    def deals(self) -> DealsShape:
        """All that is told of deals."""
        told = {
            **self.main_deals(),
            "others": [row for row in self.rows["deals"] if row["currency"] != self.currency],
            "wins": [_win(row) for row in self.rows["wins"]],
            "losses": list(self.rows["losses"]),
            "dark": [{**row, "dark": bool(row["dark"])} for row in self.rows["dark"]],
            "shares": [
                {"stage": row["stage"], "usual": row["usual"], "own": rate_of(row, "won", "decided", "share")}
                for row in self.rows["shares"]
            ],
            "forecast": [
                {name: value for name, value in row.items() if name != "usual"} for row in self.forecast
            ],
        }
        return cast("DealsShape", told)

    def velocity(self) -> VelocityShape:
        """What the open deals bring in a day."""
        rows = self.rows["velocity"]
        main = next(
            (row for row in rows if row["currency"] == self.currency),
            {"currency": self.currency, **_NO_SPEED},
        )
        return cast("VelocityShape", {**main, "others": [row for row in rows if row is not main]})


def make_report(db: Database, given: Given, target: Target | None = None) -> Report:
    """Every number of a day."""
    with db.long_work(), figures(db, given) as found:
        rows = {name: found.rows(name) for name in NAMED}
        currency = str(db.value("SELECT currency FROM params"))
        return Report(given, currency, rows, _unknown_stages(db), target)


def _unknown_stages(db: Database) -> tuple[str, ...]:
    sql = "SELECT DISTINCT stage FROM moves WHERE position IS NULL ORDER BY 1"
    return tuple(row[0] for row in db.rows(sql))


def rate_of(row: Mapping[str, Any], numerator: str, denominator: str, name: str = "") -> RateShape:
    """A rate as its statement gives it."""
    before = f"{name}_" if name else ""
    return {
        "value": row[f"{before}value"],
        "numerator": row[numerator] or 0,
        "denominator": row[denominator] or 0,
        "low": row[f"{before}low"],
        "high": row[f"{before}high"],
        "enough": bool(row[f"{before}enough"]),
    }


def counts_of(row: Mapping[str, Any]) -> CountsOfShape:
    """How many of a group got how far."""
    return cast("CountsOfShape", {name: row[name] or 0 for name in _COUNTS})


def _no_rates() -> RatesShape:
    none: RateShape = {
        "value": None,
        "numerator": 0,
        "denominator": 0,
        "low": None,
        "high": None,
        "enough": False,
    }
    names = (
        "reply", "positive", "positive_share", "bounce", "soft_bounce", "unsubscribe", "complaint", "meeting_booked",
        "show",
    )  # fmt: skip
    return cast("RatesShape", dict.fromkeys(names, none))


def _picked(row: Mapping[str, Any], *names: str) -> Any:
    return {name: row[name] for name in names}


def _stage(row: Mapping[str, Any]) -> dict[str, Any]:
    told = _picked(
        row,
        "stage",
        "kind",
        "entered",
        "dropped",
        "open",
        "strict",
        "skipped",
        "returned",
        "value",
        "value_open",
    )
    return told | {  # type: ignore[no-any-return]
        "left": row["went_on"],
        "value_left": row["value_went_on"],
        "conversion": rate_of(row, "went_on", "entered", "conversion"),
        "strict_conversion": rate_of(row, "strict_next", "strict", "strict_conversion"),
    }


def _touch(row: Mapping[str, Any]) -> Any:
    told = _picked(
        row,
        "sequence",
        "touch",
        "number",
        "channel",
        "got",
        "replied",
        "bounced",
        "unsubscribed",
        "open",
        "skipped",
        "waiting",
        "value",
    )
    hazard = rate_of(row, "replied", "got", "hazard")
    if (
        row["waiting"] > row["got"]
    ):  # of most nobody said whether they were made: those that are answered stand out
        hazard["enough"] = False
    return told | {
        "hazard": hazard,
        "cumulative": rate_of(row, "replied_by", "started", "cumulative"),
    }


def _variant(row: Mapping[str, Any]) -> Any:
    rate = rate_of(row, "replied", "people", "rate")
    told = _picked(row, "campaign", "touch", "variant", "people", "replied", "open", "winner", "verdict")
    return told | {"rate": rate, "low": rate["low"], "high": rate["high"], "enough": rate["enough"]}


def _fact(row: Mapping[str, Any]) -> Any:
    return _picked(row, "field", "value", "chance", "holds") | {
        "rate": rate_of(row, "replied", "people", "rate"),
        "rest": rate_of(row, "rest_replied", "rest", "rest_rate"),
    }


def _win(row: Mapping[str, Any]) -> Any:
    return _picked(row, "way", "name", "currency", "open") | {
        "rate": rate_of(row, "won", "decided"),
        "value_rate": row["value_rate_value"],
    }


def _source(row: Mapping[str, Any]) -> Any:
    names = ("source", "contacted", "mails", "soft", "replied", "meetings", "lookups", "found", "cost")
    costs = ("cost_per_found", "cost_per_reply", "cost_per_meeting")
    return _picked(row, *names, *costs) | {"bounce": rate_of(row, "hard", "mails", "bounce")}


def _own(row: Mapping[str, Any], share: Mapping[str, Any] | None) -> dict[str, float | None]:
    """An amount by our own share of its stage, once there are enough deals to speak of one."""
    names = ("own_amount", "own_low", "own_high")
    usual = {"usual_amount": row["amount"] * ((share and share["usual"]) or 0)}
    if share is None or not share["share_enough"]:
        return dict.fromkeys(names) | usual
    shares = (share["share_value"], share["share_low"], share["share_high"])
    return {name: round(row["amount"] * one, 2) for name, one in zip(names, shares, strict=True)} | usual


def _in_several(report: Report) -> str | None:
    """That people and contacts are not the same number, where they are not."""
    contacted = next((row["contacted"] for row in report.rows["groups"] if row["grouped_by"] == "all"), 0)
    people = report.rows["road"][0]["people"] or 0
    if people == contacted:
        return None
    return f"The {contacted:,} contacted are {people:,} people: who is in several campaigns counts in each."


def _notes(report: Report) -> Iterable[str]:
    coverage = report.coverage
    if coverage["denominator"] and coverage["numerator"] < coverage["denominator"]:
        yield (
            f"Of {coverage['denominator']:,} contacted, the answers of {coverage['numerator']:,} were read without a "
            "gap: every rate of answers is a lower bound."
        )
    everybody = next((row for row in report.rows["groups"] if row["grouped_by"] == "all"), None)
    if everybody and everybody["open"]:
        yield f"{counted(everybody['open'], 'person')} may still answer: that counts neither as a reply nor as none."
    if everybody and everybody["closed"] < LEAST:
        yield f"Fewer than {LEAST} people have had their time to answer: counts, no rates yet."
    if several := _in_several(report):
        yield several
    if waiting := sum(row["waiting"] or 0 for row in report.rows["touches"]):
        yield f"{waiting:,} calls and other tasks are due and nobody said that they were done: they count as not done."
    if report.unknown_stages:
        yield f"Stages that pipeline.yaml does not name are in no funnel: {', '.join(report.unknown_stages)}."
    if report.target and not all(row["enough"] for row in report.rows["road"][:-1]):
        yield f"A step to the target rests on fewer than {LEAST} people: what it needs is a guess."
    if len(report.rows["deals"]) > 1:
        yield "Amounts of several currencies are never added up: each has lines of its own."
