"""The report as one HTML file."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from prospector.pipeline.report.page.content import heads, parts

if TYPE_CHECKING:
    from jinja2 import Environment

    from prospector.pipeline.report.report import Report


def page(report: Report) -> str:
    """The page, complete: it asks for nothing and runs nothing."""
    told = report.as_json()
    template = _environment().get_template("report.html.j2")
    return template.render(told=told, heads=list(heads(told)), parts=parts(report))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415  (slow to load)

    found: Any = Environment(
        loader=PackageLoader("prospector.pipeline.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return found  # type: ignore[no-any-return]
