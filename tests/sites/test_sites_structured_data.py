from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.sites.page.document import read_page
from prospector.sites.page.structured_data import (
    first_text,
    json_ld,
    microdata,
    nodes_of_type,
    parse_json_ld,
    structured_nodes,
    type_names,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def nodes(script: str) -> list[dict[str, Any]]:
    return json_ld(read_page(f'<script type="application/ld+json">{script}</script>'))


def names(script: str) -> list[object]:
    return [node.get("name") for node in nodes(script)]


def test_lists_graphs_and_item_lists_are_flattened_in_order() -> None:
    script = (
        '[{"name": "a"}, {"@context": "https://schema.org", "@graph": [{"name": "b"}, {"name": "c"}]},'
        '{"name": "d", "itemListElement": [{"@type": "ListItem", "item": {"name": "e"}}]}]'
    )
    assert [name for name in names(script) if name] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    "script",
    [
        '{"name": "Harborline",}',
        '{"name": "Harborline", "list": [1, 2,],}',
        '<!-- {"name": "Harborline"} -->',
        '//<![CDATA[\n{"name": "Harborline"}\n//]]>',
        '/*<![CDATA[*/{"name": "Harborline"}/*]]>*/',
        '{"name": "Harborline", /* a note */ "x": 1}',
        '{"name": "Harborline", // a note\n "x": 1}',
        "{&quot;name&quot;: &quot;Harborline&quot;}",
        '{"name": "Harborline"}}',
        '{"name": "Harborline"};',
        'null {"name": "Harborline"}',
        '{broken} {"name": "Harborline"}',
    ],
)
def test_usual_faults_are_mended(script: str) -> None:
    assert "Harborline" in names(script)


def test_raw_line_breaks_and_controls_in_texts_are_kept_readable() -> None:
    (node,) = nodes('{"name": "Harbor\nline\t\x01 AG"}')
    assert first_text(node["name"]) == "Harbor line AG"


def test_several_objects_in_one_script_are_all_read() -> None:
    assert names('{"name": "a"}{"name": "b"}\n{"name": "c",}') == ["a", "b", "c"]


def test_what_looks_like_a_comment_inside_a_text_stays() -> None:
    assert names('{"name": "https://harborline.example/*x*/", "y": [1,],}') == [
        "https://harborline.example/*x*/"
    ]


@pytest.mark.parametrize(
    "script", ["", "   ", "hello", "{", '{"a": ', "[" * 50_000, '{"a":' * 50_000, '"\\"' * 50_000]
)
def test_what_is_no_json_gives_nothing(script: str) -> None:
    assert nodes(script) == []


def test_other_scripts_are_left_alone() -> None:
    assert (
        json_ld(read_page('<script>{"name": "a"}</script><script type="application/json">{"b": 1}</script>'))
        == []
    )
    assert (
        json_ld(read_page('<script type="Application/LD+JSON; charset=utf-8">{"name": "a"}</script>')) != []
    )


@pytest.mark.parametrize(
    "kind",
    [
        "Organization",
        "Corporation",
        "LocalBusiness",
        "FinancialService",
        "BankOrCreditUnion",
        "InsuranceAgency",
        "NGO",
    ],
)
@pytest.mark.parametrize("prefix", ["", "http://schema.org/", "https://schema.org/", "schema:"])
def test_kinds_of_organisations_are_organisations(kind: str, prefix: str) -> None:
    assert nodes_of_type([{"@type": prefix + kind}], "Organization")
    assert nodes_of_type([{"@type": ["Thing", prefix + kind]}], "Organization")
    assert not nodes_of_type([{"@type": prefix + "Person"}, {"@type": None}, {}], "Organization")


def test_a_kind_can_be_asked_for_alone() -> None:
    both = [{"@type": "JobPosting"}, {"@type": "Corporation"}]
    assert nodes_of_type(both, "JobPosting") == [{"@type": "JobPosting"}]
    assert nodes_of_type(both, "JobPosting", "Organization") == both


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Caf&eacute;  &amp; Co ", "Café & Co"),
        ({"@value": "x", "@language": "en"}, "x"),
        ({"@type": "Country", "name": "Spain"}, "Spain"),
        (["", None, "b"], "b"),
        (1998, "1998"),
        (True, None),
        (None, None),
        ({}, None),
        ([[[[]]]], None),
    ],
)
def test_a_value_has_one_text(value: object, text: str | None) -> None:
    assert first_text(value) == text


def test_microdata_has_the_shape_of_json_ld() -> None:
    page = read_page(
        '<div itemscope itemtype="https://schema.org/Corporation"><b itemprop="name">Harborline</b>'
        '<div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">'
        '<span itemprop="addressLocality">Graz</span></div><a itemprop="sameAs" href="https://x.com/a">a</a>'
        '<a itemprop="sameAs" href="https://x.com/b">b</a><meta itemprop="foundingDate" content="1998"></div>'
    )
    node = microdata(page)[0]
    assert type_names(node) == ["corporation"]
    assert (node["name"], node["foundingDate"]) == ("Harborline", "1998")
    assert node["sameAs"] == ["https://x.com/a", "https://x.com/b"]
    assert node["address"]["addressLocality"] == "Graz"


def test_the_employer_inside_a_posting_is_not_the_pages_organisation() -> None:
    page = read_page(
        '<div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title">Cook</h1>'
        '<div itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">'
        '<b itemprop="name">Client</b></div></div>'
    )
    assert nodes_of_type(structured_nodes(page), "Organization") == []
    assert nodes_of_type(structured_nodes(page), "JobPosting")[0]["hiringOrganization"]["name"] == "Client"


def test_deeply_nested_microdata_is_read_in_bounded_time() -> None:
    page = read_page('<div itemscope itemtype="https://schema.org/Organization"><p itemprop="a">' * 3_000)
    assert microdata(page)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "name", "item", "itemListElement"]), inner, max_size=5
        )
    ),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(json_values)
def test_no_json_breaks_the_reader(value: object) -> None:
    for node in nodes(json.dumps(value).replace("</", "<\\/")):
        assert isinstance(node, dict)
        type_names(node)
        first_text(node.get("name"))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('{}[]",:\\/*<!->\n a1'), max_size=200))
def test_no_text_breaks_the_mending(text: str) -> None:
    assert isinstance(parse_json_ld(text), list)


def test_what_a_peer_recovers_from_real_pages_is_recovered() -> None:
    path = SHARED / "structured_data" / "extruct_samples.jsonl.gz"
    if not path.exists():
        pytest.skip("the samples of real pages are not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = {row["file"]: row["text"] for row in map(json.loads, lines)}
    checked = 0
    for name, text in texts.items():
        if name.endswith(".jsonld") and (source := texts.get(name.removesuffix(".jsonld") + ".html")):
            expected = json.loads(text)
            expected = expected if isinstance(expected, list) else [expected]
            assert len(json_ld(read_page(source))) >= len(expected), name
            checked += 1
    assert checked > 3
