"""A list of opt-outs on its way to the suppression list: all of it or nothing, and what was not understood is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from prospector.core.errors import NothingImportable
from prospector.core.file_names import readable_name
from prospector.intake.files.unchanged import unchanged
from prospector.intake.rows.rejects import RejectsFile
from prospector.intake.suppressions.lists import read_list
from prospector.normalise.domains import has_known_ending, is_shared
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from prospector.intake.shapes import ListShape
    from prospector.intake.suppressions.lists import Row
    from prospector.store.database import Database
    from prospector.store.suppressions import Added, Kind

REASONS = {
    "no_target": "No address and no domain in the row.",
    "platform_page": "A page on a platform, such as a profile, names no address; give the person's address.",
    "unread_cell": "Something with an @ in it that is no address; the others of the row were taken.",
}
"""Why a row of a list, or a cell of it, is in the rejects file."""
_SHOWN = 5
_EVERY = 10_000


@dataclass(slots=True)
class ListReport:
    """What the import of a list did."""

    file: str
    rows: int = 0
    rejected: int = 0
    """Rows in which something was not understood."""
    added: Added | None = None
    unread: list[tuple[int, str, str]] = field(default_factory=list)
    """The first of them: line, reason, text."""
    warnings: list[str] = field(default_factory=list)
    rejects_file: Path | None = None

    def as_json(self) -> ListShape:
        """What `suppress import --json` prints."""
        assert self.added is not None
        return {
            "rows": self.rows,
            "added": self.added.new,
            "addresses": self.added.addresses,
            "domains": self.added.domains,
            "profiles": self.added.profiles,
            "known": self.added.known,
            "rejected": self.rejected,
            "warnings": self.warnings,
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
        }


def import_list(
    db: Database,
    file: str,
    *,
    reason: str,
    as_of: date,
    rejects_folder: Path,
    stdin: BinaryIO | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> ListReport:
    """Put every address and domain of a file on the suppression list, in one transaction.

    Raises `FileError` for a file that cannot be read and `NothingImportable` for one without any of them.
    """
    name = "stdin" if file == "-" else readable_name(Path(file))
    report, suppressions = ListReport(name), Suppressions(db)
    with RejectsFile(rejects_folder, f"suppress-{name}", as_of) as rejects:
        reading = _Reading(report, rejects, progress)
        targets = reading.targets(file, stdin)
        report.added = suppressions.add_all(targets, reason=reason, source=f"file:{name}", on=as_of)
        if report.added is None:
            place = name if file == "-" else file
            raise NothingImportable(place, "no address and no domain in it", hint="put one on each line")
        report.rejects_file = rejects.keep()
    report.warnings += reading.about_shared_domains(suppressions)
    return report


@dataclass(slots=True)
class _Reading:
    """One file as it is read."""

    report: ListReport
    rejects: RejectsFile
    progress: Callable[[int], None]
    taken: dict[str, None] = field(default_factory=dict)
    """Domains of mail services and platforms that went on the list."""
    left_out: Counter[str] = field(default_factory=Counter)
    """The same beside an address, so that they did not."""
    comments: int = 0
    first_comment: int = 0
    """The line of the first comment with an address in it."""

    def targets(self, file: str, stdin: BinaryIO | None) -> Iterator[tuple[Kind, str]]:
        """All that goes on the list, as it comes."""
        with unchanged(file, self.report.file):
            yield from self._targets(file, stdin)
        if self.comments:
            said = f"{self.comments} comment lines with an address in them were left out"
            self.report.warnings.append(f"{said} (line {self.first_comment})")

    def _targets(self, file: str, stdin: BinaryIO | None) -> Iterator[tuple[Kind, str]]:
        for row in read_list(file, self.report.warnings, stdin=stdin):
            if row.comment:
                self.comments += 1
                self.first_comment = self.first_comment or row.number
                continue
            self.report.rows += 1
            if self.report.rows % _EVERY == 0:
                self.progress(self.report.rows)
            targets = row.found.targets()
            if row.found.broken or not targets:
                self._unread(row, bool(targets))
            if row.found.shared:
                self._shared(row)
            yield from targets

    def _unread(self, row: Row, has_target: bool) -> None:
        """Count the row once and list it, or each cell of it that was not understood."""
        self.report.rejected += 1
        code = "unread_cell" if has_target else "platform_page" if row.found.page else "no_target"
        texts = row.found.broken if has_target else [row.text]
        if len(self.report.unread) < _SHOWN:
            self.report.unread.append((row.number, code, texts[0]))
        for text in texts:
            if has_target:
                self.rejects.value(row.number, code, "", text)
            else:
                self.rejects.row(row.number, code, ("row",), [text])

    def _shared(self, row: Row) -> None:
        if row.found.addresses:
            self.left_out.update(row.found.shared)
        else:
            self.taken.update(dict.fromkeys(row.found.shared))

    def about_shared_domains(self, suppressions: Suppressions) -> list[str]:
        """Whom the domains of mail services and platforms stop, and which of them were left out."""
        said = [shared_domain(domain, suppressions.people_at(domain)) for domain in sorted(self.taken)]
        if self.left_out:
            names = ", ".join(sorted(self.left_out)[:5])
            said.append(
                f"{self.left_out.total()} times beside an address, a mail service or platform was not taken as a "
                f"domain ({names}): it would stop everybody there"
            )
        return said


def about_domain(domain: str, suppressions: Suppressions) -> list[str]:
    """What there is to say of a domain that was named by hand."""
    said = []
    if not has_known_ending(domain):
        said.append(f'no known domain ends like "{domain}"; taken as it is')
    if is_shared(domain):
        said.append(shared_domain(domain, suppressions.people_at(domain)))
    return said


def shared_domain(domain: str, people: int) -> str:
    """What to say of such a domain on the list."""
    return (
        f"{domain} is a mail service or platform, and everybody there is stopped now: {people} of your people "
        f"(not meant? prospector suppress remove {domain})"
    )
