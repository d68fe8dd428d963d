"""A full disk: an error that says so, and nothing of the file half in."""

from __future__ import annotations

from datetime import date

import pytest

from prospector.core.errors import FileError
from prospector.workspace import Workspace

HEADER = "First Name,Last Name,Email,Company,Website\n"


def people(start: int, count: int) -> str:
    rows = (
        f"Ana{n},Ruiz,ana{n}@acme{n}.example,Acme {n},acme{n}.example\n" for n in range(start, start + count)
    )
    return HEADER + "".join(rows)


def test_an_import_that_fills_the_disk_fails_whole_and_the_next_one_works(tmp_path):
    (tmp_path / "prospector.yaml").touch()
    (tmp_path / "first.csv").write_text(people(0, 50), "utf-8")
    (tmp_path / "second.csv").write_text(people(50, 5_000), "utf-8")
    with Workspace.open(tmp_path, as_of=date(2026, 11, 22)) as opened:
        opened.import_file(tmp_path / "first.csv")
        pages = opened.db.value("PRAGMA page_count")
        opened.db.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(FileError) as full:
            opened.import_file(tmp_path / "second.csv")
        assert "full" in full.value.what
        assert "free some disk space" in full.value.hint
        assert opened.db.value("SELECT count(*) FROM people") == 50
        assert opened.db.value("SELECT count(*) FROM imports") == 1
        assert opened.db.value("PRAGMA integrity_check") == "ok"
        opened.db.execute(f"PRAGMA max_page_count = {1 << 30}")
        assert opened.import_file(tmp_path / "second.csv").people["created"] == 5_000
