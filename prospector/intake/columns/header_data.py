"""The known headers, read once from `data/import_headers.tsv`: presets of known exports, and aliases."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

RecordKind = Literal["people", "companies"]
IGNORED = "-"

FILE = Path(__file__).parents[2] / "data" / "import_headers.tsv"
_SCOPES = {"any": ("people", "companies"), "people": ("people",), "companies": ("companies",)}
_REPEATED = re.compile(r"(?<=.) \(\d+\)$")


@dataclass(frozen=True, slots=True)
class Known:
    """What a header is known to mean. A lower `rank` is asked first where several columns fill one field.

    A `weak` one counts only where no other column of the file fills the field.
    """

    field: str
    rank: int
    language: str = "en"
    weak: bool = False


@dataclass(slots=True)
class Preset:
    """A known export: any one of the `signatures` (all of its keys are there) is enough."""

    name: str
    kind: RecordKind
    signatures: list[frozenset[str]] = field(default_factory=list)
    columns: dict[str, Known] = field(default_factory=dict)


@dataclass(slots=True)
class HeaderData:
    """Everything in the data file."""

    presets: list[Preset] = field(default_factory=list)
    aliases: dict[str, dict[str, Known]] = field(default_factory=lambda: {"people": {}, "companies": {}})

    def all_keys(self) -> frozenset[str]:
        """Every key that some preset or alias knows."""
        tables = [preset.columns for preset in self.presets] + list(self.aliases.values())
        return frozenset(key for table in tables for key in table)


@lru_cache(maxsize=4096)
def header_key(label: str) -> str:
    """A label for comparing: its letters and digits, without case, accents and the mark of a repeated one."""
    if label.isascii():
        plain = label.lower()
    else:
        apart = unicodedata.normalize("NFKD", label.casefold())
        plain = "".join(c for c in apart if not unicodedata.combining(c))
    return "".join(c for c in _REPEATED.sub("", plain.strip()) if c.isalnum())[:80]


@cache
def header_data() -> HeaderData:
    """The data file, parsed."""
    data = HeaderData()
    add = _Adder(data)
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            left, _, right = line.partition("\t")
            add.section(left[1:-1], right) if left.startswith("[") else add.labels(left, right.split(" | "))
    return data


class _Adder:
    """Puts the lines of the data file where the section above them says."""

    def __init__(self, data: HeaderData) -> None:
        self._data = data
        self._preset: Preset | None = None
        self._tables: list[dict[str, Known]] = []
        self._language = "en"
        self._rank = 0

    def section(self, title: str, kind: str) -> None:
        scope, _, language = title.partition(" ")
        self._language = language if scope in _SCOPES else "en"
        if scope in _SCOPES:
            self._preset = None
            self._tables = [self._data.aliases[kind] for kind in _SCOPES[scope]]
        else:
            self._preset = Preset(title, cast("RecordKind", kind))
            self._data.presets.append(self._preset)
            self._tables = [self._preset.columns]

    def labels(self, target: str, labels: list[str]) -> None:
        if target == "signature" and self._preset:
            signatures = (frozenset(map(header_key, label.split(" + "))) for label in labels)
            self._preset.signatures.extend(signatures)
            return
        field, weak = target.removesuffix("?"), target.endswith("?")
        for label in labels:
            self._rank += 1
            for table in self._tables:
                table.setdefault(header_key(label), Known(field, self._rank, self._language, weak))
