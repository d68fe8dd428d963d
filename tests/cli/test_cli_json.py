"""JSON: what every command prints is what is declared, key by key."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from prospector.cli.main import app
from prospector.cli.shapes import FILES, OUTPUTS
from prospector.core.json_shapes import lines_of, mismatches
from prospector.core.shapes import ShownCompanyShape, ShownPersonShape
from prospector.enrich.crawl import EnrichReport
from prospector.enrich.people import ContactReport, Tally
from prospector.enrich.shapes import EnrichShape, InspectionShape
from prospector.intake.shapes import ImportShape, TrialShape
from prospector.outreach.plan import Plan
from prospector.outreach.run_folders import StoppedRun
from prospector.outreach.shapes import PlanShape, PreviewShape, RunShape, StoppedRunShape
from prospector.segments.shapes import FoundCompanyShape, FoundPersonShape
from prospector.store.shapes import ToldShape, UndoneShape

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
from json_examples import Example, examples, sample_workspace

NOT_IN_THE_SAMPLES = {"calls[]", "kept[]", "lookups[]", "unfinished_elsewhere[]", "refused[]"} | {
    "under_way_elsewhere[]",
    "stopped_there[]",
    "still_there[]",
    "left_alone[]",
    "events[]",
    "[].contact",
    "answers[]",
    "answers",
    "stage",
}
"""Paid sources, an undo after a run, a site that is visited, a workspace that is gone, somebody whom a tool did not
take, or whom another campaign still writes to, who was stopped in a tool, whom one has written to: other tests have them."""
SHAPES = [one.shape for outputs in (*OUTPUTS.values(), tuple(FILES.values())) for one in outputs]


def _leaves(command: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below or command.invoke_without_command:
        yield " ".join(above), command
    for name in below:
        yield from _leaves(below[name], (*above, name))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return list(examples(tmp_path_factory.mktemp("sample").resolve()))


def test_every_command_with_json_declares_what_it_prints() -> None:
    asked = [
        name
        for name, command in _leaves(get_command(app))
        if any("--json" in option.opts for option in command.params)
    ]
    assert sorted(OUTPUTS) == sorted(asked)
    assert [name for name in asked if name in OUTPUTS] == list(OUTPUTS), "in funnel order"


def test_every_key_has_a_meaning() -> None:
    for shape in SHAPES:
        assert [path for path, _, meaning in lines_of(shape) if not meaning] == []


def test_what_is_printed_is_what_is_declared(printed: list[Example]) -> None:
    for one in printed:
        assert list(mismatches(one.value, one.output.shape)) == [], one.output.example
    assert {one.command for one in printed} == {*OUTPUTS, *FILES}


def test_the_samples_show_every_key_that_is_declared(printed: list[Example]) -> None:
    """A list that is empty in all samples would hold nothing against its declaration."""
    seen: set[tuple[str, str]] = set()
    for one in printed:
        seen |= {(one.command, path) for path in _paths(one.value)}
    declared = {(one.command, path) for one in printed for path, _, _ in lines_of(one.output.shape)}
    # Of deals and stages the samples have few; `test_pipeline_report.py` has a log with all of it.
    unseen = {path for command, path in declared - seen if command not in ("report", "segment backtest")}
    assert {path.rpartition(".")[0] for path in unseen} == NOT_IN_THE_SAMPLES


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _paths(one, f"{path}[]")
    elif isinstance(value, dict):
        for name, one in value.items():
            place = f"{path}.{name}" if path else name
            yield place
            yield from _paths(one, place)


@pytest.mark.parametrize(
    ("lines", "shape"),
    [
        (["import people.csv contacts.csv --json"], list[ImportShape]),
        (["import opted-out.csv people.csv --dry-run --json"], list[TrialShape]),
        (["undo --json", "undo 1 --json"], UndoneShape),
        (["run hr --json", "undo --json"], UndoneShape),
        (["inspect banco.example --json"], InspectionShape),
        (["inspect page.html --json"], InspectionShape),
        (["enrich --json", "why banco.example --json"], list[ToldShape]),
        (["enrich --deep --json"], EnrichShape),
        (["enrich --json", "show banco.example --json"], ShownCompanyShape),
        (["show person:3 --json"], ShownPersonShape),
        (["find --has email --json"], list[FoundPersonShape]),
        (["find --companies --uses HubSpot --unknown include --json"], list[FoundCompanyShape]),
        (["sequence preview welcome --segment hr --json"], list[PreviewShape]),
        (["run hr --dry-run --json"], PlanShape),
        (["run hr hr --json"], list[RunShape]),
    ],
    ids=lambda one: one[-1] if isinstance(one, list) else "",
)
def test_other_ways_to_ask_print_the_same_shapes(tmp_path: Path, lines: list[str], shape: Any) -> None:
    with sample_workspace(tmp_path.resolve()) as run:
        text = [run(line)[0] for line in lines][-1]
    assert list(mismatches(json.loads(text), shape)) == []


def test_a_call_of_a_paid_source_has_its_shape() -> None:
    report = EnrichReport(people=ContactReport(budget=1.0, outcomes=Counter(found=1)))
    report.people.calls["directory"] = Tally(calls=2, hits=1, cost=0.2)
    shape = report.as_json()
    assert list(mismatches(shape, EnrichShape)) == []
    assert (shape["calls"], shape["budget_left"]) == (
        [{"provider": "directory", "calls": 2, "hits": 1, "cost": 0.2}],
        0.8,
    )


@pytest.mark.parametrize("workspace", [None, Path("elsewhere")])
def test_a_run_that_stopped_elsewhere_has_its_shape(workspace: Path | None) -> None:
    stopped = StoppedRun("hr/2026-11-23-1", "hr", 3, workspace)
    assert list(mismatches(stopped.as_json(), StoppedRunShape)) == []


def test_who_is_under_way_elsewhere_is_as_declared() -> None:
    plan = Plan("hr", date(2026, 11, 23), (), (), 0, under_way=(("other", 2),))
    assert list(mismatches(plan.as_json(), PlanShape)) == []
    assert plan.as_json()["under_way_elsewhere"] == [{"campaign": "other", "people": 2}]
