"""The web of the sample workspace: what each fictional host answers, a pure function of host and target."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import yaml
from jinja2 import Environment, FileSystemLoader, select_autoescape

from prospector.demo import boards
from prospector.demo.companies import DATA, companies
from prospector.demo.people import people

if TYPE_CHECKING:
    from datetime import date

    from prospector.demo.companies import DemoCompany, DemoJob

GREENHOUSE = "boards-api.greenhouse.io"
LEVER = "api.lever.co"
TAG_MANAGER = "www.googletagmanager.com"

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_JSON = "application/json; charset=utf-8"
_POLICY = "default-src 'self'; script-src 'self' js.hs-scripts.com js.hs-analytics.net *.doubleclick.net"
_HEADERS = {
    "shopify": {"powered-by": "Shopify", "x-shopid": "0000000"},
    "nextjs": {"x-powered-by": "Next.js"},
    "csp-mention": {"content-security-policy": _POLICY},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answers: status, header fields and body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class DemoSites:
    """All hosts of the sample web. Dates on the pages follow `as_of`. Safe to ask from several threads."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of
        self._companies = {company.domain: company for company in companies()}
        self._templates = _environment()
        self._words = _words()
        self._answers: dict[tuple[str, str], Answer | None] = {}

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that answers, sorted; company domains answer with `www.` in front as well."""
        alive = (company.domain for company in companies() if company.site != "gone")
        return tuple(sorted((*alive, GREENHOUSE, LEVER, TAG_MANAGER)))

    def answer(self, host: str, target: str) -> Answer | None:
        """The answer to `GET target` at `host` (a port is ignored); None: close the connection."""
        name = host.rsplit(":", 1)[0].lower()
        key = (name, target)
        if key not in self._answers:
            answered = self._answer(name, target)
            if len(self._answers) > 5_000:  # hostile targets must not fill the memory
                self._answers.clear()
            self._answers[key] = answered
        return self._answers[key]

    def _answer(self, host: str, target: str) -> Answer | None:
        path, _, query = target.partition("?")
        if host == GREENHOUSE:
            return _json(*boards.greenhouse(path, self._as_of))
        if host == LEVER:
            return _json(*boards.lever(path, self._as_of))
        if host == TAG_MANAGER:
            return self._container(path, parse_qs(query).get("id", [""])[0])
        company = self._companies.get(host.removeprefix("www."))
        if company is None or company.site == "gone":
            return None
        return self._site(company, path)

    def _site(self, company: DemoCompany, path: str) -> Answer:
        if path == "/robots.txt":
            return _robots(company)
        if company.site == "error":
            return self._error(company, 500)
        if path == "/ads.txt" and "adsense" in company.tags:
            text = f"google.com, pub-{company.account(1, 16)}, DIRECT, f08c47fec0942fa0\n"
            return _answer(200, _TEXT, text)
        return self._page(company, path.rstrip("/") or "/")

    def _page(self, company: DemoCompany, path: str) -> Answer:
        if path == "/":
            return self._render("home", company, path, organization=_organization(company))
        if path == self._words[company.language]["about_path"]:
            return self._render("about", company, path, team=_team(company))
        if company.careers_path and path == company.careers_path:
            return self._careers(company)
        for job in _open_jobs(company):
            if path == _job_path(company, job):
                return self._render("job", company, path, job=job)
        return self._error(company, 404)

    def _careers(self, company: DemoCompany) -> Answer:
        return self._render(
            "careers",
            company,
            company.careers_path,
            open_jobs=_open_jobs(company),
            links={job.id: _job_link(company, job) for job in company.jobs},
            postings=[_posting(company, job, self._as_of) for job in company.jobs],
        )

    def _render(self, template: str, company: DemoCompany, path: str, **more: Any) -> Answer:
        words = self._words[company.language]
        since = words["since"].format(name=company.name, city=company.city, year=company.founded)
        html = self._templates.get_template(f"{template}.html.j2").render(
            company=company, words=words, path=path, since=since, year=self._as_of.year, **more
        )
        return _answer(200, _HTML, html, **_headers(company))

    def _error(self, company: DemoCompany, status: int) -> Answer:
        text = self._words[company.language]["missing" if status == 404 else "broken"]
        html = self._templates.get_template("error.html.j2").render(company=company, status=status, text=text)
        return _answer(status, _HTML, html)

    def _container(self, path: str, container: str) -> Answer:
        company = next((found for found in companies() if found.container == container), None)
        tags = _container_tags(company) if company else []
        if path != "/gtm.js" or company is None or not tags:
            return _answer(404, _TEXT, "not found\n")
        script = self._templates.get_template("container.js.j2").render(company=company, tags=tags)
        return _answer(200, "application/javascript; charset=UTF-8", script)


@cache
def _words() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load((DATA / "words.yaml").read_text(encoding="utf-8"))
    return loaded


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        trim_blocks=True,
    )


def _answer(status: int, kind: str, text: str, **more: str) -> Answer:
    return Answer(status, (("content-type", kind), *more.items()), text.encode())


def _json(status: int, payload: object) -> Answer:
    return _answer(status, _JSON, json.dumps(payload, ensure_ascii=False))


def _headers(company: DemoCompany) -> dict[str, str]:
    fields = {"server": "nginx"}
    for tag in company.tags:
        fields |= _HEADERS.get(tag, {})
    return fields


def _robots(company: DemoCompany) -> Answer:
    if company.site == "error":
        return _answer(404, _TEXT, "not found\n")
    rule = "Disallow: /\n" if company.site == "robots" else "Disallow: /internal/\n"
    return _answer(200, _TEXT, f"User-agent: *\n{rule}")


def _organization(company: DemoCompany) -> dict[str, Any]:
    found = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": company.name,
        "legalName": company.legal,
        "url": f"https://{company.domain}/",
        "description": company.tagline,
        "foundingDate": str(company.founded),
        "email": f"info@{company.domain}",
        "telephone": company.phone,
        "address": _place(company),
        "sameAs": [company.linkedin],
    }
    return {name: value for name, value in found.items() if value}


def _place(company: DemoCompany) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": company.street,
        "postalCode": company.postcode,
        "addressLocality": company.city,
        "addressCountry": company.country,
    }


def _posting(company: DemoCompany, job: DemoJob, as_of: date) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": job.title,
        "identifier": {"@type": "PropertyValue", "name": company.name, "value": str(job.id)},
        "datePosted": job.posted_on(as_of).isoformat(),
        "validThrough": job.valid_through(as_of).isoformat(),
        "employmentType": "FULL_TIME",
        "occupationalCategory": job.department,
        "url": f"https://{company.domain}{_job_path(company, job)}",
        "description": f"<p>{job.title}, {company.city}</p>",
        "hiringOrganization": {
            "@type": "Organization",
            "name": company.name,
            "sameAs": f"https://{company.domain}/",
        },
        "jobLocation": {"@type": "Place", "address": _place(company)},
    }


def _open_jobs(company: DemoCompany) -> list[DemoJob]:
    return [job for job in company.jobs if job.closed is None]


def _job_path(company: DemoCompany, job: DemoJob) -> str:
    words = re.findall(r"[^\W_]+", re.sub(r"\([^()]{1,12}\)", "", job.title.lower()))
    return f"{company.careers_path}/{'-'.join(words)}-{job.id}"


def _job_link(company: DemoCompany, job: DemoJob) -> str:
    return boards.lever_link(company, job) if company.careers_kind == "lever" else _job_path(company, job)


def _team(company: DemoCompany) -> list[Any]:
    """Up to three people whom the site shows with their address: not everyone, as on any real team page."""
    shown = (person for person in people() if person.company == company and "A" in person.files)
    return [person for person in shown if person.address.endswith(f"@{company.domain}")][-3:]


def _container_tags(company: DemoCompany) -> list[str]:
    """The container's tags in their published form; empty where the container cannot be read."""
    analytics = {"function": "__googtag", "vtp_tagId": f"G-EX{company.account(4, 8)}", "tag_id": 4}
    conversion = {
        "function": "__awct",
        "once_per_event": True,
        "vtp_conversionId": company.account(9, 10),
        "vtp_conversionLabel": f"exLabel_{company.number}",
        "vtp_enableConversionLinker": True,
        "tag_id": 7,
    }
    paused = {"function": "__paused", "vtp_originalTagType": "awct", "tag_id": 7}
    kinds = {
        "gtm-ads": [analytics, {"function": "__gclidw", "tag_id": 5}, conversion],
        "gtm-ga4": [analytics],
        "gtm-paused": [analytics, paused],
    }
    return [json.dumps(tag) for kind in company.tags for tag in kinds.get(kind, [])]
