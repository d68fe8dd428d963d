"""One observation, and the pure function from observations to current values.

An observation is what one row of one source said of one person or company. It is never changed. The
current value of a field is decided from all observations of its subject by the rule of `current_values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from prospector.core.custom import custom_field, is_custom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from prospector.core.fields import Field

Method = Literal["manual", "verified", "stated", "inferred"]

RANKS: dict[Method, int] = {"manual": 4, "verified": 3, "stated": 2, "inferred": 1}
"""How much a way of knowing weighs. `stated` is what an import or the company's own site says."""


class Observation(NamedTuple):
    """What one row of a source said, and where it said so. `cost` is in the budget's currency.

    A plain tuple, because an import makes one for each row.
    """

    source: str
    method: Method
    seen_on: date
    values: Mapping[str, str | int]
    row: int = 0
    url: str | None = None
    confidence: float | None = None
    cost: float = 0.0
    import_id: int | None = None


ABOUT_ADDRESS = ("email_status", "email_verdict", "email_send")
"""Facts of an address: they count only for the address that they were said of."""

_STARTS = ("role_started", "employed_since")
BOUND_TO_EMPLOYER = ("email", *ABOUT_ADDRESS, *_STARTS, "title", "department", "seniority", "phone")
"""Facts of a person that a change of employer makes stale."""

_EMPLOYER = "company_id"
BY_DOMAIN = "by_domain"
"""Marks that a source did not name the employer: only the domain of an address or a site told of it."""
OF_ADDRESS = "of_address"
"""Names the address that an observation speaks of without saying that it is the person's."""
AT_COMPANY = "at_company"
"""Names the company at which a value was looked up without saying that the person works there."""
_EMPLOYMENT = "employment"
"""What a source says in place of an employer."""


def current_values(
    observations: Iterable[Observation],
    fields: Mapping[str, Field],
    as_of: date,
    *,
    domain_of: Callable[[int], str | None] | None = None,
    with_blanks: bool = False,
) -> dict[str, Observation]:
    """Which observation is current for each field.

    The higher method wins until its observation is older than the field's `max_age`; among equals the newest
    wins, then the surer one, then what was imported later, then the later row: a corrected file corrects. What
    was not imported is weighed by its source's name; what the same row of the same source says on the same day
    once more counts as a correction. Blank values are no observations, unless somebody set them: such a field
    is known to be blank, and only `with_blanks` tells of it. What was seen together with another employer than
    the current one does not count (see `Employment`), and what a source says of an address counts only for that
    address. `domain_of` tells a company's domain by its id.
    """
    seen = list(observations)
    current = _settled(seen, with_custom(fields, seen), as_of, domain_of)
    if with_blanks or "" not in [one.values[name] for name, one in current.items()]:
        return current
    return {name: one for name, one in current.items() if one.values[name] != ""}


def _settled(
    seen: list[Observation],
    fields: Mapping[str, Field],
    as_of: date,
    domain_of: Callable[[int], str | None] | None,
) -> dict[str, Observation]:
    """The current observations, those that say that there is nothing among them."""
    current = strongest(seen, fields, as_of)
    if len(seen) < 2:
        return current
    _name_employer(current, seen, fields, as_of, domain_of)
    _end_employment(current, fields, as_of)
    job = Employment.of(seen, current.get(_EMPLOYER), fields, as_of, domain_of)
    if job is not None:
        for name in BOUND_TO_EMPLOYER:
            if current.pop(name, None) is not None:
                there = (one for one in seen if job.counts(one, name))
                current.update(strongest(there, {name: fields[name]}, as_of))
    if (guess := current.get("email")) is not None and guess.method == "inferred":
        there = (one for one in seen if job is None or job.counts(one, "email"))
        _next_guess(current, list(there), fields, as_of)
    for name in ABOUT_ADDRESS:
        if name in current and not is_of_address(current[name], current.get("email")):
            del current[name]
            told = (one for one in seen if is_of_address(one, current.get("email")))
            told = (one for one in told if job is None or job.counts(one, name))
            current.update(strongest(told, {name: fields[name]}, as_of))
    _one_place(current)
    return current


def refused_addresses(observations: Iterable[Observation]) -> frozenset[str]:
    """Addresses of which verifying said last that they do not exist."""
    last: dict[str, tuple[date, str | int]] = {}
    for one in observations:
        email, verdict = one.values.get(OF_ADDRESS), one.values.get("email_verdict")
        if email and verdict and last.get(str(email), (one.seen_on,))[0] <= one.seen_on:
            last[str(email)] = (one.seen_on, verdict)
    return frozenset(email for email, (_, verdict) in last.items() if verdict == "undeliverable")


def _next_guess(
    current: dict[str, Observation], seen: Sequence[Observation], fields: Mapping[str, Field], as_of: date
) -> None:
    """A guess that turned out to be wrong gives way to another one, however sure it was."""
    refused = refused_addresses(seen)
    if current["email"].values["email"] in refused:
        others = (one for one in seen if one.values.get("email") not in refused)
        current.update(strongest(others, {"email": fields["email"]}, as_of))


def _one_place(current: dict[str, Observation]) -> None:
    """A place that is only inferred goes with its country: no city of one country stands in another."""
    country = current.get("country")
    known = country.values["country"] if country else None
    for name in ("region", "city"):
        one = current.get(name)
        if one is not None and one.method == "inferred" and one.values.get("country") != known:
            del current[name]


def says(seen: Observation, name: str) -> bool:
    """Whether an observation says something of a field. A blank says something only where somebody set it."""
    value = seen.values.get(name)
    return value is not None and (value != "" or seen.method == "manual")


def with_custom(fields: Mapping[str, Field], observations: Iterable[Observation]) -> Mapping[str, Field]:
    """All fields of a subject, and the custom ones of which these observations say something."""
    found = {name for one in observations for name in one.values.keys() - fields.keys() if is_custom(name)}
    if not found:
        return fields
    subject = next(iter(fields.values())).subject
    return {**fields, **{name: custom_field(subject, name) for name in sorted(found)}}


def _name_employer(
    current: dict[str, Observation],
    seen: list[Observation],
    fields: Mapping[str, Field],
    as_of: date,
    domain_of: Callable[[int], str | None] | None,
) -> None:
    """An employer that is told by its domain alone is the one that others name, if that is at the same domain."""
    holder = current.get(_EMPLOYER)
    if holder is None or not holder.values.get(BY_DOMAIN) or domain_of is None:
        return
    domain = domain_of(int(holder.values[_EMPLOYER]))
    named = (one for one in seen if one.values.get(_EMPLOYER) and not one.values.get(BY_DOMAIN))
    there = [one for one in named if domain_of(int(one.values[_EMPLOYER])) == domain]
    current.update(strongest(there, {_EMPLOYER: fields[_EMPLOYER]}, as_of))


def _end_employment(current: dict[str, Observation], fields: Mapping[str, Field], as_of: date) -> None:
    """Who was freelance and has an employer since is freelance no more."""
    told, holder = current.get(_EMPLOYMENT), current.get(_EMPLOYER)
    if told is None or holder is None or told is holder or not holder.values[_EMPLOYER]:
        return
    if _beats(holder, told, fields[_EMPLOYMENT].max_age, as_of):
        del current[_EMPLOYMENT]


@dataclass(frozen=True, slots=True)
class Employment:
    """The current employer of somebody who was seen at several.

    Title, address, phone and the start of the role that came with another employer are of that job. They
    count no longer, unless they were set by hand; an address at the current employer's own domain stays, and
    so does what an equally strong source says on the same day, because nobody can tell which job is the newer.
    The start of the role always needs the same employer: tenure begins anew.
    """

    holder: Observation
    company_id: int
    first_seen: date
    domain: str | None
    old_addresses: frozenset[str]
    max_age: int
    as_of: date

    @classmethod
    def of(
        cls,
        seen: list[Observation],
        holder: Observation | None,
        fields: Mapping[str, Field],
        as_of: date,
        domain_of: Callable[[int], str | None] | None,
    ) -> Employment | None:
        """The employment, or None for somebody who was seen at one company at most."""
        if holder is None or not holder.values[_EMPLOYER]:
            return None
        at = [(one.values[_EMPLOYER], one.seen_on) for one in seen if one.values.get(_EMPLOYER)]
        company_id = int(holder.values[_EMPLOYER])
        if all(company == company_id for company, _ in at):
            return None
        first = min(day for company, day in at if company == company_id)
        domain = domain_of(company_id) if domain_of else None
        old = frozenset(
            str(one.values.get("email"))
            for one in seen
            if one.values.get(_EMPLOYER) not in ("", None, company_id)
            and not _is_at(one.values.get("email"), domain)
        )
        return cls(holder, company_id, first, domain, old, fields[_EMPLOYER].max_age, as_of)

    def counts(self, seen: Observation, name: str) -> bool:
        """Whether what an observation says of a field is said of the current job."""
        if name not in BOUND_TO_EMPLOYER or seen.method == "manual":
            return True
        company = seen.values.get(_EMPLOYER) or seen.values.get(AT_COMPANY)
        if company == self.company_id:
            return True
        if not company:
            return self._holds_still(seen, name)
        if name in _STARTS:
            return False
        return self._is_as_good(seen) or self._is_at_domain(seen, name)

    def _holds_still(self, seen: Observation, name: str) -> bool:
        """Who names no employer may be right, unless it was before the change and plainly about the job before."""
        if seen.seen_on >= self.first_seen:
            return True
        return name not in _STARTS and not (
            name == "email" and seen.values.get("email") in self.old_addresses
        )

    def _is_as_good(self, seen: Observation) -> bool:
        mine, other = (_weight(one, self.max_age, self.as_of)[:2] for one in (self.holder, seen))
        return mine == other

    def _is_at_domain(self, seen: Observation, name: str) -> bool:
        return name in ("email", *ABOUT_ADDRESS) and _is_at(seen.values.get("email"), self.domain)


def is_of_address(seen: Observation, holder: Observation | None) -> bool:
    """Whether an observation, if it names an address, names the one that `holder` gives."""
    address = seen.values.get("email") or seen.values.get(OF_ADDRESS)
    return not address or (holder is not None and address == holder.values["email"])


def _is_at(address: str | int | None, domain: str | None) -> bool:
    host = str(address or "").rpartition("@")[2]
    return bool(domain and host) and (host == domain or host.endswith(f".{domain}"))


def strongest(
    observations: Iterable[Observation], fields: Mapping[str, Field], as_of: date
) -> dict[str, Observation]:
    """The strongest observation of each field, whatever else is known (see `current_values`)."""
    current: dict[str, Observation] = {}
    for seen in observations:
        for name, value in seen.values.items():
            field = fields.get(name)
            if field is None or value is None or (value == "" and seen.method != "manual"):
                continue
            held = current.get(name)
            if held is not None and (whole := _is_whole(name, seen)) != _is_whole(name, held):
                current[name] = seen if whole else held
            elif held is None or _beats(seen, held, field.max_age, as_of):
                current[name] = seen
    return current


def _is_whole(name: str, seen: Observation) -> bool:
    """A number whose country is not known takes the place of none that can be called from anywhere."""
    return name != "phone" or seen.method == "manual" or str(seen.values[name]).startswith("+")


def _beats(one: Observation, other: Observation, max_age: int, as_of: date) -> bool:
    """Whether `one` is the better witness, or the correction of an equal one."""
    return not _weight(other, max_age, as_of) > _weight(one, max_age, as_of)


def _weight(seen: Observation, max_age: int, as_of: date) -> tuple[int, int, float, int, _Reversed, int]:
    """What makes one observation outweigh another, in order. Who says nothing of being unsure is sure, and sources
    that are no imports come before the first import.
    """
    fresh = (as_of - seen.seen_on).days <= max_age
    rank = RANKS[seen.method] if fresh else 0
    sure = 1.0 if seen.confidence is None else seen.confidence
    return (rank, seen.seen_on.toordinal(), sure, seen.import_id or 0, _Reversed(seen.source), seen.row)


class _Reversed(str):
    """A text that sorts the other way round, so that the first source name weighs most."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)
