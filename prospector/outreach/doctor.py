"""Whether a workspace is sound: each check says what it saw, and what to do where that is not well.

In: the parts of a workspace. Out: checks, each `ok`, `warn` or `fail`.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.config import FILE_NAME, setting_line
from prospector.core import dotenv
from prospector.core.errors import ProspectorError
from prospector.core.private_files import readable_by_others
from prospector.outreach.ledger import Ledger
from prospector.outreach.refusals import sender_faults
from prospector.store.database import LATEST, Database
from prospector.store.lock import WORKS, is_held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from prospector.config import Settings
    from prospector.outreach.shapes import CheckShape

_LITTLE, _TOO_LITTLE = 500_000_000, 50_000_000
_NAMED = 3


class Check(NamedTuple):
    """One thing that was looked at. `hint` is what to do, empty where all is well."""

    check: str
    state: Literal["ok", "warn", "fail"]
    detail: str
    hint: str = ""

    def as_json(self) -> CheckShape:
        """One row of `doctor --json`."""
        return {"check": self.check, "state": self.state, "detail": self.detail, "hint": self.hint or None}


def of_database(path: Path) -> Iterator[Check]:
    """Whether the file is whole, and of this version."""
    if not path.exists():
        yield Check("database", "ok", f"{path} is made by the first import")
        return
    try:
        db = Database(path)
    except ProspectorError as error:
        yield Check("database", "fail", error.message, error.hint)
        return
    try:
        said = [row[0] for row in db.rows("PRAGMA quick_check(3)")]
        broken = len(db.rows("PRAGMA foreign_key_check"))
    except Exception as error:  # SQLite has several ways to say that a page makes no sense
        said, broken = [str(error)], 0
    finally:
        db.close()
    if said != ["ok"] or broken:
        what = "; ".join(said) if said != ["ok"] else f"{broken} rows point at rows that are not there"
        hint = "put a backup in its place: the next run learns from exports/ who was handed over"
        yield Check("database", "fail", f"{path} is damaged: {what}", hint)
        return
    kind = "may only be read" if db.read_only else "whole"
    yield Check("database", "warn" if db.read_only else "ok", f"{path}: {kind}, version {LATEST}")


def of_locks(database: Path) -> Check:
    """Whether a command is at work."""
    held = [work for work in WORKS if is_held(database, work)]
    if held:
        return Check(
            "lock", "warn", f"at work on the database now: {', '.join(held)}", "wait until it is done"
        )
    return Check("lock", "ok", "no run and no enrich is at work")


def of_deliveries(path: Path) -> Check:
    """Whether all that was to leave has left, as far as anybody answered."""
    waiting: dict[str, int] = {}
    if path.exists():
        try:
            db = Database(path)
        except ProspectorError:
            return Check("deliveries", "warn", "cannot be read", "see the check of the database")
        with closing(db), suppress(sqlite3.DatabaseError):
            waiting = Ledger(db).unsettled()
    if not waiting:
        return Check("deliveries", "ok", "all that was to leave has left")
    told = ", ".join(f"{count} in {name}" for name, count in waiting.items())
    what = f"of {sum(waiting.values())} people it is not known whether they have left: {told}"
    return Check("deliveries", "fail", what, f"prospector run {next(iter(waiting))}")


def of_breaker(trips: Sequence[str]) -> Check:
    """Whether something has stopped by itself."""
    if not trips:
        return Check("breaker", "ok", "bounces and complaints are within their limits")
    hint = "look at the addresses, then let it go on: prospector resume CAMPAIGN"
    return Check("breaker", "fail", "; ".join(trips), hint)


def of_mailboxes(folder: Path, settings: Settings) -> Iterator[Check]:
    """Whether answers can be read: a mailbox for the sender's address, and its password."""
    for name, mailbox in settings.mailboxes.items():
        imap = mailbox.imap
        if imap is None:
            yield Check(
                f"mailbox {name}",
                "warn",
                "nothing says where it is read",
                "add imap: to it, or read saved mails with --mailbox; see docs/mailboxes.md",
            )
        elif dotenv.secret(folder, imap.password_env) is None:
            hint = f"set {imap.password_env} in the environment, or in .env"
            yield Check(f"mailbox {name}", "fail", f"its password {imap.password_env} is not set", hint)
        else:
            yield Check(f"mailbox {name}", "ok", f"{mailbox.email}, {imap.password_env} is set")
    addresses = {one.email.lower() for one in settings.mailboxes.values()}
    if addresses and settings.sender.email.lower() not in addresses:
        hint = f"add a mailbox with email: {settings.sender.email}, or read one to which its answers go"
        yield Check("answers", "warn", f"no mailbox has the sender's address {settings.sender.email}", hint)


def of_hooks(folder: Path, settings: Settings) -> Iterator[Check]:
    """Whether the receiver can tell whose a webhook is."""
    for name, hook in settings.serve.hooks.items():
        if dotenv.secret(folder, hook.secret_env) is None:
            hint = f"set {hook.secret_env} in the environment, or in .env"
            yield Check(f"webhook {name}", "fail", f"its secret {hook.secret_env} is not set", hint)
        else:
            yield Check(f"webhook {name}", "ok", f"{hook.secret_env} is set")


def of_private_files(folder: Path, database: Path) -> Check:
    """Whether others on the machine can read keys or people."""
    readable = [path.name for path in (folder / dotenv.FILE_NAME, database) if readable_by_others(path)]
    if readable:
        names = " ".join(readable)
        return Check("permissions", "warn", f"others can read {', '.join(readable)}", f"chmod 600 {names}")
    return Check("permissions", "ok", "nobody else reads .env and the database")


def of_token_key(key: str | None) -> Check:
    """Whether opt-out links can be made, and read back."""
    if key is None:
        return Check(
            "token key", "warn", "there is none yet", "the first run makes one; then keep the file .env"
        )
    return Check("token key", "ok", f"{dotenv.TOKEN_KEY} is set")


def of_settings(folder: Path, settings: Settings) -> Iterator[Check]:
    """Who writes, and by which clock."""
    faults = sender_faults(settings.sender, folder / FILE_NAME)
    if faults:
        yield Check("sender", "fail", faults[0].message, faults[0].hint)
    else:
        yield Check("sender", "ok", settings.sender.email)
    if setting_line(folder / FILE_NAME, "timezone") is None:
        hint = f"write timezone: Europe/Berlin into {FILE_NAME}, or wherever your recipients mostly are"
        yield Check("time zone", "warn", f"{settings.timezone}, because none is set", hint)
    else:
        yield Check("time zone", "ok", settings.timezone)


def of_files(kind: str, faults: Mapping[str, ProspectorError | None]) -> Check:
    """Whether all segments, sequences or campaigns can be used."""
    wrong = {name: error for name, error in faults.items() if error is not None}
    if not wrong:
        return Check(kind, "ok", f"{len(faults)}, all can be used" if faults else "none yet")
    told = "; ".join(error.message for error in list(wrong.values())[:_NAMED])
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    return Check(kind, "fail", f"{len(wrong)} of {len(faults)} cannot be used: {told}{more}", _hint(wrong))


def _hint(wrong: Mapping[str, ProspectorError]) -> str:
    return next((error.hint for error in wrong.values() if error.hint), "mend the file")


def of_disk(folder: Path) -> Check:
    """Whether there is room to work."""
    free = shutil.disk_usage(folder).free
    said = f"{free // 1_000_000:,} MB free"
    if free >= _LITTLE:
        return Check("disk", "ok", said)
    return Check("disk", "fail" if free < _TOO_LITTLE else "warn", said, "free some disk space")
