"""From the words of a segment file, or of the flags of `find`, to criteria: each form is read by its class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.custom import filter_named
from prospector.core.fields import filters
from prospector.segments.criteria.context import Asking, BadValue
from prospector.segments.criteria.forms import FORMS
from prospector.segments.language.one_value import refuse_list, refuse_lists_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.segments.criteria.criterion import Question

__all__ = ["Asking", "BadValue", "known_values", "parse_value", "structured_keys"]


def parse_value(key: str, value: str | Mapping[str, str], asking: Asking) -> Question:
    """The criterion for one value of a filter field, named by its key; `BadValue` says what is wrong with it."""
    field = filter_named(key)
    criterion = FORMS[field.form]
    if not isinstance(value, str):
        refuse_lists_in(value)
        return criterion.read_parts(field, value, asking)
    if not value.strip():
        raise BadValue("there is no value", 'quote it if it starts with >: "> 10"')
    refuse_list(field, value.strip(), asking)
    return criterion.read(field, value.strip(), asking)


def known_values(key: str) -> list[str]:
    """The values that a field's list can take, where they are counted; empty for ranges and free words."""
    field = filters()[key]
    return FORMS[field.form].known_values(field)


def structured_keys(key: str) -> tuple[str, ...]:
    """The keys of the long form of a field (`hiring: {title: ..., within: 30d}`)."""
    return FORMS[filter_named(key).form].keys
