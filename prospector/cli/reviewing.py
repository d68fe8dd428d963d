"""`events review|reread|add|list`: what somebody has to look at, and what a person tells."""

from __future__ import annotations

import sys
from textwrap import shorten
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.options import (
    TABLE_ROWS,
    AsOfOption,
    CsvOption,
    JsonOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import check_format, print_explained, print_json, print_rows, without_controls
from prospector.cli.tool_stops import say_tool_stops
from prospector.core.counts import counted
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.pipeline.effects.log import KnownEvent
    from prospector.workspace import Workspace

COLUMNS = ("event_id", "at", "class", "intent", "who", "campaign", "until", "review", "text")
_SHOWN_COLUMNS = ("id", "at", "what", "who", "campaign", "text")
KEYS = {
    "i": "interested",
    "r": "referral",
    "n": "not_now",
    "x": "not_interested",
    "u": "unsubscribe",
    "q": "question",
    "l": "left_company",
    "a": "auto_reply",
    "b": "bounce hard",
    "t": "bounce soft",
    "c": "complaint",
    "o": "other",
}
"""What each key says of an event. `y`: it is what was read; `s`: skip; `.`: end."""
_MENU = ", ".join(f"{key} {answer.replace('_', ' ')}" for key, answer in KEYS.items())
_DATED = ("not_now", "auto_reply")
_SHOWN = 1_500
_TEXT = 200
"""Signs of an answer that a list shows; `review` shows more."""

EventId = Annotated[int | None, typer.Argument(metavar="[ID]", help="A number of `events review`.")]
Answer = Annotated[
    str | None,
    typer.Argument(metavar="[ANSWER]", help="An intent (interested, not_now...) or a class (auto_reply...)."),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Until when somebody is away, or not now.")
]
Whose = Annotated[
    str | None,
    typer.Option(
        "--who", metavar="WHO", help="Whose it is, where nobody is known; `nobody`: none of those suggested."
    ),
]


def review(
    event_id: EventId = None,
    answer: Answer = None,
    until: Until = None,
    who: Whose = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """Decide what doubtful answers mean, one key each.

    In a terminal the next one comes up by itself. With ID and ANSWER one event is decided, also one that was decided
    before: what follows is worked out anew.

    \b
    Examples:
      prospector events review
      prospector events review --json
      prospector events review 1 not_now --until 2027-03-01
    """
    check_format(as_json=json_, as_csv=csv_)
    if event_id is not None and answer is None:
        raise UsageError(f"what is event {event_id}?", hint=f"prospector events review {event_id} interested")
    with open_workspace(workspace, as_of) as opened:
        if event_id is not None and answer is not None:
            done = opened.decide_event(event_id, answer, until=_day(until), who=who)
            _say_decided([done], opened, as_json=json_, quiet=quiet)
        elif json_ or csv_ or not sys.stdin.isatty():
            _list(opened, as_json=json_, as_csv=csv_, quiet=quiet)
        else:
            _one_by_one(opened)


def _day(text: str | None) -> date | None:
    from prospector.workspace import parse_day

    return None if text is None else parse_day(text, "--until")


def _print_events(events: Iterable[KnownEvent], *, as_json: bool, as_csv: bool) -> None:
    """All that is known for programs; on the screen what happened, in words."""
    if as_json or as_csv:
        print_rows([one.as_json() for one in events], COLUMNS, as_json=as_json, as_csv=as_csv)
        return
    rows = [_row(one) for one in events]
    print_explained(rows, [name for name in _SHOWN_COLUMNS if any(row[name] for row in rows)])


def _row(one: KnownEvent) -> dict[str, Any]:
    row = one.row
    until = f" until {row['until']}" if row["until"] else ""
    doubt = " (in doubt)" if row["review"] == "waiting" else ""
    return {
        "id": one.id,
        "at": row["at"][:16].replace("T", " "),
        "what": f"{one.words}{until}{doubt}",
        "who": one.who,
        "campaign": row["campaign"],
        "text": shorten(row["text"] or "", _TEXT, placeholder="..."),
    }


def _list(opened: Workspace, *, as_json: bool, as_csv: bool, quiet: bool) -> None:
    waiting = list(opened.waiting_events())
    _print_events(waiting, as_json=as_json, as_csv=as_csv)
    first = f"prospector events review {waiting[0].id} ANSWER" if waiting else "prospector status"
    say(f"{counted(len(waiting), 'event')} to look at. Next: {first}", quiet=quiet)


def _say_decided(events: Sequence[KnownEvent], opened: Workspace, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in events])
    for one in events:
        active = [effect.words for effect in one.followed if effect.undone_on is None and effect.words]
        say(f"{one.who}: {one.words}. What follows: {'; '.join(active) or 'nothing'}", quiet=quiet)
    people = {one.row["person_id"] for one in events}
    say_tool_stops([one for one in opened.tool_stops() if one.person_id in people])
    say("Next: prospector events review", quiet=quiet)


def _one_by_one(opened: Workspace) -> None:
    """Each event in turn; Ctrl-C or `.` ends it, and what was decided stays."""
    decided = 0
    for number, one in enumerate(waiting := list(opened.waiting_events()), start=1):
        print(f"\n[{number} of {len(waiting)}] {_shown(one)}")
        chosen = _asked(one)
        if chosen is None:
            break
        if chosen:
            until = _asked_day(one) if chosen in _DATED else None
            done = opened.decide_event(one.id, chosen, until=until, who=_asked_who(one))
            _say_decided([done], opened, as_json=False, quiet=False)
            decided += 1
    say(f"{counted(decided, 'event')} decided. Next: prospector status")


def _shown(one: KnownEvent) -> str:
    row = one.row
    lines = [
        f"{row['at'][:10]}  {one.who}" + (f", campaign {row['campaign']}" if row["campaign"] else ""),
        f"read as: {one.words}" + (f" until {row['until']}" if row["until"] else ""),
        *(f"doubt: {doubt}" for doubt in one.doubts),
        f"subject: {row['subject'] or '-'}",
        "",
        (row["text"] or "(no text)")[:_SHOWN],
    ]
    return "\n".join(without_controls(line) if line != lines[-1] else _lines(line) for line in lines)


def _lines(text: str) -> str:
    return "\n".join(without_controls(line) for line in text.splitlines())


def _asked(one: KnownEvent) -> str | None:
    """The answer of a key; blank to skip, None to end."""
    print(f"\n{_MENU}, y as read, s skip, . end > ", end="", flush=True)
    while True:
        key = typer.getchar().lower()
        print(key if key.isprintable() else "", flush=True)
        if key in (".", "\x1b", "\x04", ""):
            return None
        if key == "s":
            return ""
        if key == "y":
            proposed = one.details.get("proposed")
            return str(proposed or " ".join(_words(one)))
        if key in KEYS:
            return KEYS[key]
        print("one of these keys > ", end="", flush=True)


def _asked_who(one: KnownEvent) -> str | None:
    """Whose it is, by one key, where somebody is suggested."""
    if not one.suggested:
        return None
    keys = {str(number): who for number, who in enumerate(one.suggested, start=1)} | {"n": "nobody"}
    told = ", ".join(f"{key} {who}" for key, who in keys.items())
    print(f"whose is it? {told} > ", end="", flush=True)
    while (key := typer.getchar().lower()) not in keys:
        print("one of these keys > ", end="", flush=True)
    print(key, flush=True)
    return keys[key]


def _words(one: KnownEvent) -> list[str]:
    return list(filter(None, (one.row["class"], one.row["bounce_type"] or one.row["intent"])))


def _asked_day(one: KnownEvent) -> date | None:
    """The day that a person gives; Enter takes what was read, or none."""
    from prospector.workspace import parse_day

    while True:
        told = one.row["until"] or ""
        text = typer.prompt(
            "until (2027-03-01; Enter: as it is)", default=told, show_default=bool(told)
        ).strip()
        if not text:
            return None
        try:
            return parse_day(text, "until")
        except UsageError as error:
            say(f"{error.message}; {error.hint}")


def reread(
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Read stored mails again after an update.

    Its rules may read them better. Earlier readings are kept.     What would take something back, such as an opt-out,
    waits in `events review` instead.

    \b
    Examples:
      prospector events reread
    """
    from prospector.cli.progress import progress

    with open_workspace(workspace, as_of) as opened, progress("reading mails", None, quiet=quiet) as update:
        told = opened.reread_events(update)
    if json_:
        print_json(told.as_json())
    following = "prospector events review" if told.review else "prospector status"
    say(
        f"{counted(told.read, 'mail')} read again: {told.changed} are read otherwise now, {told.review} have to be "
        f"looked at. Next: {following}",
        quiet=quiet,
    )


def add(
    who: Annotated[str, typer.Argument(metavar="WHO", help="An address, a name, or an id of a person.")],
    answer: Annotated[
        str, typer.Argument(metavar="ANSWER", help="A class (meeting_booked, talk...) or an intent.")
    ],
    intent: Annotated[str | None, typer.Option(metavar="INTENT", help="What the person wants.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When; else the as-of day.")] = None,
    campaign: Annotated[
        str | None, typer.Option(metavar="CAMPAIGN", help="The campaign it is about.")
    ] = None,
    until: Until = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What was said.")] = "",
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Note by hand what happened: a meeting, a talk, a reply.

    What follows is done as for every other event.

    \b
    Examples:
      prospector events add ana@banco.example meeting_booked --at 2026-12-03T10:00
      prospector events add ana@banco.example talk --intent not_now --until 2027-03-01 --note 'after the audit'
    """
    with open_workspace(workspace, as_of) as opened:
        stored = opened.add_event(
            who,
            f"{answer} {intent}" if intent else answer,
            at=at,
            campaign=campaign,
            until=_day(until),
            note=without_controls(note),
        )
        known = opened.event(stored.id)
        _say_decided([known], opened, as_json=json_, quiet=quiet)


def list_(
    who: Annotated[
        str | None, typer.Argument(metavar="[WHO]", help="Only what is about this person.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many.")] = TABLE_ROWS,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    quiet: QuietOption = False,
) -> None:
    """List what came back, the latest first.

    `prospector show WHO` tells what followed from it, as --json does here.

    \b
    Examples:
      prospector events list
      prospector events list ana@banco.example --json
    """
    check_format(as_json=json_, as_csv=csv_)
    with open_workspace(workspace, as_of) as opened:
        found = list(opened.events_of(who, limit))
        _print_events(found, as_json=json_, as_csv=csv_)
    doubtful = any(one.row["review"] == "waiting" for one in found)
    following = "events review" if doubtful else "next" if found else "events pull"
    say(f"{counted(len(found), 'event')}. Next: prospector {following}", quiet=quiet)
