"""A site whose certificate is wrong is read over plain http, and everything that comes of it says so."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

import trustme
from sites import Sites, html
from workspaces import call_cli

PAGE = "<title>Acme GmbH</title><p>" + "Words of the company. " * 30 + "</p>"
TAG = '<script src="https://js.hs-scripts.com/1234567.js"></script>'


@contextmanager
def unknown_authority():
    """An https server whose certificate nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("acme.example").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError, ssl.SSLError):
                        context.wrap_socket(connection, server_side=True).close()

        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_look_ups_inspect_and_show_say_that_the_certificate_is_wrong(tmp_path):
    with unknown_authority() as secure, Sites({("acme.example", "/"): html(PAGE + TAG)}) as sites:
        places = f'connect_to: {{http: "{sites.address}", https: "{secure}"}}'
        (tmp_path / "prospector.yaml").write_text(
            f"database: p.db\nhttp: {{{places}, timeout: 5, allow_private: true}}\n", encoding="utf-8"
        )
        (tmp_path / "list.csv").write_text("Email,Company,Website\nana@acme.example,Acme,acme.example\n")
        said = json.loads(call_cli("inspect", "acme.example", "--json", cwd=tmp_path).stdout)
        assert call_cli("import", "list.csv", cwd=tmp_path).returncode == 0
        assert call_cli("enrich", cwd=tmp_path).returncode == 0
    look = next(one for one in said["lookups"] if one["source"] == "website")
    assert (look["outcome"], look["reason"]) == ("found", "bad_certificate")
    assert said["technologies"][0]["evidence"].endswith("(over http: bad certificate)")
    shown = call_cli("show", "acme.example", cwd=tmp_path).stdout
    assert "bad certificate" in shown or "bad_certificate" in shown
    why = call_cli("why", "acme.example", cwd=tmp_path).stdout
    assert "bad_certificate" in why
    assert "bad certificate)" in why


def test_a_site_without_https_is_read_as_ever(tmp_path):
    with Sites({("acme.example", "/"): html(PAGE + TAG)}) as sites:
        text = f'http: {{connect_to: {{http: "{sites.address}"}}, timeout: 5}}\n'
        (tmp_path / "prospector.yaml").write_text(text, encoding="utf-8")
        said = json.loads(call_cli("inspect", "acme.example", "--json", cwd=tmp_path).stdout)
    assert "bad" not in json.dumps(said)
