"""Whatever asks something of the network: a URL or a name comes in, and an answer goes out, never a surprise.

    settings   HttpSettings: limits, manners and routes
    addresses  which URLs and addresses may be asked at all
    resolver   names to checked addresses, each asked once (nameservers: by dnspython)
    mail_names who takes a domain's mail
    smtp       asking a mail host for a box, without sending anything
    imap       reading a mailbox, without changing anything (folder_names: how it writes their names)
    places     where connections outside an event loop may go, whose certificates they trust
    transport  libcurl: where it connects, how long it waits
    exchange   one request and its answer on the wire, and why there was none
    body       reading no more than the limit
    answers    Answer, the four outcomes, and what a page is known by
    hosts      pace and state of each host
    robots     what robots.txt allows
    sender     one URL in turn, within limits, again where that helps
    loop       the event loop that it runs on
    client     Fetcher, the crawler: redirects, robots, https before http
    pace       so many requests in so many seconds
    api        ApiClient, for the APIs of providers and tools: httpx, with retries

`Fetcher` is loaded when it is first asked for: it brings libcurl, a tenth of a second that most
commands can do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.fetch.answers import Answer, Known, Outcome
from prospector.fetch.settings import HttpSettings

if TYPE_CHECKING:
    from prospector.fetch.client import Fetcher

__all__ = ["Answer", "Fetcher", "HttpSettings", "Known", "Outcome"]


def __getattr__(name: str) -> object:
    if name == "Fetcher":
        # Kept out of the start of the program: see above.
        from prospector.fetch.client import Fetcher  # noqa: PLC0415

        return Fetcher
    raise AttributeError(name)
