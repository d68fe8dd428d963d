"""Files read by programs that others wrote: a spreadsheet reader, a calendar library."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from prospector.core import workbook
from prospector.core.workbook import LONGEST
from prospector.destinations import xlsx
from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.ics import ICS
from prospector.destinations.xlsx import XLSX

ABOUT = About(("custom.region",), campaign="hr, too", as_of="2026-11-23")


def touch(
    number: int, channel: str, subject: str = "", text: str = "Say hello; ask, listen.\n"
) -> PlannedTouch:
    at = f"2026-11-2{2 + number}T09:3{number}+01:00"
    return PlannedTouch(
        f"{number:02d}-step", number, number, channel, "a", at, subject, text, f"<p>{text}</p>"
    )


ANA = Lead(
    1, 7, "ana@banco.example", "Ana", "@Ruiz", "+1", "HR", "+49 30 23125001", "", "https://www.linkedin.com/in/ana-ruiz-1",
    (touch(1, "email", "=1+1"), touch(2, "call", "Call\nAna", "Grüße, " * 30), touch(3, "linkedin"), touch(4, "task")),
    lead_id="0a1b", custom={"custom.region": "@North"},
)  # fmt: skip


def test_a_workbook_holds_real_types_and_every_text_as_it_is(tmp_path: Path) -> None:
    assert XLSX.write([ANA], tmp_path, ABOUT) == ["touches.xlsx"]
    header, *rows = CalamineWorkbook.from_path(tmp_path / "touches.xlsx").get_sheet_by_index(0).to_python()
    assert header[-1] == "custom.region"
    first = dict(zip(header, rows[0], strict=True))
    assert (first["send_at"], first["utc_offset"], first["number"]) == (
        datetime(2026, 11, 23, 9, 31),
        "+0100",
        1,
    )
    assert [first[name] for name in ("last_name", "company", "subject", "custom.region")] == [
        "@Ruiz",
        "+1",
        "=1+1",
        "@North",
    ]
    assert [row[header.index("body")] for row in rows] == [one.text for one in ANA.touches]
    assert rows[1][header.index("subject")] == "Call\nAna"


def test_a_text_that_a_cell_cannot_hold_is_not_cut_but_held_back() -> None:
    assert XLSX.check(ANA) is None
    long = replace(ANA, touches=(touch(1, "email", "Hi", "x" * (LONGEST + 1)),))
    assert XLSX.check(long) == "too_long"


def test_what_a_sheet_cannot_hold_goes_on_in_the_next_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    assert XLSX.write([ANA, replace(ANA, person_id=2)], tmp_path, ABOUT) == [
        "touches.xlsx",
        "touches-2.xlsx",
        "touches-3.xlsx",
    ]
    sheets = [
        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        for path in sorted(tmp_path.iterdir())
    ]
    assert sorted(len(sheet) for sheet in sheets) == [3, 4, 4]


def test_a_calendar_library_reads_each_step_as_an_event(tmp_path: Path) -> None:
    icalendar = pytest.importorskip("icalendar", reason="icalendar is not installed")
    assert ICS.write([ANA], tmp_path, ABOUT) == ["calendar.ics", "emails.csv"]
    raw = (tmp_path / "calendar.ics").read_bytes()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(raw)
    events = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not any(event.errors for event in events)
    assert [str(event["SUMMARY"]) for event in events] == [
        "Call\nAna",
        "LinkedIn: Ana @Ruiz (+1)",
        "Task: Ana @Ruiz (+1)",
    ]
    call = events[0]
    assert call["DTSTART"].dt == datetime(2026, 11, 24, 8, 32, tzinfo=UTC)
    assert str(call["DESCRIPTION"]).startswith("Grüße, " * 30)
    assert "E-mail: ana@banco.example" in str(call["DESCRIPTION"])
    assert str(call["LOCATION"]) == "+49 30 23125001"
    assert (call.get("ATTENDEE"), call["TRANSP"]) == (None, "TRANSPARENT")
    assert len({str(event["UID"]) for event in events}) == 3
    assert str(call["DTSTAMP"].to_ical(), "ascii") == "20261123T000000Z"


@pytest.mark.parametrize("sign", ["\r\n", "\u2028", "\x85", "\x0b", "\0", "\u202e"])
def test_no_value_ends_a_line_of_the_calendar(tmp_path: Path, sign: str) -> None:
    evil = replace(ANA, first_name=f"Ana{sign}END:VEVENT{sign}X", phone=f"1{sign}ATTENDEE:mailto:x@y.example")
    ICS.write([evil], tmp_path, ABOUT)
    lines = (tmp_path / "calendar.ics").read_bytes().decode().replace("\r\n ", "").splitlines()
    assert lines.count("END:VEVENT") == 3
    assert not any(line.startswith("ATTENDEE") for line in lines)
