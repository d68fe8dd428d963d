"""Real pages, each the home page of a host of its own, through the whole of `enrich` over real HTTP.

The accuracy of detection alone stands in test_sites_technology_accuracy.py; here the stored result is compared,
so that nothing is lost between the wire and the table.
"""

from __future__ import annotations

import sys
import tarfile
from datetime import date
from pathlib import Path

import pytest
from sites import Sites

from prospector.workspace import Workspace

ROOT = Path(__file__).parents[2]
PAGES = ROOT.parent / "shared" / "data" / "html_pages"

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the labelled pages are not beside the project")

RECALL_STRICT, RECALL_AGREED, PRECISION = 0.98, 0.95, 0.98
"""Floors; they only rise."""


@pytest.fixture(scope="module")
def scoring():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import technology_scoring

        yield technology_scoring
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))


def _answer(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.timeout(300)
def test_the_stored_technologies_of_real_pages_reach_the_floors(tmp_path, scoring):
    with tarfile.open(PAGES / "pages.tar.xz") as archive:
        bodies = {
            Path(member.name).stem: archive.extractfile(member).read()
            for member in archive.getmembers()
            if member.name.endswith(".html")
        }
    served = {(f"{name}.example", "/"): _answer(body) for name, body in bodies.items()}
    with Sites(served) as sites:
        (tmp_path / "prospector.yaml").write_text(
            f'http: {{connect_to: {{http: "{sites.address}"}}}}\n', "utf-8"
        )
        rows = "\n".join(f"Company {name},{name}.example" for name in sorted(bodies))
        (tmp_path / "companies.csv").write_text(f"Company,Website\n{rows}\n", "utf-8")
        with Workspace.open(tmp_path, as_of=date(2026, 11, 22)) as opened:
            opened.import_file(tmp_path / "companies.csv")
            due, _ = opened.companies_to_read()
            report = opened.enrich(due)
            found = {
                name: {use.key for use in opened.company(f"{name}.example").technologies} for name in bodies
            }
    assert report.companies == len(bodies)
    assert report.outcomes["failed"] == 0
    result = scoring.score_found(found)
    assert result.strict_recall >= RECALL_STRICT
    assert result.agreed_recall >= RECALL_AGREED
    assert result.precision >= PRECISION
