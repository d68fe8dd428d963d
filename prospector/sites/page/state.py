"""Whether a page is a company's page at all: no empty app shell, no parked domain, no bare server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prospector.normalise.text import clean, fold
from prospector.sites.page.text import BEGINNING, beginning

if TYPE_CHECKING:
    from prospector.sites.page.document import Page

SHELL_TEXT = 200
"""An app shell shows fewer characters than this."""
PARKED_TEXT = BEGINNING
"""A page that offers a domain shows fewer characters than this."""
SOON_TEXT = 700
"""A page that only announces a site shows fewer characters than this."""

_APP_ROOTS = (
    "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, #q-app, #main-app, #app-root, #react-root, "
    "app-root, [ng-app], [ng-version], [data-reactroot], [data-server-rendered], [data-v-app], #ember-app"
)
_PARKING_HOSTS = re.compile(
    r"(?:sedoparking\.com|parkingcrew\.net|bodis\.com|parklogic\.com|hugedomains\.com|afternic\.com/forsale"
    r"|dan\.com/buy-domain|domainmarket\.com|parking-lander|skenzo\.com|voodoo\.com|cashparking|undeveloped\.com"
    r"|above\.com/marketplace|smartname\.com|fabulous\.com/parking)"
)
_FOR_SALE = re.compile(
    r"\b(?:(?:this |the )?domain(?: name)?(?: \S{3,80})? (?:is|may be|might be"
    r"|could be) (?:available )?for sale|buy this domain|domain (?:is )?parked|parked (?:free|domain)"
    r"|this domain (?:has expired|is parked|is available)|inquire about this domain"
    r"|make an offer on this domain|diese domain (?:steht zum verkauf|kaufen|ist (?:geparkt"
    r"|zu verkaufen))|domain(?:name)? zu verkaufen|(?:ce (?:nom de )?)?domaine est (?:a vendre|en vente)"
    r"|este dominio esta (?:a la venta|en venta)|questo dominio e in vendita|deze domeinnaam is te koop"
    r"|este dominio esta a venda)\b"
)
_SOON = re.compile(
    r"\b(?:coming soon|under construction|launching soon|opening soon|site is being (?:built|updated)"
    r"|website is (?:being built|on its way)|future home of|hier entsteht|in (?:kurze|arbeit|bearbeitung"
    r"|aufbau)|demnachst|en construction|bientot (?:disponible|en ligne)|proximamente|en construccion"
    r"|sito in costruzione|binnenkort|in aanbouw|em construcao|em breve|under maintenance"
    r"|maintenance mode)\b"
)
_DEFAULT_PAGE = re.compile(
    r"(?:welcome to (?:nginx|centos|openresty|caddy|apache)|apache2? .{0,40}default page"
    r"|default web ?site page|test page for (?:the )?(?:apache|nginx|http server)|iis windows server"
    r"|^iis\d|^index of /|^it works!?$|(?:domain|plesk|server|web) .{0,20}default page|^default page"
    r"|account suspended|account has been suspended|^site not found|website (?:is )?(?:no longer"
    r"|not) available|hosting .{0,30}default)"
)


def is_shell(page: Page) -> bool:
    """Whether the page is the empty frame of a JavaScript app: next to no text, an app's root and scripts."""
    if page.tree.body is None or len(beginning(page)) >= SHELL_TEXT:
        return False
    if page.tree.css_first("script[src]") is None:
        return False
    return page.tree.css_first(_APP_ROOTS) is not None or _asks_for_javascript(page)


def is_parked(page: Page) -> bool:
    """Whether the domain is for sale or parked, the site only announced, or the page the server's own."""
    title = fold(page_title(page) or "")
    if _DEFAULT_PAGE.search(title) or _FOR_SALE.search(title):
        return True
    shown = beginning(page)
    if len(shown) >= PARKED_TEXT:
        return False
    text = fold(shown)
    if _FOR_SALE.search(text) or _loads_parking(page):
        return True
    return len(text) < SOON_TEXT and _only_announces(page, title, text)


def page_title(page: Page) -> str | None:
    """The text of the page's first `title` outside drawings, clean and of at most 300 characters."""
    node = page.tree.css_first("head > title") or page.tree.css_first("title")
    return clean((node.text() or "")[:300]) if node is not None else None


def _asks_for_javascript(page: Page) -> bool:
    notices = (fold((node.text() or "")[:500]) for node in page.tree.css("noscript")[:10])
    return any("javascript" in notice for notice in notices)


def _loads_parking(page: Page) -> bool:
    nodes = page.tree.css("script[src], iframe[src], frame[src], form[action], a[href]")[:200]
    addresses = (node.attributes.get(name) or "" for node in nodes for name in ("src", "href", "action"))
    return any(_PARKING_HOSTS.search(address[:500].lower()) for address in addresses)


def _only_announces(page: Page, title: str, text: str) -> bool:
    heading = page.tree.css_first("h1, h2")
    said = f"{title} | {fold((heading.text() or '')[:200]) if heading is not None else ''}"
    few_words = len(text) < 250
    return bool(_SOON.search(said) or (few_words and (_SOON.search(text) or _DEFAULT_PAGE.search(text))))
