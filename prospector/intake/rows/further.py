"""Columns for fields of the table that need no rule of their own: they are read by the field's type alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from prospector.core.fields import joint_name
from prospector.core.records import further_fields
from prospector.intake.rows import cells
from prospector.intake.rows.money import amount, amounts

if TYPE_CHECKING:
    from prospector.core.fields import Subject, Type

Read = Callable[[str], "str | None"]
_WHOLE = re.compile(r"-?\d{1,15}")


def _number(text: str) -> str | None:
    cell = text.strip()
    return str(int(cell)) if _WHOLE.fullmatch(cell) else amount(cell)


_READERS: dict[Type, tuple[Read, str]] = {
    "text": (cells.short_text(500), "too_long"),
    "number": (_number, "bad_amount"),
    "number_span": (amounts, "bad_amount"),
}


def further_steps(subject: Subject) -> tuple[tuple[str, str, Read, str], ...]:
    """The steps (see `row_parts`) of all such fields but for dates, which the order of day and month belongs to."""
    fields = (one for one in further_fields(subject) if one.type != "date_span")
    return tuple((joint_name(one), one.name, *_READERS[one.type]) for one in fields)


def further_dates(subject: Subject) -> tuple[tuple[str, str], ...]:
    """The targets of such dates with the fields that they fill."""
    dates = (one for one in further_fields(subject) if one.type == "date_span")
    return tuple((joint_name(one), one.name) for one in dates)
