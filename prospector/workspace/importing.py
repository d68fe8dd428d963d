"""Files coming in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from prospector.workspace.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prospector.intake.columns.saved_mappings import Profile
    from prospector.intake.importer import ImportOptions, ImportReport
    from prospector.intake.trial import Trial


class Importing(Opened):
    """Import, or a look at what an import would do."""

    def import_file(
        self,
        path: Path | str,
        options: ImportOptions | None = None,
        *,
        save_mapping: str | None = None,
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
    ) -> ImportReport:
        """Bring a file of people or companies in. `save_mapping` keeps what its columns are under a name."""
        from prospector.intake.columns.saved_mappings import check_new, save_profile
        from prospector.intake.importer import import_file

        how = self._options(options)
        if save_mapping:
            check_new(self.folder, save_mapping)
        rejects = self.folder / "rejects"
        report = import_file(self.db, path, how, rejects_folder=rejects, stdin=stdin, progress=progress)
        if save_mapping and report.mapping is not None:
            order, consent = how.first_is_day, how.consent_words
            save_profile(self.folder, save_mapping, report.mapping, how.overrides, order, consent)
        return report

    def try_import(
        self,
        path: Path | str,
        options: ImportOptions | None = None,
        *,
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
    ) -> Trial:
        """What `import_file` would do, and how the columns would be read; writes nothing."""
        from prospector.intake.trial import try_import

        database = self.folder / self.settings.database
        return try_import(database, path, self._options(options), stdin=stdin, progress=progress)

    def saved_mapping(self, name: str) -> Profile:
        """What `save_mapping` has kept under this name: a part of the options for the next file."""
        from prospector.intake.columns.saved_mappings import load_profile

        return load_profile(self.folder, name)

    def _options(self, options: ImportOptions | None) -> ImportOptions:
        """The options, with the settings' country where they name none."""
        from prospector.intake.importer import ImportOptions

        how = options or ImportOptions(self.as_of)
        return how if how.country else replace(how, country=self.settings.country)
