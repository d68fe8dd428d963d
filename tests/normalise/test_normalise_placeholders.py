"""Placeholders of other programs where data should be."""

from __future__ import annotations

import pytest

from prospector.normalise.placeholders import holds_placeholder, is_placeholder

ANYWHERE = [
    "%FIRSTNAME%", "{Foo|Bar}", "{{7*7}}", "*|FNAME|*", "<<Name>>", "${name}", "%%name%%", "[[x]]", "{$x}", "{!C.Name}",
    "Hi %Prénom%", "{Acme|}", "<%= x %>", "#{name}", "{% if x %}", "@{name}", "@@name@@",
    "&#123;&#123;name&#125;&#125;", "\\{\\{name\\}\\}", "｛Foo｜Bar｝", "%(name)s", "＊|FNAME|＊",
    "Loved your post, [First Name]!", "Hi {first_name}, hello", "For <Company Name> only", "At «company_name» now",
    "&lt;First Name&gt;", "⟦First Name⟧", "Dear [your name]",
]  # fmt: skip
IN_NAMES = [
    "[First Name]", "{First Name}", "<First Name>", "#FIRSTNAME#", "__NAME__", "[FNAME]", "$first_name", "(Company)",
    "[First Name] Kranz", "*FNAME*", "Hi {x}", "@first_name", "~Vorname~", "[Your Company]", "[solidcore]", ":nombre",
    "«Vorname»", "‹Name›", "≪Company≫", "⟨Name⟩", "《Company》", "＜name＞", "【Company】", "((name))", "First Name",
    "FNAME", "FIRSTNAME", "last_name", "Company Name", "Your Company", "YOUR NAME", "firstName",
]  # fmt: skip
NAMES = [
    "", "Anna", "Anna [Ann] Kranz", "[24]7.ai", "[x]cube LABS", "Anna (Ann) Kranz", "100% Bio", "50% off, 20% more",
    "*Anna*", "#1 Bank", "@Oda Bank", "C#", "A|B", "(HR)", "Ben <ben@x.example>", "-", "@x", "M*A*S*H", "Yahoo!",
    "Kranz (Company) GmbH", "Müller_Meier", "The Name Company (TNC)", "$mart & Sons", "Name It", ":Zeit",
    "&lt;b&gt;", "ООО «Ромашка»", "R&amp;D", "Company.com", "Name GmbH", "Your Company Ltd", "Nameless", "Fnamer",
]  # fmt: skip


@pytest.mark.parametrize("text", ANYWHERE)
def test_a_tag_is_told_in_any_text(text: str) -> None:
    assert holds_placeholder(text)
    assert is_placeholder(text)


@pytest.mark.parametrize("text", IN_NAMES)
def test_one_pair_of_signs_tells_a_placeholder_where_a_name_should_be(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", NAMES)
def test_brackets_and_signs_of_a_name_are_its_own(text: str) -> None:
    assert not is_placeholder(text)
    assert not holds_placeholder(text)


@pytest.mark.parametrize(
    "text", ["said [the company]", "see [1] [sic] [name withheld]", "a <name> element", "{a, b}"]
)
def test_remarks_in_a_text_are_its_own(text: str) -> None:
    assert not holds_placeholder(text)
