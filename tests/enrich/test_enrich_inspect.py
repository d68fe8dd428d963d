"""`inspect`: one saved page, or one site, on one screen or as JSON."""

from __future__ import annotations

import json

import pytest
from sites import Sites, html, json_answer
from workspaces import call_cli

WORDS = "<p>" + "Words of the company. " * 30 + "</p>"
CONVERSION = (
    "<script async src='https://www.googletagmanager.com/gtag/js?id=AW-900055511'></script>"
    "<script>gtag('config','AW-900055511');gtag('event','conversion',{'send_to':'AW-900055511/abCdEf'});</script>"
)
LINKEDIN_PICTURE = '<noscript><img src="https://px.ads.linkedin.com/collect/?pid=123456&fmt=gif"></noscript>'


def saved(folder, body, *options):
    (folder / "page.html").write_text(f"<html><body>{WORDS}{body}</body></html>", encoding="utf-8")
    done = call_cli("inspect", "page.html", "--url", "https://acme.example/", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ads_have_a_level_for_each_platform_and_never_a_number(tmp_path):
    said = json.loads(saved(tmp_path, CONVERSION + LINKEDIN_PICTURE, "--json"))
    assert said["ads"]["Google Ads"] == "active_tag"
    assert said["ads"]["LinkedIn Ads"] == "tag_seen"
    assert {said["ads"][name] for name in ("Meta Ads", "TikTok Ads", "X Ads", "Criteo", "AdRoll")} == {
        "none_seen"
    }
    assert said["advertises_on"] == ["Google Ads"]


def test_a_publisher_s_tag_is_no_ad_that_is_bought(tmp_path):
    adsense = '<script src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client=ca-pub-1234567890123456"></script>'
    said = json.loads(saved(tmp_path, adsense, "--json"))
    assert said["ads"]["Google Ads"] == "none_seen"
    assert said["advertises_on"] == []


def test_levels_of_a_shell_are_unknown_and_not_none(tmp_path):
    (tmp_path / "page.html").write_text("<div id=root></div><script src=/m.js></script>", encoding="utf-8")
    said = json.loads(call_cli("inspect", "page.html", "--json", cwd=tmp_path).stdout)
    assert said["state"] == "shell"
    assert set(said["ads"].values()) == {None}


def test_the_screen_has_a_line_for_each_thing(tmp_path):
    shown = saved(tmp_path, CONVERSION)
    assert "Google Ads: active conversion or remarketing tag" in shown
    assert "none seen: " in shown


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (json_answer('{"jobs":[],"meta":{"total":0}}'), "none", "empty_board"),
        (html("no", status="404 Not Found"), "none", "no_such_board"),
        (html("no", status="403 Forbidden"), "blocked", "http_403"),
    ],
)
def test_an_empty_a_missing_and_a_blocked_board_are_three_facts(tmp_path, answer, outcome, reason):
    pages = {
        ("acme.example", "/"): html(f'{WORDS}<a href="https://boards.greenhouse.io/acme">Jobs</a>'),
        ("boards-api.greenhouse.io", "/v1/boards/acme/jobs?content=true"): answer,
    }
    with Sites(pages) as sites:
        text = f'http: {{connect_to: {{http: "{sites.address}"}}, timeout: 2}}\n'
        (tmp_path / "prospector.yaml").write_text(text, encoding="utf-8")
        said = json.loads(call_cli("inspect", "acme.example", "--json", cwd=tmp_path).stdout)
    (board,) = said["boards"]
    assert (board["system"], board["slug"], board["outcome"], board["reason"]) == (
        "greenhouse",
        "acme",
        outcome,
        reason,
    )
