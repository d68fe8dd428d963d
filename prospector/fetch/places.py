"""Where connections outside an event loop may go, and whose certificates they trust."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import certifi

from prospector.core.errors import FileError
from prospector.fetch.addresses import is_public
from prospector.fetch.resolver import NameNotFound, PrivateAddress, system_addresses

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.fetch.settings import HttpSettings


def checked_addresses(host: str, settings: HttpSettings) -> list[str]:
    """The checked addresses of a name. One bad address spoils it: a mixed answer is how rebinding starts."""
    found = _asked(host, settings)
    if not settings.allow_private and not all(map(is_public, found)):
        raise PrivateAddress(host)
    return found


def _asked(host: str, settings: HttpSettings) -> list[str]:
    is_address = ":" in host or host.replace(".", "").isdigit()
    if is_address or not settings.nameservers:
        try:
            return [host] if is_address else system_addresses(host)
        except (OSError, UnicodeError) as error:
            raise NameNotFound(host) from error
    # dnspython takes 60 ms to import, and most runs use the system's resolver.
    from prospector.fetch.nameservers import addresses_by  # noqa: PLC0415

    return addresses_by(settings.nameservers, settings.timeout, host)


def trust(own: Path | None) -> ssl.SSLContext:
    """Whose certificates are trusted: the usual authorities, and our user's own beside them."""
    usual = os.environ.get("SSL_CERT_FILE") or certifi.where()
    context = ssl.create_default_context(cafile=usual, capath=os.environ.get("SSL_CERT_DIR"))
    if own is not None:
        try:
            context.load_verify_locations(own)
        except (OSError, ssl.SSLError) as error:
            hint = "http.ca_file of prospector.yaml names it; it must hold certificates as PEM"
            raise FileError(own, "no certificates can be read from it", hint=hint) from error
    return context
