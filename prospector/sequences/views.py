"""What a template sees: `person`, `company`, `sender`, `touch` and dates, each with a fixed list of names.

A name that is not in the list is a fault of the file (`UnknownName`); one without a value is `Blank`.
Views read the record only when a template asks, so a touch pays for the names that it uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from prospector.core.fields import OTHER_INDUSTRY
from prospector.core.records import BUYING_LEVELS, WEAKEST_GRADE, further_fields
from prospector.core.spans import DateSpan, NumberSpan
from prospector.normalise.industries import industry_label
from prospector.sequences.job_titles import without_genders
from prospector.sequences.values import Blank, clean_text, text_or_blank, url_or_blank
from prospector.sequences.view import DateView, UnknownName, View, ViewList, exact_date, unknown_name, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from prospector.core.fields import Subject, Type
    from prospector.core.records import Company, Opening, Person, Prospect, Signal, TechnologyUse
    from prospector.sequences.folder import Touch


class SenderFields(Protocol):
    """Who writes: any object with these four attributes, such as the workspace's sender."""

    @property
    def name(self) -> str | None:
        """The sender's full name."""

    @property
    def email(self) -> str | None:
        """The sender's address."""

    @property
    def company(self) -> str | None:
        """The sender's company."""

    @property
    def postal_address(self) -> str | None:
        """The postal address that stands in every first mail."""


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What a render needs besides sequence and prospect. `unsubscribe_url` is the person's own."""

    sender: SenderFields
    campaign: str
    as_of: date
    unsubscribe_url: str | None = None


class OpeningView(View):
    """An open job. Printing it gives its title."""

    field = "opening"
    names: ClassVar[Mapping[str, str]] = {
        "title": "text",
        "plain_title": "text",
        "department": "text",
        "seniority": "text",
        "location": "text",
        "url": "url",
        "posted_on": "date",
        "seen_on": "date",
    }
    __slots__ = ()
    _record: Opening

    @property
    def plain_title(self) -> str:
        """The title without what says that all genders are meant, such as "(m/w/d)"."""
        return without_genders(self._record.title)

    @property
    def department(self) -> str | None:
        """The department in words."""
        return words(self._record.department)

    @property
    def seniority(self) -> str | None:
        """The seniority in words."""
        return words(self._record.seniority)

    @property
    def posted_on(self) -> DateView | None:
        """When it was posted, if the page says so."""
        return exact_date(self._record.posted_on, self._as_of, f"{self.prefix}.posted_on")

    @property
    def seen_on(self) -> DateView | None:
        """When it was last seen."""
        return exact_date(self._record.seen_on, self._as_of, f"{self.prefix}.seen_on")

    def display(self) -> object:
        """The title."""
        return self.look_up("title")


class TechnologyView(View):
    """A technology in use. Printing it gives its name."""

    field = "technology"
    names: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "category": "text",
        "url": "url",
        "seen_on": "date",
    }
    __slots__ = ()
    _record: TechnologyUse

    @property
    def seen_on(self) -> DateView | None:
        """When it was last seen."""
        return exact_date(self._record.seen_on, self._as_of, f"{self.prefix}.seen_on")

    def display(self) -> object:
        """The name."""
        return self.look_up("name")


class SignalView(View):
    """Something dated that happened to the company. Printing it gives what happened."""

    field = "signal"
    names: ClassVar[Mapping[str, str]] = {
        "kind": "text",
        "detail": "text",
        "url": "url",
        "happened_on": "date",
        "seen_on": "date",
    }
    __slots__ = ()
    _record: Signal

    @property
    def happened_on(self) -> DateView | None:
        """When it happened."""
        return exact_date(self._record.happened_on, self._as_of, f"{self.prefix}.happened_on")

    @property
    def seen_on(self) -> DateView | None:
        """When the source said so."""
        return exact_date(self._record.seen_on, self._as_of, f"{self.prefix}.seen_on")

    def display(self) -> object:
        """What happened."""
        return self.look_up("detail")


_KINDS: dict[Type, str] = {"text": "text", "number": "number", "date_span": "date", "number_span": "text"}


def _further_names(subject: Subject) -> dict[str, str]:
    """The fields of the table that have no rule of their own here, with their kinds."""
    return {one.name: _KINDS[one.type] for one in further_fields(subject)}


CUSTOM: dict[str, Subject] = {"person.custom": "person", "company.custom": "company"}
"""The kinds of the user's own columns, with whose they are."""


class CustomView(View):
    """The user's own columns of a person or a company. Which names there are is checked before anything is rendered."""

    field = "custom"
    names: ClassVar[Mapping[str, str]] = {}
    __slots__ = ()
    _record: Mapping[str, str]

    def _look_up(self, name: str) -> object:
        """The value, blank where this person or company has none."""
        return text_or_blank(self._record.get(name), f"{self.prefix}.{name}")

    def display(self) -> object:
        """Nothing: a template says which column it means."""
        raise UnknownName(f"{self.prefix} cannot be printed", f"print one of its names: {self.prefix}.NAME")


class _RecordView(View):
    """A person or a company."""

    names: ClassVar[Mapping[str, str]] = {}
    __slots__ = ()

    def _read(self, name: str) -> Any:
        if name == "custom":
            return CustomView(self._record.custom, self._as_of, f"{self.prefix}.custom")
        value = self._record.value(name)
        if isinstance(value, DateSpan):
            return DateView(value, self._as_of, f"{self.prefix}.{name}")
        return value.words if isinstance(value, NumberSpan) else value


class PersonView(_RecordView):
    """The person that a touch is for."""

    field = "person"
    names: ClassVar[Mapping[str, str]] = {
        "first_name": "text",
        "last_name": "text",
        "name": "text",
        "greeting": "text",
        "email": "text",
        "title": "text",
        "department": "text",
        "seniority": "text",
        "role_started": "date",
        "months_in_role": "number",
        "phone": "text",
        "linkedin": "url",
        "country": "text",
        "region": "text",
        "city": "text",
        **_further_names("person"),
        "custom": "person.custom",
    }
    __slots__ = ()
    _record: Person

    @property
    def name(self) -> str | None:
        """First and last name, if both are known."""
        first, last = self._record.first_name, self._record.last_name
        return f"{first} {last}" if first and last else None

    @property
    def department(self) -> str | None:
        """The department in words."""
        return words(self._record.department)

    @property
    def seniority(self) -> str | None:
        """The seniority in words."""
        return words(self._record.seniority)

    @property
    def months_in_role(self) -> int | None:
        """Full months in the role on the as-of date; None if it starts later or is known only by the year."""
        span = self._record.role_started
        if span is None or span.latest > self._as_of:
            return None
        most, least = (_months(day, self._as_of) for day in (span.earliest, span.latest))
        return least if most - least <= 1 else None


class CompanyView(_RecordView):
    """The company that the person works at."""

    field = "company"
    names: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "domain": "text",
        "website": "url",
        "industry": "text",
        "headcount": "text",
        "country": "text",
        "region": "text",
        "city": "text",
        "description": "text",
        "founded": "number",
        "legal_form": "text",
        "phone": "text",
        "linkedin": "url",
        "openings": "openings()",
        "signals": "signals()",
        "uses": "technology()",
        "advertises_on": "technology()",
        **_further_names("company"),
        "custom": "company.custom",
    }
    __slots__ = ()
    _record: Company | None

    @property
    def industry(self) -> str | None:
        """The industry in words."""
        key = self._record.industry if self._record else None
        if key is None:
            return None
        return key.removeprefix(OTHER_INDUSTRY) if key.startswith(OTHER_INDUSTRY) else industry_label(key)

    def openings(self, department: object = None) -> ViewList:
        """The open jobs, all or of one department."""
        wanted = _key(department) if department else None
        found = [
            OpeningView(job, self._as_of, "company.openings")
            for job in (self._record.openings if self._record else ())
            if wanted is None or _key(job.department or "") == wanted
        ]
        return ViewList.of(found, f"company.openings({department or ''})", "opening")

    def signals(self, kind: object = None) -> ViewList:
        """What happened to the company, all or of one kind, the newest first."""
        wanted = _key(kind) if kind else None
        found = [
            SignalView(signal, self._as_of, "company.signals")
            for signal in (self._record.signals if self._record else ())
            if wanted is None or _key(signal.kind) == wanted
        ]
        return ViewList.of(found, f"company.signals({kind or ''})", "signal")

    def uses(self, technology: object) -> View | Blank:
        """The technology by that name, if the company was seen to use it; else blank."""
        wanted = _key(technology)
        for use in self._record.technologies if self._record else ():
            if wanted in (_key(use.name), _key(use.key)) and (
                use.grade is None or use.grade <= WEAKEST_GRADE
            ):
                return TechnologyView(use, self._as_of, f"company.uses({clean_text(str(technology))})")
        return Blank(f"company.uses({clean_text(str(technology))})", "technology")

    def advertises_on(self, platform: object) -> View | Blank:
        """The tag by which the company was seen to buy ads on that platform; else blank."""
        wanted = _key(platform)
        for use in self._record.technologies if self._record else ():
            if use.advertises_on and _key(use.advertises_on) == wanted and use.level in BUYING_LEVELS:
                return TechnologyView(use, self._as_of, f"company.advertises_on({clean_text(str(platform))})")
        return Blank(f"company.advertises_on({clean_text(str(platform))})", "technology")

    def display(self) -> object:
        """Nothing: a template says which name of the company it means."""
        raise UnknownName("company cannot be printed", "did you mean company.name?")


class SenderView(View):
    """Who writes."""

    field = "sender"
    names: ClassVar[Mapping[str, str]] = dict.fromkeys(("name", "email", "company", "postal_address"), "text")
    __slots__ = ()


class CampaignView(View):
    """The campaign. Printing it gives its name."""

    field = "campaign"
    names: ClassVar[Mapping[str, str]] = {"name": "text"}
    __slots__ = ()

    @property
    def name(self) -> str:
        """The campaign's name."""
        return str(self._record)

    def display(self) -> object:
        """The name."""
        return self.look_up("name")


class TouchView(View):
    """The touch that is being rendered."""

    field = "touch"
    names: ClassVar[Mapping[str, str]] = {
        "number": "number",
        "name": "text",
        "day": "number",
        "channel": "text",
    }
    __slots__ = ()
    _record: Touch


class SnippetsView(View):
    """The snippets of `sequence.yaml`; their names differ from sequence to sequence."""

    field = "snippets"
    names: ClassVar[Mapping[str, str]] = {}
    __slots__ = ()
    _record: Mapping[str, str]

    def _look_up(self, name: str) -> object:
        """The snippet's text."""
        if name not in self._record:
            raise unknown_name(name, self.field, self._record)
        return text_or_blank(self._record[name], f"snippets.{name}")


VIEWS: dict[str, type[View]] = {
    view.field: view
    for view in (
        PersonView,
        CompanyView,
        SenderView,
        CampaignView,
        TouchView,
        OpeningView,
        SignalView,
        TechnologyView,
        DateView,
        SnippetsView,
    )
}
"""The views by kind. A name's kind is one of these, or `text`, `url`, `number`, `openings` (a list)."""

TOP_LEVEL = {
    "person": "person",
    "company": "company",
    "sender": "sender",
    "campaign": "campaign",
    "touch": "touch",
    "snippets": "snippets",
    "today": "date",
    "unsubscribe_url": "url",
}
"""The names that every template has, with their kinds."""


def names_of_all(context: RenderContext, snippets: Mapping[str, str]) -> dict[str, object]:
    """The top-level names of a template that are the same for everybody."""
    day = context.as_of
    return {
        "sender": SenderView(context.sender, day),
        "campaign": CampaignView(context.campaign, day),
        "snippets": SnippetsView(snippets, day),
        "today": exact_date(day, day, "today"),
    }


def names_of(prospect: Prospect, context: RenderContext) -> dict[str, object]:
    """Those that differ from person to person."""
    day = context.as_of
    return {
        "person": PersonView(prospect.person, day),
        "company": CompanyView(prospect.company, day),
        "unsubscribe_url": url_or_blank(context.unsubscribe_url, "unsubscribe_url", mail=True),
    }


def _key(text: object) -> str:
    return clean_text(str(text)).replace("_", " ").replace("-", " ").casefold()


def _months(start: date, day: date) -> int:
    return (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)
