"""What a mail cites has a page and a day: open jobs, products in use, news."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prospector.core.errors import FileError
from prospector.core.records import Company, Opening, Person, Prospect, Signal, TechnologyUse
from prospector.core.spans import DateSpan
from prospector.sequences.folder import load_sequence
from prospector.sequences.render import RenderContext, render_sequence
from prospector.sequences.values import BlankValue

DAY, URL = date(2026, 11, 2), "https://firm.example/page"
FIRM = Company(
    1,
    name="Firm",
    signals=(Signal("news", DAY, "Firm opens in Lyon", "file:news.csv", DAY, URL),),
    technologies=(
        TechnologyUse(
            key="hubspot", name="HubSpot", category=None, level=None, advertises_on=None, source="website",
            seen_on=DAY, url=URL,
        ),
    ),
    openings=(
        Opening(
            title="HR Manager", title_key=" hr manager ", department="hr", seniority="manager", location=None,
            url=URL, posted_on=DAY, seen_on=DAY, source="board",
        ),
    ),
)  # fmt: skip


class _Sender:
    name, email, company, postal_address = "Nora", "nora@tidewater.test", "Tidewater", "7 Harbour Lane"


def _text(folder: Path, body: str, company: Company = FIRM) -> str:
    (folder / "01-a.md").write_text(
        f"---\nday: 0\nchannel: email\nsubject: x\n---\n{body}\n", encoding="utf-8"
    )
    person = Person(
        1, first_name="Ana", role_started=DateSpan(DAY, DAY), linkedin="https://network.example/ana"
    )
    context = RenderContext(_Sender(), "c", date(2026, 11, 23))
    return render_sequence(load_sequence(folder), Prospect(person, company), context)[0].text


@pytest.mark.parametrize(
    "body",
    [
        '{{ company.signals("news")[0].url }} {{ company.signals("news")[0].happened_on }}',
        "{% for one in company.signals() %}{{ one.url }} {{ one.seen_on }}{% endfor %}",
        '{{ company.uses("HubSpot").url }} {{ company.uses("HubSpot").seen_on }}',
        '{{ company.openings("hr")[0].url }} {{ company.openings("hr")[0].posted_on }}',
    ],
)
def test_page_and_day_of_each_fact_can_be_cited(tmp_path: Path, body: str) -> None:
    text = _text(tmp_path, body)

    assert URL in text
    assert "2 November" in text


def test_the_start_of_a_role_has_its_day_and_the_persons_profile(tmp_path: Path) -> None:
    text = _text(tmp_path, "{{ person.role_started }} {{ person.linkedin }}")

    assert "network.example/ana" in text
    assert "November" in text


def test_news_that_is_not_there_is_blank_and_an_unknown_name_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BlankValue):
        _text(tmp_path, '{{ company.signals("funding")[0] }}')
    with pytest.raises(FileError, match="signal"):
        _text(tmp_path, '{{ company.signals("news")[0].link }}')
    with pytest.raises(FileError, match="no kind of signal"):
        _text(tmp_path, '{{ company.signals("fundin")[0] }}')
