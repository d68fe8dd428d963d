"""HTML as the lines that a reader sees. What a mail program marks as a quote gets the sign `>` before each line."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

_LONGEST = 150_000
"""The parser's time grows with the square of the depth: this much nests a few seconds deep, and no more."""
_BREAKS = frozenset(
    {
        "p",
        "div",
        "tr",
        "li",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "ul",
        "ol",
        "pre",
        "section",
        "article",
    }
)
_UNSEEN = frozenset({"head", "style", "script", "title", "template", "noscript"})
_QUOTE = re.compile(
    r"gmail_quote|gmail_extra|moz-cite|yahoo_quoted|protonmail_quote|divrplyfwdmsg|zmail_extra|tutanota_quote|"
    r"appendonsend|reply-intro|mail-editor-reference|ms-outlook-mobile-reference|cite",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|protonmail_signature|ms-outlook-mobile-sig", re.IGNORECASE
)
_MOST_NODES = 50_000


def html_lines(html: str) -> str:
    """The visible text, a line for each block; quoted lines begin with `>`, a signature with a line `-- `."""
    if not html.strip():
        return ""
    root = LexborHTMLParser(html[:_LONGEST]).body
    if root is None:
        return ""
    pieces: list[str] = []
    _walk(root, pieces)
    return _quoted_lines(pieces)


def _walk(root: object, pieces: list[str]) -> None:
    """Go through the tree without recursion: mails nest as deep as they like."""
    stack: list[object] = [root]
    for _ in range(_MOST_NODES):
        if not stack:
            return
        node = stack.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        stack.extend(reversed(_opened(node, pieces)))


def _opened(node: object, pieces: list[str]) -> list[object]:
    """What is to be written for a node: marks and text as strings, children as nodes."""
    tag = str(getattr(node, "tag", ""))
    if tag == "-text":
        pieces.append(re.sub(r"\s+", " ", str(node.text_content or "")))  # type: ignore[attr-defined]
        return []
    if tag in _UNSEEN or tag.startswith(("-", "_", "!")):
        return []
    children: list[object] = list(node.iter(include_text=True))  # type: ignore[attr-defined]
    marks = _marks(tag, node)
    if marks == _SIGNED:
        return ["\n-- \n", *children, "\n"]
    if marks == _QUOTED:
        return [_OPEN, *children, _CLOSE]
    if tag == "br":
        return ["\n"]
    return ["\n", *children, "\n"] if tag in _BREAKS else children


_QUOTED, _SIGNED, _OPEN, _CLOSE = "quoted", "signed", "\n\x0e", "\x0f\n"


def _marks(tag: str, node: object) -> str:
    attributes: dict[str, str | None] = getattr(node, "attributes", None) or {}
    named = " ".join(str(attributes.get(name) or "") for name in ("class", "id", "type", "name"))[:300]
    if _SIGNATURE.search(named):
        return _SIGNED
    # Some programs quote without a mark of their own, but a blockquote in a mail is a quote.
    return _QUOTED if tag == "blockquote" or _QUOTE.search(named) else ""


def _quoted_lines(pieces: list[str]) -> str:
    depth, lines, blank = 0, [], True
    for line in "".join(pieces).replace("\xa0", " ").split("\n"):
        depth += line.count("\x0e")
        text = line.replace("\x0e", "").replace("\x0f", "")
        text = "-- " if text == "-- " else text.strip()
        if text or not blank:
            lines.append("> " + text if depth > 0 and text else text)
        blank = not text
        depth = max(0, depth - line.count("\x0f"))
    return "\n".join(lines)
