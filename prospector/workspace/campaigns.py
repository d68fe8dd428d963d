"""Sequences and campaigns: read, preview, plan, run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME
from prospector.core.errors import FileError, LockedError, UsageError, near_miss
from prospector.core.inputs import inside
from prospector.workspace.enriching import Enriching
from prospector.workspace.segments import Segments
from prospector.workspace.suppressing import Suppressing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from prospector.core.errors import ProspectorError
    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.outreach.campaign import Watch
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.plan import Plan
    from prospector.outreach.preview import Preview
    from prospector.outreach.run import RunResult
    from prospector.outreach.shapes import RunShape
    from prospector.segments.segment import Segment
    from prospector.sequences.check import Finding
    from prospector.sequences.diff import Difference
    from prospector.sequences.folder import Sequence as TouchSequence


_MOST_CHECKED = 2_000
"""So many people a check of a sequence counts blanks for, about a second's work."""


class Campaigns(Segments, Suppressing, Enriching):
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

    def sequence_differences(self, first: str, second: str) -> list[Difference]:
        """In what two sequences differ."""
        from prospector.sequences.diff import differences

        return differences(self.sequence(first), self.sequence(second))

    def _custom_names(self, subject: Subject) -> tuple[str, ...]:
        """The user's own columns that people or companies have; none where there is no database yet."""
        from prospector.store.custom_values import custom_names

        return custom_names(self.db, subject) if self.has_database else ()

    def check_sequence(self, name: str) -> list[Finding]:
        """What there is to say about a sequence; an invented sender stands in where the settings have none."""
        from prospector.outreach.refusals import filled_context
        from prospector.sequences.check import check_sequence

        context = filled_context(self.settings.sender)
        return check_sequence(self.sequence(name), context, self._people_of(name))

    def sequence_findings(self, name: str) -> list[Finding]:
        """The same; what keeps a folder from being read is a finding too, so that others are looked at as well."""
        from prospector.sequences.check import folder_findings

        if name not in self.sequence_names():
            self.sequence(name)  # the error names what there is
        try:
            return self.check_sequence(name)
        except FileError as fault:
            return folder_findings(fault, self._custom_names)

    def _people_of(self, sequence: str) -> Iterator[Prospect]:
        """The first people who would get a sequence: those of its campaign's segment, else of the workspace."""
        if not self.has_database:
            return
        try:
            segment = self._files_of(sequence, None).segment
        except FileError:  # the segment's fault is told by `segment check`
            return
        for found in islice(self.find(segment), _MOST_CHECKED):
            yield found.prospect

    def preview(
        self, name: str, *, segment: str | None = None, people: Sequence[str] = (), limit: int = 5
    ) -> Preview:
        """A sequence as a few people would get it: those named, else the first of a segment.

        Without a segment it is that of the campaign which uses the sequence; of everybody, where none does.
        """
        from prospector.outreach.campaign import campaign_of
        from prospector.outreach.preview import make_preview
        from prospector.outreach.standing import held_back_of

        campaign, settings = campaign_of(self.settings, name)
        files = self._files_of(name, None if segment is None else self.segment(segment))
        prospects = [self.person(who) for who in people]
        if not prospects:
            prospects = [found.prospect for found in islice(self.find(files.segment), limit)]
        return make_preview(
            files.sequence,
            prospects,
            files.settings,
            self.as_of,
            campaign=campaign,
            token_key=self.token_key,
            window=settings.window if settings else None,
            start=settings.start if settings else None,
            now=self.now,
            held_back=held_back_of(self.db, files, self.as_of, prospects, self.now),
        )

    def _files_of(self, sequence: str, chosen: Segment | None) -> CampaignFiles:
        """The files of the campaign that uses a sequence, or of one that could; not checked: nothing leaves."""
        from prospector.outreach.campaign import campaign_of
        from prospector.outreach.campaign_files import CampaignFiles
        from prospector.outreach.mailboxes import with_sender
        from prospector.outreach.standing import unnamed_campaign

        name, settings = campaign_of(self.settings, sequence)
        if chosen is None:
            with_file = settings is not None and settings.segment in self.segment_names()
            chosen = self.segment(settings.segment) if settings and with_file else self.segment_from_flags({})
        made = settings or unnamed_campaign(sequence)
        file = self.folder / FILE_NAME
        sender = with_sender(self.settings, file, name, made)
        return CampaignFiles(name, made, chosen, self.sequence(sequence), sender, file, self.token_key)

    def standings(self, segment: str, who: str) -> list[tuple[str, str]]:
        """What each campaign of a segment would do with a person today, by its name, in words."""
        campaigns = [
            name
            for name, one in self.settings.campaigns.items()
            if one.segment == segment and one.sequence in self.sequence_names()
        ]
        return self._standings(campaigns, self.person(who))

    def _standings(self, campaigns: Iterable[str], prospect: Prospect) -> list[tuple[str, str]]:
        from prospector.outreach.standing import standing_of

        return [
            (name, standing_of(self.db, self._files_named(name), self.as_of, prospect, self.now))
            for name in campaigns
        ]

    def campaign_files(self, name: str) -> CampaignFiles:
        """Everything of a campaign, read and checked; an error with all that must not leave as it is."""
        from prospector.outreach.campaign import checked

        return checked(self._files_named(name))

    def _files_named(self, name: str) -> CampaignFiles:
        """The same, not checked."""
        from prospector.outreach.campaign import known_campaign
        from prospector.outreach.campaign_files import CampaignFiles
        from prospector.outreach.mailboxes import with_sender

        campaign = known_campaign(self.settings, self.folder, name)
        segment, sequence = self.segment(campaign.segment), self.sequence(campaign.sequence)
        file = self.folder / FILE_NAME
        settings = with_sender(self.settings, file, name, campaign)
        return CampaignFiles(name, campaign, segment, sequence, settings, file, self.token_key)

    def campaigns_to_run(self, names: Sequence[str], *, everything: bool = False) -> list[str]:
        """The campaigns that are meant; those that are named must all be sound before the first one runs."""
        if everything == bool(names):
            hint = "prospector run CAMPAIGN..., or prospector run --all"
            raise UsageError("name the campaigns, or say --all, one of both", hint=hint)
        for name in names:
            self.campaign_files(name)
        return list(names) or list(self.settings.campaigns)

    def refused_run(self, campaign: str, error: ProspectorError) -> RunShape:
        """What `run --json` says of a campaign among several that was refused."""
        from prospector.outreach.run import refused_run

        return refused_run(campaign, self.as_of, error.message).as_json()

    def plan(self, campaign: str, watch: Watch | None = None) -> Plan:
        """What `run` would do today; writes nothing. Who watches is told of each person, and the plan keeps nobody."""
        from prospector.outreach.campaign import plan_campaign

        return plan_campaign(self.db, self.folder, self.campaign_files(campaign), self.as_of, watch, self.now)

    def test(self, campaign: str, to: str) -> RunResult:
        """The mails of one person of a campaign to an address of your own; nothing counts as handed over.

        As files, or through the test campaign of the tool that the campaign is pushed to.
        """
        from prospector.outreach.tools import Tools
        from prospector.outreach.trial_mails import give_test

        tools = Tools(self.folder, self.settings, self.http_settings())
        return give_test(self.db, tools, self.campaign_files(campaign), self.as_of, to, self.now)

    def run(self, campaign: str, watch: Watch | None = None) -> RunResult:
        """Enrol the new people of a campaign and hand their touches over. A second run has nothing to do.

        Who watches is told of each person, and the result's plan keeps nobody: memory stays flat.
        """
        from prospector.outreach.campaign import run_campaign
        from prospector.outreach.tools import Tools

        files = self.campaign_files(campaign)
        if files.campaign.enrich:
            self._look_up(files.segment)
        tools = Tools(self.folder, self.settings, self.http_settings())
        result = run_campaign(self.db, self.folder, files, self.as_of, watch, self.now, tools)
        # Somebody may have been stopped while the run was at work, and a tool may have been silent before.
        self.stop_in_tools()
        return result

    def _look_up(self, segment: Segment) -> None:
        """What can still change who is in a segment. Where somebody is looking already, that is enough."""
        due, _ = self.companies_to_read(segment)
        with suppress(LockedError):
            self.enrich(due, segment=segment)
