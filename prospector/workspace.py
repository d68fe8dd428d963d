"""The library's door: a workspace, and what the commands do as methods.

Rooms are imported inside the methods that need them: `find` must not wait for the web client, nor `plan`
for the HTML parser.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.config import FILE_NAME, find_workspace, load_settings
from prospector.core.errors import FileError, UsageError, near_miss
from prospector.outreach.campaigns import Campaigns
from prospector.store.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prospector.config import SettingInForce, Settings
    from prospector.core.records import Company, Prospect
    from prospector.core.spans import Period
    from prospector.enrich.crawl import EnrichReport
    from prospector.enrich.forecast import Forecast
    from prospector.fetch import HttpSettings
    from prospector.intake.importer import ImportOptions, ImportReport
    from prospector.intake.trial import Trial
    from prospector.segments.changes import Changes
    from prospector.segments.companies import FoundCompany
    from prospector.segments.language.checking import Problem
    from prospector.segments.language.context import Asking
    from prospector.segments.ranking import Found
    from prospector.segments.reasons import Explained
    from prospector.segments.segment import Segment
    from prospector.segments.selection import Counts, FunnelLine
    from prospector.sites.visit.reading import SiteReading
    from prospector.store.database import Database


@dataclass
class Workspace(Campaigns, Decisions):
    """A folder with `prospector.yaml`, a database, segments and templates. Close it, or use `with`."""

    folder: Path
    settings: Settings
    as_of: date
    _open: list[Database] = field(default_factory=list, repr=False)

    @classmethod
    def open(cls, path: Path | str | None = None, *, as_of: date | None = None) -> Workspace:
        """The workspace at `path`, else the nearest one at or above the current folder.

        `as_of` is the day that everything is worked out for; PROSPECTOR_AS_OF, else today.
        """
        folder = find_workspace(Path.cwd()) if path is None else Path(path)
        if not (folder / FILE_NAME).is_file():
            raise UsageError(f"no {FILE_NAME} in {folder}", hint=f"make one with: prospector init {folder}")
        return cls(folder, load_settings(folder / FILE_NAME), as_of or default_as_of())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database if it was opened."""
        while self._open:
            self._open.pop().close()

    @property
    def db(self) -> Database:
        """The database, opened (and made) at first use."""
        if not self._open:
            from prospector.store.database import Database

            self._open.append(Database(self.folder / self.settings.database))
        return self._open[0]

    def settings_in_force(self) -> list[SettingInForce]:
        """Each setting with its value and where it comes from; secrets are named, never shown."""
        from prospector.config import settings_in_force

        return settings_in_force(self.folder / FILE_NAME, self.settings, self.as_of)

    # Import

    def import_file(
        self,
        path: Path | str,
        *,
        seen: date | None = None,
        columns: Mapping[str, str] | None = None,
        day_first: bool | None = None,
        sheet: str | None = None,
        mapping: str | None = None,
        save_mapping: str | None = None,
        consent: Mapping[str, bool] | None = None,
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
    ) -> ImportReport:
        """Bring a file of people or companies in.

        `columns` says what columns are (header to field), `mapping` names a saved mapping, and `save_mapping`
        keeps what this file's columns are under a name. `consent` says what words about consent mean that are
        not known (True: one may write).
        """
        from prospector.intake.columns.saved_mappings import check_new, save_profile
        from prospector.intake.importer import import_file

        options = self._import_options(seen, columns, day_first, sheet, mapping, consent)
        if save_mapping:
            check_new(self.folder, save_mapping)
        report = import_file(
            self.db, path, options, rejects_folder=self.folder / "rejects", stdin=stdin, progress=progress
        )
        if save_mapping and report.mapping is not None:
            save_profile(
                self.folder,
                save_mapping,
                report.mapping,
                options.overrides,
                options.day_first,
                options.consent_words,
            )
        return report

    def try_import(
        self,
        path: Path | str,
        *,
        seen: date | None = None,
        columns: Mapping[str, str] | None = None,
        day_first: bool | None = None,
        sheet: str | None = None,
        mapping: str | None = None,
        consent: Mapping[str, bool] | None = None,
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
    ) -> Trial:
        """What `import_file` would do, and how the columns would be read; writes nothing."""
        from prospector.intake.trial import try_import

        options = self._import_options(seen, columns, day_first, sheet, mapping, consent)
        database = self.folder / self.settings.database
        return try_import(database, path, options, stdin=stdin, progress=progress)

    def _import_options(
        self,
        seen: date | None,
        columns: Mapping[str, str] | None,
        day_first: bool | None,
        sheet: str | None,
        mapping: str | None,
        consent: Mapping[str, bool] | None,
    ) -> ImportOptions:
        from prospector.intake.columns.saved_mappings import load_profile
        from prospector.intake.importer import ImportOptions

        profile = load_profile(self.folder, mapping) if mapping else None
        if profile is not None and day_first is None:
            day_first = profile.day_first
        return ImportOptions(self.as_of, seen, columns or {}, day_first, sheet, profile, consent or {})

    # Segments

    def segment_names(self) -> list[str]:
        """The segments in this workspace."""
        return sorted(path.stem for path in (self.folder / "segments").glob("*.yaml"))

    def segment(self, name: str, *, as_of: date | None = None) -> Segment:
        """A segment of this workspace, read and checked; for another day than the workspace's if given."""
        from prospector.segments.language.files import load_segment

        path = self.folder / "segments" / f"{name}.yaml"
        if not path.is_file():
            known = self.segment_names()
            hint = near_miss(name, known) or f"segments here: {', '.join(known) or 'none'}"
            raise FileError(path, "no such segment", hint=hint)
        return load_segment(path, self.asking(as_of))

    def segment_from_flags(self, flags: Mapping[str, Sequence[str]], *, unknown: str = "exclude") -> Segment:
        """The segment that the flags of `find` describe."""
        from prospector.segments.language.flags import segment_from_flags

        return segment_from_flags(flags, self.asking(), unknown=unknown)

    def save_segment(self, name: str, flags: Mapping[str, Sequence[str]], unknown: str = "exclude") -> Path:
        """Write the flags of `find` as a segment file; an existing one is left alone."""
        from prospector.segments.language.flags import segment_text

        path = self.folder / "segments" / f"{name}.yaml"
        if not name.replace("-", "").replace("_", "").isalnum():
            raise UsageError(f'"{name}" is no plain name', hint="use letters, digits, - and _")
        if path.exists():
            raise FileError(
                path, "there is such a segment already", hint="choose another name, or edit the file"
            )
        path.parent.mkdir(exist_ok=True)
        path.write_text(segment_text(name, flags, unknown), encoding="utf-8")
        return path

    def asking(self, as_of: date | None = None) -> Asking:
        """What answers depend on besides the data; for another day than the workspace's if given."""
        from prospector.segments.language.context import Asking
        from prospector.segments.language.spellings import campaigns_of, spellings_of

        technologies = self.db.rows("SELECT DISTINCT technology FROM company_technologies")
        others = "industry >= 'other:' AND industry < 'other;'"  # a range, which the index serves; LIKE would not be
        industries = self.db.rows(f"SELECT DISTINCT industry FROM companies WHERE {others}")  # noqa: S608
        return Asking(
            as_of or self.as_of,
            self.settings.enrich.max_age,
            frozenset(row[0] for row in technologies),
            frozenset(row[0] for row in industries),
            self.folder,
            campaigns_of(self.db) | set(self.settings.campaigns),
            spellings_of(self.db),
        )

    def find(self, segment: Segment, sort: str = "score") -> Iterator[Found]:
        """The people of a segment, best first; `sort` may also be `name` or `company`."""
        from prospector.segments.ranking import ranked

        return ranked(self.db, segment, sort)

    def find_companies(self, segment: Segment, sort: str = "score") -> Iterator[FoundCompany]:
        """The companies of a segment that asks about companies alone, best first."""
        from prospector.segments.companies import ranked_companies

        return ranked_companies(self.db, segment, sort)

    def count_companies(self, segment: Segment) -> Counts:
        """Companies by answer, before the policy for unknown ones."""
        from prospector.segments.companies import count_companies

        return count_companies(self.db, segment)

    def count(self, segment: Segment) -> Counts:
        """People by answer, before the policy for unknown ones."""
        from prospector.segments.selection import count_people

        return count_people(self.db, segment)

    def funnel(self, segment: Segment) -> list[FunnelLine]:
        """Match, no match, unknown and what remains, criterion by criterion."""
        from prospector.segments.selection import funnel

        return funnel(self.db, segment)

    def segment_faults(self, name: str) -> list[FileError]:
        """All that keeps a segment's file from being read."""
        from prospector.segments.language.files import segment_faults

        return segment_faults(self.folder / "segments" / f"{name}.yaml", self.asking())

    def check_segment(self, segment: Segment) -> list[Problem]:
        """Contradictions, questions that no data can answer yet, and an unexpected size."""
        from prospector.segments.language.checking import check_segment

        return check_segment(self.db, segment)

    def segment_changes(self, name: str, since: str | None = None) -> Changes:
        """Who came into a segment and who went out since a run, a day, or the last run, and why."""
        from prospector.segments.changes import base_of, changes_since_day, changes_since_snapshot

        segment = self.segment(name)
        day = _day_or_none(since)
        if day is not None:
            return changes_since_day(self.db, segment, self.segment(name, as_of=day), day)
        snapshot = base_of(self.db, name, since)
        earlier = self.segment(name, as_of=snapshot.as_of)
        return changes_since_snapshot(self.db, segment, earlier, snapshot)

    def explain(self, segment: Segment, who: str) -> list[Explained]:
        """Each criterion's answer for one person."""
        from prospector.segments.reasons import explain

        return explain(self.db, segment, self.person(who), self.as_of)

    # Records

    def person(self, who: str) -> Prospect:
        """A person by address or by id."""
        from prospector.normalise.emails import parse_email
        from prospector.store.loading import load_prospects

        person_id: int | None = int(who) if who.isdecimal() and len(who) < 18 else None
        if person_id is None and (email := parse_email(who)):
            sql = "SELECT person_id FROM person_addresses WHERE email = ?"
            person_id = self.db.value(sql, (email,))
        found = next(load_prospects(self.db, [person_id]), None) if person_id is not None else None
        if found is None:
            raise UsageError(
                f'nobody is known by "{who}"', hint="give an address, or an id from `prospector find`"
            )
        return found

    def company(self, who: str) -> Company:
        """A company by domain (or a URL of it), or as `company:ID`."""
        from prospector.store.loading import load_companies
        from prospector.store.who import find_handle

        handle = find_handle(self.db, who, numbers="company")
        if handle.subject != "company":
            raise UsageError(f'"{who}" is no company', hint="give its domain, such as company.example")
        return load_companies(self.db, [handle.id])[handle.id]

    def colleagues(self, company_id: int) -> list[Prospect]:
        """The people of a company."""
        from prospector.store.loading import load_prospects

        rows = self.db.rows(
            "SELECT id FROM people WHERE company_id = ? ORDER BY last_name, id", (company_id,)
        )
        return list(load_prospects(self.db, [row["id"] for row in rows]))

    def technologies_no_longer_seen(self, company_id: int) -> list[dict[str, str | None]]:
        """What a company was seen to use and is not any more, with the days."""
        from prospector.store.company_facts import technologies_no_longer_seen

        return technologies_no_longer_seen(self.db, company_id)

    # Enrichment

    def http_settings(self) -> HttpSettings:
        """The web client's settings from `http:` and `dns:`."""
        from prospector.fetch import HttpSettings

        http = self.settings.http
        return HttpSettings(
            concurrency=http.concurrency,
            per_host=http.per_host,
            timeout=http.timeout,
            user_agent=http.user_agent,
            robots=http.robots,
            allow_private=http.allow_private,
            connect_http=http.connect_to.http,
            connect_https=http.connect_to.https,
            ca_file=(self.folder / http.ca_file) if http.ca_file else None,
            nameservers=self.settings.dns.nameservers,
        )

    def companies_to_read(
        self, segment: Segment | None = None, *, older_than: Period | None = None, deep: bool = False
    ) -> tuple[list[int], int]:
        """Companies whose site is to be read, and how many are fresh enough.

        With a segment only those where a look-up can still change who is in its list.
        """
        from prospector.enrich.crawl import companies_to_read
        from prospector.segments.selection import undecided_companies

        among = undecided_companies(self.db, segment) if segment is not None else None
        stale = self._stale(older_than)
        return companies_to_read(self.db, self.as_of, stale, segment=segment, among=among, deep=deep)

    def enrich(
        self,
        company_ids: Sequence[int],
        *,
        segment: Segment | None = None,
        older_than: Period | None = None,
        deep: bool = False,
        progress: Callable[[SiteReading], None] = lambda reading: None,
    ) -> EnrichReport:
        """Read the sites of these companies, as far as they are due, and keep what they show.

        With a segment only what can still change its list. `deep` adds the pages about the company (imprint,
        contact...) and its domain's DNS records.
        """
        from prospector.enrich.crawl import Crawl
        from prospector.enrich.planner import Planner

        planner = Planner(self.db, self.as_of, self._stale(older_than), segment, deep=deep)
        crawl = Crawl(self.db, self.http_settings(), planner, self.as_of, progress=progress)
        return crawl.run(company_ids)

    def enrichment_forecast(
        self,
        segment: Segment | None = None,
        *,
        older_than: Period | None = None,
        limit: int | None = None,
        deep: bool = False,
    ) -> Forecast:
        """How many requests `enrich` would make; makes none."""
        from prospector.enrich.forecast import forecast

        return forecast(self.db, self.as_of, self._stale(older_than), segment, limit=limit, deep=deep)

    def _stale(self, older_than: Period | None) -> date:
        return (older_than or self.settings.enrich.max_age).before(self.as_of)

    def inspect(self, domain: str) -> SiteReading:
        """Read one company's site; stores nothing."""
        from prospector.enrich.inspect import inspect_site

        return inspect_site(domain, self.http_settings(), self.as_of)


def default_as_of() -> date:
    """PROSPECTOR_AS_OF, else today: the only place where a clock is read."""
    text = os.environ.get("PROSPECTOR_AS_OF", "")
    return parse_day(text, "PROSPECTOR_AS_OF") if text else date.today()


def _day_or_none(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def parse_day(text: str, what: str) -> date:
    """An ISO date; `UsageError` that names `what` otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'{what}: "{text}" is no date', hint="write it as 2026-12-01") from None
