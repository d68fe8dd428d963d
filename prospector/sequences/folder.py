"""A sequence folder as it stands on disk: one file a touch, partials, and an optional `sequence.yaml`.

All files are read once, here; rendering touches no file, so a template cannot reach outside its folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError, near_miss
from prospector.core.inputs import inside
from prospector.core.yaml_text import YamlList, YamlMap, check_keys, read_text_file, read_yaml_file
from prospector.sequences.front_matter import read_front

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from collections.abc import Sequence as Items
    from pathlib import Path

    from prospector.core.fields import Subject
    from prospector.sequences.shapes import SequenceLineShape

CHANNELS = ("email", "call", "linkedin", "task")
OPT_OUTS = ("link", "reply", "tool")
"""How one opts out of a sequence: by the person's own link, by a reply, or by a line that the e-mail tool adds."""
STOP_EVENTS = ("replied", "bounced", "unsubscribed", "meeting")
MAX_TOUCHES = 100
MAX_DAY = 365
MAX_TEXT = 100_000
"""The largest touch or partial, in bytes."""

_FILE_NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<variant>[a-z]))?\.md")
_FENCE = re.compile(r"---[ \t]*\r?\n?")
_RESERVED = re.compile("[\ue000-\uf8ff]")


class Source(NamedTuple):
    """A piece of template text, and where it stands. `line` counts from 1."""

    path: Path
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """One body of a touch with the subjects it may carry. `variant` is `a` for the touch's own file."""

    variant: str
    content: Source
    subjects: tuple[Source, ...]

    @property
    def path(self) -> Path:
        """The file that the body stands in."""
        return self.content.path

    @property
    def line(self) -> int:
        """The first line of the body in its file."""
        return self.content.line

    @property
    def source(self) -> str:
        """The body's template text."""
        return self.content.text


class Variant(NamedTuple):
    """One way to write a touch. `subject` is None for a mail in the same thread and for an untitled task."""

    label: str
    body: Body
    subject: Source | None


@dataclass(frozen=True, slots=True)
class Touch:
    """One step of a sequence. `day` counts business days after the first touch, `number` counts from 1."""

    name: str
    number: int
    file: Path
    day: int
    channel: str
    bodies: tuple[Body, ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects (of an e-mail) or the title (of another touch) in the touch's own file."""
        return tuple(subject.text for subject in self.bodies[0].subjects)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Every way to write this touch, in order.

        Labels: `""` for a single way; `a`, `b`... where only the subjects vary; with several bodies the
        letter of the body's file, and the subject's number where that body has several: `a1`, `a2`, `b`.
        """
        ways = [
            (f"{body.variant}{number}" if len(body.subjects) > 1 else body.variant, body, subject)
            for body in self.bodies
            for number, subject in enumerate(body.subjects or (None,), start=1)
        ]
        if len(ways) == 1:
            return (Variant("", *ways[0][1:]),)
        if len(self.bodies) == 1:
            return tuple(Variant(chr(ord("a") + at), *way[1:]) for at, way in enumerate(ways))
        return tuple(Variant(*way) for way in ways)


def _none_known(subject: Subject) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, eq=False)
class Sequence:
    """A folder of touches. Two sequences are equal only if they are the same object (it keys a cache)."""

    name: str
    """The folder's name: what a campaign calls it."""
    folder: Path
    touches: tuple[Touch, ...]
    title: str = ""
    description: str = ""
    language: str = "en"
    stop_on: tuple[str, ...] = STOP_EVENTS
    opt_out: str = "link"
    snippets: Mapping[str, str] = field(default_factory=dict)
    snippet_lines: Mapping[str, int] = field(default_factory=dict)
    """Where each snippet stands in `sequence.yaml`."""
    partials: Mapping[str, Source] = field(default_factory=dict)
    """Included files by name, `_signature.md`."""
    custom: Callable[[Subject], tuple[str, ...]] = _none_known
    """The user's own columns that people or companies have; where none are known, a template may name any."""

    @property
    def first_email(self) -> Touch | None:
        """The touch that opens the mail thread."""
        return next((touch for touch in self.touches if touch.channel == "email"), None)

    def as_json(self) -> SequenceLineShape:
        """A row of `sequence list --json`."""
        return {
            "sequence": self.name,
            "title": self.title,
            "touches": len(self.touches),
            "steps": ", ".join(f"day {touch.day} {touch.channel}" for touch in self.touches),
        }


class _Front(NamedTuple):
    settings: YamlMap
    body: Source


class _Settings(NamedTuple):
    title: str
    description: str
    language: str
    channel: str
    stop_on: tuple[str, ...]
    opt_out: str
    snippets: dict[str, str]
    snippet_lines: dict[str, int]


def load_sequence(folder: Path) -> Sequence:
    """Read a sequence folder; `FileError` with file, line and hint for whatever is wrong with it."""
    if not folder.is_dir():
        raise FileError(folder, "no such sequence folder", hint="see: prospector sequence list")
    settings = _read_settings(folder / "sequence.yaml")
    files = [path for path in sorted(folder.glob("*.md")) if not path.name.startswith(".")]
    own = [path for path in files if not path.name.startswith("_")]
    if not own:
        hint = "add a file such as 01-hello.md that starts with `---`, `day: 0`, `subject: ...`, `---`"
        raise FileError(folder, "no touches in this folder", hint=hint)
    touches = _read_touches(own, settings.channel)
    _check_order(touches)
    return Sequence(
        name=folder.resolve().name,
        folder=folder,
        touches=touches,
        title=settings.title or folder.resolve().name,
        description=settings.description,
        language=settings.language,
        stop_on=settings.stop_on,
        opt_out=settings.opt_out,
        snippets=settings.snippets,
        snippet_lines=settings.snippet_lines,
        partials={path.name: Source(path, 1, _read(path)) for path in files if path not in own},
    )


def _read(path: Path) -> str:
    inside(path, path.parent)
    text = read_text_file(path, limit=MAX_TEXT)
    if odd := _RESERVED.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise FileError(path, f"reserved character U+{ord(odd[0]):04X}", line=line, hint="delete it")
    return text


def _read_touches(files: Items[Path], channel: str) -> tuple[Touch, ...]:
    stems: dict[str, dict[str, Path]] = {}
    for path in files:
        match = _FILE_NAME.fullmatch(path.name)
        assert match  # the glob only finds names that end in .md
        stems.setdefault(match["stem"], {})[match["variant"] or "a"] = path
        if match["variant"] == "a":
            raise FileError(
                path, "variant a is the touch's own file", hint=f"rename it to {match['stem']}.md"
            )
    if len(stems) > MAX_TOUCHES:
        raise FileError(files[0].parent, f"more than {MAX_TOUCHES} touches", hint="split the sequence")
    return tuple(
        _read_touch(stem, number, stems[stem], channel) for number, stem in enumerate(sorted(stems), start=1)
    )


def _read_touch(stem: str, number: int, paths: dict[str, Path], default_channel: str) -> Touch:
    if "a" not in paths:
        path = min(paths.values())
        raise FileError(path, "a variant without its touch", hint=f"add {stem}.md, the first variant")
    main = paths["a"]
    front = _split(main, _read(main))
    channel = _channel(front.settings, default_channel, main)
    words = "subject" if channel == "email" else "title"
    check_keys(front.settings, ["day", "channel", words], path=main, what="setting of a touch")
    subjects = _subjects(front.settings, words, main)
    bodies = [Body("a", front.body, subjects)]
    others = sorted(set(paths) - {"a"})
    bodies.extend(_read_variant(letter, paths[letter], words, subjects) for letter in others)
    return Touch(stem, number, main, _day(front.settings, main), channel, tuple(bodies))


def _read_variant(letter: str, path: Path, words: str, subjects: tuple[Source, ...]) -> Body:
    text = _read(path)
    if not _FENCE.match(text):
        return Body(letter, _content(path, 1, text), subjects)
    front = _split(path, text)
    check_keys(front.settings, [words], path=path, what="setting of a variant")
    return Body(letter, front.body, _subjects(front.settings, words, path) or subjects)


def _split(path: Path, text: str) -> _Front:
    """The front matter between two `---` lines, and the body after it."""
    lines = text.splitlines(keepends=True)
    if not lines or not _FENCE.fullmatch(lines[0]):
        hint = "start with `---`, `day: 0`, `channel: email`, `subject: ...`, `---`; or rename it to _NAME.md"
        raise FileError(path, "no front matter", line=1, hint=hint)
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            settings = read_front(lines[1:number], path)
            return _Front(settings, _content(path, number + 2, "".join(lines[number + 1 :])))
    raise FileError(path, "the front matter is not closed", line=1, hint="end it with a line `---`")


def _content(path: Path, line: int, text: str) -> Source:
    if not text.strip():
        raise FileError(path, "no text after the front matter", line=line, hint="write the touch below it")
    return Source(path, line, text)


def _day(settings: YamlMap, path: Path) -> int:
    value = settings.get("day")
    line = settings.line_of("day")
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}", value.strip(), re.ASCII) and int(value) <= MAX_DAY:
        return int(value)
    what = "no day" if value is None else f"not a day: {value!r:.80}"
    hint = f"`day: 3` means three business days after the first touch (0-{MAX_DAY})"
    raise FileError(path, what, line=line, hint=hint)


def _channel(settings: YamlMap, default: str, path: Path) -> str:
    value = settings.get("channel") or default
    return _one_of(value, CHANNELS, "channel", path, settings.line_of("channel"))


def _one_of(value: object, known: Items[str], what: str, path: Path, line: int) -> str:
    if isinstance(value, str) and value in known:
        return value
    hint = near_miss(str(value)[:80], known) or f"known: {', '.join(known)}"
    raise FileError(path, f"no {what} {value!r:.80}", line=line, hint=hint)


def _subjects(settings: YamlMap, key: str, path: Path) -> tuple[Source, ...]:
    """The value of `subject:` or `title:`: none, one text, or a list of variants of a subject."""
    value = settings.get(key)
    line = settings.line_of(key)
    entries: list[tuple[int, object]] = [(line, value)] if value else []
    if isinstance(value, YamlList):
        entries = list(zip(value.lines, value, strict=True))
    if len(entries) > (26 if key == "subject" else 1):
        raise FileError(path, f"too many entries in {key}", line=line, hint=f"{key} takes fewer")
    for at, entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            hint = f"write `{key}: some text`, in quotes if it holds a colon or starts with {{"
            raise FileError(path, f"{key} is not a text", line=at, hint=hint)
    return tuple(Source(path, at, str(entry)) for at, entry in entries)


def _check_order(touches: Items[Touch]) -> None:
    for before, after in pairwise(touches):
        if after.day < before.day:
            what = f"day {after.day} comes after day {before.day} of {before.file.name}"
            hint = "touches are taken in file-name order; number the files 01, 02, 03"
            raise FileError(after.file, what, line=2, hint=hint)
    opening = next((touch for touch in touches if touch.channel == "email"), None)
    if opening and not all(body.subjects for body in opening.bodies):
        hint = "add `subject: ...`; only a later e-mail may leave it out, to stay in the same thread"
        raise FileError(opening.file, "the first e-mail has no subject", line=1, hint=hint)


def _read_yaml(path: Path) -> YamlMap:
    inside(path, path.parent)
    return read_yaml_file(path)


def _read_settings(path: Path) -> _Settings:
    settings = _read_yaml(path) if path.exists() else YamlMap()
    known = ["name", "description", "language", "defaults", "stop_on", "opt_out", "snippets"]
    check_keys(settings, known, path=path, what="setting of a sequence")
    defaults, mapping = _mapping(settings, "defaults", path), _mapping(settings, "snippets", path)
    check_keys(defaults, ["channel"], path=path, what="default")
    return _Settings(
        title=_text(settings, "name", path),
        description=_text(settings, "description", path),
        language=_text(settings, "language", path) or "en",
        channel=_channel(defaults, "email", path),
        stop_on=_stop_events(settings, path),
        opt_out=_one_of(
            settings.get("opt_out") or "link", OPT_OUTS, "opt_out", path, settings.line_of("opt_out")
        ),
        snippets=_snippets(settings, path),
        snippet_lines={key: mapping.line_of(key) for key in mapping},
    )


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


def _stop_events(settings: YamlMap, path: Path) -> tuple[str, ...]:
    value = settings.get("stop_on")
    line = settings.line_of("stop_on")
    if value is None:
        return STOP_EVENTS
    given = value if isinstance(value, YamlList) else [value]
    named = {_one_of(event, STOP_EVENTS, "event to stop on", path, line) for event in given}
    return tuple(event for event in STOP_EVENTS if event in named)


def _snippets(settings: YamlMap, path: Path) -> dict[str, str]:
    mapping = _mapping(settings, "snippets", path)
    snippets: dict[str, str] = {}
    for key in mapping:
        line = mapping.line_of(key)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", key):
            raise FileError(
                path, f"not a name: {key!r:.80}", line=line, hint="use small letters, digits and _"
            )
        snippets[key] = _text(mapping, key, path)
        if "{{" in snippets[key] or "{%" in snippets[key]:
            hint = "a snippet is plain text; use a partial such as _offer.md and include it"
            raise FileError(path, f"template code in the snippet {key}", line=line, hint=hint)
    return snippets
