"""The catalogue of technologies as people write it, `data/technologies.yaml`."""

from __future__ import annotations

from typing import Any

import yaml


def read_catalogue(text: bytes) -> dict[str, Any]:
    """The content of the catalogue's file."""
    # The C loader is nine times as fast, but not in every build of PyYAML.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    content = _plain(yaml.compose(text, Loader=loader))
    assert isinstance(content, dict)
    return content


def _plain(node: yaml.Node | None) -> Any:
    """A YAML node as dicts, lists and text: every scalar stays what is written (`1`, `On`).

    PyYAML's own constructor needs as long again as reading the file does.
    """
    if isinstance(node, yaml.MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    assert isinstance(node, yaml.ScalarNode)
    return node.value
