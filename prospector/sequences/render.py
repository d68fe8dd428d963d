"""One touch for one person: variant, subject, plain text and HTML; or why there is none.

A fault of the file raises `TemplateFault` for everybody, a blank value raises `BlankValue` for this person.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Context

from prospector.core.errors import FileError
from prospector.intake.columns.merge_tags import find_tags
from prospector.sequences.environment import MAX_OUTPUT, SLOTS, SequenceEnvironment, Steps
from prospector.sequences.filters import STEPS
from prospector.sequences.folder import Source
from prospector.sequences.foreign_tags import assigned_names, tag_faults
from prospector.sequences.inlining import place_of
from prospector.sequences.markdown import Slots, fill, read_body, read_line
from prospector.sequences.names import Fault, NameCheck
from prospector.sequences.tag_words import described
from prospector.sequences.values import BlankValue, clean_text
from prospector.sequences.view import UnknownName
from prospector.sequences.views import RenderContext, TouchView, names_of, names_of_all

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from jinja2 import Template

    from prospector.core.errors import ProspectorError
    from prospector.core.records import Prospect
    from prospector.sequences.folder import Sequence, Touch, Variant

__all__ = ["RenderContext", "RenderedTouch", "TemplateFault", "pick", "render_sequence", "render_touch"]

_PIECES = 200
"""So many pieces of a text are put together at once; each is bounded by itself."""
_LINK_WITH_VALUE = re.compile(r"\]\([^)\n]{0,500}\{\{")
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}")


class TemplateFault(FileError):
    """A template is wrong for everybody: a name that does not exist, a syntax error, a refused expression."""


class TemplateFaults(TemplateFault):
    """Several of these, each told with its own hint."""

    def __init__(self, faults: list[TemplateFault]) -> None:
        first = faults[0]
        super().__init__(first.path, first.what, line=first.line, hint=first.hint)
        self.faults = tuple(faults)

    @property
    def parts(self) -> tuple[ProspectorError, ...]:
        """See `ProspectorError.parts`."""
        return self.faults


@dataclass(frozen=True, slots=True)
class RenderedTouch:
    """A touch ready to leave. `subject` is `""` for an e-mail in the same thread, None where there is no title.

    `touch` counts from 1, `day` counts business days after the first touch, `variant` is `""` if there is
    only one way to write the touch.
    """

    touch: int
    name: str
    channel: str
    day: int
    variant: str
    subject: str | None
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Way:
    """A variant with its compiled templates."""

    label: str
    body: Template
    subject: Template | None


class CompiledSequence:
    """A sequence's templates, parsed, checked and compiled once."""

    def __init__(self, sequence: Sequence) -> None:
        self.name = sequence.name
        self._snippets = sequence.snippets
        self._shared: tuple[RenderContext, dict[str, object]] | None = None
        self._sources = dict(template_sources(sequence))
        padded = {name: padded_text(source) for name, source in self._sources.items()}
        self.environment = SequenceEnvironment(padded)
        self._templates = tuple(padded)
        snippets = {f"snippets.{name}": source for name, source in snippet_sources(sequence).items()}
        self._sources.update(snippets)
        self._foreign, readable = self._foreign_tags(
            {**padded, **{name: padded_text(source) for name, source in snippets.items()}}
        )
        self.names = NameCheck(self.environment, readable, sequence.snippets, sequence.custom)
        self._ways: dict[str, tuple[_Way, ...]] = {}

    def names_for(self, prospect: Prospect, context: RenderContext) -> dict[str, object]:
        """The names of all templates but for `touch`; what does not depend on the person is made once."""
        last, shared = self._shared or (context, None)
        same = last.sender is context.sender and last.as_of == context.as_of
        if shared is None or not same or last.campaign != context.campaign:
            shared = {**self.environment.globals, **names_of_all(context, self._snippets)}
            self._shared = (context, shared)
        return {**shared, **names_of(prospect, context)}

    def path_of(self, template: str | None) -> Path | None:
        """The file that a template of the environment stands in."""
        source = self._sources.get(template or "")
        return source.path if source else None

    def _find(self, template: str, words: str | re.Pattern[str]) -> tuple[Path, int | None]:
        """The file and the line where some words stand, in a template or else in a partial."""
        own = self._sources[template]
        pattern = re.compile(re.escape(words)) if isinstance(words, str) else words
        for source in (own, *(self._sources[name] for name in self._sources if name[0] == "_")):
            if found := pattern.search(source.text):
                return source.path, source.line + source.text.count("\n", 0, found.start())
        return own.path, None

    def _foreign_tags(self, padded: dict[str, str]) -> tuple[list[Fault], dict[str, str]]:
        """Other programs' tags in any of the templates, and the templates without them."""
        assigned = frozenset(name for text in padded.values() for name in assigned_names(text))
        faults, readable = [], {}
        for name, text in padded.items():
            found, readable[name] = tag_faults(text, self.environment.reads, assigned)
            faults += [Fault(name, text.count("\n", 0, at) + 1, what, hint) for at, _, what, hint in found]
        return faults, readable

    def faults(self) -> list[Fault]:
        """Every fault of every template, once."""
        found = [fault for name in self._templates if name[0] != "_" for fault in self.names.faults(name)]
        return list(dict.fromkeys([*self._foreign, *found]))

    def raise_faults(self) -> None:
        """`TemplateFault` for all that is wrong with any of the templates."""
        found = [
            TemplateFault(self._sources[one.template].path, one.what, line=one.line, hint=one.hint)
            for one in self.faults()
        ]
        if found:
            raise TemplateFaults(found) if len(found) > 1 else found[0]

    def ways(self, touch: Touch) -> tuple[_Way, ...]:
        """The ways to write a touch, compiled."""
        if touch.name not in self._ways:
            self._ways[touch.name] = tuple(map(self._way, touch.variants))
        return self._ways[touch.name]

    def _way(self, variant: Variant) -> _Way:
        body = self.environment.get_template(_body_name(variant.body.content))
        subject = variant.subject and self.environment.get_template(_subject_name(variant.subject))
        return _Way(variant.label, body, subject)

    def run(self, template: Template, names: dict[str, object]) -> tuple[str, Slots]:
        """The template's output for these names, with marks for the values."""
        slots = Slots()
        names[SLOTS], names[STEPS] = slots.mark, Steps()
        try:
            output = _output(template, names)
        except BlankValue as blank:
            blank.file, blank.line = self._place(blank.__traceback__)
            raise
        except UnknownName as fault:
            path, line = self._place(fault.__traceback__)
            raise TemplateFault(path or "", fault.what, line=line, hint=fault.hint) from None
        except (TemplateError, ArithmeticError, RecursionError, TypeError, ValueError) as error:
            raise self._fault(error) from None

        if left := _left_in(output):
            path, line = self._find(template.name or "", left[0])
            raise TemplateFault(path, left[1], line=line, hint=left[2])
        return output, slots

    def raw_link(self, template: str, words: str) -> TemplateFault:
        """Markdown of a link that is none, and would leave as it stands."""
        path, line = self._find(template, words)
        hint = "links are written [label](https://...), without blanks in the address"
        return TemplateFault(path, f"a link that is none: {words}", line=line, hint=hint)

    def find_link(self, template: str) -> tuple[Path, int | None]:
        """Where the first link with a value in its address stands, in a template or else in a partial."""
        return self._find(template, _LINK_WITH_VALUE)

    def _fault(self, error: Exception) -> TemplateFault:
        path, line = self._place(error.__traceback__)
        what, hint = str(error)[:200] or type(error).__name__, "see: prospector sequence check"
        if isinstance(error, SecurityError):
            what, hint = f"refused: {what}", "templates print facts; they do not compute or reach outside"
        elif isinstance(error, UndefinedError):
            hint = "a name that only some branches set does not exist in the others"
        elif isinstance(error, TemplateSyntaxError):
            line = error.lineno
        return TemplateFault(path or "", what, line=line, hint=hint)

    def _place(self, traceback: TracebackType | None) -> tuple[Path | None, int | None]:
        """The innermost template line of a traceback."""
        place: tuple[Path | None, int | None] = (None, None)
        while traceback:
            template = traceback.tb_frame.f_globals.get("__jinja_template__")
            if template is not None:
                partial, line = place_of(template.get_corresponding_lineno(traceback.tb_lineno))
                name = self.environment.partials[partial - 1] if partial else template.name
                place = (self.path_of(name), line)
            traceback = traceback.tb_next
        return place


def render_sequence(sequence: Sequence, prospect: Prospect, context: RenderContext) -> list[RenderedTouch]:
    """Every touch for one person, in order. Raises as `render_touch` does, for the first touch that fails."""
    compiled = compiled_sequence(sequence)
    names = compiled.names_for(prospect, context)
    return [_rendered(compiled, touch, prospect, context, names, None) for touch in sequence.touches]


def render_touch(
    sequence: Sequence,
    touch: Touch,
    prospect: Prospect,
    context: RenderContext,
    *,
    variant: str | None = None,
) -> RenderedTouch:
    """One touch for one person; `variant` forces a label, otherwise `pick` chooses it.

    Raises `TemplateFault` if a file is wrong (for everybody), and `BlankValue` if a value that this person
    lacks would be printed (hold back this mail). The same arguments give the same bytes.
    """
    compiled = compiled_sequence(sequence)
    return _rendered(compiled, touch, prospect, context, compiled.names_for(prospect, context), variant)


def _rendered(
    compiled: CompiledSequence,
    touch: Touch,
    prospect: Prospect,
    context: RenderContext,
    names: dict[str, object],
    variant: str | None,
) -> RenderedTouch:
    """One touch, with the names that all touches of the person share."""
    way = _chosen(compiled.ways(touch), compiled.name, touch, prospect, context, variant)
    names = {**names, "touch": TouchView(touch, context.as_of)}
    subject = _subject(compiled, way.subject, names) if way.subject else None
    if subject is None and touch.channel == "email":
        subject = ""
    source, slots = compiled.run(way.body, names)
    skeleton = read_body(source)
    if skeleton.raw_link:
        raise compiled.raw_link(way.body.name or "", skeleton.raw_link)
    try:
        text, html = fill(skeleton, slots.values, slots.escaped)
    except BlankValue as blank:
        blank.file, blank.line = compiled.find_link(way.body.name or "")
        raise
    if not text:
        raise BlankValue(
            "the text", why="no branch of the template applies", file=compiled.path_of(way.body.name)
        )
    return RenderedTouch(touch.number, touch.name, touch.channel, touch.day, way.label, subject, text, html)


def pick(count: int, key: str) -> int:
    """A number from 0 to `count - 1`, always the same for a key and even over many keys."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big") % count


@lru_cache(maxsize=64)
def compiled_sequence(sequence: Sequence) -> CompiledSequence:
    """The sequence's templates, ready to run; `TemplateFault` for the faults in them."""
    compiled = CompiledSequence(sequence)
    compiled.raise_faults()
    return compiled


def template_sources(sequence: Sequence) -> dict[str, Source]:
    """Every template of a sequence by its name in the environment: partials, bodies and subjects."""
    sources = dict(sequence.partials)
    for touch in sequence.touches:
        for body in touch.bodies:
            sources[_body_name(body.content)] = body.content
            sources.update({_subject_name(subject): subject for subject in body.subjects})
    return sources


def snippet_sources(sequence: Sequence) -> dict[str, Source]:
    """The snippets of a sequence, each with its place."""
    path = sequence.folder / "sequence.yaml"
    return {
        name: Source(path, sequence.snippet_lines.get(name, 1), text)
        for name, text in sequence.snippets.items()
    }


def padded_text(source: Source) -> str:
    """The text with its line numbers equal to those of its file."""
    return "\n" * (source.line - 1) + source.text


def _body_name(source: Source) -> str:
    return source.path.name


def _subject_name(source: Source) -> str:
    digest = hashlib.sha256(source.text.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{source.path.name}#{source.line}-{digest}"


def _chosen(
    ways: tuple[_Way, ...],
    sequence: str,
    touch: Touch,
    prospect: Prospect,
    context: RenderContext,
    label: str | None,
) -> _Way:
    if label is not None:
        return next(way for way in ways if way.label == label)
    if len(ways) == 1:
        return ways[0]
    address = (prospect.person.email or f"person {prospect.person.id}").lower()
    return ways[pick(len(ways), f"{context.campaign}|{sequence}|{touch.name}|{address}")]


def _subject(compiled: CompiledSequence, template: Template, names: dict[str, object]) -> str:
    source, slots = compiled.run(template, names)
    subject = clean_text(read_line(source).filled(slots.values))
    if not subject:
        raise BlankValue("the subject", why="nothing is left of it", file=compiled.path_of(template.name))
    return subject


@lru_cache(maxsize=2048)
def _left_in(output: str) -> tuple[str, str, str] | None:
    """A tag that a template itself leaves in its output, what is wrong with it and what to do.

    People who take the same branches share an output: the values are not in it yet, and have been looked at.
    """
    for tag in find_tags(output):
        return (tag.text, *described(tag, output))
    if found := _LEFTOVER.search(output):
        hint = "remove it; names are written {{ person.first_name }}, and no other tool fills in the rest"
        return found[0], f"`{found[0]}` is left in the finished text", hint
    return None


def _output(template: Template, names: dict[str, object]) -> str:
    context = Context(template.environment, names, template.name, template.blocks)
    pieces = template.root_render_func(context)
    output = ""
    while some := list(islice(pieces, _PIECES)):
        output += "".join(some)
        if len(output) > MAX_OUTPUT:
            raise SecurityError(f"a touch of more than {MAX_OUTPUT:,} characters")
    return output
