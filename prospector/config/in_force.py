"""Every setting with its value and where it comes from; of a key only whether it is set."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypedDict

from pydantic import BaseModel

from prospector.config.files import keys_on_the_way, line_of
from prospector.core.dotenv import secret
from prospector.core.yaml_text import YamlMap, read_yaml_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from prospector.config.sections import Settings


class SettingShape(TypedDict):
    """A setting in force."""

    setting: Annotated[str, "The setting, part by part."]
    value: Annotated[str, "Its value; of a key only whether it is set."]
    origin: Annotated[str, "File and line, default, environment or flag."]


class SettingInForce(NamedTuple):
    """One line of `config show`. `origin` is the file and line, `default`, or `environment`."""

    setting: str
    value: str
    origin: str

    def as_json(self) -> SettingShape:
        """One row of `config show --json`."""
        return {"setting": self.setting, "value": self.value, "origin": self.origin}


def settings_in_force(path: Path, settings: Settings, as_of: date) -> list[SettingInForce]:
    """Every setting, flattened. A key is only said to be set or missing."""
    node = read_yaml_file(path)
    rows = [
        SettingInForce(".".join(loc), _shown(value), _origin(path, node, loc))
        for loc, value in _leaves(settings, ())
    ]
    for name, provider in settings.providers.items():
        said = "set" if secret(path.parent, provider.api_key_env) else "missing"
        rows.append(SettingInForce(f"{provider.api_key_env} (key of {name})", said, "environment or .env"))
    for name, mailbox in settings.mailboxes.items():
        if imap := mailbox.imap:
            said = "set" if secret(path.parent, imap.password_env) else "missing"
            rows.append(
                SettingInForce(f"{imap.password_env} (password of {name})", said, "environment or .env")
            )
    for name, hook in settings.serve.hooks.items():
        said = "set" if secret(path.parent, hook.secret_env) else "missing"
        rows.append(SettingInForce(f"{hook.secret_env} (secret of {name})", said, "environment or .env"))
    pinned = os.environ.get("PROSPECTOR_AS_OF") == as_of.isoformat()
    origin = "environment" if pinned else "flag or today"
    return [*rows, SettingInForce("as_of", as_of.isoformat(), origin)]


def _leaves(value: Any, loc: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from _leaves(one, (*loc, name))
    else:
        yield loc, value


def _shown(value: Any) -> str:
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], int):
        return f"{value[0]}:{value[1]}"
    if isinstance(value, tuple):
        return ", ".join(_shown(one) for one in value)
    return "" if value is None or value == {} else str(value)


def _origin(path: Path, node: YamlMap, loc: tuple[str, ...]) -> str:
    return f"{path.name}:{line_of(node, loc)}" if len(keys_on_the_way(node, loc)) == len(loc) else "default"
