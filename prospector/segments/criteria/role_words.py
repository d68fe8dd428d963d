"""Departments and levels as people write them in segments."""

from __future__ import annotations

from prospector.core.errors import near_miss
from prospector.normalise.roles import DEPARTMENTS, SENIORITIES, parse_role
from prospector.segments.criteria.context import BadValue


def department_of(text: str) -> str:
    """The department that a word means; `BadValue` with a near miss if it means none."""
    key = text.strip().lower().replace(" ", "_")
    found = key if key in DEPARTMENTS else parse_role(text).department
    if found is None:
        raise BadValue(
            f'no department "{text}"', near_miss(text, DEPARTMENTS) or f"known: {', '.join(DEPARTMENTS)}"
        )
    return found


def seniorities_of(text: str) -> tuple[str, ...]:
    """The levels that `manager` or `manager+` (at least manager) means."""
    word = text.removesuffix("+").strip()
    key = word.lower().replace(" ", "_").replace("-", "_")
    level = key if key in SENIORITIES else parse_role(word).seniority
    if level is None:
        raise BadValue(
            f'no seniority "{text}"', near_miss(word, SENIORITIES) or f"known: {', '.join(SENIORITIES)}"
        )
    return SENIORITIES[: SENIORITIES.index(level) + 1] if text.endswith("+") else (level,)
