"""A segment: the questions of an ideal customer, the policy for unknown answers, scores and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from prospector.segments.criteria.groups import AllOf, AnyOf, Not

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.core.spans import NumberSpan
    from prospector.segments.criteria.criterion import Answer, Criterion, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.shapes import SegmentLineShape
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql

Kind = Literal["fit", "engagement"]
Policy = Literal["exclude", "review", "include"]

KINDS: tuple[Kind, ...] = ("fit", "engagement")
"""What points are for: who somebody is, or what somebody has done."""

RANKS = ("score", "seniority", "tenure", "email")
"""What can decide who of a company comes first: the most points, the highest level, the newest in the role,
whoever has an address.
"""

POLICIES: tuple[Policy, ...] = ("exclude", "review", "include")
"""What becomes of people whose answer is unknown, the strictest first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion as the user asked it: its field, its words, its place, its policy."""

    field: str
    text: str
    question: Question
    policy: Policy = "exclude"
    line: int = 0
    subject: Subject = "company"

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        return self.question.sql(binds)

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        return self.question.answer(prospect)

    def parts(self) -> Iterator[Criterion]:
        """The single criteria inside."""
        yield from self.question.parts()

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """See `Question.narrows`."""
        return self.question.narrows(wanted)

    def asked(self) -> Iterator[Asked]:
        """The criterion itself."""
        yield self


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the funnel: a criterion, or a group that counts as one."""

    label: str
    question: Question
    asked: tuple[Asked, ...]


def in_words(question: Question, *, inside: bool = False) -> str:
    """A criterion or a group as it is asked: `not (crm_stage Working)`, `(uses HubSpot or uses Pipedrive)`."""
    if isinstance(question, Asked):
        return f"{question.field} {question.text}"
    if isinstance(question, Not):
        inner = in_words(question.question)
        return f"not {inner}" if inner.startswith("(") else f"not ({inner})"
    if not isinstance(question, AllOf | AnyOf):
        return ""
    parts = [in_words(part, inside=True) for part in question.questions]
    joined = (" and " if isinstance(question, AllOf) else " or ").join(parts)
    return f"({joined})" if len(parts) > 1 and (inside or isinstance(question, AnyOf)) else joined


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """Points for a prospect that answers `when` with a match."""

    points: int
    when: Question
    because: str
    kind: Kind = "fit"
    asks_person: bool = False
    """Whether a person is asked about: a company alone gets no such points."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A parsed segment file. `name` is the file's stem; `title` is what the file calls itself."""

    name: str
    title: str
    entries: tuple[Entry, ...]
    path: Path | None = None
    score: tuple[ScoreRule, ...] = ()
    qualify: Mapping[str, int] = field(default_factory=dict)
    per_company: int | None = None
    rank: tuple[str, ...] = ()
    expect: NumberSpan | None = None
    """How many people the author expects to match."""

    @property
    def asked(self) -> tuple[Asked, ...]:
        """All criteria, those inside groups included."""
        return tuple(asked for entry in self.entries for asked in entry.asked)

    def asks_of(self, origin: str) -> bool:
        """Whether a criterion, or a rule of the score, is answered from there (see `Criterion.origin`)."""
        questions = [*(one.question for one in self.entries), *(rule.when for rule in self.score)]
        return any(part.origin == origin for one in questions for part in one.parts())

    def as_json(self) -> SegmentLineShape:
        """A row of `segment list --json`."""
        asks = ", ".join(in_words(entry.question) for entry in self.entries)
        return {"segment": self.name, "title": self.title, "asks": asks}

    def points(self, prospect: Prospect) -> tuple[int, list[str]]:
        """The score and the reasons for it."""
        hits = self.hits(prospect)
        return sum(rule.points for rule in hits), [f"{rule.because} {rule.points:+d}" for rule in hits]

    def hits(self, prospect: Prospect) -> list[ScoreRule]:
        """The score rules that this prospect fulfils."""
        return [rule for rule in self.score if rule.when.answer(prospect)]

    def qualification(self, points: int) -> str | None:
        """The highest threshold that the score reaches, such as `sql`, or None."""
        reached = [(least, name) for name, least in self.qualify.items() if points >= least]
        return max(reached)[1] if reached else None

    def policy(self, prospect: Prospect) -> Policy:
        """What the unknown answers of this prospect ask for: the strictest policy among them."""
        unknown = {asked.policy for asked in self.asked if asked.answer(prospect) is None}
        return next((policy for policy in POLICIES if policy in unknown), "exclude")
