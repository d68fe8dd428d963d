"""What to do about a file of which too little is understood: its columns, the nearest fields, a line to copy."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from prospector.intake.columns.header_data import IGNORED, header_data, header_key
from prospector.intake.columns.labels import label_words
from prospector.intake.columns.mappings import is_value
from prospector.intake.columns.values import form_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.columns.values import Sample

IDENTITIES = frozenset(
    {"email", "more_emails", "linkedin", "full_name", "first_name", "last_name"}
    | {"company", "company_short", "website", "domain"}
)
"""Fields of which a row needs one: without any, nobody can be told from it."""

_FEWEST_KNOWN = 2
_MOST_SHOWN = 20
_MOST_NEAR = 3
_LONGEST_LABEL = 80


def names_nobody(mapping: ColumnMap) -> bool:
    """Whether no column tells a person or a company."""
    return not mapping.fields & IDENTITIES


def is_data(header: Sequence[str], mapping: ColumnMap) -> bool:
    """Whether the line that was taken for the header is a row: addresses, links and numbers are no labels."""
    return len(mapping.fields) < _FEWEST_KNOWN and any(map(is_value, header))


def few_people(rows: int, without: int, mapping: ColumnMap) -> str | None:
    """What is said of a file of people in which half of the rows name none."""
    if mapping.kind == "companies" or not rows or without * 2 < rows:
        return None
    read = [f'"{one.header}" as {one.field}' for one in sorted(mapping.columns) if one.field in IDENTITIES]
    return (
        f"{without} of {rows} rows name no person and are taken as companies; whom a row is about is read from "
        f"{', '.join(read)}: --map 'HEADER=full_name' names another column"
    )


def explain_unknown(header: Sequence[str], sample: Sample | None = None) -> str:
    """What stands in the file, what it may be, and how to say so; or that the header is missing."""
    if any("@" in label for label in header[:50]):
        return (
            "the first line looks like data: put a header line above it, such as First Name,Last Name,Email"
        )
    labels = [label for label in header if label]
    shown = ", ".join(f'"{label[:_LONGEST_LABEL]}"' for label in labels[:_MOST_SHOWN])
    more = f" and {len(labels) - _MOST_SHOWN} more" if len(labels) > _MOST_SHOWN else ""
    near = _near(header, sample)
    said = [f'"{label[:_LONGEST_LABEL]}" {why}' for label, _, why in near]
    maps = [f"--map {_quoted(label, field)}" for label, field, _ in near]
    if not near:
        maps = [
            f"--map {_quoted(label, field)}"
            for label, field in zip(labels, ("full_name", "company"), strict=False)
        ]
        said = ["none of them is near to a field; say what they are, for example"]
    return f"columns seen: {shown}{more}. {'; '.join(said)}: {' '.join(maps)}"


def _near(header: Sequence[str], sample: Sample | None) -> list[tuple[str, str, str]]:
    """Columns with the field that they may be, and why: by their values, then by a label that is spelled alike."""
    found: list[tuple[str, str, str]] = []
    for at, label in enumerate(header[:200]):
        form = form_of(sample.columns[at]) if sample is not None else None
        if form:
            found.append((label, form.people, f"holds {form.words}"))
        elif close := _alike(label):
            field, spelled = close
            found.append((label, field, f'is near to "{spelled}"'))
    by_field = {field: (label, field, why) for label, field, why in reversed(found)}
    return [one for one in found if by_field[one[1]] == one][:_MOST_NEAR]


def _alike(label: str) -> tuple[str, str] | None:
    """The field of the known label that is spelled most like this one, as a whole or in its last words."""
    key = header_key(label[:_LONGEST_LABEL])
    words = [word for word in label_words(label) if len(word) > 2]
    known = _fields()
    for tried, cutoff in ((key, 0.75), *((word, 0.85) for word in reversed(words))):
        if len(tried) > 2 and (close := get_close_matches(tried, sorted(known), n=1, cutoff=cutoff)):
            return known[close[0]], close[0]
    return None


@cache
def _fields() -> dict[str, str]:
    """The field of every known label."""
    aliases = header_data().aliases
    both = {**aliases["companies"], **aliases["people"]}
    return {key: known.field for key, known in both.items() if known.field != IGNORED}


def _quoted(label: str, field: str) -> str:
    escaped = label.replace("'", "'\\''")
    return f"'{escaped}={field}'"
