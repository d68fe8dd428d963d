"""In which currency a file's money is: as the cell says, else a column for the currency, else the label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.intake.rows.money import is_dollars, is_other_currency
from prospector.normalise.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.intake.columns.mappings import ColumnMap

_MONEY = frozenset({"revenue", "funding_total", "funding_amount"})
_CURRENCY_LABELS = frozenset(
    {
        "currency",
        "currencyisocode",
        "isocurrency",
        "wahrung",
        "waehrung",
        "devise",
        "monnaie",
        "moneda",
        "divisa",
    }
    | {"moeda", "valuta", "munteenheid"}
)


class Currencies:
    """Tells of the money cells of one file why they are no dollars."""

    def __init__(self, mapping: ColumnMap) -> None:
        money = [column for column in mapping.columns if column.field in _MONEY]
        self._other = {c.position for c in money if is_other_currency(c.header)}
        others = [
            *mapping.free_texts,
            *((c.position, c.header) for c in mapping.columns if "custom" in c.field),
        ]
        self.columns = [
            position
            for position, label in others
            if money and not _CURRENCY_LABELS.isdisjoint(words_of(label))
        ]
        """Columns that say nothing but the currency."""

    def told(self, position: int, cell: str, texts: Sequence[str]) -> str:
        """The code of what is wrong with a cell's currency; blank for dollars."""
        if is_other_currency(cell):
            return "other_currency"
        if is_dollars(cell):
            return ""
        beside = [texts[column].strip() for column in self.columns if texts[column].strip()]
        if beside:
            return "" if all(map(is_dollars, beside)) else "other_currency"
        return "other_currency" if position in self._other else ""
