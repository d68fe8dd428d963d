"""The workspace's `.env`: keys by the names of their variables, read, and made where a key is ours to make.

What stands in the environment beats the file. Nothing here prints a key, and an error never repeats one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError
from prospector.core.inputs import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TOKEN_KEY = "PROSPECTOR_TOKEN_KEY"  # noqa: S105  (the name of a variable, not a secret)
"""What the tokens of opt-out links are derived from."""

FILE_NAME, _PART = ".env", ".env.part"
_OURS_ALONE = 0o600
_LONGEST = 1_000_000
"""Bytes of the file that are read."""


class Key(NamedTuple):
    """A key, and whether it has just been made. Never print it."""

    value: str
    made: bool


def read_dotenv(folder: Path) -> dict[str, str]:
    """`NAME=value` lines of the workspace's `.env`; the environment beats them."""
    try:
        with open_regular(folder / FILE_NAME) as file:
            lines = file.read(_LONGEST).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {
        name.strip().removeprefix("export ").strip(): value.strip().strip("\"'") for name, _, value in pairs
    }


def secret(folder: Path, name: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """A key by the name of its variable, from the environment or `.env`. Never print what it returns."""
    return environment.get(name) or read_dotenv(folder).get(name) or None


def kept_key(folder: Path, name: str) -> Key:
    """The key of that name; a random one is made and kept in `.env` if there is none yet."""
    if known := secret(folder, name):
        return Key(known, made=False)
    with _alone(folder):
        # Another program may have made it while this one waited.
        if known := secret(folder, name):
            return Key(known, made=False)
        value = secrets.token_hex(32)
        _append(folder, name, f"{name}={value}\n".encode())
        return Key(value, made=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One program at a time makes keys in a folder; a lock on the folder itself leaves no file behind."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a network drive may not lock folders; a run holds its own lock as well
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _append(folder: Path, name: str, line: bytes) -> None:
    """Put a new file in the place of the old one, with every line of it: a kill leaves one or the other."""
    path, part = folder / FILE_NAME, folder / _PART
    try:
        before, owner = _content(path, name)
        gap = b"\n" if before and not before.endswith(b"\n") else b""
        with suppress(FileNotFoundError):
            part.unlink()  # left by a program that was killed
        _write(part, before + gap + line, owner)
        part.rename(path)
        _sync(folder)
    except OSError as error:
        raise _unwritable(path, name, f"cannot be written ({error.strerror})") from error


def _content(path: Path, name: str) -> tuple[bytes, os.stat_result | None]:
    """What stands in the file, and whose it is; `FileError` where a new file must not take its place."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return b"", None
    if not stat.S_ISREG(about.st_mode):
        what = "a link" if stat.S_ISLNK(about.st_mode) else "no file"
        raise _unwritable(path, name, f"this is {what}, so no key is written into it")
    if not about.st_mode & stat.S_IWUSR:
        raise _unwritable(path, name, "cannot be written (it is read-only)")
    before = path.read_bytes()
    try:
        before.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unwritable(path, name, "not UTF-8 text, so no key could be read back from it") from None
    return before, about


def _write(part: Path, body: bytes, owner: os.stat_result | None) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ALONE)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, _OURS_ALONE)  # whatever the umask took away
        if owner is not None and (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(handle, owner.st_uid, owner.st_gid)  # else its owner could not read it any more
        file.write(body)
        file.flush()
        os.fsync(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, name: str, what: str) -> FileError:
    hint = f"add a line {name}=... with 64 random characters to it, or set {name} in the environment"
    return FileError(path, what, hint=hint)
