"""Machine-readable facts of a page: schema.org nodes written as JSON-LD or as microdata.

Both come back in one shape, the JSON-LD one: a dict with `@type` and the properties by name. Pages get
JSON wrong in a few usual ways (trailing commas, raw newlines, comments, escaped quotes, two objects in one
script); those are mended, everything else that cannot be read is left out. Nothing here raises.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any

from prospector.normalise.text import clean
from prospector.sites.page.elements import elements_named
from prospector.sites.page.literals import word_set
from prospector.sites.page.text import following, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from selectolax.lexbor import LexborNode

    from prospector.sites.page.document import Page

MAX_SCRIPTS = 60
MAX_SCRIPT = 1_000_000
"""Characters of one script that are read."""
MAX_NODES = 5_000
MAX_DEPTH = 12
MAX_ITEMS = 600
MAX_STEPS = 50_000
"""Nodes that reading the microdata of one page may visit."""
MAX_TEXT = 10_000

_CONTAINERS = (
    "@graph",
    "@list",
    "@set",
    "itemListElement",
    "item",
    "mainEntity",
    "mainEntityOfPage",
    "hasPart",
)
"""Properties whose nodes are subjects of the page themselves."""

_OTHER_PARTIES = word_set(
    """hiringorganization author publisher brand sponsor creator worksfor memberof seller provider customer
    organizer itemreviewed manufacturer affiliation alumniof funder performer"""
)
"""Microdata properties whose item is somebody that the outer item talks about."""

_ORGANIZATIONS = word_set(
    """organization airline cableorsatelliteservice consortium cooperative corporation
    educationalorganization collegeoruniversity school highschool preschool elementaryschool
    middleschool fundingagency fundingscheme governmentorganization librarysystem localbusiness
    animalshelter archiveorganization automotivebusiness autodealer autorepair autorental autobodyshop
    autopartsstore gasstation motorcycledealer childcare dentist drycleaningorlaundry emergencyservice
    employmentagency entertainmentbusiness financialservice accountingservice automatedteller
    bankorcreditunion insuranceagency foodestablishment bakery barorpub brewery cafeorcoffeeshop
    distillery fastfoodrestaurant icecreamshop restaurant winery governmentoffice postoffice
    healthandbeautybusiness beautysalon dayspa hairsalon healthclub nailsalon tattooparlor
    homeandconstructionbusiness electrician generalcontractor hvacbusiness housepainter locksmith
    movingcompany plumber roofingcontractor internetcafe legalservice attorney notary library
    lodgingbusiness bedandbreakfast campground hostel hotel motel resort medicalbusiness diagnosticlab
    medicalclinic optician pharmacy physician veterinarycare professionalservice radiostation
    realestateagent recyclingcenter selfstorage shoppingcenter sportsactivitylocation exercisegym store
    bikestore bookstore clothingstore computerstore conveniencestore departmentstore electronicsstore
    florist furniturestore gardenstore grocerystore hardwarestore hobbyshop homegoodsstore jewelrystore
    liquorstore mensclothingstore mobilephonestore musicstore officeequipmentstore outletstore petstore
    shoestore sportinggoodsstore tirestore toystore wholesalestore televisionstation
    touristinformationcenter travelagency medicalorganization hospital newsmediaorganization ngo
    onlinebusiness onlinestore performinggroup project researchproject politicalparty
    researchorganization searchrescueorganization sportsorganization sportsteam workersunion"""
)
"""schema.org's Organization and the kinds of it, in lower case."""

_MICRODATA = _ORGANIZATIONS | {"jobposting", "website", "webpage"}
"""Types of microdata items that are read; shops and blogs have hundreds of others."""

_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|(?://)?\s*<!\[CDATA\[)|(?://\s*)?(?:-->|]]>)\s*$"
)
_MENDABLE = re.compile(
    r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z))|/\*.*?(?:\*/|\Z)|//[^\n]*|<!--.*?(?:-->|\Z)|,(?=\s*+[}\]])',
    re.S,
)
_BETWEEN = re.compile(r"[\s,;}\]]*+")
_DECODER = json.JSONDecoder(strict=False)


def json_ld(page: Page) -> list[dict[str, Any]]:
    """Every node of every JSON-LD script, in document order, taken out of lists, graphs and item lists."""
    values: list[Any] = []
    for _, script, attributes in elements_named(page, "script"):
        kind = attributes.get("type")
        if kind and kind.strip().lower().startswith("application/ld+json"):
            values += parse_json_ld(script.text() or "")
        if len(values) >= MAX_SCRIPTS:
            break
    return list(_nodes(values))


def parse_json_ld(text: str) -> list[Any]:
    """The JSON values written in one script, mended where it is broken in a usual way; [] if beyond that."""
    text = _WRAPPING.sub("", text[:MAX_SCRIPT]).strip()
    if not text:
        return []
    try:
        return [_DECODER.decode(text)]
    except (ValueError, RecursionError):
        return _decode_broken(text)


def nodes_of_type(nodes: Iterable[dict[str, Any]], *types: str) -> list[dict[str, Any]]:
    """The nodes whose `@type` is one of `types`; "Organization" includes its kinds (LocalBusiness...)."""
    wanted = {name.lower() for name in types}
    if "organization" in wanted:
        wanted |= _ORGANIZATIONS
    return [node for node in nodes if not wanted.isdisjoint(type_names(node))]


def type_names(node: dict[str, Any]) -> list[str]:
    """The types of a node in lower case, without schema.org's address or prefix."""
    types = [value for value in as_list(node.get("@type"))[:20] if isinstance(value, str)]
    return [re.split(r"[/#:]", value[:200].strip().rstrip("/"))[-1].lower() for value in types]


def as_list(value: object) -> list[Any]:
    """`value` if it is a list, [] for None, otherwise a list of it alone."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def first_text(value: object) -> str | None:
    """The first readable text of a value: plain, `{"@value": ...}`, `{"name": ...}` or a list of them."""
    for _ in range(MAX_DEPTH):
        if isinstance(value, list):
            value = next((item for item in value[:50] if item), None)
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name")
        else:
            break
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return clean(html.unescape(str(value)[:MAX_TEXT])) or None
    except ValueError:  # an integer with more digits than Python prints
        return None


def microdata(page: Page) -> list[dict[str, Any]]:
    """The page's microdata items in JSON-LD shape, without those that only name another party."""
    if not page.names("itemscope"):
        return []
    found = []
    steps = iter(range(MAX_STEPS))
    for item in page.tree.css("[itemscope][itemtype]")[:MAX_ITEMS]:
        attributes = item.attributes
        props = (attributes.get("itemprop") or "").lower().split()
        kinds = type_names({"@type": (attributes.get("itemtype") or "").split()})
        if _OTHER_PARTIES.isdisjoint(props) and not _MICRODATA.isdisjoint(kinds):
            found.append(_item(item, steps, depth=0))
    return found


def structured_nodes(page: Page) -> list[dict[str, Any]]:
    """JSON-LD nodes, then microdata items; worked out once a page."""
    nodes = page.memo.get("nodes")
    if nodes is None:
        nodes = page.memo["nodes"] = json_ld(page) + microdata(page)
    return list(nodes)


def _decode_broken(text: str) -> list[Any]:
    if '"' not in text and "&quot;" in text:
        text = html.unescape(text)
    text = _MENDABLE.sub(lambda found: found["string"] or "", text)
    values, at = [], 0
    for _ in range(MAX_SCRIPTS):
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if at >= len(text):
            break
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            if at < 0:
                break
        else:
            values.append(value)
    return values


def _nodes(values: list[Any]) -> Iterator[dict[str, Any]]:
    stack = [(value, 0) for value in reversed(values)]
    for _ in range(MAX_NODES):
        if not stack:
            return
        value, depth = stack.pop()
        inner: list[Any] = []
        if isinstance(value, list):
            inner = value[:MAX_NODES]
        elif isinstance(value, dict):
            if set(value) - {"@context", "@graph", "@id"}:
                yield value
            inner = [value[key] for key in _CONTAINERS if isinstance(value.get(key), dict | list)]
        if depth < MAX_DEPTH:
            stack += [(one, depth + 1) for one in reversed(inner)]


def _item(item: LexborNode, steps: Iterator[int], *, depth: int) -> dict[str, Any]:
    types = (item.attributes.get("itemtype") or "").split()
    node: dict[str, Any] = {"@type": types[0] if len(types) == 1 else types}
    for element in _property_elements(item, steps):
        value = _value(element, steps, depth)
        for name in (element.attributes.get("itemprop") or "").split()[:5]:
            known = node.get(name)
            node[name] = value if known is None else [*as_list(known), value][:MAX_ITEMS]
    return node


def _property_elements(item: LexborNode, steps: Iterator[int]) -> Iterator[LexborNode]:
    """Elements with `itemprop` that belong to `item` itself; `steps` is what all items of a page share."""
    node = item.first_child
    for _ in steps:
        if node is None:
            return
        attributes = node.attributes if not (node.tag or "-").startswith("-") else {}
        if "itemprop" in attributes:
            yield node
        child = None if "itemscope" in attributes else node.first_child
        node = child if child is not None else following(node, item)


def _value(element: LexborNode, steps: Iterator[int], depth: int) -> object:
    attributes = element.attributes
    if "itemscope" in attributes:
        return _item(element, steps, depth=depth + 1) if depth < 4 else None
    for name in ("content", "datetime", "href", "src"):
        if attributes.get(name):
            return clean((attributes[name] or "")[:MAX_TEXT])
    return visible_text(element, limit=2_000, nodes=200)
