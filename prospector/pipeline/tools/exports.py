"""Rows of a tool's export as events: rows that are an event each, or leads with columns of what has happened to them.

In: a file of any kind that imports read. Out: events, and rows that cannot be read, with a reason each.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError, NothingImportable
from prospector.core.inputs import open_regular
from prospector.intake.files.readers import open_table
from prospector.intake.files.tables import RawRow
from prospector.pipeline.events.incoming import Incoming, Received
from prospector.pipeline.mailboxes.files import MAIL_SUFFIXES
from prospector.pipeline.tools.columns import STATE_TIMES, STATES, Unread, said_of_lead
from prospector.pipeline.tools.facts import Facts
from prospector.pipeline.tools.payloads import Happened, event_of, events_of_payload
from prospector.pipeline.tools.registry import READERS, reader_of
from prospector.pipeline.tools.times import moment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prospector.intake.files.tables import Table
    from prospector.pipeline.tools.payloads import Reading
    from prospector.pipeline.tools.reader import ToolReader

REASONS = {
    "nobody": "Neither an address nor an id of ours nor the id of a mail of ours.",
    "no_event": "Nothing says what happened.",
    "bad_time": "The time cannot be read, or could be two days: say --dates dmy or mdy.",
    "bad_value": "A column says something about what happened that is neither a time, a count nor yes or no.",
    "broken": "The row cannot be read.",
}
"""Why a row of an export, or a value of it, is no event."""
_START = 4096
_HEADER = re.compile(rb"[!-+\--9;-~]{1,100}:[ \t\r\n]")
"""A header of a mail; the comma is left out, so that a line of columns is none."""
_EVENT_COLUMNS = frozenset({"event", "eventtype", "eventname", "activitytype", "method", "subscriptiontype"})
_TYPE_COLUMNS = frozenset({"type", "action"})


class BadRow(NamedTuple):
    """A row that is no event, or a value of it that says nothing, and why: a key of `REASONS`."""

    number: int
    reason: str
    header: Sequence[str]
    cells: Sequence[object]
    column: str = ""


def tool_of(header: Sequence[str]) -> ToolReader | None:
    """The tool that writes such columns: the one most of whose own names they have; None where that is not clear."""
    names = Facts(dict.fromkeys(header, "x")).names()
    boxes = {f"{name.partition('.')[0]}." for name in names if "." in name}
    told = names | boxes
    found = sorted(
        ((sum(mark in told for mark in one.marks), one.name) for one in READERS.values()), reverse=True
    )
    (most, name), (second, _) = found[:2]
    return READERS[name] if most > second else None


def events_of_export(
    path: Path, tool: str | None, how: Callable[[ToolReader], Reading]
) -> Iterator[Incoming | BadRow]:
    """Row by row; the tool is the one that is named, else told by the header.

    `FileError` where neither says whose it is, `NothingImportable` where no row can be read.
    """
    with open_table(path) as table:
        header, raw = _spread(table)
        reader = reader_of(tool) if tool else _told_by(table.name, header)
        reading, is_log = how(reader), _is_log(header, reader)
        rows, bad = 0, Counter[str]()
        for row in raw:
            rows += 1
            found = list(_row(header, row, reading, is_log=is_log))
            yield from found
            if found and not any(isinstance(one, Incoming) for one in found):
                bad[next(one.reason for one in found if isinstance(one, BadRow))] += 1
        if rows and bad.total() == rows:
            why, _ = bad.most_common(1)[0]
            what = f"none of the {rows} rows can be read ({why}: {REASONS[why]})"
            raise NothingImportable(table.name, what, hint=f"they were read as an export of {reader.title}")


def _spread(table: Table) -> tuple[Sequence[str], Iterator[RawRow]]:
    """Header and rows; of a JSON answer that has them deeper inside, those there."""
    first = next(table.rows, None)
    rows = chain([first] if first else [], table.rows)
    lists = [one for one in first.values if isinstance(one, list)] if first and table.kind == "json" else []
    inner = next((one for one in lists if one and all(isinstance(row, dict) for row in one)), None)
    if inner is None:
        return table.header, rows
    header = tuple(dict.fromkeys(str(name) for row in inner for name in row))
    return header, (RawRow(at, [row.get(name) for name in header]) for at, row in enumerate(inner, 1))


def _told_by(name: str, header: Sequence[str]) -> ToolReader:
    if found := tool_of(header):
        return found
    what = "no mail, and no export whose columns tell the tool"
    hint = f"mails are .eml, .mbox or a folder of them; an export needs --tool NAME: {', '.join(READERS)}"
    raise FileError(name, what, hint=hint)


def _row(
    header: Sequence[str], row: RawRow, reading: Reading, *, is_log: bool
) -> Iterator[Incoming | BadRow]:
    if row.problem:
        yield BadRow(row.number, "broken", header, row.values)
        return
    told = {name: value for name, value in zip(header, row.values, strict=False) if value is not None}
    facts = Facts(told)
    events = _logged(told, facts, reading) if is_log else events_of_lead(told, reading)
    for one in events:
        if isinstance(one, Incoming) and (one.kind == "other" or _names_somebody(one)):
            yield one
        elif isinstance(one, Incoming):
            yield BadRow(row.number, "nobody", header, row.values)
        else:
            yield BadRow(row.number, one.reason, header, row.values, one.column)


def _names_somebody(event: Incoming) -> bool:
    return bool(event.recipient or event.lead_id or event.answers or event.details.get("remote_lead"))


def _is_log(header: Sequence[str], reader: ToolReader) -> bool:
    """Whether rows are an event each: they have a column for its name, or a type and a time."""
    names = Facts(dict.fromkeys(header, "x")).names()
    own = set(reader.places.get("event", ())) - STATES - _TYPE_COLUMNS
    if any(name.startswith(mark) for mark in reader.marks if mark.endswith(".") for name in names):
        return True
    if (_EVENT_COLUMNS | own) & names:
        return True
    return bool(_TYPE_COLUMNS & names) and any(one in names for one in reader.where("at"))


def _logged(told: dict[str, object], facts: Facts, reading: Reading) -> Iterator[Incoming | Unread]:
    when = facts.first(reading.reader.where("at"))
    if when and moment_of(when, day_first=reading.day_first) is None:
        yield Unread("bad_time", "")
        return
    for one in events_of_payload(told, reading, kind="row"):
        yield one if one.details.get("event") else Unread("no_event", "")


def events_of_lead(told: dict[str, object], reading: Reading) -> Iterator[Incoming | Unread]:
    """What has happened to a lead: each thing once, with its time where that is told."""
    facts = Facts(told)
    raw = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    since = moment_of(facts.first(STATE_TIMES), day_first=reading.day_first)
    for said in said_of_lead(facts, reading.reader, day_first=reading.day_first):
        if isinstance(said, Unread):
            yield said
            continue
        happened = Happened(
            said.name, said.meaning, said.at or (since if said.is_state else None), is_lead=True
        )
        yield event_of(facts, happened, reading, Received("row", raw))


def is_export(path: Path) -> bool:
    """Whether a file is a table or JSON, and no mail: that is told by its suffix, a header or the line of an mbox."""
    if path.name.lower().removesuffix(".gz").endswith(MAIL_SUFFIXES):
        return False
    try:
        with open_regular(path) as file:
            start = file.read(_START).lstrip(b"\xef\xbb\xbf\r\n\t ")
    except OSError:
        return False
    if start.startswith(b"PK"):
        return b"[Content_Types].xml" in start or b"xl/" in start
    if start.startswith((b"{", b"[", b"\x1f\x8b")):
        return True
    return bool(start) and not start.startswith(b"From ") and not _HEADER.match(start)
