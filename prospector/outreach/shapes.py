"""The JSON of what leaves: touches, who is held back, plans, runs, previews and manifests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal, NotRequired, TypedDict

from prospector.core.json_shapes import Day, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.destinations.handover import Lead


class TouchShape(TypedDict):
    """A finished touch of one person."""

    person: Annotated[str, "The person's name, else the address."]
    person_id: Annotated[int, "The person's number; `person:ID` names it."]
    email: Annotated[str | None, "The person's address."]
    touch: Annotated[str, "Name of the touch's file."]
    number: Annotated[int, "Which touch of the sequence it is, from 1."]
    channel: Annotated[str, "email, call, linkedin or task."]
    variant: Annotated[str, "The variant that the person gets; empty if there is one way to write it."]
    send_at: Annotated[Moment, "When it is due, in the person's time."]
    subject: Annotated[str, "Subject or title; empty for a mail in the same thread."]
    body: Annotated[str, "The text."]
    html: Annotated[str, "The same as HTML."]
    phone: Annotated[str, "The person's number, else the company's; empty if none is known."]
    reason: Annotated[str, "Why this person, in one line."]
    lead_id: Annotated[
        str | None,
        "The person in this campaign, as every destination has it; null before the first run made a key.",
    ]


class HeldBackShape(TypedDict):
    """A person who matches and is not taken."""

    person: Annotated[str, "The person's name, else the address."]
    person_id: Annotated[int, "The person's number; `person:ID` names it."]
    email: Annotated[str | None, "The person's address."]
    reason: Annotated[str, "Code of the reason (see reasons.md)."]
    detail: Annotated[str, "The particulars."]


class ElsewhereShape(TypedDict):
    """Another campaign that still has touches for some of the new people."""

    campaign: Annotated[str, "The other campaign."]
    people: Annotated[int, "How many of the new people it has touches to come for."]


class PlanShape(TypedDict):
    """What would be handed over. The lists are written as they come, so the counts stand behind them."""

    campaign: Annotated[str, "The campaign."]
    as_of: Annotated[Day, "The day for which it is worked out."]
    touches: Annotated[list[TouchShape], "All touches of everybody new, person by person."]
    held_back: Annotated[list[HeldBackShape], "Who matches and is not taken."]
    new: Annotated[int, "People who are new."]
    already_enrolled: Annotated[int, "People who match and whom the campaign took before."]
    due: Annotated[int, "People taken before whose touches are due, where a campaign hands over only those."]
    allowed: Annotated[list[str], "Codes of faults that the campaign lets pass (see reasons.md)."]
    under_way_elsewhere: Annotated[list[ElsewhereShape], "Who of them is under way in another campaign."]
    exported: Annotated[int, "People handed over; a plan hands nobody over."]
    files: Annotated[list[str], "The files that were written."]
    manifest: Annotated[str | None, "The manifest of the run."]


class StoppedRunShape(TypedDict):
    """A run that only another workspace can finish."""

    run: Annotated[str, "Its name."]
    campaign: Annotated[str, "Its campaign."]
    people: Annotated[int, "How many people wait for it."]
    workspace: Annotated[str | None, "Where it began; null if that is not recorded."]


class RefusedShape(TypedDict):
    """Somebody whom the tool did not take."""

    person: Annotated[str, "The address, or `person:ID` of somebody without one."]
    reason: Annotated[str, "What the tool said (see reasons.md)."]


class RunShape(PlanShape):
    """What was handed over."""

    refused: Annotated[
        list[RefusedShape], "Whom the tool did not take; the campaign does not offer them again."
    ]
    unsettled: Annotated[int, "People of whom the tool gave no answer yet; the next run finds out."]
    stopped: Annotated[str | None, "Why the hand-over has stopped half-way; the next run goes on."]

    recovered: Annotated[list[str], "Earlier runs that were finished or learned."]
    unfinished_elsewhere: Annotated[list[StoppedRunShape], "Runs that only other workspaces can finish."]


class UnderWayShape(TypedDict):
    """Somebody who is suppressed while touches are on their way."""

    person_id: Annotated[int | None, "The person's number; null for somebody whom only a manifest knows."]
    person: Annotated[str, "The address, else the name."]
    email: Annotated[str | None, "The address that is written to."]
    campaign: Annotated[str, "The campaign that took the person."]
    destination: Annotated[str, "The file format or tool that holds the touches."]
    folder: Annotated[str | None, "The run's folder, as seen from the database's."]
    touches: Annotated[int, "How many are still to come."]
    next: Annotated[Moment, "When the next one is due."]
    last: Annotated[Moment, "When the last one is due."]
    to_do: Annotated[str, "What to do there now."]


class SuppressedShape(TypedDict):
    """What went on the suppression list."""

    added: Annotated[int, "New entries."]
    known: Annotated[int, "Entries that were on the list before."]
    warnings: Annotated[list[str], "What there is to say of them."]
    on_their_way: Annotated[list[UnderWayShape], "Whom they stop while touches are on their way."]


class ToolStopShape(TypedDict):
    """Touches that have left and have to be stopped in a tool."""

    id: Annotated[int, "Its number: `next done stop:ID` says that it is done."]
    person_id: Annotated[int | None, "The person's number; null for somebody who was forgotten."]
    person: Annotated[str, "The address; else the name."]
    campaign: Annotated[str, "The campaign."]
    destination: Annotated[str, "Where the touches are."]
    reason: Annotated[str, "Why, as a code of the held back."]
    since: Annotated[Day, "The day of what stopped them."]
    to_do: Annotated[str, "What to do there."]
    state: Annotated[str, "open; pushed, where the tool's API has said yes; done, where somebody said so."]
    answer: Annotated[str | None, "What the tool's API said last."]


class PausedShape(TypedDict):
    """What was paused or resumed."""

    what: Annotated[Literal["campaign", "person", "company"], "What was named."]
    name: Annotated[str, "Its name."]
    paused: Annotated[bool, "Whether it is paused now."]
    people: Annotated[int, "How many people were named; 0 for a campaign."]
    changed: Annotated[bool, "False where it was so before."]
    on_their_way: Annotated[list[UnderWayShape], "Touches that have left before and are still to come."]
    stopped_there: Annotated[
        list[ToolStopShape], "What was stopped inside a tool, and has to go on there by hand."
    ]


class ForgottenShape(TypedDict):
    """What was done to forget a person."""

    number: Annotated[int, "What stands for the person in what is counted."]
    enrolments: Annotated[int, "Enrolments that are counted on."]
    events: Annotated[int, "Events that are counted on, without texts."]
    touches: Annotated[int, "Touches that have left and are counted on, without texts."]
    suppressed: Annotated[int, "Entries of the suppression list that keep them from being written to again."]
    files: Annotated[list[str], "Folders of runs that hand-overs of theirs are in: they are not changed."]
    still_there: Annotated[list[ToolStopShape], "Touches in tools that could not be stopped from here."]


class CampaignLineShape(TypedDict):
    """A campaign of the settings."""

    campaign: Annotated[str, "Its name."]
    segment: Annotated[str, "The segment."]
    sequence: Annotated[str, "The sequence."]
    destination: Annotated[str, "The file format or tool."]
    last_run: Annotated[str | None, "The last run that handed somebody over."]
    last_run_on: Annotated[Day | None, "The day for which it was."]
    enrolled: Annotated[int, "People whom it has taken."]
    waiting: Annotated[
        int | None, "People who match and were not handed over; null if its files cannot be read."
    ]
    on_their_way: Annotated[int, "People with touches that are still to come."]
    written_to: Annotated[int, "People to whom a mail had gone before the day."]
    answers_read: Annotated[
        int, "Of them those whose answers were read without a gap: only they can be silent."
    ]
    answers_read_until: Annotated[Moment | None, "Until when; null where a source was never read."]
    paused_since: Annotated[Day | None, "Since when it is paused by hand; null if it is not."]
    answers: Annotated[str, "The same in words."]
    fault: Annotated[str | None, "Why it cannot run."]


class NextActionShape(TypedDict):
    """What to do next."""

    command: Annotated[str, "The command to type."]
    why: Annotated[str, "The reason."]


class StatusShape(TypedDict):
    """Where everything stands."""

    as_of: Annotated[Day, "The day for which it is worked out."]
    people: Annotated[int, "People known."]
    companies: Annotated[int, "Companies known."]
    campaigns: Annotated[list[CampaignLineShape], "The campaigns of the settings."]
    waiting: Annotated[int, "Who waits, in all campaigns."]
    unsettled: Annotated[
        int, "People in runs that have stopped half-way; the next run of the campaign goes on."
    ]
    tasks: Annotated[int, "What somebody has to do today, as `next` lists it."]
    breakers: Annotated[
        list[str], "What has stopped by itself, because too much bounced or too many complained."
    ]
    next_action: Annotated[NextActionShape, "What to do next."]


class CheckShape(TypedDict):
    """One thing that `doctor` looked at."""

    check: Annotated[str, "What was looked at."]
    state: Annotated[Literal["ok", "warn", "fail"], "How it is."]
    detail: Annotated[str, "What was seen."]
    hint: Annotated[str | None, "What to do; null where all is well."]


class PreviewTouchShape(TypedDict):
    """A touch as its recipient would see it."""

    touch: Annotated[str, "Name of the touch's file."]
    channel: Annotated[str, "email, call, linkedin or task."]
    variant: Annotated[str, "The variant that the person gets; empty if there is one way to write it."]
    send_at: Annotated[Moment | None, "When it would be due, in the person's time."]
    subject: Annotated[
        str | None, "Subject; empty for a mail in the same thread; null where there is no title."
    ]
    body: Annotated[str, "The text."]
    html: Annotated[str, "The same as HTML."]


class PreviewShape(TypedDict):
    """What one person would get."""

    person: Annotated[str, "The person's name, else the address."]
    email: Annotated[str | None, "The person's address."]
    held_back: Annotated[str | None, "Why the person gets nothing."]
    touches: Annotated[list[PreviewTouchShape], "All touches."]


class DigestShape(TypedDict):
    """A file that the run was made of."""

    file: Annotated[str, "Its name."]
    sha256: Annotated[str, "Digest of its bytes."]


class LeftTouchShape(TypedDict):
    """A touch that has left."""

    touch: Annotated[str, "Name of the touch's file."]
    channel: Annotated[str, "email, call, linkedin or task."]
    variant: Annotated[str, "The variant; empty if there is one way to write it."]
    send_at: Annotated[Moment, "When it is due."]
    sha256: Annotated[str, "Digest of subject and text."]


class EnrolledShape(TypedDict):
    """A person who was taken."""

    email: Annotated[str, "The address, or `person:ID` of somebody without one."]
    lead_id: NotRequired[
        Annotated[str, "The person in this campaign, as the files have it; earlier versions gave none."]
    ]
    person_id: Annotated[int, "The person's number."]
    touches: Annotated[list[LeftTouchShape], "What has left."]


class WrittenFileShape(TypedDict):
    """A file that the run wrote."""

    name: Annotated[str, "Its name."]
    bytes: Annotated[int, "Its size."]
    sha256: Annotated[str, "Digest of its bytes."]


class ManifestShape(TypedDict):
    """What a run was made of and what it did; without a clock, so that two runs can be compared."""

    run: Annotated[str, "Its name."]
    campaign: Annotated[str, "The campaign."]
    as_of: Annotated[Day, "The day for which it was worked out."]
    destination: Annotated[str, "Where it went."]
    segment: Annotated[DigestShape | None, "The segment's file."]
    sequence: Annotated[list[DigestShape], "The sequence's files."]
    already_enrolled: Annotated[int, "People who matched and whom the campaign took before."]
    allowed: Annotated[list[str], "Codes of faults that the campaign let pass (see reasons.md)."]
    custom: NotRequired[Annotated[list[str], "The user's own columns that the files have."]]
    window: NotRequired[Annotated[str, "When mails may leave."]]
    timezone: NotRequired[Annotated[str, "Of people of whom no place is known."]]
    push: NotRequired[
        Annotated[str | None, "The campaign in the tool that leads were pushed to; null for files."]
    ]
    version: NotRequired[Annotated[str, "The version of prospector that planned it."]]
    refused: NotRequired[Annotated[list[RefusedShape], "Whom the tool did not take."]]
    handover: NotRequired[Annotated[str, "enrolment, or due where only what was due has left."]]
    delays: NotRequired[Annotated[str | None, "How the tool counts days, where the campaign says so."]]
    sender: NotRequired[
        Annotated[dict[str, str], "Who wrote: name, email, the unsubscribe link, how one opts out (opt_out)."]
    ]
    enrolled: Annotated[list[EnrolledShape], "Who was taken."]
    held_back: Annotated[list[HeldBackShape], "Who matched and was not taken."]
    files: Annotated[list[WrittenFileShape], "The files that were written."]


def touches_json(lead: Lead) -> Iterator[TouchShape]:
    """The entries of a lead in `touches`."""
    person = " ".join(filter(None, (lead.first_name, lead.last_name))) or lead.email
    for touch in lead.touches:
        yield {
            "person": person,
            "person_id": lead.person_id,
            "email": lead.email or None,
            "touch": touch.touch,
            "number": touch.number,
            "channel": touch.channel,
            "variant": touch.variant,
            "send_at": touch.send_at,
            "subject": touch.subject,
            "body": touch.text,
            "html": touch.html,
            "phone": lead.phone,
            "reason": lead.reason,
            "lead_id": lead.lead_id or None,
        }


def enrolled_json(lead: Lead) -> EnrolledShape:
    """A lead's entry in the manifest."""
    # What an earlier version has written down and not handed over has no id, and its digest must stay the same.
    known: EnrolledShape = {
        "email": lead.key,
        "person_id": lead.person_id,
        "touches": [
            {
                "touch": touch.touch,
                "channel": touch.channel,
                "variant": touch.variant,
                "send_at": touch.send_at,
                "sha256": hashlib.sha256(f"{touch.subject}\n{touch.text}".encode()).hexdigest(),
            }
            for touch in lead.touches
        ],
    }
    return {**known, "lead_id": lead.lead_id} if lead.lead_id else known
