"""What was imported or verified since says not to write to somebody, or not to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.outreach.addresses import bad_address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.contacts.verdicts import Verdict
    from prospector.core.records import Person
    from prospector.outreach.addresses import Accept
    from prospector.store.consents import Kind


def left_alone(
    person: Person,
    consents: Mapping[Kind, str],
    verdicts: Mapping[str, Verdict],
    accept: Accept,
    *,
    calls: bool,
) -> tuple[str, str] | None:
    """What was imported or verified says not to write, or not to call."""
    if unclear := consents.get("unclear"):
        return "consent_unclear", unclear
    if calls and (told := consents.get("no_call")):
        return "do_not_call", told
    if person.replied:
        return "has_replied", "a reply is known" if person.replied == "yes" else f"on {person.replied}"
    return bad_address(person, verdicts, accept)
