"""`listmonk`: the file for its import of subscribers: an address, a name, and everything else as one JSON object.

It sends a campaign to all at once: each mail is a campaign of its own, on the day that you give it.
"""

from __future__ import annotations

import csv
import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

from prospector.destinations.handover import Destination
from prospector.destinations.lead_file import (
    MAILS,
    Names,
    Tool,
    check_lead,
    mails_of,
    replies,
    values_of,
    variables_of,
)
from prospector.destinations.touch_files import OtherTouches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prospector.destinations.handover import About, Lead

_LONGEST_ADDRESS = 1000
TOOL = Tool(
    "listmonk",
    "listmonk",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "company": "company",
        "title": "title",
        "phone": "phone",
        "website": "website",
        "linkedin": "linkedin",
    },
    spelling="{{{{ .Subscriber.Attribs.{} }}}}",
)


def write_listmonk(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`listmonk.csv` with the only three columns that are read, `tasks.csv`, `setup.md`."""
    dates: dict[int, tuple[str, str]] = {}
    names = Names(TOOL, variables_of(0, about))
    with ExitStack() as files:
        rows = csv.writer(
            files.enter_context((folder / "listmonk.csv").open("w", encoding="utf-8", newline=""))
        )
        rows.writerow(("email", "name", "attributes"))
        others = OtherTouches(folder / "tasks.csv", files, about, MAILS)
        for lead in leads:
            others.write(lead)
            mails = mails_of(lead)
            if not mails:
                continue
            if len(mails) > len(dates):
                names = Names(TOOL, variables_of(len(mails), about))
            for number, touch in enumerate(mails, 1):
                day = touch.send_at[:10]
                first, last = dates.get(number, (day, day))
                dates[number] = (min(first, day), max(last, day))
            rows.writerow(
                (lead.email, f"{lead.first_name} {lead.last_name}".strip(), _attributes(lead, about, names))
            )
    text = _setup(names, dates, tasks=bool(others.names))
    (folder / "setup.md").write_text(text, encoding="utf-8", newline="\n")
    return ["listmonk.csv", *others.names, "setup.md"]


def _attributes(lead: Lead, about: About, names: Names) -> str:
    """Everything but the address; names that a text can reach with a dot."""
    facts = {column: str(getattr(lead, fact)) for column, fact in TOOL.fields.items() if column != "email"}
    values = values_of(lead, about, TOOL)
    own = {column: values[name] for name, column in names.columns.items() if name in values}
    return json.dumps({name: value for name, value in (facts | own).items() if value}, ensure_ascii=False)


def _setup(names: Names, dates: dict[int, tuple[str, str]], *, tasks: bool) -> str:
    lines = [
        "# Set the campaigns up in listmonk",
        "",
        "Import `listmonk.csv` into a list of its own, mode subscribe, without overwriting. It reads the columns "
        "`email`, `name` and `attributes` and no other.",
        "",
        "Each mail is a campaign of its own, which goes to the whole list at once: people with other days of their own "
        "get it on the day of the campaign. `handover: due` and a list a run keep everybody's days.",
        "",
        "| campaign | subject | body | planned for |",
        "| --- | --- | --- | --- |",
    ]
    for number, (first, last) in sorted(dates.items()):
        days = first if first == last else f"{first} to {last}"
        subject, body = names.token(f"subject_{number}"), names.token(f"body_{number}")
        lines.append(f"| {number} | `{subject}` | `{body.replace('{{ ', '{{ Safe ')}` | {days} |")
    lines += [
        "",
        "A subject is empty where the mail was meant for the thread of the one before; listmonk does not thread.",
    ]
    return "\n".join([*lines, *replies("listmonk", tasks=tasks), ""])


def check_listmonk(lead: Lead) -> str | None:
    """An address that is too long is skipped there without a word."""
    return "odd_address" if len(lead.email) > _LONGEST_ADDRESS else check_lead(TOOL, lead)


LISTMONK = Destination(
    "listmonk",
    takes=MAILS,
    write=write_listmonk,
    limits={"signs of an address": _LONGEST_ADDRESS},
    check=check_listmonk,
    stop="blocklist the subscriber, or remove them from the list; calls and tasks are in tasks.csv",
    title="listmonk",
    gives="`listmonk.csv`: `email`, `name` and `attributes` (JSON), the texts as `{{ .Subscriber.Attribs.NAME }}`; "
    "`setup.md` with the day of each mail.",
    silent="It sends a campaign to the whole list at once and keeps nobody's own days, stops nobody who replies, and "
    "keeps no threads. Rows that it skips stand in its import log only.",
)
