"""The workspace's settings: `prospector.yaml`, found in this folder or the nearest parent.

Every value is text in the file and typed here; unknown keys and wrong values are `FileError`s with their
line. Secrets are never in the file: `providers` only names the environment variable that holds a key.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypedDict
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from prospector.core.dotenv import secret
from prospector.core.errors import FileError, UsageError, near_miss
from prospector.core.spans import Period
from prospector.core.yaml_text import YamlList, YamlMap, read_yaml_file
from prospector.normalise.places import country_code

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_NAME = "prospector.yaml"

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[^:\s\[\]]+)(?::(\d{1,5}))?")
_NAME = re.compile(r"[\w][\w.-]{0,79}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")
_SAID = {
    **dict.fromkeys(("model_type", "dict_type"), "must be a list of names and values"),
    "tuple_type": "must be a list, such as [a, b]",
    "string_type": "must be a text",
    "path_type": "must be a path",
    **dict.fromkeys(("int_type", "int_parsing"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "must be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def _period(value: object) -> object:
    if not isinstance(value, str | Period):
        raise ValueError("write a time span such as 30d")
    return Period.parse(value) if isinstance(value, str) else value


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # such as 2026-02-30
    raise ValueError("not a date; write it as 2026-12-01")


def _variable(value: str) -> str:
    # What stands here instead may be the key itself, so it is not repeated.
    if not _VARIABLE.fullmatch(value):
        raise ValueError("write the name of an environment variable, such as HUNTER_API_KEY, never a key")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'no time zone "{value}"; write one such as Europe/Berlin') from None
    return value


def _country(value: str) -> str:
    code = country_code(value)
    if code is None:
        raise ValueError(f'"{value[:80]}" is no country; write its name or its two-letter code, such as DE')
    return code


def _plain_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError(f'"{value[:80]}" is no plain name: use letters, digits, - and _')
    return value


def host_and_port(text: str, default_port: int | None = None) -> tuple[str, int]:
    """`HOST:PORT` (or `HOST` where a default port is given) as a pair; `ValueError` otherwise."""
    match = _ADDRESS.fullmatch(text.strip())
    port = int(match[2]) if match and match[2] else default_port
    if not match or port is None or not 0 < port < 65536:
        raise ValueError(f'"{text}" is not HOST:PORT')
    return match[1].strip("[]"), port


def _endpoint(value: object, default_port: int | None = None) -> object:
    if not isinstance(value, str | tuple):
        raise ValueError("write HOST:PORT")
    return host_and_port(value, default_port) if isinstance(value, str) else value


def _form(value: object) -> str:
    return "long form" if isinstance(value, dict | BaseModel) else "name"


AnyPeriod = Annotated[Period, BeforeValidator(_period)]
Day = Annotated[date, BeforeValidator(_day)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
PlainName = Annotated[str, AfterValidator(_plain_name)]
VariableName = Annotated[str, AfterValidator(_variable)]


def _one_line(value: str) -> str:
    """Without blanks around it: what goes into a header or a command of a protocol would begin another one."""
    if _CONTROL.search(text := value.strip()):
        raise ValueError("holds a line break or another control sign; write it in one line")
    return text


OneLine = Annotated[str, AfterValidator(_one_line)]
Endpoint = Annotated[tuple[str, int], BeforeValidator(_endpoint)]
Nameserver = Annotated[tuple[str, int], BeforeValidator(lambda value: _endpoint(value, 53))]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, value: Any) -> Any:
        """A setting without a value, such as a section whose lines are all commented out, is its default."""
        if not isinstance(value, dict):
            return value
        return {name: one for name, one in value.items() if one is not None or name not in cls.model_fields}


class Sender(_Settings):
    """Who writes the mails."""

    name: OneLine = ""
    email: OneLine = ""
    company: OneLine = ""
    postal_address: str = ""
    unsubscribe: OneLine = ""


class ConnectTo(_Settings):
    """Where connections of a scheme really go, whatever the URL says."""

    http: Endpoint | None = None
    https: Endpoint | None = None


class Http(_Settings):
    """How the web client behaves."""

    concurrency: int = Field(default=100, ge=1, le=1000)
    per_host: int = Field(default=2, ge=1, le=100)
    timeout: float = Field(default=15, gt=0, le=600)
    user_agent: OneLine = "prospector/0.1 (company site reader)"
    robots: bool = True
    allow_private: bool = False
    connect_to: ConnectTo = ConnectTo()
    ca_file: Path | None = None


class Dns(_Settings):
    """Which name servers answer; the system's where the list is empty."""

    nameservers: tuple[Nameserver, ...] = ()


class Smtp(_Settings):
    """How addresses are probed, if at all."""

    probe: bool = False
    port: int = Field(default=25, ge=1, le=65535)
    helo: OneLine | None = None
    mail_from: OneLine | None = None


class Enrich(_Settings):
    """How long a look-up stays fresh, what may be spent, which source is asked first."""

    max_age: AnyPeriod = Period(30, "d")
    budget: float = Field(default=0, ge=0)
    waterfall: dict[str, tuple[str, ...]] = {}
    accept: Literal["verified", "catch_all", "guessed"] = "verified"


class Provider(_Settings):
    """A paid source or an e-mail tool: where its key is found, where it is, what a look-up costs."""

    api_key_env: VariableName
    base_url: str | None = None
    price: dict[str, Annotated[float, Field(ge=0)]] = {}
    per_minute: int | None = Field(default=None, ge=1)
    user: OneLine = ""


class ToolDestination(_Settings):
    """A destination in its long form."""

    tool: str
    push: bool = False
    campaign: str | None = None
    delays: Literal["calendar_days", "sending_days", "business_days"] | None = None


Destination = Annotated[
    Annotated[str, Tag("name")] | Annotated[ToolDestination, Tag("long form")], Discriminator(_form)
]


class Campaign(_Settings):
    """A segment, a sequence and a destination, with the limits of every day."""

    segment: PlainName
    sequence: PlainName
    destination: Destination
    window: str = "Mon-Fri 09:00-17:00"
    daily_cap: int | None = Field(default=None, ge=1)
    per_company: int | None = Field(default=None, ge=1)
    company_gap: int = Field(default=0, ge=0, le=365)
    cooldown: AnyPeriod | None = None
    start: Day | None = None
    handover: Literal["enrolment", "due"] = "enrolment"
    enrich: bool = False
    allow: tuple[str, ...] = ()


class Settings(_Settings):
    """All of `prospector.yaml`."""

    database: Path = Path("prospector.db")
    sender: Sender = Sender()
    timezone: Zone = "UTC"
    country: Country | None = None
    http: Http = Http()
    dns: Dns = Dns()
    smtp: Smtp = Smtp()
    enrich: Enrich = Enrich()
    providers: dict[PlainName, Provider] = {}
    campaigns: dict[PlainName, Campaign] = {}


def find_workspace(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds a `prospector.yaml`."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise UsageError(
        f"no {FILE_NAME} here or in a parent folder",
        hint="make a workspace with `prospector init DIR`, or name one with --workspace DIR",
    )


def load_settings(path: Path) -> Settings:
    """Read and check a settings file."""
    node = read_yaml_file(path)
    try:
        settings = Settings.model_validate(node)
    except ValidationError as error:
        raise _file_error(path, node, error) from None
    return settings


def setting_line(path: Path, *names: str | int) -> int | None:
    """The line of a setting, such as `("campaigns", "hr", "window")`, for complaints that come later.

    A number is the place of an entry in a list. Of a setting that is not there: the line of what it belongs in.
    """
    node = read_yaml_file(path)
    found = tuple(_keys_on_the_way(node, names))
    return _line(node, found) if found else None


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
    return f"{path.name}:{_line(node, loc)}" if len(_keys_on_the_way(node, loc)) == len(loc) else "default"


def _file_error(path: Path, node: YamlMap, error: ValidationError) -> FileError:
    first = error.errors(include_url=False)[0]
    place = tuple(part for part in first["loc"] if part in _keys_on_the_way(node, first["loc"]))
    name = ".".join(str(part) for part in place) or "the file"
    line = _line(node, place)
    if first["type"] == "extra_forbidden":
        word = str(first["loc"][-1])
        known = _known_keys(first["loc"][:-1])
        hint = near_miss(word, known) or f"known: {', '.join(known)}"
        return FileError(path, f'no setting "{word}"', line=line, hint=hint)
    if first["type"] == "missing":
        return FileError(path, f'"{name}" needs "{first["loc"][-1]}"', line=line, hint="add it")
    hint = "see the settings in docs/configuration.md"
    if said := _SAID.get(first["type"]):
        return FileError(path, f'"{name}" {said.format(**first.get("ctx", {}))}', line=line, hint=hint)
    return FileError(path, f'"{name}": {first["msg"].removeprefix("Value error, ")}', line=line, hint=hint)


def _keys_on_the_way(node: Any, loc: tuple[int | str, ...]) -> list[int | str]:
    """The parts of a location that are keys of the file (union members and the like are not)."""
    found: list[int | str] = []
    for part in loc:
        if isinstance(node, YamlMap) and part in node:
            node = node[str(part)]
            found.append(part)
        elif isinstance(node, YamlList) and isinstance(part, int) and part < len(node):
            node = node[part]
            found.append(part)
    return found


def _line(node: Any, loc: tuple[int | str, ...]) -> int:
    line = 1
    for part in loc:
        if isinstance(node, YamlMap):
            line = node.line_of(str(part))
            node = node.get(str(part))
        elif isinstance(node, YamlList) and isinstance(part, int):
            line = node.lines[part]
            node = node[part]
    return line


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    """The names that a section of the file knows."""
    model: Any = Settings
    for part in loc:
        fields = getattr(model, "model_fields", {})
        model = _inner_model(fields[part].annotation) if part in fields else model
    return list(getattr(model, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:
    """The settings class inside `X`, `X | None` or `dict[name, X]`."""
    for part in (annotation, *getattr(annotation, "__args__", ())):
        candidate = getattr(part, "__origin__", part)
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
