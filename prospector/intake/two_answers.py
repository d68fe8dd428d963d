"""Columns of a hand-made list that no rule knows and that answer with one of two words.

An opt-out in a language that nobody has written down looks like this ("Odhlášen z odběru": ano, ne). Nothing tells that
it is one, so nobody waits for it; but it is told of, and never only among the columns that are kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.core.custom import PREFIX
from prospector.intake.columns.mappings import HAND_MADE
from prospector.intake.rows.consent import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.intake.columns.mappings import Column, ColumnMap
    from prospector.intake.ready import ReadyRow
    from prospector.intake.rows.consent import Consent

_WORD = re.compile(r"[^\W\d_]{1,12}|[01]|[^\w\s]")
_SHOWN = 5
_SHORT = 3
"""Letters of a word that may be a yes or a no, however it is written."""


class TwoAnswers:
    """What the columns of a file answer, while its rows pass by; after a third answer a column is let go."""

    def __init__(self, columns: ColumnMap) -> None:
        kept = columns.leftovers if columns.name == HAND_MADE else ()
        self._columns: dict[str, Column] = {one.field.removeprefix(PREFIX): one for one in kept}
        self._answers: dict[str, dict[str, int]] = {name: {} for name in self._columns}
        self._rows = 0

    def take(self, row: ReadyRow) -> None:
        """Note what a row answers."""
        self._rows += 1
        if not self._answers:
            return
        if row.consent is not NOTHING:
            self._understood(row.consent)
        for said in (row.person, row.company):
            for name, value, _ in said.custom if said is not None else ():
                if (answers := self._answers.get(name)) is not None:
                    answers[value] = answers.get(value, 0) + 1
                    if len(answers) > 2 or not _WORD.fullmatch(value):
                        del self._answers[name]

    def _understood(self, consent: Consent) -> None:
        """What a rule of consent has read, or has told of, needs no word more."""
        read = {*consent.allowed, *consent.no_call, *consent.wishes}
        read.update(one.label for one in consent.opted_out)
        read.update(one.label for one in consent.unclear)
        for name in [name for name in self._answers if self._columns[name].header in read]:
            del self._answers[name]

    def warnings(self) -> Iterator[str]:
        """What is said of those that may be an answer."""
        found = [
            (self._columns[name].header, sorted(answers))
            for name, answers in self._answers.items()
            if _is_answer(answers, self._rows)
        ]
        found.sort(key=lambda one: sum(map(len, one[1])))  # a yes and a no are short
        if found:
            shown = ", ".join(f'"{header}" ({" or ".join(words)})' for header, words in found[:_SHOWN])
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            yield (
                f"columns of one or two words that no rule knows: {shown}{more}. If one says who must not be written "
                f"to, import again with --map '{found[0][0]}=unsubscribed'"
            )


def _is_answer(answers: dict[str, int], rows: int) -> bool:
    """Two words that come again, or one that some rows have and others have not.

    Of a file so short that nothing comes again, words as answers are written: two names are none.
    """
    said = sum(answers.values())
    if len(answers) == 1:
        return said < rows
    return len(answers) == 2 and (said > 2 or all(word.islower() or len(word) <= _SHORT for word in answers))
