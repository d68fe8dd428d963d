"""The two job boards of the sample web, in the payloads that Greenhouse and Lever publish."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from prospector.demo.companies import companies

if TYPE_CHECKING:
    from datetime import date

    from prospector.demo.companies import DemoCompany, DemoJob


def greenhouse(path: str, as_of: date) -> tuple[int, Any]:
    """Status and payload of `/v1/boards/{slug}/jobs`; 404 for a board that does not exist."""
    company = _board(path, "/v1/boards/", "/jobs", "greenhouse")
    if company is None:
        return 404, {"status": 404, "error": "Job not found"}
    jobs = [_greenhouse_job(company, job, as_of) for job in company.jobs]
    return 200, {"jobs": jobs, "meta": {"total": len(jobs)}}


def lever(path: str, as_of: date) -> tuple[int, Any]:
    """Status and payload of `/v0/postings/{slug}`; 404 for a site that does not exist."""
    company = _board(path, "/v0/postings/", "", "lever")
    if company is None:
        return 404, {"ok": False, "error": "Document not found"}
    return 200, [_lever_job(company, job, as_of) for job in company.jobs]


def lever_link(company: DemoCompany, job: DemoJob) -> str:
    """Where a posting is shown."""
    return f"https://jobs.lever.co/{company.board}/{_lever_id(job)}"


def _board(path: str, before: str, after: str, system: str) -> DemoCompany | None:
    slug = path.removeprefix(before).removesuffix(after)
    if path != f"{before}{slug}{after}":
        return None
    return next((found for found in companies() if (found.board, found.careers_kind) == (slug, system)), None)


def _greenhouse_job(company: DemoCompany, job: DemoJob, as_of: date) -> dict[str, Any]:
    posted = job.posted_on(as_of).isoformat()
    department = {"id": job.id + 1, "name": job.department, "parent_id": None, "child_ids": []}
    return {
        "id": job.id,
        "internal_job_id": job.id + 500_000,
        "title": job.title,
        "updated_at": f"{posted}T10:00:00-05:00",
        "first_published": f"{posted}T09:00:00-05:00",
        "requisition_id": f"R{job.id}",
        "location": {"name": company.city},
        "absolute_url": f"https://job-boards.greenhouse.io/{company.board}/jobs/{job.id}",
        "departments": [department],
        "offices": [{"id": company.number, "name": company.city, "location": company.city}],
        "content": f"&lt;p&gt;{job.title}, {company.city}&lt;/p&gt;",
    }


def _lever_job(company: DemoCompany, job: DemoJob, as_of: date) -> dict[str, Any]:
    posted = datetime.combine(job.posted_on(as_of), time(9), tzinfo=UTC)
    return {
        "id": _lever_id(job),
        "text": job.title,
        "categories": {
            "commitment": "Full-time",
            "department": job.department,
            "location": company.city,
            "team": job.department,
            "allLocations": [company.city],
        },
        "country": company.country,
        "workplaceType": "hybrid",
        "createdAt": int(posted.timestamp() * 1000),
        "descriptionPlain": f"{job.title}, {company.city}",
        "hostedUrl": lever_link(company, job),
        "applyUrl": f"{lever_link(company, job)}/apply",
    }


def _lever_id(job: DemoJob) -> str:
    return f"00000000-0000-4000-8000-{job.id:012d}"
