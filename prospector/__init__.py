"""prospector: from an ideal customer in a text file to a personal sequence in the e-mail tool.

The names below are the library's public face; they are loaded when first used, so that importing the
package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Workspace": "workspace",
    "ImportOptions": "intake.importer",
    "ProspectorError": "core.errors",
    "Prospect": "core.records",
    "Person": "core.records",
    "Company": "core.records",
    "Role": "normalise.roles",
    "parse_role": "normalise.roles",
    "PersonName": "normalise.people",
    "parse_name": "normalise.people",
    "technology_catalogue": "normalise.technologies",
    "infer_pattern": "contacts.patterns",
    "AddressPattern": "contacts.patterns",
    "detect_technologies": "sites.technologies.detect",
    "find_boards": "sites.hiring.boards",
}

__all__ = sorted(_PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
