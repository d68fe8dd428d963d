"""Markdown: values filled in afterwards look like values parsed in place, and are never markup."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prospector.sequences.markdown import Rendered, Slots, fill, hide, parse_whole, read_body, reveal, tidy
from prospector.sequences.values import BlankValue

PLAIN = [
    "Hi",
    " ",
    "\n",
    "\n\n",
    '"',
    "&",
    "(b)",
    "!",
    ":",
    "\t",
    "    ",
    "\u00a0",
    "é",
    "\r",
    "'",
    "x y",
    "|",
    "@",
]
BLOCKS = [
    "-",
    "--",
    "---",
    "1.",
    "2)",
    "#",
    ">",
    "*",
    "_",
    "`",
    "~~~",
    "=",
    "+",
    "<b>",
    "&amp;",
    "\\",
    "{",
    "%",
]
LINKS = [
    "[a](https://x.example/y?z=1)",
    "[a b](https://x.example)",
    "[a](http://X.example/Ä)",
    "https://x.example",
    "[a]: /x",
    "[a]",
]
PIECES = st.sampled_from([*PLAIN, *BLOCKS, *LINKS])


VALUES = st.one_of(
    st.text(st.characters(codec="ascii"), max_size=8),
    st.sampled_from(
        ["https://x.example/a_b*c", "http://x.example?q=<b>&c", "javascript:alert(1)", "**b**", "a) [x"]
    ),
)


@settings(max_examples=600, deadline=None)
@given(pieces=st.lists(st.one_of(PIECES, VALUES.map(lambda value: (value,))), max_size=12))
@example(pieces=["[a](", ("https://x.example/u/(a)*b?c=1&d=2",), ")"])
@example(pieces=["[a](", ("javascript:alert(1)",), ")"])
@example(pieces=["**", ("x y",), "**"])
def test_a_filled_skeleton_equals_the_body_parsed_with_its_values(pieces: list[str | tuple[str]]) -> None:
    slots = Slots()
    source = "".join(slots.mark(piece[0]) if isinstance(piece, tuple) else piece for piece in pieces)
    skeleton = read_body(source)
    try:
        made = fill(skeleton, slots.values)
    except BlankValue:  # a link that would be none
        assert parse_whole(skeleton.source, slots.values).html.count("href=") < skeleton.links
    else:
        assert made == parse_whole(skeleton.source, slots.values)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Co"])))
def test_hiding_is_undone_by_revealing(text: str) -> None:
    assert reveal(hide(text)) == text


def parse_markdown(source: str) -> Rendered:
    return fill(read_body(source), [])


def test_each_form_of_markdown_has_a_plain_text() -> None:
    made = parse_markdown(
        "**Bold** and [label](https://x.example/a) and <https://y.example> and [me](mailto:a@b.example)\n\n"
        "- one\n- two\n\n3. x\n4. y\n\n> quoted\n> lines\n\n# Head\n\n`code`  \n![alt](https://x.example/p.png)"
    )
    assert made.text == (
        "Bold and label (https://x.example/a) and https://y.example and me (a@b.example)\n\n"
        "- one\n- two\n\n3. x\n4. y\n\n> quoted\n> lines\n\nHead\n\ncode\nalt"
    )


def test_html_in_a_template_is_shown_and_script_links_are_not_made() -> None:
    made = parse_markdown("<script>x</script> [a](javascript:alert(1)) [b](data:text/html,x)")
    assert made.html.count("<") == 2  # the paragraph's own tags
    assert "&lt;script&gt;" in made.html


def test_conditions_leave_no_spare_space_behind() -> None:
    assert tidy("\n\na  b \n\n\n\nc\n") == "a b\n\nc"


def link(source: str, *values: str) -> Rendered:
    slots = Slots()
    marks = [slots.mark(value) for value in values]
    return fill(read_body(source.format(*marks)), slots.values, slots.escaped)


def test_a_value_behind_the_host_of_a_link_is_percent_encoded() -> None:
    made = link("[x](https://x.example/?q={0}&r={1}) {0}", "Müller & Söhne (AG)", "a#b/c")
    url = "https://x.example/?q=M%C3%BCller%20%26%20S%C3%B6hne%20%28AG%29&r=a%23b/c"
    assert made.text == f"x ({url}) Müller & Söhne (AG)"
    assert f'<a href="{url.replace("&", "&amp;")}">x</a> Müller &amp; Söhne (AG)' in made.html


@pytest.mark.parametrize(
    ("source", "values", "text"),
    [
        ("<https://x.example/{0}>", ["a b"], "https://x.example/a%20b"),
        ("see https://x.example/?q={0} now", ["a b&c"], "see https://x.example/?q=a%20b%26c now"),
        ("[me](mailto:{0}?subject={1})", ["a@b.example", "Hi you"], "me (a@b.example?subject=Hi%20you)"),
        ("[x](https://{0}/careers)", ["x.example"], "x (https://x.example/careers)"),
        ("[x]({0}?from={1})", ["https://x.example/u?a=1&b=2", "A & B"], "x (https://x.example/u?a=1&b=2?from=A%20%26%20B)"),
        ("![{1}](https://x.example/{0}.png)", ["a b", "logo"], "logo"),
    ],
)  # fmt: skip
def test_addresses_of_every_kind_take_values(source: str, values: list[str], text: str) -> None:
    assert link(source, *values).text == text


@pytest.mark.parametrize("source", ["[x]({0})", "[x](/path?q={0})", "[x]({0}) [y](https://y.example)"])
@pytest.mark.parametrize("value", ["Sample Company", "not an address) at all", "javascript:alert(1)", "x"])
def test_a_link_that_leads_nowhere_holds_the_mail_back(source: str, value: str) -> None:
    with pytest.raises(BlankValue, match="a link is blank: not a web address"):
        link(source, value)


@pytest.mark.parametrize("source", ["[x](https://{0})", "[x](https://www.{0}/a)", "<https://{0}.example>"])
@pytest.mark.parametrize("value", ["Sample Company", "A & B (GmbH)", "a<b", "x@y"])
def test_a_value_that_is_no_host_holds_the_mail_back(source: str, value: str) -> None:
    with pytest.raises(BlankValue, match="a link is blank: not a web address"):
        link(source, value)


def test_markdown_of_a_link_that_is_none_is_found() -> None:
    for source in ("[x](javascript:alert)", "[x](https://x.example/a b)", "[x](data:text/html,y)"):
        assert read_body(source).raw_link.startswith("[x](")
    for source in (f"[{'x' * 90}](a b)", "[x [y] z](a b)", "[x] (https://x.example)"):
        assert read_body(source).raw_link == source
    for source in ("[x](<a b>)", "[x](#)", "[x]()", "[x](//x.example)", "![x](logo.png)", "[x](</a>)"):
        assert read_body(source).raw_link.startswith("("), source
    for source in ("[x](https://x.example)", "`[x](a b)`", "\\[x](a b)", "a [b] (c)", "[x](tel:+15550100)"):
        assert not read_body(source).raw_link
