"""Saved mappings: `mappings/NAME.yaml` in the workspace says what the columns of a recurring file mean.

kind: people
dates: dmy
consent: {"evtl.": out}
columns:
  "Firma / Org": company
  "Ansprechpartner": full_name
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from prospector.core.errors import FileError, UsageError, cannot_be_written, near_miss
from prospector.core.inputs import inside
from prospector.core.yaml_text import YamlMap, check_keys, read_yaml_file
from prospector.intake.columns.by_values import understood
from prospector.intake.columns.header_data import IGNORED, RecordKind, header_key
from prospector.intake.columns.mappings import ColumnMap, is_target, recognise, target_hint
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prospector.intake.columns.values import Sample

FOLDER = "mappings"
_KINDS = ("people", "companies")
_DATES = ("dmy", "mdy")
CONSENT = {"in": True, "out": False}


@dataclass(frozen=True, slots=True)
class Profile:
    """A saved mapping: labels to fields, the kind of the rows, and the order of day and month if it was said."""

    path: Path
    kind: RecordKind
    columns: Mapping[str, str]
    day_first: bool | None = None
    consent: Mapping[str, bool] = field(default_factory=dict)
    """What words about consent mean: True where one may write."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """The line of each label in the profile's file."""


def columns_of(
    header: Sequence[str],
    overrides: Mapping[str, str],
    profile: Profile | None = None,
    sample: Sample | None = None,
) -> ColumnMap:
    """What a header means, by a profile and by what was said on the command line, which beats the profile.

    Without a profile the first rows (`sample`) help where labels do not.

    `FileError` for a profile whose columns the file lacks, `UsageError` for a wrong override.
    """
    if profile is None:
        return (
            recognise(header, overrides=overrides)
            if sample is None
            else understood(header, overrides, sample)
        )
    _check_header(profile, header)
    keys = {header_key(label) for label in overrides}
    saved = {label: target for label, target in profile.columns.items() if header_key(label) not in keys}
    present = {header_key(label) for label in header}
    saved = {label: target for label, target in saved.items() if header_key(label) in present}
    return recognise(header, overrides={**saved, **overrides}, kind=profile.kind)


def load_profile(folder: Path, name: str) -> Profile:
    """The profile of this name in a workspace's folder; `FileError` with file and line for what is wrong in it."""
    path = _path(folder, name)
    if not path.is_file():
        known = sorted(one.stem for one in path.parent.glob("*.yaml"))
        hint = (
            near_miss(name, known)
            or f"mappings here: {', '.join(known) or 'none; make one with --save-mapping'}"
        )
        raise FileError(path, "no such mapping", hint=hint)
    inside(path, folder, place="the workspace")
    found = read_yaml_file(path)
    check_keys(found, ("kind", "columns", "dates", "consent"), path=path, what="setting")
    kind = _one_of(found, "kind", _KINDS, path) or "people"
    dates = _one_of(found, "dates", _DATES, path)
    columns = _columns(found, path)
    return Profile(
        path,
        cast("RecordKind", kind),
        columns,
        None if dates is None else dates == "dmy",
        _consent(found, path),
        columns_lines(found),
    )


def columns_lines(found: YamlMap) -> dict[str, int]:
    """The line of each label."""
    columns = found.get("columns")
    return dict(columns.lines) if isinstance(columns, YamlMap) else {}


def check_new(folder: Path, name: str) -> Path:
    """Where a new profile goes; `FileError` if there is one of this name. Ask before anything is imported."""
    path = _path(folder, name)
    if path.exists():
        raise FileError(path, "there is such a mapping already", hint="choose another name, or edit the file")
    return path


def save_profile(
    folder: Path,
    name: str,
    mapping: ColumnMap,
    overrides: Mapping[str, str],
    day_first: bool | None,
    consent: Mapping[str, bool] | None = None,
) -> Path:
    """Write what the columns of a file mean as a profile."""
    path = check_new(folder, name)
    # What no field takes is kept without being told, and the next file need not have it.
    columns = {one.header: one.field for one in mapping.columns if one not in mapping.leftovers}
    columns |= {label: IGNORED for label, target in overrides.items() if target == IGNORED}
    lines = [
        "# What the columns of these files mean; `-` leaves a column out. Used by: prospector import --mapping",
        f"kind: {mapping.kind}",
        *([] if day_first is None else [f"dates: {_DATES[0] if day_first else _DATES[1]}"]),
        *(["consent:"] if consent else []),
        *(f"  {_quoted(word)}: {'in' if may else 'out'}" for word, may in (consent or {}).items()),
        "columns:",
        *(f"  {_quoted(label)}: {_plain(target)}" for label, target in columns.items()),
    ]
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise cannot_be_written(path, error) from error
    return path


def _path(folder: Path, name: str) -> Path:
    if not name.replace("-", "").replace("_", "").isalnum() or len(name) > 100:
        raise UsageError(f'"{name[:100]}" is no plain name', hint="use letters, digits, - and _")
    return folder / FOLDER / f"{name}.yaml"


def _quoted(label: str) -> str:
    """A label as a quoted YAML scalar."""
    signs = (
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08x}"
        for sign in label
    )
    return f'"{"".join(signs)}"'


def _plain(target: str) -> str:
    return '"-"' if target == IGNORED else target


def _one_of(found: YamlMap, key: str, known: Sequence[str], path: Path) -> str | None:
    value = found.get(key)
    if value is None or (isinstance(value, str) and value in known):
        return value
    shown = value[:80] if isinstance(value, str) else "a list"
    hint = near_miss(shown, known) or f"write one of: {', '.join(known)}"
    raise FileError(path, f'{key}: "{shown}" is not known', line=found.line_of(key), hint=hint)


def _columns(found: YamlMap, path: Path) -> dict[str, str]:
    columns = found.get("columns")
    if not isinstance(columns, YamlMap) or not columns:
        hint = "write a line for each column: `Header: field`"
        raise FileError(path, "columns: says nothing", line=found.line_of("columns"), hint=hint)
    result = {}
    for label, target in columns.items():
        if not isinstance(target, str) or not is_target(target):
            shown = target[:80] if isinstance(target, str) else ""
            hint = target_hint(shown)
            raise FileError(path, f'no field "{shown}"', line=columns.line_of(label), hint=hint)
        result[label] = target
    return result


def consent_words(given: Mapping[str, bool], profile: Profile | None = None) -> tuple[tuple[str, bool], ...]:
    """What words about consent mean, folded: those of the command line beat those of the profile."""
    words = {**(profile.consent if profile else {}), **given}
    return tuple(sorted({fold(word.strip()): may for word, may in words.items()}.items()))


def _consent(found: YamlMap, path: Path) -> dict[str, bool]:
    words = found.get("consent")
    if words is None:
        return {}
    if not isinstance(words, YamlMap):
        hint = 'write a line for each word: `"word": in` or `"word": out`'
        raise FileError(path, "consent: is not a list of words", line=found.line_of("consent"), hint=hint)
    for word, meaning in words.items():
        if not isinstance(meaning, str) or meaning not in CONSENT:
            hint = "write in (one may write) or out (do not write)"
            raise FileError(
                path, f'consent of "{word[:80]}" is not known', line=words.line_of(word), hint=hint
            )
    return {word: CONSENT[str(meaning)] for word, meaning in words.items()}


def _check_header(profile: Profile, header: Sequence[str]) -> None:
    """The file must have every column that the profile reads; one that it leaves out may be missing."""
    present = {header_key(label) for label in header} | set(header)
    missing = [
        label
        for label, target in profile.columns.items()
        if target != IGNORED and label not in present and header_key(label) not in present
    ]
    if missing:
        named = ", ".join(f'"{label}"' for label in missing[:10])
        hint = near_miss(missing[0], header) or f"columns of the file: {', '.join(header[:20])}"
        raise FileError(
            profile.path, f"no column {named} in the file", line=profile.lines.get(missing[0]), hint=hint
        )
