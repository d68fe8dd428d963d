"""The two shipped sequences read well for everybody, and the preview shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prospector.core.spans import DateSpan
from prospector.sequences.calendar import parse_window, touch_times
from prospector.sequences.folder import Sequence, load_sequence
from prospector.sequences.preview import PersonPreview, preview_page
from prospector.sequences.render import RenderedTouch, render_sequence, render_touch
from prospector.sequences.samples import SampleSender, known_prospect, sample_context, unknown_prospect
from prospector.sequences.values import BlankValue

if TYPE_CHECKING:
    from prospector.core.records import Prospect

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
NAMES = ["new-hr-manager", "new-marketing-lead"]


def people() -> list[Prospect]:
    """Somebody well known, somebody unknown, and each with one thing more or less."""
    known, unknown = known_prospect(), unknown_prospect()
    assert known.company is not None
    bare = replace(known.company, technologies=(), openings=())
    starts = ("2026-01-05", "2025-12", "2024-01-01", "2025", "2027-01-01")
    return [
        known,
        unknown,
        replace(known, company=bare),
        replace(known, company=replace(bare, openings=known.company.openings)),
        replace(known, company=replace(bare, technologies=known.company.technologies)),
        *(replace(known, person=replace(known.person, role_started=DateSpan.parse(one))) for one in starts),
    ]


def every_touch(sequence: Sequence) -> list[RenderedTouch]:
    return [
        render_touch(sequence, touch, prospect, sample_context(), variant=variant.label)
        for prospect in people()
        for touch in sequence.touches
        for variant in touch.variants
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_touch_is_short_asks_one_question_and_is_complete(name: str) -> None:
    for made in every_touch(load_sequence(ROOT / "templates" / name)):
        assert not re.search(r"\{\{|\}\}|\bNone\b|  | ,| \.|\bblank\b", made.text.replace("\n  ", "\n")), (
            made.text
        )
        if made.channel == "email":
            letter, _, footer = made.text.partition(f"\n{SampleSender().name}\n")
            assert 50 <= len(letter.split()) <= 120, made.text
            assert letter.count("?") == 1, made.text
            assert SampleSender().postal_address in footer
            assert "https://ourco.example/u/" in footer
            assert made.subject is not None
            assert len(made.subject) <= 60
        if made.channel == "linkedin":
            assert len(made.text) <= 300


@pytest.mark.parametrize(("name", "touches", "last_day"), [(NAMES[0], 6, 15), (NAMES[1], 8, 20)])
def test_the_sequences_have_the_shape_they_promise(name: str, touches: int, last_day: int) -> None:
    sequence = load_sequence(ROOT / "templates" / name)
    assert (len(sequence.touches), sequence.touches[0].day, sequence.touches[-1].day) == (
        touches,
        0,
        last_day,
    )
    assert len(sequence.touches[0].subjects) == 2
    assert any(len(touch.bodies) == 2 for touch in sequence.touches)
    assert {touch.channel for touch in sequence.touches} >= {"email", "linkedin", "call"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["known", "unknown"])
def test_the_texts_are_as_reviewed(name: str, who: str) -> None:
    prospect = known_prospect() if who == "known" else unknown_prospect()
    sequence = load_sequence(ROOT / "templates" / name)
    blocks = [
        f"[{made.touch} {made.channel} day {made.day} {made.variant}] {made.subject}\n\n{made.text}\n"
        for made in render_sequence(sequence, prospect, sample_context())
    ]
    # Read a difference as the recipient would before you take it over into the file.
    assert "\n".join(blocks) == (GOLDEN / f"{name}-{who}.txt").read_text(encoding="utf-8")


def preview(held: str | BlankValue) -> str:
    sequence = load_sequence(ROOT / "templates" / NAMES[0])
    made = render_sequence(sequence, known_prospect(), sample_context())
    times = touch_times(
        [touch.day for touch in sequence.touches],
        first=date(2026, 1, 19),
        window=parse_window("Mon-Fri 09:00-17:00"),
        zone="Europe/Berlin",
        key="x",
    )
    shown = PersonPreview.of("Alexandra <script>", "a@sample.example", made, times, company='S"&')
    return preview_page(
        sequence, [shown, PersonPreview.held("Ben", "b@x.example", held)], sender=SampleSender()
    )


def test_the_preview_shows_every_touch_its_time_and_who_is_held_back() -> None:
    page = preview(BlankValue("company.name", file=Path("01.md"), line=9))
    assert page.count("<article") == 6
    assert "company.name is blank (01.md:9)" in page
    assert "Mon 19 Jan 2026" in page
    assert "Re: " in page
    assert page == preview(BlankValue("company.name", file=Path("01.md"), line=9))


def test_the_preview_is_one_page_that_loads_nothing_and_runs_nothing() -> None:
    page = preview("<script>alert(1)</script>")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"<(?:link|img|iframe|object)\b|url\(|@import", page)


def test_no_template_greets_by_anything_but_the_greeting() -> None:
    """Where it is unsure what to call somebody, a first name in its stead would undo that."""
    for file in sorted((ROOT / "templates").rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        assert "first_name" not in text, file
        for line in (line for line in text.splitlines() if "person.greeting" in line):
            assert 'person.greeting | fallback("there")' in line, file
