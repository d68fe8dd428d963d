"""The built wheel is complete: what a user installs works without the checkout."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest
from workspaces import environment, fill_in_sender, hr_people, people_csv

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "prospector"
START = """
import sys
sys.path[:0] = {path!r}
import prospector
assert prospector.__file__.startswith({target!r}), prospector.__file__
assert not [entry for entry in sys.path if entry.rstrip("/") == {root!r}], sys.path
from prospector.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, as pip puts them."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("*.whl")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "--target", str(folder / "target"), str(wheel)], check=True)
    return folder / "target"


def run(installed: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program; without `site`, so that no editable install puts the checkout on the path."""
    path = [str(installed), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    code = START.format(path=path, target=str(installed), root=str(ROOT))
    return subprocess.run(
        [sys.executable, "-S", "-c", code, *args],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for name in ("prospector.yaml", "pipeline.yaml", "segments", "templates")
        for path in sorted([folder / name, *(folder / name).rglob("*")])
        if path.is_file()
    }


def test_a_workspace_made_by_the_wheel_is_the_repositorys_root_and_works(
    installed: Path, tmp_path: Path
) -> None:
    made = run(installed, tmp_path, "init", "outbound")
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "outbound"
    assert files_below(folder) == files_below(ROOT)
    assert {path.name for path in folder.iterdir()} == {
        "prospector.yaml",
        "pipeline.yaml",
        "segments",
        "templates",
        ".gitignore",
        ".env",
    }
    refused = run(installed, folder, "plan", "finance-new-hr")
    assert (refused.returncode, "(sample_sender)" in refused.stderr) == (2, True)
    fill_in_sender(folder)
    (folder / "people.csv").write_text(people_csv(hr_people(2)), encoding="utf-8")
    for args in (
        ["segment", "check"],
        ["sequence", "check"],
        ["import", "people.csv"],
        ["plan", "finance-new-hr"],
    ):
        done = run(installed, folder, *args)
        assert done.returncode == 0, (args, done.stderr)
    found = run(installed, folder, "find", "--role", "HR manager", "--json")
    assert [row["answer"] for row in json.loads(found.stdout)] == ["match"] * 2


def test_the_wheel_runs_the_whole_demo(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "demo", "sample")
    assert done.returncode == 0, done.stderr
    assert "run again: 0" in done.stderr


def test_the_wheel_knows_its_version_and_its_command(installed: Path, tmp_path: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert run(installed, tmp_path, "--version").stdout == f"prospector {version}\n"
    (entries,) = installed.glob("*.dist-info/entry_points.txt")
    assert "prospector = prospector.cli.main:program" in entries.read_text(encoding="utf-8")
    assert (installed / "bin" / "prospector").is_file()


def test_the_wheel_holds_every_file_of_the_package_and_the_licence(installed: Path) -> None:
    ours = {
        str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    packed = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    assert ours - packed == set()
    assert {name for name in packed - ours if name.startswith("prospector/")} <= {
        f"prospector/starter/{name}" for name in files_below(ROOT)
    } | {name for name in packed if name.endswith(".pyc")}
    assert any(re.search(r"dist-info/.*LICENSE$", name) for name in packed)


def test_every_package_that_is_imported_is_a_declared_dependency() -> None:
    names = importlib.metadata.packages_distributions()
    used: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            used |= {name.partition(".")[0] for name in modules}
    used -= {*sys.stdlib_module_names, "prospector"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[^\w-]", one, maxsplit=1)[0].lower() for one in project["dependencies"]}
    missing = {name for name in used if not {one.lower() for one in names.get(name, [name])} & declared}
    assert missing == set()
