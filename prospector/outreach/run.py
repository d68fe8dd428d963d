"""Handing a plan over: intent, folder, fact. See `ledger` for what happens when it stops in between."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from prospector.config import setting_line
from prospector.core.errors import FileError, near_miss
from prospector.destinations.registry import DESTINATIONS
from prospector.outreach.ledger import Ledger
from prospector.outreach.run_folders import EXPORTS, RunFolders, StoppedRun, part_of
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prospector.destinations.handover import Lead
    from prospector.outreach.ledger import Unfinished
    from prospector.outreach.plan import CampaignFiles, Plan
    from prospector.store.database import Database

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class RunResult:
    """What left. `folder` is None where there was nothing to hand over."""

    plan: Plan
    exported: int
    folder: Path | None
    files: tuple[Path, ...]
    recovered: tuple[str, ...] = ()
    unfinished_elsewhere: tuple[StoppedRun, ...] = ()
    key_made: bool = False
    """Whether this run made the key of the opt-out links."""

    @property
    def run(self) -> str | None:
        """The run's name, if there was one."""
        return f"{self.folder.parent.name}/{self.folder.name}" if self.folder else None

    def as_json(self) -> dict[str, Any]:
        """The documented shape of `run --json`."""
        return {
            **self.plan.as_json(),
            "exported": self.exported,
            "files": [str(path) for path in self.files],
            "manifest": str(self.folder / MANIFEST) if self.folder else None,
            "recovered": list(self.recovered),
            "unfinished_elsewhere": [stopped.as_json() for stopped in self.unfinished_elsewhere],
        }


def destination_name(files: CampaignFiles) -> str:
    """The campaign's file destination; an error for one that is not known or that pushes."""
    wanted = files.campaign.destination
    name = wanted if isinstance(wanted, str) else wanted.tool
    line = setting_line(files.settings_file, "campaigns", files.name, "destination")
    if not isinstance(wanted, str) and wanted.push:
        raise FileError(
            files.settings_file,
            f'campaign "{files.name}": pushing to {name} is not supported yet',
            line=line,
            hint=f"write `destination: {name}` and upload the file that `run` makes",
        )
    if name not in DESTINATIONS:
        hint = near_miss(name, DESTINATIONS) or f"known: {', '.join(DESTINATIONS)}"
        what = f'campaign "{files.name}": no destination "{name}"'
        raise FileError(files.settings_file, what, line=line, hint=hint)
    return name


class Runner:
    """Hands plans over into folders below a workspace's `exports`. Use while holding the database's lock."""

    def __init__(self, db: Database, workspace: Path) -> None:
        self._db = db
        self._exports = workspace / EXPORTS
        self._folders = RunFolders(db.path, workspace)
        self._ledger = Ledger(db)
        self._suppressions = Suppressions(db)

    def recover(self) -> list[str]:
        """Learn runs that only their folders know, and finish those that stopped in this workspace; their names."""
        names = self._learn()
        for run in self._ledger.unfinished():
            if self._is_ours(run):
                self._leave(run.name, *self._ledger.intention(run.name))
                names.append(run.name)
        return names

    def unfinished_elsewhere(self) -> tuple[StoppedRun, ...]:
        """The runs that have stopped in other workspaces. Only those may finish them: they know what has left."""
        return tuple(
            self._folders.stopped(run.name, run.campaign, run.people, run.folder)
            for run in self._ledger.unfinished()
            if not self._is_ours(run)
        )

    def _learn(self) -> list[str]:
        names = []
        for path, folder in self._manifests():
            manifest = _read_manifest(path)
            with self._db.transaction():
                learned = self._ledger.learn(manifest, folder)
            names += [learned] if learned else []
        return names

    def _manifests(self) -> Iterator[tuple[Path, str]]:
        """All that this workspace has handed over, and what others on this database have that it does not know.

        A backup that is put back has forgotten the runs of all workspaces, not only of the one that runs first.
        """
        for path in _manifests_below(self._exports):
            yield path, self._folders.recorded(path.parent)
        known = self._ledger.folders()
        for workspace in self._folders.others(known):
            for path in _manifests_below(workspace / EXPORTS):
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
            return self._ledger.is_of(run, _read_manifest(folder / MANIFEST))
        return part_of(folder).is_dir() and not folder.exists()

    def hand_over(self, plan: Plan, files: CampaignFiles) -> RunResult:
        """Write a plan down, put its folder in place, and write down that it has left."""
        run = self._ledger.next_run(plan.campaign, plan.as_of)
        manifest = make_manifest(run, plan, files)
        place = self._folders.recorded(self._exports / run)
        with self._db.transaction():
            self._ledger.intend(run, plan.campaign, plan.as_of, plan.leads, manifest, place)
        left = self._leave(run, plan.leads, manifest)
        folder = self._exports / run
        paths = tuple(folder / entry["name"] for entry in left["files"])
        return RunResult(plan, len(left["enrolled"]), folder, paths)

    def _leave(self, run: str, leads: Sequence[Lead], manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Put the folder in place if it is not yet; the manifest that stands in it."""
        folder = self._exports / run
        if not (folder / MANIFEST).is_file():
            self._write(folder, self._still_allowed(run, leads), dict(manifest))
        with self._db.transaction():
            self._ledger.has_left(run, str(manifest["as_of"]))
        return _read_manifest(folder / MANIFEST)

    def _still_allowed(self, run: str, leads: Sequence[Lead]) -> list[Lead]:
        """The last look at the suppression list, right before the files are written."""
        allowed = []
        for lead in leads:
            domain = self._db.value("SELECT domain FROM companies WHERE id = ?", (lead.company_id,))
            if self._suppressions.why(lead.person_id, lead.email, domain) is None:
                allowed.append(lead)
            else:
                self._ledger.drop(run, lead.key)
        return allowed

    def _write(self, folder: Path, leads: list[Lead], manifest: dict[str, Any]) -> None:
        part = part_of(folder)
        try:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            names = DESTINATIONS[str(manifest["destination"])](leads, part)
            kept = {lead.key for lead in leads}
            manifest["enrolled"] = [one for one in manifest["enrolled"] if one["email"] in kept]
            manifest["files"] = [_file_entry(part / name) for name in names]
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            (part / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
            for path in part.iterdir():
                _sync(path)
            part.rename(folder)
            _sync(folder.parent)
        except OSError as error:
            raise FileError(
                folder,
                f"cannot be written ({error.strerror}); the run is kept",
                hint="free some space or mend the folder, then run again: it goes on where it stopped",
            ) from error


def make_manifest(run: str, plan: Plan, files: CampaignFiles) -> dict[str, Any]:
    """What a run was made of and what it did, without a clock: two runs can be compared."""
    return {
        "run": run,
        "campaign": plan.campaign,
        "as_of": plan.as_of.isoformat(),
        "destination": destination_name(files),
        "segment": _digest(files.segment.path),
        "sequence": [_digest(path) for path in sorted(files.sequence.folder.glob("*")) if path.is_file()],
        "already_enrolled": plan.already_enrolled,
        "enrolled": [
            {
                "email": lead.key,
                "person_id": lead.person_id,
                "touches": [
                    {
                        "touch": touch.touch,
                        "channel": touch.channel,
                        "variant": touch.variant,
                        "send_at": touch.send_at,
                        "sha256": hashlib.sha256(f"{touch.subject}\n{touch.text}".encode()).hexdigest(),
                    }
                    for touch in lead.touches
                ],
            }
            for lead in plan.leads
        ],
        "held_back": [held.as_json() for held in plan.held_back],
        "allowed": list(plan.allowed),
        "files": [],
    }


def _digest(path: Path | None) -> dict[str, str] | None:
    if path is None:
        return None
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _file_entry(path: Path) -> dict[str, str | int]:
    body = path.read_bytes()
    return {"name": path.name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def _manifests_below(exports: Path) -> list[Path]:
    # A folder that starts with a dot has not left: a run stopped while it wrote it.
    return sorted(exports.glob(f"[!.]*/[!.]*/{MANIFEST}"))


def _read_manifest(path: Path) -> dict[str, Any]:
    """A manifest with all that the ledger learns from it; `FileError` for one that is damaged."""
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(manifest["as_of"])
        texts = [manifest["run"], manifest["campaign"]]
        texts += [one["email"] for one in manifest["enrolled"]] + [one["name"] for one in manifest["files"]]
        start, _, number = manifest["run"].rpartition("-")
        named = start == f"{manifest['campaign']}/{manifest['as_of']}" and number.isdecimal()
        if not named or not all(isinstance(text, str) for text in texts):
            raise ValueError("not what `run` wrote")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        why = str(error).strip("'") or type(error).__name__
        raise FileError(
            path,
            f"not a readable manifest ({why})",
            hint="restore the file: it keeps people from being mailed twice",
        ) from error
    return manifest


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
