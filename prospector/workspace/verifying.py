"""What is known of addresses, one or a list of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from prospector.config import FILE_NAME, setting_line
from prospector.core.errors import FileError
from prospector.workspace.opened import Opened, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from prospector.contacts.checking import Checker
    from prospector.contacts.files import ListVerified
    from prospector.contacts.verdicts import Verdict
    from prospector.fetch.smtp import SmtpSettings


class Verifying(Opened):
    """Verdicts on addresses; what is asked for them is kept and not asked again while it is fresh."""

    def verify(self, address: str, *, now: datetime | None = None) -> Verdict:
        """What is known of one address. `now` is by when boxes are asked again; else this time on the as-of day."""
        from prospector.fetch.loop import run

        async def checked() -> Verdict:
            with self._checker(now) as checker:
                (found,) = await checker.check([address])
            return found

        return run(checked())

    def verify_list(
        self,
        file: str,
        output: Path,
        *,
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
        now: datetime | None = None,
    ) -> ListVerified:
        """Write a list of addresses (`-` is standard input) with a verdict for each row."""
        from prospector.contacts.files import ListOptions, verify_list
        from prospector.fetch.loop import run
        from prospector.normalise.spreadsheet_cells import guarded
        from prospector.store.lock import exclusive

        options = ListOptions(file, output, self.folder / "rejects", guarded, stdin, progress)

        async def verified() -> ListVerified:
            with self._checker(now) as checker:
                return await verify_list(checker, options)

        # A lock of its own: a list takes hours where boxes are asked, and campaigns must not wait for it.
        with exclusive(self.db.path, "verify"):
            return run(verified())

    def _check(self, addresses: Sequence[str]) -> list[Verdict]:
        """Verdicts on some addresses; asks what is not known fresh."""
        from prospector.fetch.loop import run

        async def checked() -> list[Verdict]:
            with self._checker(None) as checker:
                return await checker.check(addresses)

        return run(checked())

    @contextmanager
    def _checker(self, now: datetime | None) -> Iterator[Checker]:
        """What checks addresses; made with the event loop running."""
        from prospector.contacts.checking import Checker
        from prospector.contacts.probing import Prober
        from prospector.fetch.mail_names import mail_names

        stale_before = self.settings.enrich.max_age.before(self.as_of)
        names = mail_names(self.http_settings())
        if not self.settings.smtp.probe or names is None:
            yield Checker(self.db, self.as_of, stale_before, names)
            return
        from prospector.fetch.smtp import mail_hosts

        hosts = mail_hosts(self._smtp_settings(), self.http_settings())
        try:
            prober = Prober(hosts, self.as_of, now or moment(self.as_of))
            yield Checker(self.db, self.as_of, stale_before, names, prober)
        finally:
            hosts.close()

    def _smtp_settings(self) -> SmtpSettings:
        """The settings of `smtp:`; `FileError` where nobody stands behind the questions."""
        from prospector.fetch.smtp import SmtpSettings
        from prospector.normalise.domains import ascii_host
        from prospector.normalise.emails import email_domain, is_email, parse_email

        smtp = self.settings.smtp
        written = smtp.mail_from or self.settings.sender.email
        mail_from = parse_email(written) if is_email(written) else None
        if mail_from is None or not mail_from.isascii():
            hint = "write smtp: {mail_from: you@yourcompany.com}, an address that takes mail, or fill in sender.email"
            raise self._fault("mail_from", f'"{written}" is no address to ask mail hosts from', hint)
        helo = smtp.helo or email_domain(mail_from)
        if ascii_host(helo) is None:
            raise self._fault("helo", f'"{helo}" is no host name', "write the name of the machine that asks")
        return SmtpSettings(mail_from, helo, smtp.port, self.settings.http.timeout)

    def _fault(self, setting: str, what: str, hint: str) -> FileError:
        path = self.folder / FILE_NAME
        return FileError(path, f"smtp.{setting}: {what}", line=setting_line(path, "smtp", setting), hint=hint)
