"""What the cells of a list of opt-outs name: every address, every domain, and what is none of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.errors import UsageError
from prospector.intake.suppressions.targets import parse_targets, read_opt_outs

ANA, BO = "ana@bank.example", "bo@rival.example"


@pytest.mark.parametrize(
    "cell",
    [
        f"{ANA},{BO}", f"{ANA}, {BO}", f"{ANA};{BO}", f"{ANA}|{BO}", f"{ANA}\t{BO}", f"{ANA} {BO}", f"{ANA}\n{BO}",
        f"{ANA} ::: {BO}", f"<{ANA}> <{BO}>", f"Ana Ruiz <{ANA}>, Bo <{BO}>", f'"Ruiz, Ana" <{ANA}>; {BO}',
        f"mailto:{ANA}?subject=Hi {BO}", f"['{ANA}', '{BO}']", f'["{ANA}","{BO}"]', f'{{"a": "{ANA}", "b":"{BO}"}}',
        f"{ANA}/{BO}", f"({ANA}) [{BO}]", f"E-Mail:{ANA} SMTP:{BO}", f"please stop {ANA} and {BO}.", f"“{ANA}” «{BO}»",
        f"{ANA.upper()} {BO}...", "ana@bank%2Eexample".replace("%2E", ".") + f"; {BO}", f"ana%40bank.example {BO}",
        f"ana&#64;bank.example {BO}", f"ana＠bank.example， {BO}", f"ana\u200b@bank.example \ufeff{BO}", f"*{ANA}* `{BO}`",
        f"<a href='mailto:{ANA}'>Ana</a> {BO}", f"https://x.example/u?email={ANA}&l=1 {BO}", f"'{ANA}\n'{BO}'",
        f"me @ home: {ANA} {BO}",
    ],
)  # fmt: skip
def test_every_address_of_a_cell_is_found(cell: str) -> None:
    found = read_opt_outs([cell])
    assert (found.addresses, found.broken) == ([ANA, BO], [])


@pytest.mark.parametrize(
    "cell",
    [
        "rival.example", "RIVAL.example", " rival.example ", "@rival.example", "*.rival.example", ".rival.example", "'*.rival.example'", "**rival.example**", "*@rival.example",
        "*@*.rival.example", "http://rival.example", "https://www.rival.example/", "https://rival.example/team?x=1#y",
        "www.rival.example", '"rival.example"', "<rival.example>", "rival.example.", '{"domain": "rival.example"}',
        "mail.rival.example", "rival.example/about",
    ],
)  # fmt: skip
def test_a_domain_that_is_the_whole_cell_is_found(cell: str) -> None:
    found = read_opt_outs([cell])
    assert (found.addresses, found.domains, found.broken) == ([], ["rival.example"], [])


@pytest.mark.parametrize(
    "cell",
    [
        "Dr.Anna", "v1.2", "asked by phone. please", "remove all of rival.example", "e.g.", "1.234,56", "01.02.2026",
        "N.A.", "10.0.0.1", "co.uk", "list.csv", "Ltd.", "rival.newending", "...", "rival . example", "p.s",
    ],
)  # fmt: skip
def test_a_word_with_a_dot_is_no_domain(cell: str) -> None:
    found = read_opt_outs([cell])
    assert (found.targets(), found.broken) == ([], [])


def test_several_domains_in_a_cell_are_found_where_there_is_nothing_else() -> None:
    assert read_opt_outs(["bank.example rival.example"]).domains == ["bank.example", "rival.example"]
    assert read_opt_outs(["bank.example, rival.example|x.test"]).domains == [
        "bank.example", "rival.example", "x.test",
    ]  # fmt: skip
    mixed = read_opt_outs([f"{ANA} rival.example"])
    assert (mixed.addresses, mixed.domains) == ([ANA], ["rival.example"])


@pytest.mark.parametrize("shared", ["gmail.com", "https://www.linkedin.com/", "@yahoo.co.uk"])
def test_a_mail_service_or_platform_beside_an_address_is_no_target(shared: str) -> None:
    alone, beside = read_opt_outs([shared]), read_opt_outs([ANA, shared, "rival.example"])
    assert [kind for kind, _ in alone.targets()] == ["domain"]
    assert beside.targets() == [("email", ANA), ("domain", "rival.example")]
    assert beside.shared == alone.shared


@pytest.mark.parametrize(
    "page", ["https://www.linkedin.com/company/apex", "linkedin.com/company/apex", "https://medium.com/@ana"]
)
def test_a_page_on_a_platform_is_no_target_even_alone(page: str) -> None:
    found = read_opt_outs([page])
    assert (found.targets(), found.page, found.broken) == ([], True, [])


@pytest.mark.parametrize(
    "cell",
    [
        "ana@@bank.example", "ana@bank", "ana @ bank.example", "ana@ bank.example", "@", "@@@", "@ana", "ana@bank..example",
        "ana@bank.example@rival.example", "@ana@bank.example", "ana (at) bank.example", "ana[at]bank[dot]example",
        "ana@b!nk.example", "ana.@bank.example", "ana@10.0.0.1",
    ],
)  # fmt: skip
def test_a_cell_that_looks_like_an_address_and_is_none_is_kept_for_the_list(cell: str) -> None:
    beside = read_opt_outs([cell, BO])
    assert (beside.addresses, len(beside.broken)) == ([BO], 1)
    same_cell = read_opt_outs([f"{cell}; {BO}"])
    assert (same_cell.addresses, same_cell.broken) == ([BO], [cell])


@given(st.text(alphabet="ab@.,;|<>()[]{}\"'/:\\*%&#= -\t\n\u200b＠é", max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    found = read_opt_outs([text])
    assert all(value and value == value.strip() for _, value in found.targets())


def test_an_argument_may_name_several() -> None:
    assert parse_targets(f"{ANA}, {BO};rival.example,") == [
        ("email", ANA), ("email", BO), ("domain", "rival.example"),
    ]  # fmt: skip
    assert parse_targets(f"Ruiz, Ana <{ANA}>") == [("email", ANA)]
    assert parse_targets("rival.newending") == [("domain", "rival.newending")]
    assert parse_targets("gmail.com") == [("domain", "gmail.com")]


@pytest.mark.parametrize(
    "text", ["", " , ", "nonsense", "ana@@bank.example", f"{ANA}, bo@", f"{ANA} @bo", "a b.example"]
)
def test_an_argument_that_is_not_understood_to_the_end_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_targets(text)


@pytest.mark.parametrize("cell", ["https://www.linkedin.com/in/ana/", "linkedin.com/in/ana"])
def test_a_profile_is_a_target_where_no_address_stands_beside_it(cell: str) -> None:
    profile = ("profile", "https://www.linkedin.com/in/ana")
    assert read_opt_outs([cell]).targets() == [profile]
    assert read_opt_outs([cell, "ana@a.example"]).targets() == [("email", "ana@a.example")]
    assert parse_targets(cell) == [profile]
