"""The tasks of a day among many enrolments, answers and deals: every touch overdue, as after a long holiday.

Run as `python benchmarks/next.py [--people 100000]`.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

from prospector.config import Settings
from prospector.workspace import Workspace

AS_OF = date(2026, 12, 15)
_CHANNELS = ("email", "linkedin", "email", "call", "email", "email")


def fill(workspace: Workspace, people: int) -> None:
    """People with six touches each, an opening each mail, a reply of every tenth, a deal of every hundredth."""
    db = workspace.db
    numbers = range(1, people + 1)
    with db.transaction():
        db.many(
            "INSERT INTO companies (id, name, domain) VALUES (?, ?, ?)",
            [(n, f"Firm {n}", f"firm{n}.test") for n in range(1, people // 3 + 2)],
        )
        db.many(
            "INSERT INTO people (id, company_id, first_name, last_name, email) VALUES (?, ?, ?, ?, ?)",
            [(n, n // 3 + 1, "Ana", f"Ruiz {n}", f"p{n}@firm.test") for n in numbers],
        )
        db.many(
            "INSERT INTO person_addresses (email, person_id) VALUES (?, ?)",
            [(f"p{n}@firm.test", n) for n in numbers],
        )
        db.execute(
            "INSERT INTO runs (name, campaign, as_of, state, manifest) VALUES ('r', 'hr', '2026-11-02', 'left', '{}')"
        )
        db.many(
            "INSERT INTO enrolments (id, campaign, person_id, lead_key, email, enrolled_on, run, reason) "
            "VALUES (?, 'hr', ?, ?, ?, '2026-11-02', 'r', ?)",
            [
                (n, n, f"p{n}@firm.test", f"p{n}@firm.test", f"uses Tool {n % 9}; new in the role")
                for n in numbers
            ],
        )
        db.many(
            "INSERT INTO touches (enrolment_id, touch, number, channel, send_at, subject, left_on) "
            "VALUES (?, ?, ?, ?, ?, 'A word', '2026-11-02')",
            [
                (n, f"0{place}-touch", place, channel, f"2026-11-{2 + place * 3 + n % 7:02d}T09:00+01:00")
                for n in numbers
                for place, channel in enumerate(_CHANNELS, start=1)
            ],
        )
        db.many(
            "INSERT INTO stages (person_id, stage, since, fit) VALUES (?, 'prospecting', '2026-11-02', ?)",
            [(n, n * 37 % 100) for n in numbers],
        )
        _answers(workspace, people)


def _answers(workspace: Workspace, people: int) -> None:
    db = workspace.db
    rows = [(f"o{n}-{k}", n, "opened", None) for n in range(1, people + 1) for k in range(3)]
    rows += [
        (f"r{n}", n, "reply", "interested" if n % 50 == 0 else "not_interested")
        for n in range(10, people, 10)
    ]
    db.many(
        "INSERT INTO events (key, at, read_on, source, way, person_id, enrolment_id, campaign, touch, class, intent) "
        "SELECT ?, '2026-11-20T09:00:00Z', '2026-11-20', 'instantly', 'export', ?2, ?2, 'hr', '01-touch', ?3, ?4",
        rows,
    )
    db.many(
        "INSERT INTO stops (person_id, campaign, reason, since) VALUES (?, 'hr', 'has_replied', '2026-11-20')",
        [(n,) for n in range(10, people, 10)],
    )
    db.many(
        "INSERT INTO deals (name, person_id, amount, stage, since, opened_on) VALUES ('Deal', ?, ?, 'qualified', ?, ?)",
        [(n, n, "2026-11-10", "2026-11-10") for n in range(100, people, 100)],
    )


def main() -> None:
    """Print how long a list takes, and what it holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder, Workspace(Path(folder), Settings(), AS_OF) as workspace:
        fill(workspace, people)
        workspace.db.take_statistics()
        for name in ("the list, with the stages of everybody worked out", "again"):
            begin, used = time.perf_counter(), time.process_time()
            day = workspace.next()
            tasks = workspace.shown_tasks(list(day.today[:50]))
            took, used = time.perf_counter() - begin, time.process_time() - used
            print(
                f"{name}: {took:.2f} s ({used:.2f} s of the processor) for {people:,} enrolments; {len(tasks)} of {len(day.today):,} shown, "
                f"{len(day.waiting):,} touches on later days"
            )
        begin = time.perf_counter()
        workspace.mark_task(day.today[0].id, "done")
        print(f"done: {time.perf_counter() - begin:.2f} s")
    print(
        f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, filling included"
    )


if __name__ == "__main__":
    main()
