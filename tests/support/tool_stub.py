"""E-mail tools on loopback, over real HTTP, in the shape of their APIs; and faults, as many as a test wants."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from prospector.fetch.pace import Clock

FAULTS = (
    "silence_before",
    "silence_after",
    "reset_before",
    "reset_after",
    "wait_seconds",
    "wait_date",
    "error_before",
    "error_after",
    "partial",
    "counters",
    "slow",
)
Said = tuple[int, Any]


class QuickClock(Clock):
    """Time that passes only as somebody waits for it: how busy the machine is changes nothing."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass
class Tool:
    """What a tool has; `answer` of each kind of tool speaks its API."""

    key: str = "k-secret"
    campaign: str = "1"
    faults: float = 0.0
    seed: int = 1
    clock: Clock = field(default_factory=Clock)
    limits: tuple[tuple[int, float], ...] = ()
    kinds: tuple[str, ...] = FAULTS
    campaigns: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """By campaign and address, what was stored."""
    offered: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often a lead was sent that was there already."""
    halted: Counter[str] = field(default_factory=Counter)
    """How often somebody was stopped, by address."""
    blocked: set[str] = field(default_factory=set)
    happened: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By address, what the tool tells of a lead beside what was stored, in its own names."""
    log: list[dict[str, Any]] = field(default_factory=list)
    """What it tells of mails, activities or bounces, in its own names and order."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    too_fast: int = 0
    down: bool = False
    refuses_key: bool = False
    port: int = 0
    base: str = ""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self.lock = threading.Lock()

    @property
    def leads(self) -> dict[str, dict[str, Any]]:
        return self.campaigns.setdefault(self.campaign, {})

    def fault(self) -> str:
        if self.down:
            return "reset_before"
        return self._chance.choice(self.kinds) if self._chance.random() < self.faults else ""

    def hurried(self) -> bool:
        """Whether this request comes before it may."""
        now = self.clock.now()
        self.moments.append(now)
        over = any(
            sum(one > now - seconds for one in self.moments[-count - 1 :]) > count
            for count, seconds in self.limits
        )
        self.too_fast += over
        return over

    def store(self, email: str, lead: dict[str, Any], campaign: str | None = None) -> bool:
        """Keep a lead; False if it is there already."""
        there = self.campaigns.setdefault(campaign or self.campaign, {})
        email = email.lower()
        if email in there:
            self.offered[campaign or self.campaign, email] += 1
            return False
        there[email] = lead
        return True

    def is_allowed(self, request: Request) -> bool:
        raise NotImplementedError

    def answer(self, request: Request, fault: str) -> Said:
        raise NotImplementedError


def part_of(leads: list[Any], fault: str) -> list[Any]:
    """Those that are stored."""
    return leads[: len(leads) // 2] if fault == "partial" else leads


class Instantly(Tool):
    """API v2: bulk add with totals, list by POST with a cursor."""

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def answer(self, request: Request, fault: str) -> Said:
        if (request.method, request.path) == ("POST", "/api/v2/leads/add"):
            return self._add(request.body, fault)
        if (request.method, request.path) == ("POST", "/api/v2/leads/list"):
            return self._list(request.body)
        if (request.method, request.path) == ("GET", "/api/v2/emails"):
            if (
                request.query.get("campaign_id") != self.campaign
                or request.query.get("email_type") != "received"
            ):
                return 400, {"statusCode": 400, "error": "Bad Request", "message": "query"}
            start, limit = int(request.query.get("starting_after") or 0), int(request.query["limit"])
            page = self.log[start : start + limit]
            return 200, {"items": page, "next_starting_after": str(start + len(page))}
        if (request.method, request.path) == ("GET", "/api/v2/campaigns"):
            items = [] if "starting_after" in request.query else [{"id": self.campaign, "name": "Autumn"}]
            return 200, {"items": items, "next_starting_after": "x"}
        if request.method == "DELETE" and request.path.startswith("/api/v2/leads/l-"):
            email = unquote(request.path.rpartition("/l-")[2])
            if request.body is None and self.leads.pop(email, None) is not None:
                self.halted[email] += 1
                return 200, {"id": f"l-{email}", "email": email}
        return 404, {"statusCode": 404, "error": "Not Found", "message": request.path}

    def _add(self, body: Any, fault: str) -> Said:
        leads = body["leads"]
        if len(leads) > 1000 or "campaign_id" not in body:
            return 400, {"statusCode": 400, "error": "Bad Request", "message": "body"}
        if any("@" not in lead["email"] for lead in leads):
            return 400, {"statusCode": 400, "error": "Bad Request", "message": "email"}
        blocked = [lead for lead in leads if lead["email"] in self.blocked]
        free = [lead for lead in part_of(leads, fault) if lead["email"] not in self.blocked]
        stored = sum(self.store(lead["email"], lead, body["campaign_id"]) for lead in free)
        said = stored if fault != "counters" else stored // 3
        return 200, {
            "status": "success",
            "total_sent": len(leads),
            "leads_uploaded": said,
            "in_blocklist": len(blocked),
            "skipped_count": len(free) - stored,
        }

    def _list(self, body: Any) -> Said:
        items = [
            {
                "id": f"l-{email}",
                "email": email,
                "campaign": body["campaign"],
                "payload": lead["custom_variables"],
                **self.happened.get(email, {}),
            }
            for email, lead in self.campaigns.get(body["campaign"], {}).items()
            if body.get("search", email) == email
        ]
        start = int(body.get("starting_after") or 0)
        page = items[start : start + min(body["limit"], 100)]
        return 200, {"items": page, "next_starting_after": str(start + len(page))}


class Smartlead(Tool):
    """Key in the query; totals in one of two shapes."""

    def is_allowed(self, request: Request) -> bool:
        return request.query.get("api_key") == self.key

    def answer(self, request: Request, fault: str) -> Said:
        path = request.path.removeprefix("/api/v1")
        if path == "/campaigns/":
            return 200, [{"id": int(self.campaign), "name": "Autumn", "status": "DRAFTED"}]
        if request.method == "GET" and path == f"/campaigns/{self.campaign}/statistics":
            start, limit = int(request.query["offset"]), int(request.query["limit"])
            told = [
                {"lead_email": email, "sequence_number": 1, **more} for email, more in self.happened.items()
            ]
            page = told[start : start + limit]
            return 200, {"total_stats": str(len(told)), "offset": start, "limit": limit, "data": page}
        if path == "/leads/":
            email = request.query["email"]
            return 200, {"id": _number(email), "email": email} if email in self.leads else {}
        start = f"/campaigns/{self.campaign}/leads/"
        if request.method == "POST" and path.startswith(start) and path.endswith("/pause"):
            wanted = path.removeprefix(start).removesuffix("/pause")
            self.halted.update(one for one in self.leads if _number(one) == wanted)
            return 200, {"ok": True, "data": "success"}
        if path != f"/campaigns/{self.campaign}/leads":
            return 404, {"error": {"code": "NOT_FOUND", "message": path}}
        if request.method == "GET":
            start, limit = int(request.query["offset"]), int(request.query["limit"])
            rows = [
                {"campaign_lead_map_id": f"m-{email}", "status": "STARTED", "lead": lead}
                for email, lead in list(self.leads.items())[start : start + limit]
            ]
            return 200, {"total_leads": str(len(self.leads)), "offset": start, "limit": limit, "data": rows}
        return self._add(request.body, fault)

    def _add(self, body: Any, fault: str) -> Said:
        leads = body["lead_list"]
        if len(leads) > 400 or any(body["settings"].values()):
            return 400, {"error": {"code": "BAD", "message": "body"}}
        free = [lead for lead in part_of(leads, fault) if lead["email"] not in self.blocked]
        stored = sum(self.store(lead["email"], lead) for lead in free)
        said = 0 if fault == "counters" else stored
        if len(self.calls) % 2:
            return 200, {
                "ok": True,
                "upload_count": said,
                "total_leads": len(leads),
                "duplicate_count": len(free) - stored,
            }
        return 200, {"success": True, "added_count": said, "skipped_count": len(leads) - stored}


class Lemlist(Tool):
    """One lead a call, Basic with an empty user, the campaign as CSV."""

    def is_allowed(self, request: Request) -> bool:
        return (
            request.headers.get("authorization")
            == "Basic " + base64.b64encode(f":{self.key}".encode()).decode()
        )

    def answer(self, request: Request, fault: str) -> Said:
        path = request.path.removeprefix("/api")
        if path == "/campaigns":
            return 200, [{"_id": self.campaign, "name": "Autumn"}]
        if request.method == "GET" and path in ("/activities", "/unsubscribes"):
            first, limit = int(request.query["offset"]), int(request.query["limit"])
            left = [{"value": email, "createdAt": "2026-12-03T09:12:00Z"} for email in sorted(self.blocked)]
            told = self.log if path == "/activities" else left
            return 200, told[first : first + min(limit, 100)]
        start = f"/campaigns/{self.campaign}/"
        if request.method == "GET" and path == f"{start}export/leads":
            return 200, self._table()
        if request.method == "POST" and path.startswith("/leads/pause/"):
            email = unquote(path.rpartition("/")[2])
            if email not in self.leads or request.query.get("campaignId") != self.campaign:
                return 404, {"message": "Lead not found"}
            self.halted[email] += 1
            return 200, [{"_id": f"lea_{email}", "email": email, "isPaused": True}]
        if request.method != "POST" or not path.startswith(f"{start}leads/"):
            return 404, {"message": "not found"}
        if any(request.query.get(flag) for flag in ("findEmail", "verifyEmail", "findPhone")):
            return 400, {"message": "credits"}
        email = unquote(path.removeprefix(f"{start}leads/"))
        if email in self.blocked:
            return 400, {"message": "Lead already in another campaign"}
        if not self.store(email, {**request.body, "email": email}):
            return 400, {"message": "Lead already in the campaign"}
        return 200, {"_id": f"lea_{email}", "campaignId": self.campaign, **request.body}

    _made: tuple[int, bytes] = (0, b"")

    def _table(self) -> bytes:
        """Made once for so many leads: a large one takes longer than tests wait for an answer."""
        if self._made[0] != len(self.leads):
            self._made = (len(self.leads), self._make_table())
        return self._made[1]

    def _make_table(self) -> bytes:
        text = io.StringIO()
        names = [
            "emailStatus",
            "email",
            *sorted({name for lead in self.leads.values() for name in lead} - {"email"}),
        ]
        writer = csv.DictWriter(text, [*names, "lastState", "status"], restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.leads.values())
        return text.getvalue().encode()


class Woodpecker(Tool):
    """An answer for each prospect; one request at a time."""

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("x-api-key") == self.key

    def answer(self, request: Request, fault: str) -> Said:
        path = request.path.removeprefix("/rest/v1")
        if path == "/campaign_list":
            return 200, [{"id": int(self.campaign), "name": "Autumn", "status": "PAUSED"}]
        if path == "/prospects":
            size, page = int(request.query["per_page"]), int(request.query["page"])
            rows = [
                {**lead, "id": number, **self.happened.get(email, {})}
                for number, (email, lead) in enumerate(self.leads.items(), 1)
            ]
            return 200, rows[(page - 1) * size : page * size]
        if path != "/add_prospects_campaign":
            return 404, {"status": {"status": "ERROR", "code": "E_URL_NOT_FOUND"}}
        body = request.body
        slots = [name for one in body["prospects"] for name in one if name.startswith("snippet")]
        if body.get("force") or body["campaign"]["campaign_id"] != int(self.campaign) or "snippet16" in slots:
            return 400, {"status": {"status": "ERROR", "code": "BAD", "msg": "body"}}
        rows = [self._one(prospect) for prospect in part_of(body["prospects"], fault)]
        return 200, {
            "prospects": [] if fault == "counters" else rows,
            "status": {"status": "OK", "code": "", "msg": ""},
        }

    def _one(self, prospect: dict[str, Any]) -> dict[str, Any]:
        email = prospect["email"]
        if email in self.blocked:
            return {"email": email, "status": "BLACKLIST", "prospect_campaign": ""}
        new = self.store(email, prospect)
        return {
            "email": email,
            "id": 1,
            "status": "ACTIVE",
            "prospect_campaign": "OK" if new else "DUPLICATE",
        }


class HubSpot(Tool):
    """Contacts by upsert, then enrolled one by one; a contact is in one sequence."""

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.key}"

    def answer(self, request: Request, fault: str) -> Said:
        contacts = self.campaigns.setdefault("contacts", {})
        if request.path == "/crm/v3/objects/contacts/batch/upsert":
            if len(request.body["inputs"]) > 100:
                return 400, {"message": "too many"}
            free = [one for one in part_of(request.body["inputs"], fault) if one["id"] not in self.blocked]
            for one in free:
                contacts[one["id"]] = one["properties"]
            results = [{"id": _number(one["id"]), "properties": {"email": one["id"]}} for one in free]
            errors = (
                [{"status": "error"}]
                if any(one["id"] in self.blocked for one in request.body["inputs"])
                else []
            )
            return 200, {"status": "COMPLETE", "results": results, "numErrors": len(errors), "errors": errors}
        if request.path == "/crm/v3/objects/contacts/search":
            return self._search(request.body)
        if request.path == "/crm/v3/objects/deals/batch/upsert":
            return self._deals(request.body["inputs"])
        start = "/automation/v4/sequences/enrollments"
        if request.path.startswith(f"{start}/contact/"):
            contact = request.path.rpartition("/")[2]
            there = _EMAILS.get(contact)
            return (
                (200, {"id": "e", "sequenceId": self.campaign, "toEmail": there})
                if there in self.leads
                else (404, {"message": "no"})
            )
        if (
            request.path != start
            or request.query.get("userId") != "7"
            or request.body["sequenceId"] != self.campaign
        ):
            return 404, {"message": "not found"}
        email = _EMAILS[request.body["contactId"]]
        if not self.store(email, contacts[email]):
            return 400, {"message": "contact is already enrolled"}
        return 200, {"id": "e", "toEmail": email}

    def _deals(self, inputs: list[Any]) -> Said:
        """Deals by a property of which no two have the same value; a stage that is not known is refused."""
        deals = self.campaigns.setdefault("deals", {})
        if len(inputs) > 100 or any(one["idProperty"] != "prospector_id" for one in inputs):
            return 400, {"status": "error", "message": "inputs"}
        good = [one for one in inputs if one["properties"]["dealstage"].isalpha()]
        for one in good:
            deals[one["id"]] = deals.get(one["id"], {}) | one["properties"]
        results = [
            {"id": str(number), "properties": {"prospector_id": one["id"]}} for number, one in enumerate(good)
        ]
        errors = [{"status": "error", "category": "VALIDATION_ERROR"}] * (len(inputs) - len(good))
        return 207 if errors else 200, {
            "status": "COMPLETE", "results": results, "numErrors": len(errors), "errors": errors,
        }  # fmt: skip

    def _search(self, body: Any) -> Said:
        """Contacts by their last sequence; a page at most, and 10,000 in all."""
        wanted = {
            one["propertyName"]: (one["operator"], one["value"]) for one in body["filterGroups"][0]["filters"]
        }
        sequence, behind = wanted["hs_latest_sequence_enrolled"], wanted["hs_object_id"]
        if (sequence[0], behind[0]) != ("EQ", "GT") or body["limit"] > 200:
            return 400, {"status": "error", "message": "filter"}
        there = self.campaigns.get(sequence[1], {})
        found = sorted(
            (int(_number(email)), email) for email in there if int(_number(email)) > int(behind[1])
        )
        rows = [
            {
                "id": str(number),
                "properties": {"email": email, "lead_id": there[email].get("lead_id")}
                | self.happened.get(email, {}),
            }
            for number, email in found[: body["limit"]]
        ]
        more = {"paging": {"next": {"after": str(len(rows))}}} if len(found) > len(rows) else {}
        return 200, {"total": len(found), "results": rows, **more}


_EMAILS: dict[str, str] = {}
"""Whose number it is: looking through ten thousand takes longer than tests wait for an answer."""


@cache
def _number(email: str) -> str:
    found = str(int.from_bytes(hashlib.sha256(email.encode()).digest()[:6]))
    _EMAILS[found] = email
    return found


class Mautic(Tool):
    """Contacts in batches by position, then into the campaign."""

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Basic " + base64.b64encode(self.key.encode()).decode()

    def answer(self, request: Request, fault: str) -> Said:
        contacts, path = self.campaigns.setdefault("contacts", {}), request.path.removeprefix("/api")
        if path == "/contacts/batch/new":
            if len(request.body) > 200:
                return 400, {"errors": [{"message": "too many"}]}
            codes, rows = {}, []
            for number, one in enumerate(part_of(request.body, fault)):
                codes[str(number)] = 400 if one["email"] in self.blocked else 201
                if one["email"] not in self.blocked:
                    contacts[one["email"]] = one
                    rows.append(
                        {"id": int(_number(one["email"])), "fields": {"all": {"email": one["email"]}}}
                    )
            return 201, {"contacts": rows, "statusCodes": codes, "errors": []}
        if request.method == "GET" and path == f"/campaigns/{self.campaign}/contacts":
            return 200, self._listed(int(request.query["start"]), int(request.query["limit"]))
        if request.method == "GET" and path == "/contacts":
            return 200, self._told(request.query["search"], int(request.query["limit"]))
        out = re.fullmatch(f"/campaigns/{self.campaign}/contact/([0-9]+)/remove", path)
        if out and request.method == "POST":
            self.halted.update(one for one in self.leads if _number(one) == out[1])
            return 200, {"success": 1}
        match = re.fullmatch(f"/campaigns/{self.campaign}/contact/([0-9]+)/add", path)
        if match is None or request.method != "POST":
            return 404, {"errors": [{"message": "not found"}]}
        email = _EMAILS[match[1]]
        self.store(email, contacts[email])  # again is no change
        return 200, {"success": 1}

    def _listed(self, start: int, limit: int) -> Any:
        """Rows of a table, every value a text: numbers of contacts and no addresses."""
        numbers = sorted(int(_number(email)) for email in self.leads)
        rows = [
            {
                "campaign_id": self.campaign,
                "lead_id": str(number),
                "date_added": "2026-11-23 09:00:00",
                "manually_removed": "0",
                "manually_added": "1",
            }
            for number in numbers[start : start + limit]
        ]
        return {"total": str(len(numbers)), "contacts": rows}

    def _told(self, search: str, limit: int) -> Any:
        """Contacts as an object by id; a list where there are none."""
        contacts = self.campaigns["contacts"]
        rows = {
            number: {
                "id": int(number),
                "fields": {"core": {}, "all": contacts[_EMAILS[number]]},
                **self.happened.get(_EMAILS[number], {}),
            }
            for number in search.removeprefix("ids:").split(",")
            if _EMAILS.get(number) in contacts
        }
        return {"total": str(len(rows)), "contacts": dict(list(rows.items())[:limit]) or []}


class Listmonk(Tool):
    """Subscribers, some of whom are there already."""

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"token {self.key}"

    def answer(self, request: Request, fault: str) -> Said:
        path, everybody = request.path.removeprefix("/api"), self.campaigns.setdefault("subscribers", {})
        if (request.method, path) == ("POST", "/subscribers"):
            email = request.body["email"]
            if email in everybody or email in self.blocked:
                return 409, {"message": "E-mail already exists."}
            everybody[email] = {"attribs": request.body["attribs"]}
            if int(self.campaign) in request.body["lists"]:
                self.store(email, request.body["attribs"])
            return 200, {"data": {"id": int(_number(email)), "email": email}}
        if (request.method, path) == ("GET", "/bounces"):
            size, page = int(request.query["per_page"]), int(request.query["page"])
            found = self.log[(page - 1) * size : page * size]
            return 200, {"data": {"results": found, "total": len(self.log), "per_page": size, "page": page}}
        if (request.method, path) == ("GET", "/subscribers") and "list_id" in request.query:
            return 200, {"data": self._page(request.query)}
        if (request.method, path) == ("GET", "/subscribers"):
            return 200, {"data": {"results": self._asked(request.query["query"]), "total": 1}}
        if (request.method, path) == ("PUT", "/subscribers/lists"):
            for number in request.body["ids"]:
                email = _EMAILS[str(number)]
                if request.body["action"] == "unsubscribe":
                    self.halted[email] += 1
                else:
                    self.store(email, everybody[email]["attribs"])
            return 200, {"data": True}
        if request.method == "PATCH":
            email = _EMAILS[path.rpartition("/")[2]]
            everybody[email]["attribs"] = request.body["attribs"]
            return 200, {"data": {}}
        return 404, {"message": "not found"}

    def _page(self, query: Mapping[str, str]) -> Any:
        size, page = int(query["per_page"]), int(query["page"])
        there = self.campaigns.get(query["list_id"], {})
        rows = [
            {
                "id": int(_number(email)),
                "email": email,
                "status": "enabled",
                "lists": [],
                "attribs": attributes,
                **self.happened.get(email, {}),
            }
            for email, attributes in there.items()
        ]
        found = rows[(page - 1) * size : page * size]
        return {"results": found, "query": "", "total": len(rows), "per_page": size, "page": page}

    def _asked(self, query: str) -> list[dict[str, Any]]:
        email = query.partition("'")[2].rstrip("'")
        known = self.campaigns["subscribers"].get(email, {"attribs": {}} if email in self.blocked else None)
        if known is None:
            return []
        lists = (
            [{"id": int(self.campaign), "subscription_status": "unconfirmed"}] if email in self.leads else []
        )
        status = "blocklisted" if email in self.blocked else "enabled"
        return [{"id": int(_number(email)), "email": email, "status": status, "lists": lists, **known}]


def _handler(tool: Tool) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two writes: each answer would take 40 ms

        def log_message(self, *_: object) -> None:
            return

        def _go(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            raw = self.rfile.read(size)
            where = urlsplit(self.path)
            body = json.loads(raw) if raw else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, where.path, dict(parse_qsl(where.query)), headers, body)
            with tool.lock:
                tool.calls.append((request.method, request.path))
                tool.bodies.append(body)
                fault = tool.fault()
                hurried = tool.hurried()
                said = self._answer(request, fault) if not hurried else None
            self._end(fault, said)

        def _answer(self, request: Request, fault: str) -> Said | None:
            if tool.refuses_key or not tool.is_allowed(request):
                return 401, {"message": "Unauthorized"}
            if fault in ("silence_before", "reset_before", "error_before", "wait_seconds", "wait_date"):
                return None
            return tool.answer(request, fault)

        def _end(self, fault: str, said: Said | None) -> None:
            if fault.startswith("silence"):
                self.connection.settimeout(1.5)
                with suppress(OSError):
                    self.connection.recv(1)  # until the other side has had enough
                self.close_connection = True
            elif fault.startswith("reset"):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.close_connection = True
                self.connection.close()
            elif fault.startswith("error"):
                self._send(500, {"message": "Internal Server Error"})
            elif said is None:
                date = formatdate(time.time() + 2, usegmt=True)
                self._send(
                    429, {"message": "Too Many"}, {"Retry-After": date if fault == "wait_date" else "1"}
                )
            else:
                if fault == "slow":
                    time.sleep(0.02)
                status, body, *headers = said
                self._send(status, body, *headers)

        def _send(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _go

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        return  # the other side was killed, or we reset the connection


@contextmanager
def serving(tool: Tool) -> Iterator[Tool]:
    """The tool for the length of a block; `tool.base` is where it is."""
    server = _Server(("127.0.0.1", 0), _handler(tool))
    tool.port = server.server_address[1]
    tool.base = f"http://127.0.0.1:{tool.port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()


Made = Callable[..., Tool]
UUID = "11111111-2222-3333-4444-555555555555"
TOOLS: dict[str, Made] = {
    "instantly": lambda **more: Instantly(campaign=UUID, limits=((100, 1), (6000, 60)), **more),
    "smartlead": lambda **more: Smartlead(campaign="77", limits=((10, 1), (60, 60), (1000, 3600)), **more),
    "lemlist": lambda **more: Lemlist(campaign="cam_a", limits=((20, 2),), **more),
    "woodpecker": lambda **more: Woodpecker(campaign="88", **more),
    "hubspot": lambda **more: HubSpot(campaign="99", limits=((100, 10),), **more),
    "mautic": lambda **more: Mautic(key="user:pass word", campaign="5", **more),
    "listmonk": lambda **more: Listmonk(key="api:token", campaign="3", **more),
}
