"""Long JSON, written as it comes, with the very bytes that `json.dumps` would give it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def flat_json(values: Mapping[str, Any], depth: int, step: int = 2, *, sort_keys: bool = False) -> str:
    """An object with nothing inside its values, as it stands at a depth of a text whose indents are so wide."""
    if not values:
        return "{}"
    # The encoder in C has no indents, but lets one say what stands between two keys: ten times as quick.
    margin = " " * (depth * step)
    text = _encoder(margin + " " * step, sort_keys)(values)
    return f"{{\n{margin}{' ' * step}{text[1:-1]}\n{margin}}}"


@cache
def _encoder(margin: str, sort_keys: bool) -> Callable[[Any], str]:
    return json.JSONEncoder(ensure_ascii=False, separators=(f",\n{margin}", ": "), sort_keys=sort_keys).encode
