"""Enrichment over real HTTP: broken hosts, interruption, what is asked again and what is not."""

from __future__ import annotations

import asyncio
import json
import signal
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sites import Sites, garbage, hang_up, html, hundred_megabytes, json_answer

from prospector.workspace import Workspace

AS_OF = date(2026, 11, 22)
HUBSPOT = '<script id="hs-script-loader" async src="//js.hs-scripts.com/4455667.js"></script>'
ADS = "<script async src='https://www.googletagmanager.com/gtag/js?id=AW-900055511'></script>" + (
    "<script>gtag('config','AW-900055511');gtag('event','conversion',{'send_to':'AW-900055511/abCdEf'});</script>"
)


def page(body: str, head: str = "") -> bytes:
    return html(
        f"<html><head><title>Acme</title>{head}</head><body><p>{'Words of the company. ' * 30}</p>{body}</body></html>"
    )


@contextmanager
def workspace(folder: Path, sites: Sites, domains: list[str]):
    folder.mkdir(exist_ok=True)
    (folder / "prospector.yaml").write_text(
        f'http: {{connect_to: {{http: "{sites.address}"}}, timeout: 2}}\n', encoding="utf-8"
    )
    rows = "\n".join(f"{domain.split('.')[0].title()} Ltd,https://{domain}/" for domain in domains)
    (folder / "companies.csv").write_text(f"Company,Website\n{rows}\n", encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        opened.import_file(folder / "companies.csv")
        yield opened


def enrich(opened: Workspace, **options):
    due, _ = opened.companies_to_read()
    return opened.enrich(due, **options)


def used(opened: Workspace, domain: str) -> set[str]:
    return {use.name for use in opened.company(domain).technologies}


def test_technologies_ads_and_jobs_of_a_site_are_kept_with_their_evidence(tmp_path):
    jobs = '{"jobs":[{"id":1,"internal_job_id":2,"title":"Growth Marketing Manager","updated_at":"2026-11-03T10:00:00Z",'
    jobs += '"first_published":"2026-10-30T10:00:00Z","location":{"name":"Rotterdam"},'
    jobs += (
        '"absolute_url":"https://job-boards.greenhouse.io/acme/jobs/1","departments":[]}],"meta":{"total":1}}'
    )
    pages = {
        ("acme.example", "/"): page('<a href="/careers">Careers</a>', HUBSPOT + ADS),
        ("acme.example", "/careers"): page(
            '<div id="grnhse_app"></div><script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>'
        ),
        ("boards-api.greenhouse.io", "/v1/boards/acme/jobs?content=true"): json_answer(jobs),
    }
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, ["acme.example"]) as opened:
        report = enrich(opened)
        company = opened.company("acme.example")
    assert report.outcomes == {"found": 1}
    hubspot = next(use for use in company.technologies if use.name == "HubSpot")
    assert "hs-scripts.com/4455667.js" in (hubspot.evidence or "")
    assert any(
        use.advertises_on == "Google Ads" and use.level == "conversion" for use in company.technologies
    )
    assert [(job.title, job.department, str(job.posted_on)) for job in company.openings] == [
        ("Growth Marketing Manager", "marketing", "2026-10-30")
    ]
    assert {"html", "tag_manager", "jobs"} <= {channel for channel, _ in company.read}


def test_keywords_find_what_the_home_page_says(tmp_path):
    pages = {
        ("acme.example", "/"): page("<p>We roast coffee in Porto.</p><script>var tea = 1</script>"),
        ("other.example", "/"): page("<p>Bicycles.</p>"),
    }
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, ["acme.example", "other.example"]) as opened:
        (opened.folder / "segments").mkdir()
        for name, words in (("coffee", "roast coffee"), ("tea", "var tea")):
            (opened.folder / "segments" / f"{name}.yaml").write_text(f"company: {{keywords: {words}}}\n")
        assert list(opened.find_companies(opened.segment("coffee"))) == []
        enrich(opened)
        found = [one.as_json()["domain"] for one in opened.find_companies(opened.segment("coffee"))]
        counts = opened.count_companies(opened.segment("tea"))
    assert found == ["acme.example"]
    assert (counts.match, counts.no_match, counts.unknown) == (0, 2, 0)


def test_a_mention_of_hubspot_in_the_text_or_a_comment_is_no_use(tmp_path):
    body = '<p>We love HubSpot and integrate with js.hs-scripts.com/1.js.</p><!-- <script src="//js.hs-scripts.com/1.js"></script> -->'
    with (
        Sites({("acme.example", "/"): page(body)}) as sites,
        workspace(tmp_path / "w", sites, ["acme.example"]) as opened,
    ):
        enrich(opened)
        assert "HubSpot" not in used(opened, "acme.example")
        counts = opened.count(opened.segment_from_flags({"uses": ["HubSpot"]}))
    assert counts.match == 0


@pytest.mark.parametrize(
    ("name", "answer", "outcome", "reason"),
    [
        ("error", html("oops", status="500 Internal Server Error"), "failed", "http_500"),
        ("gone", html("no", status="404 Not Found"), "none", "http_404"),
        ("forbidden", html("no", status="403 Forbidden"), "blocked", "http_403"),
        ("garbage", garbage, "failed", None),
        ("silent", hang_up, "failed", None),
        ("huge", hundred_megabytes, "failed", "too_large"),
    ],
)
def test_a_broken_host_ends_in_a_named_outcome_and_harms_no_other(tmp_path, name, answer, outcome, reason):
    pages = {(f"{name}.example", "/"): answer, ("good.example", "/"): page("", HUBSPOT)}
    with (
        Sites(pages) as sites,
        workspace(tmp_path / "w", sites, [f"{name}.example", "good.example"]) as opened,
    ):
        report = enrich(opened)
        row = opened.db.one(
            "SELECT l.outcome, l.reason FROM lookups l JOIN companies c ON c.id = l.company_id WHERE c.domain = ?",
            (f"{name}.example",),
        )
        assert "HubSpot" in used(opened, "good.example")
    assert row is not None
    assert row["outcome"] == outcome
    assert reason is None or row["reason"] == reason
    assert sum(report.outcomes.values()) == report.companies == 2


def test_a_robots_rule_is_blocked_and_not_none(tmp_path):
    pages = {
        ("shut.example", "/robots.txt"): html("User-agent: *\nDisallow: /\n"),
        ("shut.example", "/"): page("", HUBSPOT),
    }
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, ["shut.example"]) as opened:
        report = enrich(opened)
        counts = opened.count(opened.segment_from_flags({"uses": ["HubSpot"]}))
        assert sites.asked["shut.example", "/"] == 0
    assert report.outcomes == {"blocked": 1}
    assert counts.no_match == 0


def test_a_second_run_asks_only_again_what_failed(tmp_path):
    pages = {
        ("good.example", "/"): page("", HUBSPOT),
        ("bad.example", "/"): html("oops", status="503 Service Unavailable"),
        ("shut.example", "/"): html("no", status="403 Forbidden"),
    }
    with (
        Sites(pages) as sites,
        workspace(tmp_path / "w", sites, ["good.example", "bad.example", "shut.example"]) as opened,
    ):
        enrich(opened)
        asked = dict(sites.asked)
        sites.pages["bad.example", "/"] = page("", HUBSPOT)
        second = enrich(opened)
        assert second.companies == 1
        assert sites.asked["good.example", "/"] == asked["good.example", "/"]
        assert sites.asked["shut.example", "/"] == asked["shut.example", "/"]
        assert "HubSpot" in used(opened, "bad.example")
        assert enrich(opened).companies == 0


def test_an_interrupted_run_keeps_what_is_done_and_goes_on_there(tmp_path):
    stop = threading.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        stop.set()
        await asyncio.sleep(30)

    domains = [f"host{number:02d}.example" for number in range(40)]
    pages: dict = {(domain, "/"): page("", HUBSPOT) for domain in domains}
    pages[domains[-1], "/"] = slow
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, domains) as opened:
        done = 0

        def count(reading):
            nonlocal done
            done += 1
            if done == 30:
                signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            enrich(opened, progress=count)
        stored = opened.db.value("SELECT count(DISTINCT company_id) FROM lookups WHERE source = 'website'")
        assert stored == done
        assert 30 <= stored < 40
        sites.pages[domains[-1], "/"] = page("", HUBSPOT)
        assert enrich(opened).companies == 40 - stored
        assert all("HubSpot" in used(opened, domain) for domain in domains)


def test_a_segment_reads_only_companies_that_it_is_unsure_of(tmp_path):
    pages = {("small.example", "/"): page(""), ("bank.example", "/"): page("", HUBSPOT)}
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, []) as opened:
        (tmp_path / "p.csv").write_text(
            "First Name,Last Name,Email,Job Title,Company,Website,Employees\n"
            "Ana,Ruiz,ana@small.example,HR Manager,Small,small.example,4\n"
            "Bo,Lind,bo@bank.example,HR Manager,Bank,bank.example,400\n",
            encoding="utf-8",
        )
        opened.import_file(tmp_path / "p.csv")
        segment = opened.segment_from_flags({"headcount": ["> 10"], "uses": ["HubSpot"]})
        due, _ = opened.companies_to_read(segment)
        opened.enrich(due, segment=segment)
        assert sites.asked["small.example", "/"] == 0
        assert opened.count(segment).match == 1


def test_a_careers_page_without_a_readable_list_leaves_hiring_unknown(tmp_path):
    pages = {
        ("vague.example", "/"): page('<a href="/careers">Careers</a>'),
        ("vague.example", "/careers"): page("<p>We are a nice place.</p>"),
        ("none.example", "/"): page('<a href="/careers">Careers</a>'),
        ("none.example", "/careers"): page("<p>There are currently no open positions.</p>"),
    }
    with Sites(pages) as sites, workspace(tmp_path / "w", sites, ["vague.example", "none.example"]) as opened:
        enrich(opened)
        read = {name: dict(opened.company(name).read) for name in ("vague.example", "none.example")}
    assert "jobs" not in read["vague.example"]
    assert "jobs" in read["none.example"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hang_up, ""),
        (html("oops", status="500 Internal Server Error"), "http_500"),
        (garbage, ""),
        (hundred_megabytes, "too_large"),
    ],
    ids=["unreachable", "error", "garbage", "huge"],
)
def test_inspect_of_a_host_that_cannot_be_read_says_so_in_two_lines_with_exit_code_1(
    tmp_path, answer, reason
):
    import subprocess
    import sys

    with Sites({("dead.example", "/"): answer}) as sites, workspace(tmp_path / "w", sites, []):
        done = subprocess.run(
            [sys.executable, "-m", "prospector", "inspect", "dead.example", "--json"],
            cwd=tmp_path / "w",
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert json.loads(done.stdout)["technologies"] == []
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"error: dead.example: failed: {reason}")
    assert lines[1].startswith("hint: ")
