"""Small workspaces, people to fill them with, and the program as a real subprocess."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from prospector.cli.main import main
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

AS_OF = date(2026, 11, 23)
"""A Monday."""

TOKEN_KEY = "a key for tests"
SENDER = {
    "name": "Nora Feld",
    "email": "nora@tidewater.test",
    "company": "Tidewater Tools",
    "postal_address": "7 Harbour Lane, Testhaven",
    "unsubscribe": "https://tidewater.test/u/{token}",
}
"""Filled in, under a name that is reserved for tests."""

SEGMENT = "name: People in HR\nperson: {department: hr}\n"
TOUCHES = {
    "01-hello.md": """---
day: 0
channel: email
subject: 'Hello {{ person.first_name | fallback("there") }}'
---
Hi {{ person.first_name | fallback("there") }},

a word about {{ company.name | fallback("you") }}.

{{ sender.name }}, {{ sender.postal_address }}

[Leave]({{ unsubscribe_url }})
""",
    "02-call.md": """---
day: 1
channel: call
title: 'Call {{ person.first_name | fallback("them") }}'
---
Ask what they need.
""",
    "03-again.md": "---\nday: 3\nchannel: email\n---\nDid you see my mail?\n\n{{ sender.name }}\n",
}
CAMPAIGN = {"segment": "hr", "sequence": "trio", "destination": "csv"}
HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website")


def make_workspace(
    folder: Path,
    *,
    campaigns: Mapping[str, Mapping[str, Any]] | None = None,
    http: Mapping[str, Any] | None = None,
    touches: Mapping[str, str] | None = None,
    segment: str = SEGMENT,
    sender: Mapping[str, str] | None = None,
) -> Path:
    """Write settings, the segment `hr` and the sequence `trio`; campaigns are `{"hr": CAMPAIGN}` unless given."""
    settings = {
        "sender": {**SENDER, **(sender or {})},
        "timezone": "Europe/Berlin",
        "http": dict(http or {}),
        "campaigns": dict(campaigns if campaigns is not None else {"hr": CAMPAIGN}),
    }
    (folder / "segments").mkdir(parents=True, exist_ok=True)
    (folder / "templates" / "trio").mkdir(parents=True, exist_ok=True)
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
    (folder / "prospector.yaml").write_text("".join(lines), encoding="utf-8")
    (folder / ".env").write_text(f"PROSPECTOR_TOKEN_KEY={TOKEN_KEY}\n", encoding="utf-8")
    (folder / "segments" / "hr.yaml").write_text(segment, encoding="utf-8")
    for name, text in (touches if touches is not None else TOUCHES).items():
        (folder / "templates" / "trio" / name).write_text(text, encoding="utf-8")
    return folder


def share(folder: Path, database: str = "../shared.db", **campaign: Any) -> Path:
    """A workspace on a database that others use, too."""
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN, **campaign}})
    settings = folder / "prospector.yaml"
    text = f"database: {json.dumps(database)}\n{settings.read_text(encoding='utf-8')}"
    settings.write_text(text, encoding="utf-8")
    return folder


def fill_in_sender(folder: Path) -> None:
    """Put a sender in the place of the sample that `init` writes and a run refuses."""
    path = folder / "prospector.yaml"
    text = path.read_text(encoding="utf-8")
    filled = re.sub(r"(?m)^sender:\n(?:[ \t].*\n)*", lambda _: f"sender: {json.dumps(SENDER)}\n", text)
    assert filled != text
    path.write_text(filled, encoding="utf-8")


def people_csv(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """A CSV file of people."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def hr_people(count: int, *, start: int = 1, companies: int | None = None) -> list[list[str]]:
    """Rows of HR managers, each at an own company unless `companies` says how many there are."""
    rows = []
    for number in range(start, start + count):
        firm = number % companies if companies else number
        name = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        rows.append(
            [
                f"Given{name}",
                f"Family{name}",
                f"p{number}@firm{firm}.example",
                "HR Manager",
                f"Firm {firm}",
                f"https://firm{firm}.example",
            ]
        )
    return rows


def import_people(
    folder: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER, *, as_of: date = AS_OF
) -> None:
    """Import rows into the workspace."""
    path = folder / "people.csv"
    path.write_text(people_csv(rows, header), encoding="utf-8")
    with Workspace.open(folder, as_of=as_of) as workspace:
        workspace.import_file(path)
    path.unlink()


def environment(**more: str) -> dict[str, str]:
    """A clean environment with the day pinned."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROSPECTOR_", "COV"))}
    return {**kept, "PROSPECTOR_AS_OF": AS_OF.isoformat(), "COLUMNS": "100", **more}


def run_cli(
    *args: str | Path, cwd: Path, input: str | bytes | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program as a subprocess; its output as text (UTF-8)."""
    data = input.encode() if isinstance(input, str) else input
    done = subprocess.run(
        [sys.executable, "-m", "prospector", *map(str, args)],
        cwd=cwd,
        input=data if data is not None else b"",
        env=environment(**(env or {})),
        capture_output=True,
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


def call_cli(*args: str | Path, cwd: Path, input: str = "") -> subprocess.CompletedProcess[str]:
    """The same in this process, ten times as quick: for tests of what the program says, not of what it is."""
    out, err, stdin = io.StringIO(), io.StringIO(), io.TextIOWrapper(io.BytesIO(input.encode()))
    words = ["prospector", *map(str, args)]
    code: Any = None
    with (
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", words),
        patch.object(sys, "stdin", stdin),
        patch.dict(os.environ, environment(), clear=True),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(words, int(code or 0), out.getvalue(), err.getvalue())


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def exported_people(folder: Path) -> list[str]:
    """Every person in the exported folders, once for each folder that holds them, from the files themselves."""
    found = []
    for path in sorted((folder / "exports").glob("[!.]*/[!.]*/touches.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(dict.fromkeys(row["email"] for row in csv.DictReader(file)))
    return found
