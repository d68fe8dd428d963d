"""What a first mail must say is looked for in its finished text, whatever the template looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from prospector.core.errors import FileError
from prospector.normalise.text import data_lines, fold
from prospector.sequences.check import check_sequence
from prospector.sequences.first_mail import Gap, has_link, sample_gaps
from prospector.sequences.folder import load_sequence
from prospector.sequences.markdown import fill, read_body
from prospector.sequences.opt_out_words import says_reply_stops
from prospector.sequences.samples import sample_context

FRONT = "---\nday: 0\nsubject: S\n---\n"
ADDRESS = "\n\n{{ sender.postal_address }}\n"
LINK = "\n\n[unsubscribe]({{ unsubscribe_url }})\n"
URL = "https://tidewater.test/u/0123456789abcdef"

OFFERS = {
    "en": (
        "Reply with no and I will not write again.",
        "If you'd rather not hear from me, just reply and I’ll stop.",
        "No interest? Just reply and I will not follow up.",
        "If you do not want to hear from me again, reply with “stop”.",
        "Not for you? Reply STOP.",
        "Tell me and I won't write again.",
        "If you do not want any further mails from me,\njust reply to this one.",
    ),
    "de": (
        "Wenn Sie keine weiteren Mails wünschen, antworten Sie kurz.",
        "Kein Interesse? Antworten Sie mit „Stopp“, dann schreibe ich nicht mehr.",
        "Ein kurzes Nein genügt, und ich melde mich nicht mehr.",
    ),
    "fr": (
        "Si vous ne souhaitez plus recevoir mes messages, répondez simplement à ce mail.",
        "Répondez « stop » et je ne vous écrirai plus.",
    ),
    "es": (
        "Si no desea recibir más correos, responda a este mensaje.",
        "Responda BAJA y no volveré a escribirle.",
    ),
    "pt": ("Se não quiser receber mais mensagens, responda a este e-mail.",),
    "it": ("Se non vuole più ricevere mie email, risponda con STOP.",),
    "nl": ("Wilt u geen berichten meer ontvangen? Antwoord dan met stop.",),
    "sv": ("Svara nej så hör jag inte av mig igen.",),
    "da": ("Svar nej, så skriver jeg ikke igen.",),
    "no": ("Svar nei, så skriver jeg ikke igjen.",),
    "pl": ("Proszę odpisać, a nie będę już pisać.",),
    "cs": ("Odpovězte a už nebudu psát.",),
    "fi": ("Vastaa, niin en kirjoita enää.",),
}
NO_OFFERS = (
    "Reply if you are interested.",
    "I will stop by next week.",
    "Please do not reply to this mail; unsubscribe on our site.",
    "If you don't reply, I will not write again.",
    "If I get no reply, I will stop.",
    "If I don't get a reply, I will stop.",
    "Bitte antworten Sie nicht auf diese Mail; abmelden können Sie sich im Portal.",
    "Ich schreibe Ihnen nicht mehr.",
    "Ne répondez pas à ce mail, désabonnez-vous en ligne.",
    "No volveré a escribirle.",
    "Non risponda a questa email; cancellati online.",
    "We stop chaos. Reply today.",
    "Reply today\nTidewater stops the chaos",
    "Send me word and I go away.",
    "https://tidewater.test/reply/stop",
)


def gaps(folder: Path, body: str, **settings: str) -> list[tuple[str, str, int]]:
    (folder / "01.md").write_text(FRONT + body, encoding="utf-8")
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (folder / "sequence.yaml").write_text(lines, encoding="utf-8")
    found = sample_gaps(load_sequence(folder), sample_context())
    assert all(isinstance(one, Gap) and one.hint for one in found)
    return [(one.code, one.file.name, one.line) for one in found]


def codes(folder: Path, body: str, **settings: str) -> list[str]:
    return [one[0] for one in gaps(folder, body, **settings)]


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in OFFERS.items() for text in texts]
)
def test_an_offer_to_stop_after_a_reply_is_understood(language: str, text: str) -> None:
    assert says_reply_stops(f"Hi,\n\nwho keeps the list?\n\n{text}\nNora"), language


@pytest.mark.parametrize("text", NO_OFFERS)
def test_anything_else_is_no_offer(text: str) -> None:
    assert not says_reply_stops(f"Hi,\n\nwho keeps the list?\n\n{text}\nNora")


def test_every_language_of_the_words_has_an_example_here() -> None:
    rows = [line.split("\t") for line in data_lines("opt_out_words.tsv")]
    assert {row[1] for row in rows} == set(OFFERS)
    assert {row[0] for row in rows} == {"reply", "stop", "no_reply"}
    assert [row for row in rows if len(row) != 4 or not row[2] or row[3] != fold(row[3])] == []


@pytest.mark.parametrize(
    "body",
    [
        "[unsubscribe]({{ unsubscribe_url }})",
        "{{ unsubscribe_url }}",
        "<{{ unsubscribe_url }}>",
        "Leave: {{ unsubscribe_url }}.",
        "[leave]({{ unsubscribe_url }}?from=mail)",
        "{% if person.first_name %}[a]({{ unsubscribe_url }}){% else %}[b]({{ unsubscribe_url }}){% endif %}",
    ],
)
def test_a_link_that_a_reader_can_see_or_click_is_a_way_out(tmp_path: Path, body: str) -> None:
    assert codes(tmp_path, body + ADDRESS) == []


@pytest.mark.parametrize(
    "body",
    [
        "Hi",
        "{# unsubscribe_url #}Hi",
        "{% if false %}{{ unsubscribe_url }}{% endif %}Hi",
        "[]({{ unsubscribe_url }})Hi",
        "![leave]({{ unsubscribe_url }})",
        "{{ unsubscribe_url | truncate(30) }}",
        "{{ unsubscribe_url }}x",
        "[leave](https://tidewater.test/u/)",
    ],
)
def test_a_link_that_is_not_the_persons_own_or_not_there_is_none(tmp_path: Path, body: str) -> None:
    assert gaps(tmp_path, body + ADDRESS) == [("no_opt_out", "01.md", 5)]


@pytest.mark.parametrize(
    "url", [URL, "mailto:stop@tidewater.test?subject=0123", "https://tidewater.test/ü/a b", f"{URL}?a=1&b=2"]
)
def test_a_link_is_found_as_the_mail_spells_it(url: str) -> None:
    spelt = url.replace(" ", "%20")
    assert has_link(fill(read_body(f"[x]({spelt})"), []).html, spelt)
    assert not has_link(fill(read_body("[x](https://tidewater.test/u/)"), []).html, spelt)


@pytest.mark.parametrize("body", ["Hauptstr. 1\n10115 Berlin", "OurCo, HAUPTSTR. 1, 10115 Berlin, Germany"])
def test_the_postal_address_counts_however_its_lines_are_broken(tmp_path: Path, body: str) -> None:
    assert codes(tmp_path, f"Hi\n\n{body}{LINK}") == []


@pytest.mark.parametrize("body", ["Hi", "Hauptstr. 10, 10115 Berlin", "{# sender.postal_address #}Hi"])
def test_a_mail_without_the_whole_address_has_none(tmp_path: Path, body: str) -> None:
    assert codes(tmp_path, body + LINK) == ["no_postal_address"]


def test_each_branch_and_each_variant_is_looked_at(tmp_path: Path) -> None:
    assert codes(tmp_path, "Hi{% if person.first_name %}" + LINK + "{% endif %}" + ADDRESS) == ["no_opt_out"]
    (tmp_path / "01.b.md").write_text("Hi" + LINK, encoding="utf-8")
    assert gaps(tmp_path, "Hi" + ADDRESS + LINK) == [("no_postal_address", "01.b.md", 1)]


def test_only_the_first_mail_needs_them(tmp_path: Path) -> None:
    (tmp_path / "00.md").write_text("---\nday: 0\nchannel: call\n---\nAsk.", encoding="utf-8")
    (tmp_path / "02.md").write_text("---\nday: 3\n---\nAgain.", encoding="utf-8")
    assert codes(tmp_path, "Hi" + ADDRESS + LINK) == []


@pytest.mark.parametrize(
    ("opt_out", "body", "found"),
    [
        ("link", "Reply with no and I will not write again.", ["no_opt_out"]),
        ("reply", "Reply with no and I will not write again.", []),
        ("reply", "[unsubscribe]({{ unsubscribe_url }})", ["no_opt_out"]),
        ("tool", "Hi", []),
    ],
)
def test_the_sequence_says_which_way_out_is_looked_for(
    tmp_path: Path, opt_out: str, body: str, found: list[str]
) -> None:
    assert codes(tmp_path, body + ADDRESS, opt_out=opt_out) == found


@pytest.mark.parametrize(
    ("value", "hint"),
    [("replly", 'did you mean "reply"?'), ("no", "known: link, reply, tool"), ("[link]", "")],
)
def test_a_way_out_that_does_not_exist_is_a_fault_of_its_line(tmp_path: Path, value: str, hint: str) -> None:
    (tmp_path / "01.md").write_text(FRONT + "Hi", encoding="utf-8")
    (tmp_path / "sequence.yaml").write_text(f"name: X\nopt_out: {value}\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_sequence(tmp_path)
    assert (caught.value.line, "opt_out" in caught.value.what) == (2, True)
    assert hint in caught.value.hint


def test_the_check_says_the_same_as_errors(tmp_path: Path) -> None:
    wanted = gaps(tmp_path, "Hi")
    errors = [one for one in check_sequence(load_sequence(tmp_path)) if one.level == "error"]
    assert sorted((one.file.name, one.line, one.what) for one in errors) == [
        ("01.md", 5, "no postal address in the first mail"),
        ("01.md", 5, "no way to opt out in the first mail"),
    ]
    assert sorted(code for code, _, _ in wanted) == ["no_opt_out", "no_postal_address"]
