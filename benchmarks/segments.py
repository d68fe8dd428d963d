"""Time three counts (match, no match, unknown) of ten segments at 10,000, 100,000 and a million people.

Run as `python benchmarks/segments.py [--folder DIR] [--sizes 10000,100000,1000000] [--rounds 5]`. In one run and on the
same rows: prospector, the best SQL that we could write by hand, DuckDB and polars (the last two if installed: pip
install -e '.[bench]'), and `prospector find --count` as a command. The databases are made once and kept in the folder.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from segment_chart import write_chart
from segment_data import AS_OF, make_database
from segment_engines import DuckDb, Polars, write_tables
from segment_queries import QUERIES, three_counts

from prospector.segments.criteria.context import Asking
from prospector.segments.language.files import load_segment
from prospector.segments.selection import count_people, funnel
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prospector.segments.segment import Segment

    Counts = tuple[int, int, int]

ROOT = Path(__file__).parents[1]
EXAMPLE = "finance-new-hr"
CHART = ROOT / "docs" / "segments.svg"
ENGINES = {"duckdb": DuckDb, "polars": Polars}


class Times(NamedTuple):
    """Seconds of several rounds."""

    median: float
    worst: float


def timed(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """Median and worst of so many rounds in which each way has its turn, after one round that is not counted."""
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(rounds + 1):
        for way, ask in ways.items():
            start = time.perf_counter()
            ask()
            if number:
                taken[way].append(time.perf_counter() - start)
    return {way: Times(median(seconds), max(seconds)) for way, seconds in taken.items()}


def segments() -> dict[str, Segment]:
    """The example and nine others of the library."""
    return {name: load_segment(ROOT / "segments" / f"{name}.yaml", Asking(AS_OF)) for name in QUERIES}


def workspace(folder: Path, people: int) -> Path:
    """A workspace with so many people, made if it is not there."""
    path = folder / str(people)
    if not (path / "prospector.yaml").exists():
        path.mkdir(parents=True, exist_ok=True)
        for old in path.glob("prospector.db*"):
            old.unlink()
        start = time.perf_counter()
        make_database(path / "prospector.db", people)
        (path / "segments").symlink_to(ROOT / "segments")
        write_tables(path / "prospector.db", path / "tables")
        print(f"made {people:,} people in {time.perf_counter() - start:.0f} s")
        (path / "prospector.yaml").write_text("database: prospector.db\n", encoding="utf-8")
    return path


def ours(db: Database, segment: Segment) -> Callable[[], Counts]:
    """Three counts as `find --count` takes them, the making of the statement included."""

    def count() -> Counts:
        counts = count_people(db, segment)
        return counts.match, counts.no_match, counts.unknown

    return count


def by_hand(db: Database, name: str) -> Callable[[], Counts]:
    """The same from the hand-written statement."""
    statement = three_counts(name)

    def count() -> Counts:
        match, possible, total = tuple(db.rows(statement)[0])
        return match, total - possible, possible - match

    return count


def measure(place: Path, rounds: int) -> dict[str, dict[str, Times]]:
    """For each segment the times of each way to count; they must all give the same counts."""
    db = Database(place / "prospector.db")
    others = [ENGINES[module](place / "tables") for module in ENGINES if find_spec(module)]
    found: dict[str, dict[str, Times]] = {}
    for name, segment in segments().items():
        ways = {"prospector": ours(db, segment), "by hand": by_hand(db, name)}
        ways |= {engine.name: engine.question(segment) for engine in others}
        counts = {way: ask() for way, ask in ways.items()}
        if len(set(counts.values())) > 1:
            raise SystemExit(f"{name}: not the same question: {counts}")
        found[name] = timed(ways, rounds)
    example = segments()[EXAMPLE]
    seconds = timed({"funnel": lambda: funnel(db, example)}, rounds)["funnel"]
    print(f"  funnel of {EXAMPLE}: {seconds.median * 1000:,.0f} ms")
    db.close()
    return found


def command_line(place: Path, rounds: int) -> dict[str, Times]:
    """Wall time of the command, interpreter start included; beside it that of the bare interpreter."""
    python = [sys.executable]
    asked = ["--segment", EXAMPLE, "--count", "--as-of", AS_OF.isoformat()]
    commands = {
        "find --count": [*python, "-m", "prospector", "find", *asked],
        "import typer": [*python, "-c", "import typer"],
    }
    return timed({name: partial(_run, words, place) for name, words in commands.items()}, rounds)


def _run(command: list[str], place: Path) -> None:
    subprocess.run(command, cwd=place, check=True, capture_output=True)


def show(found: dict[str, dict[str, Times]]) -> None:
    """Median and worst in milliseconds, and how many times the hand-written SQL."""
    ways = list(next(iter(found.values())))
    print("  segment".ljust(32) + "".join(f"{way:>20}" for way in ways) + "   prospector / by hand")
    for name, times in found.items():
        cells = "".join(f"{t.median * 1000:12,.1f} {t.worst * 1000:7,.0f}" for t in times.values())
        print(f"  {name:30}{cells}   {times['prospector'].median / times['by hand'].median:.2f}")
    middle = median(times["prospector"].median / times["by hand"].median for times in found.values())
    print(f"  median ratio to the hand-written SQL: {middle:.2f}  (milliseconds: median worst)")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "prospector-segments")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    missing = [module for module in ENGINES if not find_spec(module)]
    if missing:
        print(f"without {' and '.join(missing)}: pip install -e '.[bench]'")
    curves: dict[str, list[tuple[int, float]]] = {}
    for size in (int(size) for size in options.sizes.split(",")):
        place = workspace(options.folder, size)
        print(f"{size:,} people, {size // 5:,} companies")
        found = measure(place, options.rounds)
        show(found)
        command = command_line(place, options.rounds)
        said = ", ".join(
            f"{name} {times.median:.2f} s (worst {times.worst:.2f})" for name, times in command.items()
        )
        print(f"  as commands: {said}")
        for way, times in found[EXAMPLE].items():
            curves.setdefault(way, []).append((size, times.median))
        curves.setdefault("find --count", []).append((size, command["find --count"].median))
    write_chart(CHART, f"Three counts of {EXAMPLE}", curves)
    print(f"chart: {CHART.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
