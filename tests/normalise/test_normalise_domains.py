from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.domains import (
    company_domain,
    host_of,
    is_free_mail,
    registrable_domain,
    website_url,
)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://www.Acme.example:8080/about?x=1", "acme.example"),
        ("acme.co.uk/", "acme.co.uk"),
        ("http//acme.com", "acme.com"),
        ("ana@acme.example", "acme.example"),
        ("Ana@mail.Acme.test", "acme.test"),
        ("MÜLLER.de", "xn--mller-kva.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("acme.com.", "acme.com"),
        ("acme.com, acme.de", "acme.com"),
        ("http://user:secret@acme.com/", "acme.com"),
        ("http://acme.com\\@evil.example", "acme.com"),
        ("acme.github.io", "acme.github.io"),
        ("//acme.com/x", "acme.com"),
    ],
)
def test_the_registered_domain_is_found_in_dirty_cells(text: str, domain: str) -> None:
    assert registrable_domain(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "N/A",
        "192.168.1.1",
        "http://127.1/",
        "http://2130706433/",
        "http://[::1]/",
        "localhost",
        "printer.local",
        "acme",
        "co.uk",
        "com",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x.example",
        "acme..com",
        "-acme.com",
        "acme_x.com",
        "Acme Inc",
        f"{'a' * 64}.com",
        f"{'a.' * 130}com",
        "xn--zzzzzz-.de",
        "http://",
        "@",
        "ab--cd.com",
    ],
)
def test_what_nobody_registered_is_none(text: str | None) -> None:
    assert registrable_domain(text) is None


def test_a_host_keeps_its_sub_domains() -> None:
    assert host_of("HTTPS://Careers.Acme.CO.UK/jobs") == "careers.acme.co.uk"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("acme.example", "https://acme.example"),
        ("http://Acme.Example/", "http://acme.example"),
        ("https://acme.example:443/a?b=c#d", "https://acme.example/a?b=c"),
        ("http//acme.example/x", "http://acme.example/x"),
        ("acme.example:8080/ü", "https://acme.example:8080/%C3%BC"),
        ("//acme.example", "https://acme.example"),
    ],
)
def test_a_website_becomes_one_spelling_of_its_url(text: str, url: str) -> None:
    assert website_url(text) == url


@pytest.mark.parametrize(
    "text",
    [
        None,
        "javascript:alert(1)//acme.example",
        "file:///x",
        "ftp://acme.example",
        "http://user:pass@acme.example",
        "user@acme.example",
        "http://10.0.0.1/",
        "http://acme.example:99999/",
        "http://acme.example/a b",
        "http://acme.example\\x",
        "acme",
    ],
)
def test_what_is_no_public_website_is_refused(text: str | None) -> None:
    assert website_url(text) is None


@pytest.mark.parametrize(
    ("website", "email", "domain"),
    [
        ("https://www.acme.example/x", "ana@other.example", "acme.example"),
        (None, "ana@mail.acme.co.uk", "acme.co.uk"),
        (None, "ana@gmail.com", None),
        ("https://www.linkedin.com/company/acme", "ana@acme.example", "acme.example"),
        ("https://facebook.com/acme", None, None),
        ("https://linktr.ee/acme", "ana@web.de", None),
        ("https://sites.google.com/view/acme", None, None),
        ("https://acme.github.io", None, None),
        ("acme.myshopify.com", None, None),
        ("https://acme.uk.com", None, "acme.uk.com"),
        (None, "acme.example", None),
    ],
)
def test_the_company_domain_is_the_companys_own(
    website: str | None, email: str | None, domain: str | None
) -> None:
    assert company_domain(website, email) == domain


def test_free_mail_services_are_known() -> None:
    assert is_free_mail("gmail.com")
    assert is_free_mail("GMX.de")
    assert not is_free_mail("acme.example")
    assert not is_free_mail(None)


@given(
    st.text(max_size=60)
    | st.from_regex(r"(https?://)?[a-zü.-]{1,20}\.[a-z]{2,4}(:\d{1,6})?(/.*)?", fullmatch=True)
)
def test_any_text_is_read_without_failing_and_results_are_stable(text: str) -> None:
    for read in (host_of, registrable_domain, website_url):
        found = read(text)
        assert found is None or (found.isascii() and read(found) == found)
