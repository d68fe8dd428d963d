"""E-mail addresses: is it one, and what is its one spelling.

The whole address is put into lower case. The standard lets a mailbox name depend on case, but no provider of
weight does, and the address is the identity of a person here: `Ana@X.example` and `ana@x.example` are one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from prospector.normalise.domains import ascii_host
from prospector.normalise.text import data_lines

_ATEXT = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24})")
_LONGEST_LOCAL = _LONGEST_LABEL = 63
_LOCAL = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_ANGLE = re.compile(r"<\s*([^<>\s]{3,400})\s*>\s*[.,;]*$")
_SEPARATORS = re.compile(r"\s*:::\s*|[\s,;|]+")
_MAILTO = re.compile(r"^(?:mailto|e-?mail|smtp)\s?:\s*", re.IGNORECASE)
_QUERY = re.compile(r"^(mailto:[^?]*)\?.*$")
_LONGEST_CELL = 2000
_RESERVED = (".local", ".localhost", ".localdomain", ".invalid", ".onion", ".internal", ".lan", ".arpa")

_FIRST_WORD = re.compile(r"[.+_-]")


@lru_cache(maxsize=4_096)
def parse_email(text: str | None) -> str | None:
    """The address in a cell, in lower case and with an ASCII domain, or None if there is none.

    Reads `mailto:`, `Ana Ruiz <ana@x.example>`, stray quotes and closing dots; of several addresses the first.
    Quoted mailbox names, comments and address literals are legal, but nobody has them: None.
    """
    if not text or len(text) > _LONGEST_CELL:
        return None
    cell = text.strip(" \t\u00a0\u200b\ufeff").lower()
    if plain := _PLAIN.fullmatch(cell):
        local, host = plain.groups()
        if len(local) <= _LONGEST_LOCAL and len(host) <= _LONGEST_LABEL and not host.endswith(_RESERVED):
            return cell
        return _checked(cell) if len(cell) <= 254 else None
    # A line break or another control inside a cell is how headers are injected: no guess is made there.
    if "@" not in cell or any(unicodedata.category(c) in ("Cc", "Cs") or c in "\u2028\u2029" for c in cell):
        return None
    if angle := _ANGLE.search(cell):
        cell = angle[1]
    address = _first_address(_QUERY.sub(r"\1", cell))
    # Legal, but only formulas begin like this: no mail tool should get it.
    return None if address and address[0] == "=" else address


def _first_address(cell: str) -> str | None:
    if whole := _checked(cell):  # signs such as "|" are legal in a mailbox name
        return whole
    words = [word for word in _SEPARATORS.split(_MAILTO.sub("", cell)) if word]
    # "my name@x.example" is a typing error, not an address with a word before it.
    if not all("@" in word for word in words):
        return None
    found = (_checked(_MAILTO.sub("", _unwrapped(word))) for word in words)
    return next((address for address in found if address), None)


def _unwrapped(word: str) -> str:
    word = word.rstrip(".")
    for opening, closing in ("<>", "()", "[]", '""', "''"):
        if len(word) > 2 and word[0] == opening and word[-1] == closing:
            return word[1:-1].rstrip(".")
    return word


def is_email(address: str) -> bool:
    """True if the text is an address as it stands (any case): nothing is trimmed, unwrapped or repaired."""
    return (
        not address.endswith((".", "。", "．", "｡"))
        and _checked(unicodedata.normalize("NFC", address).lower()) is not None
    )


def _checked(address: str) -> str | None:
    local, at, domain = address.rpartition("@")
    if not at or not 0 < len(local.encode("utf-8", "replace")) <= 64:
        return None
    if not local.isascii():
        local = unicodedata.normalize("NFC", local).lower()
    host = ascii_host(domain) if _is_local_part(local) and not domain.endswith(".") else None
    if not host or host.endswith(_RESERVED):
        return None
    whole = f"{local}@{host}"
    return whole if len(whole.encode()) <= 254 else None


def _is_local_part(local: str) -> bool:
    if local.isascii():
        return _LOCAL.fullmatch(local) is not None
    categories = [unicodedata.category(c) for c in local if not c.isascii()]
    if local[0] != "" and unicodedata.category(local[0])[0] == "M":
        return False
    letters = "".join(c if c.isascii() else "a" for c in local)
    return all(category[0] in "LNM" for category in categories) and _LOCAL.fullmatch(letters) is not None


def email_domain(email: str) -> str:
    """What stands behind the last `@`, in lower case; an empty text if there is none."""
    return email.rpartition("@")[2].lower() if "@" in email else ""


@cache
def _roles() -> frozenset[str]:
    return frozenset(data_lines("role_mailboxes.txt"))


def is_role_address(email: str) -> bool:
    """True for mailboxes such as `info@` and `sales@`, which a task reads and not a person."""
    local = email.partition("@")[0].lower()
    return local in _roles() or _FIRST_WORD.split(local, maxsplit=1)[0] in _roles()
