"""What has to be stopped inside a tool, because touches of somebody who is stopped have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.opened import Opened

if TYPE_CHECKING:
    from prospector.outreach.breaker import Trip
    from prospector.outreach.tool_stops import ToolStop


class Stopping(Opened):
    """Listed, and stopped where a tool's API can."""

    halts_later = False
    """Whether somebody else asks the tools: whoever has to answer in time does not wait for them."""

    def tool_stops(self, *, everything: bool = False) -> list[ToolStop]:
        """What has to be stopped inside a tool; `everything`: also what was."""
        from prospector.outreach.tool_stops import tool_stops

        return tool_stops(self.db, everything=everything)

    def breaker_trips(self, campaign: str | None = None) -> list[Trip]:
        """What the breaker has stopped: campaigns, sources of addresses, domains; of one campaign, what is about it."""
        from prospector.outreach.breaker import Breakers

        if not self.has_database:
            return []
        trips = Breakers(self.db, self.settings.breaker, self.as_of).trips.values()
        return [one for one in trips if campaign is None or one.scope != "campaign" or one.name == campaign]

    def stop_in_tools(self) -> int:
        """Stop inside the tools what their APIs can stop; how many people were stopped. What failed is tried again."""
        from prospector.outreach.tool_stops import count_open, note_stopped

        if not self.has_database:
            return 0
        with self.db.transaction():
            note_stopped(self.db, self.as_of)
        if self.halts_later or not count_open(self.db):
            return 0
        from prospector.outreach.halting import halt_open
        from prospector.outreach.tools import Tools

        return halt_open(self.db, Tools(self.folder, self.settings, self.http_settings()), self.as_of)
