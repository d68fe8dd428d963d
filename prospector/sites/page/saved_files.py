"""A page as a browser saves it: one HTML file, a packed page (MHTML, web archive), or a page with a folder beside.

What holds no HTML page is an error here: a verdict about something that was not read is worse than none.
"""

from __future__ import annotations

import email
import html as entities
import plistlib
import re
from dataclasses import dataclass, replace
from email import policy
from glob import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from prospector.core.errors import FileError
from prospector.core.inputs import open_regular
from prospector.sites.page.html_signs import why_no_html

if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import EmailMessage
    from pathlib import Path

    from prospector.sites.page.document import Page

MAX_SAVED = 20_000_000
"""Bytes of a saved page, and of what is read of the folder beside it."""
MAX_FRAMES = 200

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)\s*(https?://[^\s>]{1,2000}?)\s*-->", re.I)
_MAIL_HEAD = re.compile(rb"\A\s*(?:[A-Za-z][\w-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}", re.ASCII)
_CID = re.compile(r"""cid:([^"'\s>)]{1,300})""")
_COPIED = re.compile(rb"<script\b[^>]{0,500}?\bsrc\s*=\s*[\"']?(?:\./)?[^\"'\s>:/]{1,300}/", re.I)
"""A script beside the page, in a folder: `./Page_files/js`, or `Page-Dateien/js.js`."""
_HINT = "save it as a web page (HTML, or MHTML as a single file)"


@dataclass(frozen=True, slots=True)
class SavedPage:
    """The HTML of a saved page. `url` is where it came from, as far as the file says; `frames` are what it framed.

    `whole` is False where saving lost what scripts were loaded, so that not finding one says nothing.
    """

    html: bytes
    url: str = ""
    charset: str = ""
    frames: tuple[str, ...] = ()
    whole: bool = True


def open_saved(path: Path) -> SavedPage:
    """The page in a file, with what its folder beside it says; `FileError` where there is no HTML page in it."""
    try:
        with open_regular(path) as file:
            body = file.read(MAX_SAVED + 1)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from error
    if len(body) > MAX_SAVED:
        raise FileError(path, f"is longer than {MAX_SAVED // 1_000_000} MB: no web page is", hint=_HINT)
    page = read_saved(body, path)
    try:
        folder = _folder_of(path, page.html)
        frames = _frames_in(folder) if folder else ()
    except OSError as error:
        raise FileError(path, f"the folder beside it cannot be read: {error.strerror}") from error
    # Scripts that were copied beside the page have lost the address that they came from.
    whole = page.whole and not (_COPIED.search(page.html) and (folder or _saved_from(body)))
    return replace(page, frames=(*page.frames, *frames), whole=whole)


def read_saved(body: bytes, path: Path | str = "page") -> SavedPage:
    """The page in the bytes of a file; `path` is for the error."""
    if body.startswith(b"bplist00") or b"<key>WebMainResource</key>" in body[:4096]:
        page = _web_archive(body, path)
    elif _MAIL_HEAD.match(body):
        page = _mhtml(body, path)
    else:
        page = SavedPage(body, _saved_from(body))
    if why := why_no_html(page.html):
        raise FileError(path, f"is no HTML page but {why}" if page.html else "is empty", hint=_HINT)
    return page


def _saved_from(body: bytes) -> str:
    found = _SAVED_FROM.search(body, 0, 4096)
    return found[1].decode("ascii", "replace") if found else ""


def own_address(page: Page) -> str:
    """The address that a page gives as its own, empty where it gives none."""
    for selector, name in (("link[rel=canonical]", "href"), ('meta[property="og:url"]', "content")):
        node = page.tree.css_first(selector)
        if node is not None and (url := _web((node.attributes.get(name) or "").strip())):
            return url
    return _web(page.base)


# --- MHTML ---------------------------------------------------------------------------------------------------


def _mhtml(body: bytes, path: Path | str) -> SavedPage:
    """The first HTML part, or the one that the head names; frames are told by where the other parts come from."""
    try:
        message = email.message_from_bytes(body, policy=policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (ValueError, LookupError, RecursionError) as error:
        raise FileError(path, "is a packed page (MHTML) that cannot be unpacked", hint=_HINT) from error
    pages = [part for part in parts if part.get_content_type() in {"text/html", "application/xhtml+xml"}]
    wanted = _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")
    if not (wanted or any(_header(part, "Content-Location") for part in pages)):
        raise FileError(path, "is no HTML page but an e-mail or a text with a head like one", hint=_HINT)
    main = next((part for part in pages if wanted and _header(part, "Content-Location") == wanted), None)
    main = main or next(iter(pages), None)
    if main is None:
        raise FileError(path, "is a packed page (MHTML) without an HTML page in it", hint=_HINT)
    content = main.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    charset = str(main.get_content_charset() or "")
    url = _header(main, "Content-Location") or wanted
    frames = tuple(_header(part, "Content-Location") for part in pages if part is not main)[:MAX_FRAMES]
    located = _located(raw, parts)
    # Chrome leaves scripts out of what it packs.
    return SavedPage(
        located, _web(url), charset, tuple(filter(None, map(_web, frames))), b"<script" in raw.lower()
    )


def _located(raw: bytes, parts: Iterable[EmailMessage | Any]) -> bytes:
    """The HTML with the parts' own addresses in the place of their ids in the package (`cid:`)."""
    if b"cid:" not in raw:
        return raw
    places = {_header(part, "Content-ID").strip("<> "): _header(part, "Content-Location") for part in parts}

    def place(match: re.Match[str]) -> str:
        found = _web(places.get(unquote(match[1]), ""))
        return entities.escape(found) if found else match[0]

    # Latin-1 keeps every byte, whatever the page's encoding is.
    return _CID.sub(place, raw.decode("latin-1")).encode("latin-1", "replace")


def _header(part: Any, name: str) -> str:
    try:
        return "".join(str(part.get(name, "")).split())
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        IndexError,
    ):  # faults of the library on odd heads
        return ""


def _web(url: str) -> str:
    return url if url.lower().startswith(("http://", "https://")) else ""


# --- Web archive (Safari) ------------------------------------------------------------------------------------


def _web_archive(body: bytes, path: Path | str) -> SavedPage:
    try:
        archive = plistlib.loads(body)
        main = archive["WebMainResource"]
        data, url = main["WebResourceData"], str(main.get("WebResourceURL", ""))
        charset = str(main.get("WebResourceTextEncodingName", ""))
        below = [one["WebMainResource"] for one in archive.get("WebSubframeArchives", ())]
        frames = tuple(_web(str(one.get("WebResourceURL", ""))) for one in below[:MAX_FRAMES])
    except Exception as error:  # whatever the library says of a broken list
        raise FileError(path, "is a property list without a saved page (web archive)", hint=_HINT) from error
    if not isinstance(data, bytes):
        raise FileError(path, "is a web archive whose page is no data", hint=_HINT)
    return SavedPage(data, _web(url), charset, tuple(filter(None, frames)))


# --- The folder beside ---------------------------------------------------------------------------------------


def _folder_of(path: Path, html: bytes) -> Path | None:
    """The folder that a browser wrote beside a page: its name begins like the page's, and the page names it."""
    for folder in sorted(path.parent.glob(f"{escape(path.stem)}[_.-]*")):
        named = folder.name.encode() in html or quote(folder.name).encode() in html
        if named and folder.is_dir() and not folder.is_symlink():
            return folder
    return None


def _frames_in(folder: Path) -> tuple[str, ...]:
    """Where the framed pages in the folder came from; each says so at its top."""
    found = []
    for file in sorted(folder.glob("*.htm*"))[:MAX_FRAMES]:
        if file.is_file() and not file.is_symlink():
            with open_regular(file) as opened:
                found.append(_saved_from(opened.read(4096)))
    return tuple(filter(None, found))
