"""What columns are: labels with an object around them, in eight languages, and what the values under them say."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from workspaces import call_cli

from prospector.intake.columns.labels import compound, is_colleagues
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = date(2026, 11, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prospector.yaml").write_text("database: prospector.db\n", encoding="utf-8")
    return tmp_path


def _try(folder: Path, text: str) -> tuple[dict[str, str], list[dict[str, Any]], dict[str, Any]]:
    """The fields by label but for custom ones, the rows as they would be stored, and the report."""
    (folder / "list.csv").write_text(text, encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        trial = workspace.try_import(folder / "list.csv").as_json()
    columns = {column["header"]: column["field"] for column in trial["columns"]}
    fields = {label: field for label, field in columns.items() if not field.startswith("custom.")}
    return fields, list(trial["samples"]), dict(trial["report"])


def _people(folder: Path) -> list[tuple[Any, ...]]:
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        sql = (
            "SELECT first_name, last_name, email, (SELECT name FROM companies WHERE companies.id = company_id) "
            "FROM people ORDER BY people.id"
        )
        return [tuple(row) for row in workspace.db.rows(sql)]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Person - Name", "full_name"),
        ("Person - Email - Work", "email"),
        ("Person - Email - Home", "more_emails"),
        ("Person - Phone - Mobile", "phone"),
        ("Person - Organization", "company"),
        ("Organization: Name", "company"),
        ("Organization - Address", "company_address"),
        ("Organization > Country", "company_country"),
        ("Account Name (Parent Account)", "company"),
        ("Email ID (Email IDs)", "email"),
        ("Job Title (Contact)", "title"),
        ("contact.email", "email"),
        ("contact/0/email", "email"),
        ("emails/0/value", "email"),
        ("properties__email", "email"),
        ("properties.jobtitle", "title"),
        ("person.current_company.name", "company"),
        ("organization.primary_domain", "domain"),
        ("organization.estimated_num_employees", "headcount"),
        ("experience/0/title", "title"),
        ("Deal - Organization", "company"),
        ("Deal - Contact person", "full_name"),
        ("Contact :: First Name", "first_name"),
        ("Lead [Company Name]", "company"),
        ("Ansprechpartner: E-Mail", "email"),
        ("Firma - Ort", "company_city"),
        ("Entreprise - Ville", "company_city"),
        ("Empresa: Sitio web", "website"),
        ("Azienda - Settore", "industry"),
        ("Contatto - Ruolo", "title"),
        ("Bedrijf - Website", "website"),
        ("Contactpersoon: Functie", "title"),
        ("Contato: Cargo", "title"),
        ("Empresa - Telefone", "company_phone"),
        ("Nombre del Negocio", "company"),
        ("WhatsApp_Telefono", "phone"),
        ("Associated Company Domain", "domain"),
    ],
)
def test_a_label_with_an_object_around_it_is_understood(label: str, field: str) -> None:
    found = compound(label, "people")
    assert found is not None
    assert found.field == field


@pytest.mark.parametrize(
    "label",
    [
        "Primary Email Last Verified At", "Email Open", "Secondary Email Source", "Deal - Title", "Deal - Value",
        "Number of Retail Locations", "Company Postal Code", "Company Facebook URL", "Phone (Fax)", "Contact Info",
        "ID (Email IDs)", "Is Primary (Email IDs)", "experience/1/company/logo", "Billing Email", "maps_url",
        "experience/2/title",
    ],
)  # fmt: skip
def test_one_unknown_word_leaves_a_label_alone(label: str) -> None:
    assert compound(label, "people") is None


@pytest.mark.parametrize(
    "label",
    ["Deal Owner", "Owner - Email", "Contact Owner Email", "Company owner", "Record.Owner.Name", "Assigned To",
     "Sales Rep Email", "Created By: Name", "Eigenaar - E-mail", "Propriétaire - E-mail", "Reports To"],
)  # fmt: skip
def test_fields_of_a_records_owner_are_no_prospects(folder: Path, label: str) -> None:
    assert is_colleagues(label)
    fields, samples, _ = _try(
        folder, f"{label},Email,Name\nrep@ourco.example,anna@kranz.example,Anna Kranz\n"
    )
    assert label not in fields
    assert samples[0]["person"]["email"] == "anna@kranz.example"


def test_of_several_people_in_a_row_the_first_counts_and_the_others_are_named(folder: Path) -> None:
    header = "Company,Contact 1 Name,Contact 1 Email,Contact 2 Name,Contact 2 Email\n"
    row = "Kranz,Anna Kranz,anna@kranz.example,Ben Moor,ben@kranz.example\n"
    fields, samples, report = _try(folder, header + row)
    assert fields["Contact 1 Email"] == "email"
    assert "more_emails" not in samples[0]["person"]
    assert [one["header"] for one in report["custom_columns"]] == ["Contact 2 Name", "Contact 2 Email"]


HAND_MADE = {
    "pt": "Nome;Sobrenome;Empresa;Cargo;E-mail;Site;Funcionários;Setor;Celular;País;Cidade",
    "it": "Nome;Cognome;Azienda;Ruolo;E-mail;Sito web;Dipendenti;Settore;Cellulare;Paese;Città",
    "nl": "Voornaam;Achternaam;Bedrijf;Functie;E-mailadres;Website;Aantal medewerkers;Branche;Mobiel;Land;Plaats",
    "ja": "名;姓;会社名;役職;メールアドレス;ウェブサイト;従業員数;業種;携帯電話;国;市区町村",
}


@pytest.mark.parametrize("language", sorted(HAND_MADE))
def test_a_hand_made_header_says_the_same_in_further_languages(folder: Path, language: str) -> None:
    fields, _, _ = _try(folder, HAND_MADE[language] + "\n")
    told = "first_name last_name company title email website headcount industry phone country city"
    assert list(fields.values()) == told.split()


@pytest.mark.parametrize("language", ["pt", "it", "nl"])
def test_every_field_has_labels_in_these_languages(language: str) -> None:
    from prospector.intake.columns.header_data import header_data

    tables = header_data().aliases.values()
    told = {
        name: {one.field for table in tables for one in table.values() if one.language == name}
        for name in ("de", "fr", "es", language)
    }
    shared = told["de"] & told["fr"] & told["es"]
    # Words that several languages share stand under the first of them.
    assert len(shared - told[language]) <= 2, shared - told[language]


# Child rows


def test_a_row_of_a_list_belongs_to_the_record_above_and_the_primary_one_wins(folder: Path) -> None:
    text = (
        "ID,First Name,Last Name,Company Name,ID (Email IDs),Email ID (Email IDs),Is Primary (Email IDs)\n"
        "A,Anna,Kranz,Kranz AG,e1,a.kranz@home.example,0\n,,,,e2,anna@kranz.example,1\n"
        "T,Tom,Holt,Holt GmbH,e3,tom@holt.example,1\n"
    )
    (folder / "list.csv").write_text(text, encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        report = workspace.import_file(folder / "list.csv")
        assert (report.rows, report.rejected) == (2, 0)
        for address in ("anna@kranz.example", "a.kranz@home.example"):
            assert workspace.person(address).person.email == "anna@kranz.example"


@pytest.mark.parametrize(
    "text",
    [
        "Name,Company,emails/value,emails/primary\nAnna Kranz,Kranz,a@home.example,no\n,,anna@kranz.example,yes\n",
        "id,Name,Company,Email\n7,Anna Kranz,Kranz,anna@kranz.example\n,,,a@home.example\n",
        "Name,Company,Phones: Number,Email\nAnna Kranz,Kranz,+49 30 1234567,anna@kranz.example\n,,+49 30 7654321,\n",
        "Vorname,Nachname,Firma,E-Mail (E-Mails)\nAnna,Kranz,Kranz,anna@kranz.example\n,,,a@home.example\n",
    ],
)
def test_records_that_go_on_in_the_next_row_are_one_person(folder: Path, text: str) -> None:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "list.csv", cwd=folder).returncode == 0
    assert _people(folder) == [("Anna", "Kranz", "anna@kranz.example", "Kranz")]


def test_people_in_the_list_of_a_company_share_its_cells(folder: Path) -> None:
    text = "Company,Website,Contacts/Name,Contacts/Email\nKranz,kranz.example,Anna Kranz,anna@kranz.example\n"
    (folder / "list.csv").write_text(text + ",,Ben Moor,ben@kranz.example\n", encoding="utf-8")
    assert call_cli("import", "list.csv", cwd=folder).returncode == 0
    assert [(row[0], row[3]) for row in _people(folder)] == [("Anna", "Kranz"), ("Ben", "Kranz")]


def test_a_row_with_an_address_alone_is_a_person_in_a_plain_list(folder: Path) -> None:
    text = "Name,Company,Email\nAnna Kranz,Kranz,anna@kranz.example\n,,ben@moor.example\n"
    (folder / "list.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "list.csv", cwd=folder).returncode == 0
    assert len(_people(folder)) == 2


# What the rows are


@pytest.mark.parametrize(
    "text",
    [
        "name,email,city\nCafé Rullestenen,info@rullestenen.example,Kolding\nNord Bageri,kontakt@nordbageri.example,Vejle\n",
        "Nom;Email;Ville\nBoulangerie Épi;contact@epi.example;Sion\nSARL Rivage;rivage.example@gmail.com;Nantes\n",
        "Nombre,Correo,Teléfono\nTaller Ruiz S.L.,info@tallerruiz.example,\nFlores Sol S.A.,ventas@floressol.example,\n",
        "Nome;E-mail;Indirizzo\nPizzeria Da Gino;info@dagino.example;Via Roma 1, Milano\nBar Sport srl;bar@sport.example;\n",
        "Naam;E-mail;Plaats\nBakkerij Jansen B.V.;info@bakkerijjansen.example;Utrecht\nFietsenwinkel 2000;info@fw.example;Ede\n",
        "name,rating,reviews,phone,website\nThe Lantern,4.5,12,+1 415 555 0101,https://lantern.example\nBlue Door,4,3,,\n",
        "Restaurant Name,Phone,Email\nThe Copper Pot,(415) 555-0101,info@copperpot.example\nNoodle House 88,,\n",
        "Name,Email,Website\nKranz GmbH,,https://kranz.example\nMoor AG,,https://moor.example\n",
    ],
)
def test_names_of_shops_and_firms_are_companies(folder: Path, text: str) -> None:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    assert call_cli("import", "list.csv", cwd=folder).returncode == 0
    assert [row for row in _people(folder) if row[0] or row[1]] == []
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        assert len(workspace.db.rows("SELECT 1 FROM companies WHERE name IS NOT NULL")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nAnna Kranz,anna.kranz@kranz.example\nTom Holt,tom@holt.example\n",
        "Nom;Email;Ville\nMarie Petit;m.petit@epi.example;Sion\nJean Morel;jean.morel@rivage.example;Nantes\n",
        "name,website,email\nAnna Kranz,https://kranz.example,anna@kranz.example\nTom Holt,https://holt.example,tom@holt.example\n",
        "Nome;E-mail;Azienda\nGiulia Conti;giulia@dagino.example;Da Gino\nMarco Riva;marco@sport.example;Bar Sport\n",
        "name,title,website\nAnna Kranz,HR Manager,https://kranz.example\nTom Holt,CFO,https://holt.example\n",
        "first_name,name,email\nAnna,Anna Kranz,anna@kranz.example\nTom,Tom Holt,tom@holt.example\n",
    ],
)
def test_names_of_people_stay_people(folder: Path, text: str) -> None:
    _, samples, _ = _try(folder, text)
    assert all(sample["person"].get("first_name") and sample["person"].get("last_name") for sample in samples)


def test_an_unknown_label_above_names_of_people_makes_no_list_of_companies(folder: Path) -> None:
    text = "Wer,Firma,Website\nAnna Kranz,Kranz AG,https://kranz.example\nThomas Holt,Holt AG,https://holt.example\n"
    fields, samples, report = _try(folder, text)
    assert fields["Wer"] == "full_name"
    assert samples[0]["person"]["last_name"] == "Kranz"
    assert "names of people and is read as full_name" in " ".join(report["warnings"])


def test_labels_of_people_above_companies_are_read_as_companies_aloud(folder: Path) -> None:
    fields, _, report = _try(folder, "name,email\nKranz GmbH,info@kranz.example\nMoor AG,info@moor.example\n")
    assert fields["name"] == "company"
    assert "--map 'HEADER=full_name' names people" in " ".join(report["warnings"])


def test_half_of_the_rows_without_a_person_is_said_with_what_was_read(folder: Path) -> None:
    text = "Company,Email,Name\nKranz,anna@kranz.example,Anna Kranz\nHolt,,\nMoor,,\n"
    _, _, report = _try(folder, text)
    assert "2 of 3 rows name no person" in " ".join(report["warnings"])
    assert '"Email" as email' in " ".join(report["warnings"])


# Values where labels do not help


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("anna@kranz.example", "tom@holt.example"), "email"),
        (("https://www.linkedin.com/in/anna-kranz-1", "https://www.linkedin.com/in/tom-holt-2"), "linkedin"),
        (("https://kranz.example", "www.holt.example"), "website"),
        (("+49 30 1234567", "+49 30 7654321"), "phone"),
        (("Germany", "Frankreich"), "country"),
        (("HR Manager", "Chief Financial Officer"), "title"),
        (("Banking", "Insurance"), "industry"),
    ],
)
def test_plain_values_under_an_unknown_label_are_read_and_told(
    folder: Path, values: tuple[str, str], field: str
) -> None:
    text = f"Name,Company,Horoscope\nAnna Kranz,Kranz AG,{values[0]}\nTom Holt,Holt AG,{values[1]}\n"
    fields, _, report = _try(folder, text)
    assert fields["Horoscope"] == field
    assert f"is read as {field}; --map 'Horoscope=-' leaves it out" in " ".join(report["warnings"])


def test_of_two_columns_of_a_kind_none_is_taken_and_both_are_told(folder: Path) -> None:
    text = "Name,Company,Aaa,Bbb\nAnna Kranz,Kranz,anna@kranz.example,a@home.example\nTom Holt,Holt,t@holt.example,t@home.example\n"
    fields, _, report = _try(folder, text)
    assert "email" not in fields.values()
    assert "--map 'Aaa=email'" in " ".join(report["warnings"])


# Refusals


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_an_unknown_header_names_columns_nearest_fields_and_a_line_to_copy(
    folder: Path, dry_run: tuple[str, ...]
) -> None:
    (folder / "list.csv").write_text("Emial,Horoscope,Frima\nx,y,z\n", encoding="utf-8")
    done = call_cli("import", "list.csv", *dry_run, cwd=folder)
    assert done.returncode == 2
    assert 'columns seen: "Emial", "Horoscope", "Frima"' in done.stderr
    assert '"Emial" is near to "email"' in done.stderr
    assert "--map 'Emial=email'" in done.stderr
    assert "--map 'Frima=company'" in done.stderr


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_file_that_names_nobody_says_so(folder: Path, dry_run: tuple[str, ...]) -> None:
    (folder / "list.csv").write_text("Country,City\nDE,Berlin\n", encoding="utf-8")
    done = call_cli("import", "list.csv", *dry_run, cwd=folder)
    assert done.returncode == 2
    assert "no column names a person or a company" in done.stderr


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_a_file_of_which_no_row_can_be_taken_names_the_cause(folder: Path, dry_run: tuple[str, ...]) -> None:
    (folder / "list.csv").write_text("Email,City\nunknown,Berlin\n", encoding="utf-8")
    done = call_cli("import", "list.csv", *dry_run, cwd=folder)
    assert done.returncode == 2
    assert "neither a person nor a company" in done.stderr
    assert '"Email" as email' in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "Anna,Kranz,anna@kranz.example,HR Manager\nTom,Holt,tom@holt.example,CFO\n",
        "Kranz AG,https://kranz.example,Berlin\nHolt AG,https://holt.example,Bonn\n",
        "Company,anna@kranz.example\nHolt,tom@holt.example\n",
    ],
)
def test_a_row_is_no_header(folder: Path, text: str) -> None:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    done = call_cli("import", "list.csv", cwd=folder)
    assert done.returncode == 2


def test_a_cell_further_down_that_looks_like_a_label_is_no_header(folder: Path) -> None:
    text = "nom_estab,kind,n\nTaller Ruiz,x,1.5\nGran Hotel,Ciudad,2.5\n"
    fields, _, report = _try(folder, text)
    assert fields["nom_estab"] == "company"
    assert report["rows"] == 2


# Files as scrapers and CRMs write them


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "title,categoryName,address,website,phone,totalScore,reviewsCount,emails/0\n"
            'Smile Studio,Dentist,"Seestr. 10, 13353 Berlin",https://smile.example/,+49 30 7654321,4.7,88,info@smile.example\n',
            {"title": "company", "categoryName": "industry", "emails/0": "email"},
        ),
        (
            "name,site,category,full_address,rating,email_1,email_1_full_name\n"
            "Joe's Plumbing LLC,https://joes.example,Plumber,\"12 Oak St, Austin, TX 78701\",4.8,joe@joes.example,Joe Moor\n",
            {"name": "company", "email_1": "email", "email_1_full_name": "full_name"},
        ),
        (
            "Business Name,Owner Name,Street,City,Email,Category\nMoor Dental,Ida Moor,12 Oak St,Austin,i@moor.example,Dentists\n"
            "Kranz Dental,Anna Kranz,3 Elm St,Austin,,Dentists\nHolt Dental,Tom Holt,4 Elm St,Austin,,Dentists\n",
            {"Business Name": "company", "Owner Name": "full_name", "Category": "industry"},
        ),
        (
            "Startup,Founder,Founder LinkedIn,Founder Email\n"
            "Kranzly,Anna Kranz,https://www.linkedin.com/in/anna-k,anna@kranzly.example\n",
            {"Startup": "company", "Founder": "full_name", "Founder LinkedIn": "linkedin", "Founder Email": "email"},
        ),
        (
            "Contact: Full Name,Contact: Email,Account: Account Name,Opportunity: Name,Opportunity Owner: Full Name\n"
            "Anna Kranz,anna@kranz.example,Kranz AG,Big deal,Rep One\n",
            {"Contact: Full Name": "full_name", "Account: Account Name": "company", "Opportunity: Name": None,
             "Opportunity Owner: Full Name": None},
        ),
        (
            "(Do Not Modify) Contact,Full Name,Email,Address 1: City,Owner\nabc,Anna Kranz,anna@kranz.example,Berlin,Rep\n",
            {"(Do Not Modify) Contact": None, "Address 1: City": "city", "Owner": None},
        ),
        (
            "Raison sociale;Nom du dirigeant;E-mail pro;Effectif salarié\nPetit SARL;Marie Petit;marie@petit.example;20 à 49\n"
            "Morel SA;Jean Morel;jean@morel.example;50 à 99\n",
            {"Nom du dirigeant": "full_name", "E-mail pro": "email", "Effectif salarié": "headcount"},
        ),
    ],
)  # fmt: skip
def test_files_of_scrapers_and_crms_are_understood(
    folder: Path, text: str, told: dict[str, str | None]
) -> None:
    fields, _, _ = _try(folder, text)
    assert {label: fields.get(label) for label in told} == told


def test_a_given_name_without_a_way_to_find_its_bearer_is_listed(folder: Path) -> None:
    text = "First Name,URL,Company,Position,Connected On\nTom,,Holt AG,CFO,01 Jan 2026\n"
    _, _, report = _try(folder, text)
    assert (report["company_only"], report["problems"]) == (1, {"half_name": 1})
