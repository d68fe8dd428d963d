"""The tasks of the day, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.errors import UsageError
from prospector.workspace.answering import Answering
from prospector.workspace.segments import Segments

if TYPE_CHECKING:
    from datetime import date

    from prospector.pipeline.next.items import Task
    from prospector.pipeline.next.marking import Marked, State
    from prospector.pipeline.next.today import Day


class Working(Segments, Answering):
    """What is to be done today, by value."""

    def next(self, *, owner: str | None = None) -> Day:
        """Today's tasks, and those that wait for a later day because there are too many."""
        from prospector.pipeline.next.today import Day, day_of

        if not self.has_database:
            return Day(self.as_of, ())
        self.refresh_stages()
        stages = self.pipeline.stages
        return day_of(
            self.db,
            self.as_of,
            self.settings.campaigns,
            owner=owner,
            shares={name: stage.probability for name, stage in stages.items()},
            stale={
                name: (self.as_of - stage.stale.before(self.as_of)).days
                for name, stage in stages.items()
                if stage.stale and not stage.end
            },
        )

    def shown_tasks(self, tasks: list[Task]) -> list[Task]:
        """Tasks with whom they are about."""
        from prospector.pipeline.next.today import shown

        if not tasks:
            return []
        return shown(self.db, self.as_of, tasks)

    def mark_task(
        self, text: str, state: State, *, outcome: str | None = None, due: date | None = None
    ) -> Marked:
        """Say of the task of an id, or of the only one of somebody, that it is done, skipped, or comes up later."""
        from prospector.pipeline.next.marking import event_of, find_task, mark

        if state == "later" and (due is None or due <= self.as_of):
            raise UsageError("a task is put off to a day that is still to come", hint="--on DATE")
        task = find_task(self.db, self.as_of, text)
        # The event first: should the program end here, the task is done all the same.
        if told := event_of(self.db, task, state, self.as_of, self.now, outcome=outcome):
            list(self.take_in([told]))
        with self.db.transaction():
            return mark(self.db, task, state, self.as_of, outcome=outcome, due=due)
