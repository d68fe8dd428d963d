"""Recognises public job boards by their addresses, in links or anywhere in the text of a page.

A page names its board in a link, an iframe, a script's address or a line of JavaScript, with slashes escaped
or not. So the text is searched for the boards' hosts as plain strings, which is fast and has no bad case, and
only the few characters around a hit are read more closely.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from prospector.sites.page.literals import literals_in, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_TEXT = 5_000_000
MAX_HITS = 3_000
"""Mentions of one host that are looked at."""
MAX_SLUG = 100

RESERVED = word_set("""embed api jobs search users login static assets internal j v0 v1 v2 wday""")
"""First parts of a path that are never a company's slug."""

_RESERVED_HOSTS = word_set(
    """www www2 app api apps apply auth static assets cdn media img images help support docs documentation
    developer developers blog go get info jobs careers career status partners partner login signin
    accounts account resources marketing marketplace email mail links try learn community hello hr
    scripts tt hire sso id widget widgets embed secure dashboard track click events academy press about"""
)
_SLUG = re.compile(r"[\w.\-]*[A-Za-z0-9][\w.\-]*", re.A)
_LOOSE_SLUG = re.compile(r"\w[\w.\-&+) ]*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LOCALE = re.compile(r"[a-z]{2}(?:[-_](?:[a-z]{2}|\d{3}|[a-z]{4}))?", re.I)
_HOST_BEFORE = re.compile(r"[A-Za-z0-9.-]*\Z")
_PATH_AFTER = re.compile(r"(?::443)?(?=[/?#])([^\s\"'<>\\|^`{}\[\],;*]*)")
_ESCAPES = (
    ("\\/", "/"),
    ("\\u002f", "/"),
    ("\\u002F", "/"),
    ("\\u0026", "&"),
    ("\\x2F", "/"),
    ("\\x2f", "/"),
)
_ENCODED = re.compile(r"%(?:25)?(2f|3a|3f|3d|26)", re.I)
_WIDGET_ID = re.compile(r"whr_embed\(\s{0,5}[\"']?(\d{1,12})")
_COMPANY_CODE = re.compile(r"company_code[\"']?\s{0,5}[:=]\s{0,5}[\"']([A-Za-z0-9_.-]{1,100})[\"']")


@dataclass(frozen=True)
class Board:
    """A company's job board. `slug` is its name there, for Workday `tenant/site`.

    `region` is where the vendor keeps it: `eu` for boards in Europe, `na` for Teamtailor's North America,
    `com` for Personio boards under .com, `wd5` and so on for Workday, else None.
    """

    system: str
    slug: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class _Mention:
    """One address: the labels before the vendor's domain, the parts of the path, and the query's text."""

    labels: tuple[str, ...]
    path: tuple[str, ...]
    query: str

    def part(self, index: int) -> str | None:
        """A part of the path, or None behind its end."""
        return self.path[index] if index < len(self.path) else None

    def asked(self, name: str) -> str | None:
        """A query parameter."""
        found = re.search(rf"(?:^|[?&;]){name}=([^&#]{{1,200}})", self.query)
        return unquote(found[1]) if found else None


def find_boards(links_or_html: str | Iterable[str]) -> list[Board]:
    """The job boards that links or a page's HTML point to, each once, in the order of their first mention."""
    links = [links_or_html] if isinstance(links_or_html, str) else links_or_html
    text = "\n".join(_quoted(link) for link in links if isinstance(link, str))[:MAX_TEXT]
    hits = []
    if named := literals_in(text, BOARD_SIGNS):
        hits = _widgets(text)
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter that changes its length when lowered would shift positions
            lowered = text
        known = [(domain, *_DOMAINS[domain]) for domain in BOARD_DOMAINS if domain in named]
        hits += [hit for one in known for hit in _mentions(text, lowered, *one)]
    found: dict[tuple[str, str], Board] = {}
    for _, board in sorted(hits, key=lambda hit: hit[0]):
        found.setdefault((board.system, board.slug.casefold()), board)
    return _without_vague_sites(list(found.values()))


def _quoted(link: str) -> str:
    """A lone link in quotes, which tell its end: then a dot at the end of a slug is a part of it."""
    return link if len(link) > 2_000 or re.search(r"[\s<>\"]", link) else f'"{link}"'


def _mentions(
    text: str, lowered: str, domain: str, system: str, read: Callable[[_Mention], Board | None]
) -> list[tuple[int, Board]]:
    """Position and board of every mention of one vendor's domain."""
    hits, at = [], -1
    for _ in range(MAX_HITS):
        at = lowered.find(domain, at + 1)
        if at < 0:
            break
        mention = _mention(text, at, at + len(domain))
        if mention is not None and (board := read(mention)):
            hits.append((at, Board(system, board.slug, board.region)))
    return hits


def _mention(text: str, start: int, end: int) -> _Mention | None:
    before = _HOST_BEFORE.search(_decoded(text[max(0, start - 120) : start]))
    prefix = before[0].lower() if before else ""
    if prefix and not prefix.endswith("."):
        return None  # evil-lever.co is not lever.co
    after = _decoded(text[end : end + 600])
    if re.match(r"[\w-]|\.\w", after):
        return None  # lever.co.evil.example is not lever.co either
    found = _PATH_AFTER.match(after)
    rest = found[1] if found else ""
    if found and after[found.end() : found.end() + 1] not in {'"', "'"}:
        rest = rest.rstrip(".:!&()")  # in prose these end the sentence, not the address
    path, _, query = rest.partition("#")[0].partition("?")
    parts = tuple(unquote(part).strip() for part in path.split("/") if part)
    return _Mention(tuple(prefix.strip(".").split(".")) if prefix else (), parts[:10], "?" + query)


def _decoded(text: str) -> str:
    for escape, sign in _ESCAPES:
        text = text.replace(escape, sign)
    if "&" in text:
        text = html.unescape(text)
    return _ENCODED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def _widgets(text: str) -> list[tuple[int, Board]]:
    """Boards that a script is told by a number or a code instead of an address."""
    hits = []
    if "whr_embed" in text:
        hits = [(found.start(), Board("workable", found[1])) for found in _WIDGET_ID.finditer(text)]
    if "smartrecruiters.com" in text:
        codes = _COMPANY_CODE.finditer(text)
        hits += [(found.start(), Board("smartrecruiters", found[1])) for found in codes]
    return hits[:MAX_HITS]


def _without_vague_sites(boards: list[Board]) -> list[Board]:
    """Leave out a Workday address that names only tenant and language where another names the site."""
    exact = {b.slug.split("/")[0].casefold() for b in boards if b.system == "workday" and not _is_vague(b)}
    return [b for b in boards if not _is_vague(b) or b.slug.split("/")[0].casefold() not in exact]


def _is_vague(board: Board) -> bool:
    site = board.slug.partition("/")[2]
    return board.system == "workday" and (not site or _LOCALE.fullmatch(site) is not None)


def _slug(text: str | None, *, loose: bool = False) -> str | None:
    """A slug as it may stand in an address, or None for what is reserved, too long or no slug."""
    text = (text or "").strip()
    return None if text.lower() in RESERVED else _word(text, loose=loose)


def _word(text: str, *, loose: bool = False) -> str | None:
    if not text or len(text) > MAX_SLUG or ".." in text:
        return None
    return text if (_LOOSE_SLUG if loose else _SLUG).fullmatch(text) else None


def _board(slug: str | None, region: str | None = None) -> Board | None:
    return Board("", slug, region) if slug else None


def _eu(mention: _Mention) -> str | None:
    return "eu" if "eu" in mention.labels else None


def _after(mention: _Mention, *words: str) -> str | None:
    """The part of the path that follows `words`, the path's first parts."""
    lowered = tuple(part.lower() for part in mention.path[: len(words)])
    return mention.part(len(words)) if lowered == words else None


def _greenhouse(mention: _Mention) -> Board | None:
    host = mention.labels[0] if mention.labels else ""
    if host in {"boards-api", "api"}:
        return _board(_slug(_after(mention, "v1", "boards"), loose=True), _eu(mention))
    if host not in {"boards", "job-boards"}:
        return None
    if mention.part(0) == "embed":
        return _board(_slug(mention.asked("for"), loose=True), _eu(mention))
    return _board(_slug(mention.part(0), loose=True), _eu(mention))


def _lever(mention: _Mention) -> Board | None:
    host = mention.labels[0] if mention.labels else ""
    if host == "api":
        return _board(_slug(_after(mention, "v0", "postings"), loose=True), _eu(mention))
    return _board(_slug(mention.part(0), loose=True), _eu(mention)) if host == "jobs" else None


def _ashby(mention: _Mention) -> Board | None:
    if mention.labels == ("api",):
        return _board(_slug(_after(mention, "posting-api", "job-board"), loose=True))
    return _board(_slug(mention.part(0), loose=True)) if mention.labels == ("jobs",) else None


def _workable(mention: _Mention) -> Board | None:
    accounts = _after(mention, "api", "v1", "widget", "accounts") or _after(mention, "api", "accounts")
    if accounts:
        return _board(_slug(accounts))
    if mention.labels == ("apply",):
        return _board(_slug(mention.part(0)))
    return _subdomain(mention)


def _smartrecruiters(mention: _Mention) -> Board | None:
    if mention.labels == ("api",):
        return _board(_slug(_after(mention, "v1", "companies")))
    if mention.labels not in {("jobs",), ("careers",)}:
        return None
    first = (mention.part(0) or "").lower()
    if first == "oneclick-ui":
        return _board(_slug(_after(mention, "oneclick-ui", "company")))
    return _board(_slug(mention.part(1 if first == "ni" else 0)))


def _subdomain(mention: _Mention) -> Board | None:
    """Systems where the company is the one label before the vendor's domain."""
    if len(mention.labels) != 1:
        return None
    label = mention.labels[0]
    generic = label in _RESERVED_HOSTS or re.fullmatch(
        r"(?:images|img|static|cdn|assets|resources)\d*", label
    )
    return None if generic or not _LABEL.fullmatch(label) else _board(label)


def _teamtailor(mention: _Mention) -> Board | None:
    if len(mention.labels) == 2 and mention.labels[1] in {"na", "eu"}:
        found = _subdomain(_Mention(mention.labels[:1], (), ""))
        return _board(found.slug, mention.labels[1]) if found else None
    return _subdomain(mention)


def _personio_com(mention: _Mention) -> Board | None:
    found = _subdomain(mention)
    return _board(found.slug, "com") if found else None


def _workday(mention: _Mention) -> Board | None:
    """Host is `tenant.wdN`, or only `tenant`; the path has a language (or not), then the site."""
    if not mention.labels or not _LABEL.fullmatch(mention.labels[0]) or mention.labels[0] in {"www", "wday"}:
        return None
    tenant, region = mention.labels[0], mention.labels[1] if len(mention.labels) == 2 else None
    if len(mention.labels) > 2 or (region is not None and not re.fullmatch(r"wd\d{1,4}(?:-\w+)?", region)):
        return None
    site = mention.part(3) if _after(mention, "wday", "cxs") else _site(mention.path)
    named = _word(site) if site else None  # no word is reserved here: there are sites named "search"
    return _board(f"{tenant}/{named}" if named else tenant, region)


def _workday_site(mention: _Mention) -> Board | None:
    """`wd5.myworkdaysite.com/en-US/recruiting/tenant/site`: the tenant stands in the path."""
    path = mention.path[1:] if mention.path and _LOCALE.fullmatch(mention.path[0]) else mention.path
    if len(path) < 3 or path[0].lower() != "recruiting" or not mention.labels:
        return None
    tenant, site = _word(path[1]), _word(path[2])
    return _board(f"{tenant}/{site}" if tenant and site else None, mention.labels[-1])


def _site(path: tuple[str, ...]) -> str | None:
    """The site in a Workday path; a path of nothing but a language leaves that, for want of better."""
    if len(path) > 1 and _LOCALE.fullmatch(path[0]):
        return path[1]
    return path[0] if path else None


def _rippling(mention: _Mention) -> Board | None:
    if not mention.labels or mention.labels[0] != "ats":
        return None
    for words in (("api", "v2", "board"), ("api", "v1", "board"), ("platform", "api", "ats", "v1", "board")):
        if slug := _slug(_after(mention, *words)):
            return _board(slug)
    is_locale = len(mention.path) > 1 and re.fullmatch(r"[a-z]{2}-[A-Za-z]{2}", mention.path[0])
    return _board(_slug(mention.part(1 if is_locale else 0)))


def _gem(mention: _Mention) -> Board | None:
    if mention.labels == ("api",):
        return _board(_slug(_after(mention, "job_board", "v0")))
    return _board(_slug(mention.part(0))) if mention.labels == ("jobs",) else None


_DOMAINS: dict[str, tuple[str, Callable[[_Mention], Board | None]]] = {
    "greenhouse.io": ("greenhouse", _greenhouse),
    "lever.co": ("lever", _lever),
    "ashbyhq.com": ("ashby", _ashby),
    "workable.com": ("workable", _workable),
    "smartrecruiters.com": ("smartrecruiters", _smartrecruiters),
    "recruitee.com": ("recruitee", _subdomain),
    "teamtailor.com": ("teamtailor", _teamtailor),
    "jobs.personio.de": ("personio", _subdomain),
    "jobs.personio.com": ("personio", _personio_com),
    "bamboohr.com": ("bamboohr", _subdomain),
    "breezy.hr": ("breezy", _subdomain),
    "myworkdayjobs.com": ("workday", _workday),
    "myworkdaysite.com": ("workday", _workday_site),
    "pinpointhq.com": ("pinpoint", _subdomain),
    "rippling.com": ("rippling", _rippling),
    "gem.com": ("gem", _gem),
}
"""A vendor's domain, its system, and the reader of an address under it."""

BOARD_DOMAINS = tuple(_DOMAINS)
"""The domains by which boards are recognised."""

BOARD_SIGNS = (*BOARD_DOMAINS, "whr_embed")
"""One of these stands in every text that points to a board."""
