"""Which other pages of a site say something about the company, and what all its pages say together.

Pages are found by the links of the home page, by the site's own map and by usual paths, in that order, one of
each kind: imprint, contact, about, pricing, blog.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from prospector.normalise.domains import registrable_domain
from prospector.normalise.text import fold
from prospector.sites.facts.company import MAX_CONTACTS
from prospector.sites.facts.imprint import has_no_mail_note, legal_form
from prospector.sites.page.links import links_with
from prospector.sites.page.text import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prospector.sites.facts.company import SiteFacts
    from prospector.sites.page.document import Page

PAGE_BUDGET = 5
"""Pages of a site that are read beside the home page and the careers page."""
MAX_URL = 500
_MOST_FRAMES = 20
_LONGEST_DELAY = 15

KINDS: Mapping[str, re.Pattern[str]] = {
    "imprint": re.compile(
        r"imprint|impressum|mentions[- ]legales|aviso[- ]legal|note[- ]legali|legal[- ]notice|site[- ]notice"
        r"|colofon|company[- ](?:information|details)|anbieterkennzeichnung"
    ),
    "contact": re.compile(
        r"contact(?:s|[- ]us)?|kontakt(?:e|formular)?|contactez[- ]nous|nous[- ]contacter|contacto|contatti"
        r"|contato|contactos|get[- ]in[- ]touch|kontakta[- ]oss|yhteystiedot|locations|standorte"
    ),
    "about": re.compile(
        r"about(?:[- ]us|[- ]the[- ]company)?|company|who[- ]we[- ]are|our[- ](?:story|company)|uber[- ]uns"
        r"|ueber[- ]uns|unternehmen|wir[- ]uber[- ]uns|qui[- ]sommes[- ]nous|a[- ]propos|entreprise|nosotros"
        r"|sobre[- ]nosotros|quienes[- ]somos|empresa|chi[- ]siamo|azienda|over[- ]ons|sobre(?:[- ]nos)?"
        r"|quem[- ]somos|o[- ]nas|om[- ]oss|om[- ]os"
    ),
    "pricing": re.compile(
        r"pricing|prices|plans(?:[- ]and[- ]pricing)?|preise|tarife|tarifs|precios|prezzi|prijzen|precos|cennik"
    ),
    "blog": re.compile(r"blog|news|newsroom|insights|magazin|aktuelles|actualites|noticias|notizie|nieuws"),
}
"""Each kind of page with the words of a link to it, or the last part of its path, folded; in order of worth."""

_LITERALS = (
    *("imp", "legal", "notice", "colofon", "details", "information", "anbieter", "onta", "touch", "yhteys"),
    *(
        "locat",
        "standort",
        "about",
        "compan",
        "who",
        "story",
        "uns",
        "unternehm",
        "sommes",
        "propos",
        "empres",
    ),
    *("entrepris", "nosotros", "somos", "siamo", "azienda", "ons", "sobre", "o nas", "o-nas", "om o", "om-o"),
    *("pri", "plans", "pre", "tari", "cennik", "blog", "news", "insight", "magazin", "aktuell", "actual"),
    *("notic", "notizie", "nieuws"),
)
"""One of these is in every address or text that one of `KINDS` could match."""

_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(?::\d+)?(/[\w/.%~-]*)(?:[?#]|\Z)")
_USUAL_PATHS = {"imprint": "/impressum", "contact": "/contact", "about": "/about"}
_IMPRINT_LANGUAGES = frozenset({"de"})
_REFRESH = re.compile(r"\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s>]{1,2000})", re.I)


def pages_to_read(page: Page, budget: int = PAGE_BUDGET) -> list[str]:
    """The pages that a home page links to and that say most of the company, one of each kind."""
    chosen = _linked_pages(page)
    return [chosen[kind] for kind in KINDS if kind in chosen][:budget]


def more_pages(
    read: Sequence[str],
    listed: Iterable[str],
    *,
    home: str,
    language: str | None = None,
    budget: int = PAGE_BUDGET,
) -> list[str]:
    """Pages of the kinds that `read` lacks: from a site's own map (`listed`), else the usual paths."""
    have = {kind for url in read if (kind := _kind_of_path(url))}
    found: dict[str, str] = {}
    for url in listed:
        kind = _kind_of_path(url)
        is_new = kind and kind not in have and len(url) <= MAX_URL and _is_same_site(url, home)
        if kind and is_new and (kind not in found or len(url) < len(found[kind])):
            found[kind] = url
    address = urlsplit(home)
    for kind, path in _USUAL_PATHS.items():
        if kind not in have and (kind != "imprint" or language in _IMPRINT_LANGUAGES):
            found.setdefault(kind, f"{address.scheme}://{address.netloc}{path}")
    return [found[kind] for kind in KINDS if kind in found][: max(0, budget - len(read))]


def onward_url(page: Page) -> str | None:
    """Where a page that is only an antechamber leads: by a meta refresh, or to its largest frame."""
    refreshes = page.tree.css('meta[http-equiv="refresh" i][content]') if page.names("http-equiv") else []
    for node in refreshes[:3]:
        if node.parent is not None and node.parent.tag == "noscript":
            continue  # browsers that run scripts stay
        found = _REFRESH.match((node.attributes.get("content") or "")[:2_100])
        link = page.absolute(found[2]) if found and int(found[1]) <= _LONGEST_DELAY else None
        if link and link.partition("#")[0] != page.url.partition("#")[0]:
            return link
    frames = page.tree.css("frame[src]")[:_MOST_FRAMES] if page.names("<frame") else []
    own = [link for node in frames if (link := page.absolute(node.attributes.get("src") or ""))]
    # The frame with the navigation comes first by custom, and the page itself last.
    named = [link for link in own if re.search(r"(?:main|content|home|start|inhalt|index)", link.lower())]
    return next(iter(named or own[::-1]), None)


def with_imprint(facts: SiteFacts, page: Page) -> SiteFacts:
    """The facts of a page with what only some pages are asked for: who runs the site, whether it minds mails."""
    is_imprint = _kind_of_path(page.url) == "imprint"
    form = legal_form(page) if is_imprint else None
    noted = (is_imprint or bool(facts.emails)) and has_no_mail_note(page)
    return replace(
        facts,
        legal_form=(form, page.url) if form else None,
        published=tuple((email, page.url, noted) for email in facts.emails),
        no_mail=noted,
    )


def merge_facts(facts: Sequence[SiteFacts]) -> SiteFacts:
    """What all pages say together. The first (the home page) decides; the others fill what it leaves open."""
    first = facts[0]
    address = next((one for one in facts if one.address), None)
    written = address or next((one for one in facts if one.address_text), None)
    social: dict[str, str] = {}
    for one in facts:
        social = {**one.social, **social}
    return replace(
        first,
        name=_first(one.name for one in facts[:1]) or _first(one.name for one in facts),
        description=_first(one.description for one in facts),
        emails=_union(one.emails for one in facts),
        phones=_union(one.phones for one in facts),
        social={name: social[name] for name in sorted(social)},
        language=_first(one.language for one in facts),
        address=address.address if address else None,
        address_text=written.address_text if written else None,
        founded=next((one.founded for one in facts if one.founded), None),
        headcount=next((one.headcount for one in facts if one.headcount), None),
        legal_form=next((one.legal_form for one in facts if one.legal_form), None),
        # A note on one page (as a rule the imprint) is meant for the whole site.
        published=tuple(
            (email, url, noted or any(other.no_mail for other in facts))
            for one in facts
            for email, url, noted in one.published
        ),
        no_mail=any(one.no_mail for one in facts),
    )


def _first(texts: Iterable[str | None]) -> str | None:
    return next((text for text in texts if text), None)


def _union(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in lists for text in one))[:MAX_CONTACTS]


def _linked_pages(page: Page) -> dict[str, str]:
    """The best link to each kind of page: the one whose words say so, then the one whose path does."""
    best: dict[str, tuple[int, str]] = {}
    for link in links_with(page, _LITERALS):
        url = None if link.is_frame else page.absolute(link.href)
        if url is None or len(url) > MAX_URL or not _is_same_site(url, page.url):
            continue
        shown = " ".join((link.node.text() or "").split())[:80] or visible_text(link.node, nodes=20)
        address, by_words = url.partition("#")[0], _kinds_of_words(shown)
        by_path = _kind_of_path(address)
        for kind in KINDS if by_path or by_words else ():
            rank = 0 if kind in by_words else 1 if kind == by_path else None
            if (
                rank is not None
                and (kind not in best or rank < best[kind][0])
                and not _is_home(address, page.url)
            ):
                best[kind] = (rank, address)
                break
    return {kind: url for kind, (_, url) in best.items()}


def _kind_of_path(url: str) -> str | None:
    """The kind that the last part of a path names, not deeper than three parts."""
    plain = _PLAIN_URL.match(url)  # as nearly all are; to take any other apart takes ten times as long
    try:
        path = plain[1] if plain else urlsplit(url).path
    except ValueError:
        return None
    return _kind_of_path_alone(path[:MAX_URL])


@lru_cache(maxsize=4096)
def _kind_of_path_alone(path: str) -> str | None:
    """The same for a path alone: many sites have the same ones."""
    parts = [part for part in unquote(path).split("/") if part]
    if not parts or len(parts) > 3:
        return None
    return _kind_of_segment(parts[-1])


@lru_cache(maxsize=4096)
def _kinds_of_words(shown: str) -> tuple[str, ...]:
    """The kinds that a link's words name: all sites have the same few links."""
    text = fold(shown).strip(" .:>»→")
    return tuple(kind for kind, words in KINDS.items() if words.fullmatch(text))


@lru_cache(maxsize=4096)
def _kind_of_segment(written: str) -> str | None:
    last = re.sub(r"\.\w{2,5}$", "", fold(written)).replace("_", "-")
    return next((kind for kind, words in KINDS.items() if words.fullmatch(last)), None)


def _is_same_site(url: str, home: str) -> bool:
    own = registrable_domain(home)
    root = "/".join(home.split("/", 3)[:3]) + "/"
    return own is not None and (url.startswith(root) or registrable_domain(url) == own)


def _is_home(url: str, home: str) -> bool:
    return url.rstrip("/") == home.partition("#")[0].rstrip("/")
