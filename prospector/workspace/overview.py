"""Where everything stands, what to do next, and whether the workspace is sound."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from prospector.core.counts import counted
from prospector.core.errors import ProspectorError
from prospector.workspace.campaigns import Campaigns
from prospector.workspace.stages import Stages
from prospector.workspace.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.config import Campaign
    from prospector.outreach.breaker import Trip
    from prospector.outreach.doctor import Check
    from prospector.outreach.overview import AnswersRead, CampaignLine, NextAction, Status
    from prospector.pipeline.mailboxes.coverage import Coverage
    from prospector.pipeline.stages.in_campaign import InCampaign
    from prospector.segments.segment import Segment


class Overview(Working, Campaigns, Stages):
    """Campaigns, status, doctor."""

    def campaign_lines(self) -> list[CampaignLine]:
        """The campaigns of the settings, each with its last run and with who waits."""
        from prospector.outreach.overview import NOBODY

        read = self._answers_read()
        return [
            replace(
                self._campaign_line(name, one),
                answers=read.get(name, NOBODY),
                paused_since=self._paused_since(name),
            )
            for name, one in self.settings.campaigns.items()
        ]

    def in_campaign(self, who: str, campaign: str) -> InCampaign:
        """How a person stands in a campaign, what stops them there, and which criterion says what."""
        from prospector.outreach.standing import taken_of
        from prospector.pipeline.stages.in_campaign import InCampaign
        from prospector.store.who import Handle, handle_text

        files, found = self._files_named(campaign), self.person(who)
        person, suppressed = found.person.id, self.why_suppressed(found)
        stopped = [one for one in self.left_alone(found) if one["campaign"] in (campaign, None)]
        taken = taken_of(self.db, campaign, person, self.as_of, goes_on=not (stopped or suppressed))
        return InCampaign(
            handle_text(self.db, Handle("person", person)),
            campaign,
            taken or dict(self._standings([campaign], found))[campaign],
            suppressed,
            self.stage_of(person),
            next((one for one in self.answers_of(found) if one["campaign"] == campaign), None),
            stopped,
            self.explain(files.segment, f"person:{person}"),
        )

    def coverage(self) -> Coverage:
        """The share of the people who were written to whose answers were read without a gap."""
        from prospector.pipeline.mailboxes.coverage import coverage

        return coverage(self.db, self.settings, self.as_of)

    def _paused_since(self, campaign: str) -> str | None:
        from prospector.outreach.pauses import Pauses

        return Pauses(self.db).campaign_since(campaign) if self.has_database else None

    def _answers_read(self) -> dict[str, AnswersRead]:
        from prospector.outreach.overview import AnswersRead

        if not self.has_database:
            return {}
        shares = self.coverage().campaigns
        return {
            name: AnswersRead(one.contacted, one.covered, one.read_until, one.words)
            for name, one in shares.items()
        }

    def status(self) -> Status:
        """What there is, who waits, and what to do next."""
        from prospector.outreach.overview import Status, known, unsettled

        lines = self.campaign_lines()
        people, companies = known(self._db_if_any)
        tasks, urgent = self.task_counts()
        action = self._next_action(lines, people + companies, tasks, urgent)
        open_ = sum(unsettled(self._db_if_any).values())
        breakers = tuple(str(one) for one in self.breaker_trips())
        return Status(self.as_of, people, companies, tuple(lines), action, open_, tasks, breakers)

    def doctor(self) -> Iterator[Check]:
        """Each thing that could be wrong with the workspace, looked at."""
        from prospector.outreach import doctor

        database = self.folder / self.settings.database
        yield from doctor.of_database(database)
        yield doctor.of_locks(database)
        yield doctor.of_deliveries(database)
        yield doctor.of_breaker([str(one) for one in self._trips_if_readable()])
        yield from doctor.of_mailboxes(self.folder, self.settings)
        yield from doctor.of_hooks(self.folder, self.settings)
        yield doctor.of_private_files(self.folder, database)
        yield doctor.of_token_key(self.token_key)
        yield from doctor.of_settings(self.folder, self.settings)
        for kind, names in (("segments", self.segment_names()), ("sequences", self.sequence_names())):
            yield doctor.of_files(kind, {name: self._fault_of(kind, name) for name in names})
        yield doctor.of_files("pipeline", {"pipeline.yaml": self._fault_of("pipeline", "pipeline.yaml")})
        yield doctor.of_files(
            "campaigns", {name: self._fault_of("campaigns", name) for name in self.settings.campaigns}
        )
        yield doctor.of_disk(self.folder)

    def _trips_if_readable(self) -> list[Trip]:
        """What has stopped by itself; of a database that is damaged another check tells."""
        try:
            return self.breaker_trips()
        except (ProspectorError, sqlite3.DatabaseError):
            return []

    def _fault_of(self, kind: str, name: str) -> ProspectorError | None:
        try:
            if kind == "pipeline":
                self.pipeline  # noqa: B018  (read once, and kept)
            elif kind == "segments":
                self.segment(name)
            elif kind == "sequences":
                errors = (one for one in self.check_sequence(name) if one.level == "error")
                return next((one.as_error() for one in errors), None)
            else:
                self.campaign_files(name)
        except ProspectorError as error:
            return error.parts[0]
        return None

    def _campaign_line(self, name: str, campaign: Campaign) -> CampaignLine:
        from prospector.outreach.overview import campaign_line

        segment: Segment | None = None
        fault = None
        try:
            segment = self.segment(campaign.segment)
            self.campaign_files(name)
        except ProspectorError as error:
            fault = error.parts[0].message
        return campaign_line(self._db_if_any, name, campaign, segment, fault, self.as_of)

    def _next_action(self, lines: list[CampaignLine], records: int, tasks: int, urgent: int) -> NextAction:
        from prospector.outreach.overview import NextAction, stopped_run

        if stopped := stopped_run(self._db_if_any):
            return NextAction(
                f"prospector run {stopped}", "a run has stopped half-way and is finished by the next one"
            )
        if not records:
            return NextAction("prospector import FILE", "nobody has been imported yet")
        if urgent:
            return NextAction(
                "prospector next", f"{counted(urgent, 'task')} cannot wait: answers, or tools to stop"
            )
        if trips := [one for one in self.breaker_trips() if one.scope == "campaign"]:
            return NextAction(f"prospector resume {trips[0].name}", f"the breaker has stopped {trips[0]}")
        for line in lines:
            if line.fault is not None:
                return NextAction(f"prospector plan {line.name}", f"the campaign cannot run: {line.fault}")
        if unread := self._unread(lines):
            return unread
        for line in lines:
            if line.waiting and not line.paused_since:
                people = "1 person has" if line.waiting == 1 else f"{line.waiting} people have"
                return NextAction(
                    f"prospector plan {line.name}", f"{people} not been handed over by {line.name}"
                )
        if tasks:
            return NextAction("prospector next", f"{counted(tasks, 'task')} for today")
        return self._beyond_campaigns(lines)

    def _unread(self, lines: list[CampaignLine]) -> NextAction | None:
        """Answers that may have come and were not read, where a mailbox could be."""
        from prospector.outreach.overview import NextAction

        if not any(one.imap for one in self.settings.mailboxes.values()):
            return None
        today = f"{self.as_of.isoformat()}T00:00:00Z"
        for line in lines:
            until = line.answers.until
            if line.answers.written_to and (until is None or until < today):
                return NextAction("prospector events pull", f"answers to {line.name}: {line.answers.words}")
        return None

    def _beyond_campaigns(self, lines: list[CampaignLine]) -> NextAction:
        from prospector.outreach.overview import NextAction

        if not lines:
            names = self.segment_names()
            command = f"prospector find --segment {names[0]}" if names else "prospector segment new NAME"
            return NextAction(
                command, "there is no campaign yet: add one under campaigns: in prospector.yaml"
            )
        for line in lines:
            due, _ = self.companies_to_read(self.segment(line.segment))
            if due:
                why = f"{len(due)} companies could still bring people into {line.segment}"
                return NextAction(f"prospector enrich --segment {line.segment} --plan", why)
        return NextAction("prospector import FILE", "everybody who matches has been handed over")
