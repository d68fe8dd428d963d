"""Markdown: values filled in afterwards look like values parsed in place, and are never markup."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from prospector.sequences.markdown import Rendered, Slots, fill, hide, parse_whole, read_body, reveal, tidy

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
    assert fill(skeleton, slots.values) == parse_whole(skeleton.source, slots.values)


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
