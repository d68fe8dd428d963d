"""A rendered body (Markdown) as plain text and as HTML.

Values must never act as Markdown or HTML. So a template writes a mark in the private use area for each value
(`Slots`), Markdown is read with the marks in it, and the values are filled in at the very end, escaped for
where they stand. It is also quick: people who take the same branches of a template share one skeleton, which
is parsed once.

A link whose address holds a value is the exception: unless the finished address is a plain web address, the
body is parsed again with that value in place, its special characters hidden (`hide`), so that the parser
judges and encodes the whole address.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OFFSET = 0xE000
_FIRST_MARK = 0xE100
_MOST_MARKS = 0x700
_SPECIAL = re.compile(r"[ -/:-@\[-`{-~]")  # every mark of ASCII, and the blank, at which an address would end
_HIDDEN = re.compile("[\ue000-\ue07f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_MARK = re.compile("([\ue100-\ueeff])")  # from \ue800 on: a value inside an address, percent-encoded
_ADDRESS = re.compile(r"(?:(?<=\]\()\s*<?|\bhttps?://|\bmailto:)[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*")
_LINK = re.compile(r"\[[^\n]{0,300}?\](?:\(| \(\s*(?=https?:|mailto:))[^()\n]{0,300}\)?")
_ESCAPED = re.compile(r"\\([\[\]{}<>%#$*])")
_CODE = re.compile(r"`[^`]{0,2000}`|\\[\[\]]")
_WEB_OR_MAIL = re.compile(r"https?://[\w.-]+(?::\d{1,5})?(?![^/?#])|mailto:", re.IGNORECASE)
_LEADS_SOMEWHERE = re.compile(rf"[a-z][a-z\d+.-]*:.|{_MARK.pattern}", re.IGNORECASE)
_AFTER_HOST = re.compile(
    "((?:[a-z]+://|mailto:|[\ue100-\ue7ff])[^/?#\ue100-\ue7ff]*[/?#]|mailto:)(.*)", re.DOTALL
)
_SPARE_SPACE = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_PARAGRAPHS = re.compile(r"\n{2,}")
# An address that the parser leaves as it is.
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?(?:/(?:[a-zA-Z0-9/._~?=&;:@!$()*+,-]|%[0-9A-F]{2})*)?",
    re.ASCII,
)


class Rendered(NamedTuple):
    """A body in both forms."""

    text: str
    html: str


class Slots:
    """The values of one rendering, in the order of their marks. Equal values share a mark."""

    __slots__ = ("_marks", "escaped")

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}
        self.escaped: list[str] = []
        """The values as they stand in HTML."""

    @property
    def values(self) -> list[str]:
        """The values."""
        return list(self._marks)

    def mark(self, value: str) -> str:
        """What a template writes for the value: a mark; or the value hidden, if white space matters in it."""
        mark = self._marks.get(value)
        if mark is None:
            escaped = _escaped(value)
            if escaped is None or len(self._marks) >= _MOST_MARKS:
                return hide(_PRIVATE.sub("", value))
            mark = self._marks[value] = chr(_FIRST_MARK + len(self._marks))
            self.escaped.append(escaped)
        return mark


@lru_cache(maxsize=8192)
def _escaped(value: str) -> str | None:
    """A value as it stands in HTML; None where white space at the edges, a line break or our own private characters
    stand in it.
    """
    awkward = value.strip() != value or "  " in value or not value or not value.isprintable()
    return None if awkward else escape(value)


class Filling(NamedTuple):
    """A text with room for values: words at even places, numbers of values at odd ones."""

    words: tuple[str, ...]
    slots: tuple[tuple[int, int], ...]
    encoded: tuple[tuple[int, int], ...] = ()
    """Of these, the ones inside an address."""

    @classmethod
    def of(cls, text: str) -> Filling:
        """Splits a text at its marks; hidden characters must be back by now."""
        pieces = _MARK.split(text)
        slots = [divmod(ord(pieces[at]) - _FIRST_MARK, _MOST_MARKS) for at in range(1, len(pieces), 2)]
        places = list(enumerate(slots))
        plain = tuple((2 * at + 1, number) for at, (inside, number) in places if not inside)
        return cls(
            tuple(pieces), plain, tuple((2 * at + 1, number) for at, (inside, number) in places if inside)
        )

    def filled(self, values: Sequence[str], plain: Sequence[str] = ()) -> str:
        """The text with the values in it; `plain` has them as they are where `values` are escaped."""
        pieces = list(self.words)
        for at, number in self.slots:
            pieces[at] = values[number]
        for at, number in self.encoded:
            pieces[at] = _percent_encoded((plain or values)[number])
        return "".join(pieces)


class Skeleton(NamedTuple):
    """A body without its values. `urls` are the addresses that hold a value, `links` how many addresses there are.

    `raw_link` is Markdown of a link that is none, and empty where there is none.
    """

    source: str
    text: Filling
    html: Filling
    urls: tuple[Filling, ...]
    links: int
    raw_link: str


def hide(value: str) -> str:
    """The value with every character that Markdown or HTML could read as markup put out of their reach."""
    return value if value.isalnum() else _SPECIAL.sub(lambda found: chr(ord(found[0]) + _OFFSET), value)


def reveal(text: str) -> str:
    """The opposite of `hide`."""
    return _HIDDEN.sub(lambda found: chr(ord(found[0]) - _OFFSET), text)


def tidy(source: str) -> str:
    """Without what conditions leave behind: spare spaces, and more than one empty line in a row."""
    lines = [_SPARE_SPACE.sub(" ", line.rstrip()) for line in source.split("\n")]
    return _PARAGRAPHS.sub("\n\n", "\n".join(lines)).strip("\n")


@lru_cache(maxsize=2048)
def read_line(source: str) -> Filling:
    """A subject with its marks, in one line. It is no Markdown, but for signs that are no tag: `\\[Webinar\\]`."""
    return Filling.of(reveal(_ESCAPED.sub(r"\1", " ".join(source.split()))))


@lru_cache(maxsize=2048)
def read_body(source: str) -> Skeleton:
    """A body with its marks, tidied and parsed. A line break in the body is a line break in the mail."""
    source = _ADDRESS.sub(_with_encoded_values, tidy(source))
    text, html, urls = _parse(source)
    fillings = (Filling.of(url) for url in urls if _MARK.search(url))
    links = (found[0] for found in _LINK.finditer(_CODE.sub("", source)))
    nowhere = (f"({url})" for url in urls if not _LEADS_SOMEWHERE.match(url))
    raw = next((link for link in links if link in text), "") or next(nowhere, "")
    return Skeleton(
        source, Filling.of(text), Filling.of(html), tuple(fillings), len(urls), _MARK.sub("…", raw)
    )


def _with_encoded_values(address: re.Match[str]) -> str:
    """The address, of which the values behind the host are to be percent-encoded: in front they are an address."""
    if not (found := _AFTER_HOST.search(address[0])):
        return address[0]
    inside = _MARK.sub(lambda mark: chr(ord(mark[0]) + _MOST_MARKS), found[2])
    return address[0][: found.start(2)] + inside


@lru_cache(maxsize=8192)
def _percent_encoded(value: str) -> str:
    return quote(value, safe="/:@")


@lru_cache(maxsize=8192)
def _is_plain(url: str) -> bool:
    return _PLAIN_URL.fullmatch(url) is not None


def fill(skeleton: Skeleton, values: Sequence[str], escaped: Sequence[str] | None = None) -> Rendered:
    """The body with its values, escaped for where they stand; `escaped` where that has been done (see `Slots`)."""
    odd = [url for one in skeleton.urls if not _is_plain(url := one.filled(values))]
    if odd:
        return _parsed_again(skeleton, values, odd)
    for_html = [escape(value) for value in values] if escaped is None else escaped
    return Rendered(skeleton.text.filled(values), skeleton.html.filled(for_html, values))


def parse_whole(source: str, values: Sequence[str]) -> Rendered:
    """The same without a skeleton: the parser sees the values, with their special characters hidden."""
    text, html, _ = _parse(_with_values(source, values))
    return Rendered(text, html)


def _with_values(source: str, values: Sequence[str]) -> str:
    return Filling.of(source).filled([hide(value) for value in values], values)


def _parsed_again(skeleton: Skeleton, values: Sequence[str], odd: Sequence[str]) -> Rendered:
    """The same as `parse_whole`; `BlankValue` for a link that leads nowhere, or is none and would be raw Markdown."""
    text, html, urls = _parse(_with_values(skeleton.source, values))
    wrong = next(
        (url for url in odd if not _WEB_OR_MAIL.match(url)), odd[0] if len(urls) < skeleton.links else None
    )
    if wrong is not None:
        raise BlankValue("a link", why=f"not a web address: {wrong[:60]}")
    return Rendered(text, html)


def _parse(source: str) -> tuple[str, str, list[str]]:
    """Plain text, HTML, and the addresses of links and images."""
    parser = _parser()
    tokens = parser.parse(source)
    html = parser.renderer.render(tokens, parser.options, {})
    tree = SyntaxTreeNode(tokens)
    urls = [str(node.attrs.get("href") or node.attrs.get("src") or "") for node in _links(tree)]
    return reveal(_blocks_text(tree)), _reveal_html(html), urls


def _links(tree: SyntaxTreeNode) -> Iterable[SyntaxTreeNode]:
    return (node for node in tree.walk() if node.type in ("link", "image"))


def _link_text(label: str, url: str) -> str:
    shown = url.removeprefix("mailto:")
    return shown if label in (url, shown) else f"{label} ({shown})"


def _reveal_html(html: str) -> str:
    return _HIDDEN.sub(lambda found: escape(chr(ord(found[0]) - _OFFSET)), html)


class _Parser(MarkdownIt):
    """CommonMark without raw HTML, whose link check sees an address with its hidden characters back."""

    def normalizeLink(self, url: str) -> str:
        """See `MarkdownIt.normalizeLink`."""
        return url if _MARK.search(url) else super().normalizeLink(reveal(url))


@cache
def _parser() -> _Parser:
    parser = _Parser("commonmark", {"html": False, "breaks": True})
    # What a condition indents is no code, a line above dashes is no heading; mails define no references.
    parser.disable(["code", "fence", "lheading", "reference"])
    return parser


def _block_text(node: SyntaxTreeNode) -> str:
    """The plain text of a block."""
    kind = node.type
    if kind == "inline":
        return "".join(_inline_text(child) for child in node.children)
    if kind in ("bullet_list", "ordered_list"):
        return _list_text(node)
    if kind == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks_text(node).split("\n"))
    return "---" if kind == "hr" else _blocks_text(node)


def _blocks_text(node: SyntaxTreeNode) -> str:
    return "\n\n".join(_block_text(child) for child in node.children)


def _list_text(node: SyntaxTreeNode) -> str:
    start = int(node.attrs.get("start", 1))
    items = []
    for number, item in enumerate(node.children, start=start):
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        tight = any(child.type == "paragraph" and child.hidden for child in item.children)
        joined = ("\n" if tight else "\n\n").join(_block_text(child) for child in item.children)
        items.append(mark + joined.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(items)


def _inline_text(node: SyntaxTreeNode) -> str:
    """The plain text of a piece of a paragraph: emphasis goes, a link shows its address."""
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    inner = "".join(_inline_text(child) for child in node.children)
    if node.type == "link":
        return _link_text(inner, str(node.attrs["href"]))
    return inner or node.content
