"""What the law wants in a first e-mail, looked for in its finished text: a postal address and a way to opt out."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.common.normalize_url import normalizeLink

from prospector.normalise.text import fold
from prospector.sequences.opt_out_words import says_reply_stops
from prospector.sequences.samples import rendered_samples
from prospector.sequences.values import BlankValue, clean_text, url_or_blank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.sequences.folder import Sequence
    from prospector.sequences.render import RenderContext, RenderedTouch

NO_ADDRESS, NO_OPT_OUT = "no_postal_address", "no_opt_out"
WHAT = {
    NO_ADDRESS: "no postal address in the first mail",
    NO_OPT_OUT: "no way to opt out in the first mail",
}
HINTS = {
    NO_ADDRESS: "add {{ sender.postal_address }}: several countries require it",
    "link": "add [unsubscribe]({{ unsubscribe_url }}); or write `opt_out: reply` or `opt_out: tool` in sequence.yaml",
    "reply": 'say in one sentence that a reply is enough and that you stop then: "Reply with no and I will not write '
    'again." (`opt_out: reply` looks for both)',
}

_WORD = re.compile(r"\w+")
_ANCHOR = '<a href="'


class Gap(NamedTuple):
    """Something that a variant of the first e-mail lacks: its code, where, what, and what to do."""

    code: str
    file: Path
    line: int
    what: str
    hint: str


def sample_gaps(sequence: Sequence, context: RenderContext) -> list[Gap]:
    """What any variant of the first e-mail lacks, for somebody well known or for somebody unknown."""
    opening = sequence.first_email
    if opening is None:
        return []
    found: dict[Gap, None] = {}
    for variant, mail in rendered_samples(sequence, opening, context):
        if not isinstance(mail, BlankValue):
            for code in missing(mail, context, sequence.opt_out):
                found[gap(code, sequence.opt_out, variant.body.path, variant.body.line)] = None
    return list(found)


def gap(code: str, opt_out: str, file: Path, line: int) -> Gap:
    """The remark for a code."""
    return Gap(code, file, line, WHAT[code], HINTS[opt_out if code == NO_OPT_OUT else code])


def missing(mail: RenderedTouch, context: RenderContext, opt_out: str) -> Iterator[str]:
    """The codes of what a finished first e-mail lacks."""
    if not _has_words(mail.text, context.sender.postal_address or ""):
        yield NO_ADDRESS
    if opt_out == "link" and not has_link(mail.html, link_of(context)):
        yield NO_OPT_OUT
    if opt_out == "reply" and not says_reply_stops(mail.text):
        yield NO_OPT_OUT


def link_of(context: RenderContext) -> str:
    """The person's own opt-out link as a template prints it; empty if there is none."""
    link = url_or_blank(context.unsubscribe_url, "unsubscribe_url", mail=True)
    return link if isinstance(link, str) else ""


def has_link(html: str, url: str) -> bool:
    """True if a reader can see the whole address, or click on something that leads there."""
    if not url:
        return False
    return _is_shown(html, escape(url)) or _is_shown(html, escape(normalizeLink(url)))


def _is_shown(html: str, address: str) -> bool:
    at = html.find(address)
    while at >= 0:
        end = at + len(address)
        # With more letters behind it, it would be another address.
        whole = not (html[end : end + 1].isalnum() or html[end : end + 1] in ("-", "_"))
        inside_tag = html.rfind("<", 0, at) > html.rfind(">", 0, at)
        if whole and (not inside_tag or (html.endswith(_ANCHOR, 0, at) and _has_label(html, end))):
            return True
        at = html.find(address, end)
    return False


def _has_label(html: str, start: int) -> bool:
    label = html[html.index(">", start) + 1 : html.index("</a>", start)]
    return bool(label.strip())


def _has_words(text: str, words: str) -> bool:
    """True if the words stand in the text one after the other, whatever marks or line breaks are between them."""
    wanted = clean_text(words)
    if not wanted:
        return False
    return wanted in text or f" {_spaced(wanted)} " in f" {_spaced(text)} "


def _spaced(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))
