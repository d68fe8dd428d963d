"""What stands in `sequence.yaml`, and the faults of a folder's files, kept so that all are told at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from prospector.core.errors import FileError, near_miss
from prospector.core.inputs import inside
from prospector.core.yaml_text import YamlList, YamlMap, key_faults, read_yaml_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Items
    from pathlib import Path

T = TypeVar("T")
P = ParamSpec("P")

CHANNELS = ("email", "call", "linkedin", "task")
OPT_OUTS = ("link", "reply", "tool")
"""How one opts out of a sequence: by the person's own link, by a reply, or by a line that the e-mail tool adds."""
STOP_EVENTS = ("replied", "bounced", "unsubscribed", "meeting")
LEAST_FOR_A_WINNER = 30
"""With fewer people a share says nothing."""
_KEYS = ("name", "description", "language", "defaults", "stop_on", "opt_out", "winner_at", "snippets")


class Faults(list[FileError]):
    """The faults that were met so far; reading goes on behind each of them."""

    def read(self, default: T, reader: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a reader gives, or the default where it meets a fault, which is kept."""
        try:
            return reader(*args, **kwargs)
        except FileError as fault:
            self.append(fault)
            return default


class SequenceSettings(NamedTuple):
    """`sequence.yaml`, read. Where a setting is wrong the usual one stands in."""

    title: str
    description: str
    language: str
    channel: str
    stop_on: tuple[str, ...]
    opt_out: str
    winner_at: int | None
    """So many people each variant needs before one of them is said to have won."""
    snippets: dict[str, str] | None
    """None where it cannot be told which there are."""
    snippet_lines: dict[str, int]


def read_settings(path: Path, faults: Faults) -> SequenceSettings:
    """The settings of a sequence, and what is wrong with them."""
    unread = YamlMap()
    settings = faults.read(unread, _read_yaml, path) if path.exists() else YamlMap()
    faults.extend(key_faults(settings, _KEYS, path=path, what="setting of a sequence"))
    defaults = faults.read(YamlMap(), _mapping, settings, "defaults", path)
    faults.extend(key_faults(defaults, ["channel"], path=path, what="default"))
    snippets = faults.read(unread, _mapping, settings, "snippets", path)
    line = settings.line_of("opt_out")
    is_read = settings is not unread and snippets is not unread
    return SequenceSettings(
        title=faults.read("", _text, settings, "name", path),
        description=faults.read("", _text, settings, "description", path),
        language=faults.read("", _text, settings, "language", path) or "en",
        channel=faults.read("email", channel_of, defaults, "email", path),
        stop_on=faults.read(STOP_EVENTS, _stop_events, settings, path),
        opt_out=faults.read(
            "link", one_of, settings.get("opt_out") or "link", OPT_OUTS, "opt_out", path, line
        ),
        winner_at=faults.read(None, _winner_at, settings, path),
        snippets=_snippets(snippets, path, faults) if is_read else None,
        snippet_lines={key: snippets.line_of(key) for key in snippets},
    )


def channel_of(settings: YamlMap, default: str, path: Path) -> str:
    """The channel that some settings name."""
    value = settings.get("channel") or default
    return one_of(value, CHANNELS, "channel", path, settings.line_of("channel"))


def one_of(value: object, known: Items[str], what: str, path: Path, line: int) -> str:
    """A value that is one of some words."""
    if isinstance(value, str) and value in known:
        return value
    hint = near_miss(str(value)[:80], known) or f"known: {', '.join(known)}"
    raise FileError(path, f"no {what} {value!r:.80}", line=line, hint=hint)


def _read_yaml(path: Path) -> YamlMap:
    inside(path, path.parent)
    return read_yaml_file(path)


def _mapping(settings: YamlMap, key: str, path: Path) -> YamlMap:
    value = settings.get(key)
    if value is None:
        return YamlMap(settings.line)
    if isinstance(value, YamlMap):
        return value
    raise FileError(path, f"{key} is not a list of names and values", line=settings.line_of(key))


def _text(settings: YamlMap, key: str, path: Path) -> str:
    value = settings.get(key)
    if value is None or isinstance(value, str):
        return (value or "").strip()
    raise FileError(path, f"{key} is not a text", line=settings.line_of(key))


def _winner_at(settings: YamlMap, path: Path) -> int | None:
    value = settings.get("winner_at")
    if value is None:
        return None
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and int(value[:9]) >= LEAST_FOR_A_WINNER
    ):
        return int(value[:9])
    hint = f"a whole number of people for each variant, at least {LEAST_FOR_A_WINNER}"
    raise FileError(
        path, f"winner_at: {value!r:.80} is no such number", line=settings.line_of("winner_at"), hint=hint
    )


def _stop_events(settings: YamlMap, path: Path) -> tuple[str, ...]:
    value = settings.get("stop_on")
    line = settings.line_of("stop_on")
    if value is None:
        return STOP_EVENTS
    given = value if isinstance(value, YamlList) else [value]
    named = {one_of(event, STOP_EVENTS, "event to stop on", path, line) for event in given}
    return tuple(event for event in STOP_EVENTS if event in named)


def _snippets(mapping: YamlMap, path: Path, faults: Faults) -> dict[str, str]:
    """Every snippet by its name; that of a wrong one is kept, as templates may use it."""
    return {key: faults.read("", _snippet, mapping, key, path) for key in mapping}


def _snippet(mapping: YamlMap, key: str, path: Path) -> str:
    line = mapping.line_of(key)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", key):
        raise FileError(path, f"not a name: {key!r:.80}", line=line, hint="use small letters, digits and _")
    text = _text(mapping, key, path)
    if "{{" in text or "{%" in text:
        hint = "a snippet is plain text; use a partial such as _offer.md and include it"
        raise FileError(path, f"template code in the snippet {key}", line=line, hint=hint)
    return text
