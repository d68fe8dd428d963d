"""How campaigns, stages and deals do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prospector.core.errors import LockedError, ProspectorError
from prospector.workspace.campaigns import Campaigns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.pipeline.report.backtest import Backtest
    from prospector.pipeline.report.figures import Given
    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.target import Target


class Reporting(Campaigns):
    """The report and its statements."""

    def report(self, target: Target | None = None) -> Report:
        """Every number of the day; with the target of `pipeline.yaml`, where no other is named and it has one."""
        from prospector.pipeline.report.report import make_report
        from prospector.pipeline.report.target import Target

        usual = self.pipeline.target
        if target is None and usual is not None:
            target = Target(usual.amount, usual.by)
        if not self.db.read_only:
            with suppress(LockedError):  # another command that is writing is not waited for
                self.refresh_stages()
        return make_report(self.db, self._given(), target)

    def report_statements(self, name: str | None = None) -> Mapping[str, str]:
        """The statement of each number, or of one of them, that works by itself on the database's file."""
        from prospector.pipeline.report.figures import statements
        from prospector.pipeline.report.numbers import NUMBERS, known_number

        names = [name] if name else NUMBERS
        return statements(self._given(), [known_number(one) for one in names])

    def backtest(self, name: str) -> Backtest:
        """A segment beside what became of everybody who was contacted, as they were known then."""
        from prospector.pipeline.report.backtest import backtest

        return backtest(self.db, self.segment(name), self._given())

    def report_page(self, report: Report) -> str:
        """A report as one HTML page."""
        from prospector.pipeline.report.page.rendering import page

        return page(report)

    def _given(self) -> Given:
        from prospector.pipeline.mailboxes.coverage import Sources
        from prospector.pipeline.report.figures import CampaignSetting, Given, GoalSetting, StageSetting

        pipeline = self.pipeline
        return Given(
            self.as_of,
            [
                CampaignSetting(name, one.segment, one.sequence, self._winner_at(one.sequence))
                for name, one in self.settings.campaigns.items()
            ],
            [StageSetting(name, one.end or "open", one.probability) for name, one in pipeline.stages.items()],
            [
                GoalSetting(name, goal, wanted)
                for name, one in pipeline.owners.items()
                for goal, wanted in one.goals.items()
            ],
            list(Sources(self.db, self.settings).read()),
            pipeline.currency,
            dark_days=(self.as_of - pipeline.deals.dark_after.before(self.as_of)).days,
        )

    def _winner_at(self, sequence: str) -> int | None:
        """The size that a sequence fixes; a sequence that cannot be read fixes none, and says so elsewhere."""
        with suppress(ProspectorError):
            return self.sequence(sequence).winner_at
        return None
