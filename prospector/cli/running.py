"""Several campaigns one after the other: one that is refused does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.cli.options import say
from prospector.core.errors import LockedError, ProspectorError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from prospector.cli.plan_output import PlanJson
    from prospector.workspace import Workspace


class Running:
    """What `run` has done so far."""

    def __init__(self, opened: Workspace, *, as_json: bool, quiet: bool, alone: bool) -> None:
        """`alone`: there is one campaign, and its error is the command's own."""
        self.opened, self.as_json, self.quiet, self._alone = opened, as_json, quiet, alone
        self.spooled: list[TextIO] = []
        self.told = set[str]()
        self.failed = False

    def campaign(self, name: str, run: Callable[[Running, str, PlanJson | None], bool]) -> None:
        """One campaign; an error of it is told, and kept for the exit code."""
        try:
            self.failed |= not run(self, name, self._shown(name))
        except LockedError:
            raise  # all of them wait for the same run
        except ProspectorError as error:
            if self._alone:
                raise
            self._refused(name, error)

    def _shown(self, name: str) -> PlanJson | None:
        if not self.as_json:
            return None
        from prospector.cli.plan_output import PlanJson, spool

        self.spooled.append(spool())
        return PlanJson(self.spooled[-1], name, self.opened.as_of)

    def _refused(self, name: str, error: ProspectorError) -> None:
        self.failed = True
        for one in error.parts:
            say(f"error: {name}: {one.message}")
            if one.hint:
                say(f"hint: {one.hint}")
        if self.as_json:
            self.spooled.pop().close()  # what was written of it until then
            shown = self._shown(name)
            assert shown is not None
            shown.finish(self.opened.refused_run(name, error))
