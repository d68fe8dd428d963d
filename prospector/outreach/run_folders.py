"""Where the runs of a database put their folders: which are this workspace's, and which another's.

A path is recorded as seen from the database's own folder, so that the database and its workspaces can be moved
together.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME, load_settings
from prospector.core.errors import ProspectorError
from prospector.store.lock import real_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.outreach.shapes import StoppedRunShape

EXPORTS = "exports"


def part_of(folder: Path) -> Path:
    """Where a run's folder is written. What starts with a dot has not left."""
    return folder.with_name(f".{folder.name}.part")


@dataclass(frozen=True, slots=True)
class StoppedRun:
    """A run of another workspace that has stopped half-way; `workspace` is None where nobody wrote it down."""

    run: str
    campaign: str
    people: int
    workspace: Path | None

    @property
    def is_there(self) -> bool:
        """Whether the workspace stands where it stood."""
        return self.workspace is not None and is_workspace(self.workspace)

    def advice(self) -> str:
        """What has happened and how to go on, in one line."""
        # Where it began nobody can see from here, so whoever knows it to be here says so by making the part.
        claim = f"mkdir -p {part_of(Path(EXPORTS, self.run))}"
        people = f"{self.people} {'person waits' if self.people == 1 else 'people wait'}"
        if self.workspace is None:
            return (
                f"the run {self.run} has stopped half-way in a workspace that is not recorded ({people}); "
                f"in the one where it began: {claim}, then run again"
            )
        told = f"a run of another workspace ({self.workspace}) has stopped half-way ({people})"
        if self.is_there:
            where = shlex.quote(str(self.workspace))
            return f"{told}; finish it there: prospector run {self.campaign} --workspace {where}"
        return f"{told} and is not to be seen; put it back, or where it stands now: {claim}, then run again"

    def as_json(self) -> StoppedRunShape:
        """One entry of `unfinished_elsewhere`."""
        return {
            "run": self.run,
            "campaign": self.campaign,
            "people": self.people,
            "workspace": None if self.workspace is None else str(self.workspace),
        }


class RunFolders:
    """The folders of one workspace, as its database records them."""

    def __init__(self, database: Path, workspace: Path) -> None:
        self._database = real_path(database)
        self._base = self._database.parent
        self._workspace = real_path(workspace)

    def recorded(self, folder: Path) -> str:
        """What the database records for a folder `WORKSPACE/exports/CAMPAIGN/NAME`."""
        # The link that `exports` may be is not followed: it may lead somewhere else tomorrow.
        place = real_path(folder.parents[2]) / Path(*folder.parts[-3:])
        return Path(os.path.relpath(place, self._base)).as_posix()

    def workspace_of(self, recorded: str) -> Path:
        """The workspace that a recorded folder is in."""
        return Path(os.path.normpath(self._base / recorded)).parents[2]

    def are_ours(self, recorded: str | None) -> bool:
        """Whether a recorded folder is in this workspace.

        The version before recorded none. It had one workspace for each database nearly always: the nearest one
        at or above it.
        """
        if recorded is not None:
            return self.workspace_of(recorded) == self._workspace
        nearest = (folder for folder in (self._base, *self._base.parents) if is_workspace(folder))
        return next(nearest, None) == self._workspace

    def others(self, recorded: Iterable[str]) -> list[Path]:
        """The other workspaces in which these folders are, as far as they are there and still on this database."""
        found = {self.workspace_of(folder) for folder in recorded} - {self._workspace}
        return [folder for folder in sorted(found) if is_workspace(folder) and self._is_used_by(folder)]

    def _is_used_by(self, workspace: Path) -> bool:
        try:
            settings = load_settings(workspace / FILE_NAME)
        except ProspectorError:
            return (
                True  # Whoever has got a mail from there must not get it twice because of a slip in a file.
            )
        return real_path(workspace / settings.database) == self._database

    def stopped(self, run: str, campaign: str, people: int, recorded: str | None) -> StoppedRun:
        """A run that has stopped in another workspace."""
        workspace = None if recorded is None else self.workspace_of(recorded)
        return StoppedRun(run, campaign, people, workspace)


def is_workspace(folder: Path) -> bool:
    """Whether a workspace can be seen there; a folder that may not be looked into is none."""
    return os.path.isfile(folder / FILE_NAME)
