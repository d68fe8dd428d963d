"""Leaving people or campaigns alone for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.stopping import Stopping

if TYPE_CHECKING:
    from prospector.outreach.pauses import Paused


class Pausing(Stopping):
    """Pause and resume."""

    def pause(self, who: str) -> Paused:
        """Leave a person, the people of a company, or a campaign of the settings alone until they are resumed."""
        return self._set(who, paused=True)

    def resume(self, who: str) -> Paused:
        """Take the pause back."""
        return self._set(who, paused=False)

    def _set(self, who: str, *, paused: bool) -> Paused:
        from prospector.outreach.pauses import Pauses

        pauses = Pauses(self.db)
        if who in self.settings.campaigns:
            trips = () if paused else tuple(self.breaker_trips(who))
            return pauses.set_campaign(who, self.as_of, paused=paused, trips=trips)
        return pauses.set_people(who, self.as_of, paused=paused)
