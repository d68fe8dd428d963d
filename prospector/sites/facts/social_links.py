"""A company's own pages on social networks among the links of its site; not share buttons, not people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from prospector.normalise.domains import host_of, registrable_domain
from prospector.normalise.profile_urls import linkedin_company
from prospector.normalise.text import fold
from prospector.sites.page.literals import word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NETWORKS = {
    "linkedin.com": "linkedin",
    "x.com": "x",
    "twitter.com": "x",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "youtube.com": "youtube",
    "instagram.com": "instagram",
    "github.com": "github",
}
"""The domains of the networks, with the networks' short names."""

_HANDLE = re.compile(r"[\w.\-]{1,100}")
_NOT_HANDLES = word_set(
    """share sharer sharer.php share.php intent home search hashtag i login signup dialog plugins tr tr.php
    events groups watch embed playlist results feed explore p reel reels stories tv about privacy
    policies legal help settings features pricing topics sponsors marketplace orgs apps collections
    security contact join site permalink.php story.php photo photo.php photos media l.php people public
    web hashtags account accounts sharearticle widgets widgets.js tos terms business policy"""
)


def social_profiles(links: Iterable[str], *, site: str) -> dict[str, str]:
    """The company's page on each network, by the network's short name, from absolute `links`.

    Where a site links to several pages of one network, the one that is named like the site's domain wins,
    otherwise the first.
    """
    found: dict[str, list[str]] = {}
    for link in dict.fromkeys(links):
        if profile := _profile(link):
            found.setdefault(profile[0], []).append(profile[1])
    brand = _letters((registrable_domain(site) or "").partition(".")[0])
    order = dict.fromkeys(NETWORKS.values())
    return {network: _best(found[network], brand) for network in order if network in found}


def _best(profiles: list[str], brand: str) -> str:
    def rank(profile: str) -> bool:
        handle = _letters(profile.rstrip("/").rpartition("/")[2])
        return not (brand and handle and (brand in handle or handle in brand))

    return min(profiles[:100], key=rank)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text[:200]))


def _profile(link: str) -> tuple[str, str] | None:
    """The network of a link and the page's one spelling, None for anything but a company's page."""
    domain = registrable_domain(link) if len(link) < 1_000 else None
    network = NETWORKS.get(domain or "")
    if network is None or (host_of(link) or "").startswith(
        ("help.", "support.", "developers.", "blog.", "gist.")
    ):
        return None
    if network == "linkedin":
        page = linkedin_company(link)
        return (network, page) if page else None
    try:
        parts = [part for part in unquote(urlsplit(link).path).split("/") if part][:4]
    except ValueError:
        return None
    page = _READERS[network](parts)
    return (network, page) if page else None


def _handle(parts: list[str]) -> str | None:
    if not parts or parts[0].lower() in _NOT_HANDLES or not _HANDLE.fullmatch(parts[0].removeprefix("@")):
        return None
    return parts[0].removeprefix("@")


def _x(parts: list[str]) -> str | None:
    handle = _handle(parts)
    named = handle and re.fullmatch(r"\w{1,15}", handle) and "status" not in parts[1:2]
    return f"https://x.com/{handle}" if named else None


def _facebook(parts: list[str]) -> str | None:
    if parts[:1] in (["pages"], ["pg"]):
        parts = parts[1:] if parts[0] == "pg" else parts[-1:] if len(parts) > 2 else []
    handle = _handle(parts)
    return f"https://www.facebook.com/{handle}" if handle and handle != "profile.php" else None


def _youtube(parts: list[str]) -> str | None:
    if len(parts) > 1 and parts[0] in {"channel", "c", "user"} and _HANDLE.fullmatch(parts[1]):
        return f"https://www.youtube.com/{parts[0]}/{parts[1]}"
    if parts and parts[0].startswith("@") and _HANDLE.fullmatch(parts[0][1:]):
        return f"https://www.youtube.com/{parts[0]}"
    return None


def _instagram(parts: list[str]) -> str | None:
    handle = _handle(parts) if len(parts) == 1 else None
    return f"https://www.instagram.com/{handle}" if handle else None


def _github(parts: list[str]) -> str | None:
    handle = _handle(parts) if len(parts) == 1 else None
    return f"https://github.com/{handle}" if handle else None


_READERS: dict[str, Callable[[list[str]], str | None]] = {
    "x": _x,
    "facebook": _facebook,
    "youtube": _youtube,
    "instagram": _instagram,
    "github": _github,
}
