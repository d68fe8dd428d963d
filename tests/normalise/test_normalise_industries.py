"""The tree of industries and the names that lead to it."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path
from typing import Literal

import pytest

from prospector.normalise.industries import (
    industry_key,
    industry_keys,
    industry_label,
    industry_parent,
    industry_with_children,
    industry_words,
)
from prospector.normalise.text import data_lines, fold

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
TAXONOMIES = SHARED / "industry_taxonomies"
COMPANIES = SHARED / "companies_yc"

needs_taxonomies = pytest.mark.skipif(
    not TAXONOMIES.is_dir(), reason="the taxonomies are not on this machine"
)
needs_companies = pytest.mark.skipif(
    not COMPANIES.is_dir(), reason="the company table is not on this machine"
)

# Words of a directory that mean too many things outside it.
UNMAPPED = {
    "Unspecified",  # no industry
    "Sales", "Operations", "Office Management", "Finance and Accounting",  # a department of any company
    "Security",  # of systems or of buildings
    "Infrastructure",  # of clouds or of roads
    "Content",  # says nothing
}  # fmt: skip


def read_gzipped(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read()


# -- the tree ---------------------------------------------------------------------------------------------


def test_there_are_many_keys_each_with_a_label() -> None:
    keys = industry_keys()
    assert len(keys) >= 150
    assert len(set(keys)) == len(keys)
    assert all(key.replace("_", "").isalnum() and key == key.lower() for key in keys)
    labels = [industry_label(key) for key in keys]
    assert len(set(labels)) == len(labels)


def test_parents_exist_and_form_a_forest() -> None:
    for key in industry_keys():
        walked = [key]
        while (parent := industry_parent(walked[-1])) is not None:
            assert parent in industry_keys()
            assert parent not in walked, walked
            walked.append(parent)
        assert len(walked) <= 4


def test_a_key_contains_itself_and_all_below_it_and_nothing_else() -> None:
    for key in industry_keys():
        below = industry_with_children(key)
        assert key in below
        children = {child for child in industry_keys() if industry_parent(child) == key}
        assert below == {key}.union(*(industry_with_children(child) for child in children))


def test_financial_services_contain_banks_funds_and_insurers_but_no_accountants() -> None:
    money = industry_with_children("financial_services")
    assert {"banking", "investment_banking", "investment_management", "venture_capital", "insurance"} <= money
    assert "accounting" not in money
    assert industry_parent("banking") == "financial_services"
    assert "insurance" not in industry_with_children("banking")


def test_an_unknown_key_is_an_error() -> None:
    for ask in (industry_label, industry_with_children, industry_parent):
        with pytest.raises(KeyError):
            ask("no_such_key")


# -- names ------------------------------------------------------------------------------------------------


def test_no_name_and_no_number_leads_to_two_keys() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for line in data_lines("industries.tsv"):
        key, _parent, label, numbers, synonyms = line.split("\t")
        for name in (key, label, *synonyms.split("; ")):
            star = "*" if "*" in name else ""
            said_anyway = {"and", "und", "et", "y", "the", "of"}
            cleaned = "".join(c if c.isalnum() else " " for c in fold(name)).split()
            owners[star + " ".join(w for w in cleaned if w not in said_anyway)].add(key)
        for number in filter(None, numbers.split(";")):
            assert number.isdigit()
            owners[f"naics {number}"].add(key)
    assert not {name: sorted(keys) for name, keys in owners.items() if len(keys) > 1 or not name}


def test_every_key_label_and_synonym_leads_to_its_key() -> None:
    for line in data_lines("industries.tsv"):
        key, _parent, label, numbers, synonyms = line.split("\t")
        for name in (key, label, *(s for s in synonyms.split("; ") if "*" not in s)):
            assert industry_key(name) == key, name
        for number in filter(None, numbers.split(";")):
            assert industry_key(number) == key, number


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("COMPUTER_SOFTWARE", "software"),
        ("Computer Software", "software"),
        ("computer software", "software"),
        ("Software Development", "software"),
        ("INFORMATION_TECHNOLOGY_AND_SERVICES", "it_services"),
        ("Information Technology & Services", "it_services"),
        ("IT Services and IT Consulting", "it_services"),
        ("finance", "financial_services"),
        ("Financial Services", "financial_services"),
        ("FINANCIAL_SERVICES", "financial_services"),
        ("banking", "banking"),
        ("BANKS", "banking"),
        ("Banque", "banking"),
        ("Marketing & Advertising", "marketing_advertising"),
        ("Marketing and Advertising", "marketing_advertising"),
        ("Advertising Services", "marketing_advertising"),
        ("Hospital & Health Care", "healthcare"),
        ("hospitals and health care", "healthcare"),
        ("B2B", "b2b"),
        ("Fintech", "fintech"),
        ("Consumer", "consumer"),
        ("Fintech -> Payments", "payments"),
        ("Financial Services > Credit Intermediation > Banking", "banking"),
        ("Manufacturing > Something Unheard Of", "manufacturing"),
        ("Öl und Gas", "oil_gas"),
        ("OL UND GAS", "oil_gas"),
        ("Santé", "healthcare"),
        ("Construcción", "construction"),
        ("insurance industry", "insurance"),
        ("Wholesale Toys", "wholesale"),
        ("Toy Manufacturing", "manufacturing"),
        ("52", "financial_services"),
        ("522110", "banking"),
        ("NAICS: 5241", "insurance"),
        ("31-33", "manufacturing"),
        ("  Real Estate  ", "real_estate"),
        ("Banking, Insurance", "banking"),
        ("Something Unheard Of, Insurance", "insurance"),
        ("Software; Internet", "software"),
        ("Other Hospitals (except Psychiatric)", "hospitals"),
        ("Toy Wholesalers", "wholesale"),
        ("Medical, Dental, and Toy Merchant Wholesalers", "wholesale"),
        ("Foundries", "metals"),
    ],
)
def test_names_of_all_sources_lead_to_one_key(text: str, key: str) -> None:
    assert industry_key(text) == key


@pytest.mark.parametrize(
    ("text", "scheme", "key"),
    [
        ("7372", None, "software"),
        ("7372", "sic", "software"),
        ("7372", "naics", None),
        ("5411", None, "legal"),
        ("5411", "naics", "legal"),
        ("5411", "sic", "supermarkets"),
        ("SIC 5411", None, "supermarkets"),
        ("SIC Code: 6021", None, "banking"),
        ("6021", None, "banking"),
        ("58", None, "restaurants"),
        ("0111", None, "farming"),
        ("511210", None, "software"),
        ("513210", None, "software"),
        ("511210", "sic", None),
        ("7372, 7371", None, "software"),
        ("9999", None, None),
    ],
)
def test_a_number_is_read_by_its_scheme_and_as_naics_first(
    text: str, scheme: Literal["sic", "naics"] | None, key: str | None
) -> None:
    assert industry_key(text, scheme=scheme) == key


def test_every_line_of_the_sic_numbers_leads_to_a_key_and_no_number_stands_twice() -> None:
    numbers: list[str] = []
    for line in data_lines("sic.tsv"):
        key, found = line.split("\t")
        assert key in industry_keys()
        numbers += found.split(";")
        assert all(industry_key(number, scheme="sic") == key for number in found.split(";"))
    assert len(numbers) == len(set(numbers)) > 150
    majors = {f"{number:02d}" for number in [1, 2, *range(7, 10), 10, *range(12, 18), *range(20, 66)]} - {
        "18",
        "19",
    }
    assert not [number for number in sorted(majors - {"66"}) if industry_key(number, scheme="sic") is None]


@pytest.mark.parametrize(
    "text", ["", "  ", "banana", "&", "0", "99", "9999999", "unknown > nothing", "->", "\x00", "*"]
)
def test_an_unknown_name_is_no_industry(text: str) -> None:
    assert industry_key(text) is None


def test_a_hostile_name_is_cut_and_answered() -> None:
    assert industry_key("> " * 100_000) is None
    assert industry_key("banking" + " " * 100_000) == "banking"
    assert industry_key("9" * 100_000) is None


def test_words_for_hints_are_sorted_distinct_and_known() -> None:
    words = industry_words()
    assert list(words) == sorted(set(words))
    assert {"Banking", "saas", "Versicherungen".lower()} <= set(words)
    assert all(industry_key(word) is not None for word in words)


# -- the lists of others ----------------------------------------------------------------------------------


@needs_taxonomies
def test_every_name_of_the_newer_linkedin_list_is_known() -> None:
    rows = json.loads((TAXONOMIES / "linkedin_industry_codes_v2.json").read_text(encoding="utf-8"))[
        "industries"
    ]
    assert len(rows) > 400
    assert not [row["label"] for row in rows if industry_key(row["label"]) is None]
    assert not [row["hierarchy"] for row in rows if industry_key(row["hierarchy"]) is None]


@needs_taxonomies
def test_every_naics_code_is_known_and_agrees_with_its_sector() -> None:
    codes = json.loads(read_gzipped(TAXONOMIES / "naics_2017.json.gz"))
    assert len(codes) > 2_000
    assert not [code for code in codes if industry_key(code) is None]
    assert all(
        industry_key(c) in industry_with_children("financial_services") for c in codes if c[:2] == "52"
    )
    assert all(industry_key(c) in industry_with_children("construction") for c in codes if c[:2] == "23")


@needs_taxonomies
def test_every_title_of_naics_is_known_and_most_lead_where_their_numbers_lead() -> None:
    codes = json.loads(read_gzipped(TAXONOMIES / "naics_2017.json.gz"))
    titles = [(code, entry["Title"]) for code, entry in codes.items()]
    assert not [title for _, title in titles if industry_key(title) is None]
    apart = [(code, title) for code, title in titles if not _agree(industry_key(code), industry_key(title))]
    assert len(apart) / len(titles) <= 0.07, apart[:40]


def _agree(one: str | None, other: str | None) -> bool:
    """True if the keys are the same or one lies below the other."""
    if one is None or other is None:
        return False
    return one in industry_with_children(other) or other in industry_with_children(one)


@needs_companies
def test_every_word_of_the_company_table_is_known_or_left_out_on_purpose() -> None:
    words: set[str] = set()
    for line in read_gzipped(COMPANIES / "companies.jsonl.gz").strip().split("\n"):
        row = json.loads(line)
        words |= {row["industry"], row["subindustry"], *(row["industries"] or [])}
    unknown = {word for word in words if industry_key(word) is None}
    assert len(words) > 50
    assert unknown == UNMAPPED & words


def test_words_left_out_on_purpose_stay_unknown() -> None:
    assert all(industry_key(word) is None for word in UNMAPPED)
