"""From headers to fields: recognise known exports, and hand-made files by their labels in eight languages.

The same label may mean two things: `Title` is the role almost everywhere and the salutation in Outlook;
`Name` is a person beside an e-mail address and a company beside a website. So a known export is looked for
first, then the kind of the file is settled from the whole header, and only then each label is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.custom import custom_target
from prospector.core.errors import UsageError, near_miss
from prospector.core.fields import joint_name
from prospector.core.records import further_fields
from prospector.intake.columns.header_data import (
    IGNORED,
    Known,
    Preset,
    RecordKind,
    header_data,
    header_key,
)
from prospector.intake.columns.labels import COMPOUND_RANK, compound, label_words, numbered_person
from prospector.intake.consent.labels import CONSENT_TARGETS, consent_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prospector.core.fields import Subject
    from prospector.intake.columns.child_rows import ChildRows

_PERSON_TARGETS = (
    "first_name", "last_name", "full_name", "email", "email_status", "more_emails", "title", "department",
    "seniority", "role_started", "tenure", "employed_since", "time_at_company", "phone", "linkedin", "country",
    "region", "city", "location", "status", "replied",
)  # fmt: skip
_COMPANY_TARGETS = (
    "company", "company_short", "website", "domain", "industry", "headcount", "company_country", "company_region",
    "company_city", "company_location", "company_address", "company_phone", "company_linkedin", "description",
    "founded", "technologies", "ads", "openings", "keywords", "revenue", "headcount_growth", "funding_total",
    "funding_stage", "funding_amount", "funded_on", "prospect_country", "legal_form",
)  # fmt: skip
PERSON_TARGETS = (*_PERSON_TARGETS, *map(joint_name, further_fields("person")))
COMPANY_TARGETS = (*_COMPANY_TARGETS, *map(joint_name, further_fields("company")))
"""What a column can fill: the targets that have a rule of their own, and every further field of the table."""
DATE_TARGETS = frozenset(
    {"role_started", "tenure", "employed_since", "time_at_company", "seen_at", "funded_on"}
).union(
    joint_name(one)
    for one in (*further_fields("person"), *further_fields("company"))
    if one.type == "date_span"
)
TARGETS = (*PERSON_TARGETS, *COMPANY_TARGETS, *CONSENT_TARGETS, "seen_at", "record_id")
OWN_PREFIX = "prospector "
"""How the names of the presets for the program's own output begin."""

HAND_MADE = "hand-made"
"""The name of the mapping of a file that is no known export."""

MARKS_A_PERSON = frozenset(PERSON_TARGETS[:11])
MARKS_A_COMPANY = frozenset(
    {"website", "domain", "industry", "headcount", "description", "founded", "technologies", "ads", "revenue"}
)
BARE_NAMES = frozenset({"name", "nom", "nombre", "nome", "naam", header_key("名前"), header_key("名称")})
"""Labels of a person's name beside an address, and of a company's beside a website."""
_PARTS = frozenset({"first_name", "last_name", "full_name"})
_NUMBERED_EMAIL = re.compile(r"e?mail(?:address)?\d{1,3}(?:value|address)?")
_VALUE = re.compile(r"[^\s@]+@[^\s@]+\.\w+|https?://\S+|-?\d+[.,]\d+|\+\d[\d ()-]{6,}")
_LONGEST_LABEL = 80
_LAST_RANK = 1_000_000


class Column(NamedTuple):
    """One column of the file that fills a field. `position` counts from 0."""

    position: int
    header: str
    field: str


class DateOrders(NamedTuple):
    """How the date columns of a file are written: by position, True where the day comes before the month."""

    file: str
    day_first: Mapping[int, bool]


@dataclass(frozen=True, slots=True, eq=False)
class ColumnMap:
    """What the columns of a file mean. Where several fill one field, they stand in the order to ask them.

    `dates` says how the date columns of this one file are written, once `date_orders.settle_dates` has looked.
    Compared by identity, which makes it a cheap key for what is worked out once per file.
    """

    name: str
    kind: RecordKind
    columns: tuple[Column, ...]
    unmapped: tuple[str, ...]
    day_first_labels: frozenset[int] = frozenset()
    """Date columns whose own label is German, French or Spanish: there 03/04/2025 is a day in April."""
    dates: DateOrders | None = None
    consent_words: tuple[tuple[str, bool], ...] = ()
    """What words about consent mean that no rule reads, folded: True where one may write."""
    left_out: tuple[str, ...] = ()
    """Columns that the user said to leave out."""
    free_texts: tuple[tuple[int, str], ...] = ()
    """Columns that fill nothing, with their labels: somebody's wish to be left alone may stand in one."""
    leftovers: tuple[Column, ...] = ()
    """Those of the columns that no field takes, so that they are kept as custom fields."""
    told: tuple[str, ...] = ()
    """What is said of columns that were read by their values, not by their labels."""
    children: ChildRows | None = None
    """The list whose elements have rows of their own, which belong to the record above them."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that some column fills."""
        return frozenset(column.field for column in self.columns)


def recognise(
    header: Sequence[str],
    *,
    overrides: Mapping[str, str] | None = None,
    kind: RecordKind | None = None,
    by_values: Mapping[int, str] | None = None,
    told: tuple[str, ...] = (),
) -> ColumnMap:
    """The meaning of a header. `overrides` maps labels to fields (`-` leaves a column out); `kind` settles whether
    the rows are people or companies, and `by_values` what single columns are (see `by_values.understood`).

    A header in which nothing is known gives no columns (see `unknown.explain_unknown`). Raises `UsageError` for an
    override that names no column or no field.
    """
    keys = [header_key(label) for label in header]
    preset = _preset_of(frozenset(keys))
    forced = _forced(header, keys, overrides or {})
    kind = kind or (preset.kind if preset else _kind_of(header, keys, forced))
    _check_subjects(forced, header, kind)
    found = {position: known for position, key in enumerate(keys) if (known := _known(key, preset, kind))}
    if not preset:
        _find_compounds(header, kind, found)
    found.update({at: Known(target, 0) for at, target in (by_values or {}).items() if at not in forced})
    # Above all others, and among themselves in the order in which they were given.
    ranks = range(-len(forced), 0)
    found.update(
        {
            at: Known(target, rank, _language(keys[at], kind))
            for rank, (at, target) in zip(ranks, forced.items(), strict=True)
        }
    )
    _find_own_custom(header, kind, found)
    if not preset:
        _settle_bare_names(header, keys, found)
    _find_consent(header, keys, found)
    _drop_weak(found)
    columns = _ordered(header, found, kind)
    taken = {column.position for column in columns}
    # Nobody knows what a column of the user's own holds: a wish to be left alone is looked for there, too.
    texts = {column.position for column in columns if custom_target(column.field)}
    left_out = {at for at, target in forced.items() if target == IGNORED}
    return ColumnMap(
        name=preset.name if preset else HAND_MADE,
        kind=kind,
        columns=columns,
        unmapped=tuple(label for position, label in enumerate(header) if position not in taken),
        day_first_labels=_day_first_labels(found),
        left_out=tuple(header[position] for position in sorted(left_out)),
        free_texts=tuple(
            (at, label)
            for at, label in enumerate(header)
            if (at not in taken or at in texts) and at not in left_out and label
        ),
        told=told,
    )


def is_target(text: str) -> bool:
    """Whether a column can be mapped to this."""
    return text == IGNORED or text in TARGETS or custom_target(text) is not None


def target_hint(text: str) -> str:
    """What to map a column to instead."""
    return near_miss(text, TARGETS) or f"fields: {', '.join(TARGETS)}; custom.NAME for a column of your own"


def custom_of(field: str, kind: RecordKind) -> tuple[Subject, str] | None:
    """Whose custom field a column fills, and its key: without a subject that of the file's rows."""
    found = custom_target(field)
    if found is None:
        return None
    own: Subject = "person" if kind == "people" else "company"
    return found[0] or own, found[1]


def known_headers(cells: Sequence[str]) -> int:
    """How many different known labels are among these cells: the measure by which a header line is found."""
    if any(map(is_value, cells)):
        return 0
    labels = {header_key(cell): cell for cell in cells if 0 < len(cell) <= _LONGEST_LABEL}
    return sum(_is_label(key, label) for key, label in labels.items())


def _is_label(key: str, label: str) -> bool:
    if key in _all_keys() or _NUMBERED_EMAIL.fullmatch(key):
        return True
    return compound(label, "people") is not None


def is_value(cell: str) -> bool:
    """An address, a link or a decimal number: no label, so the line is a row."""
    return bool(_VALUE.fullmatch(cell.strip()[:_LONGEST_LABEL]))


@cache
def _all_keys() -> frozenset[str]:
    return header_data().all_keys()


def _preset_of(keys: frozenset[str]) -> Preset | None:
    for preset in header_data().presets:
        if any(signature <= keys for signature in preset.signatures):
            return preset
    return None


def _forced(header: Sequence[str], keys: Sequence[str], overrides: Mapping[str, str]) -> dict[int, str]:
    """Overrides by position. A label is matched as it is written, else by its letters and digits."""
    result = {}
    for label, target in overrides.items():
        if not is_target(target):
            hint = target_hint(target)
            raise UsageError(f'no field "{target}" to map "{label}" to', hint=hint)
        exact = [position for position, name in enumerate(header) if name == label]
        alike = [position for position, key in enumerate(keys) if key and key == header_key(label)]
        if not exact and not alike:
            hint = near_miss(label, header) or f"columns: {', '.join(header[:30])}"
            raise UsageError(f'no column "{label}" in the file', hint=hint)
        result[(exact or alike)[0]] = target
    return result


def _kind_of(header: Sequence[str], keys: Sequence[str], forced: Mapping[int, str]) -> RecordKind:
    """People if any column is a person's; a bare `Name` is a company's beside a website, industry, size..."""
    aliases = header_data().aliases["people"]
    labels = {position: known for position, key in enumerate(keys) if (known := aliases.get(key))}
    _find_compounds(header, "people", labels)
    fields = {
        forced.get(position) or (labels[position].field if position in labels else "")
        for position, key in enumerate(keys)
        if key not in BARE_NAMES or position in forced
    }
    if fields & MARKS_A_PERSON or any(_NUMBERED_EMAIL.fullmatch(key) for key in keys):
        return "people"
    bare = any(key in BARE_NAMES for key in keys)
    if bare:
        return "people" if "company" in fields or not fields & MARKS_A_COMPANY else "companies"
    return "companies" if fields & (MARKS_A_COMPANY | set(COMPANY_TARGETS)) else "people"


def _known(key: str, preset: Preset | None, kind: RecordKind) -> Known | None:
    """What a label means: the export's own word first, then the alias of files of that kind."""
    if preset and key in preset.columns:
        return preset.columns[key]
    if known := header_data().aliases[kind].get(key):
        return known
    return Known("more_emails", 0) if _NUMBERED_EMAIL.fullmatch(key) and kind == "people" else None


def _find_compounds(header: Sequence[str], kind: RecordKind, found: dict[int, Known]) -> None:
    """Labels with an object or a group around them; of several people in one row the first."""
    numbers = {position: numbered_person(label) for position, label in enumerate(header)}
    first = min((number for number in numbers.values() if number is not None), default=0)
    for position, label in enumerate(header):
        if position in found or (numbers[position] or first) > first or consent_field(label):
            continue
        if known := compound(label, kind):
            found[position] = known


def _drop_weak(found: dict[int, Known]) -> None:
    """Labels that count only where no other column fills their field; of several such the first."""
    fields = {known.field for known in found.values() if not known.weak}
    for position, known in sorted(found.items(), key=lambda item: item[1].rank):
        if known.weak and known.field in fields:
            del found[position]
        fields.add(known.field)


def _find_own_custom(header: Sequence[str], kind: RecordKind, found: dict[int, Known]) -> None:
    """Columns that `find --csv` has written, or that somebody has named so: `custom.NAME`, `company.custom.NAME`."""
    for position, label in enumerate(header):
        custom = custom_of(label, kind) if position not in found else None
        if custom and (custom[0] == "company" or kind == "people"):
            found[position] = Known(label, _LAST_RANK + position)


def _find_consent(header: Sequence[str], keys: Sequence[str], found: dict[int, Known]) -> None:
    """Columns about consent whose label no table knows: what they are follows from the words in it."""
    for position, label in enumerate(header):
        if position not in found and keys[position] and (target := consent_field(label)):
            found[position] = Known(target, _LAST_RANK + position)


def _language(key: str, kind: RecordKind) -> str:
    """The language of a label; it still says how dates are written where the field was chosen by hand."""
    known = header_data().aliases[kind].get(key)
    return known.language if known else "en"


def _settle_bare_names(header: Sequence[str], keys: Sequence[str], found: dict[int, Known]) -> None:
    """`Vorname, Name`: the family name. `Nombre` or `Nom` with nothing beside it: the whole name."""
    fields = {known.field for known in found.values()}
    titles = sum(known.field == "title" for known in found.values())
    for position, key in enumerate(keys):
        chosen = position in found and found[position].rank < 0
        if key == "titel" and not chosen and ("anrede" in keys or titles > 1):
            # Beside the form of address or a position it is an academic title, unless somebody said otherwise.
            found.pop(position, None)
        if (
            position not in found
            or found[position].rank < 1
            or not _is_bare(key, header[position], found[position])
        ):
            continue
        target = found[position].field
        if target == "full_name" and "first_name" in fields and "last_name" not in fields:
            found[position] = Known("last_name", 1)
        if target == "first_name" and "last_name" not in fields:
            found[position] = Known("full_name", 1)
        if target == "last_name" and "first_name" not in fields:
            found[position] = Known("full_name", 1)


def _is_bare(key: str, label: str, known: Known) -> bool:
    """`Nom`, and `Dirigeant - Nom`."""
    return key in BARE_NAMES or (
        known.rank >= COMPOUND_RANK
        and not BARE_NAMES.isdisjoint(label_words(label))
        and known.field in _PARTS
    )


def _check_subjects(forced: Mapping[int, str], header: Sequence[str], kind: RecordKind) -> None:
    """A row of a list of companies has no person to whom a custom field could belong."""
    for position, target in forced.items():
        custom = custom_of(target, kind)
        if custom and custom[0] == "person" and kind == "companies":
            raise UsageError(
                f'"{header[position]}" cannot be mapped to {target}: the rows of the file are companies',
                hint=f"write {custom[1]}",
            )


def _ordered(header: Sequence[str], found: Mapping[int, Known], kind: RecordKind) -> tuple[Column, ...]:
    """Columns by field and rank. Every address behind the first is one of `more_emails`: never dropped."""
    order = {name: index for index, name in enumerate(TARGETS)}
    kept = []
    for position, known in found.items():
        if known.field != IGNORED:
            field = _written(known.field, kind)
            kept.append((order.get(field, len(order)), field, known.rank, position))
    columns = [Column(position, header[position], field) for _, field, _, position in sorted(kept)]
    first = next((index for index, column in enumerate(columns) if column.field == "email"), None)
    return tuple(
        column._replace(field="more_emails") if column.field == "email" and index != first else column
        for index, column in enumerate(columns)
    )


def _written(field: str, kind: RecordKind) -> str:
    """A field as columns name it: a custom one in its canonical form, the subject only where it is not the row's."""
    custom = custom_of(field, kind)
    if custom is None:
        return field
    subject, key = custom
    return key if subject == ("person" if kind == "people" else "company") else f"{subject}.{key}"


def _day_first_labels(found: Mapping[int, Known]) -> frozenset[int]:
    dates = {position: known for position, known in found.items() if known.field in DATE_TARGETS}
    return frozenset(position for position, known in dates.items() if known.language != "en")
