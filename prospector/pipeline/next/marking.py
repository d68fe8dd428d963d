"""Tasks that are done, skipped or put off: written down once, so that none comes up twice.

Of a touch an event is told, too, by the same road as all others: a call that was made counts whoever made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.core.errors import UsageError
from prospector.pipeline.events.incoming import Incoming, event_key, utc
from prospector.pipeline.next.items import Task
from prospector.pipeline.next.today import markable, shown
from prospector.store.who import find_handle

if TYPE_CHECKING:
    from datetime import date, datetime

    from prospector.pipeline.next.items import Looking
    from prospector.pipeline.next.shapes import MarkedShape
    from prospector.store.database import Database

State = Literal["done", "skipped", "later"]
CALLS = {"no answer": "call", "wrong number": "call", "talked": "talk"}
"""Outcomes of a call that are known, with the class of the event. Other words are kept as they are, of a call."""
_LISTED, _LONGEST_WHY = 5, 500
_KINDS = ("stop", "review", "reply", "task", "deal", "accepted", "stage", "change", "touch")
_DECIDED = {"review": "prospector events review"}
"""Tasks that are done by deciding something, with the command for it."""


class Marked(NamedTuple):
    """What became of a task."""

    task: Task
    state: State
    changed: bool
    outcome: str | None = None
    due: str | None = None

    def as_json(self) -> MarkedShape:
        """What `next done --json` prints."""
        return {
            "id": self.task.id,
            "what": self.task.what,
            "who": self.task.who,
            "state": self.state,
            "changed": self.changed,
            "outcome": self.outcome,
            "due": self.due,
        }


def find_task(at: Looking, text: str) -> Task:
    """The one task that an id, or a person or a company who has only one, names; `UsageError` otherwise."""
    name = text.strip()
    kind, _, number = name.partition(":")
    if kind not in _KINDS or not number:
        return _of_somebody(at, name)
    person = None
    if kind == "touch":
        sql = "SELECT e.person_id FROM touches t JOIN enrolments e ON e.id = t.enrolment_id WHERE t.id = ?"
        person = at.db.value(sql, (number,))
    known = markable(at, person=person, with_changes=kind == "change")
    if found := [one for one in known if one.id == name]:
        return shown(at, found)[0]
    if marked := _marked_before(at.db, name):
        return marked
    raise UsageError(f"there is no task {name[:60]} today", hint="prospector next lists them")


def mark(
    db: Database, task: Task, state: State, as_of: date, *, outcome: str | None, due: date | None
) -> Marked:
    """Write down what became of a task. Use inside a transaction; what was done before stays as it is."""
    if task.what in _DECIDED and state != "later":
        raise UsageError(
            f"{task.id} is an answer in doubt: it is decided, not done", hint=_DECIDED[task.what]
        )
    if task.what == "stop" and state == "later":
        raise UsageError(
            f"{task.id} cannot wait: the tool still writes", hint=f"prospector next done {task.id}"
        )
    before = db.value("SELECT state FROM tasks WHERE key = ? AND state <> 'open'", (task.key,))
    if before is not None or (task.what == "stop" and not _is_open(db, task)):
        told: State = "skipped" if before == "skipped" else "done"
        return Marked(task, told, False)
    changed = _write(db, task, state, as_of, outcome, due)
    if task.what == "stop":
        db.execute(
            "UPDATE tool_stops SET state = 'done', done_on = ?, done_by = 'hand' WHERE id = ? AND state = 'open'",
            (as_of.isoformat(), task.number),
        )
    return Marked(task, state, changed, outcome, due.isoformat() if due else None)


def event_of(
    db: Database, task: Task, state: State, as_of: date, now: datetime | None, *, outcome: str | None
) -> Incoming | None:
    """What a touch that is done or skipped tells, whatever it is called; it is told once."""
    if state == "later" or not task.id.startswith("touch:") or task.enrolment_id is None:
        return None
    row = db.one("SELECT campaign, lead_key FROM enrolments WHERE id = ?", (task.enrolment_id,))
    assert row is not None
    return Incoming(
        key=event_key("task", row["campaign"], row["lead_key"], task.touch or ""),
        at=utc(now or as_of),
        source="hand",
        way="hand",
        kind="task_skipped" if state == "skipped" else _class_of(task, outcome),
        person_id=task.person_id,
        campaign=task.campaign,
        touch=task.touch,
        channel=task.what,
        details={"outcome": outcome} if outcome else {},
    )


def _class_of(task: Task, outcome: str | None) -> str:
    if task.what != "call" or outcome is None:
        return "task_done"
    return CALLS.get(" ".join(outcome.lower().replace("_", " ").split()), "call")


def _write(
    db: Database, task: Task, state: State, as_of: date, outcome: str | None, due: date | None
) -> bool:
    values = {
        "key": task.key,
        "what": task.what,
        "person_id": task.person_id,
        "deal_id": task.deal_id,
        "enrolment_id": task.enrolment_id,
        "touch": task.touch,
        "campaign": task.campaign,
        "due": due.isoformat() if due else task.due,
        "why": "; ".join(task.why)[:_LONGEST_WHY],
        "state": "open" if state == "later" else state,
        "done_on": None if state == "later" else as_of.isoformat(),
        "outcome": outcome,
        "event_id": task.event_id,
        "owner": task.owner,
    }
    sql = (
        f"INSERT INTO tasks ({', '.join(values)}) VALUES ({', '.join(f':{one}' for one in values)}) "  # noqa: S608
        "ON CONFLICT (key) DO UPDATE SET due = excluded.due, state = excluded.state, done_on = excluded.done_on, "
        "outcome = excluded.outcome WHERE tasks.state = 'open' "
        "AND (tasks.state, tasks.due) IS NOT (excluded.state, excluded.due)"
    )
    return db.execute(sql, values).rowcount > 0


def _is_open(db: Database, task: Task) -> bool:
    return db.value("SELECT 1 FROM tool_stops WHERE id = ? AND state = 'open'", (task.number,)) is not None


def _of_somebody(at: Looking, text: str) -> Task:
    handle = find_handle(at.db, text)
    is_person = handle.subject == "person"
    known = markable(at, person=handle.id if is_person else None, with_changes=False)
    theirs = [one for one in known if handle.id == (one.person_id if is_person else one.company_id)]
    if not theirs:
        raise UsageError(f"there is no task for {text[:60]} today", hint="prospector next lists them")
    if len(theirs) > 1:
        ids = ", ".join(f"{one.id} ({one.what})" for one in theirs[:_LISTED])
        raise UsageError(f"there are {len(theirs)} tasks for {text[:60]}: {ids}", hint="name one of them")
    return shown(at, theirs)[0]


def _marked_before(db: Database, name: str) -> Task | None:
    """A task that was marked before: to say so once more is no mistake."""
    where = "id = CAST(substr(:name, 6) AS INTEGER)" if name.startswith("task:") else "key = :name"
    row = db.one(f"SELECT * FROM tasks WHERE {where} AND state <> 'open'", {"name": name})  # noqa: S608  (ours)
    if row is None:
        return None
    return Task(name, row["key"], row["what"], row["due"], (), 0.0, "", person_id=row["person_id"])
