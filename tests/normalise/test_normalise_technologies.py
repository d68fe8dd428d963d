"""The catalogue of technologies: its file is sound, and names are found however they are written."""

from __future__ import annotations

import pytest

from prospector.normalise import technologies
from prospector.normalise.technologies import (
    CHANNELS,
    KINDS,
    ad_platforms,
    find_ad_platform,
    find_technology,
    technology_catalogue,
    technology_key,
)

ENTRY_KEYS = frozenset(
    {"id", "name", "category", "website", "owners", "aliases", "note", "patterns"}
    | {"absence", "channels", "advertises_on", "part_of", "implies"}
)
PATTERN_KEYS = frozenset(("match", "grade", "level", "host"))


def test_the_file_has_no_unknown_keys() -> None:
    for entry in technologies._file()["technologies"]:
        assert set(entry) <= ENTRY_KEYS, entry["id"]
        assert entry["note"], entry["id"]
        for sign in entry["patterns"]:
            kind, *others = sign
            assert kind in KINDS, (entry["id"], sign)
            assert set(others) <= PATTERN_KEYS, (entry["id"], sign)


def test_every_entry_is_sound() -> None:
    catalogue = technology_catalogue()
    known = {technology.id for technology in catalogue}
    assert len(catalogue) == len(known) >= 380
    assert len({technology.name for technology in catalogue}) == len(catalogue)
    for technology in catalogue:
        assert technology.patterns, technology.id
        assert technology.absence in {"no_match", "unknown"}
        # Only a look at something can say no, and what was looked at must be named.
        assert bool(technology.channels) == (technology.absence == "no_match"), technology.id
        assert set(technology.channels) <= set(CHANNELS)
        assert {*technology.implies, technology.part_of} - {None} <= known
        assert all(1 <= pattern.grade <= 4 for pattern in technology.patterns)


def test_only_ad_tags_have_levels_and_platforms() -> None:
    for technology in technology_catalogue():
        levels = {pattern.level for pattern in technology.patterns}
        if technology.advertises_on is None:
            assert levels == {None}, technology.id
        else:
            assert levels <= {"conversion", "remarketing", "tag"}, technology.id
            assert technology.advertises_on in ad_platforms()


def test_every_platform_has_a_tag_that_shows_it() -> None:
    shown = {technology.advertises_on for technology in technology_catalogue()} - {None}
    assert shown == set(ad_platforms())


def test_a_name_means_one_product() -> None:
    owner: dict[str, str] = {}
    for technology in technology_catalogue():
        for name in {technologies._folded(name) for name in (technology.name, *technology.aliases)}:
            assert owner.setdefault(name, technology.id) == technology.id, name


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("HubSpot", "hubspot"),
        ("Hubspot", "hubspot"),
        ("hub spot", "hubspot"),
        (" HUB-SPOT ", "hubspot"),
        ("hubspot.com", "hubspot"),
        ("HubSpot CRM", "hubspot"),
        ("HubSpot Forms", "hubspot-forms"),
        ("Google Tag manager", "gtm"),
        ("GTM", "gtm"),
        ("AdWords", "google-ads"),
        ("Google AdWords", "google-ads"),
        ("Facebook Pixel", "meta-pixel"),
        ("Facebook Custom Audiences", "meta-pixel"),
        ("Bing Ads", "bing-uet"),
        ("Wordpress.org", "wordpress"),
        ("Google Apps", "google-workspace"),
        ("Office365", "microsoft-365"),
        ("Sendinblue", "brevo"),
        ("ExactTarget", "sfmc"),
        ("tawk.to", "tawkto"),
        ("6sense", "sixsense"),
        ("Google Analytics", "google-analytics"),
        ("GA4", "ga4"),
        ("DoubleClick for Publishers", "gpt"),
    ],
)
def test_a_product_is_found_in_the_spellings_of_exports_and_people(text: str, key: str) -> None:
    found = find_technology(text)
    assert found is not None
    assert found.id == technology_key(text) == key


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Node.js", "node-js"),
        ("Microsoft  Dynamics 365", "microsoft-dynamics-365"),
        ("Crème Brûlée CRM", "creme-brulee-crm"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        ("用友", "用友"),
        (" - ", ""),
        ("", ""),
        ("google.com", "google-com"),
    ],
)
def test_an_unknown_product_keeps_a_slug_of_its_own(text: str, slug: str) -> None:
    assert find_technology(text) is None
    assert technology_key(text) == slug


def test_a_key_is_its_own_key() -> None:
    for technology in technology_catalogue():
        assert technology_key(technology.id) == technology.id
    assert technology_key(technology_key("Microsoft Dynamics 365")) == "microsoft-dynamics-365"


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("Google Ads", "Google Ads"),
        ("google", "Google Ads"),
        ("adwords", "Google Ads"),
        ("Google AdWords", "Google Ads"),
        ("facebook", "Meta Ads"),
        ("Instagram", "Meta Ads"),
        ("Meta Pixel", "Meta Ads"),
        ("linkedin", "LinkedIn Ads"),
        ("Bing", "Microsoft Ads"),
        ("Microsoft Advertising", "Microsoft Ads"),
        ("twitter", "X Ads"),
        ("X", "X Ads"),
        ("Rollworks", "AdRoll"),
        ("HubSpot", None),
        ("AdSense", None),
        ("", None),
    ],
)
def test_an_ad_platform_is_found_by_any_usual_name(text: str, platform: str | None) -> None:
    assert find_ad_platform(text) == platform
