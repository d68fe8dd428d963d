"""What the body of a request holds: JSON, or the fields of a form. What is neither is refused."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from prospector.core.errors import UsageError

_MOST_FIELDS = 500
_SEPARATOR = re.compile(r"[;,]")


def payload_of(raw: bytes, content_type: str) -> object:
    """A payload: JSON whatever its type says, else the fields of a form; `UsageError` for what is neither."""
    if kind_of(content_type) == "application/x-www-form-urlencoded":
        return fields_of(raw)
    try:
        found: object = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UsageError("neither JSON nor a form") from None
    if not isinstance(found, dict | list):
        raise UsageError("JSON without an object")
    return found


def fields_of(raw: bytes) -> dict[str, str]:
    """The fields of a form; of several of one name the first counts."""
    try:
        text = raw.decode("utf-8")
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise UsageError("no form that can be read") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def values_of(raw: bytes, content_type: str) -> dict[str, str]:
    """What somebody filled in: plain texts by their names."""
    told = payload_of(raw, content_type)
    if not isinstance(told, dict) or len(told) > _MOST_FIELDS:
        raise UsageError("no form that can be read")
    return {
        str(name): str(value) for name, value in told.items() if isinstance(value, str | int | float | bool)
    }


def kind_of(content_type: str) -> str:
    """The type without its parameters."""
    return _SEPARATOR.split(content_type)[0].strip().lower()
