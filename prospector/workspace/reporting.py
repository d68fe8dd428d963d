"""How campaigns, stages and deals do."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prospector.core.errors import ProspectorError
from prospector.workspace.campaigns import Campaigns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prospector.pipeline.report.figures import Given, StageSetting
    from prospector.pipeline.report.report import Report
    from prospector.pipeline.report.target import Target


class Reporting(Campaigns):
    """The report and its statements."""

    def report(self, target: Target | None = None) -> Report:
        """Every number of the day."""
        from prospector.pipeline.report.report import make_report

        self.refresh_stages()
        return make_report(self.db, self._given(), self._goals(), target or self._target())

    def report_statements(self, name: str | None = None) -> Mapping[str, str]:
        """The statement of each number, or of one of them, that works by itself on the database's file."""
        from prospector.pipeline.report.figures import statements
        from prospector.pipeline.report.numbers import NUMBERS, known_number

        names = [name] if name else NUMBERS
        return statements(self._given(), [known_number(one) for one in names])

    def _given(self) -> Given:
        from prospector.pipeline.report.figures import CampaignSetting, Given

        campaigns = [
            CampaignSetting(name, one.segment, one.sequence, self._winner_at(one.sequence))
            for name, one in self.settings.campaigns.items()
        ]
        return Given(self.as_of, campaigns, self._stages())

    def _winner_at(self, sequence: str) -> int | None:
        """The size that a sequence fixes; a sequence that cannot be read fixes none, and says so elsewhere."""
        with suppress(ProspectorError):
            return self.sequence(sequence).winner_at
        return None

    def _stages(self) -> list[StageSetting]:
        from prospector.pipeline.report.figures import StageSetting

        stages = self.pipeline.stages.items()
        return [StageSetting(name, one.end or "open", one.probability) for name, one in stages]

    def _goals(self) -> dict[str, dict[str, int]]:
        return {name: dict(one.goals) for name, one in self.pipeline.owners.items()}

    def _target(self) -> Target | None:
        """The target of pipeline.yaml."""
        from prospector.pipeline.report.target import Target

        said = self.pipeline.target
        return Target(said.amount, said.by) if said else None
