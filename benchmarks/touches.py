"""Touches written as JSON Lines and CSV: beside the disk (the same bytes, copied) and rendering; peak memory of each size.

Run as `python benchmarks/touches.py [--touches 100000,1000000]`. Each size is written by a process of its own, from
leads that are made as they are asked for, so that its peak memory is that of the writer.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.registry import DESTINATIONS

BODY = (
    "Hi Ana,\n\ncongratulations on the new role. "
    + "Most HR managers spend two days a week on questions. " * 8
)
ABOUT = About(("custom.region",), campaign="hr", as_of="2026-11-23")
A_LEAD = 6
BLOCK = 1 << 20


def leads(touches: int) -> Iterator[Lead]:
    """Leads of six touches; the same each time."""
    for number in range(touches // A_LEAD):
        planned = tuple(
            PlannedTouch(
                f"{at:02d}-x", at, at, "email", "a", f"2026-12-{at:02d}T09:30+01:00",
                f"Firm {number} and the first 90 days", BODY, f"<p>{BODY}</p>\n",
            )
            for at in range(1, A_LEAD + 1)
        )  # fmt: skip
        yield Lead(
            number, number // 3, f"ana.{number}@firm{number // 3}.example", "Ana", "Ruiz", f"Firm {number}", "HR Manager",
            "+49 30 23125001", f"https://firm{number // 3}.example", "", planned,
            lead_id=f"{number:020x}", reason="in the segment hr", custom={"custom.region": "North"},
        )  # fmt: skip


def write(name: str, touches: int, folder: Path) -> None:
    """Write, and print the seconds, of the processor too, with the bytes and the peak memory in MB."""
    started, worked = time.perf_counter(), time.process_time()
    [file] = DESTINATIONS[name].write(leads(touches), folder, ABOUT)
    wall, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(wall, cpu, (folder / file).stat().st_size, peak)


def disk(path: Path) -> float:
    """Seconds for the same bytes, read from the cache of the system and written to the disk."""
    started = time.perf_counter()
    with path.open("rb") as file, path.with_suffix(".copy").open("wb") as copy:
        while block := file.read(BLOCK):
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    path.with_suffix(".copy").unlink()
    return time.perf_counter() - started


def measure(name: str, touches: int) -> None:
    """One size of one format, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, "--write", name, "--touches", str(touches), "--folder", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        wall, cpu, size, peak = map(float, done.stdout.split())
        [path] = Path(folder).iterdir()
        copied = disk(path)
    print(f"  {touches:>9,} touches, {name:5} {wall:6.1f} s ({cpu:.1f} s of a processor): {touches / cpu:>9,.0f} touches/s, "
          f"{size / 1e6 / wall:5.0f} MB/s (disk {size / 1e6 / copied:5.0f} MB/s), peak memory {peak:4.0f} MB", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--touches", default="100000,1000000")
    parser.add_argument("--write", choices=["csv", "jsonl"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write(options.write, int(options.touches), options.folder)
        return
    print(f"touches into a file; Python {sys.version.split()[0]}, {os.cpu_count()} cores")
    for name in ("jsonl", "csv"):
        for touches in map(int, options.touches.split(",")):
            measure(name, touches)


if __name__ == "__main__":
    main()
