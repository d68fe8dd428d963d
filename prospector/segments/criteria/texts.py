"""Words in a row in a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.normalise.words import phrase_spellings, words_of
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.groups import AnyOf
from prospector.segments.criteria.narrowing import MET
from prospector.segments.sql.sql import both, contains, either, is_known, three_way

if TYPE_CHECKING:
    from prospector.core.fields import FilterField
    from prospector.core.records import Prospect
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Words(Criterion):
    """Words stand in a row in what can be searched of a person or a company; any spelling is asked (`ü` or `ue`).

    Not finding them means no only where one of `told_by` is known.
    """

    words: str

    form = "words"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        if not words_of(text):
            raise BadValue(f'"{text[:80]}" has no word in it', "write a word, or words in a row")
        asked = tuple(cls(field, phrase) for phrase in phrase_spellings(text))
        return asked[0] if len(asked) == 1 else AnyOf(asked)

    @property
    def text(self) -> str:
        """The column that is searched: the folded words of the texts, between blanks."""
        return "title_key" if self.field.subject == "person" else "word_key"

    @property
    def told_by(self) -> tuple[str, ...]:
        """The stored fields of which one must be known for a no."""
        of_company = ("keywords", "description", "site_text")
        return ("title",) if self.field.subject == "person" else of_company

    @property
    def looks_at(self) -> tuple[str, ...]:
        """See `Criterion.looks_at`."""
        return (*self.told_by, "name")

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        text = self.column(self.text)
        told = either(*(is_known(self.column(name)) for name in self.told_by))
        found = contains(text, binds(f" {self.words} "))
        return three_way(found, both(is_known(text), told))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        record = self.record(prospect)
        text = None if record is None else record.value(self.text)
        if record is None or text is None:
            return None
        if f" {self.words} " in text:
            return True
        return False if any(record.value(name) is not None for name in self.told_by) else None

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        if self.field.subject == "person":
            return prospect.person.title
        return self.field.because.format(self.words) if self.answer(prospect) else None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.text.removesuffix('_key')}:{self.words}": MET}
