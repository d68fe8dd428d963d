"""A sequence folder as it stands on disk: one file a touch, partials, and an optional `sequence.yaml`.

All files are read once, here; rendering touches no file, so a template cannot reach outside its folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import FileError
from prospector.core.inputs import inside
from prospector.core.yaml_text import YamlList, YamlMap, key_faults, read_text_file
from prospector.sequences.front_matter import read_front
from prospector.sequences.settings import STOP_EVENTS, Faults, channel_of, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Sequence as Items
    from pathlib import Path

    from prospector.core.errors import ProspectorError
    from prospector.core.fields import Subject
    from prospector.sequences.shapes import SequenceLineShape

MAX_TOUCHES = 100
MAX_DAY = 365
MAX_TEXT = 100_000
"""The largest touch or partial, in bytes."""

_FILE_NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<variant>[a-z]))?\.md")
_FENCE = re.compile(r"---[ \t]*\r?\n?")
_SNIPPET = re.compile(r"\bsnippets\.(\w+)")
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
    winner_at: int | None = None
    """So many people each variant needs before one of them is said to have won; None for the report's own number."""
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


class FolderFaults(FileError):
    """What is wrong with the files of a folder; `rest` is the sequence as far as it can be read."""

    def __init__(self, faults: Items[FileError], rest: Sequence) -> None:
        first = faults[0]
        super().__init__(first.path, first.what, line=first.line, hint=first.hint)
        self.faults = tuple(faults)
        self.rest = rest

    @property
    def parts(self) -> tuple[ProspectorError, ...]:
        """See `ProspectorError.parts`."""
        return self.faults


class _Front(NamedTuple):
    settings: YamlMap | None
    """None where they cannot be read; the body is looked at all the same."""
    body: Source


def load_sequence(folder: Path) -> Sequence:
    """Read a sequence folder; `FileError` with file, line and hint for whatever is wrong with it, all at once."""
    if not folder.is_dir():
        raise FileError(folder, "no such sequence folder", hint="see: prospector sequence list")
    files = [path for path in sorted(folder.glob("*.md")) if not path.name.startswith(".")]
    own = [path for path in files if not path.name.startswith("_")]
    faults = Faults()
    settings = read_settings(folder / "sequence.yaml", faults)
    if not own:
        hint = "add a file such as 01-hello.md that starts with `---`, `day: 0`, `subject: ...`, `---`"
        raise FileError(folder, "no touches in this folder", hint=hint)
    touches = tuple(_read_touches(own, settings.channel, faults))
    partials = {path.name: Source(path, 1, faults.read("", _read, path)) for path in files if path not in own}
    _check_order(touches, faults)
    sequence = Sequence(
        name=folder.resolve().name,
        folder=folder,
        touches=touches,
        title=settings.title or folder.resolve().name,
        description=settings.description,
        language=settings.language,
        stop_on=settings.stop_on,
        opt_out=settings.opt_out,
        winner_at=settings.winner_at,
        snippets=_named_snippets(touches, partials) if settings.snippets is None else settings.snippets,
        snippet_lines=settings.snippet_lines,
        partials=partials,
    )
    if faults:
        raise FolderFaults(sorted(faults, key=lambda one: (str(one.path), one.line or 0)), sequence)
    return sequence


def _named_snippets(touches: Items[Touch], partials: Mapping[str, Source]) -> dict[str, str]:
    """Whatever templates ask of snippets that cannot be read: that is no second fault."""
    bodies = (body.content for touch in touches for body in touch.bodies)
    return {name: "" for one in (*bodies, *partials.values()) for name in _SNIPPET.findall(one.text)}


def _read(path: Path) -> str:
    inside(path, path.parent)
    text = read_text_file(path, limit=MAX_TEXT)
    if odd := _RESERVED.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise FileError(path, f"reserved character U+{ord(odd[0]):04X}", line=line, hint="delete it")
    return text


def _read_touches(files: Items[Path], channel: str, faults: Faults) -> Iterator[Touch]:
    stems: dict[str, dict[str, Path]] = {}
    for path in files:
        match = _FILE_NAME.fullmatch(path.name)
        assert match  # the glob only finds names that end in .md
        if match["variant"] == "a":
            hint = f"rename it to {match['stem']}.md"
            faults.append(FileError(path, "variant a is the touch's own file", hint=hint))
        else:
            stems.setdefault(match["stem"], {})[match["variant"] or "a"] = path
    if len(stems) > MAX_TOUCHES:
        raise FileError(files[0].parent, f"more than {MAX_TOUCHES} touches", hint="split the sequence")
    for number, stem in enumerate(sorted(stems), start=1):
        if touch := faults.read(None, _read_touch, stem, number, stems[stem], channel, faults):
            yield touch


def _read_touch(
    stem: str, number: int, paths: dict[str, Path], default_channel: str, faults: Faults
) -> Touch | None:
    if "a" not in paths:
        path = min(paths.values())
        raise FileError(path, "a variant without its touch", hint=f"add {stem}.md, the first variant")
    main = paths["a"]
    front = _split(main, _read(main), faults)
    settings = YamlMap() if front.settings is None else front.settings
    likely = "email" if "subject" in settings else "task"
    channel = faults.read(likely, channel_of, settings, default_channel, main)
    words = "subject" if channel == "email" else "title"
    faults.extend(key_faults(settings, ["day", "channel", words], path=main, what="setting of a touch"))
    subjects = _subjects(settings, words, main, faults)
    others = (
        faults.read(None, _read_variant, letter, paths[letter], words, subjects, faults)
        for letter in sorted(set(paths) - {"a"})
    )
    bodies = [Body("a", front.body, subjects), *filter(None, others)]
    day = 0 if front.settings is None else faults.read(0, _day, settings, main)
    return Touch(stem, number, main, day, channel, tuple(bodies))


def _read_variant(
    letter: str, path: Path, words: str, subjects: tuple[Source, ...], faults: Faults
) -> Body | None:
    text = _read(path)
    if not _FENCE.match(text):
        return Body(letter, _content(path, 1, text, faults), subjects)
    front = _split(path, text, faults)
    settings = YamlMap() if front.settings is None else front.settings
    faults.extend(key_faults(settings, [words], path=path, what="setting of a variant"))
    return Body(letter, front.body, _subjects(settings, words, path, faults) or subjects)


def _split(path: Path, text: str, faults: Faults) -> _Front:
    """The front matter between two `---` lines, and the body after it."""
    lines = text.splitlines(keepends=True)
    if not lines or not _FENCE.fullmatch(lines[0]):
        hint = "start with `---`, `day: 0`, `channel: email`, `subject: ...`, `---`; or rename it to _NAME.md"
        raise FileError(path, "no front matter", line=1, hint=hint)
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line):
            settings = faults.read(None, read_front, lines[1:number], path)
            return _Front(settings, _content(path, number + 2, "".join(lines[number + 1 :]), faults))
    raise FileError(path, "the front matter is not closed", line=1, hint="end it with a line `---`")


def _content(path: Path, line: int, text: str, faults: Faults) -> Source:
    if not text.strip():
        hint = "write the touch below it"
        faults.append(FileError(path, "no text after the front matter", line=line, hint=hint))
    return Source(path, line, text)


def _day(settings: YamlMap, path: Path) -> int:
    value = settings.get("day")
    line = settings.line_of("day")
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}", value.strip(), re.ASCII) and int(value) <= MAX_DAY:
        return int(value)
    what = "no day" if value is None else f"not a day: {value!r:.80}"
    hint = f"`day: 3` means three business days after the first touch (0-{MAX_DAY})"
    raise FileError(path, what, line=line, hint=hint)


def _subjects(settings: YamlMap, key: str, path: Path, faults: Faults) -> tuple[Source, ...]:
    """The value of `subject:` or `title:`: none, one text, or a list of variants of a subject."""
    value = settings.get(key)
    line = settings.line_of(key)
    entries: list[tuple[int, object]] = [(line, value)] if value else []
    if isinstance(value, YamlList):
        entries = list(zip(value.lines, value, strict=True))
    if len(entries) > (26 if key == "subject" else 1):
        faults.append(FileError(path, f"too many entries in {key}", line=line, hint=f"{key} takes fewer"))
    for at, entry in entries:
        if not isinstance(entry, str) or not entry.strip():
            hint = f"write `{key}: some text`, in quotes if it holds a colon or starts with {{"
            faults.append(FileError(path, f"{key} is not a text", line=at, hint=hint))
    return tuple(Source(path, at, entry) for at, entry in entries if isinstance(entry, str))


def _check_order(touches: Items[Touch], faults: Faults) -> None:
    """What touches that are well by themselves get wrong together."""
    wrong = {fault.path for fault in faults}
    well = [touch for touch in touches if not wrong.intersection(body.path for body in touch.bodies)]
    for before, after in pairwise(well):
        if after.day < before.day:
            what = f"day {after.day} comes after day {before.day} of {before.file.name}"
            hint = "touches are taken in file-name order; number the files 01, 02, 03"
            faults.append(FileError(after.file, what, line=2, hint=hint))
    opening = next((touch for touch in well if touch.channel == "email"), None)
    if opening is None or well.index(opening) + 1 < opening.number:
        return  # what is wrong may be the first e-mail
    if not all(body.subjects for body in opening.bodies):
        hint = "add `subject: ...`; only a later e-mail may leave it out, to stay in the same thread"
        faults.append(FileError(opening.file, "the first e-mail has no subject", line=1, hint=hint))
