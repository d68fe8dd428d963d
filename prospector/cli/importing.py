"""`import`: people and companies coming in, or a look at what would happen if they did."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, NoReturn

import typer

from prospector.cli.options import (
    AsOfOption,
    JsonOption,
    OutputOption,
    QuietOption,
    WorkspaceOption,
    open_workspace,
    say,
)
from prospector.cli.output import emit, plain, print_json, print_rows
from prospector.cli.progress import progress
from prospector.core.counts import counted
from prospector.core.errors import FileError, UsageError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from prospector.intake.columns.header_data import RecordKind
    from prospector.intake.importer import ImportOptions, ImportReport
    from prospector.intake.trial import Trial
    from prospector.workspace import Workspace

_NAMED = 10
"""So many columns are named in a line."""

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE", help="CSV, Excel, JSON, JSON Lines or vCard, also in .gz and .zip; - is stdin."
    ),
]
SeenOption = Annotated[
    str | None, typer.Option(metavar="DATE", help="When the data was seen, if the rows do not say.")
]
MapOption = Annotated[
    list[str] | None, typer.Option("--map", metavar="HEADER=FIELD", help="What a column is; - leaves it out.")
]
DatesOption = Annotated[
    str | None, typer.Option(metavar="dmy|mdy", help="How dates such as 03/04/2026 are read.")
]
SheetOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sheet of a workbook; else the first with a known header.")
]
MappingOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Read the columns as mappings/NAME.yaml says.")
]
SaveMappingOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Write what the columns are to mappings/NAME.yaml.")
]
ConsentOption = Annotated[
    list[str] | None,
    typer.Option(
        "--consent",
        metavar="WORD=in|out",
        help="What a word about consent means that is not understood: in may be written to.",
    ),
]
CountryOption = Annotated[
    str | None,
    typer.Option(metavar="CC", help="Country of phone numbers without one; else country: of the settings."),
]
TemplateOption = Annotated[
    bool,
    typer.Option("--template", help="Print a header to fill in, for people or, if that is FILE, companies."),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show columns, three rows and what would change; write nothing.")
]


def import_(
    files: FilesArgument = None,
    seen: SeenOption = None,
    map_: MapOption = None,
    dates: DatesOption = None,
    sheet: SheetOption = None,
    mapping: MappingOption = None,
    save_mapping: SaveMappingOption = None,
    consent: ConsentOption = None,
    country: CountryOption = None,
    dry_run: DryRunOption = False,
    template: TemplateOption = False,
    output: OutputOption = None,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    json_: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Bring people and companies in from spreadsheets and exports.

    Apollo, HubSpot, LinkedIn, Salesforce, ZoomInfo, Google and Outlook files are recognised by their headers,
    hand-made ones by their column names, else by what stands in them. Rejected rows and dropped values are listed in
    a file with reasons.

    \b
    Examples:
      prospector import apollo-contacts.csv --dry-run
      prospector import list.csv --map 'Firma / Org=company' --save-mapping fair
      prospector import list.csv --mapping fair --dates dmy
      cat people.jsonl | prospector import -
      prospector import --template companies -o new.csv
    """
    from prospector.intake.importer import ImportOptions
    from prospector.workspace import parse_day

    if template:
        _template(files or ["people"], output, quiet=quiet)
        return
    if not files or output:
        _refuse(files or [])
    day_first = first_is_day(dates)
    if save_mapping and (dry_run or len(files) > 1):
        raise UsageError(
            "--save-mapping needs one file and no --dry-run", hint="import one file with it first"
        )
    day = parse_day(seen, "--seen") if seen else None
    columns, words = _columns(map_ or []), _consent(consent or [])
    place = _country(country) if country else None
    with open_workspace(workspace, as_of) as opened:
        profile = opened.saved_mapping(mapping) if mapping else None
        how = ImportOptions(opened.as_of, day, columns, day_first, sheet, profile, words, place)
        if dry_run:
            _try(opened, files, how, as_json=json_, quiet=quiet)
            return
        reports = [_import_one(opened, name, how, save_mapping, quiet=quiet) for name in files]
        if any(report.suppressed for report in reports):
            from prospector.cli.suppress import say_under_way

            say_under_way(opened.suppressed_under_way())
    if json_:
        found = [report.as_json() for report in reports]
        print_json(found[0] if len(found) == 1 else found)
    if save_mapping:
        say(f"saved mappings/{save_mapping}.yaml; for the next file: --mapping {save_mapping}", quiet=quiet)
    say("Next: prospector find --help, or prospector find --segment NAME", quiet=quiet)
    if any(report.rejected or report.consent.unclear or report.custom_over for report in reports):
        raise typer.Exit(1)


def first_is_day(dates: str | None) -> bool | None:
    """What `--dates` says; None where it says nothing."""
    if dates not in (None, "dmy", "mdy"):
        raise UsageError(f'--dates "{dates}" is not known', hint="write dmy (day first) or mdy (month first)")
    return None if dates is None else dates == "dmy"


def _template(kinds: list[str], output: Path | None, *, quiet: bool) -> None:
    from prospector.workspace import import_template

    known: dict[str, RecordKind] = {"people": "people", "companies": "companies"}
    kind = known.get(" ".join(kinds))
    if kind is None:
        hint = near_miss(kinds[0], known) or "write --template people or --template companies"
        raise UsageError(f'there is no template of "{" ".join(kinds)}"', hint=hint)
    emit(",".join(import_template(kind)) + "\r\n", output)
    say("Fill it in below its first line. Next: prospector import FILE", quiet=quiet)


def _refuse(files: list[str]) -> NoReturn:
    if files:
        raise UsageError("-o writes a template only", hint="write --template, or leave -o out")
    raise UsageError("no file is named", hint="write its name, or - for stdin; see: prospector import --help")


def _import_one(
    opened: Workspace, name: str, how: ImportOptions, save_mapping: str | None, *, quiet: bool
) -> ImportReport:
    with _errors_of(name), progress(f"importing {name}", None, quiet=quiet) as update:
        report = opened.import_file(name, how, save_mapping=save_mapping, stdin=_stdin(name), progress=update)
    _say_report(report, quiet=quiet)
    return report


def _try(opened: Workspace, files: list[str], how: ImportOptions, *, as_json: bool, quiet: bool) -> None:
    trials = []
    for name in files:
        with _errors_of(name), progress(f"trying {name}", None, quiet=quiet) as update:
            trial = opened.try_import(name, how, stdin=_stdin(name), progress=update)
        trials.append(trial)
        if not as_json:
            _print_trial(trial)
        _say_report(trial.report, quiet=quiet)
    if as_json:
        found = [trial.as_json() for trial in trials]
        print_json(found[0] if len(found) == 1 else found)
    say("Nothing was written. Next: the same without --dry-run, or --map 'HEADER=FIELD'", quiet=quiet)


@contextmanager
def _errors_of(name: str) -> Iterator[None]:
    """What is wrong with a flag is wrong with it for one file: of several it is said for which."""
    try:
        yield
    except UsageError as error:
        raise FileError("stdin" if name == "-" else name, error.what, hint=error.hint) from error


def _stdin(name: str) -> BinaryIO | None:
    return sys.stdin.buffer if name == "-" else None


def _columns(pairs: list[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        header, sign, field = pair.rpartition("=")
        if not sign or not header:
            raise UsageError(f'--map "{pair}" is not HEADER=FIELD', hint="write --map 'Job=title'")
        chosen[header] = field
    return chosen


def _consent(pairs: list[str]) -> dict[str, bool]:
    meanings = {"in": True, "out": False}
    chosen = {}
    for pair in pairs:
        word, _, meaning = pair.rpartition("=")
        if not word.strip() or meaning.strip().lower() not in meanings:
            hint = "write --consent 'maybe=in' (one may write) or --consent 'maybe=out' (do not write)"
            raise UsageError(f'--consent "{pair}" is not WORD=in or WORD=out', hint=hint)
        chosen[word.strip()] = meanings[meaning.strip().lower()]
    return chosen


def _country(text: str) -> str:
    from prospector.normalise.places import country_code

    code = country_code(text)
    if code is None:
        raise UsageError(
            f'--country "{text}" is no country', hint="write its name or its two-letter code, such as DE"
        )
    return code


def _print_trial(trial: Trial) -> None:
    """The columns, then the first rows side by side."""
    columns = [{"column": header, "field": field} for header, field in trial.columns]
    columns += [{"column": one.header, "field": "(no value)"} for one in trial.report.custom.blank]
    columns += [{"column": header, "field": "(left out)"} for header in trial.report.ignored_columns]
    print_rows(columns, ("column", "field"))
    if trial.samples:
        sys.stdout.write("\n")
        print_rows(*_side_by_side(trial))


def _side_by_side(trial: Trial) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """A line for each value of the sample rows, a column for each row."""
    names = [f"row {sample['row']}" for sample in trial.samples]
    lines: dict[str, dict[str, str]] = {}
    samples: Iterable[Mapping[str, Any]] = trial.samples
    for name, sample in zip(names, samples, strict=True):
        for subject in ("person", "company"):
            for field, value in sample[subject].items():
                lines.setdefault(f"{subject}.{field}", {})[name] = plain(value)
        for field in ("suppress", "dropped"):
            if sample[field]:
                lines.setdefault(field, {})[name] = plain(sample[field])
    rows = [{"field": field, **values} for field, values in lines.items()]
    return rows, ("field", *names)


def _say_consent(report: ImportReport, *, quiet: bool) -> None:
    """What was not understood about consent, and what settles it: said with --quiet, too, as errors are."""
    one, many = "person waits", "people wait"
    if report.mapping is not None and report.mapping.kind == "companies":
        one, many = "company waits with its people", "companies wait with their people"
    for column in report.consent.unclear.values():
        words = ", ".join(f'"{value}"' for value in column.values)
        example = next(iter(column.values)).replace("'", "'\\''")
        label = column.label.replace("'", "'\\''")
        waiting = f"1 {one}" if column.rows == 1 else f"{column.rows} {many}"
        say(
            f'warning: {report.file}: column "{column.label}" is about consent, and {words} is not understood: '
            f"{waiting} (consent_unclear). Import it again with "
            f"--consent '{example}=in' or --consent '{example}=out', or leave the column out: --map '{label}=-'"
        )
    for wish in report.consent.wishes.values():
        rows = ", ".join(map(str, wish.rows)) + (" ..." if wish.count > len(wish.rows) else "")
        say(
            f'warning: {report.file}: column "{wish.label}" reads like a wish to be left alone in '
            f"{'row' if wish.count == 1 else 'rows'} {rows}; nobody is held back for it. See: prospector suppress add",
            quiet=quiet,
        )


def _say_columns(report: ImportReport, *, quiet: bool) -> None:
    """What no field takes is named, whatever becomes of it."""
    further = report.custom.further  # which a warning tells of
    named = [f'"{one.header}" as {one.field}' for one in report.custom.kept if one not in further]
    if named:
        how = "--map 'HEADER=FIELD' names another field, --map 'HEADER=-' leaves one out"
        say(f"columns that no field takes, kept: {_first(named)}. {how}", quiet=quiet)
    if blank := [f'"{one.header}"' for one in report.custom.blank]:
        say(f"columns without a value that was kept: {_first(blank)}", quiet=quiet)
    if out := [f'"{label}"' for label in report.ignored_columns if label]:
        say(f"columns left out: {_first(out)}. --map 'HEADER=FIELD' takes one in", quiet=quiet)


def _first(named: list[str]) -> str:
    """The first of some columns, and how many more there are: an export may have thousands."""
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more


def _say_report(report: ImportReport, *, quiet: bool) -> None:
    for warning in report.warnings:
        say(f"warning: {report.file}: {warning}", quiet=quiet)
    _say_consent(report, quiet=quiet)
    people, companies = report.people, report.companies
    say(
        f"{report.file} ({report.preset}): {counted(report.rows, 'row')}. "
        f"People: {people['created']} new, {people['updated']} updated, {people['unchanged']} unchanged. "
        f"Companies: {companies['created']} new, {companies['updated']} updated. "
        f"{counted(report.duplicates, 'duplicate')}, {counted(report.company_only, 'company')} without a person, "
        f"{report.rejected} rejected.",
        quiet=quiet,
    )
    _say_columns(report, quiet=quiet)
    if report.suppressed:
        say(f"{counted(report.suppressed, 'address')} put on the suppression list", quiet=quiet)
    where = f" -> {report.rejects_file}" if report.rejects_file else ""
    if report.problems:
        codes = ", ".join(f"{count} {code}" for code, count in sorted(report.problems.items()))
        say(f"values dropped: {codes}{where}", quiet=quiet)
    elif report.rejects_file:
        say(f"rejected rows{where}", quiet=quiet)
