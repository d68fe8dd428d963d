"""The technology detector: every entry's own signs, the traps, grades, and input that means harm."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from prospector.normalise.technologies import technology_catalogue
from prospector.sites.page.document import read_page
from prospector.sites.technologies.detect import (
    Hit,
    detect_in_container,
    detect_on_page,
    detect_technologies,
    tag_manager_ids,
)

PAGE = "https://acme.example/"
SNIPPETS: dict[str, list[str]] = yaml.load(
    (Path(__file__).parent / "technology_snippets.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
CASES = [(key, line) for key, lines in SNIPPETS.items() for line in lines]
ELEMENTS = {
    "src": '<script src="{}"></script>',
    "js": "<script>{}</script>",
    "css": '<link rel="stylesheet" href="{}">',
    "img": '<img src="{}">',
    "frame": '<iframe src="{}"></iframe>',
    "form": '<form action="{}"></form>',
    "a": '<a href="{}">there</a>',
    "pre": '<link rel="preconnect" href="{0}"><link rel="dns-prefetch" href="{0}">',
    "gen": '<meta name="generator" content="{}">',
    "html": "{}",
    "text": "<p>{}</p>",
}


def seen(snippet: str) -> list[Hit]:
    """What the detector sees in a snippet of the table."""
    kind, rest = snippet.split(" ", 1)
    name, _, value = rest.partition("=")
    if kind in ELEMENTS:
        return detect_technologies(f"<html><body>{ELEMENTS[kind].format(rest)}</body></html>", url=PAGE)
    if kind == "gtm":
        return detect_in_container(container("{" + rest + "}"), url="https://tags.example/gtm.js", site=PAGE)
    if kind == "meta":
        return detect_technologies(f"<meta name='{name}' content='{value}'>", url=PAGE)
    if kind == "header":
        return detect_technologies("", url=PAGE, headers={name: value})
    if kind == "cookie":
        return detect_technologies("", url=PAGE, cookies=[rest])
    records = {"TXT": [f"v=spf1 include:{rest} ~all"]} if kind == "SPF" else {kind: [rest]}
    return detect_technologies("", url=PAGE, dns=records)


def container(*tags: str) -> str:
    """A container's script as the tag manager serves it."""
    return 'var data = {"resource": {"version":"7","macros":[],"tags":[' + ",".join(tags) + "]}};"


def ids(hits: list[Hit]) -> set[str]:
    return {hit.id for hit in hits}


def only(hits: list[Hit], key: str) -> Hit:
    (hit,) = [hit for hit in hits if hit.id == key]
    return hit


@pytest.mark.parametrize(("key", "line"), CASES)
def test_a_snippet_shows_its_technology_or_does_not(key: str, line: str) -> None:
    answer, snippet = line.split(" ", 1)
    assert answer in {"yes", "no"}
    assert (key in ids(seen(snippet))) is (answer == "yes")


def test_every_technology_has_a_snippet_that_shows_it_and_one_that_does_not() -> None:
    answers = {key: {line.split(" ", 1)[0] for line in lines} for key, lines in SNIPPETS.items()}
    assert answers == {technology.id: {"yes", "no"} for technology in technology_catalogue()}


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://js.hs-scripts.com@evil.example/1.js"></script>',
        '<script src="https://evil.example/js.hs-scripts.com/1.js"></script>',
        '<script src="https://evil.example/?u=https://js.hs-scripts.com/1.js"></script>',
        '<link rel="preload" as="script" href="https://js.hs-scripts.com/1.js">',
        '<link rel="canonical" href="https://js.hs-scripts.com/1.js">',
        '<script type="application/ld+json">{"url": "https://js.hs-scripts.com/1.js"}</script>',
        '<script type="text/template"><script src="https://js.hs-scripts.com/1.js"></script>',
        '<template><script src="https://js.hs-scripts.com/1.js"></script></template>',
        "<textarea><script src='https://js.hs-scripts.com/1.js'></script></textarea>",
        "<script>// s.src = 'https://js.hs-scripts.com/1.js'</script>",
        "<script>/* s.src = 'https://js.hs-scripts.com/1.js' */</script>",
        "<script>var vendors = ['hubspot', 'js.hs-scripts.com', 'doubleclick.net'];</script>",
    ],
)
def test_a_host_that_is_only_named_is_no_evidence(html: str) -> None:
    assert detect_technologies(html, url=PAGE) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script src='HTTPS://JS.HS-SCRIPTS.COM:443/1.js'></script>",
        "<script src='//js.hs-scripts.com./1.js'></script>",
        "<script src='\n https://js.hs-scripts.com/1.js '></script>",
        r"<script src='https:\\js.hs-scripts.com/1.js'></script>",
        "<script type='text/plain' data-cookieblock-src='https://js.hs-scripts.com/1.js'></script>",
        "<script type='text/plain' class='optanon-category-4' src='https://js.hs-scripts.com/1.js'></script>",
        r"""<script>s.src = "https:\/\/js.hs-scripts.com\/1.js"</script>""",
        "<script>a(); // a note\ns.src = 'https://js.hs-scripts.com/1.js'</script>",
        "<script>x = '*/*'; s.src = 'https://js.hs-scripts.com/1.js'</script>",
        "<script src='https://web.archive.org/web/20200101000000js_/https://js.hs-scripts.com/1.js'></script>",
    ],
)
def test_a_loader_is_seen_however_it_is_written(html: str) -> None:
    assert ids(detect_technologies(html, url=PAGE)) == {"hubspot"}


def test_a_vendors_own_site_is_no_evidence_for_its_product() -> None:
    html = (
        '<script src="https://js.hs-scripts.com/1.js"></script><script src="//js.driftt.com/include/1/a.js">'
    )
    assert ids(detect_technologies(html, url="https://blog.hubspot.com/x")) == {"drift"}
    assert ids(detect_technologies(html, url="https://nothubspot.com/")) == {"drift", "hubspot"}


def test_policy_headers_are_never_read() -> None:
    policies = (
        "content-security-policy",
        "Content-Security-Policy-Report-Only",
        "link",
        "permissions-policy",
    )
    for name in policies:
        headers = {name: "script-src https://js.hs-scripts.com/1.js https://bat.bing.com/bat.js"}
        assert detect_technologies("", url=PAGE, headers=headers) == []


@pytest.mark.parametrize(
    ("snippet", "level"),
    [
        ("js gtag('event', 'conversion', {'send_to': 'AW-123456789/AbCdEfGh'})", "conversion"),
        (
            "img https://www.googleadservices.com/pagead/conversion/123456/?label=AbCdEf&script=0",
            "conversion",
        ),
        ("src https://www.googletagmanager.com/gtag/js?id=AW-123456789", "remarketing"),
        ("js gtag('config', 'AW-123456789')", "remarketing"),
        ("cookie _gcl_au", "tag"),
        ('html <form><input type="hidden" name="gclid"></form>', "tag"),
        ('gtm "function":"__awct","vtp_conversionId":"1","vtp_conversionLabel":"a"', "conversion"),
        ('gtm "function":"__sp","vtp_conversionId":"1"', "remarketing"),
        ('gtm "function":"__gclidw"', "tag"),
        ('gtm "function":"__googtag","vtp_tagId":"AW-123456789"', "remarketing"),
    ],
)
def test_google_ads_evidence_is_graded(snippet: str, level: str) -> None:
    hit = only(seen(snippet), "google-ads")
    assert (hit.level, hit.advertises_on) == (level, "Google Ads")


def test_the_strongest_sign_of_a_technology_is_reported() -> None:
    html = "<script>gtag('config','AW-123456789');gtag('event','x',{send_to:'AW-123456789/AbCdEfG'})</script>"
    hit = only(detect_technologies(html, url=PAGE, cookies={"_gcl_au": "1.1"}), "google-ads")
    assert (hit.level, hit.grade, hit.channel) == ("conversion", 1, "inline")
    assert hit.evidence.startswith("send_to:'AW-123456789/AbCdEfG'")


def test_a_picture_in_noscript_shows_only_that_an_ad_tag_was_there() -> None:
    picture = '<img src="https://www.facebook.com/tr?id=1234567&ev=PageView&noscript=1">'
    alone = only(detect_technologies(f"<body><noscript>{picture}</noscript>", url=PAGE), "meta-pixel")
    live = only(detect_technologies(f"<body>{picture}", url=PAGE), "meta-pixel")
    assert (alone.level, alone.grade) == ("tag", 4)
    assert (live.level, live.grade) == ("remarketing", 1)


def test_tags_of_publishers_never_advertise() -> None:
    publishers = [technology for technology in technology_catalogue() if technology.category == "ad revenue"]
    assert len(publishers) > 10
    assert {technology.advertises_on for technology in publishers} == {None}
    lines = [line for technology in publishers for line in SNIPPETS[technology.id] if line.startswith("yes ")]
    for line in lines:
        assert [hit.id for hit in seen(line.removeprefix("yes ")) if hit.advertises_on] == []


def test_a_part_stands_for_the_whole_and_a_companion_is_only_a_hint() -> None:
    cms = seen("gen HubSpot")
    assert only(cms, "hubspot").grade == only(cms, "hubspot-cms").grade == 1
    salesforce = only(seen("src https://pi.pardot.com/pd.js"), "salesforce")
    assert (salesforce.grade, salesforce.channel, salesforce.evidence) == (4, "implied", "implied by Pardot")


def test_a_form_of_hubspot_alone_is_not_hubspots_tracking() -> None:
    assert ids(seen("src //js.hsforms.net/forms/embed/v2.js")) == {"hubspot-forms"}


def test_hits_are_sorted_by_name_and_the_same_every_time() -> None:
    html = "".join(
        ELEMENTS["src"].format(line.split()[2]) for _, line in CASES if line.startswith("yes src ")
    )
    hits = detect_technologies(html, url=PAGE)
    assert len(hits) > 150
    assert [hit.name for hit in hits] == sorted((hit.name for hit in hits), key=str.lower)
    assert len(ids(hits)) == len(hits)
    assert hits == detect_technologies(html, url=PAGE) == detect_on_page(read_page(html, url=PAGE))


def test_evidence_is_short_and_free_of_control_characters() -> None:
    html = "<script>_hsq.push('\x1b[31m\x07\u202e\r\n" + "a" * 500 + "')</script>"
    hit = only(detect_technologies(html, url=PAGE), "hubspot")
    assert hit.evidence.startswith("_hsq.push('")
    assert len(hit.evidence) <= 160
    assert hit.evidence.isprintable()
    headers = only(
        detect_technologies("", headers={"Server": "cloudflare\x00\x9b" + "b" * 400}), "cloudflare"
    )
    assert headers.evidence.isprintable()
    assert len(headers.evidence) <= 160


def test_cookies_are_read_from_names_pairs_mappings_and_the_header() -> None:
    together = "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT, hubspotutk=abc; Path=/"
    readings = [
        detect_technologies("", cookies=["hubspotutk"]),
        detect_technologies("", cookies=["hubspotutk=abc; Path=/"]),
        detect_technologies("", cookies={"hubspotutk": "abc"}),
        detect_technologies("", headers={"Set-Cookie": together}),
    ]
    assert [ids(hits) for hits in readings] == [{"hubspot"}] * 4


def test_spf_is_read_from_includes_and_redirects_only() -> None:
    def spf(record: str) -> set[str]:
        return ids(detect_technologies("", dns={"TXT": [record]}))

    assert spf('"v=spf1 include:_spf.google.com include:sendgrid.net -all"') == {
        "google-workspace",
        "sendgrid",
    }
    assert spf("v=spf1 redirect=_spf.google.com") == {"google-workspace"}
    assert spf("v=spf1 ip4:192.0.2.1 -all") == set()
    assert spf("include:sendgrid.net") == set()


def test_a_page_from_bytes_needs_no_url() -> None:
    body = '<link rel="stylesheet" href="/wp-content/a.css"><img src="/wp-content/b.png">'.encode("utf-16")
    assert "wordpress" in ids(detect_technologies(body))


def test_container_ids_come_from_loaders_and_not_from_comments_or_other_products() -> None:
    html = """
      <script>(function(w,d,s,l,i){j.src='https://www.googletagmanager.com/gtm.js?id='+i;})
        (window,document,'script','dataLayer','GTM-AAAA1');</script>
      <script src="https://metrics.acme.example/gtm.js?id=GTM-BBBB2"></script>
      <noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-CCCC3"></iframe></noscript>
      <script>// load('GTM-DDDD4')</script><!-- GTM-EEEE5 --><p>GTM-FFFF6</p>
      <script>load('GTM-aaaa7'); load('GTM-TOOLONGID1'); load('XGTM-GGGG8')</script>
      <script src="https://www.googleoptimize.com/optimize.js?id=GTM-HHHH9"></script>
      <script src="https://www.googletagmanager.com/gtm.js?id=GTM-AAAA1"></script>
    """
    assert tag_manager_ids(read_page(html, url=PAGE)) == ("GTM-AAAA1", "GTM-BBBB2", "GTM-CCCC3")


def test_a_container_shows_its_tags_but_not_those_that_are_switched_off() -> None:
    text = container(
        '{"function":"__hjtc","vtp_hotjar_site_id":"1"}',
        '{"function":"__paused","vtp_originalTagType":"baut"}',
        r'{"function":"__html","vtp_html":["template","\u003Cscript src=\"https:\/\/snap.licdn.com\/li.lms-'
        r'analytics\/insight.min.js\"\u003E\u003C\/script\u003E\u003C!-- fbq(\u0027init\u0027,1) --\u003E"]}',
        r'{"function":"__img","vtp_url":"https:\/\/insight.adsrvr.org\/track\/pxl\/?adv=1"}',
        '{"function":"__cvt_1_2","vtp_id":"5"}',
        '{"function":"__paused","vtp_originalTagType":"cvt_1_3"}',
    )
    text += '"runtime":[[50,"__cvt_1_2",[46,"a"],["s","https://static.ads-twitter.com/uwt.js"]]'
    text += ',[50,"__cvt_1_3",[46,"a"],["s","https://s.pinimg.com/ct/core.js"]]]'
    hits = detect_in_container(text, url="https://www.googletagmanager.com/gtm.js?id=GTM-AAAA1")
    assert ids(hits) == {"hotjar", "linkedin-insight", "tradedesk", "x-ads"}
    assert {(hit.grade, hit.channel) for hit in hits} == {(3, "gtm")}
    assert {hit.url for hit in hits} == {"https://www.googletagmanager.com/gtm.js?id=GTM-AAAA1"}


def test_the_same_container_on_the_vendors_own_site_is_no_evidence() -> None:
    text = container('{"function":"__hjtc"}', '{"function":"__bzi"}')
    assert ids(detect_in_container(text, url="", site="https://www.hotjar.com/")) == {"linkedin-insight"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>" + "fbq(" * 200_000 + "</script>",
        "<script>" + "/*" * 400_000 + "_hsq.push(" + "</script>",
        "<script>" + "//a.b" * 200_000 + "</script>",
        "<script>" + "google_conversion_id " * 50_000 + "</script>",
        "<script>" + "gtag(" + " " * 900_000 + "</script>",
        "<script src='/jquery" + ".1" * 240 + "x'></script>" * 2_000,
        "<script src='/jquery" + ".1234567" * 60 + "x'></script>" * 2_000,
        "<link rel=stylesheet href='/bootstrap" + "-1a2b3c4" * 60 + "x'>" * 2_000,
        "<script src='//www.googletagmanager.com/gtm.js?" + "&id=" * 120 + "'></script>" * 2_000,
        "<div>" * 200_000 + "<img src='//bat.bing.com/action/0'>",
        "<a href='" + "/" * 500_000 + "'>",
        "<script src='https://[::1'></script><form action='//['><img src='http://%zz@:x/'>",
        "<script src></script><img src><a href><meta><link href><iframe src><form action><input name>",
        "\x00\ufffe<\ud800script>",
    ],
)
def test_hostile_pages_are_read_to_the_end(hostile: str) -> None:
    hits = detect_technologies(hostile.encode("utf-8", "replace"), url="https://[bad", headers={"": ""})
    assert all(hit.id for hit in hits)


@pytest.mark.parametrize(
    "hostile",
    [
        '"function":"__html"' * 60_000,
        '{"function":"__html","vtp_html":"' + "\\" * 900_001,
        '"function":"__cvt_1"' + '[50,"__cvt_1"' * 60_000,
        '{"function":"__html","vtp_html":"' + r"\u003Cdiv" * 200_000,
        "[" * 1_000_000,
    ],
)
def test_hostile_containers_are_read_to_the_end(hostile: str) -> None:
    assert detect_in_container(hostile, url="") == []


def test_no_regular_expression_of_the_catalogue_can_try_a_repeated_group_in_many_ways() -> None:
    for technology in technology_catalogue():
        for pattern in technology.patterns:
            for text in (pattern.match, pattern.host):
                re.compile(text)
                # A repeated group is possessive, or its count is bounded.
                assert not re.search(r"\)(?:\*|\+|\{\d*,\})(?!\+)", text), (technology.id, text)


def test_a_hit_is_plain_data() -> None:
    hit = only(seen("src //js.hs-scripts.com/1234567.js"), "hubspot")
    assert asdict(hit) == {
        "id": "hubspot",
        "name": "HubSpot",
        "category": "marketing automation",
        "evidence": "js.hs-scripts.com/1234567.js",
        "url": PAGE,
        "grade": 1,
        "channel": "script",
        "level": None,
        "advertises_on": None,
    }
