"""`instantly`: the file for its lead import; every column beside its own becomes a custom variable of that name."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "instantly",
    "Instantly",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "company_name": "company",
        "job_title": "title",
        "phone": "phone",
        "website": "website",
        "linkedin": "linkedin",
    },
    spelling="{{{{{}}}}}",
    counted="The wait is set at the step before, and a mail waits for the next day of the schedule.",
    waits="after",
    upload="Keep every column as a custom variable.",
    more=(
        "A variable that it does not know is printed in the mail as it stands: compare the tokens with the columns.",
        "Skip leads that are in the workspace already, where it asks.",
    ),
)
INSTANTLY = destination_of(
    TOOL,
    stop="delete the lead from the campaign, or put the address on the block list",
    silent="What its upload screen recognises by itself, and how long a variable may be, was not to be found out. Its "
    "answers to a push are counts, not rows.",
)
