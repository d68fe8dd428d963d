"""The walk through the sample workspace: import, enrich, list, explain, plan, hand over, preview."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.core.errors import FileError
from prospector.core.private_files import open_private
from prospector.demo.files import left_to_import, sample_files
from prospector.demo.marker import MARK, mark
from prospector.demo.server import SiteServer
from prospector.demo.sites import DemoSites
from prospector.demo.two_weeks import later_day, two_weeks_later
from prospector.starter import SETTINGS, make_workspace
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from prospector.destinations.handover import Lead

SEGMENT, SEQUENCE, CAMPAIGN = "finance-new-hr", "new-hr-manager", "finance-new-hr"
_LISTED = 5
_SENDER = """sender:
  name: Sam Rivers
  email: sam@brightdesk.test
  company: Brightdesk
  postal_address: "12 Sample Street, Testhaven"
  unsubscribe: "https://brightdesk.test/u/{token}"

"""
_SENDER_BLOCK = re.compile(r"^sender:\n(?:[ \t].*\n|\n)*", re.MULTILINE)


def walk_through(
    folder: Path,
    as_of: date,
    *,
    say: Callable[[str], None],
    show: Callable[[str], None],
    now: datetime | None = None,
) -> None:
    """Make the sample workspace in `folder` and take every step. An earlier demo there is replaced.

    Nothing is dated before `now`, which is None where the day is pinned.
    """
    _make(folder, as_of)
    with SiteServer(DemoSites(as_of)) as sites:
        _connect(folder, sites.address)
        with Workspace.open(folder, as_of=as_of, now=now) as workspace:
            _import(workspace, as_of, say)
            _enrich(workspace, say)
            _list(workspace, show, say)
            leads = _hand_over(workspace, show, say)
    two_weeks_later(folder, as_of, leads, CAMPAIGN, say=say, show=show)
    say("")
    say(f"The sample workspace is in {folder}; its sites are closed again. What is left to do there:")
    (new,), later = left_to_import(as_of), later_day(as_of)
    for command, why in (
        (f"cd {folder}", ""),
        ("prospector demo . --serve", "in a second terminal: opens the sample sites again"),
        (f"prospector import {new}", "new people"),
        (f"prospector enrich --segment {SEGMENT}", "one site that nobody has read"),
        (f"prospector run {CAMPAIGN}", "the new ones alone: nobody twice"),
        (f"prospector next --as-of {later}", "two weeks later: what to do"),
        (f"prospector report --as-of {later}", "and what worked"),
        (f"prospector why {_someone(folder, as_of)} --campaign {CAMPAIGN} --as-of {later}", ""),
        ("prospector init ../my-outbound", "your own"),
    ):
        say(f"  {command:43}  {why}".rstrip())


def _make(folder: Path, as_of: date) -> None:
    if folder.exists() and not folder.is_dir():
        raise FileError(folder, "this is a file, not a folder", hint="choose another name")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise FileError(folder, "this folder is not empty", hint="name another one: prospector demo DIR")
        shutil.rmtree(folder)
    make_workspace(folder)
    mark(folder, as_of)
    for name, body in {**sample_files(as_of), **left_to_import(as_of)}.items():
        (folder / name).write_bytes(body)


def _connect(folder: Path, address: str) -> None:
    """Send every connection to the local sites, and fill the sender in: a run refuses the one of the settings."""
    settings = folder / SETTINGS
    text = settings.read_text(encoding="utf-8")
    local = f'http:\n  connect_to: {{http: "{address}"}}   # the demo\'s own sites\n'
    text = _SENDER_BLOCK.sub(lambda _: _SENDER, text.replace("http:\n", local, 1), count=1)
    settings.write_text(text, encoding="utf-8")


def _import(workspace: Workspace, as_of: date, say: Callable[[str], None]) -> None:
    say("1. Import: five files as teams have them")
    for name in sample_files(as_of):
        report = workspace.import_file(workspace.folder / name)
        people = report.people
        say(
            f"   {name} ({report.preset}): {counted(report.rows, 'row')}, {counted(people['created'], 'new person')}, "
            f"{people['updated']} updated, {counted(report.duplicates, 'duplicate')}, {report.rejected} rejected"
        )


def _enrich(workspace: Workspace, say: Callable[[str], None]) -> None:
    segment = workspace.segment(SEGMENT)
    before = workspace.count(segment)
    say(f"2. The segment {SEGMENT}: {before.match} match, {before.unknown} unknown. Reading company sites...")
    due, _ = workspace.companies_to_read(segment)
    report = workspace.enrich(due, segment=segment)
    outcomes = report.outcomes
    say(
        f"   {counted(report.companies, 'site')}, {counted(report.requests, 'request')}: {outcomes['found']} found, "
        f"{outcomes['blocked']} blocked, {outcomes['failed']} failed; {counted(report.technologies, 'technology')}, "
        f"{counted(report.openings, 'open job')}"
    )
    found = counted(report.verdicts.total(), "address")
    say(f"   {found} guessed by the pattern of the company's own; what is not proved is held back below")


def _list(workspace: Workspace, show: Callable[[str], None], say: Callable[[str], None]) -> None:
    segment = workspace.segment(SEGMENT)
    counts = workspace.count(segment)
    say(f"3. The list: {counts.match} match, {counts.unknown} stay unknown, and why each person is on it")
    people = list(workspace.find(segment))
    for found in people[:_LISTED]:
        row = found.as_json()
        name = " ".join(filter(None, (row["first_name"], row["last_name"])))
        show(f"{name}, {row['title']}, {row['company']} (score {row['score']})")
        show(f"    {'; '.join(row['because'])}")
    say(f"   and {len(people) - _LISTED} more: prospector find --segment {SEGMENT}")


def _hand_over(
    workspace: Workspace, show: Callable[[str], None], say: Callable[[str], None]
) -> tuple[Lead, ...]:
    plan = workspace.plan(CAMPAIGN)
    touches = sum(len(lead.touches) for lead in plan.leads)
    say(
        f"4. The plan: {counted(len(plan.leads), 'person')}, {counted(touches, 'touch')}, "
        f"{len(plan.held_back)} held back"
    )
    for held in plan.held_back:
        say(f"   {held.person}: {held}")
    if plan.leads:
        lead = plan.leads[0]
        show(f"{lead.first_name} {lead.last_name} <{lead.email}>")
        for touch in lead.touches:
            show(f"    {touch.send_at}  {touch.channel:8}  {touch.subject or '(same thread)'}")
    result = workspace.run(CAMPAIGN)
    again = workspace.run(CAMPAIGN)
    names = ", ".join(path.name for path in result.files)
    say(
        f"5. Handed over: {counted(result.exported, 'person')} in {result.folder} ({names}); "
        f"run again: {again.exported}"
    )
    page = workspace.folder / "preview.html"
    people = [lead.email for lead in plan.leads[:5]]
    with open_private(page) as file:
        file.write(workspace.preview(SEQUENCE, people=people).page())
    say(f"6. What they will read: open {page} in a browser")
    return plan.leads


def _someone(folder: Path, as_of: date) -> str:
    with Workspace.open(folder, as_of=as_of) as workspace:
        first = next(workspace.find(workspace.segment(SEGMENT)), None)
    return (first.prospect.person.email if first else None) or "EMAIL"
