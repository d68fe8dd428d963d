"""Mappings: known exports and hand-made headers in four languages lead to the same fields."""

from __future__ import annotations

from collections import defaultdict
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.core.errors import UsageError
from prospector.intake.columns.header_data import IGNORED, header_data, header_key
from prospector.intake.columns.mappings import TARGETS, ColumnMap, known_headers, recognise
from prospector.intake.columns.unknown import explain_unknown

APOLLO = (
    "First Name,Last Name,Title,Company Name,Company Name for Emails,Email,Email Status,"
    "Primary Email Source,Seniority,Departments,Sub Departments,Contact Owner,Work Direct Phone,"
    "Mobile Phone,Corporate Phone,Do Not Call,Stage,# Employees,Industry,Keywords,Person Linkedin Url,"
    "Website,Company Linkedin Url,Address,City,State,Country,Company Address,Company City,Company State,"
    "Company Country,Company Phone,Technologies,Annual Revenue,Email Bounced,Apollo Contact Id,"
    "Secondary Email,Tertiary Email"
)
APOLLO_ACCOUNTS = (
    "Company Name,Company Name for Emails,# Employees,Industry,Website,Company Linkedin Url,"
    "Company Country,Keywords,Apollo Record Id,Short Description,Founded Year,"
    "Subsidiary of (Organization ID)"
)
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
PHANTOMBUSTER = (
    "profileUrl,fullName,firstName,lastName,companyName,title,companyId,companyUrl,regularCompanyUrl,"
    "summary,industry,companyLocation,location,durationInRole,durationInCompany,connectionDegree,name,"
    "vmid,linkedInProfileUrl,query,timestamp,defaultProfileUrl"
)
HUBSPOT = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Contact owner,Lead Status,"
    "Lifecycle Stage,Create Date,Last Activity Date,Associated Company,Country/Region"
)
HUBSPOT_COMPANIES = (
    "Record ID,Company name,Company Domain Name,Company owner,Phone Number,City,State/Region,"
    "Country/Region,Industry,Number of Employees,Annual Revenue,Create Date"
)
SALESFORCE = (
    "First Name,Last Name,Title,Company / Account,Email,Phone,Mobile,Lead Source,Lead Status,Mailing City,"
    "Mailing Country"
)
ZOOMINFO = (
    "ZoomInfo Contact ID,Last Name,First Name,Salutation,Job Title,Management Level,Job Start Date,"
    "Job Function,Department,Direct Phone Number,Email Address,Email Domain,Mobile phone,"
    "Contact Accuracy Score,LinkedIn Contact Profile URL,Person City,Person State,Country,"
    "ZoomInfo Company ID,Company Name,Website,Founded Year,Company HQ Phone,Employees,Employee Range,"
    "Primary Industry,LinkedIn Company Profile URL,Company Street Address,Company City,Company State,"
    "Company Country"
)
ZOOMINFO_COMPANIES = (
    "ZoomInfo Company ID,Company Name,Website,Employees,Primary Industry,Company City,Company Country"
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Name Prefix,Organization Name,Organization Title,"
    "Organization Department,Notes,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Address 1 - City,Address 1 - Country,Website 1 - Value"
)
GOOGLE_OLD = (
    "Name,Given Name,Family Name,Occupation,Notes,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value,"
    "Organization 1 - Name,Organization 1 - Title,Organization 1 - Department"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,"
    "Business City,Business State,Business Country/Region,Business Phone,Mobile Phone,E-mail Address,"
    "E-mail 2 Address,Web Page,Notes"
)
DIRECTORY = (
    "id,name,slug,website,all_locations,one_liner,long_description,team_size,industry,subindustry,tags,"
    "isHiring"
)
FIND = (
    "person_id,company_id,first_name,last_name,email,title,department,seniority,company,domain,score,answer"
)
INSPECT = (
    "domain,name,technologies,advertises_on,openings,emails,phones,social.linkedin,mail_host,company.industry"
)


def _fields(columns: ColumnMap) -> dict[str, list[str]]:
    found = defaultdict(list)
    for column in columns.columns:
        found[column.field].append(column.header)
    return dict(found)


def _recognised(header: str, separator: str = ",") -> ColumnMap:
    return recognise(header.split(separator))


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        (APOLLO, "Apollo contacts", "people"),
        (APOLLO.replace("Company Name,", "Company,", 1), "Apollo contacts", "people"),
        (APOLLO_ACCOUNTS, "Apollo accounts", "companies"),
        (LINKEDIN, "LinkedIn Connections", "people"),
        (
            "First Name,Last Name,Email Address,Company,Position,Connected On",
            "LinkedIn Connections",
            "people",
        ),
        (PHANTOMBUSTER, "PhantomBuster Sales Navigator", "people"),
        (HUBSPOT, "HubSpot contacts", "people"),
        (HUBSPOT_COMPANIES, "HubSpot companies", "companies"),
        (SALESFORCE, "Salesforce report", "people"),
        (ZOOMINFO, "ZoomInfo contacts", "people"),
        (ZOOMINFO_COMPANIES, "ZoomInfo companies", "companies"),
        (GOOGLE, "Google Contacts", "people"),
        (GOOGLE_OLD, "Google Contacts", "people"),
        (OUTLOOK, "Outlook", "people"),
        (DIRECTORY, "company directory", "companies"),
        (FIND, "prospector people", "people"),
        (INSPECT, "prospector inspect", "companies"),
    ],
)
def test_a_known_export_is_recognised_whatever_the_case_and_order(header: str, name: str, kind: str) -> None:
    labels = header.split(",")
    for variant in (labels, labels[::-1], [label.upper() for label in labels]):
        columns = recognise(variant)
        assert (columns.name, columns.kind) == (name, kind)


@pytest.mark.parametrize(
    ("header", "field", "labels"),
    [
        (APOLLO, "email", ["Email"]),
        (APOLLO, "more_emails", ["Secondary Email", "Tertiary Email"]),
        (APOLLO, "phone", ["Work Direct Phone", "Mobile Phone"]),
        (APOLLO, "company_phone", ["Company Phone", "Corporate Phone"]),
        (APOLLO, "headcount", ["# Employees"]),
        (APOLLO, "country", ["Country"]),
        (APOLLO, "company_country", ["Company Country"]),
        (APOLLO, "bounced", ["Email Bounced"]),
        (APOLLO_ACCOUNTS, "founded", ["Founded Year"]),
        (LINKEDIN, "linkedin", ["URL"]),
        (LINKEDIN, "title", ["Position"]),
        (PHANTOMBUSTER, "linkedin", ["defaultProfileUrl", "linkedInProfileUrl"]),
        (PHANTOMBUSTER, "tenure", ["durationInRole"]),
        (PHANTOMBUSTER, "seen_at", ["timestamp"]),
        (HUBSPOT, "company", ["Company Name", "Associated Company"]),
        (HUBSPOT_COMPANIES, "domain", ["Company Domain Name"]),
        (HUBSPOT_COMPANIES, "company_phone", ["Phone Number"]),
        (SALESFORCE, "country", ["Mailing Country"]),
        (ZOOMINFO, "role_started", ["Job Start Date"]),
        (ZOOMINFO, "headcount", ["Employees", "Employee Range"]),
        (GOOGLE, "more_emails", ["E-mail 2 - Value"]),
        (GOOGLE_OLD, "title", ["Organization 1 - Title"]),
        (OUTLOOK, "title", ["Job Title"]),
        (OUTLOOK, "city", ["Business City"]),
        (DIRECTORY, "company", ["name"]),
        (DIRECTORY, "industry", ["industry", "subindustry"]),
        (DIRECTORY, "description", ["long_description", "one_liner"]),
        (INSPECT, "company", ["name"]),
        (INSPECT, "company_linkedin", ["social.linkedin"]),
    ],
)
def test_columns_of_known_exports_lead_to_their_fields_in_order(
    header: str, field: str, labels: list[str]
) -> None:
    assert _fields(_recognised(header))[field] == labels


@pytest.mark.parametrize(
    ("header", "label"),
    [(OUTLOOK, "Title"), (LINKEDIN, "Connected On"), (ZOOMINFO, "Email Domain"), (APOLLO, "Address")],
)
def test_what_would_mislead_is_left_out_and_listed(header: str, label: str) -> None:
    assert label in _recognised(header).unmapped


def test_the_status_of_a_lead_goes_before_its_place_in_the_life_cycle() -> None:
    assert _fields(_recognised(HUBSPOT))["status"] == ["Lead Status", "Lifecycle Stage"]


HAND_MADE = {
    "en": "First Name;Last Name;Company;Job Title;E-mail;Website;Employees;Industry;Mobile;Country;City",
    "de": "Vorname;Nachname;Firma;Position;E-Mail-Adresse;Webseite;Mitarbeiter;Branche;Handy;Land;Ort",
    "fr": "Prénom;Nom;Société;Poste;Courriel;Site web;Effectif;Secteur;Portable;Pays;Ville",
    "es": "Nombre;Apellidos;Empresa;Cargo;Correo electrónico;Página web;Empleados;Sector;Móvil;País;Ciudad",
}


@pytest.mark.parametrize("language", sorted(HAND_MADE))
def test_a_hand_made_header_says_the_same_in_four_languages(language: str) -> None:
    columns = _recognised(HAND_MADE[language], ";")
    by_position = [column.field for column in sorted(columns.columns)]
    fields = "first_name last_name company title email website headcount industry phone country city"
    assert by_position == fields.split()
    assert (columns.name, columns.kind, columns.unmapped) == ("hand-made", "people", ())


@pytest.mark.parametrize(
    ("header", "kind", "fields"),
    [
        ("Name,Email", "people", ["full_name", "email"]),
        ("Name,Company", "people", ["full_name", "company"]),
        ("Name,Website", "companies", ["company", "website"]),
        (
            "Name,Industry,Headcount,Country",
            "companies",
            ["company", "industry", "headcount", "company_country"],
        ),
        ("Company,Country,Phone", "companies", ["company", "company_country", "company_phone"]),
        ("Domain", "companies", ["domain"]),
        ("Vorname,Name,Firma", "people", ["first_name", "last_name", "company"]),
        ("Nombre,Empresa", "people", ["full_name", "company"]),
        ("Nom,Société", "people", ["full_name", "company"]),
        ("Nom,Site web,Effectif", "companies", ["company", "website", "headcount"]),
        ("Email 1,Email 2", "people", ["email", "more_emails"]),
        ("Email,Email (2),Company", "people", ["email", "more_emails", "company"]),
        ("email,company.name,company.domain", "people", ["email", "company", "domain"]),
        ("Anrede,Titel,Vorname,Nachname", "people", [None, None, "first_name", "last_name"]),
        ("Titel,Nachname,Position", "people", [None, "last_name", "title"]),
        ("Titel,Nachname", "people", ["title", "last_name"]),
    ],
)
def test_the_whole_header_settles_what_a_bare_label_means(
    header: str, kind: str, fields: list[str | None]
) -> None:
    columns = _recognised(header)
    by_position = {column.position: column.field for column in columns.columns}
    assert columns.kind == kind
    assert [by_position.get(position) for position in range(len(fields))] == fields


def test_a_country_beside_a_person_is_the_persons() -> None:
    fields = _fields(_recognised("Email,Company,Country"))
    assert "country" in fields
    assert "company_country" not in fields


def test_columns_that_are_not_known_are_listed_in_order() -> None:
    assert _recognised("Zebra,Email,Horoscope").unmapped == ("Zebra", "Horoscope")


def test_overrides_win_over_presets_and_aliases() -> None:
    columns = recognise(
        ["First Name", "Horoscope", "Email", "Title"],
        overrides={"horoscope": "company", "Title": "-", "Email": "more_emails"},
    )
    assert _fields(columns) == {
        "first_name": ["First Name"],
        "company": ["Horoscope"],
        "more_emails": ["Email"],
    }
    assert columns.unmapped == ("Title",)


def test_an_override_holds_for_a_label_that_the_header_would_settle_otherwise() -> None:
    columns = recognise(["Anrede", "Titel", "Nachname", "Funktion"], overrides={"Titel": "title"})
    assert _fields(columns)["title"] == ["Titel", "Funktion"]


def test_an_override_can_turn_a_file_into_one_of_people() -> None:
    assert recognise(["Name", "Website"], overrides={"Name": "full_name"}).kind == "people"


@pytest.mark.parametrize(
    ("overrides", "hint"),
    [({"Emial": "email"}, 'did you mean "Email"?'), ({"Email": "emial"}, 'did you mean "email"?')],
)
def test_a_wrong_override_names_its_near_miss(overrides: dict[str, str], hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        recognise(["Email", "Company"], overrides=overrides)
    assert caught.value.hint == hint


def test_a_header_without_a_known_column_maps_nothing_and_explains_itself() -> None:
    assert recognise(["Emial", "Horoscope"]).columns == ()
    assert '"Emial" is near to "email"' in explain_unknown(["Emial", "Horoscope"])
    assert "looks like data" in explain_unknown(["ana@x.example", "Ana"])
    assert "--map" in explain_unknown(["zzzz", "qqqq"])


@pytest.mark.parametrize(
    ("header", "day_first"), [("Email,Since", None), ("E-Mail,Seit", True), ("Email,Depuis", True)]
)
def test_the_language_of_the_date_label_says_day_first(header: str, day_first: bool | None) -> None:
    assert _recognised(header).day_first_labels == (frozenset({1}) if day_first else frozenset())


def test_a_label_keeps_its_language_where_its_field_is_chosen_by_hand() -> None:
    assert recognise(["Email", "Gründung"], overrides={"Gründung": "role_started"}).day_first_labels == {1}


def test_columns_chosen_by_hand_are_asked_in_the_order_in_which_they_were_given() -> None:
    header = ["Email", "Mobile", "Desk", "Home"]
    columns = recognise(header, overrides={"Desk": "phone", "Home": "phone"})
    assert _fields(columns)["phone"] == ["Desk", "Home", "Mobile"]


def test_known_headers_are_counted_once_and_long_cells_never() -> None:
    assert known_headers(["Email", "E-Mail", "Company", "", "Horoscope", "Email " * 50]) == 2
    assert known_headers(["E-mail 17 - Value"]) == 1


def test_every_field_of_the_data_file_exists_and_every_preset_can_be_recognised() -> None:
    data = header_data()
    assert len(data.presets) >= 12
    for preset in data.presets:
        assert preset.signatures, preset.name
        assert {known.field for known in preset.columns.values()} <= {*TARGETS, IGNORED}
    for table in data.aliases.values():
        assert {known.field for known in table.values()} <= {*TARGETS, IGNORED}
        assert all(table)


@pytest.mark.parametrize("kind", ["people", "companies"])
def test_no_label_means_two_fields_in_files_of_one_kind(kind: str) -> None:
    meanings: dict[tuple[str, str], set[str]] = defaultdict(set)
    lines = (
        (resources.files("prospector") / "data" / "import_headers.tsv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    scope = ""
    for line in lines:
        left, _, right = line.partition("\t")
        if left.startswith("["):
            scope = left.strip("[]").partition(" ")[0]
        elif scope in {"any", kind} and line and not line.startswith("#"):
            for label in right.split(" | "):
                meanings[scope, header_key(label)].add(left)
    assert len(meanings) > 300
    assert {key: fields for key, fields in meanings.items() if len(fields) > 1} == {}


def test_labels_are_compared_by_their_letters_and_digits() -> None:
    assert header_key("# Employees") == header_key("employees") == header_key(" Employees (12)")
    assert header_key("Prénom") == "prenom"
    assert header_key("Straße") == "strasse"
    assert header_key("(12)") == "12"


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_header_is_mapped_or_listed_and_nothing_twice(header: list[str]) -> None:
    columns = recognise(header)
    positions = [column.position for column in columns.columns]
    assert len(set(positions)) == len(positions)
    assert len(columns.unmapped) + len(positions) == len(header)
    assert isinstance(explain_unknown(header), str)


def _known_exports() -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Preset, kind, form and columns of each export in preset_columns.tsv."""
    found: list[tuple[str, str, str, list[tuple[str, str]]]] = []
    text = (Path(__file__).parent / "preset_columns.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        parts = line.split("\t")
        if line.startswith("["):
            found.append((parts[0][1:-1], parts[1], parts[2], []))
        elif not line.startswith("# A") and not line.startswith("# Every"):
            found[-1][3].append((parts[0], parts[1]))
    return found


@pytest.mark.parametrize(
    ("name", "kind", "form", "columns"), _known_exports(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_every_column_of_a_known_export_leads_to_its_field(
    name: str, kind: str, form: str, columns: list[tuple[str, str]]
) -> None:
    found = recognise([label for label, _ in columns])
    at = {column.position: column.field for column in found.columns}
    assert (found.name, found.kind) == (name, kind)
    assert [(label, at.get(position, "-")) for position, (label, _) in enumerate(columns)] == columns


def test_companies_bring_ads_jobs_and_money() -> None:
    header = (
        "Company;Advertises On;Open Jobs;Keywords;Annual Revenue;Total Funding;Latest Funding;Last Raised At"
    )
    columns = _recognised(header, ";")
    by_position = [column.field for column in sorted(columns.columns)]
    fields = "company ads openings keywords revenue funding_total funding_stage funded_on"
    assert (columns.kind, by_position) == ("companies", fields.split())


def test_a_list_of_people_with_technologies_and_ads_is_not_taken_for_our_own_output() -> None:
    columns = _recognised("First Name,Email,Technologies,Advertises On,Openings")
    assert (columns.name, columns.kind) == ("hand-made", "people")
    assert {"technologies", "ads", "openings"} <= columns.fields
