"""Rendering: the same bytes, faults of the file, blanks that hold a mail back, and values that stay inert."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError
from prospector.core.records import Company, Person, Prospect
from prospector.core.spans import DateSpan
from prospector.sequences.folder import Sequence, load_sequence
from prospector.sequences.render import RenderedTouch, TemplateFault, pick, render_sequence, render_touch
from prospector.sequences.samples import known_prospect, sample_context, unknown_prospect
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from pathlib import Path

FRONT = "---\nday: 0\nchannel: email\nsubject: S\n---\n"


def sequence_of(folder: Path, body: str, *, front: str = FRONT, **partials: str) -> Sequence:
    (folder / "01.md").write_text(front + body)
    for name, text in partials.items():
        (folder / f"{name}.md").write_text(text)
    return load_sequence(folder)


def render(folder: Path, body: str, prospect: Prospect | None = None, **more: str) -> RenderedTouch:
    sequence = sequence_of(folder, body, **more)
    return render_touch(sequence, sequence.touches[0], prospect or known_prospect(), sample_context())


def named(first: str) -> Prospect:
    return Prospect(Person(id=3, first_name=first, email="x@y.example"), Company(id=1, name=first))


# Faults of the file


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("Hi\n{{ person.frist_name }}", 7, "frist_name"),
        ("{{ persn.first_name }}", 6, "persn"),
        ("{% if false %}{{ company.nam }}{% endif %}", 6, "nam"),
        ("a\nb\n{% for job in company.openings() %}{{ job.titel }}{% endfor %}", 8, "titel"),
        ("{{ person.role_started.moth }}", 6, "moth"),
        ("{{ person['frist_name'] }}", 6, "frist_name"),
        ("{{ person.first_name | falback('x') }}", 6, "falback"),
        ("{{ company.openings('marketin') | first }}", 6, "marketin"),
        ("{{ snippets.offer }}", 6, "offer"),
        ("\n{% if person.city %}x", 7, "end of template"),
        ("{{ person.first_name", 6, "end of"),
        ("{% include '_sig.md' %}", 6, "_sig.md"),
        ("{% include person.city %}", 6, "include takes"),
        ("{{ company.openings('marketing') }}", 6, "a list cannot be printed"),
        ("{{ company.uses }}", 6, "a function cannot be printed"),
        ("{{ person }}", 6, "person cannot be printed"),
        ("{{ person.city is defined }}", 6, "defined"),
        ("{% if person.city %}{% set x = 'y' %}{% endif %}{{ x }}", 6, '"x"'),
        ("{% set person = 'x' %}", 6, "every template"),
        ("x\n{% raw %}{{ y }}{% endraw %}", 7, "another program"),
        ("Hi [[First]]", 6, "write {{ person.greeting | fallback"),
    ],
)
def test_a_fault_of_the_file_has_file_and_line(tmp_path: Path, body: str, line: int, words: str) -> None:
    with pytest.raises(TemplateFault, match=words.replace("[", r"\[")) as caught:
        render(tmp_path, body)
    assert caught.value.exit_code == 2
    assert (str(caught.value.path), caught.value.line) == (str(tmp_path / "01.md"), line)


def test_a_fault_in_a_subject_or_a_partial_has_its_own_place(tmp_path: Path) -> None:
    front = "---\nday: 0\nsubject:\n  - Fine\n  - '{{ company.nme }}'\n---\n"
    with pytest.raises(TemplateFault, match="nme") as caught:
        render(tmp_path, "Hi", front=front)
    assert caught.value.line == 5
    with pytest.raises(TemplateFault, match="nme") as caught:
        render(tmp_path, "{% include '_sig.md' %}", _sig="a\n{{ sender.nme }}")
    assert (str(caught.value.path), caught.value.line) == (str(tmp_path / "_sig.md"), 2)
    assert caught.value.hint == 'did you mean "name"?'


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ person.__class__ }}",
        "{{ person._record }}",
        "{{ person['__init__'].__globals__ }}",
        "{{ company.uses.__globals__ }}",
        "{{ company.openings.__func__ }}",
        "{{ self.__init__ }}",
        "{{ config }}",
        "{{ cycler.__init__ }}",
        "{{ lipsum() }}",
        "{{ '{0.__class__}'.format(person) }}",
        "{{ ('a' ~ 'b').__class__ }}",
        "{{ 'x' | attr('__class__') }}",
        "{% set ns = namespace(x=1) %}",
        "{% macro m() %}{% endmacro %}",
        "{% import '_sig.md' as s %}",
        "{% extends '01.md' %}",
        "{% include '../secret.md' %}",
        "{% include '01.md' %}",
        "{{ {'a': 1} }}",
        "{{ range(1000000) | length }}",
        "{% for a in range(9) %}{% for b in range(9) %}{% for c in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in company.openings() recursive %}{{ loop(a) }}{% endfor %}",
    ],
)
def test_what_leads_out_of_the_sandbox_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        render(tmp_path, body)
    assert caught.value.line == 6


@pytest.mark.parametrize(
    "body",
    [
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ 'a' | center(1000000000) }}",
        "{{ '%9999999d' | format(1) }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 30 + "{{ x }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x + x %}" * 30 + "{{ x }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x | replace('a', 'aaaaaaaaaa') %}" * 9 + "{{ x }}",
        "{% set x = 9999 %}" + "{% set x = x * x %}" * 30 + "{{ x }}",
        "{% for a in range(100) %}{% for b in range(100) %}0123456789abc{% endfor %}{% endfor %}",
        "{{ 1e999 }}",
        "{% if 1e999 > 1 %}x{% endif %}",
        "{{ -1e999 | round }}",
        "{{ [1e308 * 10] | first }}",
    ],
)
def test_a_huge_text_is_refused_before_it_is_built(tmp_path: Path, body: str) -> None:
    with pytest.raises(TemplateFault):
        render(tmp_path, body)


DOUBLED = "{% set a = [a, a] %}" * 40


@pytest.mark.parametrize(
    "body",
    [
        "{% set a = [1] %}"
        + DOUBLED
        + "{% set b = a %}{% set a = [1] %}"
        + DOUBLED
        + "{% if a == b %}x{% endif %}",
        "{% set a = [1] %}" + DOUBLED.replace("[a, a]", "(a, a)") + "{% if 2 in a %}x{% endif %}",
        "{% set a = [1] %}" + DOUBLED.replace("[a, a]", "a, a") + "{% if a < a %}x{% endif %}",
        "{% set a = [[1, 2], [range(3)]] %}{{ a | length }}",
        "{% set a = [company.openings()] %}x",
        "{% if company.uses([['HubSpot']]) %}x{% endif %}",
    ],
)
def test_no_list_holds_lists_that_a_comparison_would_never_be_through_with(tmp_path: Path, body: str) -> None:
    with pytest.raises(TemplateFault, match="a list in a list"):
        render(tmp_path, body)


def test_lists_of_values_are_lists(tmp_path: Path) -> None:
    body = "{% for a in ['x', company.name, 1 + 1] %}{{ a }} {% endfor %}{% if 2 in (1, 2) %}yes{% endif %}"
    assert render(tmp_path, body).text.endswith("2 yes")


def test_a_partial_that_includes_itself_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match="includes itself"):
        render(tmp_path, "{% include '_a.md' %}", _a="{% include '_b.md' %}", _b="{% include '_a.md' %}")


LONG = "{% set x = 'a' %}" + "{% set x = x ~ x %}" * 14


def included(name: str, times: int) -> str:
    return f"{{% include '{name}' %}}" * times


@pytest.mark.parametrize(
    ("body", "partials"),
    [
        ("{% for a in range(100) %}{% for b in range(100) %}{% include '_a.md' %}{% endfor %}{% endfor %}x", {"_a": "{% set y = 1 %}" * 100}),
        (included("_a.md", 60), {"_a": included("_b.md", 60), "_b": included("_c.md", 60), "_c": included("_d.md", 60), "_d": "{% set y = 1 %}"}),
        ("{% if person.city is blank %}" + included("_a.md", 60) + "{% endif %}x", {"_a": included("_b.md", 60), "_b": included("_c.md", 60), "_c": included("_d.md", 60), "_d": ""}),
        ("{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 10 + "{% for a in x %}{% for b in x %}{% endfor %}{% endfor %}x", {}),
        ("{% for a in range(100) %}{% include '_a.md' %}{% endfor %}x", {"_a": "{% for a in range(100) %}" + "{% if a %}{% endif %}" * 50 + "{% endfor %}"}),
        (LONG + "{% for a in range(100) %}{% for b in range(20) %}{% if x.upper() == 'y' %}{% endif %}{% endfor %}{% endfor %}x", {}),
        (LONG + "{% for a in range(100) %}{% for b in range(20) %}{% if x | title == 'y' %}{% endif %}{% endfor %}{% endfor %}x", {}),
    ],
)  # fmt: skip
def test_a_template_that_would_hardly_end_is_refused_by_its_steps_not_by_a_clock(
    tmp_path: Path, body: str, partials: dict[str, str]
) -> None:
    begun = time.process_time()
    with pytest.raises(TemplateFault, match="more than 200,000 steps"):
        render(tmp_path, body, **partials)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("text", ["{" * 90_000, "{%" * 45_000, "{{" * 45_000, "[" * 90_000, "`" * 90_000, "{# " * 30_000, "<<" * 45_000, "*|" * 45_000, "{|" * 40_000 + "}" * 9_000, "{{ '" * 20_000, "-a" * 45_000, "% a" * 30_000, "{% set a" + " " * 90_000, "](" * 45_000, "http://" * 12_000, "[a](" * 20_000])  # fmt: skip
def test_looking_for_tags_takes_no_longer_for_many_signs(tmp_path: Path, text: str) -> None:
    begun = time.process_time()
    with suppress(FileError, BlankValue):
        render(tmp_path, text)
    assert time.process_time() - begun < 10


def test_what_a_mail_needs_is_far_from_the_budget(tmp_path: Path) -> None:
    body = "{% for a in range(100) %}{% for b in range(10) %}{% if loop.last %}{{ a }} {% endif %}{% endfor %}{% endfor %}"
    assert render(tmp_path, body).text.endswith("98 99")


WORDS = re.split(
    r"\s+",
    """person company . name uses openings ( ) 'HubSpot' [ ] 0 -1 | first join date fallback round length truncate
    + ~ range , if endif for in endfor set = x loop == and not role_started 1.5 include '_sig.md' else '\\ue100'
    9999999 : city / * ** % {{ }} {% %} today company.openings()""",
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_any_template_renders_holds_back_or_is_a_fault(tmp_path: Path, words: list[str]) -> None:
    for body in ("x" + " ".join(words), "x{{ " + "".join(words) + " }}"):
        for prospect in (known_prospect(), unknown_prospect()):
            try:
                made = render(tmp_path, body, prospect, _sig="Ana")
            except (FileError, BlankValue):
                continue
            assert not re.search("[\ue000-\uf8ff]", made.text + made.html)


# Blanks


def test_a_blank_without_a_fallback_says_field_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(BlankValue) as caught:
        render(tmp_path, "Hi\n\n{{ person.first_name }},", unknown_prospect())
    blank = caught.value
    assert (blank.field, blank.file, blank.line) == ("person.first_name", tmp_path / "01.md", 8)


@pytest.mark.parametrize("blank", [None, "", "  ", "\u200b\u202e", "{{firstName}}", "[[name]]"])
def test_nothing_blank_and_no_foreign_placeholder_is_printed(tmp_path: Path, blank: str | None) -> None:
    prospect = replace(unknown_prospect(), person=Person(id=1, first_name=blank, email="a@b.example"))
    with pytest.raises(BlankValue):
        render(tmp_path, "Hi {{ person.first_name }}", prospect)
    assert (
        render(tmp_path, 'Hi {{ person.first_name | upper | fallback("there") }}', prospect).text
        == "Hi there"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{% if person.city %}a{% else %}b{% endif %}", "b"),
        (
            "{% if person.months_in_role < 6 %}a{% elif person.months_in_role >= 6 %}b{% else %}c{% endif %}",
            "c",
        ),
        ("{{ person.city or 'somewhere' }}", "somewhere"),
        ("{{ person.greeting | fallback(person.first_name) | fallback('there') }}", "there"),
        ("{{ person.role_started.month_name | fallback('this year') }}", "this year"),
        ("{{ (company.openings('hr') | first).title | fallback('no job') }}", "no job"),
        ("{{ company.openings()[0].title | fallback('no job') }}", "no job"),
        ("{{ company.uses('HubSpot') | fallback('your CRM') }}", "your CRM"),
        ("{{ (person.months_in_role + 1) | fallback('some') }} months", "some months"),
        ("{{ ('x' ~ person.city) | fallback('y') }}", "y"),
        ("{% for job in company.openings() %}{{ job }}{% else %}none{% endfor %}", "none"),
        ("{% if person.city is blank %}b{% endif %}", "b"),
    ],
)
def test_a_blank_is_false_and_yields_to_a_fallback(tmp_path: Path, body: str, text: str) -> None:
    assert render(tmp_path, body, unknown_prospect()).text == text


def test_a_touch_of_which_nothing_is_left_is_held_back(tmp_path: Path) -> None:
    with pytest.raises(BlankValue, match="the text"):
        render(tmp_path, "{% if person.city %}Hi{% endif %}", unknown_prospect())


@pytest.mark.parametrize(
    ("started", "printed", "months"),
    [
        ("2025-07-01", "1 July 2025", "6"),
        ("2025-07", "July 2025", "5"),
        ("2025", "2025", "?"),
        ("2026-03", "March 2026", "?"),
    ],
)
def test_a_date_is_printed_as_far_as_it_is_known(
    tmp_path: Path, started: str, printed: str, months: str
) -> None:
    known = known_prospect()
    prospect = replace(known, person=replace(known.person, role_started=DateSpan.parse(started)))
    body = "{{ person.role_started }} {{ person.months_in_role | fallback('?') }}"
    assert render(tmp_path, body, prospect).text == f"{printed} {months}"


# What is found


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "{{ company.openings('marketing') | first }} in {{ company.openings('Marketing')[0].location }}",
            "Marketing Manager in Berlin",
        ),
        ("{{ company.openings('hr') | length }}", "0"),
        ("{{ company.uses('hubspot') }} {{ company.uses('HubSpot').name }}", "HubSpot HubSpot"),
        ("{{ company.advertises_on('google ads').seen_on | date('%-d %B') }}", "15 January"),
        ("{{ company.openings() | join(', ', attribute='title') }}", "Marketing Manager"),
        (
            "{{ person.title | upper }} {{ company.headcount }} {{ today }}",
            "HEAD OF DEPARTMENT 51-200 15 January 2026",
        ),
        ("{% for n in range(3) %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}", "0, 1, 2"),
        (
            "{{ touch.number }} {{ touch.channel }} {{ campaign }} {{ campaign.name }}",
            "1 email sample sample",
        ),
        ("{% if a %}{% endif %}x".replace("a", "today"), "x"),
        ("a\n{% if today %}\nb\n{% endif %}\nc {% if today %}d{% endif %}\ne", "a\nb\nc d\ne"),
    ],
)
def test_templates_say_what_was_found(tmp_path: Path, body: str, text: str) -> None:
    assert render(tmp_path, body).text == text


# Values are inert


@pytest.mark.parametrize(
    "value",
    [
        "[x](javascript:alert(1))",
        "[x](https://evil.example)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "**bold** _it_ `code`",
        "&lt;b&gt;",
        "# Head",
        "- item",
        "1. item",
        "> quote",
        "![x](https://evil.example/p.png)",
        "<https://evil.example>",
        "{% if x %}",
        "\\",
    ],
)
def test_a_value_never_acts_as_markup(tmp_path: Path, value: str) -> None:
    body = "{{ person.first_name | fallback('-') }}\n\nHi {{ company.name | fallback('-') }}!"
    made = render(tmp_path, body, named(value))
    assert made.text == f"{value}\n\nHi {value}!".replace("{% if x %}", "-")
    tags = made.html.replace("<p>", "").replace("</p>", "").replace("<br />", "")
    assert "<" not in tags
    assert ">" not in tags


def test_a_template_in_a_value_is_not_run(tmp_path: Path) -> None:
    made = render(tmp_path, "Hi {{ person.first_name | fallback('there') }}", named("{{7*7}}"))
    assert (made.text, "49" in made.html) == ("Hi there", False)


def test_a_value_cannot_break_a_line_or_a_header(tmp_path: Path) -> None:
    front = "---\nday: 0\nsubject: 'Hi {{ person.first_name }}'\n---\n"
    value = "Ana\r\nBcc: all@x.example\u2028\x85\x0b\x00\u202eevil\u2066"
    made = render(tmp_path, "Dear {{ person.first_name }}", named(value), front=front)
    assert made.subject == "Hi Ana Bcc: all@x.example evil"
    assert made.text == "Dear Ana Bcc: all@x.example evil"


def test_only_web_addresses_become_links(tmp_path: Path) -> None:
    known = known_prospect()
    assert known.company is not None
    for website in (
        "javascript:alert(1)",
        "data:text/html,x",
        'https://a.example/" onclick="x',
        "https://a b",
    ):
        prospect = replace(known, company=replace(known.company, website=website))
        with pytest.raises(BlankValue):
            render(tmp_path, "[site]({{ company.website }})", prospect)
    prospect = replace(known, company=replace(known.company, website="https://a.example/x_(y)*z*?a=1&b=2"))
    made = render(tmp_path, "[site]({{ company.website }})", prospect)
    assert made.html == '<p><a href="https://a.example/x_(y)*z*?a=1&amp;b=2">site</a></p>\n'
    assert made.text == "site (https://a.example/x_(y)*z*?a=1&b=2)"


# Same inputs, same bytes


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    sequence = sequence_of(tmp_path, "Hi {{ person.first_name }}\n\n- a\n- **b**")
    twice = [
        render_sequence(s, known_prospect(), sample_context()) for s in (sequence, load_sequence(tmp_path))
    ]
    assert twice[0] == twice[1]


def test_variants_are_stable_and_even(tmp_path: Path) -> None:
    front = "---\nday: 0\nsubject: [One, Two]\n---\n"
    sequence = sequence_of(tmp_path, "Hi", front=front)
    touch, person = sequence.touches[0], known_prospect().person

    def variant(address: str) -> str:
        prospect = Prospect(replace(person, email=address))
        return render_touch(sequence, touch, prospect, sample_context()).variant

    counts = Counter(variant(f"person{n}@x.example") for n in range(1000))
    assert set(counts) == {"a", "b"}
    assert abs(counts["a"] - 500) < 60
    assert variant("Ana@X.example") == variant("ana@x.example")
    assert [pick(3, f"k{n}") for n in range(8)] == [pick(3, f"k{n}") for n in range(8)]


def test_a_mail_without_a_subject_stays_in_the_thread_and_a_task_may_have_no_title(tmp_path: Path) -> None:
    (tmp_path / "02.md").write_text("---\nday: 1\n---\nAgain")
    (tmp_path / "03.md").write_text("---\nday: 2\nchannel: task\n---\nLook")
    made = render_sequence(
        sequence_of(tmp_path, "Hi"), known_prospect(), replace(sample_context(), as_of=date(2026, 1, 1))
    )
    assert [one.subject for one in made] == ["S", "", None]
