"""What an imprint says for the rules of countries: who runs the site, and whether its addresses mind mails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sites import Sites, html
from workspaces import AS_OF, call_cli, import_people, make_workspace

from prospector.sites.facts.company import read_site_facts
from prospector.sites.page.document import Page, read_page
from prospector.sites.visit.pages import with_imprint
from prospector.workspace import Workspace

URL = "https://firm.example/impressum"


def _page(text: str, url: str = URL) -> Page:
    return read_page(f"<html><body><main>{text}</main></body></html>".encode(), url=url)


def _form(text: str, url: str = URL) -> str | None:
    page = _page(text, url)
    found = with_imprint(read_site_facts(page), page).legal_form
    return found[0] if found else None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Angaben gemäß § 5 DDG: Muster Werkzeuge GmbH, Hafenweg 1", "company"),
        ("Muster Werkzeuge e.K., Inhaberin: Ida Lang", "sole_trader"),
        ("Malerei Lang, Inh. Ida Lang, Hafenweg 1. Hosting: Netz GmbH", "sole_trader"),
        ("Lang & Sohn GbR, Hafenweg 1", "partnership"),
        ("Registered in England and Wales. Company number 01234567", "company"),
        ("Tidewater Tools Ltd, 7 Harbour Lane", "company"),
        ("Ida Lang, trading as Tidewater, sole trader", "sole_trader"),
        ("Éditeur : Ida Lang, entrepreneur individuel, SIRET 123", "sole_trader"),
        ("Naviera Mar S.L., Calle Mayor 1", "company"),
        ("Naviera Mar SL, Calle Mayor 1", "company"),
        ("Ditta individuale Ida Lang, P.IVA 123", "sole_trader"),
        ("Ida Lang, eenmanszaak, KvK 123", "sole_trader"),
        ("Kwiatowa Sp. z o.o., ul. Portowa 1", "company"),
        ("Ida Lang, Hafenweg 1, Telefon 030 123", None),
        ("Agile AGENTUR am Hafen", None),
        ("WE ARE AS GOOD AS ANY SE OF THIS TOWN", None),
        ("Nordlys AS, Havnegata 1", "company"),
    ],
)
def test_the_first_known_word_of_an_imprint_says_who_runs_the_site(text: str, form: str | None) -> None:
    assert _form(text) == form


def test_on_other_pages_nobody_is_taken_at_such_a_word() -> None:
    assert _form("We work for Netz GmbH", "https://firm.example/about") is None


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Der Nutzung der im Impressum veröffentlichten Kontaktdaten zur Übersendung von nicht ausdrücklich "
         "angeforderter Werbung wird hiermit widersprochen.", True),
        ("Please do not send unsolicited marketing e-mails to these addresses.", True),
        ("L'utilisation de nos adresses e-mail à des fins de prospection commerciale est interdite.", True),
        ("No se autoriza el uso de este correo para el envío de publicidad.", True),
        ("È vietato l'uso degli indirizzi e-mail per l'invio di pubblicità.", True),
        ("Ongevraagd reclame per e-mail is niet toegestaan.", True),
        ("We build tools for harbours. Write to us at info@firm.example.", False),
        ("Our marketing team answers your mail within a day.", False),
    ],
)  # fmt: skip
def test_a_note_against_mails_is_seen_in_several_languages(text: str, noted: bool) -> None:
    page = _page(f"{text} <a href='mailto:info@firm.example'>info@firm.example</a>")
    facts = with_imprint(read_site_facts(page), page)

    assert facts.published == (("info@firm.example", URL, noted),)


def test_both_are_evidence_with_their_page_and_their_day(tmp_path: Path) -> None:
    words = f"<p>{'What the company does for whom. ' * 20}</p>"
    menu = '<a href="/impressum">Impressum</a> <a href="/contact">Contact</a>'
    note = "Werbung an diese E-Mail-Adressen wird widersprochen."
    pages = {
        ("firm.example", "/"): html(f"<title>Firm</title>{menu}{words}"),
        ("firm.example", "/impressum"): html(f"<title>Impressum</title>Malerei Lang e.K. {note}{words}"),
        ("firm.example", "/contact"): html(
            f"<title>Contact</title><a href='mailto:ana.ruiz@firm.example'>Ana</a> "
            f"<a href='mailto:help@host.example'>host</a>{words}"
        ),
    }
    with Sites(pages) as sites:
        folder = make_workspace(tmp_path, http={"connect_to": {"http": sites.address}, "allow_private": True})
        import_people(
            folder, [("Ana", "Ruiz", "ana.ruiz@firm.example", "HR Manager", "Firm", "https://firm.example")]
        )
        done = call_cli("enrich", "--deep", cwd=folder)
        assert done.returncode == 0, done.stderr
    legal = json.loads(call_cli("why", "firm.example", "legal_form", "--json", cwd=folder).stdout)
    shown = json.loads(call_cli("why", "ana.ruiz@firm.example", "published", "--json", cwd=folder).stdout)

    assert [(row["value"], row["url"], row["seen_at"]) for row in legal] == [
        ("sole_trader", "http://firm.example/impressum", AS_OF.isoformat())
    ]
    assert [(row["value"], row["url"], row["because"]) for row in shown] == [
        ("ana.ruiz@firm.example", "http://firm.example/contact", "the page says not to write to it")
    ]
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.db.value("SELECT count(*) FROM published_addresses") == 1
        told = opened.address_of(opened.person("ana.ruiz@firm.example"))
        assert told
        assert told["published_at"] == [
            f"http://firm.example/contact on {AS_OF.isoformat()}, a note against mails"
        ]
