"""From a file to the store: every row ends as a person, a company, a duplicate or a line in the rejects file."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from prospector.errors import NothingImportable
from prospector.fields import OTHER_INDUSTRY
from prospector.intake.date_orders import refuse_ambiguous, settle_dates
from prospector.intake.mappings import explain_unknown
from prospector.intake.parsing import parsed_batches
from prospector.intake.profiles import columns_of
from prospector.intake.readers import open_table
from prospector.intake.rejects import RejectsFile
from prospector.intake.rows import read_row
from prospector.intake.touched import Touched
from prospector.normalise.text import fold
from prospector.store.history import History, Seen
from prospector.store.identity import Identity
from prospector.store.projections import LISTS
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from prospector.intake.mappings import ColumnMap
    from prospector.intake.profiles import Profile
    from prospector.intake.rows import ParsedRow
    from prospector.intake.tables import RawRow, Table
    from prospector.store.database import Database

_COPY_CHUNK = 1 << 20
_COMPANIES_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read the file: the day, when the data was seen, forced columns, the order of day and month, which
    sheet of a workbook, and a saved mapping.
    """

    as_of: date
    seen: date | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    sheet: str | None = None
    profile: Profile | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did. `rows` = people + duplicates + company_only + rejected, always."""

    file: str
    preset: str = ""
    rows: int = 0
    people: Counter[str] = field(default_factory=Counter)
    companies: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    company_only: int = 0
    rejected: int = 0
    suppressed: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    ignored_columns: tuple[str, ...] = ()
    warnings: list[str] = field(default_factory=list)
    rejects_file: Path | None = None
    mapping: ColumnMap | None = field(default=None, repr=False)

    def check(self) -> None:
        """Every row is accounted for; an `AssertionError` here is a fault of the program."""
        counted = self.people.total() + self.duplicates + self.company_only + self.rejected
        assert self.rows == counted, f"{self.rows} rows, but {counted} accounted for"

    def as_json(self) -> dict[str, object]:
        """The documented shape of `import --json`."""
        changes = ("created", "updated", "unchanged")
        return {
            "file": self.file,
            "preset": self.preset,
            "rows": self.rows,
            "people": {change: self.people[change] for change in changes},
            "companies": {change: self.companies[change] for change in changes},
            "duplicates": self.duplicates,
            "company_only": self.company_only,
            "rejected": self.rejected,
            "suppressed": self.suppressed,
            "problems": dict(sorted(self.problems.items())),
            "ignored_columns": list(self.ignored_columns),
            "warnings": self.warnings,
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
        }


def import_file(
    db: Database,
    path: Path | str,
    options: ImportOptions,
    *,
    rejects_folder: Path,
    stdin: BinaryIO | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> ImportReport:
    """Import one file (`-` is standard input) in one transaction: all of it or nothing.

    Raises `FileError` for a file that cannot be read and `NothingImportable` for one without a usable row.
    """
    with on_disk(path, stdin) as (place, name), open_table(place, sheet=options.sheet) as table:
        columns = columns_of(table.header, options.overrides, options.profile)
        if not columns.columns:
            raise NothingImportable(
                name, "no column is known", line=table.header_line, hint=explain_unknown(table.header)
            )
        columns = settle_dates(columns, place, name, forced=options.day_first, sheet=options.sheet)
        report = ImportReport(name, columns.name, ignored_columns=columns.unmapped, warnings=table.warnings)
        report.mapping = columns
        with RejectsFile(rejects_folder, name, options.as_of) as rejects:
            with db.transaction():
                _Import(db, options, columns, report, rejects, place).run(table, progress)
            report.rejects_file = rejects.keep()
    report.check()
    return report


class _Import:
    """One file on its way in, a batch of rows at a time."""

    def __init__(
        self,
        db: Database,
        options: ImportOptions,
        columns: ColumnMap,
        report: ImportReport,
        rejects: RejectsFile,
        place: Path,
    ) -> None:
        self._db = db
        self._options = options
        self._columns = columns
        self._report = report
        self._rejects = rejects
        self._sha256, self._size = _sha256(place), place.stat().st_size
        self._history = History(db, options.as_of)
        self._identity = Identity(db, self._history.flush)
        self._suppressions = Suppressions(db)
        self._source = f"file:{report.file}"
        self._seen_on = options.seen or options.as_of
        self._import_id = 0
        self._first_sight = False
        self._people = Touched(self._history.next_id("person"))
        self._companies = Touched(self._history.next_id("company"))
        self._same_company: dict[tuple[object, ...], int] = {}

    def run(self, table: Table, progress: Callable[[int], None]) -> None:
        """Take every row."""
        self._import_id = self._begin()
        read = partial(read_row, mapping=self._columns, seen=self._seen_on)
        for batch in parsed_batches(iter(table.rows), read, size=self._size):
            self._batch(batch, table)
            progress(self._report.rows)
        self._report.people.update(self._people.counts())
        self._report.companies.update(self._companies.counts())
        if self._report.rows and not (self._people or self._companies):
            self._rejects.keep()
            raise NothingImportable(
                self._report.file,
                f"none of the {self._report.rows} rows can be imported",
                hint=f"see the reasons in {self._rejects.path}",
            )
        counts = json.dumps(self._report.as_json(), sort_keys=True)
        self._db.execute("UPDATE imports SET counts = ? WHERE id = ?", (counts, self._import_id))

    def _begin(self) -> int:
        cursor = self._db.execute(
            "INSERT INTO imports (file, sha256, preset, imported_on, counts) VALUES (?, ?, ?, ?, '{}')",
            (self._report.file, self._sha256, self._columns.name, self._options.as_of.isoformat()),
        )
        return int(cursor.lastrowid or 0)

    def _batch(self, batch: list[tuple[RawRow, ParsedRow | None]], table: Table) -> None:
        """Read what is known of all of them, match and record each, write."""
        rows = [row for _, row in batch if row is not None]
        self._identity.prefetch((row.person for row in rows), (row.company for row in rows))
        for raw, row in batch:
            self._report.rows += 1
            if row is None:
                self._reject(raw, table, raw.problem or "")
            else:
                self._row(raw, row, table)
        self._history.flush()

    def _row(self, raw: RawRow, row: ParsedRow, table: Table) -> None:
        refuse_ambiguous(self._columns, row)
        for problem in row.problems:
            self._report.problems[problem.code] += 1
            self._rejects.value(raw.number, problem.code, problem.field, problem.value)
        seen = Seen(
            self._source, "stated", row.seen_on or self._seen_on, raw.number, import_id=self._import_id
        )
        if _is_person(row):
            self._person(row, seen)
        elif _is_company(row):
            self._company_row(row, seen)
        else:
            named = row.person.get("first_name") or row.person.get("last_name")
            self._reject(raw, table, "name_only" if named else "nobody")

    def _reject(self, raw: RawRow, table: Table, code: str) -> None:
        self._report.rejected += 1
        self._rejects.row(raw.number, code, table.header, raw.values)

    def _person(self, row: ParsedRow, seen: Seen) -> None:
        known = self._identity.person(row.person)
        company_id = self._employer(row, seen, known)
        values: dict[str, Any] = dict(row.person)
        if company_id is not None:
            values["company_id"] = company_id
        if known is None:
            known = self._identity.colleague(row.person, row.company, company_id)
        if known is None:
            known = self._identity.person_of_old(values, self._source)
        person_id, change = self._history.record("person", known, seen, values)
        if known is None:
            self._identity.add_person(person_id, row.person, company_id, row.company)
        else:
            self._identity.changed_person(person_id, row.person)
        if not self._people.add(person_id, change):
            self._report.duplicates += 1
        if row.suppress:
            self._suppress(row, person_id)

    def _employer(self, row: ParsedRow, seen: Seen, person_id: int | None) -> int | None:
        if not _is_company(row):
            return None
        known = None
        if person_id is not None:
            known = self._identity.employer(person_id, row.company)
        elif not row.company.get("domain"):
            known = self._employer_of_namesake(row)
        return self._company(row, seen, known)

    def _employer_of_namesake(self, row: ParsedRow) -> int | None:
        """The company of the one person of this name at a company of this name."""
        if self._identity.company(_company_values(row), self._source) is not None:
            return None
        colleague = self._identity.colleague(row.person, row.company, None)
        return None if colleague is None else self._identity.employer(colleague, row.company)

    def _company(self, row: ParsedRow, seen: Seen, known: int | None) -> int:
        # What the file says of one company it mostly says in the same words on the rows of all its people.
        said = tuple(row.company.items())
        same = (said, row.technologies, row.ads, row.openings, known, seen.seen_on)
        if (company_id := self._same_company.get(same)) is not None:
            return company_id
        if len(self._same_company) >= _COMPANIES_REMEMBERED:
            self._same_company.clear()
        values = _company_values(row)
        found = known if known is not None else self._identity.company(values, self._source)
        company_id, change = self._history.record("company", found, seen, values)
        if found is None:
            self._identity.add_company(company_id, values)
        else:
            self._identity.changed_company(company_id)
        self._first_sight = self._companies.add(company_id, change)
        self._same_company[same] = company_id
        return company_id

    def _company_row(self, row: ParsedRow, seen: Seen) -> None:
        self._first_sight = False
        self._company(row, seen, None)
        if self._first_sight:
            self._report.company_only += 1
        else:
            self._report.duplicates += 1

    def _suppress(self, row: ParsedRow, person_id: int) -> None:
        """An opt-out holds for every address of the person; a row without one may come from a known person."""
        addresses = [row.person.get("email", ""), *row.person.get("more_emails", "").split()]
        if not any(addresses):
            self._history.flush()
            sql = "SELECT email FROM person_addresses WHERE person_id = ? ORDER BY email"
            addresses = [known["email"] for known in self._db.rows(sql, (person_id,))]
        for address in filter(None, addresses):
            self._report.suppressed += self._suppressions.add(
                "email", address, reason=row.suppress[0], source=self._source, on=self._options.as_of
            )


def _company_values(row: ParsedRow) -> dict[str, Any]:
    """What the row says of its company; an industry that the taxonomy lacks stays in the source's words."""
    values: dict[str, Any] = dict(row.company)
    if "industry_text" in values and "industry" not in values:
        values["industry"] = OTHER_INDUSTRY + fold(values["industry_text"])
    for name in LISTS:
        if found := getattr(row, name, ()):
            values[name] = list(found)
    return values


def _is_person(row: ParsedRow) -> bool:
    """Somebody who can be found again: by address, by profile, or by full name at a company."""
    person = row.person
    if person.get("email") or person.get("linkedin"):
        return True
    return bool(person.get("first_name") and person.get("last_name")) and _is_company(row)


def _is_company(row: ParsedRow) -> bool:
    return bool(row.company.get("domain") or row.company.get("name"))


@contextmanager
def on_disk(path: Path | str, stdin: BinaryIO | None) -> Iterator[tuple[Path, str]]:
    """The file's path and name; standard input is first copied to a temporary file."""
    if str(path) != "-" or stdin is None:
        yield Path(path), Path(path).name
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "stdin"
        with place.open("wb") as copy:
            while chunk := stdin.read(_COPY_CHUNK):
                copy.write(chunk)
        yield place, "stdin"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
