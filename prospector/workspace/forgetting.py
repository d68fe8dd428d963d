"""Forgetting a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.workspace.stopping import Stopping

if TYPE_CHECKING:
    from prospector.outreach.shapes import ForgottenShape
    from prospector.outreach.tool_stops import ToolStop
    from prospector.store.forgetting import Forgotten, ToForget


class ForgottenPerson(NamedTuple):
    """What was done, and what somebody has to do beside it."""

    told: ToForget
    done: Forgotten
    still_there: tuple[ToolStop, ...]
    """Touches of theirs in tools that could not be stopped from here."""

    def as_json(self) -> ForgottenShape:
        """What `forget --json` prints: nothing in it names the person but what is still to be done."""
        return {
            "number": self.done.number,
            "enrolments": self.done.enrolments,
            "events": self.done.events,
            "touches": self.done.touches,
            "suppressed": self.done.suppressed,
            "files": list(self.told.folders),
            "still_there": [one.as_json() for one in self.still_there],
        }


class Forgetting(Stopping):
    """Everything about one person, deleted."""

    def to_forget(self, who: str) -> ToForget:
        """What is known of somebody who is about to be forgotten."""
        from prospector.store.forgetting import to_forget
        from prospector.store.who import find_handle

        return to_forget(self.db, find_handle(self.db, who, of="person").id)

    def forget(self, told: ToForget, *, keep_suppressed: bool = True) -> ForgottenPerson:
        """Delete all that names them; counts stay. First what tools have of theirs is stopped, as far as that can be.

        With `keep_suppressed` the addresses stay on the suppression list, so that nobody writes to them again.
        """
        from prospector.outreach.tool_stops import note_under_way, tool_stops
        from prospector.outreach.under_way import stopped_by
        from prospector.store.forgetting import forget

        under_way = stopped_by(self.db, [("email", one) for one in told.addresses], self.as_of)
        with self.db.transaction():
            note_under_way(self.db, under_way, "forgotten", self.as_of)
        self.stop_in_tools()
        left = tuple(one for one in tool_stops(self.db) if one.person_id == told.person_id)
        return ForgottenPerson(told, forget(self.db, told, self.as_of, keep=keep_suppressed), left)
