"""Import files of tools: their names, their limits, their tokens, and how they count days."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from prospector.core.errors import UsageError
from prospector.destinations import hubspot, woodpecker
from prospector.destinations.delays import Moves, wait_between
from prospector.destinations.handover import About, Delays, Lead, PlannedTouch
from prospector.destinations.lead_file import Names, one_line, variables_of, write_leads
from prospector.destinations.registry import DESTINATIONS

NOT_TOOLS = ("csv", "jsonl", "xlsx", "eml", "mbox", "ics")
TOOLS = [name for name in DESTINATIONS if name not in NOT_TOOLS]
ROW_TOOLS = [name for name in TOOLS if name not in ("listmonk", "mailmerge")]
ABOUT = About(
    (
        "custom.region",
        "company.custom.größe des Standorts in Quadratmetern",
        "company.custom.größe des Standorts in qm",
    ),
    "Mon-Fri 09:00-17:00",
    "Europe/Berlin",
    campaign="hr",
    as_of="2026-11-23",
    sender_name="Nora Feld, Ünited",
    sender_email="nora@tidewater.example",
    unsubscribe="https://tidewater.example/u/{token}",
)


def mail(
    number: int, day: int, on: str, *, subject: str = "Hello", html: str = "<p>Hi</p>\n", text: str = "Hi\n"
) -> PlannedTouch:
    return PlannedTouch(
        f"{number:02d}-step", number, day, "email", "a", f"{on}T09:3{number % 10}+01:00", subject, text, html
    )


def lead(*touches: PlannedTouch, **more: object) -> Lead:
    known = {
        "person_id": 1,
        "company_id": 7,
        "email": "ana@banco.example",
        "first_name": "@x",
        "last_name": "Ruiz",
        "company": "+1",
    }
    facts = {
        "title": "HR",
        "phone": "+49 30 23125001",
        "website": "banco.example",
        "linkedin": "",
        "token": "ab" * 16,
        "lead_id": "0a1b",
    }
    return Lead(touches=touches, **{**known, **facts, **more})  # type: ignore[arg-type]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


TWO = (mail(1, 0, "2026-11-26"), mail(2, 3, "2026-12-01", subject=""))


@pytest.mark.parametrize("name", ROW_TOOLS)
def test_every_token_of_the_setup_is_a_column_of_the_file(tmp_path: Path, name: str) -> None:
    DESTINATIONS[name].write([lead(*TWO)], tmp_path, ABOUT)
    [row] = rows_of(tmp_path / f"{name}.csv")
    steps = (tmp_path / "setup.md").read_text(encoding="utf-8").partition("## Steps")[2].partition("\n## ")[0]
    tokens = re.findall(r"\{+(?:contact\.|contactfield=)?\s*([\w.]+?)\s*\}+", steps.replace("contact.", ""))
    assert len(tokens) >= 3
    assert {token.lower() for token in tokens} <= set(row)
    assert [row[token.lower()] for token in tokens if "subject_1" in token or token == "SNIPPET2"][:1] == [
        "Hello"
    ]


@pytest.mark.parametrize("name", TOOLS)
def test_values_that_begin_with_a_sign_leave_as_they_are(tmp_path: Path, name: str) -> None:
    DESTINATIONS[name].write([lead(*TWO)], tmp_path, ABOUT)
    row = rows_of(next(path for path in sorted(tmp_path.glob("*.csv"))))[0]
    values = [*row.values(), *(json.loads(row["attributes"]).values() if "attributes" in row else ())]
    assert {"@x", "+1"} <= set(values)


@pytest.mark.parametrize("name", ROW_TOOLS)
def test_a_variable_that_the_file_does_not_have_is_an_error(name: str) -> None:
    module = __import__(f"prospector.destinations.{name}", fromlist=["TOOL"])
    names = Names(module.TOOL, variables_of(2, ABOUT, len(module.TOOL.slots)))
    assert names.token("subject_2")
    with pytest.raises(UsageError, match='no variable "subjekt_2"'):
        names.token("subjekt_2")


def test_names_of_variables_are_such_as_every_tool_takes_and_each_stands_once(tmp_path: Path) -> None:
    about = replace(
        ABOUT, custom=("custom.1", "custom.email", "custom.ß", "custom.名", "custom.名前", *ABOUT.custom)
    )
    DESTINATIONS["smartlead"].write([lead(*TWO)], tmp_path, about)
    header = next(csv.reader((tmp_path / "smartlead.csv").open(encoding="utf-8", newline="")))
    assert len(set(header)) == len(header)
    assert all(re.fullmatch("[a-z][a-z0-9_]{0,29}", name) for name in header)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>\n<p>b\nc</p>\n", "<p>a</p> <p>b c</p>"),
        (
            "<p>a\nb</p>\n<pre><code>x\n  y\n</code></pre>\n<p>c\n</p>",
            "<p>a b</p> <pre><code>x<br>  y<br></code></pre> <p>c </p>",
        ),
    ],
)
def test_html_on_one_line_reads_the_same(html: str, expected: str) -> None:
    assert one_line(html) == expected


# How days are counted.


@pytest.mark.parametrize(
    ("delays", "window", "days", "expected"),
    [
        ("calendar_days", "Mon-Fri 09:00-17:00", (0, 3), 3),
        ("calendar_days", "Mon-Fri 09:00-17:00", (3, 10), 9),
        ("business_days", "Mon-Fri 09:00-17:00", (3, 10), 7),
        ("sending_days", "Mon-Fri 09:00-17:00", (3, 10), 7),
        ("calendar_days", "Tue-Thu 09:00-17:00", (0, 3), 7),
        ("business_days", "Tue-Thu 09:00-17:00", (0, 4), 6),
        ("sending_days", "Tue-Thu 09:00-17:00", (0, 4), 4),
        ("calendar_days", "Mon-Sun 09:00-17:00", (0, 9), 9),
    ],
)
def test_a_wait_is_in_the_days_that_the_tool_counts(
    delays: Delays, window: str, days: tuple[int, int], expected: int
) -> None:
    before, after = (mail(number, day, "2026-11-23") for number, day in enumerate(days, 1))
    assert wait_between(delays, window, before, after) == expected


def planned(start: str, *days: int) -> Lead:
    """A lead whose mails are on business days after the first."""
    touches, on, count = [], date.fromisoformat(start), 0
    for number, day in enumerate(days, 1):
        while count < day:
            on += timedelta(days=1)
            count += on.weekday() < 5
        touches.append(mail(number, day, on.isoformat()))
    return lead(*touches)


@pytest.mark.parametrize(
    ("delays", "start", "expected"),
    [
        ("dates", "2026-11-26", []),
        ("sending_days", "2026-11-26", []),
        ("business_days", "2026-11-26", []),
        ("calendar_days", "2026-11-23", []),
        # Thursday and 3 calendar days is a Sunday, which waits until Monday: a day before the planned Tuesday.
        (
            "calendar_days",
            "2026-11-26",
            [
                ("02-step", "a Tuesday", "a Monday", "1 day earlier"),
                ("03-step", "a Tuesday", "a Monday", "1 day earlier"),
            ],
        ),
    ],
)
def test_whose_date_would_differ_is_told(delays: Delays, start: str, expected: list[tuple[str, ...]]) -> None:
    moves = Moves(delays, "Mon-Fri 09:00-17:00")
    moves.add(planned(start, 0, 3, 8))
    lines = moves.lines("Tool")
    assert len(lines) == len(expected)
    assert all(all(word in line for word in words) for line, words in zip(lines, expected, strict=True))


def test_people_with_the_same_shift_are_counted_in_one_line() -> None:
    moves = Moves("calendar_days", "")
    for _ in range(3):
        moves.add(planned("2026-11-26", 0, 3))
    moves.add(planned("2026-11-27", 0, 3))
    assert moves.lines("X") == [
        "02-step: 1 person gets it on another day in X: planned for a Wednesday, there a Monday, 2 days earlier",
        "02-step: 3 people get it on another day in X: planned for a Tuesday, there a Monday, 1 day earlier",
    ]


def test_the_setup_says_whose_dates_differ_and_the_campaign_may_say_how_days_count(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    DESTINATIONS["smartlead"].write([planned("2026-11-26", 0, 3)], tmp_path / "a", ABOUT)
    text = (tmp_path / "a" / "setup.md").read_text(encoding="utf-8")
    assert "## Dates that differ from the plan" in text
    assert "| 2 | `{{subject_2}}` | `{{body_2}}` | 3 days |" in text
    DESTINATIONS["smartlead"].write(
        [planned("2026-11-26", 0, 3)], tmp_path / "b", replace(ABOUT, delays="business_days")
    )
    text = (tmp_path / "b" / "setup.md").read_text(encoding="utf-8")
    assert "in business days" in text
    assert "Dates that differ" not in text


# What single tools cannot take.


def test_woodpecker_has_fifteen_places_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    mails = [mail(number, number, "2026-11-23") for number in range(1, 8)]
    tool = DESTINATIONS["woodpecker"]
    assert tool.check(lead(*mails)) is None
    assert tool.check(lead(*mails, mail(8, 8, "2026-11-23"))) == "too_many_mails"
    tool.write([lead(*mails, reason="hires")], tmp_path, ABOUT)
    [row] = rows_of(tmp_path / "woodpecker.csv")
    assert [name for name in row if name.startswith("snippet")] == [
        f"snippet{number}" for number in range(1, 16)
    ]
    assert (row["snippet1"], row["snippet14"], row["snippet15"]) == ("0a1b", "Hello", "<p>Hi</p>")
    text = (tmp_path / "setup.md").read_text(encoding="utf-8")
    assert "Left out, because Woodpecker has no more than 15 places: `reason`, `custom.region`" in text
    with pytest.raises(UsageError):
        Names(woodpecker.TOOL, variables_of(7, ABOUT, 15)).token("reason")


def test_hubspot_goes_on_in_another_file_when_one_is_full(tmp_path: Path) -> None:
    tool = replace(hubspot.TOOL, rows=3)
    people = [lead(*TWO, email=f"p{number}@firm.example") for number in range(5)]
    assert write_leads(tool, people, tmp_path, ABOUT) == [
        "hubspot.csv",
        "hubspot-2.csv",
        "hubspot-3.csv",
        "setup.md",
    ]
    assert [len(rows_of(path)) for path in sorted(tmp_path.glob("hubspot*.csv"))] == [2, 1, 2]


def by_line(text: str) -> list[list[str]]:
    """How Mautic reads: a physical line at a time, a backslash before a quote being an escape."""
    found = []
    for line in text.splitlines():
        cells, cell, inside, at = [], "", False, 0
        while at < len(line):
            sign = line[at]
            if inside and sign == "\\" and line[at + 1 : at + 2] == '"':
                cell, at = cell + '\\"', at + 2
                continue
            if sign == '"' and inside and line[at + 1 : at + 2] == '"':
                cell, at = cell + '"', at + 2
                continue
            if sign == '"' and (inside or not cell):
                inside = not inside
            elif sign == "," and not inside:
                cells, cell = [*cells, cell], ""
            else:
                cell += sign
            at += 1
        assert not inside
        found.append([*cells, cell])
    return found


@pytest.mark.parametrize(
    "one",
    [
        lead(*TWO),
        lead(
            mail(1, 0, "2026-11-26", html='<p>C:\\"x"\\</p>\n<p>a,b\\"</p>'), company="A\\B GmbH", title="x\\"
        ),
        lead(
            mail(1, 0, "2026-11-26", subject="a, b"), custom={"custom.region": "one\r\ntwo\u2028three\vfour"}
        ),
    ],
)
def test_mautics_reader_finds_each_cell_on_its_line(tmp_path: Path, one: Lead) -> None:
    assert DESTINATIONS["mautic"].check(one) is None
    DESTINATIONS["mautic"].write([one], tmp_path, ABOUT)
    text = (tmp_path / "mautic.csv").read_text(encoding="utf-8")
    header, row = by_line(text)
    assert len(header) == len(row)
    values = dict(zip(header, row, strict=True))
    assert (values["company"], values["position"], values["phone"]) == (one.company, one.title, one.phone)
    assert values["body_1"].replace("&#92;", "\\") == one_line(one.touches[0].html)
    assert values["subject_1"] == one.touches[0].subject


@pytest.mark.parametrize("value", ['A "\\" B', "x, y\\", 'a \\"', "tab, \\"])
def test_a_value_that_mautics_reader_would_swallow_is_held_back(value: str) -> None:
    assert DESTINATIONS["mautic"].check(lead(*TWO, company=value)) == "unfit_sign"
    assert DESTINATIONS["mautic"].check(lead(*TWO, custom={"custom.x": value})) == "unfit_sign"


def test_listmonk_gets_the_only_columns_that_it_reads_with_an_object_in_the_third(tmp_path: Path) -> None:
    DESTINATIONS["listmonk"].write(
        [lead(*TWO, last_name='"Q"\n', custom={"custom.region": "Nörd"})], tmp_path, ABOUT
    )
    [row] = rows_of(tmp_path / "listmonk.csv")
    assert list(row) == ["email", "name", "attributes"]
    attributes = json.loads(row["attributes"])
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in attributes)
    assert (
        attributes["subject_1"],
        attributes["body_2"],
        attributes["custom_region"],
        attributes["first_name"],
    ) == ("Hello", "<p>Hi</p>", "Nörd", "@x")
    assert DESTINATIONS["listmonk"].check(lead(*TWO, email="a@" + "b" * 1000)) == "odd_address"


def test_a_line_that_a_server_would_cut_is_no_mail_for_mailmerge() -> None:
    assert DESTINATIONS["mailmerge"].check(lead(*TWO)) is None
    assert DESTINATIONS["mailmerge"].check(lead(mail(1, 0, "2026-11-26", text="x" * 999))) == "too_long"


TRICKY = 'Hi "Ana"; 100% of {{ this }} and %22 or %0A,\n\n- one;two\tthree\n\n{% raw %} Grüße\n'


def test_the_real_mailmerge_reads_its_files_and_makes_the_mails_of_the_plan(tmp_path: Path) -> None:
    pytest.importorskip("mailmerge", reason="mailmerge is not installed")
    first = mail(
        1, 0, "2026-11-26", subject='Über "50%"; ja', text=TRICKY, html=f'<p class="x">{TRICKY}</p>\n'
    )
    second = mail(2, 3, "2026-11-26", subject="", text="plain\n")
    people = [lead(first, second), lead(second, email="bo@firm.example", person_id=2)]
    names = DESTINATIONS["mailmerge"].write(people, tmp_path, ABOUT)
    assert names == ["mailmerge_database-2026-11-26.csv", "mailmerge_template.txt", "setup.md"]
    (tmp_path / "mailmerge_server.conf").write_text(
        "[smtp_server]\nhost = localhost\nport = 25\nsecurity = Never\n"
    )
    words = [
        "-c",
        "from mailmerge.__main__ import main; main()",
        "--no-limit",
        "--output-format",
        "raw",
        "--database",
        names[0],
        "--template",
        names[1],
    ]
    done = subprocess.run(
        [sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert done.returncode == 0, done.stderr
    raw = re.split(r"(?m)^>>> message \d+\n", done.stdout)[1:]
    mails = [message_from_string(one.partition(">>> message")[0], policy=policy.default) for one in raw]
    assert len(mails) == 3
    assert all(isinstance(one, EmailMessage) for one in mails)
    assert str(mails[0]["Subject"]) == 'Über "50%"; ja'
    assert str(mails[1]["Subject"]) == 'Re: Über "50%"; ja'
    assert mails[1]["In-Reply-To"] == mails[0]["Message-ID"]
    assert mails[0]["List-Unsubscribe"] == f"<https://tidewater.example/u/{'ab' * 16}>"
    assert mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    shown = {
        part.get_content_type(): part.get_content() for part in mails[0].walk() if not part.is_multipart()
    }
    assert shown["text/plain"].rstrip("\n") == TRICKY.rstrip("\n")
    assert shown["text/html"].rstrip("\n") == first.html.rstrip("\n")
