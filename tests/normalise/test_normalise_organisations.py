"""Organisations among people are told by what they are called, and people who are called like one stay people."""

from __future__ import annotations

import pytest

from prospector.normalise.organisations import (
    is_desk,
    is_type_label,
    may_be_organisation,
    organisation_name,
    record_type,
)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Moor Ltd", "Moor"),
        ("Moor Ltd (reception)", "Moor"),
        ("Moor Ltd (Empfang)", "Moor"),
        ("Anna Gruber GmbH", "Anna Gruber"),
        ("Kranz & Co. KG", "Kranz"),
        ("Ivan Inc", "Ivan"),
        ("Vidal Sociedad Limitada", "Vidal"),
        ("OOO Romashka", "Romashka"),
        ("株式会社ミホン", "ミホン"),
        ("Feld Sp. z o.o.", "Feld"),
    ],
)
def test_a_legal_form_tells_a_company(cell: str, name: str) -> None:
    assert organisation_name(cell) == name


@pytest.mark.parametrize(
    "cell",
    [
        "Maria Sa",
        "Kai As",
        "Ana Spa",
        "Li Co",
        "Roe, Ing.",
        "Ewald Sphr",
        "Bo Oy",
        "Eva Ag",
        "Ole Vik",
        "Jan Sas",
    ],
)
def test_a_person_whose_name_looks_like_a_legal_form_stays_a_person(cell: str) -> None:
    assert organisation_name(cell) is None
    assert organisation_name(cell, hinted=True) is None


@pytest.mark.parametrize("cell", ["Vik AS", "Kranz S.A.", "Feld AG", "Sarcelle SAS"])
def test_a_short_form_needs_a_hint_and_nobody_is_greeted_by_it(cell: str) -> None:
    assert organisation_name(cell) is None
    assert organisation_name(cell, hinted=True)
    assert may_be_organisation(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "Hiring Team",
        "HR Team",
        "Team Kranz",
        "Empfang",
        "Reception Desk",
        "Customer Service",
        "Info",
        "Équipe commerciale",
    ],
)
def test_a_team_or_a_desk_is_nobody(cell: str) -> None:
    assert is_desk(cell)


@pytest.mark.parametrize(
    "cell", ["Anna Sales", "Marco Info", "Petra Gast", "Penny Price", "De la Cruz", "Will Manager"]
)
def test_a_person_with_one_such_word_is_somebody(cell: str) -> None:
    assert not is_desk(cell)


@pytest.mark.parametrize(
    ("label", "cell", "kind"),
    [
        ("Type", "Company", "company"),
        ("Kontaktart", "Firma", "company"),
        ("Tipo de pessoa", "Pessoa Física", "person"),
        ("法人/個人", "法人", "company"),
        ("法人/個人", "個人", "person"),
        ("Record Type", "Organisation", "company"),
        ("Type", "Inbound", None),
    ],
)
def test_a_column_for_the_type_tells(label: str, cell: str, kind: str | None) -> None:
    assert is_type_label(label)
    assert record_type(cell) == kind


@pytest.mark.parametrize("cell", ["Moor Consulting", "Boulangerie Moor", "Moor Software"])
def test_nobody_is_greeted_by_a_word_of_companies_names(cell: str) -> None:
    assert may_be_organisation(cell)


def test_a_known_given_name_in_front_is_a_person() -> None:
    assert not may_be_organisation("Anna Software")
