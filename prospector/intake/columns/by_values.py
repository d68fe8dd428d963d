"""Columns once more, by what stands in them: labels come first, and values help where labels do not.

A bare `name` beside `info@` addresses and shop names is a company's, a column of addresses under an unknown label
is one of addresses, and a column that is blank from top to bottom says nothing of what the rows are.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.custom import custom_target
from prospector.intake.columns.header_data import IGNORED, header_data, header_key
from prospector.intake.columns.labels import is_colleagues, is_of_places, label_words
from prospector.intake.columns.mappings import (
    BARE_NAMES,
    MARKS_A_COMPANY,
    MARKS_A_PERSON,
    is_value,
    recognise,
)
from prospector.intake.columns.names_in_rows import vote
from prospector.intake.columns.values import form_of, own_site
from prospector.normalise.domains import is_free_mail
from prospector.normalise.emails import email_domain, is_role_address, parse_email
from prospector.normalise.organisations import is_type_label, record_type
from prospector.normalise.places import is_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.intake.columns.header_data import RecordKind
    from prospector.intake.columns.mappings import Column, ColumnMap
    from prospector.intake.columns.values import ColumnValues, Form, Sample

_NAMES = frozenset({"first_name", "last_name", "full_name"})
_EMAILS = frozenset({"email", "more_emails"})
_ONLY_PEOPLES = frozenset({"title", "department", "seniority", "role_started", "tenure", "linkedin"})
_NAME_WORDS = frozenset({"name", "names", "nom", "nombre", "nome", "naam", "bezeichnung"})
_NO_NAMES = frozenset(
    {
        "file",
        "user",
        "domain",
        "list",
        "product",
        "event",
        "campaign",
        "street",
        "city",
        "country",
        "source",
        "query",
    }
)
_TAKEN_TOGETHER = {"website": "domain", "email": "more_emails", "title": "department"}
_PLACES = frozenset({"region", "company_region", "city"})
_SHOPKEEPER = frozenset({"owner", "business", "name", "full"})
_FEWEST_OWNERS = 3
_SURE = 0.3
_NOT_OURS = re.compile(
    r"fax|image|logo|photo|picture|avatar|source|maps|facebook|twitter|instagram|youtube|tiktok"
)


class Reading(NamedTuple):
    """What values say beside the labels: the kind of the rows, the field of columns by position, and what to tell."""

    kind: RecordKind
    fields: Mapping[int, str]
    told: tuple[str, ...]


def understood(header: Sequence[str], overrides: Mapping[str, str], sample: Sample) -> ColumnMap:
    """The meaning of a header, by its labels and by the first rows below it."""
    labels = recognise(header, overrides=overrides)
    if labels.name != "hand-made" or not sample.rows or any(map(is_value, header)):
        return labels
    said = {header_key(label) for label in overrides}
    fixed = {at for at, label in enumerate(header) if header_key(label) in said}
    reading = _Reader(header, labels, sample, fixed).reading()
    return recognise(
        header, overrides=overrides, kind=reading.kind, by_values=reading.fields, told=reading.told
    )


class _Reader:
    """Reads the sample of one file."""

    def __init__(self, header: Sequence[str], labels: ColumnMap, sample: Sample, fixed: set[int]) -> None:
        self._header, self._sample, self._fixed = header, sample, fixed
        self._labels = labels
        self._fields: dict[int, str] = {}
        self._told: list[str] = []

    def reading(self) -> Reading:
        """What the values say."""
        kind = self._kind()
        if kind == "companies" and self._take_people():
            kind = "people"
        if kind != self._labels.kind:
            self._labels = recognise(self._header, kind=kind, overrides=self._overrides())
        self._leave_what_cannot_be(kind)
        self._keep_together()
        self._take_category(kind)
        self._take_what_is_plain(kind)
        return Reading(kind, self._fields, tuple(self._told))

    def _take_people(self) -> bool:
        """Whether one column of a list of companies holds people's names: they are whom its rows are about."""
        forms = {at: form for at in self._free() if (form := form_of(self._sample.columns[at]))}
        found = [(at, form) for at, form in forms.items() if form.people == "full_name"]
        if len(found) == 1:
            at, form = found[0]
            self._fields[at] = form.people
            self._told.clear()
            self._tell(at, form, form.people, used=True)
        return len(found) == 1

    def _overrides(self) -> dict[str, str]:
        by_position = {column.position: column.field for column in self._labels.columns}
        return {self._header[at]: by_position.get(at, IGNORED) for at in sorted(self._fixed)}

    # What the rows are

    def _kind(self) -> RecordKind:
        """People or companies, by the names and by the columns in which something stands."""
        at = self._filled()
        if at.keys() & {"first_name", "last_name"} and at.keys() & {"company", *_EMAILS, "linkedin", "title"}:
            self._settle_name_beside_given()
            return "people"
        names = self._bare_names()
        names = self._other_names(at) if names is None else names
        if names is not None and not self._is_beside_names(names, at):
            return self._kind_of_names(names, at)
        if names is not None and "company" not in at and self._is_firm(names, at):
            self._fields[names] = "company"
            return "people"
        if "full_name" in at or not at.keys() & {"company", "website", "domain"}:
            return self._labels.kind
        if self._labels.kind == "people" and not at.keys() & (MARKS_A_PERSON - _EMAILS):
            places = "company_address" in at or any(map(is_of_places, self._header))
            if places or not self._are_personal(at):
                self._tell_of_kind("no column names a person")
                return "companies"
        return self._labels.kind

    def _filled(self) -> dict[str, list[int]]:
        """The columns of each field in which something stands."""
        found: dict[str, list[int]] = {}
        for column in self._labels.columns:
            if self._sample.columns[column.position].filled:
                found.setdefault(column.field, []).append(column.position)
        return found

    def _bare_names(self) -> int | None:
        bare = (at for at, label in enumerate(self._header) if header_key(label) in BARE_NAMES)
        return next((at for at in bare if at not in self._fixed and self._sample.columns[at].filled), None)

    def _other_names(self, at: Mapping[str, Sequence[int]]) -> int | None:
        """The one label like `Investor Name` of a file in which nothing else names anybody."""
        if at.keys() & {"full_name", "first_name", "last_name", "company"}:
            return None
        taken = {one.position for one in self._labels.columns if one.field != "title"} | self._fixed
        found = [
            at
            for at, label in enumerate(self._header)
            if at not in taken and self._may_name(at, label) and self._sample.columns[at].filled
        ]
        return found[0] if found else None

    def _may_name(self, at: int, label: str) -> bool:
        """A label like `Investor Name`, or the `title` of a place."""
        if any(map(is_of_places, self._header)) and header_key(label) == "title":
            return not self._are_titles(at)
        return _names_something(label) and header_key(label) not in header_data().aliases["companies"]

    def _is_beside_names(self, names: int, at: Mapping[str, Sequence[int]]) -> bool:
        """Whether other columns name the people, or both: then the label means what it meant."""
        others = {one for field in _NAMES for one in at.get(field, ())} - {names}
        return bool(others) or any(one != names for one in at.get("company", ()))

    def _kind_of_names(self, names: int, at: Mapping[str, Sequence[int]]) -> RecordKind:
        if self._tells_types():
            self._fields[names] = "full_name"
            return "people"
        email, site = (next(iter(at.get(field, ())), None) for field in ("email", "website"))
        said = vote(self._sample, names, email, site)
        if self._marks_companies(at):
            said -= _SURE
        elif not at.keys() & MARKS_A_COMPANY and header_key(self._header[names]) in BARE_NAMES:
            said += _SURE
        titled = any(self._are_titles(one) for one in at.get("title", ()))
        if said < 0 and not titled and not at.keys() & {"linkedin", "seniority"}:
            self._fields[names] = "company"
            self._tell_of_kind(f'column "{self._header[names]}" holds names of companies')
            return "companies"
        if said > 0 or titled:
            self._fields[names] = "full_name" if self._labels.kind == "companies" else self._as_read(names)
            return "people"
        return self._labels.kind

    def _is_firm(self, names: int, at: Mapping[str, Sequence[int]]) -> bool:
        """Whether a bare name beside people's own is a company's (`name, website, contact_full_name`)."""
        if at.keys() & {"first_name", "last_name"}:
            return False
        email, site = (next(iter(at.get(field, ())), None) for field in ("email", "website"))
        return vote(self._sample, names, email, site) < 0

    def _as_read(self, names: int) -> str:
        return next((c.field for c in self._labels.columns if c.position == names), "full_name")

    def _marks_companies(self, at: Mapping[str, Sequence[int]]) -> bool:
        """Whether something stands in a column that only companies have."""
        return bool(at.keys() & MARKS_A_COMPANY) or any(map(is_of_places, self._header))

    def _tells_types(self) -> bool:
        """Whether a column tells for each row if it is a person or a company."""
        typed = (at for at, label in enumerate(self._header) if is_type_label(label))
        return any(self._sample.columns[at].share(record_type) > 0.5 for at in typed)

    def _are_titles(self, at: int) -> bool:
        form = form_of(self._sample.columns[at])
        return form is not None and form.people == "title"

    def _are_personal(self, at: Mapping[str, Sequence[int]]) -> bool:
        """Whether the addresses are mostly people's: no mailboxes of tasks, none of a mail provider."""
        found = [
            email
            for one in at.get("email", ())
            for email in map(parse_email, self._sample.columns[one].filled)
        ]
        known = [email for email in found if email]
        if not known:
            return not at.keys() & {"company", "website", "domain"}
        mine = sum(not is_role_address(email) and not is_free_mail(email_domain(email)) for email in known)
        return mine >= len(known) / 2 or not at.keys() & {"industry", "website", "domain", "company_address"}

    def _settle_name_beside_given(self) -> None:
        """`first_name, name`: the whole name where it begins with the given one, else the family name."""
        first = next((c.position for c in self._labels.columns if c.field == "first_name"), None)
        names = self._bare_names()
        if first is None or names is None or first == names:
            return
        pairs = [
            (given.casefold(), whole.casefold())
            for given, whole in zip(
                self._sample.columns[first].texts, self._sample.columns[names].texts, strict=True
            )
            if given and whole
        ]
        if (
            pairs
            and sum(given in whole.split() or whole.startswith(given) for given, whole in pairs)
            > len(pairs) / 2
        ):
            self._fields[names] = "full_name"

    # Single columns

    def _leave_what_cannot_be(self, kind: RecordKind) -> None:
        """Labels that mean something else here: the answer of a server under `status`, an address under `region`."""
        for column in self._labels.columns:
            at, values = column.position, self._sample.columns[column.position]
            if at in self._fixed or at in self._fields or not values.filled:
                continue
            if self._is_none_of_its_field(column, values, kind):
                self._fields[at] = IGNORED
            elif column.field in _PLACES and values.share(_is_whole_address) > 0.5:
                self._fields[at] = "company_address"

    def _is_none_of_its_field(self, column: Column, values: ColumnValues, kind: RecordKind) -> bool:
        """A person's field in a list of companies, numbers as words, pages of platforms beside a website, and what
        only marks one of several addresses.
        """
        field = column.field
        if kind == "companies" and field in _ONLY_PEOPLES:
            return True
        if field in ("status", "title"):
            return values.share(str.isdigit) > 0.5
        if field == "website":
            second = any(
                one.field == field and one.position != column.position for one in self._labels.columns
            )
            return second and not values.share(own_site)
        return field in _EMAILS and values.share(lambda text: len(text) < 6 and "@" not in text) == 1

    def _take_category(self, kind: RecordKind) -> None:
        """The `Category` of a list of shops with their people; elsewhere it is a tag of the user's own."""
        at = self._filled()
        if kind == "companies" or "industry" in at or not at.keys() >= {"company", "company_address"}:
            return
        aliases = header_data().aliases["companies"]
        for one in self._free():
            known = aliases.get(header_key(self._header[one]))
            if known and known.weak and known.field == "industry" and self._sample.columns[one].filled:
                self._fields[one] = "industry"
                return

    def _keep_together(self) -> None:
        """Of two employers in a row the one beside the website counts, and the title beside it: the name of one
        company must not meet the domain of another.
        """
        at = self._filled()
        anchor = next(iter(at.get("website", ())), None)
        for field in ("company", "title"):
            same = [one for one in at.get(field, ()) if one not in self._fixed]
            keys = {header_key(self._header[one]) for one in same}
            if anchor is not None and len(same) > 1 and len(keys) == 1:
                anchor = min(same, key=lambda one: abs(one - (anchor or 0)))
                self._fields[anchor] = field

    def _take_what_is_plain(self, kind: RecordKind) -> None:
        """Columns that no label claims and whose values are plain; of several of a kind none, but they are told of."""
        claimed = set(self._fields.values()) | {
            column.field for column in self._labels.columns if self._fields.get(column.position) != IGNORED
        }
        found = {at: form for at in self._free() if (form := form_of(self._sample.columns[at]))}
        counts = Counter(form.people for form in found.values())
        for at, form in found.items():
            target = form.people if kind == "people" else form.companies
            if (
                target in claimed
                or _TAKEN_TOGETHER.get(target) in claimed
                or not _fits(target, kind, claimed)
            ):
                continue
            if counts[form.people] == 1:
                self._fields[at] = target
            self._tell(at, form, target, used=counts[form.people] == 1)

    def _free(self) -> list[int]:
        taken = {column.position for column in self._labels.columns} | self._fixed | self._fields.keys()
        return [
            at
            for at, label in enumerate(self._header)
            if at not in taken
            and (not is_colleagues(label) or self._is_shopkeeper(at))
            and not _NOT_OURS.search(header_key(label))
            and not _is_left_out(label)
        ]

    def _tell_of_kind(self, why: str) -> None:
        """A file whose labels may be those of people becomes none of companies in silence."""
        if self._labels.kind == "people":
            self._told.append(f"{why}, so its rows are companies; --map 'HEADER=full_name' names people")

    def _is_shopkeeper(self, at: int) -> bool:
        """The `Owner` of a list of shops: another one in each row, as the owners of a CRM's records never are."""
        values = self._sample.columns[at]
        owned = set(label_words(self._header[at])) <= _SHOPKEEPER
        filled = sum(map(bool, values.texts))
        return owned and len(values.filled) == filled and filled >= _FEWEST_OWNERS

    def _tell(self, at: int, form: Form, target: str, *, used: bool) -> None:
        label = self._header[at]
        quoted = label.replace("'", "'\\''")
        said = f'column "{label}" holds {form.words}'
        if used:
            self._told.append(f"{said} and is read as {target}; --map '{quoted}=-' leaves it out")
        else:
            self._told.append(f"{said}, as others do; --map '{quoted}={target}' takes it in")


def _fits(target: str, kind: RecordKind, claimed: set[str]) -> bool:
    """Whether such a column may say something of the rows: names are asked for only where there are none."""
    if target in ("full_name", "title"):
        return kind == "people" and not (target == "full_name" and claimed & _NAMES)
    return target != "company" or not claimed & {"website", "domain"}


def _is_whole_address(text: str) -> bool:
    return "," in text and is_address(text)


def _names_something(label: str) -> bool:
    words = label_words(label)
    named = bool(_NAME_WORDS & set(words)) or header_key(label).endswith("名")
    return named and not _NO_NAMES & set(words) and not is_colleagues(label)


def _is_left_out(label: str) -> bool:
    """Whether the tables leave such a column out on purpose, or it is the user's own."""
    known = header_data().aliases["people"].get(header_key(label))
    return (known is not None and known.field == IGNORED) or custom_target(label) is not None
