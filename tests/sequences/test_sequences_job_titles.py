"""Job titles as people say them."""

from __future__ import annotations

import pytest

from prospector.sequences.job_titles import with_article, without_genders


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Marketing Manager (m/w/d)", "Marketing Manager"),
        ("Marketing Manager (w/m/x) Berlin", "Marketing Manager Berlin"),
        ("Comptable (H/F)", "Comptable"),
        ("Chef de projet H/F", "Chef de projet"),
        ("Boekhouder (m/v/x)", "Boekhouder"),
        ("Accountant - m/f/d", "Accountant"),
        ("Referent [gn]", "Referent"),
        ("Manager (all genders)", "Manager"),
        ("Specjalista (k/m)", "Specjalista"),
        ("A/B Testing Manager", "A/B Testing Manager"),
        ("Engineer (I/O)", "Engineer (I/O)"),
        ("HR/Payroll Manager", "HR/Payroll Manager"),
        ("(m/w/d)", "(m/w/d)"),
    ],
)
def test_a_title_is_said_without_the_marks_of_genders(title: str, plain: str) -> None:
    assert without_genders(title) == plain


@pytest.mark.parametrize(
    "text",
    ["a Marketing Manager", "an Online Editor", "an SEO Manager", "an HR Manager", "a UX Designer", "a University Lecturer",
     "an Uncommon Job", "an Hourly Worker", "a European Buyer", "a CRM Manager"],
)  # fmt: skip
def test_the_article_follows_the_sound(text: str) -> None:
    assert with_article(text.partition(" ")[2]) == text
