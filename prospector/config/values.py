"""The kinds of values that settings have: each read from text, or refused in words that say what to write."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, PlainValidator

from prospector.config.answers import answer_name
from prospector.core.spans import Period
from prospector.normalise.emails import parse_email
from prospector.normalise.places import country_code

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[^:\s\[\]]+)(?::(\d{1,5}))?")
_NAME = re.compile(r"[\w][\w.-]{0,79}")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")


def _period(value: object) -> object:
    if not isinstance(value, str | Period):
        raise ValueError("write a time span such as 30d")
    return Period.parse(value) if isinstance(value, str) else value


def _pause(value: object) -> object:
    return value if value == "no" else _period(value)


def _share(value: object) -> object:
    """`5%` as 0.05."""
    if isinstance(value, float):
        return value
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not 0 < float(found[1]) <= 100:
        raise ValueError("write a share of more than 0%, up to 100%, such as 5% or 0.3%")
    return float(found[1]) / 100


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


def _email(value: str) -> str:
    address = parse_email(value)
    if address is None:
        raise ValueError(f'"{value[:80]}" is no e-mail address')
    return address


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


def form_of(value: object) -> str:
    """Which form a destination has: its name alone, or the long one."""
    return "long form" if isinstance(value, dict | BaseModel) else "name"


AnyPeriod = Annotated[Period, BeforeValidator(_period)]
Pause = Annotated[Period | Literal["no"], PlainValidator(_pause)]
Share = Annotated[float, BeforeValidator(_share)]
AnswerName = Annotated[str, AfterValidator(answer_name)]
Day = Annotated[date, BeforeValidator(_day)]
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_email)]
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
