"""Cells that must not come in, whatever field they are meant for: formulas, and placeholders of other programs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.custom import custom_target
from prospector.intake.columns.mappings import DATE_TARGETS
from prospector.intake.consent.labels import CONSENT_TARGETS
from prospector.intake.rows.row_parts import PROBLEM_TEXT, Problem, picker
from prospector.normalise.unfit_texts import unfit_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.intake.columns.mappings import ColumnMap

_TOLD_BY_FORM = DATE_TARGETS.union(
    CONSENT_TARGETS,
    ("email", "more_emails", "email_status", "phone", "company_phone", "linkedin", "company_linkedin"),
    (
        "website",
        "domain",
        "country",
        "company_country",
        "prospect_country",
        "headcount",
        "founded",
        "legal_form",
        "revenue",
    ),
    ("headcount_growth", "funding_total", "funding_amount", "replied", "record_id"),
)
"""Fields whose readers let only one form pass; whatever else a column fills is looked at."""
_TEXTS = frozenset({"description", "keywords", "technologies", "ads", "openings", "company_address"})
"""Fields that hold more than a name: brackets there are the text's own."""
_LONGEST_REMEMBERED = 200


class _Look(NamedTuple):
    position: int
    field: str
    is_name: bool
    """Whether a single pair of brackets tells a placeholder."""


class UnfitCells:
    """Takes such cells out of the rows of one file."""

    def __init__(self, mapping: ColumnMap) -> None:
        self._looks = tuple(
            _Look(column.position, column.field, not (column.field in _TEXTS or custom_target(column.field)))
            for column in mapping.columns
            if column.field not in _TOLD_BY_FORM
        )
        self._pick = picker([look.position for look in self._looks])

    def __call__(self, texts: Sequence[str], problems: list[Problem]) -> Sequence[str]:
        """The same cells, those that must not come in blank and listed."""
        row = "\n".join(self._pick(texts))
        # Hardly a row has one of these signs and words; without them no cell of it needs a look of its own.
        if (
            row.isascii()
            and not ("=" in row or "(" in row or "|" in row or "{" in row or "[" in row or "%" in row)
            and not ("<" in row or ">" in row or "#" in row or "$" in row or "@" in row or "*" in row)
            and not ("_" in row or "!" in row or "~" in row or "^" in row or "&" in row or ":" in row)
            and not ("Name" in row or "NAME" in row or "name" in row or "Your" in row)
        ):
            return texts
        return self._without(texts, problems)

    def _without(self, texts: Sequence[str], problems: list[Problem]) -> Sequence[str]:
        kept = None
        for position, field, is_name in self._looks:
            text = texts[position]
            look = _remembered if len(text) <= _LONGEST_REMEMBERED else unfit_code
            code = look(text, is_name=is_name)
            if code:
                kept = kept or list(texts)
                kept[position] = ""
                problems.append(Problem(field, text[:PROBLEM_TEXT], code))
        return texts if kept is None else kept


_remembered = lru_cache(maxsize=16_384)(unfit_code)
