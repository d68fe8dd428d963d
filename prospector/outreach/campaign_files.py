"""All files of a campaign, read and checked, and the destination that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prospector.config import setting_line
from prospector.core.errors import FileError, near_miss
from prospector.destinations.registry import DESTINATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.config import Campaign, Settings
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
    """The campaign's file destination; an error for one that is not known or that pushes."""
    wanted = files.campaign.destination
    name = wanted if isinstance(wanted, str) else wanted.tool
    line = setting_line(files.settings_file, "campaigns", files.name, "destination")
    if not isinstance(wanted, str) and wanted.push:
        raise FileError(
            files.settings_file,
            f'campaign "{files.name}": pushing to {name} is not supported yet',
            line=line,
            hint=f"write `destination: {name}` and upload the file that `run` makes",
        )
    if name not in DESTINATIONS:
        hint = near_miss(name, DESTINATIONS) or f"known: {', '.join(DESTINATIONS)}"
        what = f'campaign "{files.name}": no destination "{name}"'
        raise FileError(files.settings_file, what, line=line, hint=hint)
    return name
