"""Why a person is on the list: for each criterion the value that decided it, its source and its date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.core.evidence import current_values
from prospector.core.fields import stored
from prospector.segments.lookups import recorded_names
from prospector.store.history import History

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.segments.criteria.criterion import Answer, Criterion
    from prospector.segments.segment import Asked, Segment
    from prospector.segments.shapes import ExplainedShape
    from prospector.store.database import Database

ANSWERS: dict[Answer, str] = {True: "match", False: "no_match", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one criterion of one prospect. `note` says why nothing is."""

    value: str | None = None
    source: str | None = None
    seen_at: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """One criterion, its answer for one person, and the evidence behind it."""

    criterion: str
    asked: str
    answer: str
    evidence: Evidence

    @property
    def words(self) -> str:
        """The answer with what it rests on."""
        known = self.evidence
        because = known.value or known.note or "nothing is known"
        source = ", ".join(filter(None, (known.source, str(known.seen_at or ""))))
        return f"{self.answer.replace('_', ' ')}: {because}" + (f" ({source})" if source else "")

    def as_json(self) -> ExplainedShape:
        """One row of `segment explain --person --json`."""
        return {
            "criterion": self.criterion,
            "asked": self.asked,
            "answer": self.answer,
            "value": self.evidence.value,
            "source": self.evidence.source,
            "seen_at": self.evidence.seen_at.isoformat() if self.evidence.seen_at else None,
            "note": self.evidence.note,
        }


def reasons(segment: Segment, prospect: Prospect) -> list[str]:
    """Short phrases for a table: what made the matching criteria match."""
    phrases = []
    for asked in segment.asked:
        if asked.answer(prospect):
            found = [phrase for part in asked.parts() if (phrase := part.phrase(prospect))]
            phrases.append(" + ".join(dict.fromkeys(found)) or asked.text)
    # The title stands beside the reasons everywhere; it is one only where there is no other.
    others = [phrase for phrase in dict.fromkeys(phrases) if phrase != prospect.person.title]
    return others or list(dict.fromkeys(phrases))


def explain(db: Database, segment: Segment, prospect: Prospect, as_of: date) -> list[Explained]:
    """Every criterion of the segment for one person."""
    origins = _Origins(db, prospect, as_of)
    return [
        Explained(
            f"{entry.label}" if len(entry.asked) == 1 else f"{entry.label}: {asked.field}",
            asked.text,
            ANSWERS[asked.answer(prospect)],
            _evidence(asked, prospect, origins),
        )
        for entry in segment.entries
        for asked in entry.asked
    ]


class _Origins:
    """Where the current values of one prospect come from."""

    def __init__(self, db: Database, prospect: Prospect, as_of: date) -> None:
        self._db = db
        history = History(db, as_of)
        self._person_id = prospect.person.id
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

    def stored(self, subject: Subject, fields: Iterable[str], value: str | None) -> Evidence:
        """What is known of a stored field."""
        for field in fields:
            if seen := self._of[subject].get(field):
                place = f" row {seen.row}" if seen.row else f" {seen.url}" if seen.url else ""
                return Evidence(value, f"{seen.source}{place}", seen.seen_on)
        return Evidence(value, note="no source has said")

    def looked_up(self, subject: Subject, sources: tuple[str, ...]) -> Evidence:
        """Why a look-up has no answer."""
        if not sources:
            return Evidence(note="no source has said")
        if subject == "company" and self.company is None:
            return Evidence(note="no company is known")
        asked_of = self.company.id if subject == "company" and self.company else self._person_id
        marks = " OR ".join(
            "substr(source, 1, ?) = ?" if name.endswith(":") else "source = ?" for name in sources
        )
        values = [cell for name in sources for cell in ((len(name), name) if name.endswith(":") else (name,))]
        row = self._db.one(
            f"SELECT * FROM lookups WHERE {subject}_id = ? AND ({marks}) ORDER BY id DESC",  # noqa: S608
            (asked_of, *values),
        )
        if row is None:
            return Evidence(note="not looked up yet")
        said = f"{row['outcome']}{': ' + row['reason'] if row['reason'] else ''}"
        return Evidence(None, row["url"], None, f"{row['source']} {said} on {row['looked_on']}")


def _evidence(asked: Asked, prospect: Prospect, origins: _Origins) -> Evidence:
    names = recorded_names(asked)
    found = [_single(part, prospect, origins, names) for part in asked.parts()]
    best = next((one for one in found if one.value), found[0])
    if best.value is None and best.source is None and asked.subject == "person" and names:
        return origins.looked_up("person", names)
    return best


def _single(part: Criterion, prospect: Prospect, origins: _Origins, names: tuple[str, ...]) -> Evidence:
    """The value that a criterion looks at, with what was seen by itself, the stored field or the look-up behind it."""
    value = part.phrase(prospect)
    seen = part.seen(prospect.company) if prospect.company else ()
    if seen:
        return Evidence(value, f"{seen[0].source} {seen[0].url or ''}".strip(), seen[0].seen_on)
    if part.origin:
        return Evidence(value, part.origin)
    if part.is_looked_up:
        return origins.looked_up("company", names)
    return origins.stored(part.field.subject, part.looks_at, value)
