"""`show`, `fields`, `find`: people and companies being looked for."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.cli.filter_flags import filter_flags
from prospector.cli.options import (
    BEFORE,
    TABLE_ROWS,
    AsOfOption,
    CsvOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WhoArgument,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import Form, form_of, plain, print_json, print_object, print_rows
from prospector.core.counts import counted
from prospector.core.errors import UsageError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from prospector.core.records import Company, Prospect
    from prospector.core.shapes import ShownCompanyShape, ShownPersonShape
    from prospector.segments.companies import CompanyListing
    from prospector.segments.ranking import Listing
    from prospector.segments.selection import Counts
    from prospector.workspace import Workspace

    Listed: TypeAlias = Listing | CompanyListing

_PLACES = ("country", "region", "city")
"""Flags that ask where the company is, each with one that asks where the person is."""
FIND_COLUMNS = ("name", "title", "company", "email", "suppressed", "score", "answer", "because")
COMPANY_COLUMNS = ("name", "domain", "industry", "headcount", "country", "score", "answer", "because")
WIDE = 110
"""Columns of a terminal from which on there is room for more than who, where and why."""
ROOMY = 50
"""Columns beside the address from which on the company has its own."""
ONLY_WHERE_WIDE = frozenset({"title", "domain", "country"})
Many = list[str] | None


def show(
    who: WhoArgument,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
) -> None:
    """Show all that is known of one person or one company.

    \b
    Examples:
      prospector show ana@banco.example
      prospector show banco.example
    """
    with open_workspace(workspace, as_of) as opened:
        value = _shown(opened, opened.record(who))
    if json_:
        print_json(value)
        return
    rows = [{"field": name, "value": plain(one)} for name, one in _flat(value)]
    print_rows(rows, ("field", "value"))


def _shown(opened: Workspace, found: Prospect | Company) -> ShownPersonShape | ShownCompanyShape:
    from prospector.core.records import Prospect
    from prospector.core.shapes import shown_company_json, shown_person_json

    if isinstance(found, Prospect):
        return shown_person_json(
            found,
            opened.why_suppressed(found),
            opened.address_of(found),
            opened.stage_of(found.person.id),
            opened.answers_of(found),
            opened.left_alone(found),
            opened.happened(found),
        )
    people = [prospect.person for prospect in opened.colleagues(found.id)]
    return shown_company_json(found, people, opened.technologies_no_longer_seen(found.id))


def _flat(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for part, cells in value.items():
        if part == "suppressed":
            rows.append((part, cells))
            continue
        if part == "address":
            rows += _address_lines(cells or {})
            continue
        if part == "stage":
            rows.append((part, cells and cells["said"]))
            continue
        if part == "answers":
            rows += [(f"answers to {item['campaign']}", item["said"]) for item in cells]
            continue
        if part == "left_alone":
            rows += [(f"left alone by {item['campaign'] or 'all'}", _why(item)) for item in cells]
            continue
        if part == "events":
            rows += [(f"event {item['event_id']}", _event(item)) for item in cells]
            continue
        if part == "no_longer_seen":
            rows += [("company.no longer seen", _gone(item)) for item in cells]
            continue
        for item in cells if isinstance(cells, list) else [cells or {}]:
            for name, one in _with_custom(item).items():
                entries = one if isinstance(one, list) else [one]
                rows += [(f"{part}.{name}", _phrase(name, entry)) for entry in entries]
    return [(name, one) for name, one in rows if one not in (None, {})]


def _why(item: Mapping[str, Any]) -> str:
    return f"{item['reason'].replace('_', ' ')}, {item['detail']}"


def _event(item: Mapping[str, Any]) -> str:
    """One line: the day, what it was, what followed."""
    followed = f" -> {'; '.join(item['followed'])}" if item["followed"] else ""
    return f"{item['at'][:10]} {item['what']}{followed}"


def _address_lines(cells: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What is known of the address in words: the codes are for programs."""
    rows = [("verdict", cells.get("in_words")), ("send", cells.get("send"))]
    rows += [("flags", ", ".join(cells.get("flags", ())) or None), ("checked_on", cells.get("checked_on"))]
    rows += [("published_at", page) for page in cells.get("published_at", ())]
    return [(f"address.{name}", value) for name, value in rows]


def _with_custom(item: dict[str, Any]) -> dict[str, Any]:
    """The columns of the user's own as fields beside the others."""
    custom = item.get("custom") or {}
    plain = {name: value for name, value in item.items() if name != "custom"}
    return {**plain, **{f"custom.{name}": value for name, value in custom.items()}}


def _gone(item: dict[str, str]) -> str:
    days = f"seen {item['first_seen']} to {item['last_seen']}, not on {item['gone_on']}"
    return f"{item['name']} ({item['source']}, {days})"


def _phrase(name: str, entry: Any) -> Any:
    """Technologies and openings on one readable line."""
    if name == "technologies":
        level = f", {entry['level']} tag" if entry["level"] else ""
        return f"{entry['name']}{level} ({entry['source']}, {entry['seen_on']})"
    if name == "openings":
        parts = (
            entry["department"],
            entry["location"],
            entry["posted_on"] and f"posted {entry['posted_on']}",
        )
        return ", ".join(filter(None, (entry["title"], *parts)))
    return entry


def fields(
    name: Annotated[
        str | None, typer.Argument(metavar="[FIELD]", help="List the values that this field can take.")
    ] = None,
    workspace: WorkspaceOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
) -> None:
    """List the fields that segments and `find` can ask for, or the values that one of them can take.

    Columns of your own (`custom.NAME`) are listed with the number of people or companies that have a value.

    \b
    Examples:
      prospector fields
      prospector fields industry
    """
    from prospector.core.fields import FILTER_FIELDS, filters
    from prospector.core.shapes import field_value_json, filter_field_json

    custom, texts = _custom_fields(workspace, name)
    if name is not None and texts:
        print_rows([{name: value} for value in texts], (name,), as_json=json_, as_csv=csv_)
        return
    if name is not None:
        from prospector.segments.language.parsing import known_values

        if name not in filters():
            raise UsageError(
                f'no field "{name}"',
                hint=near_miss(name, [*filters(), *(row["key"] for row in custom)])
                or "see: prospector fields",
            )
        values = known_values(name) or [filters()[name].example]
        print_rows([field_value_json(name, value) for value in values], (name,), as_json=json_, as_csv=csv_)
        return
    rows: list[Any] = [filter_field_json(field) for field in FILTER_FIELDS]
    rows += custom
    print_rows(rows, ("field", "of", "example", "found_by", "help"), as_json=json_, as_csv=csv_)


def _custom_fields(workspace: Path | None, name: str | None) -> tuple[list[dict[str, Any]], list[str]]:
    """The columns of the user's own as rows, and the values of the one that is named. Outside of a workspace none."""
    from prospector.core.custom import PREFIX, custom_filter, custom_key
    from prospector.workspace import Workspace

    named = workspace or BEFORE.workspace
    try:
        found = Workspace.open(named)
    except UsageError:
        if named is not None:
            raise
        return [], []
    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    with found as opened:
        for one in opened.custom_fields():
            field = custom_filter(one.subject, PREFIX + one.name)
            rows.append(
                {
                    "field": field.name,
                    "key": field.key,
                    "of": one.subject,
                    "flag": field.flag,
                    "example": f"{one.name}=VALUE",
                    "found_by": None,
                    "help": f"A column of your own, known of {counted(one.count, one.subject)}.",
                    "count": one.count,
                }
            )
            if name is not None and field.key in (name, custom_key(name)):
                texts = opened.custom_texts(one.subject, one.name)
    return rows, texts


@filter_flags
def find(
    flags: dict[str, list[str]],
    segment: Annotated[
        str | None, typer.Option("--segment", "-s", metavar="NAME", help="A file of segments/.")
    ] = None,
    unknown: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY", help="exclude (unless said), include or review people whose answer is unknown."
        ),
    ] = None,
    count: Annotated[bool, typer.Option("--count", help="Only count: match, no match, unknown.")] = False,
    companies: Annotated[
        bool, typer.Option("--companies", help="List companies, with people or without.")
    ] = False,
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="score (the best first), name or company.")
    ] = "score",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many rows.")] = None,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Write the flags as a segment file.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    csv_: CsvOption = False,
    include_suppressed: Annotated[
        bool, typer.Option("--include-suppressed", help="Leave nobody out of --csv and -o.")
    ] = False,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find people by a segment or by flags, best first, with the reason for each.

    Several values of one flag mean any of them; several flags mean all of them. A value may be what a segment
    file takes: --uses '{none: [HubSpot]}'. With -o the file's name says its form: .csv, .json, .jsonl or .xlsx.
    Whoever is suppressed is marked on the screen and with --json, and left out of --csv and -o.

    \b
    Examples:
      prospector find --segment finance-new-hr
      prospector find --industry banking --headcount '> 10' --role 'HR manager' --tenure '< 1y'
      prospector find --uses HubSpot --count
      prospector find --segment finance-new-hr -o list.xlsx
      prospector find --companies --country DE --hiring '{department: marketing, count: 3}'
    """
    _check_find(segment, flags, save, unknown)
    policy = unknown or "exclude"
    form = form_of(as_json=json_, as_csv=csv_, output=output)
    with open_workspace(workspace, as_of) as opened:
        by_flags = segment is None
        chosen = (
            opened.segment_from_flags(flags, unknown=policy) if by_flags else opened.segment(segment or "")
        )
        counts = opened.count_companies(chosen) if companies else opened.count(chosen)
        if save:
            say(f"saved {opened.save_segment(save, flags, policy)}", quiet=quiet)
        if not counts.match and not companies:
            _name_other_places(opened, flags, policy, quiet=quiet)
        if count:
            answers = counts.as_json()
            print_object(answers, form) if not form.is_table else print_rows(
                [answers], tuple(answers), output=output
            )
            return
        found: Listed = opened.company_listing(chosen, sort) if companies else opened.listing(chosen, sort)
        left_out = (form.kind == "csv" or output is not None) and not include_suppressed
        if left_out:
            found.leave_out_suppressed()
        total = len(found)
        over = "" if companies else opened.over_limit(chosen)
        found.cut(limit or (TABLE_ROWS if form == Form("table") else None))
        rows = (one.as_json() for one in found)
        if form.is_table:
            _print_table(list(rows), companies=companies, output=output)
        else:
            flat = form.kind in ("csv", "xlsx")
            print_rows(
                _with_custom_columns(opened, rows, companies=companies) if flat else rows,
                COMPANY_COLUMNS if companies else FIND_COLUMNS,
                as_json=json_,
                as_csv=csv_,
                output=output,
            )
    if len(found) < total:
        say(f"... and {total - len(found)} more: --limit {total} shows all", quiet=quiet)
    if over:
        say(f"{counts.match} match, {total} listed: {over}", quiet=quiet)
    _say_counts(found, total, counts, segment or save, left_out=left_out, quiet=quiet)


def _print_table(rows: list[dict[str, Any]], *, companies: bool, output: Path | None) -> None:
    listed = [_for_reading(row) for row in rows]
    print_rows(listed, _columns_of(listed, COMPANY_COLUMNS if companies else FIND_COLUMNS), output=output)


def _name_other_places(opened: Workspace, flags: dict[str, list[str]], policy: str, *, quiet: bool) -> None:
    """Nobody's company is there: say so where people are there themselves."""
    places = [name for name in _PLACES if name in flags]
    if not places:
        return
    others = {f"person_{name}" if name in places else name: values for name, values in flags.items()}
    try:
        there = opened.count(opened.segment_from_flags(others, unknown=policy)).match
    except UsageError:
        return  # both are asked for, or the person's place takes no such value
    if there:
        written = " ".join(f"--person-{name} '{one}'" for name in places for one in flags[name])
        say(f"no company is known to be there, but {there} people are: write {written}", quiet=quiet)


def _with_custom_columns(
    opened: Workspace, rows: Iterable[dict[str, Any]], *, companies: bool
) -> Iterator[dict[str, Any]]:
    """The rows with a column for each of the user's own that the workspace has, in the place of all of them."""
    parts = {"custom": "company"} if companies else {"custom": "person", "company_custom": "company"}
    known = opened.custom_fields()
    prefixes = {"custom": "custom.", "company_custom": "company.custom."}
    for row in rows:
        yield {
            **{key: value for key, value in row.items() if key not in parts},
            **{
                prefixes[part] + one.name: row[part].get(one.name)
                for part, subject in parts.items()
                for one in known
                if one.subject == subject
            },
        }


def _for_reading(row: dict[str, Any]) -> dict[str, Any]:
    """A row for reading: a person's two names in one column, and what can be typed of whoever has no address."""
    suppressed = {"suppressed": "suppressed" if row.get("suppressed") else None}
    if "name" in row:
        return {**row, **suppressed, "domain": row["domain"] or f"company:{row['company_id']}"}
    names = " ".join(filter(None, (row["first_name"], row["last_name"])))
    note = f" ({row['email_note']})" if row["email_note"] else ""
    address = f"{row['email']}{note}" if row["email"] else f"person:{row['person_id']}"
    return {**row, **suppressed, "name": names, "email": address}


def _columns_of(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> list[str]:
    """The columns that a reader needs: the answers only where they differ from a match, the title where there is
    room. Addresses are never cut: beside long ones even the company, which they name, has no place.
    """
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE
    needless = set() if room >= WIDE else set(ONLY_WHERE_WIDE)
    if room < WIDE and room - max((len(row.get("email") or "") for row in rows), default=0) < ROOMY:
        needless.add("company")
    if all(row.get("answer") == "match" for row in rows):
        needless.add("answer")
    if not any(row["suppressed"] for row in rows):
        needless.add("suppressed")
    return [column for column in columns if column not in needless]


def _check_find(
    segment: str | None, flags: dict[str, list[str]], save: str | None, unknown: str | None
) -> None:
    if segment is not None and unknown is not None:
        raise UsageError(
            "--unknown and --segment exclude each other",
            hint="write unknown: exclude, include or review into the segment file",
        )
    if segment is not None and flags:
        raise UsageError(
            "--segment and filter flags exclude each other", hint="put the filter into the segment file"
        )
    if save and not flags:
        raise UsageError("--save needs filter flags", hint="such as --industry banking")


def _say_counts(
    found: Listed, total: int, counts: Counts, segment: str | None, *, left_out: bool, quiet: bool
) -> None:
    """The last line: how many are listed of how many, and how many of those nobody may write to."""
    listed = f"{len(found)} of {total}" if len(found) < total else f"{total}"
    said = f", {found.suppressed} of them suppressed" if found.suppressed else ""
    if found.suppressed and left_out:
        said = f", {found.suppressed} suppressed left out (--include-suppressed)"
    name = segment or "NAME"
    following = f"prospector enrich --segment {name}" if counts.unknown else "prospector plan CAMPAIGN"
    say(
        f"{listed} listed{said}. {counts.match} match, {counts.unknown} unknown. Next: {following}",
        quiet=quiet,
    )
