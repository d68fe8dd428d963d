"""lemlist: a payload is the activity itself, which has an id; the same comes from its API."""

from __future__ import annotations

from prospector.pipeline.tools.reader import ToolReader

READER = ToolReader(
    "lemlist",
    "lemlist",
    tells="Mails sent, opened and clicked, replies, bounces, opt-outs, marks, LinkedIn steps and calls.",
    webhook="`POST /hooks` with `targetUrl`, once for all types: the secret is the last part of the URL.",
    silent="It signs nothing and sends no header of yours. A step is counted with those that are no mails, so it"
    " is not used; the mail is the last one that had gone out.",
    places={"at": ("createdat",), "step": ("",), "remote": ("leadid",)},
    event_id=("id",),
    marks=(
        *("leadfirstname", "leadlastname", "sequencestep", "senduseremail", "steptested", "laststate"),
        *("emailstatus", "sequenceid"),
    ),
    columns={"laststate": "", "status": ""},
)
