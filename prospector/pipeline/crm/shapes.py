"""What is told of an export to a CRM, as JSON: declarations only."""

from __future__ import annotations

from typing import Annotated, TypedDict


class CrmExportShape(TypedDict):
    """What a CRM was told."""

    crm: Annotated[str, "hubspot or salesforce."]
    people: Annotated[int, "People of whom something has changed since the last time."]
    deals: Annotated[int, "Deals of which something has changed since the last time."]
    left_out: Annotated[dict[str, int], "What could not be told, by its reason."]
    refused: Annotated[list[str], "What the CRM's API did not take: it is told again next time."]
    files: Annotated[list[str], "The import files."]
    pushed: Annotated[bool, "Whether it went to the API instead of into files."]
    unnamed: Annotated[
        list[str], "Stages that have no name for this CRM in pipeline.yaml: they go by their own."
    ]
