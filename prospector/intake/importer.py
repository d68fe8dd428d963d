"""From a file to the store: every row ends as a person, a company, a duplicate or a line in the rejects file."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.core.digests import digest_of_file
from prospector.core.errors import NothingImportable
from prospector.core.evidence import Observation
from prospector.core.file_names import readable_name
from prospector.core.garbage import rare_collections
from prospector.intake.changed_records import Touched
from prospector.intake.columns.leftovers import further_numbers, told_of_numbers, with_leftovers
from prospector.intake.columns.saved_mappings import consent_words
from prospector.intake.columns.unknown import few_people
from prospector.intake.consent_record import ConsentRecorder, ConsentReport
from prospector.intake.custom_columns import CustomColumns, too_many_text, within_limit
from prospector.intake.date_orders import settle_dates
from prospector.intake.files.readers import open_table
from prospector.intake.files.unchanged import unchanged
from prospector.intake.parsing import FileToRead, read_batches
from prospector.intake.ready import ReadyReader
from prospector.intake.rows.consent import NOTHING
from prospector.intake.rows.phones import PHONE_COUNTRY
from prospector.intake.rows.rejects import RejectsFile
from prospector.intake.rows.rows import REASONS
from prospector.intake.sampling import understood_columns
from prospector.intake.two_answers import TwoAnswers
from prospector.normalise.addresses import statuses
from prospector.store.database import PATIENT
from prospector.store.history import History
from prospector.store.identity import Identity
from prospector.store.late_indexes import late_indexes
from prospector.store.observations import DOMAIN, EMAIL_STATUS, said_of_place
from prospector.store.shared_domains import part
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.columns.saved_mappings import Profile
    from prospector.intake.files.tables import Table
    from prospector.intake.ready import Place, ReadyRow
    from prospector.intake.shapes import ChangesShape, ImportShape
    from prospector.store.database import Database
    from prospector.store.observations import Said

REASONS_IN = "; the reason of each row stands in "
"""What stands before the path of the rejects file."""
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
    consent_words: Mapping[str, bool] = field(default_factory=dict)
    """What words about consent mean that are not known: True where one may write."""
    country: str | None = None
    """Where national phone numbers are of which the row does not say it; an ISO alpha-2 code."""
    source: str | None = None
    """What the values come from, where it is no file of the user's, such as `form:demo`."""

    @property
    def first_is_day(self) -> bool | None:
        """The order of day and month as it was said, here or in the saved mapping."""
        if self.day_first is None and self.profile is not None:
            return self.profile.day_first
        return self.day_first


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
    consent: ConsentReport = field(default_factory=ConsentReport)
    warnings: list[str] = field(default_factory=list)
    phones_without_country: int = 0
    """National numbers that were kept as they stand, because nothing says where they are."""
    unclear_dates: list[str] = field(default_factory=list)
    """What is said of the date columns that were left out."""
    rejects_file: Path | None = None
    custom: CustomColumns = field(default_factory=CustomColumns)
    """Columns that no field takes, kept as custom fields."""
    custom_over: tuple[str, ...] = ()
    """Columns of the user's own that are not kept, because there are too many."""
    mapping: ColumnMap | None = field(default=None, repr=False)

    def check(self) -> None:
        """Every row is accounted for; an `AssertionError` here is a fault of the program."""
        counted = self.people.total() + self.duplicates + self.company_only + self.rejected
        assert self.rows == counted, f"{self.rows} rows, but {counted} accounted for"

    def as_json(self) -> ImportShape:
        """What `import --json` prints."""
        return {
            "file": self.file,
            "preset": self.preset,
            "rows": self.rows,
            "people": _changes(self.people),
            "companies": _changes(self.companies),
            "duplicates": self.duplicates,
            "company_only": self.company_only,
            "rejected": self.rejected,
            "suppressed": self.suppressed,
            "problems": dict(sorted(self.problems.items())),
            "phones_without_country": self.phones_without_country,
            "consent_unclear": [column.as_json() for column in self.consent.unclear.values()],
            "wishes": [column.as_json() for column in self.consent.wishes.values()],
            "custom_columns": [{"header": one.header, "field": one.field} for one in self.custom.kept],
            "ignored_columns": [*self.ignored_columns, *(one.header for one in self.custom.blank)],
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
        steady = unchanged(place, name)
        columns = understood_columns(table, name, options.overrides, options.profile)
        columns = replace(columns, consent_words=consent_words(options.consent_words, options.profile))
        columns, unclear = settle_dates(
            columns, place, name, forced=options.first_is_day, sheet=options.sheet
        )
        columns = with_leftovers(columns, table.header)
        columns, over = within_limit(db, columns, place, options.sheet)
        report = ImportReport(name, columns.name, ignored_columns=columns.unmapped, warnings=table.warnings)
        report.warnings.extend(columns.told)
        report.custom = CustomColumns(columns.leftovers, further_numbers(columns))
        report.custom_over = over
        if over:
            report.warnings.append(too_many_text(over))
        report.mapping, report.unclear_dates = columns, unclear
        reader = ReadyReader(columns, options.seen or options.as_of, options.country)
        with (
            RejectsFile(rejects_folder, name, options.as_of) as rejects,
            closing(read_batches(table, FileToRead(place, options.sheet, reader))) as batches,
        ):
            digest = digest_of_file(place)
            # The database is taken when there is something to write, and not while the file is begun.
            first = next(batches, [])
            with rare_collections(), db.transaction(PATIENT), steady:
                with late_indexes(db):
                    rows = chain([first], batches)
                    _Import(db, options, columns, report, rejects, digest).run(rows, table, progress)
                if report.people["created"] or report.companies["created"]:
                    db.take_statistics()
                rejects.settle()
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
        sha256: str,
    ) -> None:
        self._db = db
        self._options = options
        self._columns = columns
        self._report = report
        self._rejects = rejects
        self._sha256 = sha256
        self._history = History(db, options.as_of)
        self._identity = Identity(db, self._history.flush)
        self._source = options.source or f"file:{report.file}"
        self._seen_on = options.seen or options.as_of
        self._import_id = 0
        self._reasons: Counter[str] = Counter()
        self._first_sight = False
        self._people = Touched(self._history.next_id("person"))
        self._companies = Touched(self._history.next_id("company"))
        self._placed: set[int] = set()
        self._two_answers = TwoAnswers(columns)
        self._same_company: dict[tuple[object, ...], int] = {}

    def run(self, batches: Iterable[list[ReadyRow]], table: Table, progress: Callable[[int], None]) -> None:
        """Take every row."""
        self._import_id = self._begin()
        self._rejects.of_import(self._import_id)
        self._consent = ConsentRecorder(
            self._db,
            Suppressions(self._db),
            self._columns,
            source=self._source,
            import_id=self._import_id,
            as_of=self._options.as_of,
        )
        for batch in batches:
            self._batch(batch, table)
            progress(self._report.rows)
        self._report.suppressed = self._consent.suppressed
        self._report.warnings.extend(self._told())
        self._report.people.update(self._people.counts())
        self._report.companies.update(self._companies.counts())
        if self._report.rows and not (self._people or self._companies):
            self._rejects.keep()
            raise self._refusal()
        counts = json.dumps(self._report.as_json(), sort_keys=True)
        self._db.execute("UPDATE imports SET counts = ? WHERE id = ?", (counts, self._import_id))

    def _refusal(self) -> NothingImportable:
        """Why not one row came in: what its columns were read as, and the commonest reason."""
        code = self._reasons.most_common(1)[0][0] if self._reasons else "nobody"
        read = ", ".join(f'"{column.header}" as {column.field}' for column in sorted(self._columns.columns))
        return NothingImportable(
            self._report.file,
            f"none of the {self._report.rows} rows can be imported ({code}: {REASONS[code]})",
            hint=f"read were {read}; --map 'HEADER=FIELD' says what a column is{REASONS_IN}{self._rejects.path}",
        )

    def _told(self) -> Iterator[str]:
        """What the report warns of, beside what the file itself gave cause for."""
        if warning := few_people(self._report.rows, self._report.company_only, self._columns):
            yield warning
        yield from self._report.unclear_dates
        yield from told_of_numbers(self._columns, self._report.custom.further)
        if count := self._report.phones_without_country:
            yield (
                f"{count} phone numbers are kept as written, because nothing says in which country they are: "
                "say it with --country DE, or as country: in prospector.yaml"
            )
        yield from self._report.consent.warnings()
        yield from self._two_answers.warnings()

    def _begin(self) -> int:
        cursor = self._db.execute(
            "INSERT INTO imports (file, sha256, preset, imported_on, counts) VALUES (?, ?, ?, ?, '{}')",
            (self._report.file, self._sha256, self._columns.name, self._options.as_of.isoformat()),
        )
        return int(cursor.lastrowid or 0)

    def _batch(self, batch: list[ReadyRow], table: Table) -> None:
        """Read what is known of all of them, match and record each, write."""
        people = [row.person for row in batch if row.person is not None]
        companies = [row.company for row in batch if row.company is not None and not self._is_same(row)]
        self._identity.prefetch(people, companies)
        for row in batch:
            self._report.rows += 1
            self._row(row, table)
        self._history.flush()
        self._consent.flush()

    def _row(self, row: ReadyRow, table: Table) -> None:
        if row.consent is not NOTHING:
            self._report.consent.count(row.number, row.consent)
        if row.problems:
            for problem in row.problems:
                if problem.code == PHONE_COUNTRY:
                    self._report.phones_without_country += 1
                    continue
                self._report.problems[problem.code] += 1
                self._rejects.value(row.number, problem.code, problem.field, problem.value)
        self._report.custom.take(row)
        self._two_answers.take(row)
        if row.person is not None:
            self._person(row, row.person, self._seen(row))
        elif row.company is not None:
            seen = self._seen(row)
            company_id = self._company_row(row.company, seen)
            self._consent.company(company_id, row.company.cells[DOMAIN], row.consent, seen.seen_on)
        else:
            self._report.rejected += 1
            self._reasons[row.reject] += 1
            self._rejects.row(row.number, row.reject, table.header, row.cells)

    def _seen(self, row: ReadyRow) -> Observation:
        """Where and when the row says what it says; its values are worked out already, as `Said`."""
        day = row.seen_on or self._seen_on
        return Observation(self._source, "stated", day, {}, row.number, import_id=self._import_id)

    def _person(self, row: ReadyRow, said: Said, seen: Observation) -> None:
        self._unknown_status(said)
        known = self._identity.person(said)
        company_id = self._employer(row, seen, known)
        if company_id is not None:
            said = said.at(company_id, by_domain=row.company is not None and row.company.key is None)
        if known is None:
            known = self._identity.colleague(said, row.company, company_id)
        if known is None:
            known = self._identity.person_of_old(said, self._source)
        person_id, change = self._history.add(known, seen, said)
        if known is None:
            self._identity.add_person(person_id, said, company_id, row.company)
        else:
            self._identity.changed_person(person_id, said)
        if not self._people.add(person_id, change):
            self._report.duplicates += 1
        self._consent.person(person_id, row.consent, said.addresses, seen.seen_on)

    def _unknown_status(self, said: Said) -> None:
        """Sources invent words for addresses: such a word is kept as it came, and told of."""
        status = said.cells[EMAIL_STATUS]
        if status is not None and status not in statuses():
            self._report.consent.unknown_statuses[str(status)] += 1

    def _employer(self, row: ReadyRow, seen: Observation, person_id: int | None) -> int | None:
        if row.company is None:
            return None
        known = None
        if person_id is not None:
            known = self._identity.employer(person_id, row.company)
        elif not row.company.cells[DOMAIN]:
            known = self._employer_of_namesake(row)
        company_id = self._company(row.company, seen, known)
        if row.place is not None and company_id not in self._placed:
            self._place_of(company_id, row.place, seen)
        return company_id

    def _place_of(self, company_id: int, place: Place, seen: Observation) -> None:
        """Where the first of its people is, a company may be: once for each, because that is all that is known."""
        if len(self._placed) >= _COMPANIES_REMEMBERED:
            self._placed.clear()
        self._placed.add(company_id)
        self._history.infer_place(company_id, seen._replace(method="inferred"), said_of_place(place))

    def _employer_of_namesake(self, row: ReadyRow) -> int | None:
        """The company of the one person of this name at a company of this name."""
        assert row.person is not None
        assert row.company is not None
        if self._identity.company(row.company, self._source) is not None:
            return None
        colleague = self._identity.colleague(row.person, row.company, None)
        return None if colleague is None else self._identity.employer(colleague, row.company)

    def _is_same(self, row: ReadyRow) -> bool:
        """Whether the row's company is one that the file has named with the same words before."""
        assert row.company is not None
        same = (row.company.text, None, row.seen_on or self._seen_on)
        return bool(row.company.cells[DOMAIN]) and same in self._same_company

    def _company(self, said: Said, seen: Observation, known: int | None) -> int:
        # What the file says of one company it mostly says in the same words on the rows of all its people.
        same = (said.text, known, seen.seen_on)
        if (company_id := self._same_company.get(same)) is not None:
            return company_id
        if len(self._same_company) >= _COMPANIES_REMEMBERED:
            self._same_company.clear()
        found = known if known is not None else self._identity.company(said, self._source)
        company_id, change = self._history.add(found, seen, said)
        if found is None:
            self._identity.add_company(company_id, said)
        else:
            self._identity.changed_company(company_id, said)
        self._first_sight = self._companies.add(company_id, change)
        self._same_company[same] = company_id
        if found is None and (crowded := self._identity.crowded(company_id, said)) is not None:
            self._part(said.cells[DOMAIN], *crowded)
        return company_id

    def _part(self, domain: str, held: int, owner: int | None) -> None:
        """A second company has come to a domain: what was said of the domain alone is the first one's no more."""
        if moved := part(self._db, self._history, held, owner):
            self._identity.parted(domain, moved)
            self._companies.add(moved[0][0], "created" if owner is None else "updated")
            self._same_company.clear()

    def _company_row(self, said: Said, seen: Observation) -> int:
        self._first_sight = False
        company_id = self._company(said, seen, None)
        if self._first_sight:
            self._report.company_only += 1
        else:
            self._report.duplicates += 1
        return company_id


@contextmanager
def on_disk(path: Path | str, stdin: BinaryIO | None) -> Iterator[tuple[Path, str]]:
    """The file's path and name; standard input is first copied to a temporary file."""
    if str(path) != "-" or stdin is None:
        yield Path(path), readable_name(Path(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "stdin"
        with place.open("wb") as copy:
            while chunk := stdin.read(_COPY_CHUNK):
                copy.write(chunk)
        yield place, "stdin"


def _changes(counts: Counter[str]) -> ChangesShape:
    return {"created": counts["created"], "updated": counts["updated"], "unchanged": counts["unchanged"]}
