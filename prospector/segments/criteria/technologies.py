"""What a company uses, and where it buys ads: told by the traces on its site, or by an imported list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from prospector.core.errors import near_miss
from prospector.core.records import BUYING_LEVELS, WEAKEST_GRADE
from prospector.normalise.technologies import (
    ad_platforms,
    find_ad_platform,
    find_technology,
    technology_catalogue,
    technology_key,
)
from prospector.normalise.text import fold
from prospector.segments.criteria.context import BadValue
from prospector.segments.criteria.criterion import Criterion
from prospector.segments.criteria.narrowing import MET
from prospector.segments.sql.sql import (
    COMPANIES,
    ONE,
    at_most,
    both,
    col,
    equal,
    exists,
    is_known,
    is_null,
    one_of,
    or_else,
    three_way,
)
from prospector.segments.sql.tree import FALSE

if TYPE_CHECKING:
    from prospector.core.fields import FilterField
    from prospector.core.records import Company, Prospect, TechnologyUse
    from prospector.normalise.technologies import Technology
    from prospector.segments.criteria.context import Asking
    from prospector.segments.criteria.criterion import Answer, Question
    from prospector.segments.criteria.narrowing import Left
    from prospector.segments.sql.sql import Binds
    from prospector.segments.sql.tree import Sql


@dataclass(frozen=True, slots=True)
class Uses(Criterion):
    """The company uses a technology (in the subclasses: one of a category, one that buys on an ad platform).

    Not finding it means no only where `absence_says_no` and every one of `readings` has been made.
    """

    wanted: str
    readings: tuple[str, ...]
    absence_says_no: bool

    form = "technology"
    is_looked_up = True
    told: ClassVar[str] = "technology"
    """The column of `company_technologies` that says what is asked for."""
    attribute: ClassVar[str] = "key"
    """What the record calls it."""
    tags: ClassVar[tuple[str, ...]] = ()
    """The kinds of tags that count; none means all."""

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        known = find_technology(text)
        if known is not None:
            return cls(field, known.id, known.channels, known.absence == "no_match")
        key = technology_key(text)
        if key not in asking.technologies:
            hint = near_miss(text, [one.name for one in technology_catalogue()])
            raise BadValue(f'no technology "{text}"', hint or "see: prospector fields uses")
        return cls(field, key, (), absence_says_no=False)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return sorted((one.name for one in technology_catalogue()), key=str.casefold)

    @classmethod
    def any_of(cls, field: FilterField, wanted: str, products: list[Technology]) -> Uses:
        """Any of these products: no match needs all their traces to have been looked for."""
        readings = tuple(sorted({channel for product in products for channel in product.channels}))
        return cls(field, wanted, readings, all(product.absence == "no_match" for product in products))

    def sql(self, binds: Binds) -> Sql:
        """See `Question.sql`."""
        company = col(COMPANIES, "id")
        conditions = [
            equal(col("t", "company_id"), company),
            equal(col("t", self.told), binds(self.wanted)),
            is_null(col("t", "gone_on")),
            at_most(or_else(col("t", "grade"), ONE), binds(WEAKEST_GRADE)),
        ]
        if self.tags:
            conditions.append(one_of(col("t", "level"), self.tags, binds))
        used = exists("company_technologies", "t", *conditions)
        if not self.absence_says_no:
            return three_way(used, FALSE)
        read = [
            exists(
                "readings",
                "r",
                equal(col("r", "company_id"), company),
                equal(col("r", "channel"), binds(reading)),
            )
            for reading in self.readings
        ]
        return three_way(used, both(is_known(company), *read))

    def answer(self, prospect: Prospect) -> Answer:
        """See `Question.answer`."""
        company = prospect.company
        if company is None:
            return None
        if self.seen(company):
            return True
        read = {channel for channel, _ in company.read}
        return False if self.absence_says_no and read.issuperset(self.readings) else None

    def seen(self, company: Company) -> list[TechnologyUse]:
        """See `Criterion.seen`."""
        found = [
            use
            for use in company.technologies
            if getattr(use, self.attribute) == self.wanted
            and (use.grade is None or use.grade <= WEAKEST_GRADE)
            and (not self.tags or use.level in self.tags)
        ]
        return sorted(found, key=lambda use: use.grade or WEAKEST_GRADE + 1)

    def phrase(self, prospect: Prospect) -> str | None:
        """See `Criterion.phrase`."""
        uses = self.seen(prospect.company) if prospect.company else ()
        names = dict.fromkeys(use.name for use in uses)
        return self.field.because.format(", ".join(names)) if names else None

    def allows(self) -> dict[str, Left]:
        """See `Criterion.allows`."""
        return {f"{self.told}:{self.wanted}": MET}


class UsesCategory(Uses):
    """The company uses any technology of a category."""

    __slots__ = ()
    form = "category"
    told = attribute = "category"

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        known = {fold(category): category for category in cls.known_values(field)}
        category = known.get(fold(text))
        if category is None:
            hint = near_miss(text, known.values()) or "see: prospector fields technology_category"
            raise BadValue(f'no category "{text}"', hint)
        products = [one for one in technology_catalogue() if one.category == category]
        return cls.any_of(field, category, products)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return sorted({technology.category for technology in technology_catalogue()})


class AdvertisesOn(Uses):
    """The company buys on an ad platform: it has a tag that only buyers have."""

    __slots__ = ()
    form = "ad_platform"
    told = attribute = "advertises_on"
    tags = BUYING_LEVELS

    @classmethod
    def read(cls, field: FilterField, text: str, asking: Asking) -> Question:
        """See `Criterion.read`."""
        platform = find_ad_platform(text)
        if platform is None:
            hint = near_miss(text, ad_platforms()) or f"known: {', '.join(ad_platforms())}"
            raise BadValue(f'no ad platform "{text}"', hint)
        products = [one for one in technology_catalogue() if one.advertises_on == platform]
        return cls.any_of(field, platform, products)

    @classmethod
    def known_values(cls, field: FilterField) -> list[str]:
        """See `Criterion.known_values`."""
        return list(ad_platforms())
