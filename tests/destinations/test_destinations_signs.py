"""Names such as `+1` and `@x` in every destination: an apostrophe in tables that people open, as they are elsewhere."""

from __future__ import annotations

import csv
import json
import re
from email import message_from_bytes, policy
from mailbox import mbox
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tool_stub import TOOLS, serving

from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.registry import DESTINATIONS, api_of
from prospector.destinations.tool_api import Remote
from prospector.fetch import HttpSettings
from prospector.fetch.api import ApiClient

ABOUT = About(
    ("custom.region",),
    "Mon-Fri 09:00-17:00",
    "Europe/Berlin",
    campaign="hr",
    as_of="2026-11-23",
    sender_name="Nora Feld",
    sender_email="nora@tidewater.example",
)
AT = "2026-11-2{}T09:30+01:00"
TEXT = "a word about +1.\n"
LEAD = Lead(
    1, 7, "x@firm.example", "@x", "-Bo", "+1", "HR", "+49 30 23125001", "https://firm.example", "",
    (
        PlannedTouch("01-hello", 1, 0, "email", "a", AT.format(3), "Hello @x", TEXT, f"<p>{TEXT}</p>"),
        PlannedTouch("02-call", 2, 1, "call", "", AT.format(4), "Call @x", "Ask.", "<p>Ask.</p>"),
        PlannedTouch("03-again", 3, 3, "email", "a", AT.format(6), "", TEXT, f"<p>{TEXT}</p>"),
    ),
    lead_id="0a1b", reason="@ the segment hr", custom={"custom.region": "+North"},
)  # fmt: skip
TABLES = {"csv": "touches.csv", "eml": "tasks.csv", "mbox": "tasks.csv", "ics": "emails.csv"}
"""Tables that people open with a spreadsheet; what a tool reads is beside them."""
GUARDED = {"first_name": "'@x", "last_name": "'-Bo", "company": "'+1", "custom.region": "'+North"}


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_by_the_tool(folder: Path, name: str) -> list[str]:
    """What the file of a destination says of the person, by the reader that the file is for."""
    if name == "jsonl":
        return list(
            json.loads((folder / "touches.jsonl").read_text(encoding="utf-8").splitlines()[0]).values()
        )
    if name == "xlsx":
        return CalamineWorkbook.from_path(folder / "touches.xlsx").get_sheet_by_index(0).to_python()[1]
    if name == "listmonk":
        [row] = rows_of(folder / "listmonk.csv")
        return [row["name"], *json.loads(row["attributes"]).values()]
    file = next(path for path in sorted(folder.glob("*.csv")) if path.name not in ("tasks.csv", "emails.csv"))
    return [value for row in rows_of(file) for value in row.values()]


def mails_of(folder: Path, name: str) -> list[Any]:
    if name == "eml":
        raw = [path.read_bytes() for path in sorted((folder / "messages").iterdir())]
    else:
        box = mbox(folder / "messages.mbox", create=False)
        raw = [box.get_bytes(key) for key in range(len(box))]
        box.close()
    return [message_from_bytes(one, policy=policy.default) for one in raw]


@pytest.mark.parametrize("name", list(DESTINATIONS))
def test_a_name_with_a_leading_sign_comes_out_of_every_destination(tmp_path: Path, name: str) -> None:
    folder = tmp_path
    assert DESTINATIONS[name].check(LEAD) is None
    DESTINATIONS[name].write([LEAD], folder, ABOUT)
    for table in {TABLES.get(name), "tasks.csv"} - {None}:
        for row in rows_of(folder / str(table)) if (folder / str(table)).exists() else []:
            assert {column: row[column] for column in GUARDED} == GUARDED
    if name in ("eml", "mbox"):
        mails = mails_of(folder, name)
        assert [mail["To"].addresses[0].display_name for mail in mails] == ["@x -Bo"] * 2
        assert str(mails[0]["Subject"]) == "Hello @x"
        assert "a word about +1." in mails[0].get_body(("plain",)).get_content()
    elif name == "ics":
        text = re.sub(r"\r\n ", "", (folder / "calendar.ics").read_bytes().decode())
        assert "SUMMARY:Call @x" in text
    elif name == "csv":
        assert rows_of(folder / "touches.csv")[0]["subject"] == "Hello @x"
    elif name == "mailmerge":
        text = "\n".join(known_by_the_tool(folder, name))
        assert "Hello @x" in text or "@x" in text
    else:
        known = [str(value) for value in known_by_the_tool(folder, name)]
        assert {"Hello @x", "+1"} <= set(known)
        assert "@x" in known or "@x -Bo" in known
        assert not any(value.startswith("'") for value in known)


def texts_in(value: Any) -> list[str]:
    """Every text of a body, whatever it is in."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [str(value)]


@pytest.mark.parametrize("name", list(TOOLS))
def test_a_name_with_a_leading_sign_is_pushed_as_it_is(tmp_path: Path, name: str) -> None:
    with serving(TOOLS[name]()) as tool:
        settings = HttpSettings(allow_private=True)
        api = api_of(name)
        assert api.check(LEAD) is None
        with ApiClient(tool.base + api.path, settings, api.key(tool.key)) as client:
            list(api.push([LEAD], Remote(client, tool.campaign, ABOUT, "nora@tidewater.example", "7")))
        sent = texts_in([tool.bodies, tool.campaigns])
        assert {"Hello @x", "+1"} <= set(sent)
        assert name == "woodpecker" or "+North" in sent  # its fifteen places are for texts
        assert "@x" in sent or "@x -Bo" in sent
        assert not any(value.startswith("'") for value in sent)
