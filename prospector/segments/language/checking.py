"""What is wrong with a segment: contradictions, questions that no data can answer yet, an unexpected size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prospector.segments.language.contradictions import clashes
from prospector.segments.lookups import sources_for
from prospector.segments.segment import Entry
from prospector.segments.selection import count_people, funnel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.core.sources import Source
    from prospector.segments.segment import Asked, Segment
    from prospector.segments.shapes import ProblemShape
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, where, and what to do. An error can never be right; a warning may be."""

    severity: str
    path: Path | None
    line: int | None
    what: str
    hint: str

    @property
    def message(self) -> str:
        """`FILE:LINE: what`."""
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.what}"

    def as_json(self) -> ProblemShape:
        """One problem of `segment check --json`."""
        return {"line": self.line, "what": self.what, "hint": self.hint}


def check_segment(db: Database, segment: Segment) -> list[Problem]:
    """All that is wrong with a segment whose file could be read, errors first."""
    errors = [
        Problem(
            "error", segment.path, clash.line or None, clash.what, "nobody can match: take one of them out"
        )
        for clash in clashes(segment)
    ]
    if errors:
        return errors
    return [*_unanswerable(db, segment), *_size(db, segment)]


def _unanswerable(db: Database, segment: Segment) -> Iterator[Problem]:
    """A warning for each criterion of which nobody's answer is known."""
    total = int(db.value("SELECT count(*) FROM people"))
    if not total:
        yield Problem("warning", segment.path, None, "there are no people yet", "prospector import FILE")
        return
    alone = tuple(Entry(asked.field, asked, (asked,)) for asked in segment.asked)
    for asked, line in zip(segment.asked, funnel(db, replace(segment, entries=alone)), strict=True):
        if line.match + line.no_match == 0:
            what = f"{asked.field} is unknown of all {total:,} people"
            yield Problem("warning", segment.path, asked.line or None, what, _how_to_know(db, asked, segment))


def _how_to_know(db: Database, asked: Asked, segment: Segment) -> str:
    """What would bring answers: a look-up, or an import with that column."""
    answering = sources_for(asked)
    if not answering:
        return f"no source has brought it: import a file with {asked.field.replace('_', ' ')}"
    return f"{_looked_up(db, answering[0])}: prospector enrich --segment {segment.name}"


def _looked_up(db: Database, source: Source) -> str:
    """How many people or companies were looked up, in the words of what is read."""
    if source.subject == "person":
        asked = int(
            db.value("SELECT count(DISTINCT person_id) FROM lookups WHERE source = ?", (source.name,))
        )
        return f"{source.name} was asked of {asked:,} people" if asked else f"{source.name} was not asked yet"
    read = int(db.value("SELECT count(DISTINCT company_id) FROM lookups"))
    return f"the sites of {read:,} companies were read" if read else "no company's site was read yet"


def _size(db: Database, segment: Segment) -> Iterator[Problem]:
    """A warning where not as many people match as the author expects."""
    if segment.expect is None:
        return
    counts = count_people(db, segment)
    low, high = segment.expect.minimum, segment.expect.maximum
    if (low is not None and counts.match < low) or (high is not None and counts.match > high):
        what = f"{counts.match:,} people match, expected {segment.expect.words}"
        hint = f"{counts.unknown:,} are unknown: prospector segment explain {segment.name}"
        yield Problem("warning", segment.path, None, what, hint)
