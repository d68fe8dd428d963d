"""Handing a plan over: intent, folder, fact. See `ledger` for what happens when it stops in between."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.digests import digest_of_file
from prospector.core.errors import FileError, UsageError
from prospector.core.private_files import OUR_FOLDER, make_folder, make_private, open_private
from prospector.destinations.handover import About
from prospector.destinations.registry import DESTINATIONS, api_of
from prospector.destinations.touch_files import write_tasks
from prospector.outreach.campaign_files import destination_name, pushed_to
from prospector.outreach.deliveries import Deliveries, Refused
from prospector.outreach.drafts import draft
from prospector.outreach.due import DUE
from prospector.outreach.json_text import flat_json
from prospector.outreach.ledger import Ledger
from prospector.outreach.left_alone import paused_people, stopped_people
from prospector.outreach.manifest_reading import digest_of_manifest, read_manifest
from prospector.outreach.manifests import (
    MANIFEST,
    REFUSED,
    ManifestWriter,
    about_of,
    entry_text,
    make_head,
    manifests_below,
)
from prospector.outreach.plan import Plan
from prospector.outreach.run_folders import EXPORTS, RunFolders, StoppedRun, part_of
from prospector.outreach.shapes import enrolled_json
from prospector.store.suppressions import Suppressions, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from prospector.destinations.handover import Lead
    from prospector.destinations.tool_api import Remote
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.ledger import Unfinished
    from prospector.outreach.manifest_reading import Manifest
    from prospector.outreach.plan import Planning
    from prospector.outreach.shapes import RefusedShape, RunShape
    from prospector.outreach.tools import Tools
    from prospector.store.database import Database


@dataclass(frozen=True, slots=True)
class RunResult:
    """What left. `folder` is None where there was nothing to hand over; see `Campaigns.run` for whom `plan` names."""

    plan: Plan
    exported: int
    folder: Path | None
    files: tuple[Path, ...]
    recovered: tuple[str, ...] = ()
    unfinished_elsewhere: tuple[StoppedRun, ...] = ()
    key_made: bool = False
    """Whether this run made the key of the opt-out links."""
    refused: tuple[Refused, ...] = ()
    """Whom the tool did not take."""
    unsettled: int = 0
    """Of how many people it is not known yet whether the tool has them, or who wait to be sent."""
    stopped: str | None = None
    """Why a hand-over to a tool has stopped half-way."""
    pushed_to: str | None = None
    """The tool that leads were pushed to."""

    @property
    def run(self) -> str | None:
        """The run's name, if there was one."""
        return f"{self.folder.parent.name}/{self.folder.name}" if self.folder else None

    @property
    def manifest(self) -> Path | None:
        """The run's manifest, if there was one."""
        return self.folder / MANIFEST if self.folder else None

    def as_json(self) -> RunShape:
        """What `run --json` prints."""
        return {
            **self.plan.as_json(),
            "exported": self.exported,
            "files": [str(path) for path in self.files],
            "manifest": str(self.manifest) if self.manifest else None,
            "recovered": list(self.recovered),
            "unfinished_elsewhere": [stopped.as_json() for stopped in self.unfinished_elsewhere],
            "refused": [one.as_json() for one in self.refused],
            "unsettled": self.unsettled,
            "stopped": self.stopped,
        }


def refused_run(campaign: str, as_of: date, why: str) -> RunResult:
    """What there is to say of a campaign that was refused before anything was done."""
    return RunResult(Plan(campaign, as_of, (), (), 0), 0, None, (), stopped=why)


class Recovered(NamedTuple):
    """What became of runs that had stopped: the names of those that are done, and why one is not."""

    names: list[str]
    refused: list[Refused]
    unsettled: int = 0
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class _Left:
    """What has left with a run, and what has not."""

    people: int = 0
    files: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    unsettled: int = 0
    stopped: str | None = None


class _TakenBack(Exception):
    """What was learned is forgotten again."""


class Runner:
    """Hands plans over into folders below a workspace's `exports`. Use while holding the database's lock."""

    def __init__(
        self,
        db: Database,
        workspace: Path,
        still_alone: Callable[[], None] = lambda: None,
        tools: Tools | None = None,
    ) -> None:
        """`still_alone` is asked before each step that cannot be taken back, and raises if another may be at work.

        `tools` are needed by campaigns that are pushed.
        """
        self._still_alone = still_alone
        self._tools = tools
        self._db = db
        self._exports = workspace / EXPORTS
        self._folders = RunFolders(db.path, workspace)
        self._ledger = Ledger(db)
        self._suppressions = Suppressions(db)

    def recover(self, campaign: str | None = None) -> Recovered:
        """Learn runs that only their folders know, and finish those that stopped in this workspace.

        A run that was being pushed is finished with its own campaign: another tool's trouble is not everybody's.
        """
        names, refused = self._learn(), list[Refused]()
        for run in self._ledger.unfinished():
            if not self._is_ours(run) or (self._is_push(run.name) and run.campaign != campaign):
                continue
            left = self._leave(run.name)
            refused += left.refused
            if left.stopped is not None:
                return Recovered(names, refused, left.unsettled, left.stopped)
            names.append(run.name)
        return Recovered(names, refused)

    def _is_push(self, run: str) -> bool:
        return bool(self._ledger.head(run).get("push"))

    def unfinished_elsewhere(self) -> tuple[StoppedRun, ...]:
        """The runs that have stopped in other workspaces. Only those may finish them: they know what has left."""
        return tuple(
            self._folders.stopped(run.name, run.campaign, run.people, run.folder)
            for run in self._ledger.unfinished()
            if not self._is_ours(run)
        )

    def _learn(self) -> list[str]:
        names = []
        for unknown in self._unknown():
            with self._db.transaction():
                learned = self._ledger.learn(*unknown)
            names += [learned] if learned else []
        return names

    @contextmanager
    def as_if_learned(self) -> Iterator[None]:
        """A block in which the database knows what `recover` would learn; afterwards it is as it was."""
        unknown = list(self._unknown())
        if not unknown:
            yield
            return
        with suppress(_TakenBack), self._db.transaction():
            for one in unknown:
                self._ledger.learn(*one)
            yield
            raise _TakenBack

    def _unknown(self) -> Iterator[tuple[Manifest, str, str]]:
        """Manifests that the ledger does not know, with their folder and digest; `FileError` for a damaged one."""
        for path, folder in self._manifests():
            digest = digest_of_manifest(path)
            if not self._ledger.knows(digest):
                yield read_manifest(path), folder, digest

    def _manifests(self) -> Iterator[tuple[Path, str]]:
        """All that this workspace has handed over, and what others on this database have that it does not know.

        A backup that is put back has forgotten the runs of all workspaces, not only of the one that runs first.
        """
        for path in manifests_below(self._exports):
            yield path, self._folders.recorded(path.parent)
        known = self._ledger.folders()
        for workspace in self._folders.others(known):
            for path in manifests_below(workspace / EXPORTS):
                folder = self._folders.recorded(path.parent)
                if folder not in known:
                    yield path, folder

    def _is_ours(self, run: Unfinished) -> bool:
        """Whether a run that stopped is for this workspace to finish: where it is recorded, else where it has begun."""
        if self._folders.are_ours(run.folder):
            return True
        elsewhere = self._folders.stopped(run.name, run.campaign, run.people, run.folder)
        return not elsewhere.is_there and self._has_begun(run.name)

    def _has_begun(self, run: str) -> bool:
        folder = self._exports / run
        if (folder / MANIFEST).is_file():
            return self._ledger.is_of(run, read_manifest(folder / MANIFEST))
        return part_of(folder).is_dir() and not folder.exists()

    def hand_over(self, plan: Planning | Plan, files: CampaignFiles) -> RunResult:
        """Write a plan down, put its folder in place, and write down that it has left."""
        run = self.intend(plan, files)
        if run is None:
            return RunResult(Plan.of(plan), 0, None, ())
        left = self._leave(run)
        folder = self._exports / run if left.stopped is None else None
        names = tuple(folder / name for name in left.files) if folder else ()
        return RunResult(
            Plan.of(plan),
            left.people,
            folder,
            names,
            refused=tuple(left.refused),
            unsettled=left.unsettled,
            stopped=left.stopped,
            pushed_to=None if pushed_to(files) is None else destination_name(files),
        )

    def intend(self, plan: Planning | Plan, files: CampaignFiles) -> str | None:
        """Write down all that a plan is about to hand over; the run's name, or None where there is nothing."""
        with draft(self._db) as gathered:
            gathered.gather(plan)
            due = plan.due
            if not gathered.leads and not due:
                return None
            run = self._ledger.next_run(plan.campaign, plan.as_of)
            head = make_head(run, plan, files, destination_name(files))
            with self._db.transaction():
                self._still_alone()
                self._ledger.intend(gathered, head, self._folders.recorded(self._exports / run), due)
        return run

    def _leave(self, run: str) -> _Left:
        """Hand over what is open, put the folder in place if it is not yet, and write that down."""
        folder, head = self._exports / run, self._ledger.head(run)
        left = _Left()
        if head.get("push"):
            left = self._push(run, head)
            if left.stopped is not None:
                return left
        if not (folder / MANIFEST).is_file():
            people, files = self._write(run, folder)
            left = replace(left, people=people, files=files)
        with self._db.transaction():
            self._ledger.has_left(run, digest_of_file(folder / MANIFEST))
        return left

    def _push(self, run: str, head: Mapping[str, Any]) -> _Left:
        """Push a run to its tool; what is left open, and why."""
        from prospector.outreach.pushing import Pushing  # noqa: PLC0415  (the web client takes a while to load)

        deliveries = Deliveries(self._db, run)
        name = str(head["destination"])
        with self._reached(name, str(head["push"]), about_of(head)) as remote:
            pushing = Pushing(api_of(name), remote, deliveries, lambda size: self._still_allowed(run, size))
            stopped = pushing.push()
        unsettled = deliveries.count("intended", "ambiguous")
        people = deliveries.count("accepted", "settled")
        return _Left(people, [], deliveries.refused(), unsettled, stopped)

    def _reached(self, name: str, campaign: str, about: About) -> AbstractContextManager[Remote]:
        if self._tools is None:
            raise UsageError(f"nothing says how {name} is reached")
        return self._tools.reach(name, campaign, about)

    def learn_from_tool(self, files: CampaignFiles, as_of: date, key: str) -> str | None:
        """Take over whom the tool has from this campaign and the ledger forgot; the name of their run."""
        wanted = pushed_to(files)
        if wanted is None:
            return None
        from prospector.outreach.pushing import forgotten  # noqa: PLC0415  (as above)

        name = destination_name(files)
        with self._reached(name, wanted, About()) as remote:
            people = forgotten(api_of(name), remote, self._ledger, files.name, key)
        if not people:
            return None
        with self._db.transaction():
            entries = [{"email": one.email, "lead_id": one.lead_id} for one in people]
            return self._ledger.learn_from_tool(files.name, as_of, name, entries)

    def _leaving(self, run: str, head: Mapping[str, Any]) -> Iterator[Lead]:
        """Whom the files and the manifest are about: whom a tool has taken, or whoever may still be written to."""
        if head.get("push"):
            return self._ledger.arrived(run)
        return (lead for leads in self._still_allowed(run) for lead in leads.values())

    def _refused(self, run: str, head: Mapping[str, Any]) -> dict[str, list[RefusedShape]]:
        """Whom the tool did not take, as a list of the manifest; a run that an earlier version began has none."""
        if REFUSED not in head:
            return {}
        return {REFUSED: [one.as_json() for one in Deliveries(self._db, run).refused()]}

    def _still_allowed(self, run: str, size: int | None = None) -> Iterator[dict[int, Lead]]:
        """The last look at the suppression list, right before anybody leaves."""
        for leads in self._ledger.intended(run, size):
            domains = self._domains({lead.company_id for lead in leads.values()})
            targets = {
                enrolment: Target(lead.person_id, lead.email, domains.get(lead.company_id))
                for enrolment, lead in leads.items()
            }
            suppressed = self._suppressions.why_each(targets)
            self._ledger.drop(suppressed, "suppressed")
            gone = {*suppressed, *self._left_alone(run, leads, set(suppressed))}
            yield {enrolment: lead for enrolment, lead in leads.items() if enrolment not in gone}

    def _left_alone(self, run: str, leads: Mapping[int, Lead], suppressed: set[int]) -> set[int]:
        """Whom something has stopped since the plan, and who was paused; whoever is paused keeps what comes later."""
        head = self._ledger.head(run)
        people, campaign = {lead.person_id for lead in leads.values()}, str(head["campaign"])
        stopped = stopped_people(self._db, campaign, people)
        paused = paused_people(self._db, people, date.fromisoformat(head["as_of"]))
        gone = {one for one, lead in leads.items() if lead.person_id in stopped} - suppressed
        self._ledger.drop(gone, "stopped")
        later = {one for one, lead in leads.items() if lead.person_id in paused} - suppressed - gone
        self._ledger.drop(later, "paused", keep=head.get("handover") == DUE)
        return gone | later

    def _domains(self, companies: set[int | None]) -> dict[int | None, str]:
        sql = "SELECT id, domain FROM companies WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(sql, (json.dumps(sorted(filter(None, companies))),)).fetchall())

    def _write(self, run: str, folder: Path) -> tuple[int, list[str]]:
        part, head = part_of(folder), self._ledger.head(run)
        try:
            shutil.rmtree(part, ignore_errors=True)
            make_folder(part)
            with open_private(part / MANIFEST, newline="\n") as file:
                manifest = _Manifest(ManifestWriter(file, head))
                leads = manifest.noted(self._leaving(run, head))
                write = write_tasks if head.get("push") else DESTINATIONS[str(head["destination"])].write
                names = write(leads, part, about_of(head))
                manifest.finish(
                    files=[_file_entry(part / name) for name in names],
                    held_back=self._ledger.held_back(run),
                    **self._refused(run, head),
                )
            settle(part)
            self._still_alone()
            part.rename(folder)
            _sync(folder.parent)
        except OSError as error:
            raise FileError(
                folder,
                f"cannot be written ({error.strerror}); the run is kept",
                hint="free some space or mend the folder, then run again: it goes on where it stopped",
            ) from error
        return manifest.people, names


class _Manifest:
    """The manifest of a run, written while the leads pass on their way to the destination."""

    def __init__(self, writer: ManifestWriter) -> None:
        self._writer = writer
        self.people = 0
        writer.begin("enrolled")

    def noted(self, leads: Iterator[Lead]) -> Iterator[Lead]:
        """The same leads, each written down."""
        for lead in leads:
            self._writer.add(entry_text(enrolled_json(lead)))
            self.people += 1
            yield lead

    def finish(self, **lists: Iterable[Mapping[str, Any]]) -> None:
        """What comes after the leads: the other lists, in the order of their names."""
        self._writer.end()
        for name, entries in lists.items():
            self._writer.begin(name)
            for entry in entries:
                self._writer.add(flat_json(entry, 2, 1, sort_keys=True))
            self._writer.end()
        self._writer.finish()


def _file_entry(path: Path) -> dict[str, str | int]:
    if path.is_dir():
        return _folder_entry(path)
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": digest_of_file(path)}


def _folder_entry(folder: Path) -> dict[str, str | int]:
    """A folder by the bytes of its files, and a digest of their names and digests in order."""
    size, digest = 0, hashlib.sha256()
    for path in sorted(folder.iterdir()):
        size += path.stat().st_size
        digest.update(f"{path.name}\0{digest_of_file(path)}\n".encode())
    return {"name": folder.name, "bytes": size, "sha256": digest.hexdigest()}


def settle(folder: Path) -> None:
    """Files that nobody else reads, written down for good; many small ones all at once."""
    for path in folder.iterdir():
        if path.is_dir():
            path.chmod(OUR_FOLDER)
            for one in path.iterdir():
                make_private(one)
            os.sync()
        else:
            make_private(path)
            _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
