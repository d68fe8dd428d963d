"""From single signs (a URL, a script's text, a header, a DNS record) to technologies, keeping the best sign of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.records import Hit
from prospector.normalise.domains import registrable_domain
from prospector.sites.page.script_text import first_live, urls_in
from prospector.sites.technologies.index import (
    Sign,
    Table,
    compiled,
    domains_above,
    index,
    serves_assets,
    signs_of_host,
    words_of_script,
)
from prospector.sites.technologies.spf import is_spf, spf_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from selectolax.lexbor import LexborNode

    from prospector.normalise.technologies import Technology

_LONGEST_URL = 500
_LONGEST_EVIDENCE = 160
_HIGHEST_PARENT = 6
_HINT = 4
_SHORTEST_NAME = 4
"""Letters of a name that two domains do not share by chance."""
_LEVELS = ("conversion", "remarketing", "tag")
_URL = re.compile(r"\s*(?:https?:)?[/\\]{2}([^/\\?#\s]+)([^#]*)", re.I)
# A page saved from the web archive names each vendor's file behind the archive's own address.
_ARCHIVED = re.compile(r"/web/\d{4,14}[a-z]{0,3}_?/(?=(?:https?:)?//)")
_SLASHES = frozenset({"/", "\\", "\t", "\n", "\r"})
_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]{1,20}:", re.I)
_VERSION = re.compile(r"@[^/]*")
_FILE_WORD = re.compile(r"[a-z]+")
_CODE = frozenset({"script", "style"})
_LOADED = frozenset({"script", "style", "frame", "image"})
# A loader in a script's text creates one of these; a frame or a form is never built by a vendor's snippet.
_IN_SCRIPT = frozenset({"script", "image", "load"})
_COOKIE = re.compile(r"(?:^|[,\n])\s*([^=;,\s]{1,100})=")


class _Found(NamedTuple):
    rank: tuple[int, int]
    level: str | None
    channel: str
    evidence: str


class Place(NamedTuple):
    """A URL taken apart: host in lower case, path with query."""

    host: str
    path: str


@dataclass(slots=True)
class Findings:
    """The best sign of each technology seen so far. `host` is that of the page which is read."""

    host: str
    weakest: int = 1
    """Signs count as no better than this grade (3 inside a container: its triggers may never fire)."""
    channel: str = ""
    """Reported instead of each sign's own channel, if set."""
    best: dict[str, _Found] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    _domain: str | None = None

    def __post_init__(self) -> None:
        owners = index().owners
        for domain in domains_above(self.host):
            self.skipped |= owners.get(domain, set())

    def grade_on(self, host: str) -> int:
        """The best grade of a path on this host, 0 where it says nothing of the site whose page is read."""
        if host == self.host:
            return 1
        if self._domain is None:
            self._domain = (registrable_domain(self.host) or "") if self.host else ""
        if not self._domain:
            return _HINT  # Nobody said where the page comes from.
        return _grade_between(host, self.host, self._domain)

    def add(
        self, sign: Sign, evidence: str, channel: str, *, weakest: int = 1, noscript: bool = False
    ) -> None:
        """Keep a sign if it is the best of its technology; `weakest` is the best grade that it can have."""
        technology, pattern = sign
        level, grade = pattern.level, max(pattern.grade, weakest, self.weakest)
        if noscript and level:
            # An ad tag's picture for browsers without scripts often outlives the tag itself.
            level, grade = "tag", _HINT
        self._keep(technology, grade, level, self.channel or channel, evidence)

    def _keep(
        self, technology: Technology, grade: int, level: str | None, channel: str, evidence: str
    ) -> None:
        if technology.id in self.skipped:
            return
        rank = (_LEVELS.index(level) if level else 0, grade)
        known = self.best.get(technology.id)
        if known is None or rank < known.rank:
            self.best[technology.id] = _Found(rank, level, channel, evidence)

    def hits(self, url: str) -> list[Hit]:
        """What was seen and what follows from it, sorted by name."""
        self._add_relatives()
        found = ((index().by_id[key], one) for key, one in self.best.items())
        return sorted(
            (_hit(technology, one, url) for technology, one in found), key=lambda hit: hit.name.lower()
        )

    def _add_relatives(self) -> None:
        queue = list(self.best)
        while queue:
            technology = index().by_id[queue.pop()]
            one = self.best[technology.id]
            before = len(self.best)
            if technology.part_of:
                whole = index().by_id[technology.part_of]
                self._keep(whole, one.rank[1], None, one.channel, one.evidence)
            for name in technology.implies:
                self._keep(index().by_id[name], _HINT, None, "implied", f"implied by {technology.name}")
            queue += list(self.best)[before:]


def _hit(technology: Technology, found: _Found, url: str) -> Hit:
    evidence = " ".join(found.evidence[: 2 * _LONGEST_EVIDENCE].split())
    if not evidence.isprintable():
        evidence = "".join(sign for sign in evidence if sign.isprintable())
    return Hit(
        id=technology.id,
        name=technology.name,
        category=technology.category,
        evidence=evidence[:_LONGEST_EVIDENCE],
        url=url,
        grade=found.rank[1],
        channel=found.channel,
        level=found.level,
        advertises_on=technology.advertises_on,
    )


@lru_cache(maxsize=8192)
def _grade_between(host: str, own: str, domain: str) -> int:
    """1 for a host of the own one's domain, a hint for one of the same name (`acme.de`, `cdn-acme.net`), else 0."""
    if host == domain or host.endswith(f".{domain}"):
        return 1
    names = {label for label in own.split(".")[:-1] if len(label) >= _SHORTEST_NAME}
    other = (registrable_domain(host) or "").partition(".")[0]
    return 0 if names.isdisjoint((other, *other.split("-"))) else _HINT


def split_url(link: str, page_host: str) -> Place | None:
    """Host and path of a link as a browser reads it; None for `data:`, `mailto:` and the like."""
    if link[:1] == "/" and link[1:2] not in _SLASHES:  # as most links of a site to itself
        return Place(page_host, link[:_LONGEST_URL].rstrip())
    match = _URL.match(link, 0, _LONGEST_URL)
    if match:
        host = match[1].rpartition("@")[2].partition(":")[0].rstrip(".").lower()
        path = match[2] or "/"
        if host == "web.archive.org" and (archived := _ARCHIVED.match(path)):
            return split_url(path[archived.end() :], page_host)
        return Place(host, path)
    if _SCHEME.match(link):
        return None
    path = link.strip()[:_LONGEST_URL]
    return Place(page_host, path if path.startswith("/") else f"/{path}")


def see_url(findings: Findings, link: str, kind: str, *, within: LexborNode | None = None) -> None:
    """Judge a URL that an element of this kind (script, style, frame, image, form, link) names.

    `within` is the element where it may stand in a part for browsers without scripts.
    """
    place = split_url(link, findings.host)
    if place is None:
        return
    channel = "script" if kind == "script" else "html"
    for sign in signs_of_host(place.host):
        pattern = sign[1]
        wanted = pattern.kind == kind or (pattern.kind == "load" and kind in _LOADED)
        if wanted and (not pattern.match or compiled(pattern.match).search(place.path)):
            noscript = within is not None and _in_noscript(within)
            findings.add(sign, place.host + place.path, channel, noscript=noscript)
    if kind != "link":
        _see_path(findings, place, kind, channel)


def _in_noscript(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(_HIGHEST_PARENT):
        if parent is None:
            return False
        if parent.tag == "noscript":
            return True
        parent = parent.parent
    return False


def _see_path(findings: Findings, place: Place, kind: str, channel: str) -> None:
    # Pictures are many, and those of other firms' hosts say nothing: look at the host alone first.
    if kind not in _CODE and not findings.grade_on(place.host) and not serves_assets(place.host):
        return
    path = place.path.partition("?")[0]
    # Public libraries name the version in the segment: /vue@3.4.0/
    segments = (_VERSION.sub("", path) if "@" in path else path).split("/")[1:]
    assets = index().table("asset")
    if not assets.keys().isdisjoint(segments):
        for segment in segments:
            if segment in assets:
                _see_assets(findings, assets[segment], place, channel)
    # A picture of this name is no library that runs here.
    if kind in _CODE:
        name = path.rpartition("/")[2]
        word = _FILE_WORD.match(name.lower())
        if word and (signs := index().table("file").get(word[0])):
            _see_files(findings, signs, place, name, channel)


def _see_assets(findings: Findings, signs: list[Sign], place: Place, channel: str) -> None:
    for sign in signs:
        pattern = sign[1]
        # A path says what runs on its own host; what the pattern's hosts serve works wherever it is loaded.
        if pattern.host:
            grade = int(compiled(pattern.host).search(place.host) is not None)
        else:
            grade = findings.grade_on(place.host)
        if grade and (not pattern.match or compiled(pattern.match).search(place.path)):
            findings.add(sign, place.host + place.path, channel, weakest=grade)


def _see_files(findings: Findings, signs: list[Sign], place: Place, name: str, channel: str) -> None:
    for sign in signs:
        if not sign[1].match or compiled(sign[1].match).search(name):
            findings.add(sign, place.host + place.path, channel)


def see_script(findings: Findings, text: str) -> None:
    """Judge the text of an inline script: loader calls, and URLs of vendors' files in it."""
    known = index().inline
    for word in sorted(words_of_script(text) & known.keys()):
        for sign in known[word]:
            pattern = sign[1]
            place = first_live(text, pattern.key, compiled(pattern.match) if pattern.match else None)
            if place is not None:
                findings.add(sign, text[place : place + _LONGEST_EVIDENCE], "inline")
    for url in urls_in(text):
        for sign in signs_of_host(url.host):
            pattern = sign[1]
            if pattern.kind not in _IN_SCRIPT or not url.is_live():
                continue
            if not pattern.match or compiled(pattern.match).search(url.path):
                findings.add(sign, url.host + url.path, "inline", weakest=2)


def see_key(findings: Findings, kind: str, key: str, value: str, channel: str) -> None:
    """Judge a named thing: an id, a class, an attribute, a field, a meta name or a tag's template."""
    for sign in index().table(kind).get(key, ()):
        if not sign[1].match or compiled(sign[1].match).search(value):
            findings.add(sign, f"{key}: {value}" if value else key, channel)


def see_generator(findings: Findings, content: str) -> None:
    """Judge the content of `<meta name=generator>`."""
    for sign in index().starting("generator", content.strip().lower()):
        findings.add(sign, f"generator: {content}", "meta")


def see_headers(findings: Findings, headers: Mapping[str, str]) -> None:
    """Judge response headers; names in lower case. Policies and `set-cookie` name no technology by themselves."""
    for name, value in headers.items():
        see_key(findings, "header", name, value, "header")
        for sign in index().starting("header", name):
            findings.add(sign, f"{name}: {value}", "header")


def see_cookies(findings: Findings, names: Iterable[str]) -> None:
    """Judge the names of cookies that the response set."""
    for name in names:
        see_key(findings, "cookie", name, "", "cookie")
        for sign in index().starting("cookie", name):
            findings.add(sign, name, "cookie")


def cookie_names(set_cookie: str) -> list[str]:
    """The names in one or more `Set-Cookie` headers joined by commas or line ends."""
    return _COOKIE.findall(set_cookie)


def see_dns(findings: Findings, records: Mapping[str, Iterable[str]]) -> None:
    """Judge DNS records by type: MX, TXT (with SPF), CNAME, NS."""
    for kind, values in records.items():
        for value in values:
            if kind.upper() == "TXT":
                _see_txt(findings, value.strip().strip('"'))
            elif kind.upper() in {"MX", "CNAME", "NS"} and value.strip():
                # A mail record may still have its preference in front: `10 mx.example.`
                _see_target(findings, kind.lower(), value.split()[-1])


def _see_txt(findings: Findings, value: str) -> None:
    if is_spf(value):
        for target in spf_targets(value):
            _see_target(findings, "spf", target)
        return
    for sign in index().starting("txt", value.lower()):
        if not sign[1].match or compiled(sign[1].match).search(value):
            findings.add(sign, f"TXT {value}", "dns-txt")


def _see_target(findings: Findings, kind: str, target: str) -> None:
    host = target.rstrip(".").lower()
    table: Table = index().table(kind)
    signs = [sign for domain in domains_above(host) for sign in table.get(domain, ())]
    # Names without a dot stand for servers under many endings, such as awsdns-12.co.uk.
    signs += [sign for part, sign in index().prefixes.get(kind, ()) if part in host]
    for sign in signs:
        if not sign[1].match or compiled(sign[1].match).search(host):
            findings.add(sign, f"{kind.upper()} {host}", f"dns-{kind}")
