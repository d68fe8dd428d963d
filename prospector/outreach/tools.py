"""Reaching a tool: its key, its address, its pace.

In: the settings and the name of a tool. Out: a campaign in it, ready to take leads.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prospector.config import FILE_NAME, setting_line
from prospector.core.dotenv import secret
from prospector.core.errors import CredentialError, FileError
from prospector.destinations.registry import api_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.config import Provider, Settings
    from prospector.destinations.handover import About
    from prospector.destinations.tool_api import Remote, ToolApi
    from prospector.fetch import HttpSettings
    from prospector.fetch.pace import Clock

_LARGEST = 100_000_000
"""Bytes of an answer: a page of leads with all their texts is large."""


@dataclass(frozen=True)
class Tools:
    """How the tools of a workspace are reached."""

    folder: Path
    settings: Settings
    http: HttpSettings
    clock: Clock | None = field(default=None)
    """Replaced by tests that cannot wait as long as a tool wants."""

    @contextmanager
    def reach(self, name: str, campaign: str, about: About) -> Iterator[Remote]:
        """A campaign in a tool; `CredentialError` if there is no key, `UsageError` if there is no such campaign.

        Without a campaign the tool itself, for what is told it of people and deals.
        """
        # The web client takes a while to load, and plans and files can do without it.
        from prospector.destinations.tool_api import Remote, campaign_id  # noqa: PLC0415
        from prospector.fetch.api import ApiClient  # noqa: PLC0415
        from prospector.fetch.pace import Pace, Rate  # noqa: PLC0415

        tool, provider = api_of(name), self._provider(name)
        rates = tool.rates if provider.per_minute is None else (Rate(provider.per_minute, 60),)
        http = replace(self.http, max_bytes=_LARGEST)
        key, pace = tool.key(self._key(name, provider)), Pace(rates, self.clock)
        if campaign:
            self._check_user(tool, provider)
        with ApiClient(self._address(tool, provider), http, key, pace) as api:
            found = campaign_id(tool, api, campaign) if campaign else ""
            yield Remote(api, found, about, self.settings.sender.email, provider.user, pause=pace.clock.sleep)

    def _provider(self, name: str) -> Provider:
        provider = self.settings.providers.get(name)
        if provider is None:
            variable = f"{name.upper()}_API_KEY"
            hint = f"write into {FILE_NAME}: providers: {{{name}: {{api_key_env: {variable}}}}}"
            raise CredentialError(f"nothing says where the key of {name} is found", hint=hint)
        return provider

    def _key(self, name: str, provider: Provider) -> str:
        key = secret(self.folder, provider.api_key_env)
        if key is None:
            hint = f"set {provider.api_key_env} in the environment, or in the file .env beside {FILE_NAME}"
            raise CredentialError(
                f"the key of {name} is missing: {provider.api_key_env} is not set", hint=hint
            )
        return key

    def _check_user(self, tool: ToolApi, provider: Provider) -> None:
        if tool.needs_user and not provider.user:
            path = self.folder / FILE_NAME
            line = setting_line(path, "providers", tool.name)
            hint = "add user: with the id of the user in whose name people are enrolled"
            raise FileError(path, f"{tool.name} wants to know who enrols people", line=line, hint=hint)

    def _address(self, tool: ToolApi, provider: Provider) -> str:
        base = provider.base_url or tool.base_url
        path = self.folder / FILE_NAME
        if not base:
            what = f"{tool.name} runs on a server of your own, and nothing says where"
            line = setting_line(path, "providers", tool.name)
            raise FileError(path, what, line=line, hint="add base_url: https://... to it")
        base = base.rstrip("/")
        return base if urlsplit(base).path else base + tool.path
