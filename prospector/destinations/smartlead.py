"""`smartlead`: the file for its lead import. Its API calls the fields so; the job title has no place of its own."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "smartlead",
    "Smartlead",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "company_name": "company",
        "phone_number": "phone",
        "website": "website",
        "linkedin_profile": "linkedin",
        "job_title": "title",
    },
    spelling="{{{{{}}}}}",
    upload="Match each column to the field of the same name; `job_title` and every variable become custom fields.",
    more=(
        "Leave all three settings that begin with `ignore` off: they skip the checks for the block list, for people "
        "who opted out and for duplicates in other campaigns.",
    ),
)
SMARTLEAD = destination_of(
    TOOL,
    stop="pause or delete the lead in the campaign, or put the address on the block list",
    silent="What its upload screen recognises by itself, and how long a custom field may be, was not to be found out.",
)
