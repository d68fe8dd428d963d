"""A workspace that is open: its folder, its settings, its day and its database."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME, Settings, find_workspace, load_settings
from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from typing import Self

    from prospector.config import SettingInForce
    from prospector.fetch import HttpSettings
    from prospector.store.database import Database


EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
"""Days for which something can be worked out: spans before and after them have to be days, too."""


@dataclass
class Opened:
    """What every facet of the door stands on."""

    folder: Path
    settings: Settings
    as_of: date
    now: datetime | None = None
    """The moment, where the day is not pinned: nothing is dated before it."""
    _open: list[Database] = field(default_factory=list, repr=False)

    @classmethod
    def open(
        cls, path: Path | str | None = None, *, as_of: date | None = None, now: datetime | None = None
    ) -> Self:
        """The workspace at `path`, else the nearest one at or above the current folder.

        `as_of` is the day that everything is worked out for; PROSPECTOR_AS_OF, else today. Where neither pins the day,
        or `now` is given, no touch is dated before the moment.
        """
        folder = find_workspace(Path.cwd()) if path is None else Path(path)
        if not (folder / FILE_NAME).is_file():
            raise UsageError(f"no {FILE_NAME} in {folder}", hint=f"make one with: prospector init {folder}")
        now = now if as_of or now else default_now()
        day = default_as_of(now) if as_of is None else parse_day(as_of.isoformat(), "as_of")
        return cls(folder, load_settings(folder / FILE_NAME), day, now)

    @classmethod
    def open_anywhere(cls, path: Path | None, state: Path, *, as_of: date | None = None) -> Self:
        """The same, for what can do without a workspace: where there is none, all is default and kept in `state`."""
        here = Path.cwd()
        if path is None and not any((folder / FILE_NAME).is_file() for folder in (here, *here.parents)):
            return cls(state.parent, Settings(database=Path(state.name)), as_of or default_as_of(), None)
        return cls.open(path, as_of=as_of)

    def __enter__(self) -> Self:
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

    @property
    def has_database(self) -> bool:
        """Whether anything was stored yet: to look at a file of the workspace makes no database."""
        return bool(self._open) or (self.folder / self.settings.database).is_file()

    @property
    def _db_if_any(self) -> Database | None:
        """The database if there is one."""
        return self.db if self.has_database else None

    def keys_readable_by_others(self) -> bool:
        """Whether somebody else on the machine can read `.env`."""
        from prospector.core.dotenv import FILE_NAME as KEYS
        from prospector.core.private_files import readable_by_others

        return readable_by_others(self.folder / KEYS)

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

    def settings_in_force(self) -> list[SettingInForce]:
        """Each setting with its value and where it comes from; secrets are named, never shown."""
        from prospector.config import settings_in_force

        return settings_in_force(self.folder / FILE_NAME, self.settings, self.as_of)


def default_as_of(now: datetime | None = None) -> date:
    """PROSPECTOR_AS_OF, else the day of a moment, else today."""
    text = os.environ.get("PROSPECTOR_AS_OF", "")
    return parse_day(text, "PROSPECTOR_AS_OF") if text else (now or _clock()).date()


def default_now() -> datetime | None:
    """This moment; None where PROSPECTOR_AS_OF pins the day."""
    return None if os.environ.get("PROSPECTOR_AS_OF") else _clock()


def _clock() -> datetime:
    """The only place where a clock is read."""
    return datetime.now().astimezone()


def this_moment() -> datetime:
    """Now, in UTC."""
    return _clock().astimezone(UTC)


def moment(day: date) -> datetime:
    """This time of the clock on that day: by when a mail host that asked to come again is asked again."""
    return datetime.combine(day, _clock().astimezone(UTC).time(), UTC)


def parse_day(text: str, what: str) -> date:
    """An ISO date; `UsageError` that names `what` otherwise."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f'{what}: "{text[:40]}" is no date', hint="write it as 2026-12-01") from None
    if not EARLIEST <= day <= LATEST:
        hint = f"choose one from {EARLIEST} to {LATEST}"
        raise UsageError(f"{what}: {day} is out of range", hint=hint)
    return day
