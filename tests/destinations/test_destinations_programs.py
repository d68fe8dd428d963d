"""Mails and workbooks read by the programs that people read them with: mutt, notmuch, LibreOffice."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.mail_files import EML, MBOX
from prospector.destinations.xlsx import XLSX

pytestmark = pytest.mark.slow

ABOUT = About(
    ("custom.region",),
    campaign="hr",
    as_of="2026-11-23",
    sender_name="Nora Feld, Ünited",
    sender_email="nora@tidewater.example",
    unsubscribe="https://tidewater.example/u/{token}",
)
TRICKY = "From here on\n\nFrom there\n>From nowhere\n.\nGrüße, 伟\n"


def mail(number: int, subject: str, text: str) -> PlannedTouch:
    at = f"2026-11-2{2 + number}T09:3{number}+01:00"
    return PlannedTouch(
        f"{number:02d}-step", number, number, "email", "a", at, subject, text, f"<p>{text}</p>\n"
    )


def lead(number: int, first: str, last: str) -> Lead:
    touches = (mail(1, f'Über "50%"; ja {number}', TRICKY), mail(2, "", "Still there?\n"))
    return Lead(
        number, 7, f"p{number}@banco.example", first, last, "+1", "HR", "+49 30 23125001", "", "", touches,
        token=f"{number:032x}", lead_id=f"0a1b{number}", custom={"custom.region": "=1+1"},
    )  # fmt: skip


PEOPLE = [lead(1, "@x", "Ruiz, Dña."), lead(2, "伟", "O'Neil")]
SUBJECTS = [f'{again}Über "50%"; ja {number}' for number in (1, 2) for again in ("", "Re: ")]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian: mutt, notmuch, libreoffice-calc)")
    return found


def do(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {"HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", **env}
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **kept},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


MUTTRC = """set folder=. mbox_type=mbox move=no pipe_split=yes pipe_decode=yes wait_key=no quit=yes sort=mailbox-order
set charset=utf-8 assumed_charset=utf-8 send_charset=utf-8
"""
GRAB = "#!/bin/sh\ncat > shown.$(printf %03d $(ls shown.* 2>/dev/null | wc -l))\n"


def test_mutt_reads_each_mail_of_the_mailbox_as_the_plan_showed_it(tmp_path: Path) -> None:
    mutt, script = program("mutt"), program("script")
    MBOX.write(PEOPLE, tmp_path, ABOUT)
    (tmp_path / "rc").write_text(MUTTRC)
    (tmp_path / "grab").write_text(GRAB)
    (tmp_path / "grab").chmod(0o755)
    keys = "<tag-pattern>~A<enter><tag-prefix><pipe-message>./grab<enter><exit>"
    do(tmp_path, script, "-qec", f"{mutt} -n -F rc -R -f messages.mbox -e 'push \"{keys}\"'", "/dev/null")
    shown = [path.read_text(encoding="utf-8") for path in sorted(tmp_path.glob("shown.*"))]
    assert len(shown) == 4
    heads = [dict(line.split(": ", 1) for line in one.partition("\n\n")[0].splitlines()[1:]) for one in shown]
    assert [head["Subject"] for head in heads] == SUBJECTS
    assert heads[0]["To"] == '"@x Ruiz, Dña." <p1@banco.example>'
    assert [one.partition("\n\n")[2].rstrip("\n") for one in shown[:2]] == [
        TRICKY.rstrip("\n"),
        "Still there?",
    ]


def texts_in(value: Any) -> list[str]:
    """Every text of an answer, whatever it is in."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one)]
    return [value] if isinstance(value, str) else []


def test_notmuch_finds_every_mail_of_the_folder_in_its_thread(tmp_path: Path) -> None:
    notmuch = program("notmuch")
    EML.write(PEOPLE, tmp_path, ABOUT)
    (tmp_path / "rc").write_text(f"[database]\npath={tmp_path}\n[user]\nname=N\nprimary_email=n@t.example\n")
    do(tmp_path, notmuch, "--config=rc", "new", "--no-hooks")
    found = do(tmp_path, notmuch, "--config=rc", "search", "--format=json", "--sort=oldest-first", "*")
    threads = json.loads(found.stdout)
    found_threads = sorted((one["subject"].removeprefix("Re: "), one["total"]) for one in threads)
    assert found_threads == [(f'Über "50%"; ja {number}', 2) for number in (1, 2)]
    show = (
        notmuch,
        "--config=rc",
        "show",
        "--format=json",
        "--body=true",
        "subject:50% and to:p1@banco.example",
    )
    assert TRICKY in texts_in(json.loads(do(tmp_path, *show).stdout))
    raw = do(
        tmp_path, notmuch, "--config=rc", "show", "--format=raw", "subject:Re and to:p2@banco.example"
    ).stdout
    message = message_from_bytes(raw.encode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_libreoffice_reads_every_cell_of_the_workbook_as_it_is(tmp_path: Path) -> None:
    soffice = program("soffice")
    assert XLSX.write(PEOPLE, tmp_path, ABOUT) == ["touches.xlsx"]
    words = ("--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to")
    kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    do(tmp_path, soffice, *words, kind, "touches.xlsx")
    [file] = tmp_path.glob("touches*.csv")
    with file.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 4
    known = [
        {name: row[name] for name in ("first_name", "company", "phone", "custom.region")} for row in rows
    ]
    assert known[0] == {
        "first_name": "@x",
        "company": "+1",
        "phone": "+49 30 23125001",
        "custom.region": "=1+1",
    }
    assert [row["body"] for row in rows[:2]] == [TRICKY, "Still there?\n"]
    assert [row["subject"] for row in rows[::2]] == SUBJECTS[::2]
    assert not any(value.startswith(("Err:", "#")) for row in rows for value in row.values())
