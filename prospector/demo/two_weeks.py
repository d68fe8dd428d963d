"""The second half of the walk: what came back within two weeks, what became of it, what to do next, and the numbers.

Somebody sits down twice, after a week and after two. What has come by then is read as any mailbox and any tool's
payloads are read, and some tasks are done.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.demo.answers import DAYS, EVENTS, INBOX, answers, inbox, tool_events
from prospector.pipeline.report.tables import terminal
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from prospector.demo.answers import Answer
    from prospector.destinations.handover import Lead
    from prospector.pipeline.events.storing import Stored

    Say = Callable[[str], None]

_LISTED, _TOUCHES, _SIGNS = 6, 3, 64
_OUTCOMES = {"stop": None, "linkedin": "invited", "call": "no answer", "reply": "answered"}
"""What is done in the first week, with what came of it."""


def later_day(as_of: date) -> date:
    """The day on which the second half is told."""
    return as_of + timedelta(days=DAYS)


def two_weeks_later(
    folder: Path, as_of: date, leads: Sequence[Lead], campaign: str, *, say: Say, show: Say
) -> None:
    """Read what came back, do what is told of the first week, and list what is to be done now."""
    stored: list[Stored] = []
    for day in (as_of + timedelta(days=DAYS // 2), later_day(as_of)):
        with Workspace.open(folder, as_of=day) as workspace:
            found = _come_in(workspace, leads, campaign)
            stored += [one for one in _read(workspace) if one.is_new]
            if day < later_day(as_of):
                _work_through(workspace)
                continue
            _told(workspace, stored, say, show)
            _deals(workspace, as_of, found, say)
            _next(workspace, say, show)
            _report(workspace, say, show)


def _come_in(workspace: Workspace, leads: Sequence[Lead], campaign: str) -> list[Answer]:
    """Put what has come by the end of the day where a mailbox and a tool would have it."""
    until = datetime.combine(workspace.as_of, time(23, 59), UTC)
    found = [one for one in answers(leads) if one.at <= until]
    (workspace.folder / INBOX).write_bytes(inbox(found, workspace.settings.sender, campaign))
    (workspace.folder / EVENTS).write_bytes(tool_events(found, leads, campaign, until))
    return found


def _read(workspace: Workspace) -> list[Stored]:
    return list(workspace.import_events([workspace.folder / INBOX, workspace.folder / EVENTS]))


def _work_through(workspace: Workspace) -> None:
    """Do what `next` lists, but for what takes longer."""
    for task in workspace.next().today:
        if task.what in _OUTCOMES:
            workspace.mark_task(task.id, "done", outcome=_OUTCOMES[task.what])


def _told(workspace: Workspace, stored: Sequence[Stored], say: Say, show: Say) -> None:
    mails = [one.event for one in stored if one.event.source.startswith("mailbox:")]
    told = Counter(one.event.kind.replace("_", " ") for one in stored if one.event not in mails)
    say(f"7. Two weeks later ({workspace.as_of}): {counted(len(mails), 'mail')} in {INBOX}, and {EVENTS}")
    for event in mails:
        more = {"reply": event.intent, "bounce": event.bounce_type}.get(event.kind)
        what = f"{event.kind}, {more}" if more else event.kind
        text = shorten(event.text or "", _SIGNS, placeholder="...") if event.kind == "reply" else ""
        doubt = " (in doubt)" if event.review else ""
        show(f"{event.recipient}: {what.replace('_', ' ')}{doubt}" + (f': "{text}"' if text else ""))
    say("   The tool tells: " + ", ".join(f"{name} {number}" for name, number in sorted(told.items())))


def _deals(workspace: Workspace, handed_over: date, found: Sequence[Answer], say: Say) -> None:
    """What came of the talks: one deal is won, one lost, and one stands still."""
    for one in found:
        if not (deal := one.deal):
            continue
        opens, close = (handed_over + timedelta(days=deal[name]) for name in ("opens", "close"))
        opened = workspace.open_deal(
            deal["name"], person=one.lead.email, amount=deal["amount"], close=close.isoformat(), on=opens
        )
        for state in ("won", "lost"):
            if state in deal:
                on = handed_over + timedelta(days=deal[state])
                workspace.end_deal(opened.deal.handle, state, reason=deal.get("because", ""), on=on)
    deals = {state: workspace.deals(state) for state in ("won", "lost", "open")}
    say("   Deals: " + ", ".join(f"{len(some)} {state}" for state, some in deals.items()))


def _next(workspace: Workspace, say: Say, show: Say) -> None:
    day = workspace.next()
    shown = min(len(day.today), _LISTED)
    say(f"8. What to do next: {counted(len(day.today), 'task')}, the most valuable first; {shown} of them")
    for one in workspace.shown_tasks(list(day.today[:_LISTED])):
        show(f"{one.what:9} {one.who or one.name}: {'; '.join(one.why)}")


def _report(workspace: Workspace, say: Say, show: Say) -> None:
    """The first lines of it; so few people are counted and give no rates."""
    report = workspace.report()
    page = workspace.folder / "report.html"
    page.write_text(workspace.report_page(report), encoding="utf-8")
    say(f"9. The report, so far: open {page} in a browser")
    for row in dict(terminal(report))["Touches"][:_TOUCHES]:
        show(f"{row['touch']:16} {row['got']:2} got it, replied: {row['replied']}")
    for note in report.notes:
        say(f"   {note}")
