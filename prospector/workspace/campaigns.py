"""Sequences and campaigns: read, preview, plan, run."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME
from prospector.core.errors import FileError, near_miss
from prospector.core.inputs import inside
from prospector.workspace.segments import Segments
from prospector.workspace.suppressing import Suppressing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prospector.core.fields import Subject
    from prospector.outreach.campaign import Watch
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.plan import Plan
    from prospector.outreach.preview import Preview
    from prospector.outreach.run import RunResult
    from prospector.sequences.check import Finding
    from prospector.sequences.folder import Sequence as TouchSequence


class Campaigns(Segments, Suppressing):
    """Read, preview, plan, run."""

    def sequence_names(self) -> list[str]:
        """The sequences in this workspace."""
        folders = (path for path in (self.folder / "templates").glob("*") if path.is_dir())
        return sorted(path.name for path in folders if any(path.glob("*.md")))

    def sequence(self, name: str) -> TouchSequence:
        """A sequence of this workspace, read and checked."""
        from prospector.sequences.folder import load_sequence

        path = self.folder / "templates" / name
        if not path.is_dir():
            known = self.sequence_names()
            hint = near_miss(name, known) or f"sequences here: {', '.join(known) or 'none'}"
            raise FileError(path, "no such sequence", hint=hint)
        inside(path, self.folder, place="the workspace")
        return replace(load_sequence(path), custom=self._custom_names)

    def new_sequence(self, name: str) -> list[Path]:
        """Write a commented sequence to start from, and where its files are."""
        from prospector.starting_files import new_sequence

        return new_sequence(self.folder, name)

    def _custom_names(self, subject: Subject) -> tuple[str, ...]:
        """The user's own columns that people or companies have; none where there is no database yet."""
        from prospector.store.custom_values import custom_names

        return custom_names(self.db, subject) if self.has_database else ()

    def check_sequence(self, name: str) -> list[Finding]:
        """What there is to say about a sequence; an invented sender stands in where the settings have none."""
        from prospector.outreach.refusals import filled_context
        from prospector.sequences.check import check_sequence

        return check_sequence(self.sequence(name), filled_context(self.settings.sender))

    def preview(
        self, name: str, *, segment: str | None = None, people: Sequence[str] = (), limit: int = 5
    ) -> Preview:
        """A sequence as a few people would get it: those named, else the first of a segment or of all."""
        from prospector.outreach.campaign import campaign_of
        from prospector.outreach.preview import make_preview

        chosen = self.segment_from_flags({}) if segment is None else self.segment(segment)
        prospects = [self.person(who) for who in people]
        if not prospects:
            prospects = [found.prospect for found in islice(self.find(chosen), limit)]
        campaign, settings = campaign_of(self.settings, name)
        return make_preview(
            self.sequence(name),
            prospects,
            self.settings,
            self.as_of,
            campaign=campaign,
            token_key=self.token_key,
            window=settings.window if settings else None,
            start=settings.start if settings else None,
            now=self.now,
            suppressed={one.person.id: why for one in prospects if (why := self.why_suppressed(one))},
        )

    def campaign_files(self, name: str) -> CampaignFiles:
        """Everything of a campaign, read and checked; an error with all that must not leave as it is."""
        from prospector.outreach.campaign import checked, known_campaign
        from prospector.outreach.campaign_files import CampaignFiles

        campaign = known_campaign(self.settings, self.folder, name)
        segment, sequence = self.segment(campaign.segment), self.sequence(campaign.sequence)
        file = self.folder / FILE_NAME
        return checked(CampaignFiles(name, campaign, segment, sequence, self.settings, file, self.token_key))

    def plan(self, campaign: str, watch: Watch | None = None) -> Plan:
        """What `run` would do today; writes nothing. Who watches is told of each person, and the plan keeps nobody."""
        from prospector.outreach.campaign import plan_campaign

        return plan_campaign(self.db, self.campaign_files(campaign), self.as_of, watch, self.now)

    def run(self, campaign: str, watch: Watch | None = None) -> RunResult:
        """Enrol the new people of a campaign and hand their touches over. A second run has nothing to do.

        Who watches is told of each person, and the result's plan keeps nobody: memory stays flat.
        """
        from prospector.outreach.campaign import run_campaign

        return run_campaign(self.db, self.folder, self.campaign_files(campaign), self.as_of, watch, self.now)
