"""No tag of another program and no raw spintax stands in a finished text, whatever its spelling; ordinary text does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prospector.core.errors import FileError
from prospector.core.records import Person
from prospector.intake.columns.merge_tags import field_of, find_tags
from prospector.sequences.check import Finding, check_sequence
from prospector.sequences.folder import load_sequence
from prospector.sequences.render import render_touch
from prospector.sequences.samples import known_prospect, sample_context
from prospector.sequences.values import BlankValue

FRONT = "---\nday: 0\nsubject: S\n---\n"
FOOTER = "\n\n{{ sender.postal_address }}\n[unsubscribe]({{ unsubscribe_url }})\n"


def errors(folder: Path, body: str, front: str = FRONT) -> list[Finding]:
    (folder / "01.md").write_text(front + body + FOOTER, encoding="utf-8")
    return [one for one in check_sequence(load_sequence(folder)) if one.level == "error"]


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ("*|FNAME|*", "person.first_name"),
        ("%%First Name%%", "person.first_name"),
        ("%%name%%", "person.name"),
        ("<<Name>>", "person.name"),
        ("<Name/>", "person.name"),
        ("<FirstName />", "person.first_name"),
        ("(*first*)", "person.first_name"),
        ("\u2983Name\u2984", "person.name"),
        ("\u27eaVorname\u27eb", "person.first_name"),
        ("«Vorname»", "person.first_name"),
        ("{First Name}", "person.first_name"),
        ("{lastName}", "person.last_name"),
        ("{!Contact.FirstName}", "person.first_name"),
        ("{$company}", "company.name"),
        ("{MERGEFIELD Name}", "person.name"),
        ("[name]", "person.name"),
        ("[Company Name]", "company.name"),
        ("[prénom]", "person.first_name"),
        ("[nombre]", "person.first_name"),
        ("[Name der Firma]", "company.name"),
        ("[nom de l'entreprise]", "company.name"),
        ("[[First Name]]", "person.first_name"),
        ("[%job title%]", "person.title"),
        ("【会社名】", "company.name"),
        ("${firstName}", "person.first_name"),
        ("$first_name", "person.first_name"),
        ("#name#", "person.name"),
        ("##FIRSTNAME##", "person.first_name"),
        ("%FIRSTNAME%", "person.first_name"),
        ("%CONTACT.FIRSTNAME%", "person.first_name"),
        ("-name-", "person.name"),
        ("-First Name-", "person.first_name"),
        ("~Contact.FirstName~", "person.first_name"),
        ("@firstname", "person.first_name"),
        ("%(name)s", "person.name"),
        ("((first_name))", "person.first_name"),
        ("<First Name>", "person.first_name"),
        ("__first_name__", "person.first_name"),
        ("{{first_name}}", "person.first_name"),
        ("{{ contact.firstname }}", "person.first_name"),
        ("{{companyName}}", "company.name"),
        ("{{ First Name }}", "person.first_name"),
        ("{{{company}}}", "company.name"),
        ("{{unsubscribe_link}}", "unsubscribe_url"),
        ("{#firstname#}", "person.first_name"),
        ("{person.first_name}", "person.first_name"),
        ("`{first_name}`", "person.first_name"),
        ("\\[First Name\\]", "person.first_name"),
        ("{{ 'x' | replace('x', '[First Name]') }}", "person.first_name"),
        ('{{ "First Name" }}', "person.first_name"),
        ("\\*\\|FNAME\\|\\*", "person.first_name"),
        ("\\{\\{first_name\\}\\}", "person.first_name"),
        ("&lt;First Name&gt;", "person.first_name"),
        ("&#123;&#123;first_name&#125;&#125;", "person.first_name"),
        ("&lbrace;company&rbrace;", "company.name"),
        ("≪First Name≫", "person.first_name"),
        ("⟨First Name⟩", "person.first_name"),
        ("‹company name›", "company.name"),
        ("《会社名》", "company.name"),
        ("⟦First Name⟧", "person.first_name"),
        ("❴first_name❵", "person.first_name"),
        ("$$FirstName$$", "person.first_name"),
        ("§Vorname§", "person.first_name"),
        ("¤first_name¤", "person.first_name"),
        (";first_name;", "person.first_name"),
        ("*FNAME*", "person.first_name"),
        ("(First Name)", "person.first_name"),
        ("(first_name)", "person.first_name"),
        ("--first_name--", "person.first_name"),
        ("_FIRSTNAME_", "person.first_name"),
        ("[their company]", "company.name"),
    ],
)
def test_a_tag_of_another_program_is_an_error_with_our_spelling(tmp_path: Path, tag: str, ours: str) -> None:
    found = errors(tmp_path, f"Hi there\nwe met {tag}, good day")
    assert [one.line for one in found] == [6]
    assert f"write {{{{ {ours} }}}}" in found[0].what


@pytest.mark.parametrize(
    ("tag", "ours"),
    [
        ('{{ first_name | default: "there" }}', '{{ person.first_name | fallback("there") }}'),
        ("{{ person.first_name | default: 'there' }}", '{{ person.first_name | fallback("there") }}'),
        ("{{first_name|there}}", '{{ person.first_name | fallback("there") }}'),
        ("{First Name, fallback=there}", '{{ person.first_name | fallback("there") }}'),
        ("[name|there]", '{{ person.name | fallback("there") }}'),
        ("{name:there}", '{{ person.name | fallback("there") }}'),
        ("{{ person.first_name | fallback(“there”) }}", '{{ person.first_name | fallback("there") }}'),
    ],
)
def test_a_default_inside_the_tag_is_kept(tmp_path: Path, tag: str, ours: str) -> None:
    assert [one.what.partition(": write ")[2] for one in errors(tmp_path, f"We met {tag}")] == [ours]


@pytest.mark.parametrize(
    "tag", ["--first_name--", "_FIRSTNAME_", "(first_name)", "&lt;First Name&gt;", "§Vorname§"]
)
def test_a_tag_alone_in_a_subject_is_found_by_its_own_signs(tmp_path: Path, tag: str) -> None:
    found = errors(tmp_path, "Hi", f'---\nday: 0\nsubject: "Hi {tag}"\n---\n')
    assert [one.line for one in found] == [3]


def test_braces_around_a_tag_of_ours_would_stay(tmp_path: Path) -> None:
    found = errors(tmp_path, "Hi { {{ person.first_name }} }, hello")
    assert [(one.line, "braces around" in one.what) for one in found] == [(5, True)]


@pytest.mark.parametrize("text", ["{Hi &#124; Hello}", "\\{Hi\\|Hello\\}"])
def test_spintax_in_disguise_is_an_error(tmp_path: Path, text: str) -> None:
    assert ["no choice is made" in one.what for one in errors(tmp_path, text)] == [True]


def test_escaped_brackets_are_shown_without_backslashes_in_subjects_too(tmp_path: Path) -> None:
    (tmp_path / "01.md").write_text("---\nday: 0\nsubject: '\\[Webinar\\] today'\n---\n\\[Webinar\\]\n")
    sequence = load_sequence(tmp_path)
    touch = render_touch(sequence, sequence.touches[0], known_prospect(), sample_context())
    assert (touch.subject, touch.text) == ("[Webinar] today", "[Webinar]")


@pytest.mark.parametrize(
    "tag", ["*|IF:X|*", "%%=v(@Extra)=%%", "<%= x %>", "{spin}", "[Meeting Link]", "[MY_LINK]", "{{#if vip}}", "[Imię Ojca]"]
)  # fmt: skip
def test_an_unknown_word_between_such_signs_is_an_error_as_well(tmp_path: Path, tag: str) -> None:
    found = errors(tmp_path, f"Hi {tag}")
    assert [one.line for one in found] == [5]
    assert "another program" in found[0].what


@pytest.mark.parametrize(
    "text",
    [
        "{Hi|Hello} there",
        "Good {day|morning}",
        "{Hi|{Hey|Hello} you}",
        "{|Well,} hello",
        "{Hi|}",
        "{{Hi|Hello} there|Hey}",
        "{Hi {{ person.first_name }}|Hello}",
        "{Hi\n|Hello}",
        "[Hi|Hello]",
        "{{ Hi | Hello }}",
        "{{ RANDOM | Hi | Hello | Hey }}",
        '{{ person.first_name | fallback("{you|friend}") }}',
    ],
)
def test_spintax_is_an_error_that_names_lists_and_variants(tmp_path: Path, text: str) -> None:
    found = errors(tmp_path, text)
    assert [one.line for one in found] == [5]
    assert "subject: [" in found[0].hint
    assert "01-hello.b.md" in found[0].hint


@pytest.mark.parametrize(
    "subject", ["{Hi|Hello} there", "'{Hi|Hello} there'", "{First Name}, hello", "[First Name]", "*|FNAME|*", "%%name%% x", "{{first_name}}, hello", "['{Hi|Hello}']", "@name@"]
)  # fmt: skip
def test_a_tag_in_a_subject_is_told_of_also_where_yaml_stumbles_over_it(tmp_path: Path, subject: str) -> None:
    front = f"---\nday: 0\nsubject: {subject}\n---\n"
    try:
        found = [(one.line, one.what + one.hint) for one in errors(tmp_path, "Hi", front)]
    except FileError as error:
        found = [(error.line, error.what + error.hint)]
    assert [line for line, _ in found] == [3]
    assert "write {{ person." in found[0][1] or "subject: [" in found[0][1]


def test_everything_is_told_at_once_snippets_and_partials_too(tmp_path: Path) -> None:
    (tmp_path / "sequence.yaml").write_text("name: X\nsnippets:\n  offer: a list for [Company]\n")
    (tmp_path / "_sig.md").write_text("Ana\n%%sender name%%\n")
    body = "Hi {{first_name}}\n{{ First Name }} {% include '_sig.md' %} {Hi|Hello} {{ person.frist_name }}"
    found = errors(tmp_path, body)
    assert {(one.file.name, one.line) for one in found} == {("01.md", 5), ("01.md", 6), ("_sig.md", 2), ("sequence.yaml", 3)}  # fmt: skip
    assert len(found) == 6


@pytest.mark.parametrize(
    "text",
    [
        "see [our page](https://x.example) and [that][1]", "![logo](https://x.example/l.png)", "[x] done, [ ] open",
        "a 5% raise, 100% of 50%, 20%-25%, 5 % of 10 %", "#hiring #sales, the #company", "$500, $5k, US$20, $AAPL",
        "[sic] [1] [...] [2024] [PDF] [EN] [12 pages]", "[as we discussed] [we met at the fair] [no reply needed]",
        "`{\"a\": 1}` `${PATH}` `array[index]`", "<https://x.example/a> <ana@x.example>", "I <3 HR, 1 < 2, x->y",
        "https://x.example/%C3%A4%20b?x=%20a%20", "**bold** *it* _it_ ~~old~~ __company__ *company*",
        "the list -finally- works, well-known-fact, 10-20 - 30", "- item\n- other", "C# and F#, Q&A&B, 2*3*4",
        "« Bonjour » a | b", "@anna :smile: std::name 3:30 pm: name: Ana", "# Company\n\n## Your company",
        "{1, 2}", "\\[Webinar\\] on Monday", "(company) \"name\" 'title'", "[the first week] [optional]",
    ],
)  # fmt: skip
def test_ordinary_text_stays_possible(tmp_path: Path, text: str) -> None:
    assert errors(tmp_path, text) == []


@pytest.mark.parametrize(
    "value", ["%FIRSTNAME%", "[First Name]", "{Foo|Bar}", "{{7*7}}", "*|FNAME|*", "<<x>>"]
)
def test_a_value_that_looks_like_a_tag_holds_the_mail_back(tmp_path: Path, value: str) -> None:
    (tmp_path / "01.md").write_text(FRONT + "Hi {{ person.first_name }}")
    sequence = load_sequence(tmp_path)
    prospect = replace(known_prospect(), person=Person(id=1, first_name=value, email="a@b.example"))
    with pytest.raises(BlankValue, match="placeholder"):
        render_touch(sequence, sequence.touches[0], prospect, sample_context())


@pytest.mark.parametrize(
    "value", ["Ana-Maria", "O'Neil & Sons", "[solidcore]", "Yahoo!", "C#", "3%", "AT&T", "#1 Homes"]
)
def test_names_with_signs_are_values(value: str) -> None:
    assert find_tags(value) == []


def test_a_tag_that_only_branches_put_together_is_found_when_they_do(tmp_path: Path) -> None:
    (tmp_path / "01.md").write_text(FRONT + "Hi [{% if person.city %}First Name{% endif %}]")
    sequence = load_sequence(tmp_path)
    with pytest.raises(FileError, match="First Name"):
        render_touch(sequence, sequence.touches[0], known_prospect(), sample_context())


def test_a_name_of_another_program_in_a_condition_has_our_name_in_the_hint(tmp_path: Path) -> None:
    found = errors(tmp_path, "{% if contact.firstname %}Hi{% endif %}")
    assert [one.hint for one in found] == ["write person.first_name"]


def test_labels_are_understood_with_what_they_belong_to() -> None:
    assert field_of("account.name") == field_of("Lead Company") == "company.name"
    assert field_of("sender_first_name") == "sender.name"
    assert field_of("whatever") == ""


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("Hi {{first_name}} - a question", '{{ person.greeting | fallback("there") }}'),
        ("Dear [Name],", '{{ person.greeting | fallback("there") }}'),
        ("Hallo *|FNAME|*,", '{{ person.greeting | fallback("there") }}'),
        ("Liebe {{Vorname | Kollegin}},", '{{ person.greeting | fallback("Kollegin") }}'),
        ("Tere {{first_name}},", '{{ person.greeting | fallback("there") }}'),
        ("Dear [Company Name],", "{{ company.name }}"),
        ("Dear Mr {{last_name}},", "{{ person.last_name }}"),
        ("A question for {{first_name}}", "{{ person.first_name }}"),
    ],
)
def test_behind_a_greeting_the_name_that_is_sure_to_be_one_is_named(
    tmp_path: Path, line: str, ours: str
) -> None:
    assert [one.what.partition(": write ")[2] for one in errors(tmp_path, line)] == [ours]
