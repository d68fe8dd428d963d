"""A company cell that says that there is no employer names no company, in every language of import."""

from __future__ import annotations

import pytest

from prospector.normalise.no_employer import employment_told, employments


@pytest.mark.parametrize(
    ("cell", "employment"),
    [
        ("Self-employed", "self_employed"),
        ("Selbstständig", "self_employed"),
        ("Selbständig · 2 yrs", "self_employed"),
        ("À mon compte", "self_employed"),
        ("Auto-entrepreneur", "self_employed"),
        ("Autónomo", "self_employed"),
        ("por conta própria", "self_employed"),
        ("P. IVA", "self_employed"),
        ("ZZP'er", "self_employed"),
        ("Egenföretagare", "self_employed"),
        ("Self Employed - HR Consultant", "self_employed"),
        ("Независимый", None),
        ("Freelance", "freelance"),
        ("Freiberuflich", "freelance"),
        ("Freelance (self-employed)", "freelance"),
        ("Freelance, Marketing Manager", "freelance"),
        ("フリーランス", "freelance"),
        ("Retired", "retired"),
        ("Im Ruhestand", "retired"),
        ("À la retraite", "retired"),
        ("Jubilada", "retired"),
        ("Aposentado", "retired"),
        ("In pensione", "retired"),
        ("Met pensioen", "retired"),
        ("на пенсии", "retired"),
        ("Between jobs", "between_jobs"),
        ("Currently between jobs", "between_jobs"),
        ("Auf Jobsuche", "between_jobs"),
        ("En recherche d'emploi", "between_jobs"),
        ("En búsqueda de empleo", "between_jobs"),
        ("Em busca de emprego", "between_jobs"),
        ("In cerca di lavoro", "between_jobs"),
        ("Werkzoekend", "between_jobs"),
        ("Confidential", "confidential"),
        ("Vertraulich", "confidential"),
        ("Stealth Mode Startup", "confidential"),
        ("Stealth Biotech Startup", "confidential"),
        ("Empresa confidencial", "confidential"),
        ("Student", "student"),
        ("keine", "none"),
        ("n.v.t.", "none"),
    ],
)
def test_the_cell_tells_the_employment(cell: str, employment: str | None) -> None:
    assert employment_told(cell) == employment


@pytest.mark.parametrize(
    "name",
    [
        "Freelance Partners", "Freelancer.com", "Freelance Company", "The Independent", "Stealth Worker",
        "Stealth Cam", "Retired Racehorses Ltd", "Confidential Records Inc", "Student Loans Co", "Home Depot",
        "Private Bank", "Me & Em", "Freelance | Studio", "Freelance GmbH", "Autónomos Unidos", "Hidden Valley",
    ],
)  # fmt: skip
def test_companies_whose_name_has_such_a_word_stay_companies(name: str) -> None:
    assert employment_told(name) is None


def test_every_kind_is_a_plain_word() -> None:
    assert all(kind.replace("_", "").isalpha() for kind in employments())
