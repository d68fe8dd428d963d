from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.core.records import FoundOpening
from prospector.sites.hiring.careers import (
    COMMON_CAREERS_PATHS,
    careers_links,
    read_openings,
    says_no_openings,
)
from prospector.sites.page.document import Page, read_page

AS_OF = date(2026, 11, 5)
SITE = "https://harborline.example/"


def page(html: str, url: str = "https://harborline.example/careers") -> Page:
    return read_page(html, url=url)


def openings(html: str, url: str = "https://harborline.example/careers") -> list[FoundOpening]:
    return read_openings(page(html, url), as_of=AS_OF)


def titles(html: str, url: str = "https://harborline.example/careers") -> list[str]:
    return [one.title for one in openings(html, url)]


def posting(title: str, more: str = "") -> str:
    return f'<script type="application/ld+json">{{"@type": "JobPosting", "title": "{title}"{more}}}</script>'


# --- links to the careers page


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("Careers", "/careers"),
        ("We're hiring!", "/about/join-us"),
        ("Karriere", "/unternehmen/karriere"),
        ("Offene Stellen", "/stellenangebote"),
        ("Nous rejoindre", "/nous-rejoindre"),
        ("Offres d'emploi", "/entreprise/recrutement"),
        ("Trabaja con nosotros", "/trabaja-con-nosotros"),
        ("Lavora con noi", "/lavora-con-noi"),
        ("Vacatures", "/vacatures"),
        ("Werken bij Harborline", "/over-ons/werken-bij"),
        ("Trabalhe conosco", "/trabalhe-conosco"),
        ("Jobs", "https://jobs.harborline.example/"),
    ],
)
def test_the_careers_page_is_found_in_seven_languages(text: str, href: str) -> None:
    home = page(
        f'<nav><a href="/product">Product</a><a href="{href}">{text}</a><a href="/blog">Blog</a></nav>', SITE
    )
    assert careers_links(home) == [home.absolute(href)]


def test_a_board_stands_before_the_sites_own_page_and_both_before_an_opportunity() -> None:
    home = page(
        '<a href="/partners/opportunities">Business opportunities for our partners</a>'
        '<a href="/careers">Careers</a>'
        '<a href="https://boards.greenhouse.io/harborline">Jobs</a>',
        SITE,
    )
    assert careers_links(home)[:2] == [
        "https://boards.greenhouse.io/harborline",
        "https://harborline.example/careers",
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/blog/careers-in-banking">Careers in banking</a>',
        '<a href="/news/2026/jobs">Jobs report</a>',
        '<a href="https://other.example/careers">Careers</a>',
        '<a href="https://www.linkedin.com/company/harborline/jobs">Jobs</a>',
        '<a href="#careers">Careers</a>',
        '<a href="mailto:jobs@harborline.example">Jobs</a>',
        '<a href="/files/careers.pdf">Careers</a>',
    ],
)
def test_posts_other_sites_files_and_the_page_itself_are_no_careers_pages(link: str) -> None:
    assert careers_links(page(link, SITE)) == []


def test_the_same_address_is_listed_once() -> None:
    assert len(careers_links(page('<a href="/jobs">Jobs</a><a href="/jobs#top">Open jobs</a>', SITE))) == 1


def test_common_paths_are_absolute_and_different() -> None:
    assert all(path.startswith("/") for path in COMMON_CAREERS_PATHS)
    assert len(set(COMMON_CAREERS_PATHS)) == len(COMMON_CAREERS_PATHS)


# --- machine-readable openings


def test_a_job_posting_is_read_with_place_date_and_department() -> None:
    more = (
        ', "datePosted": "2026-10-20T09:00:00+02:00", "validThrough": "2026-12-01", "url": "/careers/7",'
        '"jobLocation": {"@type": "Place", "address": {"addressLocality": "Rotterdam", "addressCountry": "NL"}}'
    )
    assert openings(posting("Growth Marketing Manager", more)) == [
        FoundOpening(
            title="Growth Marketing Manager",
            department="marketing",
            seniority="manager",
            location="Rotterdam, NL",
            url="https://harborline.example/careers/7",
            posted_on=date(2026, 10, 20),
        )
    ]


def test_a_posting_past_its_last_day_is_closed_even_if_a_list_still_shows_it() -> None:
    html = posting("Senior Accountant", ', "validThrough": "2026-11-04"') + (
        '<h2>Open positions</h2><ul><li><a href="/careers/1">Senior Accountant</a></li>'
        '<li><a href="/careers/2">Payroll Specialist</a></li></ul>'
    )
    assert titles(html) == ["Payroll Specialist"]
    assert titles(posting("Senior Accountant", ', "validThrough": "2026-11-05"')) == ["Senior Accountant"]


def test_a_remote_posting_names_where_applicants_may_live() -> None:
    more = ', "jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": {"name": "Spain"}'
    assert openings(posting("Data Engineer", more))[0].location == "Remote (Spain)"
    assert openings(posting("Data Engineer", ', "jobLocationType": "TELECOMMUTE"'))[0].location == "Remote"


def test_one_job_in_two_cities_is_one_opening_with_two_places() -> None:
    def at(city: str, posted: str) -> str:
        place = f'"jobLocation": {{"address": {{"addressLocality": "{city}"}}}}'
        return posting("Field Sales Manager", f', "datePosted": "{posted}", {place}')

    found = openings(at("Lyon", "2026-10-01") + at("Lille", "2026-10-09"))
    assert [(one.location, one.posted_on) for one in found] == [("Lyon; Lille", date(2026, 10, 9))]


def test_microdata_postings_are_read() -> None:
    html = (
        '<div itemscope itemtype="https://schema.org/JobPosting"><h3 itemprop="title">HR Business Partner</h3>'
        '<div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">'
        '<span itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">'
        '<span itemprop="addressLocality">Graz</span></span></div><time itemprop="datePosted" datetime="2026-11-01">'
        '</time><a itemprop="url" href="/jobs/hrbp">More</a></div>'
    )
    (found,) = openings(html)
    assert (found.title, found.department, found.location) == ("HR Business Partner", "hr", "Graz")
    assert (found.url, found.posted_on) == ("https://harborline.example/jobs/hrbp", date(2026, 11, 1))


def test_the_boards_word_decides_the_department_only_where_the_title_says_none() -> None:
    category = ', "occupationalCategory": "Marketing"'
    assert openings(posting("Wizard of Light Bulbs", category))[0].department == "marketing"
    assert openings(posting("Payroll Accountant", category))[0].department == "finance"


# --- plain HTML


def test_a_list_of_links_is_read() -> None:
    found = openings(
        '<h1>Careers</h1><ul><li><a href="/careers/senior-accountant">Senior Accountant</a> <span>Berlin</span></li>'
        '<li><a href="/careers/sdr">Sales Development Representative</a> <span>Remote</span></li></ul>'
    )
    assert [(one.title, one.department, one.location) for one in found] == [
        ("Senior Accountant", "finance", "Berlin"),
        ("Sales Development Representative", "sales", "Remote"),
    ]
    assert found[0].url == "https://harborline.example/careers/senior-accountant"


def test_a_table_is_read_by_its_header() -> None:
    found = openings(
        "<table><thead><tr><th>Position</th><th>Team</th><th>Location</th><th>Posted</th></tr></thead><tbody>"
        '<tr><td><a href="/jobs/1">Growth Lead</a></td><td>Marketing</td><td>Porto</td><td>2026-10-30</td></tr>'
        "<tr><td>Office Manager</td><td>Operations</td><td>Vienna</td><td></td></tr></tbody></table>"
    )
    assert [(one.title, one.department, one.location, one.posted_on) for one in found] == [
        ("Growth Lead", "marketing", "Porto", date(2026, 10, 30)),
        ("Office Manager", "operations", "Vienna", None),
    ]
    assert found[0].url == "https://harborline.example/jobs/1"


def test_cards_with_a_heading_and_a_button_are_read() -> None:
    found = openings(
        '<div class="job-list"><div class="job-card"><h3>Marketing Manager</h3><p>Hamburg · Full-time</p>'
        '<a class="btn" href="/careers/mm">Apply now</a></div>'
        '<div class="job-card"><h3>Backend Engineer</h3><p>Remote · Full-time</p>'
        '<a class="btn" href="/careers/be">Apply now</a></div></div>'
    )
    assert [(one.title, one.location, one.url) for one in found] == [
        ("Marketing Manager", "Hamburg", "https://harborline.example/careers/mm"),
        ("Backend Engineer", "Remote", "https://harborline.example/careers/be"),
    ]


def test_a_link_around_a_whole_card_gives_title_place_and_team() -> None:
    found = openings(
        '<main><a href="/jobs/12"><h3>Head of Growth</h3><span class="location">Madrid</span>'
        '<span class="department">Marketing</span><time datetime="2026-10-02">2 Oct</time></a>'
        '<a href="/jobs/13"><div class="title">Barista</div><div class="location">Leeds</div></a></main>'
    )
    assert [(one.title, one.location, one.posted_on) for one in found] == [
        ("Head of Growth", "Madrid", date(2026, 10, 2)),
        ("Barista", "Leeds", None),
    ]
    assert found[0].department == "marketing"


def test_titles_without_links_count_under_a_heading_for_open_jobs() -> None:
    html = "<h2>Offene Stellen</h2><ul><li>Buchhalter (m/w/d)</li><li>Vertriebsleiter (m/w/d)</li></ul>"
    assert [(one.title, one.department) for one in openings(html)] == [
        ("Buchhalter (m/w/d)", "finance"),
        ("Vertriebsleiter (m/w/d)", "sales"),
    ]


def test_titles_in_paragraphs_count_under_a_heading_for_open_jobs() -> None:
    html = "<h2>We are hiring</h2><p><strong>Head of People</strong></p><p>Sales Manager</p><p>We sell ships.</p>"
    assert titles(html) == ["Head of People", "Sales Manager"]
    assert titles("<h2>About us</h2><p>Head of People</p>") == []


def test_a_heading_above_a_list_is_no_ones_place() -> None:
    html = '<form><h2>Vacancies</h2><a href="vacancy.aspx?id=7"><div>Staff Nurse</div><div>Leeds</div></a></form>'
    assert [(one.title, one.location) for one in openings(html)] == [("Staff Nurse", "Leeds")]


def test_an_accordion_is_read() -> None:
    html = (
        "<h2>Open positions</h2><details><summary>Payroll Specialist</summary><h4>What you will do</h4><p>Pay.</p>"
        "</details><details><summary>Key Account Manager</summary><h4>Your profile</h4><p>Sell.</p></details>"
    )
    assert titles(html) == ["Payroll Specialist", "Key Account Manager"]


def test_a_heading_that_names_a_department_serves_the_titles_below_it() -> None:
    html = (
        '<h2>Open roles</h2><h3>Marketing</h3><ul><li><a href="/careers/a">Wizard of Light Bulbs</a></li></ul>'
        '<h3>Finance</h3><ul><li><a href="/careers/b">Keeper of Numbers</a></li></ul>'
    )
    assert [(one.title, one.department) for one in openings(html)] == [
        ("Wizard of Light Bulbs", "marketing"),
        ("Keeper of Numbers", "finance"),
    ]


def test_links_to_a_boards_jobs_count_without_any_other_sign() -> None:
    html = '<p><a href="https://jobs.lever.co/harborline/9b1c-77">Lighthouse Keeper</a></p>'
    assert titles(html, "https://harborline.example/about") == ["Lighthouse Keeper"]


@pytest.mark.parametrize(
    "html",
    [
        '<nav><a href="/careers/marketing-manager">Marketing Manager</a></nav>',
        '<footer><ul><li><a href="/jobs/accountant">Senior Accountant</a></li></ul></footer>',
        '<a href="/careers/marketing">Marketing</a><a href="/careers/engineering">Engineering</a>',
        "<h2>Benefits</h2><ul><li>Health insurance</li><li>Flexible hours</li><li>Learning budget</li></ul>",
        '<a href="/blog/how-our-marketing-manager-works">Senior Marketing Manager</a>',
        "<h3>Anna Berg</h3><p>Head of Sales</p>",
        '<h2>Open positions</h2><ul><li><a href="/careers/all">View all jobs</a></li></ul>',
        '<h2>Open positions</h2><a href="/careers/general">General application</a>',
        '<h2>Offene Stellen</h2><a href="/karriere/initiativ">Initiativbewerbung (m/w/d)</a>',
        '<a href="/careers/talent">Join our talent community</a>',
        '<a href="/careers/life">Life at Harborline</a><a href="/careers/faq">FAQ</a>',
        '<a href="/careers/culture">Our culture</a><a href="/careers/students">Students</a>',
        "<blockquote>Great place <h4>Senior Engineer</h4></blockquote>",
    ],
)
def test_menus_benefits_people_posts_and_talent_pools_are_no_openings(html: str) -> None:
    assert openings(html) == []


def test_the_list_ends_with_the_next_heading_of_its_rank() -> None:
    html = (
        "<h2>Open positions</h2><ul><li>Senior Accountant</li></ul>"
        "<h2>Meet the team</h2><ul><li>Head of Finance</li></ul>"
    )
    assert titles(html) == ["Senior Accountant"]


@pytest.mark.parametrize(
    ("heading", "title", "href"),
    [
        ("Nos offres d'emploi", "Responsable marketing H/F", "/recrutement/offres/responsable-marketing"),
        ("Vacantes", "Director financiero", "/empleo/director-financiero"),
        ("Posizioni aperte", "Responsabile vendite", "/lavora-con-noi/responsabile-vendite"),
        ("Vacatures", "Marketing manager", "/vacatures/marketing-manager"),
        ("Vagas abertas", "Gerente de vendas", "/vagas/gerente-de-vendas"),
    ],
)
def test_lists_are_read_in_other_languages(heading: str, title: str, href: str) -> None:
    html = f'<h2>{heading}</h2><ul><li><a href="{href}">{title}</a></li></ul>'
    assert titles(html, "https://harborline.example" + href.rpartition("/")[0]) == [title]


def test_at_most_five_hundred_openings_are_kept() -> None:
    items = "".join(f'<li><a href="/jobs/{n}">Sales Manager {n}</a></li>' for n in range(700))
    assert len(openings(f"<ul>{items}</ul>")) == 500


# --- nobody is sought


@pytest.mark.parametrize(
    "text",
    [
        "There are currently no open positions.",
        "We have no vacancies at the moment.",
        "Sorry, no openings right now!",
        "We are not currently hiring.",
        "We don't have any open roles.",
        "Derzeit haben wir keine offenen Stellen.",
        "Aktuell keine Stellenangebote",
        "Nous n'avons pas de poste ouvert.",
        "Aucune offre disponible pour le moment",
        "Actualmente no hay vacantes.",
        "Al momento non ci sono posizioni aperte.",
        "Op dit moment geen openstaande vacatures",
        "No momento não temos vagas.",
    ],
)
def test_a_page_can_say_that_nobody_is_sought(text: str) -> None:
    assert says_no_openings(page(f"<main><h1>Careers</h1><p>{text}</p></main>"))


@pytest.mark.parametrize(
    "text",
    [
        "Open positions",
        "Even if there are no open positions right now, write to us.",
        "No open positions match your search",
        "No jobs found that fit your filter",
        "There is no job too small for us",
        "Keine passende Stelle dabei?",
        "We are not hiring for agencies",
    ],
)
def test_searches_and_conditions_do_not_say_so(text: str) -> None:
    assert not says_no_openings(page(f"<p>{text}</p>"))


def test_a_hidden_note_does_not_say_so() -> None:
    assert not says_no_openings(
        page('<p style="display: none">No open positions.</p><script>"no vacancies."</script>')
    )


# --- anything at all


tags = st.sampled_from(
    ["a href='/jobs/x'", "li", "h2", "h3", "div class=job", "table", "tr", "th", "td", "p", "nav"]
)
words = st.sampled_from(
    ["Open positions", "Sales Manager", "Berlin", "(m/w/d)", "\x00", "Apply", "<", "&amp;", "🙂"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(tags, words, st.booleans()), max_size=40), st.text(string.printable, max_size=200))
def test_no_page_breaks_the_readers(parts: list[tuple[str, str, bool]], noise: str) -> None:
    html = (
        "".join(f"<{tag}>{word}" + (f"</{tag.split()[0]}>" if closed else "") for tag, word, closed in parts)
        + noise
    )
    one = page(html)
    assert all(isinstance(found, FoundOpening) for found in read_openings(one, as_of=AS_OF))
    assert all(link.startswith("http") for link in careers_links(one))
    assert says_no_openings(one) in {True, False}


def test_a_page_of_a_million_characters_without_sense_is_read() -> None:
    assert openings("<div class=job><a href=/jobs/1>" * 30_000) == []
    assert openings("<h2>Open positions</h2>" + "Sales Manager " * 60_000) == []
