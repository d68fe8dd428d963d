"""The filter flags of `find`, made from the one table of fields."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prospector.core.fields import FILTER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

BEFORE_FLAG = "unknown"
"""The parameter in front of which the filter flags are listed."""


def filter_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for each filter field; it gets those that were used as `flags`, by key."""
    own = [
        one for one in inspect.signature(command, eval_str=True).parameters.values() if one.name != "flags"
    ]
    place = next(number for number, one in enumerate(own) if one.name == BEFORE_FLAG)
    added = [
        _parameter(field.key, field.flag, f"{field.help} Such as: {field.example}") for field in FILTER_FIELDS
    ]

    @functools.wraps(command)
    def with_flags(**given: Any) -> None:
        chosen = {field.key: given.pop(field.key) for field in FILTER_FIELDS}
        command(flags={key: values for key, values in chosen.items() if values}, **given)

    parameters = [*own[:place], *added, *own[place:]]
    with_flags.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_flags.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_flags


def _parameter(name: str, flag: str, text: str) -> inspect.Parameter:
    option = typer.Option(flag, metavar="VALUE", help=text, autocompletion=_completer(name))
    return inspect.Parameter(
        name,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=None,
        annotation=Annotated[list[str] | None, option],
    )


def _completer(key: str) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        """The values of the field that begin like this."""
        from prospector.segments.language.parsing import known_values

        return [value for value in known_values(key) if value.casefold().startswith(incomplete.casefold())]

    return complete
