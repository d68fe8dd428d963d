"""The mailboxes of the settings: which can be read, and with what password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.config import FILE_NAME
from prospector.core.dotenv import secret
from prospector.core.errors import CredentialError, FileError, UsageError, near_miss
from prospector.fetch.imap import Account
from prospector.pipeline.mailboxes.spans import span_of_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prospector.config import Mailbox, Settings


def readable(settings: Settings, names: Sequence[str], folder: Path) -> list[str]:
    """Those of these names, or of all mailboxes, that can be read by IMAP, each once."""
    for name in names:
        if known_mailbox(settings, name, folder).imap is None:
            hint = "add imap: {host: ..., user: ..., password_env: ...} to it; see docs/mailboxes.md"
            raise FileError(folder / FILE_NAME, f'nothing says where mailbox "{name}" is read', hint=hint)
    chosen = names or [name for name, one in settings.mailboxes.items() if one.imap]
    if not chosen:
        hint = f"write one into {FILE_NAME} under mailboxes:, or read saved mails with `prospector events import FILE`"
        raise UsageError("no mailbox can be read", hint=hint)
    return list(dict.fromkeys(chosen))


def known_mailbox(settings: Settings, name: str, folder: Path) -> Mailbox:
    """The mailbox of a name; `FileError` with a near miss if there is none."""
    if name not in settings.mailboxes:
        known = ", ".join(settings.mailboxes) or "none; add one under mailboxes:"
        hint = near_miss(name, settings.mailboxes) or f"mailboxes here: {known}"
        raise FileError(folder / FILE_NAME, f'no mailbox "{name}"', hint=hint)
    return settings.mailboxes[name]


def claimed_span(
    settings: Settings, mailbox: str | None, covers: str | None, folder: Path
) -> tuple[str, str] | None:
    """The span of a mailbox that saved mails hold by a person's word; an error where that makes no sense."""
    if mailbox is not None:
        known_mailbox(settings, mailbox, folder)
    elif covers:
        raise UsageError(
            "--covers says which days, and nothing says which mailbox", hint="add --mailbox NAME"
        )
    return span_of_days(covers) if covers else None


def account_of(folder: Path, name: str, mailbox: Mailbox) -> Account:
    """Where a mailbox is read, with its password; `CredentialError` if that is missing."""
    imap = mailbox.imap
    assert imap is not None
    password = secret(folder, imap.password_env)
    if password is None:
        hint = f"set {imap.password_env} in the environment, or in the file .env beside {FILE_NAME}"
        raise CredentialError(
            f"the password of mailbox {name} is missing: {imap.password_env} is not set", hint=hint
        )
    return Account(imap.host, imap.user, password, imap.port, imap.tls)
