"""All of, any of, not: the three-valued logic of Kleene, in which unknown is not no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.segments.criteria.narrowing import joining, meeting
from prospector.segments.sql.sql import both, either, opposite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.core.records import Prospect
    from prospector.segments.criteria.criterion import Answer, Criterion, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


def all_of(answers: Iterable[Answer]) -> Answer:
    """False if any is False, else unknown if any is unknown, else True."""
    seen = list(answers)
    return False if False in seen else None if None in seen else True


def any_of(answers: Iterable[Answer]) -> Answer:
    """True if any is True, else unknown if any is unknown, else False."""
    seen = list(answers)
    return True if True in seen else None if None in seen else False


def negated(answer: Answer) -> Answer:
    """The opposite; unknown stays unknown."""
    return None if answer is None else not answer


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every question must match."""

    questions: tuple[Question, ...]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        return both(*(question.sql(binds) for question in self.questions))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        return all_of(question.answer(prospect) for question in self.questions)

    def parts(self) -> Iterator[Criterion]:
        """See `Question.parts`."""
        for question in self.questions:
            yield from question.parts()

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """See `Question.narrows`."""
        narrowed = (question.narrows(wanted) for question in self.questions)
        return meeting(narrowed) if wanted else joining(narrowed)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one question must match."""

    questions: tuple[Question, ...]

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        return either(*(question.sql(binds) for question in self.questions))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        return any_of(question.answer(prospect) for question in self.questions)

    def parts(self) -> Iterator[Criterion]:
        """See `Question.parts`."""
        for question in self.questions:
            yield from question.parts()

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """See `Question.narrows`."""
        narrowed = (question.narrows(wanted) for question in self.questions)
        return joining(narrowed) if wanted else meeting(narrowed)


@dataclass(frozen=True, slots=True)
class Not:
    """The question must not match."""

    question: Question

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        return opposite(self.question.sql(binds))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        return negated(self.question.answer(prospect))

    def parts(self) -> Iterator[Criterion]:
        """See `Question.parts`."""
        yield from self.question.parts()

    def narrows(self, wanted: bool) -> dict[str, Left]:
        """See `Question.narrows`."""
        return self.question.narrows(not wanted)


def together(questions: list[Question]) -> Question:
    """All of them; one alone as it is."""
    return questions[0] if len(questions) == 1 else AllOf(tuple(questions))
