"""Other pages of a site: found by links, map and usual paths; read within a budget; merged into one answer."""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
from names import NameServer
from sites import Sites, html
from workspaces import call_cli

from prospector.sites.facts.company import SiteFacts, read_site_facts
from prospector.sites.page.document import read_page
from prospector.sites.visit.pages import merge_facts, more_pages, onward_url, pages_to_read
from prospector.sites.visit.sitemap import sitemap_urls
from prospector.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

WORDS = "<p>" + "Words of the company. " * 30 + "</p>"
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'


def home(body: str, url: str = "https://acme.example/"):
    return read_page(f"<html><body>{body}</body></html>", url=url)


# --- choosing


def test_one_page_of_each_kind_is_chosen_in_order_of_worth():
    page = home(
        '<a href="/blog">Blog</a><a href="/about">About us</a><a href="/about/history">History</a>'
        '<a href="/legal/imprint">Imprint</a><a href="/kontakt.html">Kontakt</a><a href="/contact">Contact</a>'
        '<a href="/plans">Plans &amp; more</a><a href="https://other.example/contact">Contact</a>'
    )
    assert pages_to_read(page) == [
        "https://acme.example/legal/imprint",
        "https://acme.example/kontakt.html",
        "https://acme.example/about",
        "https://acme.example/plans",
        "https://acme.example/blog",
    ]
    assert pages_to_read(page, budget=2) == pages_to_read(page)[:2]


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ('<a href="/de/impressum">Impressum</a>', "/de/impressum"),
        ('<a href="/x1">Mentions légales</a>', "/x1"),
        ('<a href="/x2">Über uns</a>', "/x2"),
        ('<a href="/qui-sommes-nous/">Wir</a>', "/qui-sommes-nous/"),
        ('<a href="/x3">Chi siamo</a>', "/x3"),
        ('<a href="/x4">Quiénes somos</a>', "/x4"),
        ('<a href="/x5">O nas</a>', "/x5"),
        ('<a href="/x6">Om oss</a>', "/x6"),
        ('<a href="/Contact_Us.aspx"><img src=i.png></a>', "/Contact_Us.aspx"),
        ('<a href="/x7">Tarifs</a>', "/x7"),
    ],
)
def test_pages_are_known_by_their_words_or_their_path_in_many_languages(link, path):
    assert pages_to_read(home(link)) == [f"https://acme.example{path}"]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/">About</a>',
        '<a href="#contact">Contact</a>',
        '<a href="mailto:a@acme.example">Contact</a>',
        '<a href="/blog/how-to-contact-your-customers">How to contact your customers</a>',
        '<a href="/a/b/c/contact">Call</a>',
        '<a href="/products">Products</a>',
        '<a href="https://x.com/acme/about">About</a>',
    ],
)
def test_other_links_are_left_alone(link):
    assert pages_to_read(home(link)) == []


def test_the_map_of_a_site_fills_what_its_links_lack_and_usual_paths_the_rest():
    listed = [
        "https://acme.example/en/team/about-us",
        "https://acme.example/about-us",
        "https://evil.example/contact",
    ]
    read = ["https://acme.example/imprint"]
    assert more_pages(read, listed, home="https://acme.example/") == [
        "https://acme.example/contact",
        "https://acme.example/about-us",
    ]
    assert more_pages([], [], home="https://acme.example/", language="de", budget=1) == [
        "https://acme.example/impressum"
    ]
    assert more_pages(read * 5, listed, home="https://acme.example/") == []


# --- maps


def test_maps_are_read_as_xml_packed_or_as_lines_and_an_index_names_further_ones():
    xml = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://a.example/x </loc></url></urlset>'
    index = b"<sitemapindex><sitemap><loc>https://a.example/s1.xml</loc></sitemap></sitemapindex>"
    assert sitemap_urls(xml) == (["https://a.example/x"], [])
    assert sitemap_urls(gzip.compress(xml)) == (["https://a.example/x"], [])
    assert sitemap_urls(index) == ([], ["https://a.example/s1.xml"])
    assert sitemap_urls(b"https://a.example/x\nnot a url\n") == (["https://a.example/x"], [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>no map</html>",
        b"\x1f\x8bnot really packed",
        gzip.compress(b"\0" * 50_000_000),
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>https://a.example/&a;</loc></url></urlset>',
        b"<urlset><url><loc>javascript:alert(1)</loc></url></urlset>",
    ],
    ids=["empty", "html", "packed", "bomb", "entities", "scheme"],
)
def test_a_strange_map_lists_nothing(body):
    assert sitemap_urls(body) == ([], [])


# --- merging


def test_the_home_page_decides_and_the_others_fill_what_it_leaves_open():
    first = SiteFacts(
        name="Acme", emails=("a@acme.example",), social={"x": "https://x.com/acme"}, language="en"
    )
    other = SiteFacts(
        name="Acme Holding",
        description="Makes anvils.",
        emails=("a@acme.example", "b@acme.example"),
        phones=("+4930231250",),
        social={"x": "https://x.com/other", "linkedin": "https://www.linkedin.com/company/acme"},
        language="de",
        address={
            "street": "Hauptstr. 1",
            "city": "Berlin",
            "region": None,
            "postal_code": "10115",
            "country": "DE",
        },
        address_text="Hauptstr. 1, 10115 Berlin, DE",
        founded=1949,
        parked=True,
    )
    merged = merge_facts([first, other])
    assert (merged.name, merged.description, merged.language) == ("Acme", "Makes anvils.", "en")
    assert merged.emails == ("a@acme.example", "b@acme.example")
    assert merged.phones == ("+4930231250",)
    assert merged.social == {"linkedin": "https://www.linkedin.com/company/acme", "x": "https://x.com/acme"}
    assert merged.address == other.address
    assert merged.address_text == other.address_text
    assert merged.founded == 1949
    assert not merged.parked


def test_an_address_text_is_not_taken_from_another_page_than_its_parts():
    written = SiteFacts(address_text="Elsewhere 2, Paris")
    parts = SiteFacts(address={"city": "Berlin"}, address_text="Berlin")
    assert merge_facts([written, parts]).address_text == "Berlin"


# --- antechambers


@pytest.mark.parametrize(
    ("body", "onward"),
    [
        ('<meta http-equiv="refresh" content="0; url=/en/">', "https://acme.example/en/"),
        ("<META HTTP-EQUIV=Refresh CONTENT=\"3;URL='https://www.acme.example/start'\">", "https://www.acme.example/start"),
        ('<meta http-equiv="refresh" content="300">', None),
        ('<meta http-equiv="refresh" content="120; url=/news">', None),
        ('<meta http-equiv="refresh" content="0; url=javascript:alert(1)">', None),
        ('<meta http-equiv="refresh" content="0; url=https://acme.example/">', None),
        ('<noscript><meta http-equiv="refresh" content="0; url=/no-script"></noscript>', None),
        ('<frameset cols="20%,*"><frame src="nav.html"><frame src="main.html"></frameset>', "https://acme.example/main.html"),
        ('<frameset rows="*"><frame src="a.html"><frame src="b.html"></frameset>', "https://acme.example/b.html"),
        ('<iframe src="https://video.example/x"></iframe>', None),
    ],
)  # fmt: skip
def test_a_refresh_or_a_frame_leads_on(body, onward):
    assert onward_url(read_page(f"<html>{body}</html>", url="https://acme.example/")) == onward


def test_an_empty_shell_of_an_app_is_told_from_a_page():
    shell = '<body><div id="root"></div><script src="/main.js"></script></body>'
    assert read_site_facts(read_page(shell, url="https://acme.example/")).shell
    assert not read_site_facts(read_page(shell + WORDS, url="https://acme.example/")).shell


# --- over the wire

PAGES = {
    ("acme.example", "/"): html(
        f'<html lang="en"><title>Acme</title>{WORDS}<a href="/contact">Contact</a><a href="/team/about-us">Who</a></html>'
    ),
    ("acme.example", "/contact"): html(
        f'{WORDS}<a href="tel:+49 30 231250">Call</a><a href="mailto:hi@acme.example">m</a>'
    ),
    ("acme.example", "/team/about-us"): html(
        f'{WORDS}<a href="https://www.linkedin.com/company/acme">in</a>{HUBSPOT}'
    ),
    ("acme.example", "/sitemap.xml"): html(
        "<urlset><url><loc>http://acme.example/pricing</loc></url></urlset>"
    ),
    ("acme.example", "/pricing"): html(WORDS),
}
DNS = {
    ("acme.example.", "MX"): ["10 acme-example.mail.protection.outlook.com."],
    ("acme.example.", "TXT"): ['"v=spf1 include:spf.protection.outlook.com -all"'],
}  # fmt: skip


@contextmanager
def workspace(
    folder: Path, sites: Sites, server: NameServer | None = None, *, as_of: date = date(2026, 11, 22)
):
    folder.mkdir(exist_ok=True)
    names = f"dns: {{nameservers: ['{server.address[0]}:{server.address[1]}']}}\n" if server else ""
    text = f'http: {{connect_to: {{http: "{sites.address}"}}, timeout: 2}}\n{names}'
    (folder / "prospector.yaml").write_text(text, encoding="utf-8")
    (folder / "companies.csv").write_text("Company,Website\nAcme,acme.example\n", encoding="utf-8")
    with Workspace.open(folder, as_of=as_of) as opened:
        opened.import_file(folder / "companies.csv")
        yield opened


def test_inspect_reads_the_further_pages_and_the_domain(tmp_path):
    with Sites(PAGES) as sites, NameServer(DNS) as server, workspace(tmp_path / "w", sites, server):
        done = call_cli("inspect", "acme.example", "--json", cwd=tmp_path / "w")
        asked = {path for (host, path) in sites.asked if host == "acme.example"}
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["emails"] == ["hi@acme.example"]
    assert said["phones"] == ["+4930231250"]
    assert said["social"] == {"linkedin": "https://www.linkedin.com/company/acme"}
    assert (said["mail_host"], said["mail_provider"]) == (
        "acme-example.mail.protection.outlook.com",
        "Microsoft 365",
    )
    found = {one["name"]: one["url"] for one in said["technologies"]}
    assert found["HubSpot"] == "http://acme.example/team/about-us"
    assert found["Microsoft 365"] == "dns:acme.example"
    assert said["ads"]["Google Ads"] == "none_seen"
    assert "/pricing" in asked, "from the site's map"


def test_enrich_asks_no_more_than_the_home_page_unless_told_to(tmp_path):
    with Sites(PAGES) as sites, NameServer(DNS) as server, workspace(tmp_path / "w", sites, server) as opened:
        due, _ = opened.companies_to_read()
        opened.enrich(due)
        assert sites.asked["acme.example", "/contact"] == 0
        assert sum(server.asked.values()) == 0
        due, _ = opened.companies_to_read(deep=True)
        opened.enrich(due, deep=True)
        assert sites.asked["acme.example", "/contact"] == 1
        company = opened.company("acme.example")
    assert {"HubSpot", "Microsoft 365"} <= {use.name for use in company.technologies}
    assert {"dns", "pages"} <= {channel for channel, _ in company.read}
    assert company.phone == "+4930231250"


def test_a_later_visit_of_the_home_page_alone_does_not_take_dns_and_other_pages_for_gone(tmp_path):
    with Sites(PAGES) as sites, NameServer(DNS) as server, workspace(tmp_path / "w", sites, server) as opened:
        due, _ = opened.companies_to_read(deep=True)
        opened.enrich(due, deep=True)
        with Workspace.open(tmp_path / "w", as_of=date(2027, 3, 1)) as later:
            due, _ = later.companies_to_read()
            later.enrich(due)
            names = {use.name for use in later.company("acme.example").technologies}
    assert {"HubSpot", "Microsoft 365"} <= names


def test_a_product_that_is_gone_is_told_with_the_days_it_was_seen(tmp_path):
    pages = {("acme.example", "/"): html(f"<title>Acme</title>{WORDS}{HUBSPOT}")}
    with Sites(pages) as sites, workspace(tmp_path / "w", sites) as opened:
        opened.enrich(opened.companies_to_read()[0])
        sites.pages["acme.example", "/"] = html(f"<title>Acme</title>{WORDS}")
        with Workspace.open(tmp_path / "w", as_of=date(2027, 3, 1)) as later:
            later.enrich(later.companies_to_read()[0])
        done = call_cli("show", "acme.example", "--json", "--as-of", "2027-03-01", cwd=tmp_path / "w")
        read = call_cli("show", "acme.example", "--as-of", "2027-03-01", cwd=tmp_path / "w")
    said = json.loads(done.stdout)
    assert said["company"]["technologies"] == []
    (gone,) = [one for one in said["no_longer_seen"] if one["name"] == "HubSpot"]
    assert (gone["first_seen"], gone["last_seen"], gone["gone_on"]) == (
        "2026-11-22",
        "2026-11-22",
        "2027-03-01",
    )
    assert "no longer seen" in read.stdout


def test_a_page_that_only_leads_on_is_followed_once(tmp_path):
    pages = {
        ("acme.example", "/"): html('<meta http-equiv="refresh" content="0; url=/en/"><title>Moved</title>'),
        ("acme.example", "/en/"): html(
            f'<meta http-equiv="refresh" content="0; url=/third"><title>Acme</title>{WORDS}{HUBSPOT}'
        ),
        ("acme.example", "/third"): html(WORDS),
    }
    with Sites(pages) as sites, workspace(tmp_path / "w", sites) as opened:
        opened.enrich(opened.companies_to_read()[0])
        names = {use.name for use in opened.company("acme.example").technologies}
        assert sites.asked["acme.example", "/third"] == 0
    assert "HubSpot" in names
