"""`config show`: every setting with its origin, and never a secret."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from workspaces import AS_OF, run_cli

from prospector.config import load_settings, settings_in_force
from prospector.core.dotenv import read_dotenv, secret

KEY = "sk-live-7c1f9b2e"
PROVIDERS = """\
timezone: Europe/Berlin
providers:
  hunter: {api_key_env: TEST_HUNTER_KEY}
  apollo: {api_key_env: TEST_APOLLO_KEY}
  other: {api_key_env: TEST_OTHER_KEY}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prospector.yaml").write_text(PROVIDERS, encoding="utf-8")
    (tmp_path / ".env").write_text(f"# keys\nTEST_APOLLO_KEY='{KEY}-file'\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_keys_are_said_to_be_set_or_missing_and_never_printed(folder: Path, flags: list[str]) -> None:
    done = run_cli("config", "show", *flags, cwd=folder, env={"TEST_HUNTER_KEY": f"{KEY}-env"})
    assert done.returncode == 0
    assert KEY not in done.stdout + done.stderr
    if flags:
        keys = {row["setting"]: row["value"] for row in json.loads(done.stdout) if "key of" in row["setting"]}
        assert keys == {
            "TEST_HUNTER_KEY (key of hunter)": "set",
            "TEST_APOLLO_KEY (key of apollo)": "set",
            "TEST_OTHER_KEY (key of other)": "missing",
        }


def test_every_setting_has_its_origin(folder: Path) -> None:
    path = folder / "prospector.yaml"
    rows = {row.setting: row for row in settings_in_force(path, load_settings(path), AS_OF)}
    assert rows["timezone"].as_json() == {
        "setting": "timezone",
        "value": "Europe/Berlin",
        "origin": "prospector.yaml:1",
    }
    assert rows["http.timeout"].origin == "default"
    assert rows["providers.apollo.api_key_env"].origin == "prospector.yaml:4"


@pytest.mark.parametrize(
    ("variable", "day", "origin"),
    [
        ("2026-11-23", AS_OF, "environment"),
        ("2026-11-23", date(2026, 12, 1), "flag or today"),
        ("", AS_OF, "flag or today"),
    ],
)
def test_a_flag_beats_the_environment_and_the_origin_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, variable: str, day: date, origin: str
) -> None:
    monkeypatch.setenv("PROSPECTOR_AS_OF", variable)
    path = folder / "prospector.yaml"
    assert settings_in_force(path, load_settings(path), day)[-1].origin == origin


def test_the_environment_beats_the_file(folder: Path) -> None:
    assert secret(folder, "TEST_APOLLO_KEY", {}) == f"{KEY}-file"
    assert secret(folder, "TEST_APOLLO_KEY", {"TEST_APOLLO_KEY": "from-env"}) == "from-env"
    assert secret(folder, "TEST_OTHER_KEY", {}) is None


def test_a_dotenv_file_as_people_write_it_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(
        b'\xef\xbb\xbfexport A="one"\r\n\n#B=two\nC = th=ree \nD=\nno equals sign\n'
    )
    assert read_dotenv(tmp_path) == {"A": "one", "C": "th=ree", "D": ""}


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"A=\xff\xfe"), lambda path: None]
)
def test_a_dotenv_that_cannot_be_read_holds_no_keys(tmp_path: Path, make: object) -> None:
    make(tmp_path / ".env")  # type: ignore[operator]
    assert read_dotenv(tmp_path) == {}
