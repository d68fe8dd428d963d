"""Whether asking a source can still change a segment's answer for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.segments.criteria.groups import AllOf, AnyOf, Not, all_of
from prospector.segments.lookups import sources_for
from prospector.segments.segment import Asked

if TYPE_CHECKING:
    from collections.abc import Collection

    from prospector.core.records import Prospect
    from prospector.core.sources import Source
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.segment import Segment


class Weighing:
    """Weighs sources for one segment. Who can answer each criterion is worked out once."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self._answering = {id(asked): _names(asked) for asked in segment.asked}

    def whole(self, person: Prospect) -> Answer:
        """The segment's answer for a person, before the policy for unknown ones."""
        return all_of(entry.question.answer(person) for entry in self.segment.entries)

    def unknown(self, person: Prospect, source: str, left: Collection[str]) -> list[str]:
        """The fields that this source can answer where no other open question keeps the person out anyway.

        Empty if it is not worth asking. `left` are all the sources that can still be asked.
        """
        entries = self.segment.entries
        answers = [entry.question.answer(person) for entry in entries]
        if all_of(answers) is not None or not all(
            self._can_be(one.question, True, person, left) for one in entries
        ):
            return []
        return [
            asked.field
            for entry, answer in zip(entries, answers, strict=True)
            if answer is None
            for asked in entry.asked
            if source in self._answering_of(asked) and asked.answer(person) is None
        ]

    def wanted(self, person: Prospect, source: Source, left: Collection[str]) -> list[str]:
        """The fields for which a source is worth asking."""
        return self.unknown(person, source.name, left) or self.further(person, source)

    def is_listed(self, person: Prospect) -> bool:
        """Whether the segment lets the person in as it stands."""
        answer = self.whole(person)
        return bool(answer) or (answer is None and self.segment.policy(person) == "include")

    def further(self, person: Prospect, source: Source) -> list[str]:
        """What a source brings that no segment asks about and that is not known of a person in the list."""
        record = person.person if source.subject == "person" else person.company
        blank = [name for name in source.further if getattr(record, name, None) is None]
        if not blank:
            return []
        # What costs nothing is also asked about people who still could match.
        is_free = source.price == 0 and source.requests.most == 0
        return blank if (self.whole(person) is not False if is_free else self.is_listed(person)) else []

    def _can_be(self, question: Question, wanted: bool, person: Prospect, left: Collection[str]) -> bool:
        """Whether the sources that are left can make this the answer.

        An unknown that nothing can answer keeps a person out of the list, unless its policy lets the person in.
        """
        if isinstance(question, Not):
            return self._can_be(question.question, not wanted, person, left)
        if isinstance(question, AllOf | AnyOf):
            every = isinstance(question, AllOf) == wanted
            return (all if every else any)(
                self._can_be(one, wanted, person, left) for one in question.questions
            )
        answer = question.answer(person)
        if answer is not None or not isinstance(question, Asked):
            return answer == wanted
        return question.policy != "exclude" or not self._answering_of(question).isdisjoint(left)

    def _answering_of(self, asked: Asked) -> frozenset[str]:
        found = self._answering.get(id(asked))
        return _names(asked) if found is None else found


def _names(asked: Asked) -> frozenset[str]:
    return frozenset(source.name for source in sources_for(asked))
