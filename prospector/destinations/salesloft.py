"""`salesloft`: a file for its import of people, with the names that its API has."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "salesloft",
    "Salesloft",
    fields={
        "email_address": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "person_company_name": "company",
        "title": "title",
        "phone": "phone",
        "person_company_website": "website",
        "linkedin_url": "linkedin",
    },
    spelling="{{{{{}}}}}",
    upload="Make a custom field for each variable first, and match it to its column.",
    more=("Leave people who are on another cadence out, where it asks.",),
)
SALESLOFT = destination_of(
    TOOL,
    stop="remove the person from the cadence",
    silent="What its upload screen recognises, and how a template names a custom field, was not to be found out.",
)
