"""Export files: the same bytes each time, safe in a spreadsheet, and nothing lost on the way."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prospector.destinations.cells import safe_cell
from prospector.destinations.handover import Destination, Lead, PlannedTouch
from prospector.destinations.registry import DESTINATIONS
from prospector.destinations.touch_files import CHANNELS, COLUMNS

GOLDEN = Path(__file__).parent / "golden"
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def touch(number: int, day: int, channel: str, subject: str, text: str, variant: str = "") -> PlannedTouch:
    html = "".join(f"<p>{part}</p>\n" for part in text.strip().split("\n\n"))
    return PlannedTouch(
        f"{number:02d}-step",
        number,
        day,
        channel,
        variant,
        f"2026-11-{23 + day}T09:3{number}+01:00",
        subject,
        text,
        html,
    )


ANA = Lead(
    person_id=1,
    company_id=7,
    email="ana@banco.example",
    first_name="Ana",
    last_name='Ruiz "la Rápida", Dña.',
    company="=HYPERLINK(A1)",
    title="HR\u2028Manager",
    phone="+49 30 23125001",
    website="https://banco.example",
    linkedin="https://www.linkedin.com/in/ana-ruiz-1",
    touches=(
        touch(1, 0, "email", 'Your "first" year', "Hi Ana,\n\n- one, two\n- three; «four»\n\nBest\n", "b"),
        touch(2, 1, "call", "Call Ana", "Ask: who is it?\n"),
        touch(3, 3, "email", "", "Still there?\n"),
    ),
)
WEI = Lead(
    person_id=2,
    company_id=None,
    email="wei@shan.example",
    first_name="伟",
    last_name="-",
    company="",
    title="",
    phone="",
    website="",
    linkedin="",
    touches=(
        touch(1, 0, "email", "Hello", "Hi 伟,\n\na word.\n", "a"),
        touch(2, 1, "call", "Call 伟", "=1+1\n"),
        touch(3, 3, "email", "", "Still there?\n"),
    ),
)


def written(name: str, leads: list[Lead], folder: Path) -> dict[str, bytes]:
    names = DESTINATIONS[name].write(leads, folder)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    return {one: (folder / one).read_bytes() for one in names}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("csv", ["touches.csv"]),
        ("jsonl", ["touches.jsonl"]),
        ("instantly", ["instantly.csv", "tasks.csv", "setup.md"]),
    ],
)
def test_the_files_have_the_agreed_bytes(tmp_path: Path, name: str, files: list[str]) -> None:
    made = written(name, [ANA, WEI], tmp_path)
    assert list(made) == files
    for file, body in made.items():
        if os.environ.get("PROSPECTOR_WRITE_GOLDEN"):
            (GOLDEN / f"{name}-{file}").write_bytes(body)
        assert body == (GOLDEN / f"{name}-{file}").read_bytes(), file


@pytest.mark.parametrize("name", list(DESTINATIONS))
def test_no_leads_make_files_with_a_header_only(tmp_path: Path, name: str) -> None:
    for file, body in written(name, [], tmp_path).items():
        assert len(body.splitlines()) == (1 if file.endswith(".csv") else 0) or file == "setup.md"


texts = st.text(max_size=12) | st.builds(
    lambda space, start, rest: space + start + rest,
    st.sampled_from(["", " ", "\u00a0 ", "\t"]),
    st.sampled_from(list(FORMULA_STARTS)),
    st.text(max_size=8),
)
clean_texts = texts.map(lambda text: text.encode("utf-8", "replace").decode().replace("\0", ""))


def lead_of(words: list[str]) -> Lead:
    one, two, three, four, five, six = words
    step = PlannedTouch("01-x", 1, 0, "email", one, "2026-11-23T09:30+01:00", two, three, four)
    call = PlannedTouch("02-y", 2, 1, "call", two, "2026-11-24T09:30+01:00", three, four, five)
    return Lead(1, None, "a@b.example", one, two, three, four, five, six, one, (step, call))


@settings(max_examples=150, deadline=None)
@given(st.lists(clean_texts, min_size=6, max_size=6))
@example(["=cmd|' /C calc'!A0", "＝1+1", "＋49", "－x", "＠SUM(A1)", "\r=1"])
@example([" =1+1", "\t=1", "\u00a0@x", "-", "+", "%0A=1"])
def test_no_cell_starts_like_a_formula_and_every_value_comes_back(words: list[str]) -> None:
    lead = lead_of(words)
    for name, files in (("csv", ["touches.csv"]), ("instantly", ["instantly.csv", "tasks.csv"])):
        with tempfile.TemporaryDirectory() as folder:
            made = written(name, [lead], Path(folder))
        for file in files:
            rows = parsed(made[file])
            for row in rows:
                assert not [cell for cell in row if cell.lstrip(" \u00a0")[:1] in tuple(FORMULA_STARTS)]
            assert len({len(row) for row in rows}) == 1
    values = dict(zip(COLUMNS, parsed_of("csv", lead)[1], strict=True))
    expected = {"first_name": words[0], "last_name": words[1], "company": words[2], "title": words[3]}
    expected |= {
        "phone": words[4],
        "website": words[5],
        "subject": words[1],
        "body": words[2],
        "body_html": words[3],
    }
    for column, value in expected.items():
        assert values[column] == safe_cell(value)
        assert values[column].removeprefix("'") == value.removeprefix("'")


def parsed(body: bytes) -> list[list[str]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        file.write(body.decode("utf-8"))
        file.seek(0)
        return list(csv.reader(file))


def parsed_of(name: str, lead: Lead) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        return parsed(next(iter(written(name, [lead], Path(folder)).values())))


@pytest.mark.parametrize(
    "text", ["", "Ana", "O'Neill", "'=quoted", "a=b", "5%", " plain", "(+49) 30", "Müller-Lüdenscheidt"]
)
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_line_breaks_and_quotes_of_bodies_survive(tmp_path: Path) -> None:
    rows = parsed(written("csv", [ANA], tmp_path)["touches.csv"])
    assert rows[1][COLUMNS.index("body")] == ANA.touches[0].text
    assert rows[1][COLUMNS.index("last_name")] == ANA.last_name


def test_an_old_mac_line_break_stays_inside_its_cell(tmp_path: Path) -> None:
    rows = parsed(
        written("csv", [lead_of(["a\rb", "c\r\nd", "e\n\nf", "g", "h", "i"])], tmp_path)["touches.csv"]
    )
    assert (len(rows), rows[1][1:4]) == (3, ["a\rb", "c\r\nd", "e\n\nf"])


@settings(max_examples=60, deadline=None)
@given(st.lists(clean_texts, min_size=6, max_size=6))
@example(["\u2028", "\x85", "\u2029x", "\x0b\x0c\x1c", "a\nb", '"'])
def test_jsonl_is_one_object_a_line_whatever_counts_as_a_line(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        body = written("jsonl", [lead_of(words)], Path(folder))["touches.jsonl"]
    lines = body.decode("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 2
    assert list(rows[0]) == list(COLUMNS)
    assert [rows[0][name] for name in ("first_name", "last_name", "company")] == words[:3]


def test_the_tools_file_has_one_row_a_lead_with_its_mails_in_order(tmp_path: Path) -> None:
    made = written("instantly", [ANA, WEI], tmp_path)
    header, *rows = parsed(made["instantly.csv"])
    assert header[8:] == ["subject_1", "body_1", "send_at_1", "subject_2", "body_2", "send_at_2"]
    assert [(row[0], row[8], row[11]) for row in rows] == [
        ("ana@banco.example", 'Your "first" year', ""),
        ("wei@shan.example", "Hello", ""),
    ]
    assert "\n" not in rows[0][9]
    tasks = parsed(made["tasks.csv"])
    assert [row[COLUMNS.index("channel")] for row in tasks[1:]] == ["call", "call"]


def test_mails_only_need_no_tasks_file(tmp_path: Path) -> None:
    mails = replace(ANA, touches=(ANA.touches[0], ANA.touches[2]))
    assert list(written("instantly", [mails], tmp_path)) == ["instantly.csv", "setup.md"]


def test_somebody_without_an_address_is_in_the_tasks_and_not_in_the_tools_file(tmp_path: Path) -> None:
    nameless = replace(WEI, email="", touches=(WEI.touches[1],))
    made = written("instantly", [ANA, nameless], tmp_path)
    assert [row[0] for row in parsed(made["instantly.csv"])] == ["email", "ana@banco.example"]
    assert len(parsed(made["tasks.csv"])) == 3


def test_a_lead_with_more_mails_than_the_first_has_room_for_all_of_them(tmp_path: Path) -> None:
    nameless = replace(WEI, email="", touches=(WEI.touches[1],))
    short = replace(WEI, touches=(WEI.touches[0],))
    made = written("instantly", [nameless, short, ANA], tmp_path)
    header, *rows = parsed(made["instantly.csv"])
    assert header[8:] == ["subject_1", "body_1", "send_at_1", "subject_2", "body_2", "send_at_2"]
    assert [(row[0], len(row), row[8]) for row in rows] == [
        ("wei@shan.example", 14, "Hello"),
        ("ana@banco.example", 14, 'Your "first" year'),
    ]


@pytest.mark.parametrize("destination", DESTINATIONS.values(), ids=list(DESTINATIONS))
def test_a_destination_says_all_that_it_takes(destination: Destination) -> None:
    assert DESTINATIONS[destination.name] is destination
    assert destination.takes <= CHANNELS
    assert destination.check(ANA) is None
    assert destination.check(replace(WEI, email="")) == (None if "call" in destination.takes else "no_email")
