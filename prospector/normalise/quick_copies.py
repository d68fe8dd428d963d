"""What is worked out of the package's data files, kept beside them as JSON.

To read such a copy takes a quarter of the time of working it out, which is a good part of a short command's. A copy
never decides anything: it is of the present file, or it is not read. `tools/make_quick_copies.py` writes them.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).parent.parent / "data"
COPIES = DATA / "quick"


def quick_copy(name: str, make: Callable[[], Any]) -> Any:
    """What `make` works out of the data file `name`, all of it plain JSON; from its copy where that can be used."""
    try:
        copy = json.loads((COPIES / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        copy = None
    if isinstance(copy, dict) and copy.get("of") == digest(name):
        return copy["content"]
    return make()


def digest(name: str) -> str:
    """What says that a copy is of this very file."""
    return sha256((DATA / name).read_bytes()).hexdigest()


def copy_text(name: str, make: Callable[[], Any]) -> str:
    """What the copy must hold."""
    made = {"of": digest(name), "content": make()}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
