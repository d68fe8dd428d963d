"""Finds the careers page of a company, and the openings on a page: machine-readable ones first, then lists."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from prospector.normalise.domains import registrable_domain
from prospector.normalise.text import fold
from prospector.sites.hiring.job_lists import is_careers_page, listed_openings
from prospector.sites.hiring.job_words import (
    CAREERS_LITERALS,
    CAREERS_SEGMENT,
    CAREERS_TEXT,
    CAREERS_WORDS,
    STORY_SEGMENT,
)
from prospector.sites.hiring.openings import (
    MAX_OPENINGS,
    day,
    joined,
    make_opening,
    merge_requisitions,
    title_key,
)
from prospector.sites.page.board_links import BOARD_SIGNS, find_boards
from prospector.sites.page.links import links_with
from prospector.sites.page.literals import passages_with, word_set
from prospector.sites.page.structured_data import as_list, first_text, nodes_of_type, structured_nodes
from prospector.sites.page.text import body_text, text_blocks

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.records import FoundOpening
    from prospector.sites.page.board_links import Board
    from prospector.sites.page.document import Page

__all__ = [
    "COMMON_CAREERS_PATHS",
    "boards_on_page",
    "careers_links",
    "read_openings",
    "says_no_openings",
]

COMMON_CAREERS_PATHS: tuple[str, ...] = (
    "/careers",
    "/jobs",
    "/karriere",
    "/about/careers",
    "/company/careers",
    "/join-us",
    "/career",
    "/stellenangebote",
    "/recrutement",
    "/vacatures",
    "/empleo",
    "/lavora-con-noi",
)
"""Paths to try, likeliest first, where a site links to no careers page."""

MAX_FOUND_LINKS = 20
_LEAST_SCORE = 30
_HOPELESS = -1_000
_ADDRESS = re.compile(r"(https?://[^/?#]*)([^?#]*)", re.IGNORECASE)

_NO_OPENINGS = re.compile(
    r"\b(?:no (?:current |currently |open |available |active |new |suitable |job ){0,3}(?:positions?|vacanc(?:y|ies)"
    r"|openings?|jobs?|roles?|opportunities)(?= (?:are |is )?(?:currently|available|open|at (?:this|the)"
    r"|right now|now\b"
    r"|to fill|posted|listed)|\s?[.!,;)]|$)"
    r"|no (?:current|currently open|open|active|available|current open) (?:positions?|vacanc(?:y|ies)"
    r"|openings?|jobs?|roles?)"
    r"|(?:don'?t|do not) (?:currently )?have any (?:\w{1,10} ){0,2}(?:positions?|vacancies|openings?|jobs?|roles?)"
    r"|not (?:currently |actively |presently )?(?:hiring|recruiting)(?! for| freelanc| agenc| through)"
    r"|(?:all|every) (?:our )?(?:open )?(?:positions?|vacancies|roles?) (?:are|have been|is) (?:currently )?filled"
    r"|keine (?:offenen|freien|vakanten|aktuellen|zu besetzenden) (?:stellen\w{0,16}|positionen|jobs"
    r"|vakanzen|arbeitsplatze)"
    r"|(?:derzeit|aktuell|zurzeit|momentan|zur zeit|im moment) (?:leider )?keine (?:stellen\w{0,16}"
    r"|positionen|jobs|vakanzen)"
    r"|alle stellen (?:sind )?(?:derzeit |aktuell |zurzeit )?besetzt|wir suchen (?:derzeit|aktuell"
    r"|momentan) niemanden"
    r"|(?:pas|aucune?s?) (?:de |d')?(?:postes?|offres?(?: d'emploi)?|opportunites?)(?: \w{1,10})?"
    r" (?:ouvert|disponible|vacant|a pourvoir|actuellement|en ce moment|pour le moment|pour l'instant)\w{0,3}"
    r"|aucun recrutement|(?:pas|aucune?) (?:de )?recrutement en cours|ne recrutons pas"
    r"|(?:no (?:hay|tenemos|contamos con)|sin) (?:ofertas|vacantes|puestos|posiciones|oportunidades)"
    r"|(?:nessuna|non ci sono|non abbiamo) (?:posizion[ei]|offert[ae])(?: \w{1,10})? (?:apert|disponibil"
    r"|di lavoro)\w{0,2}"
    r"|geen (?:openstaande |open |actuele |beschikbare )?(?:vacatures?|posities|functies)"
    r"|(?:nao (?:ha|temos|existem)|sem|nenhuma) (?:\w{1,12} )?(?:vagas?|oportunidades|posicoes))"
)
_NO_LITERALS = word_set(
    """position vacanc opening job role opportunit hiring recruit stelle vakanz arbeitspl niemand
    postes poste offre oferta vacant puesto posicion oportunidad posizion offert vacature functie
    posities vaga recrut"""
)
"""Parts of words, one of which is in whatever `_NO_OPENINGS` finds, with or without accents."""

_SEARCH = re.compile(
    r"\s?(?:that|which|who|for you|match|fit|suit|found|meet|with|passend|die zu|que corresp|que coincid)"
)
_CONDITION = re.compile(
    r"\b(?:if|even|when|unless|wenn|falls|sollten?|auch|si|s'il|als|se|caso|indien)\b[^.!?]{0,60}$"
)


def careers_links(page: Page) -> list[str]:
    """Absolute addresses of pages with the company's jobs that `page` links to, the best first, at most 20.

    Pages of the same site and job boards count; the page itself, blog posts and single jobs do not.
    """
    scores: dict[str, int] = {}
    known: dict[str, tuple[str, int | None]] = {}
    for node, href, *_ in links_with(page, CAREERS_LITERALS):
        if href not in known:
            known[href] = _address_score(page, href)
        address, by_itself = known[href]
        if by_itself is None:
            continue
        text = " ".join(text_blocks(node, nodes=40)) or node.attributes.get("aria-label") or ""
        score = by_itself + _text_score(fold(text[:200]))
        if score >= _LEAST_SCORE:
            scores[address] = max(score, scores.get(address, 0))
    return sorted(scores, key=lambda address: -scores[address])[:MAX_FOUND_LINKS]


def boards_on_page(page: Page) -> list[Board]:
    """The job boards that a page points to, as `find_boards` finds them."""
    return find_boards(page.html) if any(map(page.names, BOARD_SIGNS)) else []


def read_openings(page: Page, *, as_of: date) -> list[FoundOpening]:
    """The openings on a page, at most 500: JobPosting data and microdata, then lists, tables and cards.

    A posting whose `validThrough` lies before `as_of` is closed; a list that still shows it does not reopen it.
    """
    postings = nodes_of_type(structured_nodes(page), "JobPosting")
    closed = {title_key(_posting_title(one)) for one in postings if _is_closed(one, as_of)}
    stated = [_posting(one, page, alone=len(postings) == 1) for one in postings if not _is_closed(one, as_of)]
    found = [one for one in stated if one is not None]
    known = closed | {title_key(one.title) for one in found}
    found += [one for one in listed_openings(page) if title_key(one.title) not in known]
    return list(merge_requisitions(("", one) for one in found))[:MAX_OPENINGS]


def says_no_openings(page: Page) -> bool:
    """Whether a page says that nobody is sought at present. Ask only where no opening was found on it.

    An empty search ("no jobs match your filter") and a condition ("even if there are no open positions") do
    not count.
    """
    # The lengths leave room for the longest wording and what stands around it.
    passages = passages_with(body_text(page), _NO_LITERALS, before=250, after=150)
    return any(_says_none(fold(passage)) for passage in passages)


def _says_none(text: str) -> bool:
    for found in _NO_OPENINGS.finditer(text):
        before, after = text[max(0, found.start() - 80) : found.start()], text[found.end() : found.end() + 20]
        if not _SEARCH.match(after) and not _CONDITION.search(before):
            return True
    return False


def _is_same_page(link: str, url: str) -> bool:
    return link.partition("#")[0].rstrip("/") == url.partition("#")[0].rstrip("/")


def _address_score(page: Page, href: str) -> tuple[str, int | None]:
    """The address of a link, and how surely it leads to the company's jobs by the board it points to and its path.

    None where it leads elsewhere. Most pages name an address more than once.
    """
    link = page.absolute(href)
    if link is None or len(link) > 1_000 or _is_same_page(link, page.url):
        return "", None
    address = link.partition("#")[0]
    if _is_own_site(link, page.url):
        return address, _path_score(link)
    return address, 100 + _path_score(link) if find_boards([link]) else None


def _text_score(text: str) -> int:
    """What the words of a link, folded, add to that."""
    words = len(text.split())
    score = -30 if words > 10 else 0
    if CAREERS_TEXT.fullmatch(text.strip(" !.→>»")):
        return score + 60
    return score + 35 if words <= 6 and CAREERS_WORDS.search(text) else score


def _is_own_site(link: str, url: str) -> bool:
    if link.startswith(url.partition("#")[0].rstrip("/") + "/"):
        return True
    own = registrable_domain(url)
    if own is not None:
        return registrable_domain(link) == own
    try:  # an address without a name, as in tests and intranets
        return urlsplit(link).hostname == urlsplit(url).hostname
    except ValueError:
        return False


def _path_score(link: str) -> int:
    address = _ADDRESS.match(link)
    if address is None:
        return _HOPELESS
    score = _score_of_path(address[2])
    return score + 20 if score > _HOPELESS and _is_careers_site(f"{address[1]}/") else score


@lru_cache(maxsize=4096)
def _score_of_path(path: str) -> int:
    """The same for a path alone: many sites have the same ones."""
    kinds = [_kind_of_segment(part) for part in path[:500].split("/") if part]
    if "story" in kinds or path.lower().endswith((".pdf", ".jpg", ".png")):
        return _HOPELESS
    score = 0
    if "careers" in kinds:
        score = 40 if kinds[-1] == "careers" else 10
    return score - 5 * max(0, len(kinds) - 2)


@lru_cache(maxsize=4096)
def _kind_of_segment(written: str) -> str:
    """Whether a part of a path leads to stories or to careers: many sites have the same few."""
    part = fold(unquote(written))
    if STORY_SEGMENT.fullmatch(part):
        return "story"
    return "careers" if CAREERS_SEGMENT.fullmatch(part) else ""


@lru_cache(maxsize=256)
def _is_careers_site(address: str) -> bool:
    """Whether the host's name says so; asked for each of a page's links."""
    return is_careers_page(address)


def _posting_title(node: dict[str, Any]) -> str:
    return first_text(node.get("title")) or first_text(node.get("name")) or ""


def _is_closed(node: dict[str, Any], as_of: date) -> bool:
    last = day(first_text(node.get("validThrough")))
    return last is not None and last < as_of


def _posting(node: dict[str, Any], page: Page, *, alone: bool) -> FoundOpening | None:
    """An opening from a JobPosting; one without an address is at the page's own, if it is the only one there."""
    link = next((text for name in ("url", "@id", "sameAs") if (text := first_text(node.get(name)))), None)
    organisation = node.get("hiringOrganization")
    unit = organisation.get("department") if isinstance(organisation, dict) else None
    return make_opening(
        _posting_title(node),
        words=(
            first_text(node.get("employmentUnit")),
            first_text(unit),
            first_text(node.get("occupationalCategory")),
        ),
        location=_posting_location(node),
        url=(page.absolute(link) if link and not link.startswith("#") else None)
        or (page.url if alone else None),
        posted_on=day(first_text(node.get("datePosted"))),
    )


def _posting_location(node: dict[str, Any]) -> str | None:
    places = [_place(place) for place in as_list(node.get("jobLocation"))[:50]]
    if found := joined(places):
        return found
    kinds = [first_text(kind) or "" for kind in as_list(node.get("jobLocationType"))[:5]]
    if not any("TELECOMMUTE" in kind.upper() for kind in kinds):
        return None
    regions = [first_text(one) for one in as_list(node.get("applicantLocationRequirements"))[:5]]
    names = joined(regions)
    return f"Remote ({names})" if names else "Remote"


def _place(place: object) -> str | None:
    """A Place, a PostalAddress or a text as "City, Region, Country"."""
    if not isinstance(place, dict):
        return first_text(place)
    address = next(iter(as_list(place.get("address"))), place)
    if not isinstance(address, dict):
        return first_text(address)
    parts = [first_text(address.get(name)) for name in ("addressLocality", "addressRegion", "addressCountry")]
    return ", ".join(dict.fromkeys(part for part in parts if part)) or first_text(place.get("name"))
