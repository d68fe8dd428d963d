"""What `suppress add` and `suppress remove` are told, as entries of the list.

In: an opt-out link, addresses, domains, or whoever is known by an id, a profile or a name. Out: addresses, domains,
profiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.intake.suppressions.targets import parse_targets
from prospector.normalise.profile_urls import linkedin_company
from prospector.outreach.opt_outs import owner_behind
from prospector.store.loading import load_companies, load_prospects
from prospector.store.suppressions import known_addresses
from prospector.store.who import find_handle, find_handles, handle_text, read_id

if TYPE_CHECKING:
    from prospector.store.database import Database
    from prospector.store.suppressions import Kind
    from prospector.store.who import Handle


def targets_of(db: Database, text: str, link: str, key: str | None) -> list[tuple[Kind, str]]:
    """All entries that one argument names; `UsageError` for what names nobody, or several.

    An address or a domain need not be known. `link` is the pattern of opt-out links, `key` what their tokens are
    made with.
    """
    if owner := owner_behind(db, text, link, key):
        # The address that was written to, which may not be the current one.
        if owner.email:
            return [("email", owner.email)]
        return _of_record(db, find_handle(db, f"person:{owner.person_id}"))
    if read_id(text) or linkedin_company(text):
        return _of_record(db, find_handle(db, text))
    try:
        return parse_targets(text)
    except UsageError:
        if not find_handles(db, text):
            raise
    return _of_record(db, find_handle(db, text))


def _of_record(db: Database, handle: Handle) -> list[tuple[Kind, str]]:
    """What stops a record: every address of a person, else the profile; a company's domain."""
    if handle.subject == "company":
        domain = load_companies(db, [handle.id])[handle.id].domain
        if not domain:
            hint = f"set it: prospector set {handle} domain company.example; or name its people"
            raise UsageError(f"{handle} has no domain that an entry could name", hint=hint)
        return [("domain", domain)]
    if addresses := known_addresses(db, handle.id):
        return [("email", address) for address in addresses]
    profile = next(load_prospects(db, [handle.id])).person.linkedin
    if not profile:
        hint = "name the company's domain: prospector suppress add company.example"
        raise UsageError(f"of {handle_text(db, handle)} neither an address nor a profile is known", hint=hint)
    return [("profile", profile)]
