"""How often Python looks for cycles of objects that nobody holds any more."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look seldom inside: where much is made and hardly any of it in cycles, looking takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
