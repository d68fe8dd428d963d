"""`mailmerge`: a template and a database a day for the program `mailmerge`, which sends at once whatever it is given.

It guesses the dialect of its database from a sample, so all cells are quoted and a quote, a line break and a per cent
sign stand in them as `%22`, `%0A` and `%25`; the template turns them back.
"""

from __future__ import annotations

import csv
import shlex
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from prospector.destinations.handover import Destination
from prospector.destinations.lead_file import MAILS, Names, Tool
from prospector.destinations.messages import Letters, refuses_address, refuses_sender
from prospector.destinations.touch_files import OtherTouches

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prospector.destinations.handover import About, Lead
    from prospector.destinations.messages import Mail

TOOL = Tool("mailmerge", "mailmerge", fields={}, spelling="{{{{{}}}}}")
COLUMNS = (
    "email",
    "sender",
    "subject",
    "message_id",
    "in_reply_to",
    "references",
    "list_unsubscribe",
    "list_unsubscribe_post",
    "boundary",
    "text",
    "html",
    "send_at",
    "touch",
    "variant",
    "lead_id",
    "reason",
    "first_name",
    "last_name",
    "company",
)
_LONGEST_LINE = 998
_BACK = """{%- macro back(value) -%}
{{ value | replace("%22", '"') | replace("%0A", "\\n") | replace("%25", "%") }}
{%- endmacro -%}
"""
TEMPLATE = (
    _BACK
    + """TO: {{ email }}
SUBJECT: {{ back(subject) }}
FROM: {{ back(sender) }}
MESSAGE-ID: {{ message_id }}
{% if in_reply_to %}IN-REPLY-TO: {{ in_reply_to }}
REFERENCES: {{ references }}
{% endif %}{% if list_unsubscribe %}LIST-UNSUBSCRIBE: {{ back(list_unsubscribe) }}
{% endif %}{% if list_unsubscribe_post %}LIST-UNSUBSCRIBE-POST: {{ list_unsubscribe_post }}
{% endif %}MIME-VERSION: 1.0
CONTENT-TYPE: multipart/alternative; boundary="{{ boundary }}"

--{{ boundary }}
CONTENT-TYPE: text/plain

{{ back(text) }}
--{{ boundary }}
CONTENT-TYPE: text/html

{{ back(html) }}
--{{ boundary }}--
"""
)


def write_mailmerge(leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`mailmerge_template.txt`, a `mailmerge_database-DAY.csv` for each day, `tasks.csv`, `setup.md`."""
    letters = Letters(about)
    columns = (*COLUMNS, *Names(TOOL, about.custom).columns.values())
    with ExitStack() as files:
        days: dict[str, Any] = {}
        others = OtherTouches(folder / "tasks.csv", files, about, MAILS)
        for lead in leads:
            others.write(lead)
            own = [lead.custom.get(name, "") for name in about.custom]
            for mail in letters.of(lead):
                day = mail.touch.send_at[:10]
                if day not in days:
                    path = folder / f"mailmerge_database-{day}.csv"
                    file = files.enter_context(path.open("w", encoding="utf-8", newline=""))
                    days[day] = csv.writer(file, quoting=csv.QUOTE_ALL)
                    days[day].writerow(columns)
                days[day].writerow([_cell(value) for value in (*_cells(lead, mail, letters), *own)])
    (folder / "mailmerge_template.txt").write_text(TEMPLATE, encoding="utf-8", newline="\n")
    (folder / "setup.md").write_text(_setup(sorted(days)), encoding="utf-8", newline="\n")
    databases = [f"mailmerge_database-{day}.csv" for day in sorted(days)]
    return [*databases, "mailmerge_template.txt", *others.names, "setup.md"]


def _cells(lead: Lead, mail: Mail, letters: Letters) -> tuple[str, ...]:
    link, one_click = letters.opt_out_of(lead)
    touch = mail.touch
    values = {
        "email": lead.email,
        "sender": letters.sender,
        "subject": mail.subject,
        "message_id": mail.message_id,
        "in_reply_to": mail.answers[-1] if mail.answers else "",
        "references": " ".join(mail.answers),
        "list_unsubscribe": f"<{link}>" if link else "",
        "list_unsubscribe_post": "List-Unsubscribe=One-Click" if one_click else "",
        "boundary": f"=_{mail.message_id[1:].partition('@')[0]}",
    }
    texts = {name: str(getattr(touch, name)) for name in ("text", "html", "send_at", "touch", "variant")}
    facts = {name: str(getattr(lead, name)) for name in COLUMNS[-5:]}
    values |= texts | facts
    return tuple(values[name] for name in COLUMNS)


def _cell(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return value.replace("%", "%25").replace('"', "%22").replace("\n", "%0A")


def _setup(days: list[str]) -> str:
    lines = [
        "# Send with mailmerge",
        "",
        "`mailmerge --sample` writes a `mailmerge_server.conf`: fill it in and lay it beside these files. Look first: "
        "without `--no-dry-run` nothing leaves. Then, each line on its day, once:",
        "",
    ]
    for day in days:
        database = shlex.quote(f"mailmerge_database-{day}.csv")
        lines.append(f"    mailmerge --no-dry-run --no-limit --database {database}")
    more = [
        "- It sends all of a file at once, whatever the hour: `send_at` says what was planned.",
        "- It stops nobody: take whoever replied out of the files of later days. `handover: due` in the campaign "
        "gives each day's file on its day, without those.",
        "- What stopped half-way goes on with `--resume NUMBER`: never start a file anew.",
    ]
    return "\n".join([*lines, "", *more, ""])


def check_mailmerge(lead: Lead) -> str | None:
    """It writes ASCII texts as they are, and a server cuts a line that is too long."""
    texts = (text for touch in lead.touches if touch.channel == "email" for text in (touch.text, touch.html))
    if any(len(line) > _LONGEST_LINE for text in texts for line in text.split("\n")):
        return "too_long"
    return refuses_address(lead)


MAILMERGE = Destination(
    "mailmerge",
    takes=MAILS,
    write=write_mailmerge,
    limits={"signs of a line": _LONGEST_LINE},
    check=check_mailmerge,
    fits=refuses_sender,
    stop="take the person's rows out of the databases of later days; calls and tasks are in tasks.csv",
    title="mailmerge",
    gives="`mailmerge_template.txt` and a `mailmerge_database-DAY.csv` for each day: text and HTML, threads, one-click "
    "opt-out headers.",
    silent="It knows nothing of replies, bounces and hours, and does not sign mails.",
)
