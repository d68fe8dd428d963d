"""Why a person is on the list: for each criterion the value that decided it, its source and its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.evidence import current_values
from prospector.fields import OTHER_INDUSTRY, stored
from prospector.normalise.industries import industry_label
from prospector.segments.criteria import (
    Choice,
    Headcount,
    Hiring,
    Role,
    Technology,
    Tenure,
)
from prospector.store.history import History

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.fields import Subject
    from prospector.records import Prospect
    from prospector.segments.groups import Answer, Question
    from prospector.segments.segment import Segment
    from prospector.spans import DateSpan
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
    person, company = prospect.person, prospect.company
    if isinstance(question, Role):
        return person.title or person.department
    if isinstance(question, Tenure):
        return f"in role since {_about(person.role_started)}" if person.role_started else None
    if isinstance(question, Choice):
        record = person if question.table == "p" else company
        value = getattr(record, question.field, None)
        return _label(question.field, value) if value else None
    if company is None:
        return None
    if isinstance(question, Headcount):
        return f"{company.headcount} employees" if company.headcount else None
    if isinstance(question, Technology):
        names = dict.fromkeys(use.name for use in question.uses(company))
        verb = "uses" if question.column == "technology" else "advertises with"
        return f"{verb} {', '.join(names)}" if names else None
    if isinstance(question, Hiring):
        jobs = question.jobs(company)
        return f'hiring "{jobs[0].title}"' if jobs else None
    return None


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
    if isinstance(part, Role):
        return origins.stored("person", ("title", "department", "seniority"), value)
    if isinstance(part, Tenure):
        return origins.stored("person", ("role_started",), value)
    field = part.field if isinstance(part, Choice) else "headcount"
    subject: Subject = "person" if isinstance(part, Choice) and part.table == "p" else "company"
    return origins.stored(subject, (field,), value)
