"""The manifest of a run: what it was made of and what it did, without a clock, so that two runs can be compared.

Written entry by entry, in the order of its keys; `manifest_reading` reads it back.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

from prospector.core.digests import digest_of_file
from prospector.destinations.handover import About
from prospector.outreach.campaign_files import pushed_to
from prospector.outreach.json_text import flat_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path
    from typing import TextIO

    from prospector.outreach.campaign_files import CampaignFiles

MANIFEST = "manifest.json"
LISTS = ("enrolled", "held_back", "files")
"""What stands in tables until the manifest is written."""
REFUSED = "refused"
"""One more list, which the manifests of earlier versions do not have."""


class Planned(Protocol):
    """What a head says of a plan, whether all of it is held or it was read person by person."""

    @property
    def campaign(self) -> str: ...

    @property
    def as_of(self) -> date: ...

    @property
    def already_enrolled(self) -> int: ...

    @property
    def allowed(self) -> tuple[str, ...]: ...

    @property
    def custom(self) -> tuple[str, ...]: ...


def make_head(run: str, plan: Planned, files: CampaignFiles, destination: str) -> dict[str, Any]:
    """All of a manifest but its lists."""
    return {
        "run": run,
        "campaign": plan.campaign,
        "as_of": plan.as_of.isoformat(),
        "destination": destination,
        "segment": _digest(files.segment.path),
        "sequence": [_digest(path) for path in sorted(files.sequence.folder.glob("*")) if path.is_file()],
        "already_enrolled": plan.already_enrolled,
        "allowed": list(plan.allowed),
        "custom": list(plan.custom),
        **about_head(files),
        "handover": files.campaign.handover,
        "push": pushed_to(files),
        "version": version("prospector-outbound"),
        **{name: [] for name in (*LISTS, REFUSED)},
    }


def about_head(files: CampaignFiles) -> dict[str, Any]:
    """What of a campaign's files its destination is told; see `about_of`."""
    sender, wanted = files.settings.sender, files.campaign.destination
    delays = None if isinstance(wanted, str) else wanted.delays
    return {
        "delays": delays,
        "campaign": files.name,
        "window": files.campaign.window,
        "timezone": files.settings.timezone,
        "sender": {
            "name": sender.name,
            "email": sender.email,
            "unsubscribe": sender.unsubscribe,
            "opt_out": files.sequence.opt_out,
        },
    }


def about_of(head: Mapping[str, Any]) -> About:
    """What the destination is told of a run; earlier versions wrote nothing of it down."""
    sender = head.get("sender", {})
    return About(
        custom=tuple(head.get("custom", ())),
        window=head.get("window", ""),
        timezone=head.get("timezone", ""),
        campaign=head.get("campaign", ""),
        as_of=head.get("as_of", ""),
        sender_name=sender.get("name", ""),
        sender_email=sender.get("email", ""),
        unsubscribe=sender.get("unsubscribe", ""),
        opt_out=sender.get("opt_out", "link"),
        delays=head.get("delays"),
    )


def entry_text(entry: Mapping[str, Any]) -> str:
    """An entry as it stands in the manifest."""
    key = json.dumps(entry["email"], ensure_ascii=False)
    touches = ",\n    ".join(flat_json(touch, 4, 1, sort_keys=True) for touch in entry["touches"])
    listed = f"[\n    {touches}\n   ]" if touches else "[]"
    known = f'\n   "lead_id": {json.dumps(entry["lead_id"])},' if "lead_id" in entry else ""
    return (
        f'{{\n   "email": {key},{known}\n   "person_id": {entry["person_id"]},\n   "touches": {listed}\n  }}'
    )


class ManifestWriter:
    """A manifest as it comes: what stands before a list, the list entry by entry, then the rest.

    Its bytes are those of `json.dumps` with an indent of one and sorted keys.
    """

    def __init__(self, file: TextIO, head: Mapping[str, Any]) -> None:
        self._file = file
        self._head = head
        self._keys = iter(sorted(head))
        self._between = "{\n "
        self._in_list = ""

    def begin(self, name: str) -> None:
        """All that stands before a list, and its beginning."""
        self._write_until(name)
        self._file.write(f'{self._between}"{name}": [')
        self._between, self._in_list = ",\n ", "\n  "

    def add(self, text: str) -> None:
        """One entry, with the indents that it has there."""
        self._file.write(self._in_list + text)
        self._in_list = ",\n  "

    def end(self) -> None:
        """The end of the list."""
        self._file.write("]" if self._in_list == "\n  " else "\n ]")

    def finish(self) -> None:
        """What comes after the lists."""
        self._write_until(None)
        self._file.write("\n}\n")

    def _write_until(self, stop: str | None) -> None:
        for key in self._keys:
            if key == stop:
                return
            text = json.dumps(self._head[key], ensure_ascii=False, indent=1, sort_keys=True)
            self._file.write(f'{self._between}"{key}": ' + text.replace("\n", "\n "))
            self._between = ",\n "


def manifests_below(exports: Path) -> list[Path]:
    """The manifests of all that has left."""
    # A folder that starts with a dot has not left: a run stopped while it wrote it.
    return sorted(exports.glob(f"[!.]*/[!.]*/{MANIFEST}"))


def _digest(path: Path | None) -> dict[str, str] | None:
    return None if path is None else {"file": path.name, "sha256": digest_of_file(path)}
