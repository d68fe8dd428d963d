"""The header to fill in: what `import --template` prints, and `import` reads without being told anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.intake.columns.mappings import COMPANY_TARGETS, TARGETS, recognise

if TYPE_CHECKING:
    from prospector.intake.columns.header_data import RecordKind

_OTHER_WAYS = frozenset(
    (
        *("full_name", "more_emails", "tenure", "time_at_company", "location", "email_status", "status", "replied"),
        *("company_short", "domain", "company_location", "prospect_country", "record_id"),
        *("bounced", "unsubscribed", "email_opt_out", "complained", "suppressed", "consent", "consent_unclear"),
    )
)  # fmt: skip
"""Fields that say in another way what one of the others says, or that only a program fills in."""
_OF_ANYBODY = ("do_not_contact", "seen_at")


def template(kind: RecordKind) -> tuple[str, ...]:
    """The fields that a person or a company can be given, each under its own name, in the order of the targets."""
    fields = TARGETS if kind == "people" else (*COMPANY_TARGETS, *_OF_ANYBODY)
    wanted = [field for field in fields if field not in _OTHER_WAYS]
    read = {column.header for column in recognise(wanted, kind=kind).columns if column.header == column.field}
    return tuple(field for field in wanted if field in read)
