"""Nobody who opted out in any way that is understood is ever planned, and what is not understood is said aloud."""

from __future__ import annotations

import csv
import io
import random
import string
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from workspaces import AS_OF, call_cli, make_workspace

from prospector.intake.consent.cells import read_consent, read_reply
from prospector.intake.consent.labels import consent_field
from prospector.store.database import Database
from prospector.store.merging import merge
from prospector.store.suppressions import Suppressions
from prospector.store.undo import undo_import
from prospector.store.who import find_handle
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = ("First Name", "Last Name", "Email", "Title", "Company")


def add(
    folder: Path, rows: Sequence[Sequence[str]], header: Sequence[str], *flags: str, name: str = "list.csv"
) -> int:
    """Import people with the columns of `HEADER` before those of the test; the exit code."""
    text = io.StringIO()
    csv.writer(text).writerows([[*HEADER, *header], *rows])
    (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return call_cli("import", name, *flags, cwd=folder).returncode


def person(number: int, *cells: str) -> list[str]:
    return [
        f"Given{number}",
        "Family",
        f"p{number}@firm{number}.example",
        "HR Manager",
        f"Firm {number}",
        *cells,
    ]


def planned(folder: Path) -> set[str]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        return {lead.email for lead in workspace.plan("hr").leads}


def held(folder: Path) -> dict[str, str]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        return {one.email or one.person: one.reason for one in workspace.plan("hr").held_back}


# Labels

OUT_LABELS = [
    # Klaviyo, HubSpot, Mailchimp, Brevo, Dynamics, Mautic, listmonk, e-mail sequencers
    "Suppressions", "Opted out of email: Marketing Information", "Unsubscribed from all email", "UNSUB_TIME",
    "Email Blocklisted", "EMAIL_BLACKLISTED", "Do not allow Emails", "Do not allow Bulk Emails", "donotbulkemail",
    "HasOptedOutOfEmail", "doNotContact", "dnc", "is_unsubscribed", "blocklisted", "Contact - Unsubscribed",
    "Spam Complaint", "email_hard_bounced", "Marked as spam",
    # the same in other languages
    "Werbesperre (Kunde)", "Newsletter-Abmeldung", "Hat widersprochen", "Désinscrit le", "Ne plus contacter",
    "Liste noire", "No enviar publicidad", "Dado de baja del boletín", "Lista negra", "Descadastrado em",
    "Não contatar", "Disiscritto il", "Non contattare", "Uitgeschreven", "Niet benaderen", "Afgemeld op",
]  # fmt: skip
IN_LABELS = [
    "Email Marketing Consent", "Accepts Marketing", "OPT_IN", "Double Opt-In", "Einwilligung Werbung", "Consentement e-mail",
    "Consentimiento comercial", "Consentimento de marketing", "Consenso marketing", "Toestemming mailing", "is_subscribed",
    "Marketing permission", "May be contacted by e-mail", "Email opt-in status",
]  # fmt: skip
OPEN_LABELS = [
    "Marketing status", "GDPR", "DSGVO", "RGPD", "Person - Marketing status", "Opt-in / Opt-out", "E-mail preferences",
    "Marketing contact status", "Sperrkennzeichen",
]  # fmt: skip
SILENT_LABELS = [
    "OPTIN_TIME", "OPTIN_IP", "Consent ID", "Consent Timestamp", "Bounce count", "Email bounce rate", "Unsubscribe link",
    "Opt-in date", "Einwilligung am", "Consent IP address", "SMS Marketing Consent", "WhatsApp opt-in", "Cookie consent",
    "Soft bounces", "Last bounce date", "Blockchain", "Bouncer score", "Number of complaints", "Date de consentement",
    "Fecha de consentimiento", "Opt-in source", "gdpr_token", "Position", "Subscription plan", "Reply-To", "Street",
    "Optical network", "Consultant", "Contact", "Department", "Spambot-free URL",
]  # fmt: skip


@pytest.mark.parametrize(
    "label",
    [
        "donotfax", "donotpostalmail", "Do not allow Phone Calls", "Do not allow Faxes", "Postal mail opt out",
        "Kein Fax, keine Anrufe",
    ],
)  # fmt: skip
def test_a_ban_of_another_channel_never_stops_mails(label: str) -> None:
    assert consent_field(label) in (None, "do_not_call")


@pytest.mark.parametrize(
    ("label", "cell", "reason"),
    [
        ("Do not allow Emails", "1", "do_not_contact"),
        ("Accepts e-mails", "0", "no_consent"),
        ("Send Marketing Materials", "0", "no_consent"),
        ("Suppressions", "2", "suppressed"),
        ("Can Receive Email Marketing", "FALSE", "no_consent"),
        ("Email Marketing Subscription", "UNSUBSCRIBED", "unsubscribed"),
        ("E-Mail zulassen", "Nicht zulassen", "no_consent"),
        ("Keine E-Mails zulassen", "Nicht zulassen", "no_consent"),
        ("Email Address Quarantined", "true", "suppressed"),
        ("Invalid email address", "true", "bounced"),
        ("msdyn_gdproptout", "1", "unsubscribed"),
        ("Forget this Individual", "1", "do_not_contact"),
        ("Unsubscribed", "yes - by phone", "unsubscribed"),
        ("Unsubscribed", "1.0", "unsubscribed"),
        ("unsubscribed_at", "1709290000", "unsubscribed"),
        ("Consent on file", "No", "no_consent"),
        ("Autoriza el envío de publicidad", "no", "no_consent"),
        ("Darf angeschrieben werden", "nein", "no_consent"),
        ("Accepte les e-mails", "non", "no_consent"),
        ("Mag gemaild worden", "nee", "no_consent"),
        ("Nicht mehr anschreiben", "ja", "do_not_contact"),
        ("Não contactar", "sim", "do_not_contact"),
        ("Prospect status", "OPT_OUT", "unsubscribed"),
        ("Last state", "emailsBounced", "bounced"),
        ("Category", "Do Not Contact", "do_not_contact"),
        ("Estado", "Dado de baja", "unsubscribed"),
        ("Unsubscribed Mode", "Consent form", "unsubscribed"),
        ("UNSUB_REASON", "NORMAL", "unsubscribed"),
        ("Email hard bounce reason", "UNKNOWN_USER", "bounced"),
    ],
)
def test_an_opt_out_as_these_exports_write_it_is_on_the_list(
    tmp_path: Path, label: str, cell: str, reason: str
) -> None:
    folder = make_workspace(tmp_path)
    assert add(folder, [person(1, cell)], [label]) == 0
    with closing(Database(folder / "prospector.db")) as db:
        assert [(one.value, one.reason) for one in Suppressions(db).all()] == [("p1@firm1.example", reason)]


@pytest.mark.parametrize(
    ("label", "cell"),
    [("Accepts e-mails", "1"), ("Consent Status", "Obtained"), ("E-Mail zulassen", "Zulassen"), ("Unsub reason", "no")],
)  # fmt: skip
def test_a_permission_as_these_exports_write_it_lets_write(tmp_path: Path, label: str, cell: str) -> None:
    folder = make_workspace(tmp_path)
    assert add(folder, [person(1, cell)], [label]) == 0
    assert planned(folder) == {"p1@firm1.example"}


@pytest.mark.parametrize(
    "cell", ["unsubscribed, VIP", "do not email; fair 2025", "News:unsubscribed", '{"news": "opted_out"}']
)
def test_an_opt_out_among_tags_waits_until_somebody_settles_it(tmp_path: Path, cell: str) -> None:
    folder = make_workspace(tmp_path)
    assert add(folder, [person(1, cell), person(2, "unsubscribe rate, vip")], ["Tags"]) == 1
    assert held(folder) == {"p1@firm1.example": "consent_unclear"}
    assert add(folder, [person(1, cell), person(2, "")], ["Tags"], "--map", "Tags=-") == 0
    assert held(folder) == {}


@pytest.mark.parametrize("label", OUT_LABELS)
def test_a_label_of_any_tool_that_ends_writing_is_understood(label: str) -> None:
    field = consent_field(label)
    assert field in {"unsubscribed", "do_not_contact", "suppressed", "bounced", "complained"}
    day = "2026-01-05" if field != "bounced" else "yes"
    assert {
        read_consent(cell, str(field)).kind for cell in ("yes", "TRUE", "1", "x", "ja", "oui", "sí", day)
    } == {"out"}
    assert {read_consent(cell, str(field)).kind for cell in ("no", "FALSE", "0", "nein", "non", "never")} == {
        "in"
    }


@pytest.mark.parametrize("label", IN_LABELS)
def test_a_label_that_permits_reads_no_as_an_opt_out(label: str) -> None:
    assert consent_field(label) == "consent"
    assert read_consent("no", "consent") == ("out", "no_consent")
    assert read_consent("yes", "consent") == ("in", "")


@pytest.mark.parametrize("label", OPEN_LABELS)
def test_yes_and_no_under_a_label_that_could_mean_either_are_unclear(label: str) -> None:
    assert consent_field(label) == "consent_unclear"
    assert [read_consent(cell, "consent_unclear").kind for cell in ("yes", "no", "perhaps")] == [
        "unclear"
    ] * 3
    assert read_consent("unsubscribed", "consent_unclear") == ("out", "unsubscribed")
    assert read_consent("subscribed", "consent_unclear") == ("in", "")


@pytest.mark.parametrize("label", SILENT_LABELS)
def test_moments_keys_counts_and_other_channels_are_no_answer(label: str) -> None:
    assert consent_field(label) is None


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("No marketing consent", "do_not_contact"),
        ("Contact allowed?", "consent"),
        ("Zgoda marketingowa", "consent"),
        ("Mailing lock", "consent_unclear"),
        ("Letzte Antwort", "replied"),
        ("Consent withdrawn", "unsubscribed"),
        ("Einwilligung widerrufen", "unsubscribed"),
        ("Not unsubscribed", "consent_unclear"),
        ("Unsubscribed from all subscriptions", "unsubscribed"),
        ("Do not phone", "do_not_call"),
        ("Do not contact by phone", "do_not_call"),
        ("ZeroBounce Status", "email_status"),
        ("Lead replied", "replied"),
        ("Hat geantwortet", "replied"),
    ],
)
def test_what_stands_beside_a_stem_turns_its_meaning(label: str, field: str) -> None:
    assert consent_field(label) == field


def test_a_column_that_nothing_understands_is_kept_and_named(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    text = "Email,First Name,Last Name,Blorp,Company\na@a.example,Al,Aa,no,Aa\n"
    (folder / "list.csv").write_text(text, encoding="utf-8")
    done = call_cli("import", "list.csv", cwd=folder)
    assert (done.returncode, '"Blorp" as custom.blorp' in done.stderr) == (0, True)


# Cells


@pytest.mark.parametrize(
    ("cell", "field", "answer"),
    [
        ("UNSUBSCRIBED", "consent", ("out", "unsubscribed")),
        ("NEVER_SUBSCRIBED", "consent", None),
        ("['USER_SUPPRESSED']", "suppressed", ("out", "suppressed")),
        ("HARD_BOUNCE; SPAM_COMPLAINT", "suppressed", ("out", "bounced")),
        ("sms: unsubscribed, email: subscribed", "consent", ("in", "")),
        ("email: unsubscribed, sms: subscribed", "consent", ("out", "unsubscribed")),
        ('{"email": "opted out", "push": "in"}', "consent", ("out", "unsubscribed")),
        ("Do Not Allow", "do_not_contact", ("out", "do_not_contact")),
        ("Allow", "do_not_contact", ("in", "")),
        ("no_consent", "consent_unclear", ("out", "no_consent")),
        ("not subscribed", "consent", None),
        ("not unsubscribed", "unsubscribed", ("in", "")),
        ("withdrawn", "consent", ("out", "unsubscribed")),
        ("active", "suppressed", ("unclear", "")),
        ("active", "consent", ("in", "")),
        ("soft_bounce", "bounced", None),
        ("Soft", "bounced", None),
        ("Hard", "bounced", ("out", "bounced")),
        ("cleaned", "consent", ("out", "bounced")),
        ("2026-01-05", "consent", ("in", "")),
        ("2026-01-05", "consent_unclear", None),
        ("203.0.113.7", "consent", None),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "unsubscribed", None),
        ("pending", "consent", ("unclear", "")),
        ("evtl. später", "do_not_contact", ("unclear", "")),
        ("N/A", "do_not_contact", None),
        ("abgemeldet am 3. Mai", "consent", ("out", "unsubscribed")),
        ("désinscrite", "consent", ("out", "unsubscribed")),
        ("resubscribed after unsubscribe", "consent", ("unclear", "")),
        ("Working", "words", None),
        ("Unsubscribed", "words", ("out", "unsubscribed")),
        ("Opt-out pending", "words", ("out", "unsubscribed")),
        ("yes", "words", None),
    ],
)
def test_a_cell_answers_by_its_words(cell: str, field: str, answer: tuple[str, str] | None) -> None:
    assert read_consent(cell, field) == answer


def test_a_number_under_a_plural_counts_and_only_what_somebody_did_holds() -> None:
    assert read_consent("3", "bounced", counts=True) is None
    assert read_consent("1", "bounced", counts=True) is None
    assert read_consent("2", "complained", counts=True) == ("out", "complained")
    assert read_consent("0", "complained", counts=True) is None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("yes", "yes"),
        ("2026-03-04", "2026-03-04"),
        ("interested", "yes"),
        ("2", "yes"),
        ("0", None),
        ("no", None),
        ("No reply yet", None),
        ("", None),
        ("false", None),
        ("-", None),
        ("pending", None),
    ],
)
def test_a_reply_is_whatever_is_no_plain_no(cell: str, said: str | None) -> None:
    assert read_reply(cell) == said


# The whole way


def test_what_is_not_understood_holds_back_and_is_said_with_what_settles_it(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    rows = [person(1, "vielleicht"), person(2, "subscribed"), person(3, "UNSUBSCRIBED"), person(4, "")]
    text = io.StringIO()
    csv.writer(text).writerows([[*HEADER, "Marketing Consent"], *rows])
    (folder / "list.csv").write_text(text.getvalue(), encoding="utf-8")
    done = call_cli("import", "list.csv", "--quiet", cwd=folder)
    assert done.returncode == 1
    assert 'column "Marketing Consent"' in done.stderr
    assert all(
        part in done.stderr
        for part in ('"vielleicht"', "--consent 'vielleicht=in'", "--map 'Marketing Consent=-'")
    )
    assert planned(folder) == {"p2@firm2.example", "p4@firm4.example"}
    assert held(folder) == {"p1@firm1.example": "consent_unclear", "p3@firm3.example": "suppressed"}
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        told = {one.email: one.detail for one in workspace.plan("hr").held_back}
    assert told["p1@firm1.example"] == "Marketing Consent: vielleicht"
    assert "Marketing Consent: UNSUBSCRIBED" in str(told["p3@firm3.example"])


@pytest.mark.parametrize(
    ("flag", "value", "out"),
    [
        ("--consent", "Maybe =in", set()),
        ("--consent", "maybe=out", {"suppressed"}),
        ("--map", "Marketing consent=-", set()),
    ],
)
def test_each_flag_settles_who_waits_and_is_kept_with_the_mapping(
    tmp_path: Path, flag: str, value: str, out: set[str]
) -> None:
    folder = make_workspace(tmp_path)
    rows = [person(1, "maybe"), person(2, "subscribed")]
    assert add(folder, rows, ["Marketing consent"]) == 1
    assert held(folder) == {"p1@firm1.example": "consent_unclear"}
    assert add(folder, rows, ["Marketing consent"], flag, value, "--save-mapping", "mine") == 0
    assert set(held(folder).values()) == out
    rows = [person(7, "maybe"), person(2, "subscribed")]
    assert add(folder, rows, ["Marketing consent"], "--mapping", "mine") == 0
    assert ("p7@firm7.example" in planned(folder)) == (not out)


def test_what_the_same_column_says_later_settles_what_was_unclear(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    add(folder, [person(1, "pending")], ["Consent"])
    add(folder, [person(1, "yes")], ["Accepts marketing"], name="other.csv")
    assert held(folder) == {"p1@firm1.example": "consent_unclear"}
    add(folder, [person(1, "granted")], ["Consent"], name="later.csv")
    assert planned(folder) == {"p1@firm1.example"}


def test_undo_and_merge_take_unclear_answers_along(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    add(folder, [person(1, "pending")], ["Consent"])
    add(folder, [person(1, "granted")], ["Consent"], name="later.csv")
    add(folder, [person(2)], [], name="third.csv")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        undo_import(workspace.db, 2, AS_OF)
    assert held(folder) == {"p1@firm1.example": "consent_unclear"}
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        db = workspace.db
        merge(db, find_handle(db, "p2@firm2.example"), find_handle(db, "p1@firm1.example"), AS_OF)
    assert set(held(folder).values()) == {"consent_unclear"}


def test_an_opt_out_of_somebody_without_an_address_is_remembered(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    header = "First Name,Last Name,LinkedIn,Title,Company,Do not contact\n"
    text = f"{header}Ida,Moor,linkedin.com/in/ida-moor,HR Manager,Moor,yes\nTom,Holt,,HR Manager,Holt,yes\n"
    (folder / "list.csv").write_text(text, encoding="utf-8")
    call_cli("import", "list.csv", cwd=folder)
    text = f"{header.replace('Do not contact', 'Email')}Ida,Moor,linkedin.com/in/ida-moor,HR Manager,Moor,ida@moor.example\n"
    (folder / "more.csv").write_text(f"{text}Tom,Holt,,HR Manager,Holt,tom@holt.example\n", encoding="utf-8")
    call_cli("import", "more.csv", cwd=folder)
    assert planned(folder) == set()
    assert {held(folder)[who] for who in ("ida@moor.example", "tom@holt.example")} == {"suppressed"}


def test_a_company_that_must_not_be_contacted_silences_its_people(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    (folder / "firms.csv").write_text(
        "Company,Website,Do not contact\nFirm 1,firm1.example,yes\n", encoding="utf-8"
    )
    call_cli("import", "firms.csv", cwd=folder)
    add(folder, [person(1), person(2)], [])
    assert planned(folder) == {"p2@firm2.example"}


def test_what_a_list_of_companies_answers_holds_for_their_people(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    text = "Company,Website,Opt-in\nFirm 1,firm1.example,perhaps\nFirm 2,firm2.example,no\nFirm 3,firm3.example,yes\n"
    (folder / "firms.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "firms.csv", cwd=folder).returncode == 1
    add(folder, [person(1), person(2), person(3)], [])
    assert planned(folder) == {"p3@firm3.example"}
    assert held(folder) == {"p1@firm1.example": "consent_unclear", "p2@firm2.example": "suppressed"}
    assert call_cli("import", "firms.csv", "--consent", "perhaps=in", cwd=folder).returncode == 0
    assert planned(folder) == {"p1@firm1.example", "p3@firm3.example"}


def test_a_state_that_tells_of_a_reply_holds_back(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    rows = [
        person(1, "REPLIED", ""),
        person(2, "emailsReplied", ""),
        person(3, "no reply", "2026-01-04"),
        person(4, "Sent", ""),
    ]
    assert add(folder, rows, ["Lead Status", "reply_time"]) == 0
    assert set(held(folder).values()) == {"has_replied"}
    assert planned(folder) == {"p4@firm4.example"}


def test_who_must_not_be_called_gets_no_calls_and_who_replied_gets_nothing(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)  # its sequence has a call
    rows = [person(1, "yes", ""), person(2, "no", "yes"), person(3, "", "2026-02-03"), person(4, "no", "no")]
    assert add(folder, rows, ["Do Not Call", "Replied"]) == 0
    assert planned(folder) == {"p4@firm4.example"}
    assert held(folder) == {
        "p1@firm1.example": "do_not_call", "p2@firm2.example": "has_replied", "p3@firm3.example": "has_replied"
    }  # fmt: skip


def test_a_wish_in_a_free_text_is_told_with_its_rows_and_holds_nobody(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    rows = [
        person(1, "met at the fair"),
        person(2, "please unsubscribe me"),
        person(3, "Bitte nicht mehr anschreiben"),
    ]
    text = io.StringIO()
    csv.writer(text).writerows([[*HEADER, "Remarks"], *rows])
    (folder / "list.csv").write_text(text.getvalue(), encoding="utf-8")
    done = call_cli("import", "list.csv", cwd=folder)
    assert done.returncode == 0
    assert 'column "Remarks"' in done.stderr
    assert "rows 3, 4" in done.stderr
    assert len(planned(folder)) == 3


def test_who_unsubscribed_from_text_messages_alone_is_written_to(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    assert add(folder, [person(1, "UNSUBSCRIBED")], ["SMS Marketing Consent"]) == 0
    assert planned(folder) == {"p1@firm1.example"}


def test_a_long_cell_is_settled_by_what_the_warning_shows_of_it(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    cell = "blah " * 1000
    assert add(folder, [person(1, cell)], ["Consent"]) == 1
    assert add(folder, [person(1, cell)], ["Consent"], "--consent", f"{cell[:80]}=in") == 0
    assert planned(folder) == {"p1@firm1.example"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('"suppressions": [{"reason": "HARD_BOUNCE", "on": "2026-01-02"}]', "suppressed"),
        ('"a": {"suppression": [{"why": ["USER_SUPPRESSED"]}]}', "suppressed"),
        ('"lists": [{"name": "News", "status": "unsubscribed"}]', "consent_unclear"),
    ],
)
def test_an_opt_out_inside_of_a_list_of_objects_counts(tmp_path: Path, said: str, expected: str) -> None:
    folder = make_workspace(tmp_path)
    (folder / "p.jsonl").write_text(f'{{"email": "p1@firm1.example", "title": "HR Manager", {said}}}\n')
    call_cli("import", "p.jsonl", cwd=folder)
    assert held(folder) == {"p1@firm1.example": expected}


# The property

_STEMS = {
    "out": [
        "unsubscribed", "opt out", "opted out", "do not contact", "do not email", "suppressed", "blacklisted",
        "hard bounced", "complained", "spam complaint", "abgemeldet", "désinscrit", "no contactar", "descadastrado",
        "disiscritto", "uitgeschreven", "werbesperre", "liste noire",
    ],
    "in": [
        "opt in", "consent", "marketing consent", "accepts marketing", "einwilligung", "consentement", "consenso",
        "toestemming", "consentimiento", "consentimento",
    ],
    "open": ["gdpr", "dsgvo", "marketing status", "block"],
}  # fmt: skip
_OUT_WORDS = [
    "UNSUBSCRIBED",
    "opted_out",
    "Do not contact",
    "hard_bounce",
    "spam complaint",
    "blacklisted",
    "abgemeldet",
]
_OUT_WORDS += [
    "désinscrit",
    "dado de baja",
    "descadastrado",
    "disiscritto",
    "uitgeschreven",
    "withdrawn consent",
]
_YES, _NO = (
    ["yes", "TRUE", "1", "x", "ja", "oui", "sì", "sim"],
    ["no", "False", "0", "nein", "non", "niet"][:5],
)
_NOISE = ["qux", "perhaps", "level 3", "see mail", "tbd later", "zurzeit", "à voir"]
_SILENT = ["timestamp", "ip", "id", "count", "token"]
_AROUND = st.sampled_from(
    ["{}", "is {}", "Contact: {}", "{} (email)", "Email {}", "{} status", "HS {}", "{} 2"]
)


def _spelt(stem: str, how: int) -> str:
    words = stem.split()
    forms = [
        stem,
        stem.title(),
        "_".join(words).upper(),
        "-".join(words),
        "".join(word.title() for word in words),
    ]
    return forms[how % len(forms)]


@st.composite
def _columns(draw: st.DrawFn) -> tuple[str, str, list[tuple[str, str]]]:
    """A label, its way, and cells with what they must do: out, held or nothing."""
    way = draw(st.sampled_from(["out", "in", "open", "silent"]))
    stem = draw(st.sampled_from(_STEMS[way] if way in _STEMS else _STEMS["in"] + _STEMS["open"]))
    label = draw(_AROUND).format(_spelt(stem, draw(st.integers(0, 4))))
    if way == "silent":
        label = f"{label} {draw(st.sampled_from(_SILENT))}"
        kinds = st.sampled_from(
            ["2026-01-05 10:11", "203.0.113.9", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "7", "12"]
        )
        return label, way, [(draw(kinds), "free") for _ in range(3)]
    expected = {"out": ("out", "free"), "in": ("free", "out"), "open": ("held", "held")}[way]
    cells = []
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["word", "yes", "no", "noise", "blank", "several"]))
        cells.append(
            {
                "word": (draw(st.sampled_from(_OUT_WORDS)), "out"),
                "several": (f"qux; {draw(st.sampled_from(_OUT_WORDS))}", "out"),
                "yes": (draw(st.sampled_from(_YES)), expected[0]),
                "no": (draw(st.sampled_from(_NO)), expected[1]),
                "noise": (draw(st.sampled_from(_NOISE)), "held"),
                "blank": ("", "free"),
            }[kind]
        )
    return label, way, cells


@given(column=_columns())
@settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@example(column=("Email Marketing Consent", "in", [("UNSUBSCRIBED", "out"), ("SUBSCRIBED", "free")]))
def test_nobody_who_opted_out_is_planned_and_what_is_not_understood_is_said(
    tmp_path_factory: pytest.TempPathFactory, column: tuple[str, str, list[tuple[str, str]]]
) -> None:
    label, _, cells = column
    folder = make_workspace(tmp_path_factory.mktemp("w"))
    rows = [person(number, cell) for number, (cell, _) in enumerate(cells, 1)]
    code = add(folder, rows, [label])
    found = held(folder)
    wanted = {"out": "suppressed", "held": "consent_unclear"}
    assert found == {
        f"p{number}@firm{number}.example": wanted[what]
        for number, (_, what) in enumerate(cells, 1)
        if what in wanted
    }
    assert code == any(what == "held" for _, what in cells)


def test_random_labels_without_a_stem_say_nothing_of_consent() -> None:
    chance = random.Random(11)
    words = [
        "".join(chance.choice(string.ascii_lowercase) for _ in range(chance.randint(3, 9)))
        for _ in range(2000)
    ]
    taken = [word for word in words if consent_field(word)]
    assert len(taken) <= 2, taken


def test_an_opt_out_survives_the_undo_of_its_file(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    add(folder, [person(1, "yes")], ["unsub"])
    with closing(Database(folder / "prospector.db")) as db:
        undo_import(db, None, date(2026, 11, 24))
        assert [one.value for one in Suppressions(db).all()] == ["p1@firm1.example"]
