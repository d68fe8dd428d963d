"""Which class reads which form of the table of fields: a new form is one more class in this list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.segments.criteria.campaigns import Contacted, Taken
from prospector.segments.criteria.choices import (
    Choice,
    Country,
    Industry,
    LegalForm,
    Send,
    Status,
    TimeZone,
    Verdict,
)
from prospector.segments.criteria.custom import Custom
from prospector.segments.criteria.facts import Has
from prospector.segments.criteria.listed import Addresses, Domains
from prospector.segments.criteria.numbers import Band, MoneyBand, Number, Percent, Year
from prospector.segments.criteria.openings import Hiring
from prospector.segments.criteria.pipeline import DaysInStage, HasDeal, InStage, LastAnswer, TwoWay
from prospector.segments.criteria.roles import Department, Role, Seniority
from prospector.segments.criteria.signals import Happened
from prospector.segments.criteria.technologies import AdvertisesOn, Uses, UsesCategory
from prospector.segments.criteria.tenure import Tenure
from prospector.segments.criteria.texts import Words

if TYPE_CHECKING:
    from prospector.segments.criteria.criterion import Criterion

FORMS: dict[str, type[Criterion]] = {
    one.form: one
    for one in (
        Choice,
        Industry,
        Country,
        TimeZone,
        Status,
        Verdict,
        Send,
        LegalForm,
        Number,
        Year,
        Percent,
        Band,
        MoneyBand,
        Tenure,
        Words,
        Domains,
        Addresses,
        Uses,
        UsesCategory,
        AdvertisesOn,
        Hiring,
        Happened,
        Role,
        Department,
        Seniority,
        Taken,
        Contacted,
        InStage,
        DaysInStage,
        LastAnswer,
        TwoWay,
        HasDeal,
        Custom,
        Has,
    )
}
"""The class of each form."""
