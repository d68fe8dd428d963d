"""What each command prints with `--json`: the one list behind `docs/json.md` and its tests.

Nothing here is loaded when a command runs.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from prospector.config import SettingShape
from prospector.contacts.shapes import VerdictShape, VerifiedShape
from prospector.core.shapes import FilterFieldShape, ShownCompanyShape, ShownPersonShape
from prospector.destinations.shapes import TouchRowShape
from prospector.enrich.shapes import EnrichShape, ForecastShape, InspectionShape
from prospector.intake.shapes import ImportShape, ListShape, TrialShape
from prospector.outreach.shapes import (
    CampaignLineShape,
    CheckShape,
    ForgottenShape,
    ManifestShape,
    PausedShape,
    PlanShape,
    PreviewShape,
    RunShape,
    StatusShape,
    SuppressedShape,
    ToolStopShape,
)
from prospector.pipeline.crm.shapes import CrmExportShape
from prospector.pipeline.deals.shapes import DealLineShape, DealShape
from prospector.pipeline.effects.shapes import KnownEventShape, RereadShape
from prospector.pipeline.events.shapes import EventsShape
from prospector.pipeline.mailboxes.shapes import PulledShape, ReconciledShape
from prospector.pipeline.next.shapes import MarkedShape, TaskShape
from prospector.pipeline.report.shapes import BacktestShape, ReportShape
from prospector.pipeline.stages.shapes import InCampaignShape, StageLineShape, StandingShape
from prospector.segments.shapes import (
    CountsShape,
    ExplainedShape,
    FoundCompanyShape,
    FoundPersonShape,
    FunnelLineShape,
    MovedShape,
    SegmentLineShape,
    SegmentReportShape,
)
from prospector.sequences.shapes import DifferenceShape, FindingShape, SequenceLineShape
from prospector.store.shapes import (
    CorrectionShape,
    DuplicateShape,
    ImportLineShape,
    KeptApartShape,
    MergedShape,
    SuppressionShape,
    ToldShape,
    UndoneShape,
)


class Output(NamedTuple):
    """One thing that a command prints: an example, its shape, and what else there is to say."""

    example: str
    shape: Any
    note: str = ""


OUTPUTS: dict[str, tuple[Output, ...]] = {
    "import": (
        Output("import contacts.csv --dry-run --json", TrialShape, "Several files give a list."),
        Output("import contacts.csv --json", ImportShape, "Several files give a list."),
    ),
    "undo": (
        Output("undo --list --json", list[ImportLineShape]),
        Output("undo --json", UndoneShape),
    ),
    "duplicates": (
        Output("duplicates --json", list[DuplicateShape]),
        Output("duplicates --keep-apart banco.example kraft.example --json", KeptApartShape),
    ),
    "merge": (Output("merge ana@banco.example anna@banco.example --json", MergedShape),),
    "set": (Output("set ana@banco.example title 'HR Manager' --json", CorrectionShape),),
    "show": (
        Output("show ana@banco.example --json", ShownPersonShape),
        Output("show banco.example --json", ShownCompanyShape),
    ),
    "why": (
        Output("why ana@banco.example title --json", list[ToldShape]),
        Output("why ana@banco.example --campaign hr --json", InCampaignShape),
    ),
    "fields": (
        Output("fields --json", list[FilterFieldShape]),
        Output("fields industry --json", list[dict[str, str]], "Each value under the field's name."),
    ),
    "find": (
        Output("find --segment hr --json", list[FoundPersonShape]),
        Output("find --companies --country ES --json", list[FoundCompanyShape]),
        Output("find --segment hr --count --json", CountsShape),
    ),
    "segment list": (Output("segment list --json", list[SegmentLineShape]),),
    "segment check": (Output("segment check --json", list[SegmentReportShape]),),
    "segment explain": (
        Output("segment explain hr --json", list[FunnelLineShape]),
        Output("segment explain hr --person ana@banco.example --json", list[ExplainedShape]),
    ),
    "segment diff": (Output("segment diff hr --since 2026-10-01 --json", list[MovedShape]),),
    "segment backtest": (Output("segment backtest hr --json", BacktestShape),),
    "inspect": (
        Output(
            "inspect page.html --url https://banco.example/ --json",
            InspectionShape,
            "For a domain the same; `lookups` says what was read.",
        ),
    ),
    "enrich": (
        Output("enrich --segment hr --plan --json", ForecastShape),
        Output("enrich --segment hr --json", EnrichShape),
    ),
    "verify": (
        Output("verify ana@banco.example --json", VerdictShape),
        Output("verify contacts.csv --json", VerifiedShape),
    ),
    "sequence list": (Output("sequence list --json", list[SequenceLineShape]),),
    "sequence check": (Output("sequence check --json", list[FindingShape]),),
    "sequence preview": (
        Output("sequence preview welcome --person ana@banco.example --json", list[PreviewShape]),
    ),
    "sequence diff": (Output("sequence diff welcome hello --json", list[DifferenceShape]),),
    "campaign list": (Output("campaign list --json", list[CampaignLineShape]),),
    "plan": (Output("plan hr --json", PlanShape),),
    "run": (Output("run hr --json", RunShape, "Several campaigns give a list; `--dry-run` gives the plan."),),
    "pause": (Output("pause ana@banco.example --json", PausedShape),),
    "resume": (Output("resume ana@banco.example --json", PausedShape),),
    "suppress add": (Output("suppress add ana@banco.example --json", SuppressedShape),),
    "suppress list": (Output("suppress list --json", list[SuppressionShape]),),
    "suppress import": (Output("suppress import opted-out.csv --json", ListShape),),
    "forget": (Output("forget jo@kraft.example --yes --json", ForgottenShape),),
    "events import": (Output("events import inbox.mbox --json", EventsShape),),
    "events pull": (Output("events pull nora --json", PulledShape),),
    "events reconcile": (Output("events reconcile nora saved.eml --json", ReconciledShape),),
    "events review": (Output("events review --json", list[KnownEventShape]),),
    "events reread": (Output("events reread --json", RereadShape),),
    "events add": (Output("events add ana@banco.example meeting_booked --json", list[KnownEventShape]),),
    "events list": (Output("events list --json", list[KnownEventShape]),),
    "events stops": (Output("events stops --json", list[ToolStopShape]),),
    "stage": (
        Output("stage --json", list[StageLineShape], "All stages."),
        Output("stage ana@banco.example sql --reason 'called back' --json", StandingShape, "One person."),
    ),
    "deal add": (
        Output(
            "deal add 'Payroll for Banco' --person ana@banco.example --amount 12000 --close 2027-01-31 --json",
            DealShape,
        ),
    ),
    "deal set": (
        Output("deal set deal:1 close 2027-02-28 --reason 'their year ends later' --json", DealShape),
    ),
    "deal letter": (
        Output("deal letter deal:1 champion 2 --value 'Ana Ruiz' --said-by 'Ana Ruiz' --json", DealShape),
    ),
    "deal next": (Output("deal next deal:1 'send the offer' --on 2026-12-04 --json", DealShape),),
    "deal won": (Output("deal won deal:1 --json", DealShape),),
    "deal lost": (Output("deal lost deal:1 --reason price --json", DealShape),),
    "deal show": (Output("deal show deal:1 --json", DealShape),),
    "deal list": (Output("deal list --state all --json", list[DealLineShape]),),
    "deal export": (Output("deal export --to salesforce --json", CrmExportShape),),
    "next": (Output("next --as-of 2026-11-25 --json", list[TaskShape]),),
    "next done": (Output("next done task:1 --as-of 2026-11-25 --outcome 'wrote back' --json", MarkedShape),),
    "next later": (Output("next later task:2 --as-of 2026-11-25 --on 2026-12-14 --json", MarkedShape),),
    "next skip": (Output("next skip task:2 --as-of 2026-12-14 --json", MarkedShape),),
    "report": (Output("report --target 50000 --json", ReportShape),),
    "doctor": (Output("doctor --json", list[CheckShape]),),
    "status": (Output("status --json", StatusShape),),
    "config show": (Output("config show --json", list[SettingShape]),),
}
"""By command, in the order in which the samples can be run one after the other."""

FILES: dict[str, Output] = {
    "manifest.json": Output("manifest.json", ManifestShape),
    "touches.jsonl": Output("touches.jsonl", TouchRowShape, "Each line is one."),
}
"""The JSON files of a run."""
