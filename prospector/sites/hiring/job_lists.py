"""Jobs in the plain HTML of a careers page: lists, tables and cards, without any machine-readable mark.

A text is taken for a job only on two kinds of evidence together: it reads like a title, and its place says
so too (a link to a job's page, a container named for jobs, or a heading such as "Open positions" above it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from prospector.normalise.roles import parse_role
from prospector.normalise.text import clean, fold
from prospector.sites.hiring.job_tables import table_openings
from prospector.sites.hiring.job_words import (
    CALL_TO_ACTION,
    CAREERS_AREA,
    CAREERS_SEGMENT,
    CAREERS_WORDS,
    EMPLOYMENT,
    JOB_SEGMENT,
    OPENINGS_HEADING,
    STORY_SEGMENT,
    could_be_title,
    has_gender_note,
    is_department_only,
)
from prospector.sites.hiring.openings import MAX_OPENINGS, day, is_talent_pool, make_opening
from prospector.sites.page.board_links import BOARD_DOMAINS, find_boards
from prospector.sites.page.links import links_with
from prospector.sites.page.literals import word_set
from prospector.sites.page.text import is_unseen, text_blocks, walk

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from prospector.core.records import FoundOpening
    from prospector.sites.page.document import Page

MAX_CANDIDATES = 2_000
"""Elements of a page that are judged."""
CARD_NODES = 120
"""A card with more nodes than this is no card of one job."""
_PART_NODES = 15  # of an element inside a card; what is deeper in it belongs to another part

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_APART = word_set("nav footer aside select dialog figure blockquote")
_APART_NAMES = word_set(
    """nav navbar navigation menu breadcrumb breadcrumbs footer site-footer cookie cookies cookie-banner consent
    newsletter social testimonial testimonials quote benefits perks blog news press faq faqs site-header values"""
)
_JOB_NAME = re.compile(
    r"(?:^|[\s_-])(?:jobs?|positions?|openings?|vacanc(?:y|ies)|stellen?\w{0,12}|vacatures?|vagas?|postings?|requisitions?"
    r"|careers?[-_]{1,2}(?:item|card|list|opening|position|post)s?|roles?[-_]{1,2}(?:item|card|list)s?)(?=$|[\s_-])"
)
_JOB_NAME_PARTS = (
    *("job", "position", "opening", "vacanc", "stelle", "vacature", "vaga", "posting", "requisition"),
    *("career", "role"),
)
_JOB_NAMED = ",".join(f'[class*="{part}" i],[id*="{part}" i]' for part in _JOB_NAME_PARTS)
"""What `_JOB_NAME` may find, as a selector."""

_JOB_LITERALS = (
    *("job", "position", "opening", "vacanc", "posting", "requisition", "stelle", "offre", "emploi", "poste"),
    *("empleo", "vacant", "oferta", "puesto", "posizion", "offert", "vacature", "vaga", "/o/", "/p/", "/j/"),
    *("jid=", "oid=", "%"),
    *BOARD_DOMAINS,
)
"""One of these is in every address that `_link_kind` takes for a job's; `%` since letters may be encoded."""

_STYLE_NAME = re.compile(
    r"\S{0,40}position-(?:relative|absolute|fixed|static|sticky|\d)\S{0,20}"
    r"|\S{0,60}[-_](?:page|hero|banner|header|intro|benefits?|footer|nav|teaser|testimonials?)(?=\s|$)"
)
_TITLE_NAME = re.compile(
    r"(?:^|[\s_-])(?:(?:job|position|role|vacancy|opening|posting|stellen?)[-_]{0,2}(?:title|name|titel))"
)
_TITLED = re.compile(r"title|titel")
_BETWEEN = re.compile(r"\s[|·•–—-]\s|[|·•]")
_PLACE_NAME = re.compile(r"(?:location|city|standort|\bort\b|lieu|ubicacion|locatie|sede|localidade|office)")
_TEAM_NAME = re.compile(r"(?:department|dept|team|category|abteilung|bereich|division|function|departement)")
_DATE_NAME = re.compile(r"(?:date|posted|datum|published)")
_JOB_QUERY = re.compile(
    r"(?:^|&)(?:gh_jid|job_?id|jid|job|position(?:_?id)?|vacancy(?:_?id)?|stelle|posting|oid)=[\w-]", re.I
)


@dataclass(slots=True)
class _Reading:
    """What has been seen so far while walking down a page."""

    page: Page
    is_careers: bool
    openings: list[FoundOpening] = field(default_factory=list)
    section: int = 0
    """Level of the heading "Open positions" that is in force; 0 for none."""
    department: str | None = None
    department_level: int = 0


def listed_openings(page: Page) -> list[FoundOpening]:
    """The jobs in a page's lists, tables and cards, in the page's order, tables first; not merged."""
    body = page.tree.body
    if body is None:
        return []
    reading = _Reading(page, is_careers_page(page.url) or _is_headed_careers(page))
    tables = table_openings(page, is_careers=reading.is_careers)
    reading.openings = [one for found in tables.values() for one in found]
    if not reading.is_careers and not _may_hold_jobs(page):
        return reading.openings

    def skip(node: LexborNode) -> bool:
        return node.mem_id in tables or _is_apart(node, body)

    judged = 0
    for node in walk(body, skip):
        tag = node.tag or "-"
        if tag in _HEADINGS:
            _read_heading(node, reading)
        elif _is_candidate(node, tag) or (tag == "p" and reading.section and _is_lone_line(node)):
            _read_candidate(node, tag, reading)
        else:
            continue
        judged += 1
        if judged >= MAX_CANDIDATES or len(reading.openings) > 2 * MAX_OPENINGS:
            break
    return reading.openings


def _may_hold_jobs(page: Page) -> bool:
    """Whether anything on a page that is not about jobs could be one, see `_is_job`; most pages end here.

    There has to be a heading above a list of jobs, a container named for jobs, or a link to a single job.
    """
    for node in page.tree.css("h1, h2, h3, h4, h5, h6"):
        text = (node.text() or "")[:1_000]
        if len(text) > 3 and OPENINGS_HEADING.search(fold(" ".join(text.split()))):
            return True
    if any(_JOB_NAME.search(_STYLE_NAME.sub(" ", _names(node))) for node in page.tree.css(_JOB_NAMED)):
        return True
    likely = (page.absolute(link.href) for link in links_with(page, _JOB_LITERALS))
    return any(_link_kind(link, page) in {"board", "job"} for link in likely)


def is_careers_page(url: str) -> bool:
    """Whether an address names a part of a site for jobs."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if (parts.hostname or "").startswith(("careers.", "career.", "jobs.", "job.", "karriere.")):
        return True
    return any(CAREERS_SEGMENT.fullmatch(fold(part)) for part in parts.path[:500].split("/") if part)


def _is_headed_careers(page: Page) -> bool:
    """Whether a page's title or first heading speaks of jobs; a saved page may have no address."""
    nodes = (page.tree.css_first("title"), page.tree.css_first("h1"))
    said = (fold((node.text() or "")[:200]) for node in nodes if node is not None)
    return any(CAREERS_WORDS.search(text) for text in said)


def _is_apart(node: LexborNode, body: LexborNode) -> bool:
    """Whether a part of the page is navigation, footer, praise and the like. One with an `h1` never is."""
    if is_unseen(node):
        return True
    tag = node.tag or "-"
    if tag.startswith("-"):
        return False
    parent = node.parent
    if tag == "header":
        return parent is not None and parent.mem_id == body.mem_id and node.css_first("h1") is None
    names = word_set(_names(node))
    is_marked = (
        tag in _APART or not _APART_NAMES.isdisjoint(names) or node.attributes.get("role") == "navigation"
    )
    return is_marked and node.css_first("h1") is None


def _names(node: LexborNode) -> str:
    attributes = node.attributes
    if not attributes:
        return ""
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:500].lower()


def _is_candidate(node: LexborNode, tag: str) -> bool:
    if tag == "a":
        return "href" in node.attributes and node.css_first("h2, h3, h4, h5, h6") is None
    if tag in {"summary", "button", "dt"}:
        return True
    if tag == "li":
        return node.css_first("a, h2, h3, h4, h5, h6, ul, button, summary, [class*=title]") is None
    return tag in {"div", "span", "p", "td", "strong"} and _TITLE_NAME.search(_names(node)) is not None


def _is_lone_line(node: LexborNode) -> bool:
    return node.css_first("a, button, img, ul") is None and len(text_blocks(node, nodes=_PART_NODES)) == 1


def _read_heading(node: LexborNode, reading: _Reading) -> None:
    level = _HEADINGS[node.tag or "h1"]
    text = " ".join(text_blocks(node))[:200]
    if not text:
        return
    if OPENINGS_HEADING.search(fold(text)) and len(text.split()) <= 9 and not parse_role(text).seniority:
        reading.section, reading.department, reading.department_level = max(level, 2), None, 0
    elif is_department_only(text):
        reading.department, reading.department_level = text, level
    elif not (level > 1 and _read_candidate(node, "h", reading)):
        if level <= reading.section:
            reading.section = 0
        if level <= reading.department_level:
            reading.department, reading.department_level = None, 0


def _read_candidate(node: LexborNode, tag: str, reading: _Reading) -> bool:
    """Judge one element and keep it if it is a job; whether it is one, kept or a talent pool."""
    title = _title(node)
    if title is None:
        return False
    card = _card(node)
    link = _link(node, card, reading.page)
    if not _is_job(title, tag, _link_kind(link, reading.page), _is_in_job_container(node), reading):
        return False
    if not is_talent_pool(title):
        _keep(title, card, link, reading)
    return True


def _title(node: LexborNode) -> str | None:
    """The title in an element: what is named so, else its first line."""
    for inner in walk(node, is_unseen, nodes=CARD_NODES):
        named = not (inner.tag or "-").startswith("-") and _TITLED.search(_names(inner))
        if named and (lines := text_blocks(inner, nodes=_PART_NODES)) and could_be_title(lines[0]):
            return lines[0]
    lines = text_blocks(node)
    return lines[0] if lines and could_be_title(lines[0]) else None


def _is_job(title: str, tag: str, link: str | None, contained: bool, reading: _Reading) -> bool:
    in_place = contained or reading.section > 0
    if link == "board":
        return True
    if has_gender_note(title):
        return in_place or link is not None or reading.is_careers
    role = parse_role(title)
    if tag == "p":  # prose names departments, too
        return role.seniority is not None and len(title.split()) <= 9
    if role.seniority or role.department:
        return (
            (in_place and (reading.is_careers or link is not None or role.seniority is not None))
            or link == "job"
            or (link == "area" and reading.is_careers)
        )
    if link == "job":
        return in_place or reading.is_careers
    return tag in {"a", "h"} and link == "area" and in_place


def _card(node: LexborNode) -> LexborNode:
    """The largest element around a title that still holds this one job only."""
    card = node
    for _ in range(5):
        parent = card.parent
        if (
            card.tag in {"li", "tr", "article", "details"}
            or parent is None
            or parent.tag in {"body", "main", "ul", "ol"}
        ):
            break
        if not _holds_one_job(parent, headings=int(node.tag in _HEADINGS)):
            break
        card = parent
    return card


def _holds_one_job(node: LexborNode, *, headings: int) -> bool:
    """Whether an element holds one title and no more than so many `headings`, and is no larger than a card."""
    titles, count = 0, 0
    for inner in walk(node, is_unseen, nodes=CARD_NODES):
        count += 1
        tag = inner.tag or "-"
        headings -= tag in _HEADINGS
        if tag in {"a", "button", "summary", "li"}:
            titles += not CALL_TO_ACTION.fullmatch(
                fold(" ".join(text_blocks(inner, nodes=_PART_NODES))[:100])
            )
        if headings < 0 or titles > 1:
            return False
    return count < CARD_NODES


def _link(node: LexborNode, card: LexborNode, page: Page) -> str | None:
    """The address that belongs to a title: its own, one around it, or the first of its card."""
    around: LexborNode | None = node
    for _ in range(4):
        if around is None:
            break
        if around.tag == "a" and around.attributes.get("href"):
            return page.absolute(around.attributes["href"] or "")
        around = around.parent
    for inner in walk(card, is_unseen, nodes=CARD_NODES):
        if inner.tag == "a" and (href := inner.attributes.get("href")):
            return page.absolute(href)
    return None


def _link_kind(link: str | None, page: Page) -> str | None:
    """What a link points to: a job on a `board`, a `job` of the site, an `area` about jobs, or neither."""
    if link is None or len(link) > 2_000 or link.partition("#")[0] == page.url.partition("#")[0]:
        return None
    try:
        address = urlsplit(link)
    except ValueError:
        return None
    parts = [fold(unquote(part)) for part in address.path.split("/") if part][:12]
    if len(parts) > 1 and find_boards([link]):
        return "board"
    if any(STORY_SEGMENT.fullmatch(part) for part in parts[:-1]):
        return None
    if _JOB_QUERY.search(address.query) or any(JOB_SEGMENT.fullmatch(part) for part in parts[:-1]):
        return "job"
    is_file = bool(parts) and re.search(
        r"(?:stelle|job|vacan|karriere|career|offre|emploi)\S{0,200}\.pdf$", parts[-1]
    )
    is_area = any(CAREERS_AREA.fullmatch(part) or CAREERS_SEGMENT.fullmatch(part) for part in parts[:-1])
    return (
        "area"
        if is_file or is_area or (parts and is_careers_page(f"{address.scheme}://{address.netloc}"))
        else None
    )


def _is_in_job_container(node: LexborNode) -> bool:
    current: LexborNode | None = node
    for _ in range(5):
        if current is None or current.tag in {"body", "main", "html"}:
            return False
        if _JOB_NAME.search(_STYLE_NAME.sub(" ", _names(current))):
            return True
        current = current.parent
    return False


def _keep(title: str, card: LexborNode, link: str | None, reading: _Reading) -> None:
    location, team, posted = _details(title, card)
    opening = make_opening(
        title,
        words=(team, card.attributes.get("data-department"), reading.department),
        location=location,
        url=link,
        posted_on=day(posted),
    )
    if opening is not None:
        reading.openings.append(opening)


def _details(title: str, card: LexborNode) -> tuple[str | None, str | None, str | None]:
    """Place, department and date beside a title: by the names of the elements, else by how they read."""
    named: dict[str, str] = {}
    for node in walk(card, is_unseen, nodes=CARD_NODES):
        if (node.tag or "-").startswith("-"):
            continue
        if node.tag == "time" and node.attributes.get("datetime"):
            named.setdefault("date", node.attributes["datetime"] or "")
        for name, pattern in (("place", _PLACE_NAME), ("team", _TEAM_NAME), ("date", _DATE_NAME)):
            if name not in named and pattern.search(_names(node)):
                lines = [line for line in text_blocks(node, nodes=_PART_NODES) if title not in line]
                if len(lines) == 1:
                    named[name] = lines[0]
    lines = [part for line in text_blocks(card) if line != title for part in _BETWEEN.split(line)]
    others = [text for line in lines if (text := clean(line)) and _is_detail(text)]
    team = named.get("team") or next((text for text in others if is_department_only(text)), None)
    places = (text for text in others if text != team and not is_department_only(text) and day(text) is None)
    return named.get("place") or next(places, None), team, named.get("date")


def _is_detail(text: str) -> bool:
    """Whether a line beside a title may be a place or a department: short, and neither contract nor button."""
    folded = fold(text)
    if len(text) > 60 or len(text.split()) > 6 or text[-1] in ".!?:" or not text[0].isalpha():
        return False
    return not EMPLOYMENT.fullmatch(folded) and not CALL_TO_ACTION.fullmatch(folded)
