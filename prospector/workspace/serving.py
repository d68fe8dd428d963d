"""The receiver: webhooks, forms and opt-outs, stored one after the other by one thread that has the database."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prospector.config import FILE_NAME, setting_line
from prospector.core.dotenv import TOKEN_KEY, secret
from prospector.core.errors import (
    CredentialError,
    FileError,
    LockedError,
    ProspectorError,
    UsageError,
    near_miss,
)
from prospector.workspace.answering import Answering
from prospector.workspace.importing import Importing
from prospector.workspace.opened import default_as_of, this_moment
from prospector.workspace.suppressing import Suppressing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future

    from prospector.config import Hook
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.serving.answering import Known, Taken
    from prospector.pipeline.serving.forms import FormRules
    from prospector.pipeline.serving.listening import Limits, ReceiverServer

_PATIENCE = 5.0
"""Seconds to wait for another command that writes; the tool is told to come again."""
_LONGEST_WAIT = 25.0
_SHORTEST_SECRET = 16


class Serving(Importing, Answering, Suppressing):
    """What comes in over HTTP."""

    @contextmanager
    def listening(
        self,
        host: str = "127.0.0.1",
        port: int | None = None,
        *,
        public: bool = False,
        log: Callable[[str], None] = lambda text: None,
        limits: Limits | None = None,
    ) -> Iterator[ReceiverServer]:
        """A receiver that listens until the end of the block; `serve_forever` answers.

        `UsageError` for a place that others reach, unless `public` says that this is meant.
        """
        from prospector.pipeline.serving.answering import Receiver
        from prospector.pipeline.serving.listening import Limits, ReceiverServer

        _refuse_public(host, public=public)
        known, bounds = self._known(), limits or Limits(forms_a_minute=self.settings.serve.forms_per_minute)
        place = (host, self.settings.serve.port if port is None else port)
        with _Desk(self) as desk:
            try:
                server = ReceiverServer(place, Receiver(known, desk), log, this_moment, bounds)
            except (OSError, OverflowError) as error:
                hint = "choose another one with --port, or see which program has it"
                raise UsageError(f"cannot listen on {host}:{place[1]} ({error})", hint=hint) from error
            try:
                yield server
            finally:
                server.server_close()

    def take_payload(self, tool: str, payload: object) -> Taken:
        """The events of a payload of a tool."""
        from prospector.pipeline.tools.payloads import events_of_payload
        from prospector.pipeline.tools.registry import reader_of
        from prospector.pipeline.tools.remote_leads import with_lead_ids

        reading = self.tool_reading(reader_of(tool), "webhook", this_moment())
        events = list(events_of_payload(payload, reading))
        return self._taken(with_lead_ids(self.db, tool, events))

    def take_opt_out(self, token: str) -> Taken:
        """Nobody is written to any more at the address that the link was sent to, from now on."""
        from prospector.outreach.opt_outs import owner_of
        from prospector.pipeline.events.incoming import Incoming, event_key, utc
        from prospector.pipeline.serving.answering import Taken

        token = token.strip().lower()
        owner = owner_of(self.db, token, None)
        if owner is None or not (owner.email or owner.person_id):
            return Taken(0, 0)
        self.suppress([token], reason="opt-out link", source="link")
        event = Incoming(
            key=event_key("link", token),
            at=utc(this_moment()),
            source="link",
            way="webhook",
            kind="unsubscribe",
            person_id=owner.person_id,
            recipient=owner.email or None,
            intent="unsubscribe",
            channel="email",
        )
        return self._taken([event])

    def take_form(self, name: str, values: Mapping[str, str]) -> Taken:
        """Somebody who has filled a form in is a prospect with a dated signal; what is known better stays.

        They come in by the importer's road, so that they are matched as any row of a file is.
        """
        from prospector.intake.importer import ImportOptions
        from prospector.pipeline.serving.forms import OWN, as_event, as_row, filled, note_signal

        rules = self._form_rules(name)
        form = filled(values, rules)
        row = as_row(self.db, form, rules, self.as_of)
        columns = {one: f"custom.{one}" if one in OWN else one for one in row}
        options = ImportOptions(self.as_of, overrides=columns, source=f"form:{name}")
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"form-{name}.json"
            path.write_text(json.dumps([row]), encoding="utf-8")
            self.import_file(path, options)
        with self.db.transaction():
            note_signal(self.db, form, rules, self.as_of)
        return self._taken([as_event(form, rules, this_moment())])

    def _taken(self, events: list[Incoming]) -> Taken:
        from prospector.pipeline.serving.answering import Taken

        stored = list(self.take_in(events))
        new = sum(one.is_new for one in stored)
        return Taken(new, len(stored) - new)

    def _known(self) -> Known:
        """What the settings let in; an error for a tool, a form or a secret that cannot work."""
        from prospector.pipeline.serving.answering import Known

        serve = self.settings.serve
        secrets = {name: self._secret_of(name, hook) for name, hook in serve.hooks.items()}
        for name in serve.forms:
            self._form_rules(name)
        return Known(secrets, {name: one.honeypot for name, one in serve.forms.items()}, serve.url)

    def _secret_of(self, tool: str, hook: Hook) -> str:
        from prospector.pipeline.tools.registry import READERS

        reader = READERS.get(tool)
        if reader is None or not reader.webhook:
            calling = [name for name, one in READERS.items() if one.webhook]
            hint = near_miss(tool, calling) or f"known: {', '.join(calling)}"
            raise self._wrong(f'no tool "{tool}" that sends webhooks', hint, "hooks", tool)
        found = secret(self.folder, hook.secret_env)
        if found is None:
            hint = f"set {hook.secret_env} in the environment, or in the file .env beside {FILE_NAME}"
            raise CredentialError(f"the secret of {tool} is missing: {hook.secret_env} is not set", hint=hint)
        if reader.proof is None and len(found) < _SHORTEST_SECRET:
            hint = f"take {_SHORTEST_SECRET} signs or more, such as: openssl rand -hex 24"
            raise CredentialError(f"the secret of {tool} ({hook.secret_env}) can be guessed", hint=hint)
        return found

    def _form_rules(self, name: str) -> FormRules:
        from prospector.intake.columns.mappings import TARGETS
        from prospector.pipeline.serving.forms import FormRules

        form = self.settings.serve.forms[name]
        for field in form.fields:
            if field not in TARGETS and not field.startswith("custom."):
                hint = near_miss(field, TARGETS) or "see the fields of `import`, or write custom.NAME"
                raise self._wrong(f'no field "{field}"', hint, "forms", name, "fields", field)
        if form.fields and "email" not in form.fields:
            raise self._wrong(f"the form {name} has no email", "add email: NAME", "forms", name, "fields")
        if form.campaign and form.campaign not in self.settings.campaigns:
            hint = near_miss(form.campaign, self.settings.campaigns) or "add it under campaigns:"
            raise self._wrong(f'no campaign "{form.campaign}"', hint, "forms", name, "campaign")
        return FormRules(name, form.fields, form.signal, form.campaign or "")

    def _wrong(self, what: str, hint: str, *place: str) -> FileError:
        path = self.folder / FILE_NAME
        return FileError(path, what, line=setting_line(path, "serve", *place), hint=hint)


class _Desk:
    """Stores what comes in, one after the other, in the one thread that has the database."""

    def __init__(self, opened: Serving) -> None:
        self._folder = opened.folder
        self._day = opened.as_of if opened.now is None else None
        self._thread = ThreadPoolExecutor(1, "storing")

        self._stopper = ThreadPoolExecutor(1, "stopping")
        self._stopping: Future[None] | None = None

    def __enter__(self) -> _Desk:
        self._own: Serving = self._thread.submit(self._open).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.submit(self._own.close)
        self._thread.shutdown()
        self._stopper.shutdown()

    def _stop_in_tools(self) -> None:
        """Beside the answers: a tool that is slow must not hold up whoever tells of an opt-out."""
        with suppress(ProspectorError), Serving.open(self._folder, as_of=self._day) as other:
            other.stop_in_tools()

    def payload(self, tool: str, payload: object) -> Taken:
        """See `Desk`."""
        return self._do(lambda: self._own.take_payload(tool, payload))

    def form(self, name: str, values: Mapping[str, str]) -> Taken:
        """See `Desk`."""
        return self._do(lambda: self._own.take_form(name, values))

    def opt_out(self, token: str) -> Taken:
        """See `Desk`."""
        return self._do(lambda: self._own.take_opt_out(token))

    def _open(self) -> Serving:
        from prospector.outreach.opt_outs import complete_tokens

        own = Serving.open(self._folder, as_of=self._day)
        if key := secret(own.folder, TOKEN_KEY):
            with own.db.transaction():
                complete_tokens(own.db, key, own.as_of)
        own.db.patience = _PATIENCE
        own.halts_later = True
        return own

    def _do(self, job: Callable[[], Taken]) -> Taken:
        """Done when it is stored. What waits too long is given up: the other side comes again, and it is known then."""
        future = self._thread.submit(self._today, job)
        try:
            return future.result(_LONGEST_WAIT)
        except TookTooLong:
            future.cancel()
            raise LockedError("another command is writing into the database") from None

    def _today(self, job: Callable[[], Taken]) -> Taken:
        self._own.as_of = self._day or default_as_of()
        taken = job()
        if self._own.settings.providers and (self._stopping is None or self._stopping.done()):
            self._stopping = self._stopper.submit(self._stop_in_tools)
        return taken


def _refuse_public(host: str, *, public: bool) -> None:
    try:
        private = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        private = False
    if not private and not public:
        raise UsageError(
            f"{host} can be reached by others, and nothing here speaks TLS",
            hint="leave it on 127.0.0.1, behind a web server that has a certificate and passes /hooks, /forms and "
            "/u on; --public says that this is meant",
        )
