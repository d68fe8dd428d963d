"""What an address shows by itself: whose kind of box it is, and a slip of the finger in its domain."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from prospector.normalise.domains import has_known_ending, is_free_mail, registrable_domain
from prospector.normalise.emails import is_role_address
from prospector.normalise.text import data_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGE_ENDINGS = ("com", "net", "org", "de", "fr", "es", "it", "nl", "uk", "eu", "io", "co", "info")
"""What people mean when an ending exists nowhere, the commonest first."""
_SHORT_NAME = 4
"""Names up to this length are too close to companies' own (gmx, gmc): only their ending is compared."""
_THROWN_AWAY = re.compile(
    r"(?<![a-z])(?:temp|trash|throwaway|throw-away|disposable|fake|burner|guerrilla|discard|wegwerf|jetable)-?e?mails?"
    r"(?![a-z])|(?<![a-z])mail-?(?:trash|throwaway|disposable|drop|burner)(?![a-z])|\d+-?min(?:ute)?s?-?e?mail"
)
"""Names that services for one use give their new domains, long before a list has them."""


def flags_of(email: str, mx: Sequence[str] = ()) -> frozenset[str]:
    """`role`, `personal` and `disposable`, as far as address and mail hosts show them."""
    domain = email.rpartition("@")[2]
    disposable = is_disposable(domain, mx)
    shown = {
        "role": is_role_address(email),
        "personal": is_free_mail(domain) and not disposable,
        "disposable": disposable,
    }
    return frozenset(flag for flag, holds in shown.items() if holds)


def is_disposable(domain: str, mx: Sequence[str] = ()) -> bool:
    """Whether boxes there are thrown away: listed, named like it, or its mail goes to a host that is."""
    if _is_listed(domain):
        return not is_free_mail(domain)
    if _THROWN_AWAY.search(domain.partition(".")[0]) and not is_free_mail(domain):
        return True
    return any(_is_listed(host) and not is_free_mail(registrable_domain(host)) for host in mx)


@lru_cache(maxsize=65_536)
def _is_listed(host: str) -> bool:
    listed = _disposable_domains()
    labels = host.split(".")
    return any(".".join(labels[start:]) in listed for start in range(len(labels) - 1))


@cache
def _disposable_domains() -> frozenset[str]:
    # Loaded here because the list is long and most commands do without.
    from disposable_email_domains import blocklist  # noqa: PLC0415

    return frozenset(blocklist)


@cache
def _large_services() -> tuple[str, ...]:
    return tuple(data_lines("large_mail_services.txt"))


@lru_cache(maxsize=65_536)
def meant_domain(domain: str) -> str | None:
    """The domain that was probably meant: a large mail service one slip away, or an ending that exists."""
    if domain in _large_services() or is_free_mail(domain):
        return None
    near = next((one for one in _large_services() if _one_slip(domain, one)), None)
    if near:
        return near
    name, _, ending = domain.rpartition(".")
    if not name or has_known_ending(domain):
        return None
    meant = next((one for one in _LARGE_ENDINGS if _distance(ending, one) == 1), None)
    return f"{name}.{meant}" if meant else None


def suggestion_for(email: str) -> str | None:
    """The address with the domain that was probably meant."""
    local, _, domain = email.rpartition("@")
    meant = meant_domain(domain)
    return f"{local}@{meant}" if meant else None


def _one_slip(domain: str, meant: str) -> bool:
    """At most one slip in the name and one in the ending; a short name must be right."""
    name, _, ending = domain.partition(".")
    own_name, _, own_ending = meant.partition(".")
    if name == own_name:
        # gmx.at and yahoo.es are services, too: only an ending that exists nowhere is a slip, and .co or .cm for .com.
        slip = not has_known_ending(domain) or (own_ending == "com" and ending in ("co", "cm", "om"))
        return slip and _distance(ending, own_ending) == 1
    if len(own_name) <= _SHORT_NAME or _distance(name, own_name) != 1:
        return False
    return ending == own_ending or (not has_known_ending(domain) and _distance(ending, own_ending) == 1)


def _distance(one: str, other: str) -> int:
    """Letters wrong, missing, too many, or two in the wrong order."""
    # As slow to load as an address is to check.
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return OSA.distance(one, other, score_cutoff=2)
