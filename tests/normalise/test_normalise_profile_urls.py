from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.profile_urls import linkedin_company, linkedin_profile


@pytest.mark.parametrize(
    "cell",
    [
        "https://www.linkedin.com/in/Ana-Ruiz-1/?x=1",
        "http://de.linkedin.com/in/ana-ruiz-1",
        "linkedin.com/in/ana-ruiz-1/en",
        "www.linkedin.com/in/ANA-RUIZ-1#x",
        " https://uk.linkedin.com/in/ana-ruiz-1/ ",
        "https://www.linkedin.com/mwlite/in/ana-ruiz-1",
        "https://www.linkedin.com/in/ana%2Druiz%2D1",
    ],
)
def test_all_spellings_of_a_profile_become_one(cell: str) -> None:
    assert linkedin_profile(cell) == "https://www.linkedin.com/in/ana-ruiz-1"


def test_accents_are_decoded_and_internal_ids_keep_their_case() -> None:
    assert linkedin_profile("https://www.linkedin.com/in/jos%C3%A9-p") == "https://www.linkedin.com/in/josé-p"
    internal = "https://www.linkedin.com/in/ACwAAAbCdEfGhIjKlMnOp"
    assert linkedin_profile(internal) == internal


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "javascript:alert('linkedin.com/in/ana')",
        "https://evil.example/linkedin.com/in/ana",
        "https://linkedin.com.evil.example/in/ana",
        "https://www.linkedin.com/sales/lead/ACwAA,NAME",
        "https://www.linkedin.com/company/acme",
        "https://www.linkedin.com/in/",
        "https://www.linkedin.com/in/%2e%2e%2f",
        "https://notlinkedin.com/in/ana",
        "https://www.linkedin.com/in/a%3Cscript%3E",
        "https://user@www.linkedin.com/in/ana",
        "ana",
    ],
)
def test_what_is_no_public_profile_is_none(cell: str | None) -> None:
    assert linkedin_profile(cell) is None


def test_company_pages_are_read_by_slug_or_id() -> None:
    assert (
        linkedin_company("https://www.linkedin.com/company/Acme-Corp/about/")
        == "https://www.linkedin.com/company/acme-corp"
    )
    assert linkedin_company("linkedin.com/company/1234567") == "https://www.linkedin.com/company/1234567"
    assert linkedin_company("https://www.linkedin.com/sales/company/1234567") is None
    assert linkedin_company("https://www.linkedin.com/in/ana") is None


@given(st.text(max_size=60) | st.text(min_size=1, max_size=30).map("https://www.linkedin.com/in/".__add__))
def test_any_text_is_read_without_failing_and_a_profile_stays_itself(text: str) -> None:
    for read in (linkedin_profile, linkedin_company):
        found = read(text)
        assert found is None or read(found) == found
