"""`prospector.yaml`: where it is, what it says, and which line is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from prospector.config.sections import Section, Settings
from prospector.core.errors import FileError, UsageError, near_miss
from prospector.core.yaml_text import YamlList, YamlMap, read_yaml_file

if TYPE_CHECKING:
    from pathlib import Path

Read = TypeVar("Read", bound=Section)

FILE_NAME = "prospector.yaml"
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
    return load_section(path, Settings, "docs/configuration.md")


def load_section(path: Path, model: type[Read], docs: str) -> Read:
    """Read and check a file of settings of which `docs` tells; `FileError` with the line of what is wrong."""
    node = read_yaml_file(path)
    try:
        return model.model_validate(node)
    except ValidationError as error:
        raise _file_error(path, node, error, model, docs) from None


def setting_line(path: Path, *names: str | int) -> int | None:
    """The line of a setting, such as `("campaigns", "hr", "window")`, for complaints that come later.

    A number is the place of an entry in a list. Of a setting that is not there: the line of what it belongs in.
    """
    node = read_yaml_file(path)
    found = tuple(keys_on_the_way(node, names))
    return line_of(node, found) if found else None


def _file_error(
    path: Path, node: YamlMap, error: ValidationError, model: type[Section], docs: str
) -> FileError:
    first = error.errors(include_url=False)[0]
    place = tuple(part for part in first["loc"] if part in keys_on_the_way(node, first["loc"]))
    name = ".".join(str(part) for part in place) or "the file"
    line = line_of(node, place)
    if first["type"] == "extra_forbidden":
        word = str(first["loc"][-1])
        known = _known_keys(model, first["loc"][:-1])
        hint = near_miss(word, known) or f"known: {', '.join(known)}"
        return FileError(path, f'no setting "{word}"', line=line, hint=hint)
    if first["type"] == "missing":
        return FileError(path, f'"{name}" needs "{first["loc"][-1]}"', line=line, hint="add it")
    hint = f"see the settings in {docs}"
    if said := _SAID.get(first["type"]):
        return FileError(path, f'"{name}" {said.format(**first.get("ctx", {}))}', line=line, hint=hint)
    return FileError(path, f'"{name}": {first["msg"].removeprefix("Value error, ")}', line=line, hint=hint)


def keys_on_the_way(node: Any, loc: tuple[int | str, ...]) -> list[int | str]:
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


def line_of(node: Any, loc: tuple[int | str, ...]) -> int:
    """The line on which a setting stands in a file that was read; 1 where nothing of the way to it is there."""
    line = 1
    for part in loc:
        if isinstance(node, YamlMap):
            line = node.line_of(str(part))
            node = node.get(str(part))
        elif isinstance(node, YamlList) and isinstance(part, int):
            line = node.lines[part]
            node = node[part]
    return line


def _known_keys(top: type[Section], loc: tuple[int | str, ...]) -> list[str]:
    """The names that a section of the file knows."""
    model: Any = top
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
