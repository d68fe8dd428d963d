from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.core.spans import NumberSpan
from prospector.sites.facts.company import SiteFacts, read_site_facts
from prospector.sites.page.document import read_page

URL = "https://www.harborline.example/"


def facts(html: str, *, url: str = URL, country: str | None = None) -> SiteFacts:
    return read_site_facts(read_page(html, url=url), country=country)


def organization(**properties: object) -> str:
    node = {"@context": "https://schema.org", "@type": "Organization", **properties}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def cloudflare(address: str, key: int = 0x5A) -> str:
    return bytes([key, *(byte ^ key for byte in address.encode())]).hex()


# --- the name


@pytest.mark.parametrize(
    ("html", "name"),
    [
        (organization(name="Harborline AG") + "<title>Home | Other</title>", "Harborline AG"),
        ('<meta property="og:site_name" content="Harborline"><title>x</title>', "Harborline"),
        ('<meta name="application-name" content="Harborline">', "Harborline"),
        ("<title>Harborline – Freight for small ports</title>", "Harborline"),
        ("<title>Freight software for ports | Harborline</title>", "Harborline"),
        ("<title>Home | Harborline Logistics GmbH</title>", "Harborline Logistics GmbH"),
        ("<title>Harborline: ship it</title>", "Harborline"),
        ("<title>Freight | Ports | Ships</title>", None),
        ("<title>Home</title>", None),
        ('<meta property="og:site_name" content="My Site">', None),
        ("", None),
    ],
)
def test_the_name_comes_from_the_surest_place(html: str, name: str | None) -> None:
    assert facts(html).name == name


def test_of_several_organisations_the_one_at_this_site_is_meant() -> None:
    html = organization(name="Client", url="https://client.example") + organization(name="Us", url=URL)
    assert facts(html).name == "Us"


def test_the_publisher_of_the_site_is_the_company() -> None:
    node = {"@type": "WebSite", "publisher": {"@type": "Corporation", "name": "Harborline"}}
    assert facts(f'<script type="application/ld+json">{json.dumps(node)}</script>').name == "Harborline"


def test_the_description_is_the_heads() -> None:
    html = '<meta name="Description" content="  Freight   software. "><meta property="og:description" content="Other">'
    assert facts(html).description == "Freight software."
    assert facts('<meta property="og:description" content="Freight">').description == "Freight"
    assert facts(organization(description="Ports &amp; ships")).description == "Ports & ships"


# --- e-mail


def test_addresses_are_found_wherever_a_page_writes_them() -> None:
    html = (
        organization(email="mailto:hello@harborline.example")
        + '<a href="MAILTO:Sales%40harborline.example?subject=Hi">Mail</a>'
        + f'<a href="/cdn-cgi/l/email-protection#{cloudflare("jobs@harborline.example")}">x</a>'
        + f'<span class="__cf_email__" data-cfemail="{cloudflare("press@harborline.example")}">[protected]</span>'
        + "<p>info [at] harborline [dot] example</p><p>or hr@harborline.example.</p>"
    )
    assert facts(html).emails == (
        "hello@harborline.example",
        "sales@harborline.example",
        "jobs@harborline.example",
        "press@harborline.example",
        "hr@harborline.example",
        "info@harborline.example",
    )


@pytest.mark.parametrize(
    "text",
    [
        "info(at)harborline.example",
        "info [at] harborline.example",
        "info {at} harborline (punkt) example",
        "info<b>[ät]</b>harborline.example",
    ],
)
def test_covered_addresses_of_the_sites_domain_are_read(text: str) -> None:
    assert facts(f"<p>{text}</p>").emails == ("info@harborline.example",)


@pytest.mark.parametrize(
    "html",
    [
        "<p>someone [at] other [dot] example</p>",
        "<p>ana@other.example</p>",
        '<a href="mailto:your.name@harborline.example">x</a>',
        '<a href="mailto:?subject=Share">x</a>',
        "<script>var a = 'debug@harborline.example'</script>",
        '<a data-cfemail="zz">x</a>',
        "<p>Meet us [at] harborline fair</p>",
    ],
)
def test_strangers_placeholders_and_scripts_give_no_address(html: str) -> None:
    assert facts(html).emails == ()


def test_addresses_of_the_sites_domain_stand_first() -> None:
    html = '<a href="mailto:agency@studio.example">a</a><a href="mailto:info@harborline.example">b</a>'
    assert facts(html).emails == ("info@harborline.example", "agency@studio.example")


# --- phones


def test_phones_become_international() -> None:
    html = '<a href="tel:+49-30-23125-000">a</a><a href="tel:004930/23125001">b</a>' + organization(
        telephone="+1 555 0100", contactPoint=[{"telephone": "+44 7700 900123"}]
    )
    assert "+493023125000" in facts(html).phones
    assert "+447700900123" in facts(html).phones


def test_a_national_number_is_read_by_the_pages_country() -> None:
    html = '<a href="tel:030 23125000">a</a>'
    assert facts(html, country="DE").phones == ("+493023125000",)
    assert facts(html, url="https://harborline.de/").phones == ("+493023125000",)
    with_address = html + organization(address={"addressLocality": "Berlin", "addressCountry": "DE"})
    assert facts(with_address, country="FR").phones == ("+493023125000",)


def test_a_national_number_of_nowhere_stays_as_written() -> None:
    assert facts('<a href="tel:030 23125000">a</a>').phones == ("030 23125000",)
    assert facts('<a href="tel:call-us">a</a><a href="tel:12">b</a>').phones == ()


# --- social pages


def test_company_pages_on_networks_are_found_in_one_spelling() -> None:
    links = [
        "https://de.linkedin.com/company/Harborline/about/?trk=x",
        "https://twitter.com/harborline",
        "https://m.facebook.com/harborline/",
        "//www.youtube.com/@harborline/videos",
        "https://instagram.com/harborline?igsh=1",
        "https://github.com/harborline",
    ]
    assert facts("".join(f'<a href="{link}">x</a>' for link in links)).social == {
        "linkedin": "https://www.linkedin.com/company/harborline",
        "x": "https://x.com/harborline",
        "facebook": "https://www.facebook.com/harborline",
        "youtube": "https://www.youtube.com/@harborline",
        "instagram": "https://www.instagram.com/harborline",
        "github": "https://github.com/harborline",
    }


@pytest.mark.parametrize(
    "link",
    [
        "https://www.linkedin.com/shareArticle?url=x",
        "https://www.linkedin.com/in/ana-ruiz",
        "https://twitter.com/intent/tweet?text=x",
        "https://x.com/harborline/status/1",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://www.facebook.com/tr?id=1",
        "https://www.youtube.com/watch?v=1",
        "https://www.youtube.com/embed/1",
        "https://www.instagram.com/p/abc/",
        "https://github.com/harborline/tool",
        "https://notlinkedin.com/company/x",
        "https://help.x.com/harborline",
    ],
)
def test_share_buttons_posts_and_people_are_no_company_pages(link: str) -> None:
    assert facts(f'<a href="{link}">x</a>').social == {}


def test_the_page_named_like_the_site_wins_and_stated_ones_come_first() -> None:
    html = '<a href="https://x.com/partner">p</a><a href="https://x.com/harborline_hq">h</a>'
    assert facts(html).social == {"x": "https://x.com/harborline_hq"}
    stated = organization(sameAs=["https://www.linkedin.com/company/hl-group"])
    other = '<a href="https://www.linkedin.com/company/customer">c</a>'
    assert facts(other + stated).social == {"linkedin": "https://www.linkedin.com/company/hl-group"}


# --- language, place, age, size


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="de-AT">', "de"),
        ('<html lang="EN">', "en"),
        ('<meta property="og:locale" content="pt_BR">', "pt"),
        ('<html lang="{{ lang }}">', None),
        ("<p>", None),
    ],
)
def test_the_language_is_the_declared_one(html: str, language: str | None) -> None:
    assert facts(html).language == language


def test_a_postal_address_is_read_in_parts_and_as_text() -> None:
    found = facts(
        organization(
            address=[
                {"@type": "PostalAddress", "addressCountry": "AT"},
                {
                    "streetAddress": "Hafenweg 3",
                    "postalCode": 1020,
                    "addressLocality": "Wien",
                    "addressCountry": {"@type": "Country", "name": "AT"},
                },
            ]
        )
    )
    assert found.address == {
        "street": "Hafenweg 3",
        "city": "Wien",
        "region": None,
        "postal_code": "1020",
        "country": "AT",
    }
    assert found.address_text == "Hafenweg 3, 1020 Wien, AT"


def test_an_address_in_prose_stays_text() -> None:
    found = facts("<footer><address>Harborline<br>Hafenweg 3<br>1020 Wien</address></footer>")
    assert (found.address, found.address_text) == (None, "Harborline Hafenweg 3 1020 Wien")
    assert facts("<address>By Ana Ruiz</address>").address_text is None


@pytest.mark.parametrize(
    ("value", "year"), [("1998-05-01", 1998), (1998, 1998), ("May 1998", 1998), ("98", None), ([], None)]
)
def test_the_founding_year_is_a_year(value: object, year: int | None) -> None:
    assert facts(organization(foundingDate=value)).founded == year


@pytest.mark.parametrize(
    ("value", "span"),
    [
        (120, NumberSpan(120, 120)),
        ("51-200", NumberSpan(51, 200)),
        ({"@type": "QuantitativeValue", "value": 75}, NumberSpan(75, 75)),
        ({"minValue": 11, "maxValue": "50"}, NumberSpan(11, 50)),
        ({"minValue": 1000}, NumberSpan(1000, None)),
        (0, None),
        ("many", None),
        ({"value": {}}, None),
    ],
)
def test_the_headcount_is_exact_or_a_band(value: object, span: NumberSpan | None) -> None:
    assert facts(organization(numberOfEmployees=value)).headcount == span


# --- pages that say nothing


@pytest.mark.parametrize(
    ("html", "shell"),
    [
        ('<div id="root"></div><script src="/bundle.js"></script>', True),
        (
            '<body><noscript>Please enable JavaScript.</noscript><my-app></my-app><script src="/m.js"></script>',
            True,
        ),
        (
            '<div id="root"><p>'
            + "Freight software for ports. " * 20
            + '</p></div><script src="/b.js"></script>',
            False,
        ),
        ("<p>Short page.</p>", False),
        ('<div id="root"></div>', False),
    ],
)
def test_an_empty_app_is_a_shell(html: str, shell: bool) -> None:
    assert facts(html).shell is shell


@pytest.mark.parametrize(
    "html",
    [
        "<title>harborline.example is for sale</title><p>The domain harborline.example is for sale.</p>",
        "<h1>Buy this domain</h1>",
        "<p>Diese Domain steht zum Verkauf</p>",
        '<script src="https://img.sedoparking.com/x.js"></script><p>Related links</p>',
        "<title>Coming soon</title><h1>Something new</h1>",
        "<h1>Hier entsteht eine neue Website</h1>",
        "<title>Welcome to nginx!</title><p>If you see this page, the web server works.</p>",
        "<title>Apache2 Ubuntu Default Page: It works</title><p>" + "About this server. " * 300 + "</p>",
        "<title>Index of /</title>",
        "<title>Account Suspended</title>",
    ],
)
def test_parked_announced_and_bare_sites_are_told(html: str) -> None:
    assert facts(html).parked


@pytest.mark.parametrize(
    "html",
    [
        "<title>Harborline</title><p>Freight software for ports.</p>",
        "<title>Harborline</title><h1>Freight</h1><p>"
        + "We ship. " * 40
        + "A mobile app is coming soon.</p>",
        "<p>" + "We broker domains. " * 200 + "This domain is for sale.</p>",
        "",
    ],
)
def test_a_companys_page_is_not_parked(html: str) -> None:
    assert not facts(html).parked


# --- anything at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "name", "@value"]), inner)
    ),
    max_leaves=8,
)
properties = st.sampled_from(
    ["name", "url", "email", "telephone", "contactPoint", "sameAs", "address", "location", "foundingDate",
     "numberOfEmployees", "description", "publisher"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(properties, json_values), st.text(string.printable, max_size=100))
def test_no_page_breaks_the_reader(node: dict[str, object], noise: str) -> None:
    found = facts(organization(**node) + noise)
    assert found.name is None or found.name
    assert all("@" in address for address in found.emails)


def test_a_page_says_the_same_every_time() -> None:
    html = organization(name="H", email="a@harborline.example") + '<a href="tel:+44 7700 900123">x</a>'
    assert facts(html) == facts(html)


def test_huge_pages_without_sense_are_read() -> None:
    assert facts("<a href='mailto:" * 50_000 + "x [at] " * 50_000).emails == ()
