"""Digests of values, to tell later whether something is what it was."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from prospector.core.inputs import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BLOCK = 1 << 20


def digest_of(values: Iterable[Any]) -> str:
    """SHA-256 of plain values, one after the other, whatever the order of their keys."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(json.dumps(value, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file, which may be long."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
