"""Quotes and signatures go, in ten languages and in any by their shape; what may be left is said."""

from __future__ import annotations

import pytest
from mails import mail

from prospector.pipeline.mail.html_text import html_lines
from prospector.pipeline.mail.intents import intent
from prospector.pipeline.mail.reading import read_mail
from prospector.pipeline.mail.replies import strip

HEADERS = {
    "en": "On Mon, Nov 30, 2026 at 9:00 AM Ana Ruiz <ana@ourco.example> wrote:",
    "en, no address": "On 30 November 2026 at 09:00, Ana Ruiz wrote:",
    "de": "Am Mo., 30. Nov. 2026 um 09:00 Uhr schrieb Ana Ruiz <ana@ourco.example>:",
    "de, the name first": "Ana Ruiz <ana@ourco.example> schrieb am Mo., 30. Nov. 2026, 09:00:",
    "fr": "Le lun. 30 nov. 2026 à 09:00, Ana Ruiz <ana@ourco.example> a écrit :",
    "es": "El lun, 30 nov 2026 a las 9:00, Ana Ruiz (<ana@ourco.example>) escribió:",
    "pt": "Em seg., 30 de nov. de 2026 às 09:00, Ana Ruiz <ana@ourco.example> escreveu:",
    "it": "Il giorno lun 30 nov 2026 alle ore 09:00 Ana Ruiz <ana@ourco.example> ha scritto:",
    "nl": "Op ma 30 nov 2026 om 09:00 schreef Ana Ruiz <ana@ourco.example>:",
    "pl": "pon., 30 lis 2026 o 09:00 Ana Ruiz <ana@ourco.example> napisał(a):",
    "ro": "În lun., 30 nov. 2026 la 09:00, Ana Ruiz <ana@ourco.example> a scris:",
    "ru": "пн, 30 нояб. 2026 г. в 09:00, Ana Ruiz <ana@ourco.example>:",
    "a language that no list has": "2026. nov. 30., H 9:00 dátummal Ana Ruiz <ana@ourco.example> ezt írta:",
}
BLOCKS = {
    "en": "From: Ana Ruiz <ana@ourco.example>\nSent: Monday, November 30, 2026 9:00 AM\nTo: Bea Roth\nSubject: An idea",
    "de": "Von: Ana Ruiz <ana@ourco.example>\nGesendet: Montag, 30. November 2026 09:00\nAn: Bea Roth\nBetreff: Eine Idee",
    "fr": "De : Ana Ruiz <ana@ourco.example>\nEnvoyé : lundi 30 novembre 2026 09:00\nÀ : Bea Roth\nObjet : Une idée",
    "es": "De: Ana Ruiz <ana@ourco.example>\nEnviado el: lunes, 30 de noviembre de 2026 9:00\nPara: Bea Roth\nAsunto: Idea",
    "pt": "De: Ana Ruiz <ana@ourco.example>\nEnviada em: segunda-feira, 30 de novembro de 2026 09:00\nPara: Bea\nAssunto: Ideia",
    "it": "Da: Ana Ruiz <ana@ourco.example>\nInviato: lunedì 30 novembre 2026 09:00\nA: Bea Roth\nOggetto: Un'idea",
    "nl": "Van: Ana Ruiz <ana@ourco.example>\nVerzonden: maandag 30 november 2026 09:00\nAan: Bea Roth\nOnderwerp: Idee",
    "pl": "Od: Ana Ruiz <ana@ourco.example>\nWysłano: poniedziałek, 30 listopada 2026 09:00\nDo: Bea Roth\nTemat: Pomysł",
    "ro": "De la: Ana Ruiz <ana@ourco.example>\nTrimis: luni, 30 noiembrie 2026 09:00\nCătre: Bea Roth\nSubiect: O idee",
    "ru": "От: Ana Ruiz <ana@ourco.example>\nОтправлено: понедельник, 30 ноября 2026 г. 09:00\nКому: Bea Roth\nТема: Идея",
    "a language that no list has": "Feladó: Ana <ana@ourco.example>\nElküldve: 2026. november 30. 9:00\nCímzett: Bea\nTárgy: Ötlet",
}
OURS = "Hi Bea,\n\nwe help HR teams. Reply stop to opt out."


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize("sign", ["> ", ""])
def test_the_line_above_a_quote_ends_the_reply(language: str, sign: str) -> None:
    quote = "\n".join(sign + line for line in OURS.split("\n"))
    found = strip(f"Thanks, I will think about it.\n\n{HEADERS[language]}\n\n{quote}")
    assert found == ("Thanks, I will think about it.", True, None)


@pytest.mark.parametrize("language", HEADERS)
def test_a_wrapped_line_above_a_quote_is_still_one(language: str) -> None:
    first, _, last = HEADERS[language].rpartition(" ")
    found = strip(f"Thanks.\n\n{first}\n{last}\n\n> Hi Bea")
    assert found.text == "Thanks."


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize("above", ["", "________________________________\n", "-----Original Message-----\n"])
def test_a_block_of_fields_ends_the_reply(language: str, above: str) -> None:
    found = strip(f"No, thanks.\n\n{above}{BLOCKS[language]}\n\n{OURS}")
    assert found == ("No, thanks.", True, None)


@pytest.mark.parametrize(
    "words",
    [
        "Original Message", "Ursprüngliche Nachricht", "Message d'origine", "Mensaje original", "Mensagem original",
        "Messaggio originale", "Oorspronkelijk bericht", "Wiadomość oryginalna", "Mesaj original", "Исходное сообщение",
    ],
)  # fmt: skip
def test_words_between_dashes_above_a_copy_end_the_reply(words: str) -> None:
    assert strip(f"Yes.\n\n-------- {words} --------\nHi Bea").text == "Yes."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nBea Roth\nFirma", "Best regards,\nBea", "Mit freundlichen Grüßen\n\nBea Roth\nFirma GmbH\n+49 30 0000000",
        "Cordialement,\nBea", "Un saludo,\nBea", "Com os melhores cumprimentos,\nBea", "Cordiali saluti\nBea",
        "Met vriendelijke groet,\nBea", "Z poważaniem,\nBea", "Cu stimă,\nBea", "С уважением,\nБеа",
        "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone",
        "Enviado do meu iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Wysłane z iPhone'a",
        "Trimis de pe iPhone", "Отправлено с iPhone", "Get Outlook for iOS", "-Bea Roth",
    ],
)  # fmt: skip
def test_a_signature_goes_and_the_sentence_above_it_stays(signature: str) -> None:
    assert strip(f"Let us talk in March.\n\n{signature}").text == "Let us talk in March."


@pytest.mark.parametrize("text", ["Thanks", "Danke!", "Merci", "Best"])
def test_a_reply_of_nothing_but_a_closing_word_keeps_it(text: str) -> None:
    assert strip(text).text == text


def test_what_is_written_between_quoted_lines_is_kept() -> None:
    body = f"{HEADERS['en']}\n\n> What do you use?\n\nNothing yet.\n\n> When can we talk?\n\nOn Friday.\n"
    assert strip(body).text == "Nothing yet.\n\nOn Friday."


def test_a_legal_notice_is_no_part_of_the_reply() -> None:
    notice = "This e-mail is confidential. If you are not the intended recipient, please delete it and remove all copies."
    read = read_mail(mail(f"Sounds good, call me.\n\n{notice}"))
    assert (read.text, read.intent) == ("Sounds good, call me.", "interested")


def test_quotes_in_html_are_found_by_their_marks() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><div>No thanks<br>Bea</div><div class='gmail_quote'>"
        "<div>valaki írta</div><blockquote>Hi Bea</blockquote></div></body></html>"
    )
    assert strip(html_lines(html)) == ("No thanks\nBea", True, None)


@pytest.mark.parametrize(
    ("body", "doubt"),
    [
        ("> nothing but a quote", "nothing is left"),
        ("word " * 200, "a long answer"),
    ],
)
def test_stripping_that_may_have_failed_is_said_and_reviewed(body: str, doubt: str) -> None:
    read = read_mail(mail(body, In_Reply_To="<7@ourco.example>"))
    assert any(one.startswith(doubt) for one in read.doubts)
    assert read.review


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("¿Cuánto se tarda en ponerlo en marcha?", "question"),
        ("¿Con qué marca trabajan?", "question"),
        ("Quel est le marché visé ?", "question"),
        ("Proszę napisać w marcu.", "not_now"),
    ],
)
def test_a_word_that_begins_like_a_polish_month_is_no_month(text: str, meant: str) -> None:
    assert intent(text).name == meant
