"""The demo's two weeks of answers: what is written is read as it is meant, on any day, and is the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from prospector.demo.answers import DAYS, EVENTS, INBOX
from prospector.demo.companies import company_by_key
from prospector.workspace import Workspace

MEANT = {
    "alameda": ("auto_reply", None, None),
    "brumelle": ("bounce", "hard", None),
    "elfer": ("reply", None, "not_now"),
    "jodlowa": ("reply", None, "unsubscribe"),
    "kestrelvane": ("reply", None, "interested"),
    "lantern": ("complaint", None, "unsubscribe"),
    "nordhafen": ("reply", None, "referral"),
    "pietrachiara": ("reply", None, "interested"),
    "waterlijn": ("reply", None, "interested"),
}
IN_DOUBT = "monedero"


def demo(folder: Path, as_of: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "prospector", "demo", str(folder), "--as-of", as_of]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)


@pytest.mark.parametrize("as_of", ["2026-11-22", pytest.param("2028-02-29", marks=pytest.mark.slow)])
def test_answers_are_read_as_they_are_meant_and_matched_to_our_own_mails(tmp_path: Path, as_of: str) -> None:
    done = demo(tmp_path / "demo", as_of)
    day = date.fromisoformat(as_of)
    with Workspace.open(tmp_path / "demo", as_of=day) as workspace:
        rows = workspace.db.rows("SELECT * FROM events WHERE source LIKE 'mailbox:%' ORDER BY id")
    by_domain = {row["recipient"].partition("@")[2]: row for row in rows}
    read = {
        key: (row["class"], row["bounce_type"], row["intent"])
        for key in MEANT
        if (row := by_domain[company_by_key()[key].domain])
    }
    assert read == MEANT
    assert by_domain[company_by_key()[IN_DOUBT].domain]["review"] == "waiting"
    assert {row["matched_by"] for row in rows} == {"message_id"}
    assert {row["campaign"] for row in rows} == {"finance-new-hr"}
    last = (day + timedelta(days=DAYS)).isoformat()
    assert all(as_of <= row["at"][:10] <= last for row in rows)
    assert "8. What to do next" in done.stderr
    assert "9. The report" in done.stderr
    assert (tmp_path / "demo/report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert f"prospector next --as-of {last}" in done.stderr


@pytest.mark.parametrize("as_of", ["2026-11-28", pytest.param("2027-12-24", marks=pytest.mark.slow)])
def test_deals_a_contact_and_an_answer_in_doubt_are_left_to_do_after_two_weeks(
    tmp_path: Path, as_of: str
) -> None:
    """Handed over on a weekend, and before a holiday."""
    done = demo(tmp_path / "demo", as_of)
    assert "meeting booked 3, meeting held 3" in done.stderr
    assert "Deals: 1 won, 1 lost, 1 open" in done.stderr
    later = date.fromisoformat(as_of) + timedelta(days=DAYS)
    with Workspace.open(tmp_path / "demo", as_of=later) as workspace:
        tasks = workspace.next().today
        (lost,), (open_,) = workspace.deals("lost"), workspace.deals("open")
    assert {"deal", "contact", "review"} <= {one.what for one in tasks}
    assert lost.row["lost_reason"] == "no budget"
    assert open_.row["next_step"] is None
    assert {one.owner for one in tasks} == {None}


def test_what_the_files_hold_is_known_when_they_are_imported_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo(folder, "2026-11-30")
    with Workspace.open(folder, as_of=date(2026, 12, 14)) as workspace:
        again = list(workspace.import_events([folder / INBOX, folder / EVENTS]))
    assert len(again) > 30
    assert not any(one.is_new for one in again)


def mailbox(folder: Path) -> str:
    """Without what the workspace's own key makes: ids of our mails, and opt-out links."""
    text = (folder / INBOX).read_text(encoding="utf-8").replace("=\n", "")
    return re.sub(r"(?m)<[0-9a-f]{32}@brightdesk\.test>|/u/\S+", "OURS", text)


@pytest.mark.slow
def test_the_same_day_gives_the_same_mailbox_and_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (demo(tmp_path / name / "demo", "2026-11-30") for name in ("a", "b"))
    assert mailbox(tmp_path / "a/demo") == mailbox(tmp_path / "b/demo")
    half = "7. Two weeks later"
    assert first.stdout == second.stdout
    assert first.stderr.partition(half)[2].replace("/a/", "/b/") == second.stderr.partition(half)[2]
