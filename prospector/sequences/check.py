"""What a careful reader would say about a sequence before the first mail leaves.

Errors stop every run (names that do not exist, broken tags, a first mail that must not leave); warnings are
habits that cost replies or break rules; hints say what a person must have known about them so that no mail is
held back.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.core.counts import counted
from prospector.core.errors import FileError
from prospector.sequences.blanks import BlankPlace, blanks_of
from prospector.sequences.first_mail import sample_gaps
from prospector.sequences.folder import FolderFaults
from prospector.sequences.greeting_words import greeted_names
from prospector.sequences.render import CompiledSequence, RenderedTouch, template_sources
from prospector.sequences.samples import rendered_samples, sample_context
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prospector.core.fields import Subject
    from prospector.core.records import Prospect
    from prospector.sequences.folder import Body, Sequence, Touch
    from prospector.sequences.shapes import FindingShape
    from prospector.sequences.views import RenderContext

MAX_WORDS = 150
MAX_SUBJECT = 70
MAX_NOTE = 300
"""The longest note of a LinkedIn invitation, in characters."""
MAX_LINKS = 2
GOOD_COUNT = range(6, 9)

SPAM_PHRASES = (
    "100% free",
    "act now",
    "best price",
    "buy now",
    "cash bonus",
    "click here",
    "double your",
    "earn money",
    "game changer",
    "game-changer",
    "guaranteed",
    "limited time",
    "no obligation",
    "once in a lifetime",
    "risk free",
    "risk-free",
    "this is not spam",
    "urgent",
    "winner",
)
SHORTENERS = ("bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "buff.ly", "is.gd", "rebrand.ly")

_GREETED = "person.first_name behind a greeting is what was imported, whether or not it is a name"
_GREETED_HINT = (
    'write {{ person.greeting | fallback("there") }}: it is blank where the name is not sure to be one'
)

# Up to the next tag that opens: a thousand that never close would be looked through a thousand times.
_TAGS = re.compile(r"\{%(?:(?!\{%).)*?%\}|\{\{(?:(?!\{\{).)*?\}\}|\{#(?:(?!\{#).)*?#\}", re.DOTALL)
_SHOUT = re.compile(r"\b[A-Z]{4,}\b(?:\W{1,3}[A-Z]{3,}\b)+")
_BANGS = re.compile(r"!.{0,200}!.{0,200}!", re.DOTALL)
_RAW_HTML = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>")
_BAD_LINK = re.compile(r"\]\((?!https?:|mailto:|\{\{)[^)\s]{0,200}\)")
_PLAIN_HTTP = re.compile(r"http://[^\s)]{1,200}")
_REPLY = re.compile(r"^\s*(?:re|fwd?|aw|wg)\s*:", re.IGNORECASE)


class Finding(NamedTuple):
    """One remark: how grave it is, where, what, and what to do."""

    level: Literal["error", "warning", "hint"]
    file: Path
    line: int | None
    what: str
    hint: str

    def as_json(self) -> FindingShape:
        """One row of `sequence check --json`."""
        return {
            "level": self.level,
            "file": str(self.file),
            "line": self.line,
            "what": self.what,
            "hint": self.hint or None,
        }

    def as_error(self) -> FileError:
        """The same as an error."""
        return FileError(self.file, self.what, line=self.line, hint=self.hint)


def check_sequence(
    sequence: Sequence, context: RenderContext | None = None, people: Iterable[Prospect] = ()
) -> list[Finding]:
    """Everything there is to say about a sequence, errors first, then in the order of files and lines.

    `context` has the sender who will write; an invented one is taken without it. `people` are those who would get it:
    of them it is counted whom a blank holds back. For a folder of which a file cannot be read see `folder_findings`.
    """
    context = context or sample_context()
    errors = list(_faults(sequence)) or list(_render_faults(sequence, context))
    remarks = [*_of_folder(sequence), *_of_sources(sequence)]
    if not errors:
        remarks += [*_of_touches(sequence, context), *_of_blanks(sequence, people, context)]
        errors = list(_of_law(sequence, context))
    order = ("error", "warning", "hint")
    found = dict.fromkeys([*errors, *remarks])
    return sorted(found, key=lambda one: (order.index(one.level), str(one.file), one.line or 0, one.what))


def _faults(sequence: Sequence) -> Iterator[Finding]:
    compiled = CompiledSequence(sequence)
    for fault in compiled.faults():
        path = compiled.path_of(fault.template) or sequence.folder
        yield Finding("error", path, fault.line, fault.what, fault.hint)


def _render_faults(sequence: Sequence, context: RenderContext) -> Iterator[Finding]:
    for touch in sequence.touches:
        try:
            list(rendered_samples(sequence, touch, context))
        except FileError as fault:
            one = finding_of(fault)
            yield one if fault.path else one._replace(file=touch.file)


def folder_findings(fault: FileError, custom: Callable[[Subject], tuple[str, ...]]) -> list[Finding]:
    """What keeps a folder from being read, and what is wrong in the files that can be read all the same."""
    if not isinstance(fault, FolderFaults):
        return [finding_of(fault)]
    found = [finding_of(one) for one in fault.faults]
    told = {(one.file, one.line) for one in found}
    rest = _faults(replace(fault.rest, custom=custom))
    return sorted(
        dict.fromkeys([*found, *(one for one in rest if (one.file, one.line) not in told)]),
        key=lambda one: (str(one.file), one.line or 0, one.what),
    )


def finding_of(fault: FileError) -> Finding:
    """A fault of a file as an error among the findings."""
    return Finding("error", Path(fault.path), fault.line, fault.what, fault.hint)


def _of_folder(sequence: Sequence) -> Iterator[Finding]:
    """Remarks on the sequence as a whole, and on the subjects of its first mail."""
    first = sequence.touches[0]
    if first.day != 0:
        yield Finding(
            "warning", first.file, 2, f"the first touch is on day {first.day}", "start with `day: 0`"
        )
    if len(sequence.touches) not in GOOD_COUNT:
        what = counted(len(sequence.touches), "touch")
        yield Finding("hint", sequence.folder, None, what, "6 to 8 touches are usual")
    opening = sequence.first_email
    for body in opening.bodies if opening else ():
        yield from _of_opening(body)


def _of_law(sequence: Sequence, context: RenderContext) -> Iterator[Finding]:
    for one in sample_gaps(sequence, context):
        yield Finding("error", one.file, one.line, one.what, one.hint)


def _of_opening(body: Body) -> Iterator[Finding]:
    for subject in body.subjects:
        if _REPLY.match(_TAGS.sub("", subject.text)):
            hint = "a first mail that looks like a reply misleads, and is against the law in some countries"
            yield Finding("warning", subject.path, subject.line, "the first subject looks like a reply", hint)


def _of_sources(sequence: Sequence) -> Iterator[Finding]:
    """Remarks on the words in the files, with their lines."""
    for source in template_sources(sequence).values():
        words = _TAGS.sub(lambda tag: "\n" * tag[0].count("\n") or " ", source.text)
        for what, hint, at in _of_words(words, source.text):
            line = source.line + words.count("\n", 0, at)
            yield Finding("warning", source.path, line, what, hint)
        for at in greeted_names(source.text):
            line = source.line + source.text.count("\n", 0, at)
            yield Finding("hint", source.path, line, _GREETED, _GREETED_HINT)


def _of_words(words: str, raw: str) -> Iterator[tuple[str, str, int]]:
    low = words.lower()
    for phrase in SPAM_PHRASES:
        if (at := low.find(phrase)) >= 0:
            yield f'"{phrase}" reads like spam', "say it in plain words", at
    for shortener in SHORTENERS:
        if found := re.search(rf"(?<![\w.-]){re.escape(shortener)}/", low):
            yield (
                f"a link by {shortener}",
                "link to the page itself; filters distrust shorteners",
                found.start(),
            )
    patterns = (
        (_SHOUT, "capital letters", "write it in small letters"),
        (_BANGS, "three exclamation marks", "one is plenty"),
        (_RAW_HTML, "HTML", "it is shown as text; use Markdown: **bold**, [label](https://...)"),
        (_PLAIN_HTTP, "a link without https", "use https://"),
    )
    for pattern, what, hint in patterns:
        if match := pattern.search(words):
            yield f"{what}: {' '.join(match[0].split())[:60]}", hint, match.start()
    if match := _BAD_LINK.search(raw):
        yield (
            f"a link that is not https: {match[0][1:60]}",
            "links start with https:// or mailto:",
            match.start(),
        )


def _of_blanks(sequence: Sequence, people: Iterable[Prospect], context: RenderContext) -> Iterator[Finding]:
    """Whom a blank value holds back: so many of the people, or where there are none, who it would be."""
    possible = {
        BlankPlace(sample.file or touch.file, sample.line, sample.field): None
        for touch in sequence.touches
        for _, sample in rendered_samples(sequence, touch, context)
        if isinstance(sample, BlankValue)
    }
    total, held, by_variant = blanks_of(sequence, people, context)
    hint = 'add | fallback("...") if the mail makes sense without it'
    for place in {**possible, **held}:
        what = f"held back for people without {place.field}"
        if total:
            if_so = " if they get this variant" if place in by_variant else ""
            what = f"holds back {held[place]:,} of {total:,}{if_so}, of whom no {place.field} is known"
        yield Finding("hint", place.file, place.line, what, hint)


def _of_touches(sequence: Sequence, context: RenderContext) -> Iterator[Finding]:
    """Remarks on finished touches, for two sample people."""
    for touch in sequence.touches:
        for _, sample in rendered_samples(sequence, touch, context):
            if not isinstance(sample, BlankValue):
                yield from _of_rendered(touch, sample, opening=touch is sequence.first_email)


def _of_rendered(touch: Touch, sample: RenderedTouch, *, opening: bool) -> Iterator[Finding]:
    words = len(sample.text.split())
    if touch.channel == "email" and words > MAX_WORDS:
        yield Finding(
            "warning", touch.file, None, f"more than {MAX_WORDS} words", "short mails get more replies"
        )
    if touch.channel == "linkedin" and len(sample.text) > MAX_NOTE:
        hint = "a note with an invitation is cut off there"
        yield Finding("warning", touch.file, None, f"more than {MAX_NOTE} characters", hint)
    if len(sample.subject or "") > MAX_SUBJECT:
        what = f"a subject of more than {MAX_SUBJECT} characters"
        yield Finding("warning", touch.file, None, what, "telephones show about 40")
    links = sample.html.count("<a href=")
    if opening and links > MAX_LINKS:
        hint = f"keep it to {MAX_LINKS}, the one to unsubscribe included"
        yield Finding("warning", touch.file, None, f"more than {MAX_LINKS} links in the first mail", hint)
    if opening and "<img " in sample.html:
        yield Finding(
            "warning", touch.file, None, "an image in the first mail", "many clients do not load it"
        )
