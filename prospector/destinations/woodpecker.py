"""`woodpecker`: the file for its prospect import. It has fifteen snippets and no other place for variables."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "woodpecker",
    "Woodpecker",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "company": "company",
        "title": "title",
        "phone": "phone",
        "website": "website",
        "linkedin_url": "linkedin",
    },
    spelling="{{{{{}}}}}",
    counted="A day is 24 hours after the mail before, weekends included unless its setting for working days is on.",
    slots=tuple(f"snippet{number}" for number in range(1, 16)),
    steps=7,
    upload="A prospect whom it knows keeps the snippets that it has, unless you let the import update them: do.",
    capitals=True,
    more=(
        "Never force prospects whose status is not ACTIVE into the campaign: they replied, bounced or opted out.",
    ),
)
WOODPECKER = destination_of(
    TOOL,
    stop="pause or delete the prospect in the campaign, or blacklist the address",
    silent="What its upload screen recognises by itself, and how long a snippet may be, was not to be found out. What "
    "does not fit into fifteen snippets is left out, and `setup.md` names it.",
)
