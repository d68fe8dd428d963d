"""All files of a campaign, read and checked, and the destination that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.config import setting_line
from prospector.core.errors import FileError, near_miss
from prospector.destinations.registry import APIS, DESTINATIONS, api_of

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.config import Campaign, Settings
    from prospector.destinations.handover import Check
    from prospector.segments.segment import Segment
    from prospector.sequences.folder import Sequence


@dataclass(frozen=True, slots=True)
class CampaignFiles:
    """Everything of a campaign, read and checked."""

    name: str
    campaign: Campaign
    segment: Segment
    sequence: Sequence
    settings: Settings
    settings_file: Path
    token_key: str | None
    """Without one, opt-out links show the literal TOKEN; `run` makes one."""
    allowed: tuple[str, ...] = ()
    """What `refusals.refuse` found and the campaign lets pass."""


def destination_name(files: CampaignFiles) -> str:
    """The campaign's destination; an error for one that is not known, or for a push without its campaign."""
    wanted = files.campaign.destination
    name = wanted if isinstance(wanted, str) else wanted.tool
    is_push = pushed_to(files) is not None
    line = setting_line(files.settings_file, "campaigns", files.name, "destination")
    known = APIS if is_push else tuple(DESTINATIONS)
    if name not in known:
        files_too = f"; it is a file: write `destination: {name}`" if is_push and name in DESTINATIONS else ""
        pushes = f"; it is pushed to: {{tool: {name}, push: true, campaign: ID}}" if name in APIS else ""
        hint = near_miss(name, known) or f"known: {', '.join(known)}{files_too}{pushes}"
        kind = "tool to push to" if is_push else "destination"
        what = f'campaign "{files.name}": no {kind} "{name}"'
        raise FileError(files.settings_file, what, line=line, hint=hint)
    if pushed_to(files) == "":
        what = f'campaign "{files.name}": a push to {name} needs the campaign there'
        hint = "add `campaign:` with the id that the tool shows, or with the exact name"
        raise FileError(files.settings_file, what, line=line, hint=hint)
    _check_test_campaign(files, line)
    return name


def _check_test_campaign(files: CampaignFiles, line: int | None) -> None:
    """A test goes somewhere, and not to where everybody else goes."""
    wanted = test_campaign_of(files)
    if wanted is None:
        return
    what, hint = "", "write the id of a campaign of your own for tests, or leave test_campaign: out"
    if pushed_to(files) is None:
        what, hint = "test_campaign is for a push only", "add `push: true` and `campaign:`, or leave it out"
    elif wanted == "":
        what = "test_campaign is blank"
    elif wanted == pushed_to(files):
        what = "test_campaign is the campaign itself"
    if what:
        raise FileError(files.settings_file, f'campaign "{files.name}": {what}', line=line, hint=hint)


def pushed_to(files: CampaignFiles) -> str | None:
    """The campaign in the tool that leads are pushed to, as the settings name it; None where files are written."""
    wanted = files.campaign.destination
    if isinstance(wanted, str) or not wanted.push:
        return None
    return (wanted.campaign or "").strip()


def test_campaign_of(files: CampaignFiles) -> str | None:
    """The campaign in the tool that takes tests, as the settings name it; None where a test is a folder of files."""
    wanted = files.campaign.destination
    if isinstance(wanted, str) or wanted.test_campaign is None:
        return None
    return wanted.test_campaign.strip()


def check_of(files: CampaignFiles) -> Check:
    """Why the destination cannot take a lead."""
    name = destination_name(files)
    return DESTINATIONS[name].check if pushed_to(files) is None else api_of(name).check
