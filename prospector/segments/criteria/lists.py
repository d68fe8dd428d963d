"""Domains and addresses that a segment names: one by one, or in a list file of the workspace, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.errors import FileError
from prospector.core.inputs import inside
from prospector.core.yaml_text import read_text_file
from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import parse_email
from prospector.segments.criteria.context import BadValue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 50_000_000
"""The largest list that is read: about two million lines."""

_HEADS = frozenset({"domain", "domains", "website", "url", "email", "emails", "e-mail", "address"})


def named_domain(text: str) -> str:
    """The registrable domain that a text names; `BadValue` for a text that names a page or nothing."""
    domain = registrable_domain(text)
    if domain is None or "/" in text.partition("://")[2] or ("/" in text and "://" not in text):
        raise BadValue(f'"{text[:80]}" is no domain', "write company.example, or {in: FILE} for a list")
    return domain


def named_address(text: str) -> str:
    """The e-mail address that a text names; `BadValue` where it is none."""
    address = parse_email(text)
    if address is None:
        raise BadValue(f'"{text[:80]}" is no address', "write ana@company.example, or {in: FILE} for a list")
    return address


def read_domains(name: str, folder: Path | None) -> frozenset[str]:
    """The registrable domains in a list file; URLs and addresses count by theirs."""
    return _read(name, folder, registrable_domain, "domain")


def read_addresses(name: str, folder: Path | None) -> frozenset[str]:
    """The e-mail addresses in a list file."""
    return _read(name, folder, parse_email, "e-mail address")


def _read(name: str, folder: Path | None, parse: Callable[[str], str | None], what: str) -> frozenset[str]:
    """Every line that is neither blank nor a comment must be readable: a typo must not widen a list."""
    try:
        text = read_text_file(_place(name, folder), limit=MAX_BYTES)
    except FileError as error:
        raise BadValue(f"{name}: {error.what}", error.hint or "name a file of the workspace") from None
    found = set()
    for number, line in enumerate(text.splitlines(), 1):
        cell = line.partition(",")[0].strip().strip('"')
        if not cell or cell.startswith("#") or (number == 1 and cell.casefold() in _HEADS):
            continue
        value = parse(cell)
        if value is None:
            raise BadValue(f"{name}:{number}: this line is no {what}", f"write one {what} a line")
        found.add(value)
    if not found:
        raise BadValue(f"{name} is empty", f"write one {what} a line")
    return frozenset(found)


def _place(name: str, folder: Path | None) -> Path:
    """The file's path; `BadValue` for one outside the workspace or hidden, also behind a link."""
    if folder is None:
        raise BadValue("list files need a workspace", "open one, or name the values one by one")
    try:
        return inside(folder / name, folder, place="the workspace")
    except FileError as error:
        raise BadValue(f'"{name[:200]}" {error.what}', "copy the list into lists/") from None
