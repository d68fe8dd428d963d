"""The report over a million events, beside the same counts in DuckDB on the same tables.

Run as `python benchmarks/report.py [--enrolments 230000]`; DuckDB comes with `pip install -e .[bench]`.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report_data import AS_OF, CAMPAIGNS, ROAD, fill

from prospector.pipeline.report.figures import CampaignSetting, Given
from prospector.pipeline.report.report import Report, make_report
from prospector.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = Given(AS_OF, [CampaignSetting(name, name, "intro") for name in CAMPAIGNS], ROAD)
_DUCKDB = """
WITH answers AS (
  SELECT enrolment_id, min("at") FILTER (class = 'reply') AS reply_at, arg_min(touch, "at") FILTER (class = 'reply') AS reply_touch,
         min("at") FILTER (class = 'bounce' AND bounce_type = 'hard') AS hard_at,
         arg_min(touch, "at") FILTER (class = 'bounce' AND bounce_type = 'hard') AS hard_touch,
         count(DISTINCT touch) FILTER (class = 'bounce' AND bounce_type = 'hard') AS hard,
         max(touch) FILTER (class = 'sent') AS told,
         min("at") FILTER (class IN ('reply', 'unsubscribe', 'complaint', 'meeting_booked', 'meeting_held', 'talk')
                         OR class = 'bounce' AND bounce_type = 'hard') AS stopped_at
  FROM events WHERE "at" < '2027-01-01T00:00:00Z' GROUP BY 1),
steps AS (
  SELECT t.enrolment_id, t.number, t.touch, t.channel, t.send_at,
         CASE WHEN t.channel <> 'email' THEN false -- nobody says of any call that it was made
              WHEN a.told IS NOT NULL THEN t.touch <= a.told
              WHEN t.send_at[:10] > '2026-12-31' THEN false WHEN a.stopped_at IS NULL THEN true
              ELSE t.send_at::TIMESTAMPTZ <= a.stopped_at::TIMESTAMPTZ END AS went,
         a.reply_at IS NULL OR t.send_at::TIMESTAMPTZ <= a.reply_at::TIMESTAMPTZ AS silent
  FROM touches t LEFT JOIN answers a USING (enrolment_id)),
trails AS (
  SELECT enrolment_id, bool_or(went) AS started, max(send_at) AS last_at, count(*) FILTER (went AND channel = 'email') AS mails,
         min(touch) FILTER (went AND channel = 'email') AS first_mail FROM steps GROUP BY 1),
contacts AS (
  SELECT e.id, e.campaign, r.started, r.mails, coalesce(a.hard, 0) AS hard, a.reply_touch,
         r.started AND NOT coalesce(a.hard_touch = r.first_mail, false) AS contacted, r.last_at[:10] <= '2026-12-17' AS over,
         coalesce(r.started AND a.reply_at::TIMESTAMPTZ <= r.last_at::TIMESTAMPTZ + INTERVAL 14 DAY, false) AS replied
  FROM enrolments e JOIN trails r ON r.enrolment_id = e.id LEFT JOIN answers a ON a.enrolment_id = e.id)
"""
_RATES = """SELECT campaign, count(*), count(*) FILTER (contacted), count(*) FILTER (contacted AND over),
  count(*) FILTER (contacted AND over AND replied), sum(CASE WHEN started THEN mails END)::BIGINT,
  sum(CASE WHEN started THEN hard END)::BIGINT FROM contacts GROUP BY 1 ORDER BY 1"""
_TOUCHES = """SELECT s.number, count(*) FILTER (s.went AND s.silent), count(*) FILTER (c.replied AND c.reply_touch = s.touch)
  FROM steps s JOIN contacts c ON c.id = s.enrolment_id GROUP BY 1 ORDER BY 1"""


def main() -> None:
    """Fill a database, report on it three times, and let DuckDB count the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--enrolments", type=int, default=230_000)
    parser.add_argument("--keep", type=Path, help="a database to fill once and use again")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "report.db"
        is_there = path.exists()
        db = Database(path)
        if not is_there:
            fill(db, chosen.enrolments)
            db.take_statistics()
        print(
            f"{db.value('SELECT count(*) FROM events'):,} events, {db.value('SELECT count(*) FROM touches'):,} touches"
        )
        with _memory() as memory:
            told = min((_timed(lambda: make_report(db, GIVEN)) for _ in range(3)), key=lambda one: one[0])
        print(f"prospector, every number: {told[0]:.1f} s ({told[1]:.1f} s of processor time)")
        print(f"peak memory: {memory[0]} MB, without the pages of the database's file that the system keeps")
        db.close()
        _beside_duckdb(path, told[2])


@contextmanager
def _memory() -> Iterator[list[int]]:
    """The most memory of our own (RssAnon) within the block, in MB; looked at fifty times a second."""
    most, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            status = Path("/proc/self/status").read_text(encoding="ascii")
            most[0] = max(most[0], int(status.partition("RssAnon:")[2].split()[0]) // 1024)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        done.set()
        looking.join()


def _timed(work: Any) -> tuple[float, float, Any]:
    began, used = time.perf_counter(), time.process_time()
    value = work()
    return time.perf_counter() - began, time.process_time() - used, value


def _beside_duckdb(path: Path, report: Report) -> None:
    try:
        import duckdb  # noqa: PLC0415  (not in every set-up)
    except ImportError:
        print("DuckDB is not installed: pip install -e .[bench]")
        return
    connection = duckdb.connect()
    _load(connection, path)
    rates = _timed(lambda: connection.execute(_DUCKDB + _RATES).fetchall())
    touches = _timed(lambda: connection.execute(_DUCKDB + _TOUCHES).fetchall())
    ours = [
        tuple(row[name] for name in ("name", "people", "contacted", "closed", "replied", "mails", "hard"))
        for row in report.rows["groups"]
        if row["grouped_by"] == "campaign"
    ]
    steps = [(row["number"], row["got"], row["replied"]) for row in report.rows["touches"]]
    print(f"DuckDB, rates by campaign: {rates[0]:.1f} s ({rates[1]:.1f} s of processor time)")
    print(f"DuckDB, touches: {touches[0]:.1f} s ({touches[1]:.1f} s of processor time)")
    print("the same rates:", rates[2] == ours, "- the same touches:", touches[2] == steps)


def _load(connection: Any, path: Path) -> None:
    """The tables, read through sqlite3: DuckDB's own reader of SQLite has to be downloaded."""
    columns = {
        "enrolments": "id, campaign",
        "touches": "enrolment_id, number, touch, channel, send_at",
        "events": "enrolment_id, class, at, touch, bounce_type",
    }
    source = sqlite3.connect(path)
    with tempfile.TemporaryDirectory() as folder:
        for table, names in columns.items():
            file = Path(folder) / f"{table}.csv"
            with file.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(names.split(", "))
                writer.writerows(source.execute(f"SELECT {names} FROM {table}"))
            connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv('{file}', header = true, all_varchar = true, nullstr = '')"
            )
    for table, names in (
        ("touches", ("enrolment_id", "number")),
        ("events", ("enrolment_id",)),
        ("enrolments", ("id",)),
    ):
        for name in names:
            connection.execute(f"ALTER TABLE {table} ALTER {name} TYPE BIGINT")
    source.close()


if __name__ == "__main__":
    main()
