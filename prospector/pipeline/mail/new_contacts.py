"""Whom to write to instead: the address, the name and the phone number that a text gives for somebody else."""

from __future__ import annotations

import re
from typing import NamedTuple

from prospector.normalise.emails import is_role_address
from prospector.pipeline.mail.message import addresses

_NAME = r"[^\W\d_a-z][^\W\d_]+(?:[-'’][^\W\d_]+)?"
_NAME_BEFORE = re.compile(
    rf"((?:{_NAME})(?: (?:de|da|do|di|van|von|der|den|la|le)\b)?(?: {_NAME}){{1,2}})"
    r"[\s,:(<\[–—-]*(?:[^@\n]{0,25}[\s(<:])?$"
)


class NewContact(NamedTuple):
    """Somebody to write to instead. The name is None where the text gives only an address."""

    email: str
    name: str | None


def new_contact(text: str, *, known: frozenset[str]) -> NewContact | None:
    """The first address in a text that is neither the sender's nor ours; a person's before a department's."""
    found = [one for one in addresses(text) if one not in known]
    persons = [one for one in found if not is_role_address(one)]
    email = next(iter(persons or found), None)
    if email is None:
        return None
    place = text.lower().find(email)
    return NewContact(email, _name_before(text[max(0, place - 90) : place]))


def _name_before(text: str) -> str | None:
    found = _NAME_BEFORE.search(" ".join(text.split()) + " ")
    return found[1] if found else None
