"""A small SVG: seconds against people, both on logarithmic scales."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    Curve = Sequence[tuple[int, float]]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 70, 150, 40, 50
COLOURS = ("#0b6e4f", "#c1440e", "#3a5a9b", "#8a4f9e", "#444444")


def write_chart(path: Path, title: str, curves: Mapping[str, Curve]) -> None:
    """Write the curves, each with its name at its end."""
    sizes = sorted({size for curve in curves.values() for size, _ in curve})
    times = [seconds for curve in curves.values() for _, seconds in curve]
    low, high = floor(log10(min(times))), floor(log10(max(times))) + 1

    def across(size: int) -> float:
        share = (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0]) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(seconds: float) -> float:
        return HEIGHT - BOTTOM - (log10(seconds) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{title}: time against people (log scales)</text>',
    ]
    for power in range(low, high + 1):
        y = down(10.0**power)
        lines.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_seconds(power)}</text>')
    for size in sizes:
        place = f'x="{across(size):.1f}" y="{HEIGHT - BOTTOM + 20}"'
        lines.append(f'<text {place} text-anchor="middle">{size:,}</text>')
    labels = _apart({name: down(curve[-1][1]) for name, curve in curves.items()})
    for (name, curve), colour in zip(curves.items(), COLOURS, strict=False):
        points = " ".join(f"{across(size):.1f},{down(seconds):.1f}" for size, seconds in curve)
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(
            f'<text x="{WIDTH - RIGHT + 8}" y="{labels[name] + 4:.1f}" fill="{colour}">{name}</text>'
        )
    path.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8")


def _seconds(power: int) -> str:
    return f"{10**power:g} s" if power >= 0 else f"{10.0 ** (power + 3):g} ms"


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """The heights of the labels, moved so that none lies on another."""
    found: dict[str, float] = {}
    last = float("-inf")
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        last = found[name] = max(place, last + 15)
    return found
