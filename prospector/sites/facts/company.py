"""What a company's page says about the company: name, contacts, social pages, address, age and size.

Stated facts only: structured data, the page's head, and links made for contact. Nothing is taken from prose
except e-mail addresses of the page's own domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from prospector.normalise.domains import registrable_domain
from prospector.normalise.emails import email_domain, parse_email
from prospector.normalise.headcounts import parse_headcount
from prospector.normalise.phones import parse_phone
from prospector.normalise.text import clean, fold
from prospector.sites.facts.social_links import NETWORKS, social_profiles
from prospector.sites.page.elements import elements_named
from prospector.sites.page.links import links_with, page_links
from prospector.sites.page.literals import holds, word_set
from prospector.sites.page.state import is_parked, is_shell, page_title
from prospector.sites.page.structured_data import as_list, first_text, nodes_of_type, structured_nodes
from prospector.sites.page.text import beginning, body_text, raw_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prospector.core.spans import NumberSpan
    from prospector.sites.page.document import Page

MAX_CONTACTS = 20
"""E-mail addresses and phone numbers that are kept of one page, each."""
MAX_NAME = 100
MAX_DESCRIPTION = 1_000
MAX_SITE_TEXT = 1_500

_SEPARATORS = re.compile(r"\s+[|·•–—:»-]+\s+|\s*[|·•»]\s*|:\s+")
_GENERIC_NAMES = word_set(
    """home homepage website wordpress index untitled startseite accueil inicio welcome willkommen blog
    localhost start main default bienvenue"""
) | {
    "my site",
    "home page",
    "my website",
    "my wordpress",
    "site title",
    "just another wordpress site",
    "my blog",
}
_PLACEHOLDER_LOCALS = word_set(
    """name you your user username yourname your.name email youremail your.email example someone
    firstname.lastname vorname.nachname max.mustermann john.doe jane.doe test xxx"""
)
_PLACEHOLDER_DOMAINS = word_set(
    """domain.com email.com yourdomain.com yourcompany.com example.com mysite.com"""
)
_AT = re.compile(r"[\[({<]\s?(?:at|ät|@|arroba|chez|bei)\s?[\])}>]", re.I)
_LOCAL_BEFORE = re.compile(r"([\w.+-]{1,64})\s{0,3}\Z")
_DOMAIN_AFTER = re.compile(
    r"\s{0,3}((?:[\w-]{1,63}\s{0,2}(?:\.|[\[({<]\s?(?:dot|punkt|point|punto|ponto|\.)\s?[\])}>])\s{0,2}){1,4}[a-z]{2,24})",
    re.I,
)
_DOT = re.compile(r"\s{0,2}[\[({<]\s?(?:dot|punkt|point|punto|ponto|\.)\s?[\])}>]\s{0,2}|\s", re.I)
_YEAR = re.compile(r"(?<!\d)(1[2-9]\d\d|20\d\d)(?!\d)")
_ADDRESS_PARTS = {
    "street": "streetAddress",
    "city": "addressLocality",
    "region": "addressRegion",
    "postal_code": "postalCode",
    "country": "addressCountry",
}
# Country endings that are sold as words to the whole world say nothing about where a phone rings.
_WORLDWIDE_ENDINGS = word_set(
    """io co ai me tv cc fm ly gg to so sh st ws la im am is ag ac vc bz nu tk ml gd eu"""
)


@dataclass(frozen=True)
class SiteFacts:
    """What one page says. `None` and empty mean "not said here"; phones are E.164 where they can be read so.

    `address` has the keys street, city, region, postal_code and country; `social` the networks linkedin, x,
    facebook, youtube, instagram and github. A `shell` has to be run before it says anything; a `parked` page
    is nobody's.
    """

    name: str | None = None
    description: str | None = None
    text: str | None = None
    """What a visitor reads, from the top."""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    social: Mapping[str, str] = field(default_factory=dict)
    language: str | None = None
    address: Mapping[str, str | None] | None = None
    address_text: str | None = None
    founded: int | None = None
    headcount: NumberSpan | None = None
    legal_form: tuple[str, str] | None = None
    """What the imprint says the company is (see `imprint`), and where."""
    published: tuple[tuple[str, str, bool], ...] = ()
    """Each address with the page that shows it, and whether that page says not to write to it."""
    no_mail: bool = False
    """The page says that its addresses are not for advertising."""
    shell: bool = False
    parked: bool = False


def read_site_facts(page: Page, *, country: str | None = None) -> SiteFacts:
    """All facts of a page. `country` (ISO alpha-2) reads national phone numbers where the page names none."""
    metas = _metas(page)
    organizations = _organizations(page)
    address = _address(organizations)
    # Of an address, a number or a cover for an address: nearly all links of a page have neither sign.
    hrefs = [
        link.href.strip()
        for link in page_links(page)
        if (":" in link.href or "#" in link.href) and not link.is_frame
    ]
    return SiteFacts(
        name=_name(page, metas, organizations),
        description=_description(metas, organizations),
        text=beginning(page)[:MAX_SITE_TEXT].rstrip() or None,
        emails=_emails(page, hrefs, organizations),
        phones=_phones(hrefs, organizations, _phone_country(page, address, country)),
        social=social_profiles(_social_links(page, organizations), site=page.url),
        language=_language(page, metas),
        address=address,
        address_text=_address_text(page, address, organizations),
        founded=next((year for one in organizations if (year := _year(one.get("foundingDate")))), None),
        headcount=next((n for one in organizations if (n := _headcount(one.get("numberOfEmployees")))), None),
        shell=is_shell(page),
        parked=is_parked(page),
    )


def _metas(page: Page) -> dict[str, str]:
    """The head's `meta` values by their name or property in lower case, the first of each."""
    metas: dict[str, str] = {}
    described = (meta.attributes for meta in elements_named(page, "meta") if "content" in meta.attributes)
    for attributes in islice(described, 300):
        key = (
            attributes.get("property") or attributes.get("name") or attributes.get("http-equiv") or ""
        ).lower()
        value = clean((attributes.get("content") or "")[:5_000])
        if key and value:
            metas.setdefault(key.strip(), value)
    return metas


def _organizations(page: Page) -> list[dict[str, Any]]:
    """The organisations that the page is about, those at the page's own domain first."""
    nodes = structured_nodes(page)
    found = nodes_of_type(nodes, "Organization")
    for site in nodes_of_type(nodes, "WebSite", "WebPage"):
        publishers = [one for one in as_list(site.get("publisher"))[:5] if isinstance(one, dict)]
        found += nodes_of_type(publishers, "Organization")
    own = registrable_domain(page.url)
    return sorted(
        found[:50], key=lambda one: not own or registrable_domain(first_text(one.get("url"))) != own
    )


def _name(page: Page, metas: dict[str, str], organizations: list[dict[str, Any]]) -> str | None:
    stated = [first_text(one.get("name")) for one in organizations]
    stated += [metas.get(key) for key in ("og:site_name", "application-name", "apple-mobile-web-app-title")]
    usable = (name for name in stated if name and _is_name(name))
    return next(usable, None) or _brand(page_title(page) or "", page.url)


def _is_name(text: str) -> bool:
    return len(text) <= MAX_NAME and fold(text) not in _GENERIC_NAMES and not text.lower().startswith("http")


def _brand(title: str, url: str) -> str | None:
    """The part of a title that names the company: the one spelled like the domain, else a short lone one."""
    parts = [part for one in _SEPARATORS.split(title) if (part := clean(one)) and _is_name(part)]
    label = re.sub(r"[\W_]", "", (registrable_domain(url) or "").partition(".")[0])
    for part in sorted(parts, key=len):
        letters = re.sub(r"[\W_]", "", fold(part))
        if label and letters and (letters == label or (len(letters) > 3 and letters.startswith(label))):
            return part
        if label and len(letters) > 3 and label.startswith(letters):
            return part
    return parts[0] if len(parts) == 1 and len(parts[0].split()) <= 4 else None


def _description(metas: dict[str, str], organizations: list[dict[str, Any]]) -> str | None:
    said = [metas.get(key) for key in ("description", "og:description", "twitter:description")]
    said += [first_text(one.get("description")) for one in organizations]
    text = next((one for one in said if one and fold(one) not in _GENERIC_NAMES), None)
    return text[:MAX_DESCRIPTION].rstrip() if text else None


def _emails(page: Page, hrefs: list[str], organizations: list[dict[str, Any]]) -> tuple[str, ...]:
    """Addresses in the order found, those of the page's own domain first."""
    own = registrable_domain(page.url)
    written = [*_stated_emails(organizations), *_linked_emails(page, hrefs)]
    written += _emails_in_text(page, own) if own else ()
    found = [address for text in written if (address := parse_email(text))]
    real = [address for address in dict.fromkeys(found) if not _is_placeholder(address)]
    return tuple(
        sorted(real, key=lambda address: registrable_domain(email_domain(address)) != own)[:MAX_CONTACTS]
    )


def _stated_emails(organizations: list[dict[str, Any]]) -> Iterator[str]:
    for one in organizations:
        for contact in (one, *as_list(one.get("contactPoint"))[:10]):
            for value in as_list(contact.get("email") if isinstance(contact, dict) else None)[:5]:
                yield first_text(value) or ""


def _linked_emails(page: Page, hrefs: list[str]) -> Iterator[str]:
    for href in hrefs:
        if href[:7].lower() == "mailto:":
            yield unquote(href[7:500].partition("?")[0])
        elif "#" in href and "/cdn-cgi/l/email-protection" in href:
            yield _cloudflare(href.rpartition("#")[2])
    if page.names("data-cfemail"):
        for node in page.tree.css("[data-cfemail]")[:MAX_CONTACTS]:
            yield _cloudflare(node.attributes.get("data-cfemail") or "")


def _cloudflare(code: str) -> str:
    """The address behind Cloudflare's cover: the first byte is the key to the others."""
    if not 6 <= len(code) <= 600 or not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", code):
        return ""
    raw = bytes.fromhex(code)
    return bytes(byte ^ raw[0] for byte in raw[1:]).decode("utf-8", "replace")


def _emails_in_text(page: Page, own: str) -> Iterator[str]:
    """Addresses of the page's own domain in its visible text, also as "name [at] domain [dot] tld"."""
    raw, name = raw_text(page), own.partition(".")[0]
    if not holds(raw, name) and not name.startswith("xn--"):
        return  # it would stand in each of these addresses
    if "@" not in raw and not _AT.search(raw):
        return
    text = body_text(page)
    signs = [*re.finditer("@", text)][:500] + [*_AT.finditer(text)][:200]
    for sign in signs:
        local = _LOCAL_BEFORE.search(text[max(0, sign.start() - 70) : sign.start()])
        after = _DOMAIN_AFTER.match(text[sign.end() : sign.end() + 150])
        domain = _DOT.sub(lambda dot: "" if dot[0].isspace() else ".", after[1]) if after else ""
        if local and registrable_domain(domain) == own:
            yield f"{local[1]}@{domain}"


def _is_placeholder(address: str) -> bool:
    local, _, domain = address.partition("@")
    return (
        local in _PLACEHOLDER_LOCALS
        or domain in _PLACEHOLDER_DOMAINS
        or domain.endswith((".png", ".jpg", ".webp"))
    )


def _phone_country(page: Page, address: Mapping[str, str | None] | None, country: str | None) -> str | None:
    stated = (address or {}).get("country")
    if stated and re.fullmatch(r"[A-Za-z]{2}", stated):
        return stated.upper()
    if country:
        return country
    ending = (registrable_domain(page.url) or "").rpartition(".")[2]
    is_national = len(ending) == 2 and ending not in _WORLDWIDE_ENDINGS
    return {"UK": "GB"}.get(ending.upper(), ending.upper()) if is_national else None


def _phones(hrefs: list[str], organizations: list[dict[str, Any]], country: str | None) -> tuple[str, ...]:
    written = []
    for one in organizations:
        for contact in (one, *as_list(one.get("contactPoint"))[:10]):
            values = as_list(contact.get("telephone") if isinstance(contact, dict) else None)[:5]
            written += [text for value in values if (text := first_text(value))]
    written += [unquote(href[4:100]).partition(";")[0] for href in hrefs if href[:4].lower() == "tel:"]
    numbers = [number for text in written if (number := _phone(text, country))]
    return tuple(dict.fromkeys(numbers))[:MAX_CONTACTS]


def _phone(text: str, country: str | None) -> str | None:
    number = clean(text)
    if not number or not 6 <= sum(sign.isdigit() for sign in number) <= 20:
        return None
    return parse_phone(number, country=country) or (
        number if re.fullmatch(r"[\d\s+()./-]{6,30}", number) else None
    )


def _social_links(page: Page, organizations: list[dict[str, Any]]) -> list[str]:
    stated = [
        link for one in organizations for link in as_list(one.get("sameAs"))[:50] if isinstance(link, str)
    ]
    named = (link.href.strip() for link in links_with(page, NETWORKS) if not link.is_frame)
    return stated + [link for href in named if (link := page.absolute(href))]


def _language(page: Page, metas: dict[str, str]) -> str | None:
    root = page.tree.css_first("html")
    declared = [root.attributes.get("lang") or root.attributes.get("xml:lang")] if root is not None else []
    declared += [metas.get("og:locale"), metas.get("content-language"), page.headers.get("content-language")]
    for text in declared:
        code = re.match(r"\s*([A-Za-z]{2})(?![A-Za-z])", text or "")
        if code:
            return code[1].lower()
    return None


def _address(organizations: list[dict[str, Any]]) -> dict[str, str | None] | None:
    """The first postal address that says more than a country."""
    for one in organizations:
        places = [place for place in as_list(one.get("location"))[:5] if isinstance(place, dict)]
        for holder in (one, *places):
            for value in as_list(holder.get("address"))[:5]:
                parts = _address_parts(value) if isinstance(value, dict) else {}
                if parts.get("street") or parts.get("city"):
                    return parts
    return None


def _address_parts(value: dict[str, Any]) -> dict[str, str | None]:
    texts = {name: first_text(value.get(prop)) for name, prop in _ADDRESS_PARTS.items()}
    return {name: text[:200] if text else None for name, text in texts.items()}


def _address_text(
    page: Page, address: Mapping[str, str | None] | None, organizations: list[dict[str, Any]]
) -> str | None:
    if address:
        town = " ".join(part for name in ("postal_code", "city") if (part := address.get(name)))
        parts = (address.get("street"), town, address.get("region"), address.get("country"))
        return ", ".join(part for part in parts if part)
    written = [
        value for one in organizations for value in as_list(one.get("address"))[:5] if isinstance(value, str)
    ]
    nodes = page.tree.css("address")[:3] if page.names("<address") else []
    written += [visible_text(node, limit=400, nodes=200) for node in nodes]
    texts = (clean(text[:300]) for text in written)
    return next((text for text in texts if text and re.search(r"\d", text)), None)


def _year(value: object) -> int | None:
    found = _YEAR.search((first_text(value) or "")[:40])
    return int(found[1]) if found else None


def _headcount(value: object) -> NumberSpan | None:
    """An exact number, a band as text, or schema.org's QuantitativeValue."""
    for one in as_list(value)[:3]:
        if not isinstance(one, dict):
            return parse_headcount(first_text(one))
        low, high = first_text(one.get("minValue")), first_text(one.get("maxValue"))
        both = f"{low}-{high}" if low and high else f"{low}+" if low else f"up to {high}" if high else None
        return parse_headcount(both or first_text(one.get("value")))
    return None
