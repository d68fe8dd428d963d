"""`eml` and `mbox`: finished mails in files, for a mail program, an own server or a look before anything leaves.

Calls, LinkedIn and tasks go to `tasks.csv`. `messages.csv` says of each mail when it is to leave: a file by itself
cannot wait for its day.
"""

from __future__ import annotations

import csv
import re
from contextlib import ExitStack
from hashlib import sha256
from typing import TYPE_CHECKING

from prospector.destinations.handover import Destination
from prospector.destinations.messages import (
    Letters,
    envelope_date,
    plain_address,
    refuses_address,
    refuses_sender,
)
from prospector.destinations.touch_files import OtherTouches
from prospector.normalise.spreadsheet_cells import guarded_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TextIO

    from prospector.destinations.handover import About, Lead
    from prospector.destinations.messages import Mail

MAILS = frozenset({"email"})
INDEX = (
    "file",
    "email",
    "touch",
    "number",
    "variant",
    "send_at",
    "subject",
    "message_id",
    "lead_id",
    "sha256",
)
_NOT_SAFE = re.compile("[^a-z0-9]+")


def write_eml(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """The folder `messages` with a file a mail, named so that they sort by day; `messages.csv`; `tasks.csv`."""
    (folder / "messages").mkdir()
    letters = Letters(about)
    with ExitStack() as files:
        index = _Index(folder, files)
        others = OtherTouches(folder / "tasks.csv", files, about, MAILS)
        for lead in leads:
            others.write(lead)
            for mail in letters.of(lead):
                name = f"messages/{_file_name(lead, mail)}"
                with (folder / name).open("xb", buffering=0) as file:
                    file.write(mail.data)
                index.add(name, lead, mail)
    return ["messages", "messages.csv", *others.names]


def write_mbox(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`messages.mbox` with the mails in the order of the people; `messages.csv`; `tasks.csv`."""
    letters, sender = Letters(about), plain_address(about.sender_email) or "MAILER-DAEMON"
    with ExitStack() as files:
        index = _Index(folder, files)
        others = OtherTouches(folder / "tasks.csv", files, about, MAILS)
        box = files.enter_context((folder / "messages.mbox").open("wb"))
        for lead in leads:
            others.write(lead)
            for mail in letters.of(lead):
                box.write(f"From {sender} {envelope_date(mail.touch.send_at)}\n".encode("ascii"))
                box.write(mail.data.replace(b"\r\n", b"\n") + b"\n")
                index.add("messages.mbox", lead, mail)
    return ["messages.mbox", "messages.csv", *others.names]


class _Index:
    """`messages.csv`: which mail is whose, and when it is to leave."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        file: TextIO = files.enter_context((folder / "messages.csv").open("w", encoding="utf-8", newline=""))
        self._rows = csv.writer(file)
        self._rows.writerow(INDEX)

    def add(self, name: str, lead: Lead, mail: Mail) -> None:
        """One mail."""
        touch = mail.touch
        cells = (name, lead.email, touch.touch, touch.number, touch.variant, touch.send_at, touch.subject)
        more = (mail.message_id, lead.lead_id, sha256(mail.data).hexdigest())
        self._rows.writerow(guarded_row(INDEX, (*cells, *more)))


def _file_name(lead: Lead, mail: Mail) -> str:
    """Day, step and person, in signs that every system takes; the person's number makes it unique."""
    who = _NOT_SAFE.sub("-", lead.email.lower()).strip("-")[:80]
    return f"{mail.touch.send_at[:10]}-{mail.touch.number:02d}-{who}-{lead.person_id}.eml"


_SILENT = (
    "Whether and when a mail has left: the file only says when it is to. DKIM has to be signed by what sends it, over "
    "the List-Unsubscribe headers too, or one click does not count. A server that gives mails its own Message-ID takes "
    "follow-ups out of their thread."
)
_ABOUT_MAILS = (
    "Text and HTML, follow-ups in the thread of the first mail, Date as planned, one-click opt-out headers "
    "(RFC 2369, RFC 8058) for an https link, a Message-ID that stays the same. No address that needs SMTPUTF8."
)
EML = Destination(
    "eml",
    takes=MAILS,
    write=write_eml,
    check=refuses_address,
    fits=refuses_sender,
    stop="delete the person's files in messages/, and what is loaded from them; calls and tasks are in tasks.csv",
    title="A folder of mails",
    gives=f"`messages/` with a file a mail, `messages.csv` with the planned times. {_ABOUT_MAILS}",
    silent=_SILENT,
)
MBOX = Destination(
    "mbox",
    takes=MAILS,
    write=write_mbox,
    check=refuses_address,
    fits=refuses_sender,
    stop="delete the person's mails where the mailbox was loaded; calls and tasks are in tasks.csv",
    title="A mailbox file",
    gives=f"`messages.mbox`, `messages.csv` with the planned times. {_ABOUT_MAILS} No line begins with `From `, so "
    "readers of every dialect of mbox see the same.",
    silent=_SILENT,
)
