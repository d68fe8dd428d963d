"""Where prospects stand."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from prospector.core.errors import LockedError
from prospector.workspace.opened import parse_day
from prospector.workspace.segments import Segments

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.shapes import StageShape
    from prospector.pipeline.stages.moves import PersonStanding
    from prospector.pipeline.stages.overview import StageLine


class Stages(Segments):
    """Stages of people: worked out, shown, and changed by hand."""

    def stages(self) -> list[StageLine]:
        """Every stage with the people and deals in it."""
        from prospector.pipeline.stages.overview import stage_lines

        self.refresh_stages()
        return stage_lines(self.db, self.pipeline, self.as_of)

    def standing(self, who: str) -> PersonStanding:
        """Where one person stands, and how they came there."""
        return self.move(who)

    def stage_of(self, person: int) -> StageShape | None:
        """Where a person stands, for whoever only looks: it may be as it was known last."""
        from prospector.pipeline.stages.moves import person_standing

        with suppress(LockedError):  # another command is writing
            self.refresh_stages()
        return person_standing(self.db, person, self.as_of).in_short()

    def move(
        self,
        who: str,
        stage: str | None = None,
        *,
        reason: str = "",
        on: date | None = None,
        owner: str | None = None,
    ) -> PersonStanding:
        """Move a person by hand, or say who looks after them; then where they stand. A way back needs a reason."""
        from prospector.pipeline.stages.moves import known_stage, move_person, person_standing, set_owner
        from prospector.store.who import find_handle

        person = find_handle(self.db, who, of="person").id
        to = None if stage is None else known_stage(self.pipeline, stage)
        at, changed = self._moment_of(on), False
        self.refresh_stages()
        with self.db.transaction():
            if to is not None:
                changed = move_person(
                    self.db, self.pipeline, person, to, at=at, reason=reason.strip(), as_of=self.as_of
                )
            if owner is not None:
                changed |= set_owner(self.db, self.pipeline, person, owner, self.as_of)
        self.refresh_stages()
        return person_standing(self.db, person, self.as_of, changed=changed)

    def _moment_of(self, day: date | None) -> str:
        """When something by hand happens: now, or at the end of a day that is named, after all that came in on it."""
        from prospector.pipeline.events.incoming import utc

        if day is None and self.now is not None:
            return utc(self.now)
        day = parse_day((day or self.as_of).isoformat(), "--on")
        return f"{day.isoformat()}T23:59:59Z"
