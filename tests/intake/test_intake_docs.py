"""docs/import.md: each label that it lists fills the field beside it, and every field is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from prospector.intake.columns.header_data import header_data, header_key
from prospector.intake.columns.mappings import TARGETS

KINDS = ("(people)", "(companies)")
PAGE = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("<!-- labels -->")[2].partition("<!-- /labels -->")[0]
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TABLE, re.M))


def test_every_field_is_listed() -> None:
    assert [*ROWS] == [*TARGETS]


@pytest.mark.parametrize("field", ROWS)
def test_a_label_fills_the_field_beside_it(field: str) -> None:
    for label in ROWS[field].split(" · "):
        name, _, scope = label.removesuffix(")").partition(" (") if label.endswith(KINDS) else (label, "", "")
        kinds = [scope] if scope else ["people", "companies"]
        found = {header_data().aliases[kind][header_key(name)].field for kind in kinds if name[:1] != "("}
        assert field in found or name[:1] == "(", label
