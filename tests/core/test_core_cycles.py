"""The imports of the package go one way, those that only type checkers see included."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import prospector

PACKAGE = Path(prospector.__file__).parent


def module_name(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.Module, modules: set[str]) -> set[str]:
    """The modules that a file imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names} & modules
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "a relative import, which this test does not read"
            assert not node.level, "a relative import, which this test does not read"
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                found.add(inner if inner in modules else node.module)
    return found & modules


def circle(package: Path) -> list[str]:
    """The modules of one circle, each imported by the next; empty if there is none."""
    trees = {
        module_name(path, package): ast.parse(path.read_bytes()) for path in sorted(package.rglob("*.py"))
    }
    graph = {name: sorted(imported(tree, set(trees)) - {name}) for name, tree in trees.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def test_no_modules_import_each_other_in_a_circle():
    found = circle(PACKAGE)
    assert not found, "circle of imports: " + " is imported by ".join(found)


def test_a_circle_is_seen_through_imports_for_types_and_inside_functions(tmp_path):
    package = tmp_path / "pack"
    (package / "room").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "room" / "__init__.py").write_text("")
    (package / "a.py").write_text("if TYPE_CHECKING:\n    from pack.room import b\n")
    (package / "room" / "b.py").write_text("def f():\n    from pack.c import g\n")
    (package / "c.py").write_text("import os\n")
    assert circle(package) == []
    (package / "c.py").write_text("import pack.a\n")
    assert set(circle(package)) == {"pack.a", "pack.room.b", "pack.c"}
