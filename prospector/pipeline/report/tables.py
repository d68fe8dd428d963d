"""The report as tables: short ones in native words for the terminal, and one long one for CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.report.report import GROUPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.shapes import BacktestShape, RateShape, ReportShape, WinShape

    Rows = list[dict[str, Any]]
    Table = tuple[str, Rows]

BY = ("campaign", *GROUPED, "criterion", "touch", "variant", "field", "stage")
"""What `--by` can name."""
_MAIN_RATES = (
    ("reply", "replied"),
    ("positive", "interested"),
    ("bounce", "bounced"),
    ("meeting_booked", "meeting"),
)


def share(rate: RateShape) -> str:
    """A rate in words: its counts, and the share with its interval where there are enough people."""
    counts = f"{rate['numerator']:,} of {rate['denominator']:,}"
    if not rate["denominator"]:
        return "-"
    if not rate["enough"] or rate["value"] is None:
        return f"{counts}, not enough data"
    low, high = rate["low"] or 0, rate["high"] or 0
    return f"{counts}: {percent(rate['value'])} ({percent(low)[:-2]}-{percent(high)})"


def percent(value: float) -> str:
    """A share as a reader takes it in."""
    text = f"{value * 100:.1f}" if 0 < value < 0.1 else f"{value * 100:.0f}"
    return f"{text} %"


def in_value(win: WinShape) -> str:
    """The win rate of the amounts, where there are enough deals to speak of one."""
    return percent(win["value_rate"]) if win["rate"]["enough"] and win["value_rate"] is not None else "-"


def money(amount: float | None, currency: str) -> str:
    """An amount without cents."""
    return "-" if amount is None else f"{amount:,.0f} {currency}"


def terminal(report: Report, by: str | None = None) -> Iterator[Table]:
    """Titles and rows of the tables that a terminal shows; of one kind of group where that is asked for."""
    told = report.as_json()
    if by:
        yield f"By {by}", grouped(told, by)
        return
    yield from _people(told)
    yield from _stages(told)
    yield from _deals(report, told)
    yield from _lists(told)
    if "target" in told:
        yield from _target(told)


def _people(told: ReportShape) -> Iterator[Table]:
    rates = told["rates"]
    rows = [{"what": "contacted", "people": f"{told['people']['contacted']:,}"}]
    rows += [{"what": name.replace("_", " "), "people": share(rate)} for name, rate in rates.items()]  # type: ignore[arg-type]
    yield "Answers", rows if told["people"]["people"] else []
    yield "Campaigns", _with_rates(told["campaigns"], "campaign") if len(told["campaigns"]) > 1 else []
    yield "Touches", _touches(told)
    yield "Variants", _variants(told)


def _with_rates(rows: Sequence[Any], column: str) -> Rows:
    return [
        {column: row[column], "contacted": row["contacted"], "open": row["open"]}
        | {words: share(row["rates"][rate]) for rate, words in _MAIN_RATES}
        for row in rows
    ]


def _touches(told: ReportShape) -> Rows:
    several = len({row["sequence"] for row in told["touches"]}) > 1
    return [
        ({"sequence": row["sequence"]} if several else {})
        | {
            "touch": row["touch"],
            "got": row["got"],
            "replied": share(row["hazard"]),
            "so far": share(row["cumulative"]),
            "bounced": row["bounced"],
            "opted out": row["unsubscribed"],
            "open": row["open"],
            "not done": row["waiting"],
        }
        for row in told["touches"]
    ]


def _variants(told: ReportShape) -> Rows:
    several = len({row["campaign"] for row in told["variants"]}) > 1
    return [
        ({"campaign": row["campaign"]} if several else {})
        | {
            "touch": row["touch"],
            "variant": row["variant"],
            "replied": share(row["rate"]),
            "verdict": row["verdict"],
        }
        for row in told["variants"]
    ]


def _stages(told: ReportShape) -> Iterator[Table]:
    yield "Stages", _stage_rows(told) if any(row["entered"] for row in told["funnel"]) else []


def _stage_rows(told: ReportShape) -> Rows:
    days = {row["stage"]: row for row in told["time_in_stage"]}
    return [_stage(row, days.get(row["stage"])) for row in told["funnel"] if row["kind"] != "lost"]


def _stage(row: Any, days: Any) -> dict[str, Any]:
    median = days["median_days"] if days else None
    return {
        "stage": row["stage"],
        "entered": row["entered"],
        "went on": row["left"],
        "dropped": row["dropped"],
        "there": row["open"],
        "conversion": share(row["conversion"]) if row["kind"] == "open" else "-",
        "days": "-" if median is None else f"{median} ({days['open']} open)",
    }


def _deals(report: Report, told: ReportShape) -> Iterator[Table]:
    deals, speed = told["deals"], told["velocity"]
    yield (
        "Deals",
        [row for one in (deals, *deals["others"]) for row in _deal_lines(one, told)]
        if report.rows["deals"]
        else [],
    )
    yield (
        "Forecast",
        [
            {
                "month": row["month"],
                "stage": row["stage"],
                "deals": row["deals"],
                "amount": money(row["amount"], row["currency"]),
                "by our share": _own(row),
                "usual": money(row["usual_amount"], row["currency"]),
            }
            for row in deals["forecast"]
        ],
    )
    yield (
        "Silent deals",
        [
            {
                "deal": row["name"],
                "stage": row["stage"],
                "amount": money(row["amount"], row["currency"]),
                "days": row["days"],
            }
            for row in deals["dark"]
            if row["dark"]
        ][:10],
    )
    if report.rows["deals"] and speed["per_day"] is None:
        yield "Sales velocity", [{"what": "cannot be told", "why": "no deal has been won yet"}]
    elif speed["per_day"] is not None:
        yield (
            "Sales velocity",
            [
                {
                    "a day": money(speed["per_day"], speed["currency"]),
                    "open": speed["open"],
                    "won": speed["won"],
                    "lost": speed["lost"],
                    "average won": money(speed["average_won"], speed["currency"]),
                    "days": round(speed["mean_days"] or 0),
                }
            ],
        )


def _deal_lines(row: Any, told: ReportShape) -> Rows:
    currency = row["currency"]
    wins = [one for one in told["deals"]["wins"] if one["name"] == "all" and one["currency"] == currency]
    lines = [
        {"what": name, "number": f"{row[name]:,}", "amount": money(row[f"{name}_amount"], currency)}
        for name in ("open", "won", "lost")
    ]
    lines += [
        {
            "what": f"win rate, {one['way']}",
            "number": share(one["rate"]),
            "amount": in_value(one),
        }
        for one in wins
    ]
    return lines


def _own(row: Any) -> str:
    if row["own_amount"] is None:
        return "not enough data"
    return f"{money(row['own_amount'], row['currency'])} ({row['own_low']:,.0f}-{row['own_high']:,.0f})"


def _lists(told: ReportShape) -> Iterator[Table]:
    yield (
        "Addresses by source",
        [
            {
                "source": row["source"],
                "mails": row["mails"],
                "bounced": share(row["bounce"]),
                "replied": row["replied"],
                "cost": f"{row['cost']:.2f}",
                "a reply": "-" if row["cost_per_reply"] is None else f"{row['cost_per_reply']:.2f}",
            }
            for row in told["sources"]
        ],
    )
    yield "What goes with replies", _facts(told)


def _facts(told: ReportShape) -> Rows:
    return [
        {
            "fact": f"{row['field']} {row['value']}",
            "with it": share(row["rate"]),
            "others": share(row["rest"]),
        }
        for row in told["facts"]
        if row["holds"]
    ]


def _target(told: ReportShape) -> Iterator[Table]:
    target = told["target"]
    currency = target["currency"]
    verdict = "reached" if target["reached"] else f"{money(target['missing'], currency)} missing"
    yield (
        "Target",
        [
            {
                "what": "target",
                "value": money(target["amount"], currency) + (f" by {target['by']}" if target["by"] else ""),
            },
            {"what": "open deals", "value": money(target["open_amount"], currency)},
            {
                "what": "expected by our shares",
                "value": "not enough data"
                if target["expected"] is None
                else money(target["expected"], currency),
            },
            {"what": "expected by usual shares", "value": money(target["usual"], currency)},
            {"what": "so", "value": verdict},
        ],
    )
    yield (
        "What that takes",
        [
            {
                "step": row["step"],
                "so far": row["people"],
                "to the next": "" if row["step"] == "won" else share(row["to_next"]),
                "more needed": "-" if row["needed"] is None else f"{row['needed']:,}",
                "each may cost": money(row["may_cost"], currency),
            }
            for row in target["steps"]
        ],
    )


def grouped(told: ReportShape, by: str) -> Rows:
    """The rows of one kind of group."""
    kind = by.replace("-", " ").replace("_", " ")
    if kind == "campaign":
        return _with_rates(told["campaigns"], "campaign")
    if kind == "owner":
        return [_owner(row) for row in told["owners"]]
    if kind in GROUPED:
        rows = [row for row in told["groups"] if row["by"] == kind]
        return [{kind: row.pop("name"), **row} for row in _with_rates(rows, "name")]
    if kind == "criterion":
        return [{"criterion": row["criterion"], "replied": share(row["rate"])} for row in told["criteria"]]
    if kind == "field":
        return [
            {
                "fact": f"{row['field']} {row['value']}",
                "with it": share(row["rate"]),
                "others": share(row["rest"]),
                "chance": row["chance"],
            }
            for row in told["facts"]
        ]
    tables = {"touch": _touches, "variant": _variants, "stage": _stage_rows}
    if kind not in tables:
        raise UsageError(
            f"--by {by!r:.40}: no such group", hint=near_miss(by, BY) or f"a day, or one of {', '.join(BY)}"
        )
    return tables[kind](told)


def _owner(row: Any) -> dict[str, Any]:
    goals = ", ".join(
        f"{one['goal'].replace('_', ' ')} {one['reached']} of {one['wanted']}" for one in row["goals"]
    )
    return {
        "owner": row["owner"],
        "contacted": row["contacted"],
        "touches": row["touches"],
        "tasks done": row["tasks_done"],
        "replied": row["replied"],
        "meetings": row["meetings"],
        "open deals": row["open_deals"],
        "won": row["won_deals"],
        "this month": goals or "-",
    }


def backtest_rows(told: BacktestShape) -> Rows:
    """A segment beside what became of people: by answer and points, then rule by rule."""
    rows = [
        {"who": row["who"], "replied": share(row["reply"]), "interested": share(row["positive"])}
        | {"meeting": share(row["meeting"]), "won": share(row["won"]), "others replied": "", "holds": ""}
        for row in told["groups"]
    ]
    return rows + [
        {
            "who": f"rule: {row['rule']}",
            "replied": share(row["rate"]),
            "interested": "",
            "meeting": "",
            "won": "",
        }
        | {"others replied": share(row["rest"]), "holds": "yes" if row["holds"] else "may be chance"}
        for row in told["rules"]
    ]
