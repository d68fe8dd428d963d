"""One mail to its class: which kind rules out which, what is said of doubt, and that nothing makes it fail."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mails import complaint, mail, report

from prospector.pipeline.mail.message import LONGEST
from prospector.pipeline.mail.reading import CLASSIFIER_VERSION, read_mail

DIAGNOSTICS = {
    "550 5.1.1 <bea@firma.example>: Recipient address rejected: User unknown": "hard",
    "550 No such user here": "hard",
    "550 5.4.1 Recipient address rejected: Access denied": "hard",
    "Host or domain name not found. Name service error for name=firma.example type=MX": "hard",
    "552 5.2.2 The recipient's mailbox is full": "full",
    "452 4.2.2 Over quota": "full",
    "550 5.1.1 sent to too many recipients this hour": "soft",
    "421 4.4.2 Connection timed out": "soft",
    "451 4.7.1 Greylisted, please try again later": "soft",
    "550 5.7.1 Message rejected as spam by Content Filtering": "blocked",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated": "blocked",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a block list": "blocked",
    "553 http://bl.spamhaus.example/query?ip=192.0.2.1": "blocked",
}


@pytest.mark.parametrize("words", DIAGNOSTICS)
def test_the_words_of_a_bounce_count_before_its_codes(words: str) -> None:
    read = read_mail(report(words))
    assert (read.kind, read.recipient, read.bounce_type) == (
        "bounce",
        "bea@firma.example",
        DIAGNOSTICS[words],
    )


@pytest.mark.parametrize("words", DIAGNOSTICS)
def test_a_bounce_without_a_report_is_read_from_its_text(words: str) -> None:
    body = f"Your message did not reach some or all of the intended recipients.\n\n  bea@firma.example\n    {words}\n\n"
    copy = "From: ana@ourco.example\nTo: bea@firma.example\nSubject: An idea\nMessage-ID: <7@ourco.example>\n\nspam, quota"
    raw = mail(body + copy, subject="Undeliverable: An idea", sender="postmaster@firma.example")
    read = read_mail(raw)
    assert (read.kind, read.recipient, read.bounce_type) == (
        "bounce",
        "bea@firma.example",
        DIAGNOSTICS[words],
    )


def test_words_that_nobody_knows_are_a_soft_bounce_that_a_person_looks_at() -> None:
    read = read_mail(report("599 kvöðbræða", status="5.9.9"))
    assert (read.kind, read.bounce_type, read.review) == ("bounce", "soft", True)


def test_a_bounce_names_the_mail_that_it_is_about() -> None:
    assert read_mail(report("550 User unknown")).answers == ("<7@ourco.example>",)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_that_a_mail_arrived_is_no_bounce(action: str) -> None:
    assert read_mail(report("250 ok", action=action, status="2.0.0")).kind == "other"


@pytest.mark.parametrize("kind", ["abuse", "fraud", "virus", "other", "opt-out", "auth-failure", "a-new-one"])
def test_a_complaint_of_any_kind_unsubscribes(kind: str) -> None:
    read = read_mail(complaint(kind))
    assert (read.kind, read.intent, read.recipient) == ("complaint", "unsubscribe", "bea@isp.example")


def test_a_complaint_that_is_taken_back_does_not() -> None:
    read = read_mail(complaint("not-spam"))
    assert (read.kind, read.intent) == ("other", None)


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated"}, {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"}, {"X_Autorespond": "bea@firma.example"}, {"X_Apple_Action": "VACATION"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", ["Yes, I am interested.", "Please unsubscribe me.", "User unknown 550"])
def test_what_a_machine_signed_is_an_auto_reply_whatever_it_says(header: dict[str, str], body: str) -> None:
    assert read_mail(mail(body, **header)).kind == "auto_reply"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: An idea", "Out of Office Re: An idea", "Automatische Antwort: Idee", "Abwesenheitsnotiz",
        "Réponse automatique : Idée", "Respuesta automática: Idea", "Resposta automática: Ideia",
        "Risposta automatica: Idea", "Automatisch antwoord: Idee", "Odpowiedź automatyczna: Pomysł",
        "Răspuns automat: Idee", "Автоматический ответ: Идея", "=?utf-8?B?0JDQstGC0L7QvtGC0LLQtdGC?=",
    ],
)  # fmt: skip
def test_a_subject_tells_an_auto_reply_in_ten_languages(subject: str) -> None:
    assert read_mail(mail("Hello", subject=subject)).kind == "auto_reply"


def test_somebody_who_quotes_us_and_says_that_she_is_away_has_answered() -> None:
    body = "I'm on vacation this week, but yes, I am interested.\n\nOn Mon, 30 Nov 2026, Ana <ana@ourco.example> wrote:\n> Hi"
    read = read_mail(mail(body))
    assert (read.kind, read.intent) == ("reply", "interested")


def test_a_newsletter_is_no_reply() -> None:
    assert read_mail(mail("Our news", List_Unsubscribe="<https://firma.example/u>")).kind == "other"


def test_an_opt_out_beside_a_kind_word_is_an_opt_out_and_is_looked_at() -> None:
    read = read_mail(mail("Sounds interesting. But please remove me from your list."))
    assert (read.intent, read.review) == ("unsubscribe", True)


@pytest.mark.parametrize("text", ["Blorp.", "ありがとうございます", "👍"])
def test_a_reply_in_words_that_nobody_knows_waits_for_a_person(text: str) -> None:
    read = read_mail(mail(text))
    assert (read.kind, read.intent, read.review) == ("reply", None, True)


def test_a_numeric_date_with_two_readings_pauses_until_the_later_one_and_says_so() -> None:
    read = read_mail(mail("I am out of the office until 02/03/2027 and will reply then."))
    assert str(read.until) == "2027-03-02"
    assert any("2027-03-02" in doubt for doubt in read.doubts)


def test_the_json_of_an_answer_has_the_documented_words() -> None:
    body = read_mail(mail("Not interested.")).as_json()
    assert {"message_id", "class", "bounce_type", "recipient", "confidence", "text", "intent"} <= set(body)
    assert (body["class"], body["intent"], body["version"]) == ("reply", "not_interested", CLASSIFIER_VERSION)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3_000))
def test_any_bytes_are_read_without_a_fault(raw: bytes) -> None:
    assert read_mail(raw).kind in ("bounce", "complaint", "auto_reply", "reply", "other")


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([report("550 x"), complaint(), mail("Hi")]), st.integers(0, 900)
)
def test_a_mail_with_garbage_in_it_is_read_without_a_fault(garbage: bytes, raw: bytes, at: int) -> None:
    assert read_mail(raw[:at] + garbage + raw[at:]).version == CLASSIFIER_VERSION


HOSTILE = {
    "nested parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(20_000)
    ),
    "one long line": mail("a" * 900_000),
    "colons": mail("x: " * 300_000),
    "header lines": mail("From: a@b.example\n" * 50_000),
    "quote signs": mail("> " * 400_000),
    "addresses": mail("a@b.example " * 80_000),
    "at signs": mail("@" * 900_000),
    "dots": mail("a." * 450_000),
    "nots": mail("not " * 200_000),
    "digits": mail("1/1/" * 200_000),
    "open tags": mail("<div>" * 150_000).replace(b"text/plain", b"text/html"),
    "a long header": b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\n\nHi",
    "many headers": b"X-A: b\n" * 140_000 + b"\nHi",
    "json": mail('{"a":' * 150_000),
    "a bounce of blanks": report("550 " + " " * 900_000),
    "an attachment": mail("Hi\n" + "QUJD\n" * 2_000_000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_mail_takes_bounded_time_and_memory(what: str) -> None:
    tracemalloc.start()
    began = time.process_time()
    read_mail(HOSTILE[what])
    used, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 20, used
    assert peak < 40 * LONGEST, peak


@pytest.mark.parametrize(
    "text",
    [
        "Sorry for not writing earlier. I am interested.", "I did not get your first email, could you resend it?",
        "Please don't hesitate to contact me.", "I don't usually reply to cold emails, but this looks useful.",
        "I never heard of you, but send me an email with details.", "I don't have your phone number, mail me please.",
        "Zögern Sie nicht, mich zu kontaktieren. Klingt gut.", "N'hésitez pas à me contacter, cela m'intéresse.",
        "No dude en contactarme, me interesa.", "Não hesite em contactar-me, tenho interesse.",
        "Non esiti a contattarmi, mi interessa.", "Aarzel niet om mij te bellen, klinkt goed.",
        "Proszę nie wahać się i dzwonić, jestem zainteresowana.", "Nu ezitați să mă sunați, sunt interesată.",
        "Не стесняйтесь звонить, нам интересно.",
    ],
)  # fmt: skip
def test_a_no_that_is_none_is_no_opt_out(text: str) -> None:
    assert read_mail(mail(text)).intent != "unsubscribe"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for contacting us. Please remove us from your list.",
        "Vielen Dank für Ihre Anfrage. Bitte nehmen Sie uns aus dem Verteiler.",
        "Merci pour votre message. Je suis en vacances, ne m'écrivez plus.",
        "I am back from vacation. Stop emailing me.",
    ],
)
def test_an_opt_out_with_the_words_of_a_machine_is_still_a_reply(text: str) -> None:
    read = read_mail(mail(text))
    assert (read.kind, read.intent) == ("reply", "unsubscribe")


def test_a_reply_to_a_subject_of_ours_about_holidays_is_a_reply() -> None:
    assert (
        read_mail(mail("Sounds good, call me.", subject="Re: Vacation planning for your team")).kind
        == "reply"
    )


@pytest.mark.parametrize(
    "text",
    [
        "I am out of office until 5 December. Please remove me from your list.",
        "Ich bin im Urlaub. Bitte nehmen Sie mich aus Ihrem Verteiler.",
        "Je suis en vacances. Ne m'écrivez plus.",
    ],
)
def test_an_opt_out_in_an_automatic_answer_waits_for_a_person(text: str) -> None:
    read = read_mail(mail(text, Auto_Submitted="auto-replied"))
    assert (read.kind, read.intent, read.review) == ("auto_reply", "unsubscribe", True)


def test_a_link_to_leave_the_newsletter_of_somebody_away_is_no_opt_out() -> None:
    text = "I am away until 5 December.\n\nTo unsubscribe from our newsletter, click here: https://firma.example/u"
    read = read_mail(mail(text, Auto_Submitted="auto-replied"))
    assert (read.intent, read.review) == (None, False)


@pytest.mark.parametrize(
    "text",
    [
        "This mailbox is no longer monitored.", "Diese E-Mail-Adresse ist nicht mehr aktiv.",
        "Cette adresse n'est plus utilisée.", "Este buzón ya no se utiliza.", "Este e-mail foi desativado.",
        "Questo indirizzo non è più in uso.", "Dit e-mailadres is niet meer in gebruik.", "Ten adres e-mail jest nieaktywny.",
        "Această adresă nu mai este folosită.", "Этот адрес больше не используется.",
        "Jag har slutat. Kontakta i stället ulf@firma.example.", "Työsuhteeni on päättynyt, kirjoittakaa: ulla@firma.example",
    ],
)  # fmt: skip
def test_a_mailbox_that_nobody_reads_any_more_gets_no_more_mails(text: str) -> None:
    read = read_mail(mail(text, Auto_Submitted="auto-replied"))
    assert (read.kind, read.intent) == ("auto_reply", "left_company")


@pytest.mark.parametrize(
    "text",
    [
        "I am out of office until 5 December. Your e-mail will not be read.",
        "Ich bin bis 5. Dezember im Urlaub. Ihre E-Mail wird nicht gelesen.",
        "I am on vacation. For urgent matters write to ulf@firma.example.",
    ],
)
def test_who_is_only_away_has_not_left(text: str) -> None:
    read = read_mail(mail(text, Auto_Submitted="auto-replied"))
    assert (read.kind, read.intent, read.review) == ("auto_reply", None, False)


def test_an_automatic_answer_in_words_that_nobody_knows_waits_for_a_person() -> None:
    assert read_mail(mail("Jag har slutat på företaget.", Auto_Submitted="auto-replied")).review


@pytest.mark.parametrize(
    "text",
    [
        "Not interested, remove", "No thanks - stop.", "nein danke und abmelden", "please unsuscribe me", "un-subscribe",
        "Unsubcribe", "I withdraw my consent.", "I want to use my right to be forgotten.", "Do not sell my personal data.",
        "Ich widerrufe meine Einwilligung.", "J'exerce mon droit d'opposition.", "Je retire mon consentement.",
        "Ejerzo mi derecho de supresión.", "Revoco mi consentimiento.", "Exerço o meu direito de oposição.",
        "Revogo o meu consentimento.", "Esercito il diritto di opposizione.", "Revoco il consenso.",
        "Ik maak bezwaar tegen de verwerking van mijn gegevens.", "Ik trek mijn toestemming in.", "Cofam zgodę.",
        "Żądam usunięcia moich danych.", "Îmi retrag consimțământul.", "Отзываю своё согласие.",
    ],
)  # fmt: skip
def test_whoever_objects_or_wants_to_be_erased_has_opted_out(text: str) -> None:
    read = read_mail(mail(text))
    assert (read.kind, read.intent, read.review) == ("reply", "unsubscribe", False)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("unsubscribe", ""), ("Unsubscribe", "This message was automatically generated by Gmail."), ("STOP", ""),
        ("Remove me from your list", "Bea Roth"), ("Bitte austragen", "Bea"), ("Désinscription", ""), ("отписаться", ""),
    ],
)  # fmt: skip
def test_a_mail_that_opts_out_by_its_subject_alone_is_an_opt_out(subject: str, text: str) -> None:
    read = read_mail(mail(text, subject=subject))
    assert (read.kind, read.intent, read.review) == ("reply", "unsubscribe", False)


@pytest.mark.parametrize(
    "subject", ["Re: Unsubscribe rates at Firma", "AW: Stop mailing spreadsheets", "Fwd: stop"]
)
def test_a_subject_of_ours_is_no_opt_out(subject: str) -> None:
    assert read_mail(mail("Hm.", subject=subject)).intent is None


@pytest.mark.parametrize("text", ["Danke, aber nein danke. Bitte löschen.", "Not interested. Delete me.", "Basta!", "Genug",
    "quit", "Supprimez-moi", "Borrar", "Apague", "Verwijder mij", "Usuń mnie", "Ștergeți", "Удалите меня", "CANCEL"])  # fmt: skip
def test_a_bare_word_to_end_it_is_an_opt_out(text: str) -> None:
    read = read_mail(mail(text))
    assert (read.intent, read.review) == ("unsubscribe", False)


def test_an_automatic_answer_of_very_many_lines_is_read_in_no_time() -> None:
    began = time.process_time()
    read_mail(mail("nothing that is known\n" * 40_000, Auto_Submitted="auto-replied"))
    assert time.process_time() - began < 5
