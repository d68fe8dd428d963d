"""The sample sites once more, for whoever goes on in a demo's workspace."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from prospector.demo.marker import day_of
from prospector.demo.server import SiteServer
from prospector.demo.sites import DemoSites
from prospector.starter import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

_ADDRESS = re.compile(r"127\.0\.0\.1:(\d{1,5})")


def serve_sites(folder: Path, say: Callable[[str], None]) -> None:
    """Answer at the address in the demo's settings until Ctrl-C; if it is taken, at another, which is put there."""
    as_of = day_of(folder)
    settings = folder / SETTINGS
    text = settings.read_text(encoding="utf-8")
    with _server(as_of, _ADDRESS.search(text)) as sites:
        settings.write_text(_ADDRESS.sub(sites.address, text), encoding="utf-8")
        try:
            say(
                f"The sample sites are open at {sites.address}, for commands in {folder}. Ctrl-C closes them."
            )
            threading.Event().wait()
        except KeyboardInterrupt:
            say("The sample sites are closed.")


def _server(as_of: date, wanted: re.Match[str] | None) -> SiteServer:
    try:
        return SiteServer(DemoSites(as_of), int(wanted[1]) if wanted else 0)
    except (OSError, OverflowError):  # somebody else has the port
        return SiteServer(DemoSites(as_of))
