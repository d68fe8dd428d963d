"""Whether bytes are an HTML page at all, and what they are instead."""

from __future__ import annotations

import re

from prospector.sites.page.literals import word_set

__all__ = ["why_no_html"]

_LOOKED_AT = 65_536
_MESSAGE = 1_000
"""Signs that a server's warning in front of a page may take."""
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "packed (gzip)"),
    (b"BZh", "packed (bzip2)"),
    (b"\xfd7zXZ", "packed (xz)"),
    (b"\x28\xb5\x2f\xfd", "packed (zstd)"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"bplist", "a property list"),
    (b"SQLite format 3", "a database"),
)
"""Names for the error only: what is none of these is told from HTML all the same."""

_BEFORE_ROOT = re.compile(r"(?:\s+|<!--.*?(?:-->|\Z)|<\?.*?>)+", re.DOTALL)
_DOCTYPE = re.compile(r"<!doctype\s+html\b", re.I)
_ROOT = re.compile(r"<([a-zA-Z][\w:.-]*)(?=[\s/>])")
_SURE = re.compile(r"^<(?:!doctype\s+html|html)\b", re.I | re.M)
_ELEMENTS = word_set(
    """a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
    img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noframes noscript object ol
    optgroup option output p param picture pre progress q rp rt ruby s samp script search section select slot small
    source span strike strong style sub summary sup table tbody td template textarea tfoot th thead time title tr
    track tt u ul var video wbr"""
)
"""The elements of the HTML standard, with those that it calls obsolete."""


def why_no_html(body: bytes) -> str:
    """What the bytes are, if they are no HTML page; empty if they are one."""
    if not body.strip():
        return "an empty file"
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    text = _text(body[:_LOOKED_AT])
    if text is None:
        return "no text (an image, a document or another binary file)"
    return _why_no_page(text)


def _text(head: bytes) -> str | None:
    """The text of the beginning, None where it is none: text holds no NUL and next to no control signs."""
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    controls = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    if head.count(0) > len(head) // 1000 or controls > len(head) // 100:
        return None
    return head.replace(b"\x00", b"").decode("latin-1")


def _why_no_page(text: str) -> str:
    before = _BEFORE_ROOT.match(text)
    start = before.end() if before else 0
    if _DOCTYPE.match(text, start):
        return ""
    root = _ROOT.match(text, start)
    if root:
        name = root[1].lower().rpartition(":")[2]
        return "" if name in _ELEMENTS or "-" in name else f"XML (<{root[1][:40]}>)"
    # A warning of the server's may stand in front of a page; a text that quotes HTML begins like a text.
    if text[start : start + 1] in "{[":
        return "JSON or another text"
    return "" if _SURE.search(text, start, start + _MESSAGE) else "a text without HTML"
