"""What stands on the page: head figures, and parts with their charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.pipeline.report.numbers import number
from prospector.pipeline.report.parts import win_rates
from prospector.pipeline.report.tables import grouped, money, percent, share, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.shapes import RateShape, ReportShape


class Head(NamedTuple):
    """A figure at the top."""

    name: str
    figure: str
    small: str


class Chart(NamedTuple):
    """A chart with its text alternative. `kind` is a macro of `charts.j2`."""

    kind: str
    id: str
    title: str
    text: str
    rows: Sequence[Any]


class Table(NamedTuple):
    """A table; columns of numbers stand to the right."""

    caption: str
    rows: Sequence[dict[str, Any]]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns that hold whole numbers alone."""
        names = tuple(self.rows[0]) if self.rows else ()
        return tuple(name for name in names if all(isinstance(row[name], int) for row in self.rows))


class Part(NamedTuple):
    """A part of the page."""

    title: str
    means: str
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    narrow: bool = False
    """Whether another part fits beside it."""


def heads(told: ReportShape) -> Iterator[Head]:
    """The figures at the top."""
    yield _head(
        "Contacted", f"{told['people']['contacted']:,}", f"{told['people']['open']:,} may still answer"
    )
    for name, rate in (("Reply rate", "reply"), ("Interested", "positive"), ("Hard bounces", "bounce")):
        yield _rate_head(name, told["rates"][rate])  # type: ignore[literal-required]
    yield _rate_head("Answers read without a gap", told["coverage"])
    deals, speed = told["deals"], told["velocity"]
    if deals["open"] or deals["won"] or deals["lost"]:
        yield _head(
            "Open deals",
            money(deals["open_amount"], deals["currency"]),
            f"{deals['open']:,} deal{'s' * (deals['open'] != 1)}",
        )
    if speed["per_day"] is not None:
        yield _head("Sales velocity", money(speed["per_day"], speed["currency"]), "a day")


def _head(name: str, figure: str, small: str) -> Head:
    return Head(name, figure, small)


def _rate_head(name: str, rate: RateShape) -> Head:
    counts = f"{rate['numerator']:,} of {rate['denominator']:,}"
    if not rate["denominator"]:
        return Head(name, "-", "nothing to count yet")
    if not rate["enough"] or rate["value"] is None:
        return Head(name, counts, "not enough data")
    return Head(
        name, percent(rate["value"]), f"{counts}; {percent(rate['low'] or 0)} to {percent(rate['high'] or 0)}"
    )


def parts(report: Report) -> list[Part]:
    """The parts that have something to show, in the order of the page."""
    told = report.as_json()
    found = [_funnel(told), _touches(told), _groups(told), _variants(told), *_others(report, told)]
    return [part for part in found if any(table.rows for table in part.tables)]


def _means(name: str) -> str:
    one = number(name)
    text = f"{one.means} Formula: {one.formula}." if one.formula else one.means
    return text.replace("`", "").replace("went_on", "went on")


def _funnel(told: ReportShape) -> Part:
    rows = [row for row in told["funnel"] if row["kind"] != "lost"]
    most = max((row["entered"] for row in rows), default=0)
    bars = [
        {
            "label": row["stage"],
            "figure": f"{row['entered']:,}, went on {row['left']:,}, dropped {row['dropped']:,}",
            "percent": _part(row["entered"], most),
            "inner": _part(row["left"], most),
        }
        for row in rows
    ]
    text = "People who entered each stage, and the part of them who went on: " + "; ".join(
        f"{row['stage']} {row['entered']}, went on {row['left']}" for row in rows
    )
    tables = [Table("Stages", grouped(told, "stage") if most else [])]
    tables += [
        Table(f"Stages, {warmth} people alone", rows)
        for warmth in ("warm", "cold")
        for rows in [_warm(told, warmth)]
        if any(row["entered"] for row in rows)
    ]
    chart = Chart("bars", "funnel", "People by stage", text, bars)
    return Part("Stages", _means("funnel"), (chart,) if most else (), tuple(tables))


def _warm(told: ReportShape, warmth: str) -> list[dict[str, Any]]:
    return [
        {
            "stage": row["stage"],
            "entered": row["entered"],
            "went on": row["left"],
            "dropped": row["dropped"],
            "there": row["open"],
            "conversion": share(row["conversion"]) if row["kind"] == "open" else "-",
        }
        for row in told["warmth"]
        if row["warmth"] == warmth and row["kind"] != "lost"
    ]


def _touches(told: ReportShape) -> Part:
    rows = told["touches"]
    highest = max((row["cumulative"]["value"] or 0 for row in rows), default=0)
    lines = []
    for sequence in dict.fromkeys(row["sequence"] for row in rows):
        steps = [row["cumulative"] for row in rows if row["sequence"] == sequence]
        shares = [step["value"] or 0 for step in steps]
        lines.append({
            "label": f"{sequence}, replied by touch {len(steps)}: {share(steps[-1])}",
            "points": _points(shares, highest),
            "most": percent(highest),
        })  # fmt: skip
    bars = [
        {
            "label": f"{row['touch']} ({row['channel']})",
            "figure": f"got {row['got']:,}, replied {row['replied']:,}",
            "percent": _part(row["got"], max(one["got"] for one in rows)),
            "inner": _part(row["replied"], max(one["got"] for one in rows)),
        }
        for row in rows
    ]
    text = "; ".join(f"{row['touch']}: got {row['got']}, replied {row['replied']}" for row in rows)
    charts = (
        Chart(
            "bars",
            "touches",
            "People who got each touch and were still silent, and who answered it",
            text,
            bars,
        ),
        Chart("steps", "curve", "Share of people who had replied by each touch", text_of(lines), lines),
    )
    return Part(
        "Touches", _means("touches"), charts if rows else (), (Table("Touches", grouped(told, "touch")),)
    )


def text_of(lines: Sequence[dict[str, Any]]) -> str:
    """A chart of lines in words."""
    return "; ".join(line["label"] for line in lines)


def _points(shares: Sequence[float], highest: float) -> str:
    """A curve in a square of 100 units; one touch alone is a level line."""
    values = shares if len(shares) > 1 else [*shares, *shares]
    step = 100 / (len(values) - 1)
    return " ".join(
        f"{place * step:.2f},{100 - (100 * value / highest if highest else 0):.2f}"
        for place, value in enumerate(values)
    )


def _groups(told: ReportShape) -> Part:
    rows = told["campaigns"]
    rates = [row["rates"]["reply"] for row in rows]
    most = max((rate["high"] or 0 for rate in rates if rate["enough"]), default=0) or 1.0
    marks = [_mark(row["campaign"], rate, most) for row, rate in zip(rows, rates, strict=True)]
    text = "; ".join(f"{row['campaign']}: {share(rate)}" for row, rate in zip(rows, rates, strict=True))
    chart = Chart("intervals", "campaigns", "Reply rate of each campaign with its interval", text, marks)
    kinds = ("campaign", "segment", "sequence", "source", "verdict", "verdict age", "warmth")
    tables = tuple(Table(f"By {kind}", grouped(told, kind)) for kind in kinds)
    return Part("Rates", _means("rates"), (chart,) if rows else (), tables)


def _mark(label: str, rate: RateShape, most: float) -> dict[str, Any]:
    shown = rate["enough"] and rate["value"] is not None
    ends = {name: _part(rate[name] or 0, most) if shown else None for name in ("low", "high")}
    at = _part(rate["value"] or 0, most) if shown else None
    return {"label": label, "figure": share(rate), "at": at, "most": percent(most), **ends}


def _variants(told: ReportShape) -> Part:
    rows = told["variants"]
    most = max((row["high"] or 0 for row in rows if row["enough"]), default=0) or 1.0
    marks = [_mark(f"{row['touch']}, variant {row['variant']}", row["rate"], most) for row in rows]
    text = "; ".join(f"{row['touch']} {row['variant']}: {share(row['rate'])}" for row in rows)
    chart = Chart("intervals", "variants", "Replies to each variant with its interval", text, marks)
    return Part(
        "Variants",
        _means("variants"),
        (chart,) if rows else (),
        (Table("Variants", grouped(told, "variant")),),
    )


def _others(report: Report, told: ReportShape) -> Iterator[Part]:
    tables = dict(terminal(report))
    yield Part(
        "Deals", _means("deals"), (), (Table("Deals", tables["Deals"]), Table("Win rates", win_rates(report)))
    )
    yield Part(
        "Forecast",
        _means("forecast"),
        (),
        (Table("Forecast", tables["Forecast"]), Table("Shares", _shares(told))),
    )
    yield Part(
        "Silent deals", _means("dark"), (), (Table("Silent deals", tables["Silent deals"]),), narrow=True
    )
    yield Part("Lost deals", _means("losses"), (), (Table("Lost deals", _losses(told)),), narrow=True)
    yield Part(
        "Addresses by source", _means("sources"), (), (Table("Sources", tables["Addresses by source"]),)
    )
    yield Part(
        "What goes with replies", _means("facts"), (), (Table("Facts", grouped(told, "field")),), narrow=True
    )
    yield Part(
        "Criteria", _means("criteria"), (), (Table("Criteria", grouped(told, "criterion")),), narrow=True
    )
    yield Part("Owners", _means("owners"), (), (Table("Owners", grouped(told, "owner")),))
    if "target" in told:
        both = (Table("Target", tables["Target"]), Table("What that takes", tables["What that takes"]))
        yield Part("Target", _means("road"), (), both)


def _shares(told: ReportShape) -> list[dict[str, Any]]:
    return [
        {
            "stage": row["stage"],
            "own": share(row["own"]),
            "usual": "-" if row["usual"] is None else percent(row["usual"]),
        }
        for row in told["deals"]["shares"]
        if row["own"]["denominator"] or row["usual"]
    ]


def _losses(told: ReportShape) -> list[dict[str, Any]]:
    return [
        {
            "reason": row["reason"],
            "lost": row["lost"],
            "amount": money(row["amount"], row["currency"]),
            "days": "-" if row["median_days"] is None else f"{row['median_days']:.0f}",
        }
        for row in told["deals"]["losses"]
    ]


def _part(value: float, most: float) -> float:
    """A part of a width in percent."""
    return round(100 * value / most, 2) if most else 0.0
