"""What the web client may be told: one frozen value, filled from `http:` and `dns:` of the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits, manners and routes of a `Fetcher`. Times are in seconds, sizes in bytes."""

    concurrency: int = 100
    """Requests under way at once, over all hosts."""
    per_host: int = 2
    """Requests under way at once at one host name."""
    timeout: float = 15.0
    """For connecting, and for each wait for bytes; one attempt lasts at most three times as long."""
    user_agent: str = "prospector/0.1 (+https://pypi.org/project/prospector-outbound/)"
    """Sent with every request; its first word, up to a slash, is our name in robots.txt."""
    robots: bool = True
    allow_private: bool = False
    """Lets URLs and names lead to private addresses and to any port."""
    connect_http: tuple[str, int] | None = None
    """Where every plain connection goes; URL and Host header stay, and no name is looked up."""
    connect_https: tuple[str, int] | None = None
    """The same for TLS; when only one of the two is set, connections of the other scheme are refused."""
    ca_file: Path | None = None
    """A certificate authority (PEM) to trust beside the usual ones."""
    nameservers: tuple[tuple[str, int], ...] = ()
    """Name servers (address, port) to ask; empty: the system's resolver."""
    max_bytes: int = 2_000_000
    """The most that is kept of a body, counted after decompression."""
    max_redirects: int = 5
    attempts: int = 3
    retry_wait: float = 0.5
    """The first wait before asking again; it doubles, with jitter. Zero turns waiting off in tests."""

    @property
    def robot_name(self) -> str:
        """The product token that robots.txt rules are matched with, such as `prospector`."""
        words = self.user_agent.split("/", 1)[0].split()
        return words[0] if words else "prospector"

    def route(self, scheme: str) -> tuple[str, int] | None:
        """The HOST and PORT that connections of this scheme are sent to, if any."""
        return self.connect_https if scheme == "https" else self.connect_http

    def closed(self, scheme: str) -> bool:
        """Whether connections of this scheme are refused because only the other one has a route."""
        routed = self.connect_http is not None or self.connect_https is not None
        return routed and self.route(scheme) is None
