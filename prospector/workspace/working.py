"""The tasks of the day, and what became of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prospector.core.errors import LockedError, UsageError
from prospector.workspace.answering import Answering
from prospector.workspace.segments import Segments

if TYPE_CHECKING:
    from datetime import date

    from prospector.pipeline.next.items import Looking, Task
    from prospector.pipeline.next.marking import Marked, State
    from prospector.pipeline.next.today import Day
    from prospector.pipeline.next.worth import Road


class Working(Segments, Answering):
    """What is to be done today, by value."""

    def next(self, *, owner: str | None = None) -> Day:
        """Today's tasks, and those that wait for a later day because there are too many."""
        from prospector.pipeline.next.today import Day, day_of

        return day_of(self._looking(), owner) if self.has_database else Day(self.as_of)

    def task_counts(self) -> tuple[int, int]:
        """How many tasks there are today, and how many of them cannot wait."""
        from prospector.pipeline.next.today import counts_of

        return counts_of(self._looking()) if self.has_database else (0, 0)

    def shown_tasks(self, tasks: list[Task]) -> list[Task]:
        """Tasks with whom they are about."""
        from prospector.pipeline.next.today import shown

        return shown(self._looking(), tasks) if tasks else []

    def mark_task(
        self, text: str, state: State, *, outcome: str | None = None, due: date | None = None
    ) -> Marked:
        """Say of the task of an id, or of the only one of somebody, that it is done, skipped, or comes up later."""
        from prospector.pipeline.next.marking import event_of, find_task, mark

        if state == "later" and (due is None or due <= self.as_of):
            raise UsageError("a task is put off to a day that is still to come", hint="--on DATE")
        task = find_task(self._looking(), text)
        # The event first: should the program end here, the task is done all the same.
        if told := event_of(self.db, task, state, self.as_of, self.now, outcome=outcome):
            list(self.take_in([told]))
        with self.db.transaction():
            return mark(self.db, task, state, self.as_of, outcome=outcome, due=due)

    def _looking(self) -> Looking:
        from prospector.pipeline.next.items import Looking
        from prospector.pipeline.next.worth import known_worth

        with suppress(LockedError):  # what was known of stages will do while another command is writing
            self.refresh_stages()
        worth = known_worth(self.db, self._ways())
        return Looking(self.db, self.as_of, worth, self.settings.campaigns, self.settings.next.per_day)

    def _ways(self) -> Road:
        """What the workspace says of its stages."""
        from prospector.pipeline.next.worth import Road

        stages = self.pipeline.stages
        return Road(
            {name: stage.probability for name, stage in stages.items()},
            {name: stage.stale.before(self.as_of) for name, stage in stages.items() if stage.stale},
            frozenset(name for name, stage in stages.items() if stage.end),
            self.pipeline.deals.dark_after.before(self.as_of),
        )
