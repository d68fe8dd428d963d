"""How a request proves that it comes from a tool: a signature of its body, or the secret that we gave the tool.

Every comparison takes the same time whatever differs. A request without a proof proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

OWN_HEADER = "x-prospector-secret"
_HUBSPOT_AGE = 300.0
"""Seconds after which a request of HubSpot's is too old."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it came. Header names are in lower case."""

    raw: bytes
    headers: Mapping[str, str] = field(repr=False)
    given: str = field(default="", repr=False)
    """The secret in the path, for tools that can send no header."""
    url: str = ""
    """Where the tool sent it, as it knows it; blank where nothing says so."""
    at: datetime | None = None


Proof = Callable[[Delivery, str], bool]


def same(told: str, wanted: str) -> bool:
    """Whether two secrets are one."""
    return bool(wanted) and hmac.compare_digest(told.encode("utf-8", "replace"), wanted.encode())


def by_secret(delivery: Delivery, secret: str) -> bool:
    """By the secret that we gave: in a header, or as the last part of the path."""
    bearer = delivery.headers.get("authorization", "").removeprefix("Bearer ").strip()
    told = (delivery.headers.get(OWN_HEADER, ""), bearer, delivery.given)
    return sum(same(one, secret) for one in told) > 0  # all of them are compared


def smartlead(delivery: Delivery, secret: str) -> bool:
    """`X-Smartlead-Signature`: `sha256=` and the HMAC of the body."""
    wanted = hmac.new(secret.encode(), delivery.raw, hashlib.sha256).hexdigest()
    return same(delivery.headers.get("x-smartlead-signature", "").lower(), f"sha256={wanted}")


def mautic(delivery: Delivery, secret: str) -> bool:
    """`Webhook-Signature`: the HMAC of the body as base64."""
    wanted = hmac.new(secret.encode(), delivery.raw, hashlib.sha256).digest()
    return same(delivery.headers.get("webhook-signature", ""), base64.b64encode(wanted).decode())


def hubspot(delivery: Delivery, secret: str) -> bool:
    """By the third version where it can be checked, as it says when; else by the first, a hash of secret and body."""
    if told := delivery.headers.get("x-hubspot-signature-v3"):
        when = delivery.headers.get("x-hubspot-request-timestamp", "")
        if delivery.url:
            text = b"".join((b"POST", delivery.url.encode(), delivery.raw, when.encode()))
            wanted = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
            return same(told, wanted) and _is_recent(when, delivery.at)
    if delivery.headers.get("x-hubspot-signature-version", "v1") != "v1":
        return False
    wanted = hashlib.sha256(secret.encode() + delivery.raw).hexdigest()
    return same(delivery.headers.get("x-hubspot-signature", ""), wanted)


def _is_recent(milliseconds: str, now: datetime | None) -> bool:
    if now is None or not milliseconds.isdigit() or len(milliseconds) > 15:
        return False
    return abs(now.timestamp() - int(milliseconds) / 1000) <= _HUBSPOT_AGE
