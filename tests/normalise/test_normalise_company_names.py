from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.company_names import company_key, company_name

NAMES = Path(__file__).parents[2].parent / "shared" / "data" / "person_names"

FORMS = (
    "S.A.|SA|GmbH|GmbH & Co. KG|AG|SE|Inc.|, Inc.|LLC|L.L.C.|Ltd|Limited|PLC|LLP|AB|Oy|"
    "AS|A/S|ApS|B.V.|NV|S.p.A.|SpA|Srl|S.r.l.|S.L.|Ltda.|Pty Ltd|(Pty) Ltd|Pvt. Ltd.|"
    "Pte. Ltd.|Sp. z o.o.|s.r.o.|a.s.|K.K.|Co., Ltd.|S.A. de C.V.|S. de R.L. de C.V.|S.à r.l.|"
    "SAS|d.o.o.|Kft.|OÜ|A.Ş.|Ltd. Şti.|UG (haftungsbeschränkt)|e.K.|Sdn. Bhd.|Corp.|"
    "Corporation|Incorporated|SA/NV|OHG|KGaA|Lda"
)


@pytest.mark.parametrize("form", FORMS.split("|"))
def test_a_legal_form_is_cut(form: str) -> None:
    assert company_name(f"Banco Ejemplo{'' if form[0] == ',' else ' '}{form}") == "Banco Ejemplo"


@pytest.mark.parametrize(
    "name",
    [*(form.strip(" ,") for form in FORMS.split("|")), "The Limited", "Co."],
)
def test_a_name_is_never_cut_to_nothing(name: str) -> None:
    assert company_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ocean Spa",
        "Limited Brands",
        "Inc. Magazine",
        "Tiffany & Co.",
        "AB Tasty",
        "Johnson & Johnson",
        "3M",
        "Yahoo!",
        "Ford Motor Company",
    ],
)
def test_words_that_only_look_like_legal_forms_stay(name: str) -> None:
    assert company_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ACME, Inc.", "ACME"),
        ("  Acme\u00a0GmbH ", "Acme"),
        ('ООО "Ромашка"', "Ромашка"),
        ("株式会社テスト", "テスト"),
        ("示例有限公司", "示例"),
        ("PT Contoh Tbk", "Contoh"),
        ("Acme -", "Acme"),
        ("SE", "SE"),
        ("The Limited", "The Limited"),
    ],
)
def test_the_shown_name(text: str, name: str) -> None:
    assert company_name(text) == name


@pytest.mark.parametrize(
    "name", ["Feldwerk (acquired by Moor SE)", "Kranz (now Holt Ltd)", "Moor (formerly Kranz GmbH)"]
)
def test_a_remark_in_brackets_is_never_cut_in_the_middle(name: str) -> None:
    assert company_name(name) == name


@pytest.mark.parametrize(
    "text",
    [None, "", "N/A", "-", '=HYPERLINK("http://x.example","Acme")', "javascript:alert(1)", "...", "x" * 300],
)
def test_cells_without_a_name_are_none(text: str | None) -> None:
    assert company_name(text) is None
    assert company_key(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme GmbH", "ACME"),
        ("Ford Motor Co.", "Ford Motor Company, Inc."),
        ("Smith & Söhne KG", "Smith und Sohne"),
        ("The Example Group", "Example Group Ltd"),
        ("L'Exemple SA", "LExemple"),
    ],
)
def test_spellings_of_one_company_have_one_key(one: str, other: str) -> None:
    assert company_key(one) == company_key(other) != ""


@given(st.text(max_size=80))
def test_any_text_gives_a_stable_name(text: str) -> None:
    name = company_name(text)
    assert company_name(name) == name
    assert company_key(name) == company_key(text)


def _lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(NAMES / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(not NAMES.exists(), reason="the set of labelled company names is not here")
def test_legal_forms_of_the_public_set_are_cut_and_nothing_else() -> None:
    right = total = 0
    for case in _lines("probablepeople_company.jsonl.gz"):
        tokens = case["tokens"]
        while tokens and tokens[-1][0] == "CorporationLegalType":
            tokens = tokens[:-1]
        expected = " ".join(word for _, word in tokens).rstrip(" ,.")
        total += bool(expected)
        right += bool(expected) and (company_name(case["text"]) or "").rstrip(".") == expected
    assert right / total >= 0.95


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Stone & Ruiz, pc", "Stone & Ruiz"),
        ("acme lp", "acme"),
        ("Acme Lp", "Acme"),
        ("Gaming pc", "Gaming pc"),
        ("Acme, P.C.", "Acme"),
    ],
)
def test_short_forms_in_small_letters_are_cut_where_they_can_be_no_name(text: str, name: str) -> None:
    assert company_name(text) == name


@pytest.mark.parametrize(
    "first", ["1910", "1910 S.A.", "Hipmob · Full-time SE", "Hipmob", "Acme GmbH", "Acme"]
)
def test_a_name_does_not_depend_on_what_was_asked_before(first):
    asked = ["1910", "1910 S.A.", "Hipmob · Full-time SE", "Hipmob", "Acme GmbH", "Acme"]
    said = {}
    for text in (first, *asked):
        said.setdefault(text, company_name(text))
    wanted = {
        "1910": None, "1910 S.A.": "1910", "Hipmob · Full-time SE": "Hipmob", "Hipmob": "Hipmob", "Acme GmbH": "Acme",
        "Acme": "Acme",
    }  # fmt: skip
    assert said == wanted
