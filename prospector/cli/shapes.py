"""Records in the shapes that `--json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prospector.core.spans import plain_value
from prospector.normalise.phones import phone_note

if TYPE_CHECKING:
    from prospector.core.records import Company, Person


_OWN = frozenset({"title_key", "word_key", "extra"})
"""Comparing keys, of no use to a reader, and what is printed as if it were attributes."""


def person_json(person: Person) -> dict[str, Any]:
    """A person; partial dates and unknown values as the design has them."""
    plain = {
        name: plain_value(getattr(person, name)) for name in person.__dataclass_fields__ if name not in _OWN
    }
    return {**plain, "phone_note": phone_note(person.phone), **_further(person)}


def company_json(company: Company) -> dict[str, Any]:
    """A company with its technologies and openings."""
    skipped = {"technologies", "openings", "read", "signals"} | _OWN
    plain = {
        name: plain_value(getattr(company, name))
        for name in company.__dataclass_fields__
        if name not in skipped
    }
    return {
        **plain,
        "phone_note": phone_note(company.phone),
        **_further(company),
        "technologies": [
            {key: plain_value(value) for key, value in asdict(one).items()} for one in company.technologies
        ],
        "openings": [
            {key: plain_value(value) for key, value in asdict(one).items() if key != "title_key"}
            for one in company.openings
        ],
        "signals": [
            {key: plain_value(value) for key, value in asdict(one).items()} for one in company.signals
        ],
        "read": {channel: day.isoformat() for channel, day in company.read},
    }


def _further(record: Person | Company) -> dict[str, Any]:
    """The fields of the table that the record has no attribute for."""
    return {name: plain_value(value) for name, value in record.extra.items()}
