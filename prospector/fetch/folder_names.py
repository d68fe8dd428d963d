"""Names of folders as IMAP writes them: letters beyond ASCII in a UTF-7 of its own, the whole in quotes (RFC 3501)."""

from __future__ import annotations

import binascii
import re

_FOREIGN = re.compile(r"[^\x20-\x7e]+")
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")


def quoted(name: str) -> str:
    """A folder's name as it stands in a command."""
    told = _FOREIGN.sub(_shifted, name.replace("&", "&-"))
    return '"' + told.replace("\\", "\\\\").replace('"', '\\"') + '"'


def folder_name(told: bytes) -> str:
    """A folder's name as people read it; as it came where it cannot be read."""
    return _SHIFTED.sub(_read, told.decode("utf-8", "replace"))


def _shifted(match: re.Match[str]) -> str:
    coded = binascii.b2a_base64(match[0].encode("utf-16-be", "surrogatepass"), newline=False)
    return f"&{coded.decode().rstrip('=').replace('/', ',')}-"


def _read(match: re.Match[str]) -> str:
    if not match[1]:
        return "&"
    coded = match[1].replace(",", "/")
    try:
        return binascii.a2b_base64(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return match[0]
