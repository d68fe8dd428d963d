"""Import of a contact export, side by side with `sqlite-utils insert --csv` of the same file, in turn, with peak memory.

Run as `python benchmarks/imports.py [--rows 200000] [--rounds 3] [--memory 20000,200000,1000000]`.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

HEADER = (
    "First Name", "Last Name", "Title", "Company", "Email", "Email Status", "# Employees", "Industry",
    "Person Linkedin Url", "Website", "City", "Country", "Job Start Date",
)  # fmt: skip
_FIRST = [a + b for a in ("An", "Be", "Cla", "Da", "El", "Fa", "Gio", "Hel", "In", "Jo", "Ka", "Lu", "Mar", "No")
          for b in ("na", "ra", "ris", "vid", "ena", "bio", "mas", "ger", "ka", "lia", "nes", "tin")]  # fmt: skip
_LAST = [a + b for a in ("Ber", "Car", "Dom", "Ev", "Fisch", "Gar", "Hof", "Iva", "Jan", "Kow", "Lop", "Mül", "Nov")
         for b in ("ger", "son", "inguez", "ans", "er", "cia", "mann", "nov", "sen", "alski", "ez", "ler", "ak")]  # fmt: skip
_TITLES = (
    "HR Manager", "Head of People", "Marketing Director", "Software Engineer", "Senior Data Analyst", "CFO", "VP Sales",
    "Account Executive", "Operations Manager", "CEO", "Talent Acquisition Partner", "Product Manager", "Leiter Vertrieb",
    "Directeur Marketing", "Recruiter", "Legal Counsel", "IT Administrator", "Customer Success Manager",
)  # fmt: skip
_INDUSTRIES = ("banking", "financial services", "insurance", "computer software", "retail", "construction")
_COUNTRIES = (
    "Germany",
    "Spain",
    "France",
    "United States",
    "United Kingdom",
    "Netherlands",
    "Italy",
    "Poland",
)


def write_contacts(path: Path, rows: int) -> None:
    """A 13-column export with one company for five people, skewed; the same bytes each time."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            firm = int(chance.random() ** 1.5 * max(1, rows // 5))
            fixed = random.Random(firm)
            first, last = chance.choice(_FIRST), chance.choice(_LAST)
            domain = f"company{firm}.example"
            started = f"20{chance.randint(15, 26)}-{chance.randint(1, 9):02d}-{chance.randint(1, 28):02d}"
            writer.writerow(
                [
                    first, last, chance.choice(_TITLES), f"Company {firm} GmbH",
                    f"{first.lower()}.{last.lower().replace('ü', 'ue')}{number}@{domain}",
                    chance.choice(("Verified", "Extrapolated", "")), fixed.choice((5, 12, 40, 120, 700, 3000)),
                    fixed.choice(_INDUSTRIES), f"http://www.linkedin.com/in/{first.lower()}-{number}",
                    f"https://www.{domain}/", f"City {firm % 200}", fixed.choice(_COUNTRIES), started,
                ]
            )  # fmt: skip


def timed(command: list[str], folder: Path) -> tuple[float, int]:
    """Wall seconds of a command, and the peak memory of its processes in MB."""
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return time.perf_counter() - started, usage.ru_maxrss // 1024


def prospector(folder: Path, contacts: Path) -> tuple[float, int]:
    """Into an empty workspace."""
    for name in ("prospector.db", "prospector.db-wal", "prospector.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "prospector.yaml").touch()
    return timed([sys.executable, "-m", "prospector", "import", str(contacts), "--quiet"], folder)


def sqlite_utils(folder: Path, contacts: Path) -> tuple[float, int]:
    """Into an empty database, with its defaults."""
    (folder / "plain.db").unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "sqlite_utils",
        "insert",
        "plain.db",
        "contacts",
        str(contacts),
        "--csv",
        "--silent",
    ]
    return timed(command, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="20000,200000,1000000")
    options = parser.parse_args()
    print(f"import of {options.rows:,} rows x {len(HEADER)} columns; sqlite-utils {version('sqlite-utils')}, "
          f"Python {sys.version.split()[0]}, {os.cpu_count()} cores")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contacts = folder / "contacts.csv"
        write_contacts(contacts, options.rows)
        ours, theirs = [], []
        for _ in range(options.rounds):
            theirs.append(sqlite_utils(folder, contacts)[0])
            ours.append(prospector(folder, contacts)[0])
        best = min(ours) / min(theirs)
        print(f"  sqlite-utils insert --csv  best {min(theirs):6.1f} s of {options.rounds}")
        print(f"  prospector import          best {min(ours):6.1f} s of {options.rounds}   ratio {best:.2f}")
        for rows in map(int, options.memory.split(",")):
            write_contacts(contacts, rows)
            seconds, peak = prospector(folder, contacts)
            print(
                f"  {rows:>9,} rows: {seconds:6.1f} s, peak memory {peak} MB (the larger of its two processes)"
            )


if __name__ == "__main__":
    main()
