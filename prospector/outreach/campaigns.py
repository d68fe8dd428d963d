"""Sequences and campaigns as methods of the workspace: read, preview, plan, run.

The modules are imported when they are needed: `find` must not wait for them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from prospector.config import FILE_NAME
from prospector.core.dotenv import TOKEN_KEY, kept_key, secret
from prospector.core.errors import FileError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from prospector.config import Settings
    from prospector.core.records import Prospect
    from prospector.outreach.plan import CampaignFiles, Plan
    from prospector.outreach.preview import Preview
    from prospector.outreach.run import RunResult
    from prospector.segments.ranking import Found
    from prospector.segments.segment import Segment
    from prospector.sequences.check import Finding
    from prospector.sequences.folder import Sequence as TouchSequence
    from prospector.store.database import Database
    from prospector.store.suppressions import Suppressions


class Opened(Protocol):
    """A workspace, as far as sequences and campaigns need it."""

    folder: Path
    settings: Settings
    as_of: date

    @property
    def db(self) -> Database:
        """The database."""

    @property
    def token_key(self) -> str | None:
        """See `Campaigns`."""

    def segment(self, name: str) -> Segment:
        """A segment of the workspace."""

    def segment_from_flags(self, flags: Mapping[str, Sequence[str]]) -> Segment:
        """A segment made of flags."""

    def find(self, segment: Segment) -> Iterator[Found]:
        """Who matches."""

    def person(self, who: str) -> Prospect:
        """One person."""

    def sequence_names(self) -> list[str]:
        """See `Campaigns`."""

    def sequence(self, name: str) -> TouchSequence:
        """See `Campaigns`."""

    def campaign_files(self, name: str) -> CampaignFiles:
        """See `Campaigns`."""


class Campaigns:
    """Methods for an opened workspace."""

    def sequence_names(self: Opened) -> list[str]:
        """The sequences in this workspace."""
        folders = (path for path in (self.folder / "templates").glob("*") if path.is_dir())
        return sorted(path.name for path in folders if any(path.glob("*.md")))

    def sequence(self: Opened, name: str) -> TouchSequence:
        """A sequence of this workspace, read and checked."""
        from prospector.sequences.folder import load_sequence  # noqa: PLC0415

        path = self.folder / "templates" / name
        if not path.is_dir():
            known = self.sequence_names()
            hint = near_miss(name, known) or f"sequences here: {', '.join(known) or 'none'}"
            raise FileError(path, "no such sequence", hint=hint)
        return load_sequence(path)

    def check_sequence(self: Opened, name: str) -> list[Finding]:
        """What there is to say about a sequence; an invented sender stands in where the settings have none."""
        from prospector.outreach.refusals import filled_context  # noqa: PLC0415
        from prospector.sequences.check import check_sequence  # noqa: PLC0415

        return check_sequence(self.sequence(name), filled_context(self.settings.sender))

    def preview(
        self: Opened, name: str, *, segment: str | None = None, people: Sequence[str] = (), limit: int = 5
    ) -> Preview:
        """A sequence as a few people would get it: those named, else the first of a segment or of all."""
        from prospector.outreach.preview import make_preview  # noqa: PLC0415

        chosen = self.segment(segment) if segment else self.segment_from_flags({})
        prospects = [self.person(who) for who in people]
        if not prospects:
            prospects = [found.prospect for found in islice(self.find(chosen), limit)]
        # The campaign that uses the sequence decides variants and times, so that a preview shows its mails.
        using = [(key, one) for key, one in self.settings.campaigns.items() if one.sequence == name]
        campaign, settings = using[0] if using else (name, None)
        return make_preview(
            self.sequence(name),
            prospects,
            self.settings,
            self.as_of,
            campaign=campaign,
            token_key=self.token_key,
            window=settings.window if settings else None,
            start=settings.start if settings else None,
        )

    @property
    def token_key(self: Opened) -> str | None:
        """What the tokens of opt-out links are derived from; None before `init` or the first `run` has made it."""
        return secret(self.folder, TOKEN_KEY)

    def address_behind(self: Opened, text: str) -> str | None:
        """The address behind an opt-out link or token that came back; None for a text that is neither."""
        from prospector.outreach.opt_outs import address_behind  # noqa: PLC0415

        return address_behind(self.db, text, self.settings.sender.unsubscribe, self.token_key)

    def campaign_files(self: Opened, name: str) -> CampaignFiles:
        """Everything of a campaign, read and checked; an error with all that must not leave as it is."""
        from prospector.outreach.plan import CampaignFiles  # noqa: PLC0415
        from prospector.outreach.refusals import refuse  # noqa: PLC0415
        from prospector.outreach.run import destination_name  # noqa: PLC0415

        campaign = self.settings.campaigns.get(name)
        if campaign is None:
            known = list(self.settings.campaigns)
            hint = (
                near_miss(name, known)
                or f"campaigns here: {', '.join(known) or 'none; add one under campaigns:'}"
            )
            raise FileError(self.folder / FILE_NAME, f'no campaign "{name}"', hint=hint)
        files = CampaignFiles(
            name,
            campaign,
            self.segment(campaign.segment),
            self.sequence(campaign.sequence),
            self.settings,
            self.folder / FILE_NAME,
            self.token_key,
        )
        destination_name(files)
        return replace(files, allowed=refuse(files))

    def plan(self: Opened, campaign: str) -> Plan:
        """What `run` would do today; writes nothing."""
        from prospector.outreach.plan import build_plan  # noqa: PLC0415

        return build_plan(self.db, self.campaign_files(campaign), self.as_of)

    def run(self: Opened, campaign: str) -> RunResult:
        """Enrol the new people of a campaign and hand their touches over. A second run has nothing to do."""
        from prospector.outreach.plan import build_plan  # noqa: PLC0415
        from prospector.outreach.run import Runner, RunResult  # noqa: PLC0415
        from prospector.segments.membership import keep  # noqa: PLC0415
        from prospector.store.lock import exclusive  # noqa: PLC0415

        files = self.campaign_files(campaign)
        with exclusive(self.db.path):
            runner = Runner(self.db, self.folder)
            recovered = tuple(runner.recover())
            key = kept_key(self.folder, TOKEN_KEY)
            files = replace(files, token_key=key.value)
            plan = build_plan(self.db, files, self.as_of)
            result = runner.hand_over(plan, files) if plan.leads else RunResult(plan, 0, None, ())
            keep(self.db, files.segment, self.as_of, result.run)
            return replace(
                result,
                recovered=recovered,
                unfinished_elsewhere=runner.unfinished_elsewhere(),
                key_made=key.made,
            )

    @property
    def suppressions(self: Opened) -> Suppressions:
        """The list of those who must never be written to."""
        from prospector.store.suppressions import Suppressions  # noqa: PLC0415

        return Suppressions(self.db)
