"""`mailshake`: a file for its list of recipients. Its texts name a column by its header."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "mailshake",
    "Mailshake",
    fields={
        "email": "email",
        "first": "first_name",
        "last": "last_name",
        "company": "company",
        "title": "title",
        "phone": "phone",
        "website": "website",
        "linkedin": "linkedin",
    },
    spelling="{{{{{}}}}}",
    upload="Its API calls the address `emailAddress`; the screen asks which column it is.",
)
MAILSHAKE = destination_of(
    TOOL,
    stop="pause or unsubscribe the recipient",
    silent="What its upload screen recognises, and that texts name columns by header, was seen in one source only.",
)
