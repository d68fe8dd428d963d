"""Mails as bytes beside the standard library's `EmailMessage.as_bytes()` of the same mails, and each read back equal.

Run as `python benchmarks/eml.py [--mails 5000] [--rounds 3]`. Prints mails a second of both, the ratio, and how many
were read back by the standard parser with the same subject, addresses, text and HTML.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.mail_files import EML
from prospector.destinations.messages import Letters

ABOUT = About(
    campaign="hr",
    sender_name="Nora Feld",
    sender_email="nora@tidewater.example",
    unsubscribe="https://tidewater.example/u/{token}",
)
TARGET = 10
_FIRST = ("Ana", "Bo", "Zoë", "Jürgen", "伟")
_BODY = """Hi {first},

congratulations on the new role at {company}. In the first ninety days most HR managers that we talk to spend two days a
week on questions that could be answered once — from holidays to payslips.

- Nothing to install, and nothing to import
- Works beside {company}’s payroll

Would a quarter of an hour next week be worth it?

Best
Nora
"""


def made_leads(mails: int) -> list[Lead]:
    """Leads of six mails, half of them in plain ASCII; the same each time."""
    return [_lead(number) for number in range(max(1, mails // 6))]


def _lead(number: int) -> Lead:
    first, company = _FIRST[number % 5], f"Firm {number}"
    body = _BODY.format(first=first, company=company)
    if number % 2:
        body = body.replace("—", "-").replace("’", "'")
    html = "".join(f"<p>{part}</p>\n" for part in body.strip().split("\n\n"))
    subjects = (f"{company} and the first 90 days", "", "", f"A question for {first}", "", "Last one")
    touches = tuple(
        PlannedTouch(
            f"{at:02d}-x", at, at, "email", "a", f"2026-12-{at + 1:02d}T09:30+01:00", subject, body, html
        )
        for at, subject in enumerate(subjects, 1)
    )
    email = f"{first.lower() if first.isascii() else 'hr'}.{number}@firm{number}.example"
    return Lead(
        number, number, email, first, "Ruiz", company, "", "", "", "", touches, token=f"{number:032x}"
    )


def by_standard_library(lead: Lead) -> list[bytes]:
    """The same mails as the standard library writes them."""
    made, subject, ids = [], "", list[str]()
    for touch in lead.touches:
        ids = [] if touch.subject else ids
        subject = touch.subject or subject
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = Address(ABOUT.sender_name, addr_spec=ABOUT.sender_email)
        message["To"] = Address(f"{lead.first_name} {lead.last_name}", addr_spec=lead.email)
        message["Subject"] = f"Re: {subject}" if ids else subject
        message["Date"] = datetime.fromisoformat(touch.send_at)
        message["Message-ID"] = f"<{lead.person_id}.{touch.number}@tidewater.example>"
        if ids:
            message["In-Reply-To"], message["References"] = ids[-1], " ".join(ids)
        message["List-Unsubscribe"] = f"<https://tidewater.example/u/{lead.token}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(touch.text)
        message.add_alternative(touch.html, subtype="html")
        made.append(message.as_bytes())
        ids.append(str(message["Message-ID"]))
    return made


def read_back(leads: list[Lead]) -> int:
    """How many mails the standard parser reads as the plan has them."""
    letters, equal = Letters(ABOUT), 0
    for lead in leads:
        subject = ""
        for mail in letters.of(lead):
            re = "" if mail.touch.subject else "Re: "
            subject = mail.touch.subject or subject
            equal += _is_equal(mail.data, lead, mail.touch, re + subject)
    return equal


def _is_equal(data: bytes, lead: Lead, touch: PlannedTouch, subject: str) -> bool:
    message = message_from_bytes(data, policy=policy.default)
    text, html = (message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    to = message["To"].addresses[0]
    return (
        not message.defects
        and (message["Subject"], text, html) == (subject, touch.text, touch.html)
        and (to.display_name, to.addr_spec) == (f"{lead.first_name} {lead.last_name}", lead.email)
        and message["Date"].datetime == datetime.fromisoformat(touch.send_at)
    )


def _pace(work: Callable[[], object], mails: int) -> float:
    start = time.perf_counter()
    work()
    return mails / (time.perf_counter() - start)


def main() -> None:
    """Print the paces side by side, in alternating rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    leads = made_leads(options.mails)
    mails, ours, theirs, files = 6 * len(leads), [], [], []
    for _ in range(options.rounds):
        letters = Letters(ABOUT)
        ours.append(
            _pace(lambda letters=letters: [mail.data for lead in leads for mail in letters.of(lead)], mails)
        )
        theirs.append(_pace(lambda: [data for lead in leads for data in by_standard_library(lead)], mails))
        with tempfile.TemporaryDirectory() as folder:
            files.append(_pace(lambda folder=folder: EML.write(leads, Path(folder), ABOUT), mails))
    equal = read_back(leads)
    best, other = max(ours), max(theirs)
    print(
        f"{mails} mails: {best:,.0f} a second, standard library {other:,.0f}: {best / other:.1f}x (target {TARGET}x)"
    )
    print(f"as files with their index: {max(files):,.0f} a second, {max(files) / other:.1f}x")
    print(f"read back equal by the standard parser: {equal} of {mails}")
    raise SystemExit(best < TARGET * other or equal != mails)


if __name__ == "__main__":
    main()
