"""Why a person is on the list: for each criterion the value that decided it, its source and its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prospector.core.evidence import current_values
from prospector.core.fields import OTHER_INDUSTRY, stored
from prospector.normalise.industries import industry_label
from prospector.segments.criteria.criteria import Choice, Headcount, Hiring, Role, Technology, Tenure
from prospector.segments.criteria.criteria_company import (
    FUNDING,
    Happened,
    Has,
    Listed,
    Number,
    Words,
    record_of,
)
from prospector.segments.criteria.criteria_person import Taken
from prospector.store.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.core.spans import DateSpan
    from prospector.segments.criteria.groups import Answer, Question
    from prospector.segments.segment import Segment
    from prospector.store.database import Database

ANSWERS: dict[Answer, str] = {True: "match", False: "no_match", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known about one criterion of one prospect. `note` says why nothing is."""

    value: str | None = None
    source: str | None = None
    seen_at: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One criterion, its answer for one person, and the finding behind it."""

    criterion: str
    asked: str
    answer: str
    finding: Finding


def reasons(segment: Segment, prospect: Prospect) -> list[str]:
    """Short phrases for a table: what made the matching criteria match."""
    phrases = []
    for asked in segment.asked:
        if asked.answer(prospect):
            found = [phrase for part in asked.parts() if (phrase := phrase_for(part, prospect))]
            phrases.append(" + ".join(dict.fromkeys(found)) or asked.text)
    return phrases


def phrase_for(question: Question, prospect: Prospect) -> str | None:
    """The value that a criterion looks at, in words; None if nothing is known."""
    for kind, phrase in _PHRASES.items():
        if isinstance(question, kind):
            found: str | None = phrase(question, prospect)
            return found
    return None


def _role(question: Role, prospect: Prospect) -> str | None:
    return prospect.person.title or prospect.person.department or prospect.person.seniority


def _tenure(question: Tenure, prospect: Prospect) -> str | None:
    started = getattr(prospect.person, question.field)
    place = "in role" if question.field == "role_started" else "at the company"
    return f"{place} since {_about(started)}" if started else None


def _choice(question: Choice, prospect: Prospect) -> str | None:
    value = getattr(record_of(question.table, prospect), question.field, None)
    if not value:
        return None
    label = _label(question.field, value)
    return f"{_NAMED[question.field]} {label}" if question.field in _NAMED else label


def _band(question: Headcount, prospect: Prospect) -> str | None:
    value = getattr(prospect.company, question.field, None)
    if value is None:
        return None
    return f"{value} employees" if question.field == "headcount" else f"{question.field} {value}"


def _number(question: Number, prospect: Prospect) -> str | None:
    value = getattr(prospect.company, question.field, None)
    if value is None:
        return None
    return f"founded {value}" if question.field == "founded" else f"{value:+d}% employees in a year"


def _words(question: Words, prospect: Prospect) -> str | None:
    if question.table == "p":
        return prospect.person.title
    return f'speaks of "{question.phrase}"' if question.answer(prospect) else None


def _listed(question: Listed, prospect: Prospect) -> str | None:
    value: str | None = getattr(record_of(question.table, prospect), question.field, None)
    return value


def _happened(question: Happened, prospect: Prospect) -> str | None:
    company = prospect.company
    for signal in question.signals(company) if company else ():
        return f"{signal.kind} on {signal.happened_on}" + (f": {signal.detail}" if signal.detail else "")
    if company is None or question.kind != FUNDING or company.funded_on is None:
        return None
    return f"{company.funding_stage or FUNDING} {company.funded_on}"


def _has(question: Has, prospect: Prospect) -> str | None:
    return f"has {question.name.replace('_', ' ')}" if question.answer(prospect) else None


def _taken(question: Taken, prospect: Prospect) -> str | None:
    contacts = question.contacts(prospect)
    return f"in {contacts[0].campaign} since {contacts[0].enrolled_on}" if contacts else None


def _technology(question: Technology, prospect: Prospect) -> str | None:
    names = dict.fromkeys(use.name for use in question.uses(prospect.company)) if prospect.company else {}
    verb = "advertises with" if question.column == "advertises_on" else "uses"
    return f"{verb} {', '.join(names)}" if names else None


def _hiring(question: Hiring, prospect: Prospect) -> str | None:
    jobs = question.jobs(prospect.company) if prospect.company else []
    if not jobs:
        return None
    return f'hiring "{jobs[0].title}"' + (f" and {len(jobs) - 1} more" if question.at_least > 1 else "")


_NAMED = {
    "time_zone": "in",
    "email_status": "address",
    "email_verdict": "address",
    "funding_stage": "funding",
    "stage": "stage",
}
"""Values that need a word before them to be understood."""

_PHRASES: dict[type, Callable[[Any, Prospect], str | None]] = {
    Role: _role,
    Tenure: _tenure,
    Choice: _choice,
    Headcount: _band,
    Number: _number,
    Words: _words,
    Listed: _listed,
    Happened: _happened,
    Has: _has,
    Taken: _taken,
    Technology: _technology,
    Hiring: _hiring,
}


def _about(started: DateSpan) -> str:
    """A start as people say it: a span that is no whole month or year is named by its last month."""
    text = str(started)
    return f"about {started.latest:%Y-%m}" if "/" in text else text


def _label(field: str, value: str) -> str:
    if field != "industry":
        return value
    return value.removeprefix(OTHER_INDUSTRY) if value.startswith(OTHER_INDUSTRY) else industry_label(value)


def explain(db: Database, segment: Segment, prospect: Prospect, as_of: date) -> list[Explained]:
    """Every criterion of the segment for one person."""
    origins = _Origins(db, prospect, as_of)
    return [
        Explained(
            f"{entry.label}" if len(entry.asked) == 1 else f"{entry.label}: {asked.field}",
            asked.text,
            ANSWERS[asked.answer(prospect)],
            _finding(list(asked.parts()), prospect, origins),
        )
        for entry in segment.entries
        for asked in entry.asked
    ]


class _Origins:
    """Where the current values of one prospect come from."""

    def __init__(self, db: Database, prospect: Prospect, as_of: date) -> None:
        self._db = db
        history = History(db, as_of)
        self.company = prospect.company
        self._of = {
            "person": current_values(
                history.observations("person", prospect.person.id), stored("person"), as_of
            ),
            "company": {},
        }
        if prospect.company:
            seen = history.observations("company", prospect.company.id)
            self._of["company"] = current_values(seen, stored("company"), as_of)

    def stored(self, subject: Subject, fields: Iterable[str], value: str | None) -> Finding:
        """The finding for a stored field."""
        for field in fields:
            if seen := self._of[subject].get(field):
                place = f" row {seen.row}" if seen.row else f" {seen.url}" if seen.url else ""
                return Finding(value, f"{seen.source}{place}", seen.seen_on)
        return Finding(value, note="no source has said")

    def looked_up(self, sources: tuple[str, ...]) -> Finding:
        """Why a look-up has no answer."""
        if self.company is None:
            return Finding(note="no company is known")
        marks = " OR ".join("source LIKE ?" for _ in sources)
        row = self._db.one(
            f"SELECT * FROM lookups WHERE company_id = ? AND ({marks}) ORDER BY id DESC",  # noqa: S608
            (self.company.id, *sources),
        )
        if row is None:
            return Finding(note="not looked up yet")
        said = f"{row['outcome']}{': ' + row['reason'] if row['reason'] else ''}"
        return Finding(None, row["url"], None, f"{row['source']} {said} on {row['looked_on']}")


def _finding(parts: list[Question], prospect: Prospect, origins: _Origins) -> Finding:
    found = [_single(part, prospect, origins) for part in parts]
    return next((one for one in found if one.value), found[0])


def _single(part: Question, prospect: Prospect, origins: _Origins) -> Finding:
    value = phrase_for(part, prospect)
    company = prospect.company
    if isinstance(part, Technology):
        uses = part.uses(company) if company else []
        if uses:
            return Finding(value, f"{uses[0].source} {uses[0].url or ''}".strip(), uses[0].seen_on)
        return origins.looked_up(("website", "tag_manager"))
    if isinstance(part, Hiring):
        jobs = part.jobs(company) if company else []
        if jobs:
            return Finding(value, f"{jobs[0].source} {jobs[0].url or ''}".strip(), jobs[0].seen_on)
        return origins.looked_up(("careers", "board:%", "website"))
    if isinstance(part, Happened) and company and part.signals(company):
        signal = part.signals(company)[0]
        return Finding(value, f"{signal.source} {signal.url or ''}".strip(), signal.seen_on)
    if isinstance(part, Taken):
        return Finding(value, "ledger")
    subject, fields = _looked_at(part)
    return origins.stored(subject, fields, value)


def _looked_at(part: Question) -> tuple[Subject, tuple[str, ...]]:
    """The stored fields that a criterion looks at."""
    if isinstance(part, Role):
        return "person", ("title", "department", "seniority")
    if isinstance(part, Tenure):
        return "person", (part.field,)
    if isinstance(part, Happened):
        return "company", ("funded_on", "funding_stage")
    if isinstance(part, Words):
        return ("person" if part.table == "p" else "company"), (*part.told_by, "name")
    if isinstance(part, Choice | Listed):
        return ("person" if part.table == "p" else "company"), (part.field,)
    if isinstance(part, Has):
        return ("person" if part.table == "p" else "company"), (part.name,)
    return "company", (part.field,) if isinstance(part, Headcount | Number) else ()
