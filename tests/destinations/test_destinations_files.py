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

from prospector.destinations.handover import About, Destination, Lead, PlannedTouch
from prospector.destinations.instantly import INSTANTLY
from prospector.destinations.registry import DESTINATIONS
from prospector.destinations.touch_files import CHANNELS, COLUMNS
from prospector.normalise.spreadsheet_cells import AS_THEY_ARE, guarded, is_formula

GOLDEN = Path(__file__).parent / "golden"
ABOUT = About(
    ("custom.region", "company.custom.tier"),
    "Mon-Fri 09:00-17:00",
    "Europe/Berlin",
    campaign="hr",
    as_of="2026-11-23",
    sender_name="Nora Feld",
    sender_email="nora@tidewater.example",
    unsubscribe="https://tidewater.example/u/{token}",
)
FORMATS = ("csv", "jsonl", "xlsx", "eml", "mbox", "ics")
TOOLS = tuple(name for name in DESTINATIONS if name not in FORMATS)
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
    company="@Banco Ejemplo",
    title="HR\u2028Manager",
    phone="+49 30 23125001",
    website="https://banco.example",
    linkedin="https://www.linkedin.com/in/ana-ruiz-1",
    touches=(
        touch(1, 0, "email", 'Your "first" year', "Hi Ana,\n\n- one, two\n- three; «four»\n\nBest\n", "b"),
        touch(2, 1, "call", "Call Ana", "Ask: who is it?\n"),
        touch(3, 3, "email", "", "Still there?\n"),
    ),
    token="0123456789abcdef0123456789abcdef",
    lead_id="0a1b2c3d4e5f60718293",
    reason="hires for marketing; HubSpot",
    custom={"custom.region": "+North", "company.custom.tier": "A"},
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


STEPS = [f"{part}_{number}" for number in (1, 2) for part in ("subject", "body", "send_at", "variant")]


def written(name: str, leads: list[Lead], folder: Path) -> dict[str, bytes]:
    names = DESTINATIONS[name].write(leads, folder, ABOUT)
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    paths = [
        path
        for one in names
        for path in ([folder / one] if (folder / one).is_file() else sorted((folder / one).iterdir()))
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("csv", ["touches.csv"]),
        ("jsonl", ["touches.jsonl"]),
        ("xlsx", ["touches.xlsx"]),
        (
            "eml",
            [
                "messages/2026-11-23-01-ana-banco-example-1.eml",
                "messages/2026-11-23-01-wei-shan-example-2.eml",
                "messages/2026-11-26-03-ana-banco-example-1.eml",
                "messages/2026-11-26-03-wei-shan-example-2.eml",
                "messages.csv",
                "tasks.csv",
            ],
        ),
        ("mbox", ["messages.mbox", "messages.csv", "tasks.csv"]),
        ("ics", ["calendar.ics", "emails.csv"]),
        *(
            (tool, [f"{tool}.csv", "tasks.csv", "setup.md"])
            for tool in TOOLS
            if tool not in ("instantly", "mailmerge")
        ),
        (
            "mailmerge",
            [
                "mailmerge_database-2026-11-23.csv",
                "mailmerge_database-2026-11-26.csv",
                "mailmerge_template.txt",
                "tasks.csv",
                "setup.md",
            ],
        ),
        ("instantly", ["instantly.csv", "tasks.csv", "setup.md"]),
    ],
)
def test_the_files_have_the_agreed_bytes(tmp_path: Path, name: str, files: list[str]) -> None:
    made = written(name, [ANA, WEI], tmp_path)
    assert list(made) == files
    for file, body in made.items():
        golden = GOLDEN / f"{name}-{file.rpartition('/')[2]}"
        if os.environ.get("PROSPECTOR_WRITE_GOLDEN"):
            golden.write_bytes(body)
        assert body == golden.read_bytes(), file


@pytest.mark.parametrize("name", list(DESTINATIONS))
def test_no_leads_make_files_with_a_header_only(tmp_path: Path, name: str) -> None:
    for file, body in written(name, [], tmp_path).items():
        heads = {".csv": 1, ".ics": 5}
        lines = len(body.splitlines())
        assert lines == heads.get(Path(file).suffix, 0) or Path(file).suffix in (".md", ".xlsx", ".txt")


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
def test_data_is_guarded_and_what_is_read_or_dialled_leaves_sign_by_sign(words: list[str]) -> None:
    lead = lead_of(words)
    told = dict(zip(("first_name", "last_name", "company", "title", "phone", "website"), words, strict=True))
    told |= {"subject": words[1], "body": words[2], "body_html": words[3]}
    header, first, _ = parsed_of("csv", lead)
    values = dict(zip(header, first, strict=True))
    for column, text in told.items():
        assert values[column] == (text if column in AS_THEY_ARE else guarded(text))
        assert column in AS_THEY_ARE or not is_formula(values[column])
    header, row = parsed_of("instantly", lead)
    tools = dict(zip(header, row, strict=True))
    assert [
        tools[name] for name in ("first_name", "last_name", "company_name", "job_title", "phone")
    ] == words[:5]
    assert (tools["subject_1"], tools["body_1"]) == (words[1], words[3].replace("\n", " ").strip())


def parsed(body: bytes) -> list[list[str]]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        file.write(body.decode("utf-8"))
        file.seek(0)
        return list(csv.reader(file))


def parsed_of(name: str, lead: Lead) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        return parsed(next(iter(written(name, [lead], Path(folder)).values())))


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
    assert list(rows[0]) == [*COLUMNS, "custom", "company_custom"]
    assert [rows[0][name] for name in ("first_name", "last_name", "company")] == words[:3]


def test_the_tools_file_has_one_row_a_lead_with_its_mails_in_order(tmp_path: Path) -> None:
    made = written("instantly", [ANA, WEI], tmp_path)
    header, *rows = parsed(made["instantly.csv"])
    assert header[8:12] == ["reason", "lead_id", "custom_region", "company_custom_tier"]
    assert header[12:] == STEPS
    assert [row[8:12] for row in rows] == [
        ["hires for marketing; HubSpot", "0a1b2c3d4e5f60718293", "+North", "A"],
        ["", "", "", ""],
    ]
    assert [(row[15], row[19]) for row in rows] == [("b", ""), ("a", "")]
    assert [(row[0], row[12], row[16]) for row in rows] == [
        ("ana@banco.example", 'Your "first" year', ""),
        ("wei@shan.example", "Hello", ""),
    ]
    assert "\n" not in rows[0][13]
    tasks = parsed(made["tasks.csv"])
    assert [row[COLUMNS.index("channel")] for row in tasks[1:]] == ["call", "call"]


def test_the_users_own_columns_stand_in_every_file(tmp_path: Path) -> None:
    header, first, *_ = parsed(written("csv", [ANA], tmp_path)["touches.csv"])
    row = dict(zip(header, first, strict=True))
    assert (row["custom.region"], row["company.custom.tier"]) == ("'+North", "A")
    assert (row["reason"], row["lead_id"]) == (ANA.reason, ANA.lead_id)
    (tmp_path / "lines").mkdir()
    line = json.loads(written("jsonl", [ANA], tmp_path / "lines")["touches.jsonl"].splitlines()[0])
    assert (line["custom"], line["company_custom"]) == ({"region": "+North"}, {"tier": "A"})


def test_the_setup_names_window_zone_days_and_what_to_do_about_a_reply(tmp_path: Path) -> None:
    about = About((), "Tue-Thu 10:00-15:30", "Asia/Tokyo")
    INSTANTLY.write([WEI, ANA], tmp_path, about)
    text = (tmp_path / "setup.md").read_text(encoding="utf-8")
    for said in (
        "Tue, Wed, Thu",
        "10:00 to 15:30",
        "Asia/Tokyo",
        "not before 2026-11-23",
        "replies",
        "suppress add",
    ):
        assert said in text
    INSTANTLY.write([WEI], tmp_path, About())
    assert "Time zone" not in (tmp_path / "setup.md").read_text(encoding="utf-8")


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
    assert header[12:] == STEPS
    assert [(row[0], len(row), row[12]) for row in rows] == [
        ("wei@shan.example", 20, "Hello"),
        ("ana@banco.example", 20, 'Your "first" year'),
    ]


@pytest.mark.parametrize("destination", DESTINATIONS.values(), ids=list(DESTINATIONS))
def test_a_destination_says_all_that_it_takes(destination: Destination) -> None:
    assert DESTINATIONS[destination.name] is destination
    assert destination.takes <= CHANNELS
    assert destination.check(ANA) is None
    assert destination.check(replace(WEI, email="")) == (
        "no_email" if destination.takes == {"email"} else None
    )
