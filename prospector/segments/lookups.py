"""Which sources can answer a criterion: the registry's rows, narrowed to where the product asked for shows at all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from prospector.core.sources import source_named, sources
from prospector.normalise.technologies import DNS_KINDS, technology_catalogue
from prospector.segments.criteria.technologies import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.core.sources import Source
    from prospector.segments.segment import Asked

_DNS, _PAGES = "dns", "pages"


def sources_for(asked: Asked) -> tuple[Source, ...]:
    """The sources that can answer a criterion, in the order in which they are asked."""
    return tuple(source for source in sources(asked.subject) if _answers(source, asked))


def lookup_names(several: Iterable[Asked]) -> str | None:
    """What a look-up for these criteria would ask, for people to read; None where nothing can tell."""
    names = dict.fromkeys(source.name for asked in several for source in sources_for(asked))
    return ", ".join(names) or None


def recorded_names(asked: Asked) -> tuple[str, ...]:
    """How the look-ups of those sources, and of what has to be read before them, are called in the store."""
    answering = sources_for(asked)
    before = [source_named(source.after) for source in answering if source.after]
    return tuple(dict.fromkeys(name for source in (*answering, *before) for name in source.recorded_as))


def _answers(source: Source, asked: Asked) -> bool:
    if asked.field not in source.answers:
        return False
    products = [part for part in asked.parts() if isinstance(part, Uses)]
    return not products or any(_shows(part, source.name) for part in products)


def _shows(question: Uses, source: str) -> bool:
    """Whether a product may be seen there; one from an imported list that we do not know never is.

    Name servers are asked only for what shows nowhere else, further pages only for what a home page need not show.
    """
    if source == _PAGES and question.absence_says_no:
        return False
    return (source == _DNS) in _only_in_dns(question.wanted)


@lru_cache(maxsize=1_000)
def _only_in_dns(value: str) -> frozenset[bool]:
    """Of a product, of the tags of an ad platform or of the products of a category: whether each shows in DNS alone."""
    return frozenset(
        {pattern.kind for pattern in product.patterns} <= DNS_KINDS
        for product in technology_catalogue()
        if product.patterns and value in {product.id, product.advertises_on, product.category}
    )
