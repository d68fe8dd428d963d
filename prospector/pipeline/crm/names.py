"""What each CRM calls a person's and a deal's row: exact names of columns and properties, and the key of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]
"""A row of the database."""


class Crm(NamedTuple):
    """A CRM: its two files, the columns of each by what stands in them, and what it cannot do without."""

    name: str
    people_file: str
    deals_file: str
    person: Callable[[Row, str], dict[str, str]]
    deal: Callable[[Row, str, str], dict[str, str]]
    needs: Mapping[str, str]
    """Columns that must not be blank, and what is told of whoever lacks them."""


def _hubspot_person(row: Row, stage: str) -> dict[str, str]:
    return {
        "email": row["email"],
        "firstname": row["first_name"] or "",
        "lastname": row["last_name"] or "",
        "company": row["company"] or "",
        "lifecyclestage": stage,
    }


def _hubspot_deal(row: Row, key: str, stage: str) -> dict[str, str]:
    return {
        "prospector_id": key,
        "dealname": row["name"],
        "pipeline": "default",
        "dealstage": stage,
        "amount": _amount(row["amount"]),
        "closedate": row["closed_on"] or row["close_on"] or "",
        "closed_lost_reason": row["lost_reason"] or "",
    }


def _salesforce_person(row: Row, stage: str) -> dict[str, str]:
    return {
        "Email": row["email"],
        "FirstName": row["first_name"] or "",
        "LastName": row["last_name"] or "",
        "Company": row["company"] or "",
        "Status": stage,
    }


def _salesforce_deal(row: Row, key: str, stage: str) -> dict[str, str]:
    return {
        "Prospector_Id__c": key,
        "Name": row["name"],
        "StageName": stage,
        "CloseDate": row["closed_on"] or row["close_on"] or "",
        "Amount": _amount(row["amount"]),
        "NextStep": (row["next_step"] or "")[:255],
        "Description": f"Lost: {row['lost_reason']}" if row["lost_reason"] else "",
    }


def _amount(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".removesuffix(".00")


CRMS = {
    "hubspot": Crm("hubspot", "contacts.csv", "deals.csv", _hubspot_person, _hubspot_deal, {}),
    "salesforce": Crm(
        "salesforce",
        "leads.csv",
        "opportunities.csv",
        _salesforce_person,
        _salesforce_deal,
        {"LastName": "no family name", "Company": "no company", "CloseDate": "no close date"},
    ),
}
