"""From a file to the store: every row ends as a person, a company, a duplicate or a line in the rejects file."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.errors import NothingImportable
from prospector.fields import OTHER_INDUSTRY
from prospector.intake.mappings import explain_unknown, recognise
from prospector.intake.readers import open_table
from prospector.intake.rejects import RejectsFile
from prospector.intake.rows import file_day_first, read_row
from prospector.normalise.technologies import find_technology, technology_key
from prospector.normalise.text import fold
from prospector.store.company_facts import TechnologyRow, add_technologies
from prospector.store.history import History, Seen
from prospector.store.identity import find_colleague, find_company, find_person, person_of_old, same_employer
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from prospector.intake.mappings import ColumnMap
    from prospector.intake.rows import ParsedRow
    from prospector.intake.tables import RawRow, Table
    from prospector.store.database import Database
    from prospector.store.history import Change

_COPY_CHUNK = 1 << 20
_COMPANIES_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read the file: the day, when the data was seen, forced columns, the order of day and month."""

    as_of: date
    seen: date | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


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
    with _on_disk(path, stdin) as (place, name), open_table(place) as table:
        columns = recognise(table.header, overrides=options.overrides)
        if not columns.columns:
            raise NothingImportable(
                name, "no column is known", line=table.header_line, hint=explain_unknown(table.header)
            )
        if options.day_first is None:
            with open_table(place) as sample:
                options = replace(options, day_first=file_day_first(sample.rows, columns))
        report = ImportReport(name, columns.name, ignored_columns=columns.unmapped, warnings=table.warnings)
        with RejectsFile(rejects_folder, name, options.as_of) as rejects:
            with db.transaction():
                _Import(db, options, columns, report, rejects, _sha256(place)).run(table, progress)
            report.rejects_file = rejects.keep()
    report.check()
    return report


class _Import:
    """One file on its way in."""

    def __init__(
        self,
        db: Database,
        options: ImportOptions,
        columns: ColumnMap,
        report: ImportReport,
        rejects: RejectsFile,
        sha256: str,
    ) -> None:
        self._db = db
        self._options = options
        self._columns = columns
        self._report = report
        self._rejects = rejects
        self._sha256 = sha256
        self._history = History(db, options.as_of)
        self._suppressions = Suppressions(db)
        self._source = f"file:{report.file}"
        self._import_id = 0
        self._people: dict[int, Change] = {}
        self._companies: dict[int, Change] = {}
        self._same_company: dict[tuple[object, ...], int] = {}

    def run(self, table: Table, progress: Callable[[int], None]) -> None:
        """Take every row."""
        self._import_id = self._begin()
        for raw in table.rows:
            self._report.rows += 1
            self._row(raw, table)
            if self._report.rows % 500 == 0:
                progress(self._report.rows)
        self._report.people.update(self._people.values())
        self._report.companies.update(self._companies.values())
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

    def _row(self, raw: RawRow, table: Table) -> None:
        if raw.problem:
            self._reject(raw, table, raw.problem)
            return
        row = read_row(
            raw,
            self._columns,
            seen=self._options.seen or self._options.as_of,
            day_first=self._options.day_first,
        )
        for problem in row.problems:
            self._report.problems[problem.code] += 1
            self._rejects.value(raw.number, problem.code, problem.field, problem.value)
        seen = Seen(
            self._source,
            "stated",
            row.seen_on or self._options.seen or self._options.as_of,
            raw.number,
            import_id=self._import_id,
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
        known = find_person(self._db, row.person)
        company_id = self._employer(row, seen, known)
        values: dict[str, str | int] = dict(row.person)
        if company_id is not None:
            values["company_id"] = company_id
        if known is None:
            known = find_colleague(self._db, row.person, row.company, company_id)
        if known is None:
            known = person_of_old(self._db, values, self._source)
        person_id, change = self._history.record("person", known, seen, values)
        if person_id in self._people:
            self._report.duplicates += 1
        if self._people.setdefault(person_id, change) == "unchanged":
            self._people[person_id] = change
        self._suppress(row, person_id)

    def _employer(self, row: ParsedRow, seen: Seen, person_id: int | None) -> int | None:
        if not _is_company(row):
            return None
        known = same_employer(self._db, person_id, row.company) if person_id is not None else None
        if known is None and person_id is None and not row.company.get("domain"):
            known = self._employer_of_namesake(row)
        return self._company(row, seen, known)

    def _employer_of_namesake(self, row: ParsedRow) -> int | None:
        """The company of the one person of this name at a company of this name."""
        if find_company(self._db, _company_values(row), self._source) is not None:
            return None
        colleague = find_colleague(self._db, row.person, row.company, None)
        return None if colleague is None else same_employer(self._db, colleague, row.company)

    def _company(self, row: ParsedRow, seen: Seen, known: int | None) -> int:
        values = _company_values(row)
        same = (*sorted(values.items()), row.technologies, known, seen.seen_on)
        if (company_id := self._same_company.get(same)) is not None:
            return company_id
        if len(self._same_company) >= _COMPANIES_REMEMBERED:
            self._same_company.clear()
        found = known if known is not None else find_company(self._db, values, self._source)
        company_id, change = self._history.record("company", found, seen, values)
        if self._companies.setdefault(company_id, change) == "unchanged":
            self._companies[company_id] = change
        self._technologies(company_id, row, seen)
        self._same_company[same] = company_id
        return company_id

    def _technologies(self, company_id: int, row: ParsedRow, seen: Seen) -> None:
        rows = []
        for name in row.technologies:
            entry = find_technology(name)
            if entry is None:
                # A name without a letter or digit is no name: all of them would be the same one.
                rows += [TechnologyRow(key, name)] if (key := technology_key(name)) else []
            else:
                level = "stated" if entry.advertises_on else None
                rows.append(TechnologyRow(entry.id, entry.name, entry.category, entry.advertises_on, level))
        add_technologies(self._db, company_id, self._source, rows, seen.seen_on)

    def _company_row(self, row: ParsedRow, seen: Seen) -> None:
        before = len(self._companies)
        self._company(row, seen, None)
        if len(self._companies) > before:
            self._report.company_only += 1
        else:
            self._report.duplicates += 1

    def _suppress(self, row: ParsedRow, person_id: int) -> None:
        """An opt-out holds for every address of the person; a row without one may come from a known person."""
        if not row.suppress:
            return
        addresses = [row.person.get("email", ""), *row.person.get("more_emails", "").split()]
        if not any(addresses):
            sql = "SELECT email FROM person_addresses WHERE person_id = ? ORDER BY email"
            addresses = [known["email"] for known in self._db.rows(sql, (person_id,))]
        for address in filter(None, addresses):
            self._report.suppressed += self._suppressions.add(
                "email", address, reason=row.suppress[0], source=self._source, on=self._options.as_of
            )


def _company_values(row: ParsedRow) -> dict[str, str]:
    """What the row says of its company; an industry that the taxonomy lacks stays in the source's words."""
    if "industry" in row.company or "industry_text" not in row.company:
        return row.company
    return {**row.company, "industry": OTHER_INDUSTRY + fold(row.company["industry_text"])}


def _is_person(row: ParsedRow) -> bool:
    """Somebody who can be found again: by address, by profile, or by full name at a company."""
    person = row.person
    if person.get("email") or person.get("linkedin"):
        return True
    return bool(person.get("first_name") and person.get("last_name")) and _is_company(row)


def _is_company(row: ParsedRow) -> bool:
    return bool(row.company.get("domain") or row.company.get("name"))


@contextmanager
def _on_disk(path: Path | str, stdin: BinaryIO | None) -> Iterator[tuple[Path, str]]:
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
