"""What needs no workspace: making one, a header to fill in, and looking at a saved page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from prospector.enrich.shapes import InspectionShape
    from prospector.intake.columns.header_data import RecordKind
    from prospector.sites.visit.reading import SiteReading


def make_workspace(folder: Path) -> list[Path]:
    """Make a workspace and return what was written. A folder that is one already is left alone."""
    from prospector.starter import make_workspace

    return make_workspace(folder)


def import_template(kind: RecordKind = "people") -> tuple[str, ...]:
    """The header of a file of people or of companies, to be filled in and imported."""
    from prospector.intake.columns.template import template

    return template(kind)


def inspect_page(
    saved: bytes | Path, *, url: str, headers: Sequence[tuple[str, str]], as_of: date
) -> SiteReading:
    """Read one saved page, its bytes or its file; no network, and stores nothing."""
    from prospector.enrich.inspect import inspect_page

    return inspect_page(saved, url=url, headers=headers, as_of=as_of)


def inspection(reading: SiteReading) -> InspectionShape:
    """A reading in the shape of `inspect --json`."""
    from prospector.enrich.inspect import inspection_json

    return inspection_json(reading)
