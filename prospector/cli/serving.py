"""`events serve`: the receiver of webhooks, forms and opt-outs, until somebody ends it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from prospector.cli.options import AsOfOption, QuietOption, WorkspaceOption, open_workspace, say

if TYPE_CHECKING:
    from prospector.pipeline.serving.listening import ReceiverServer

PortOption = Annotated[
    int | None,
    typer.Option(metavar="PORT", help="Where to listen; else serve.port, 8025. 0: any that is free."),
]
HostOption = Annotated[str, typer.Option(metavar="ADDRESS", help="On which address of this machine.")]
PublicOption = Annotated[
    bool,
    typer.Option("--public", help="An address that others reach is meant, though nothing here speaks TLS."),
]


def serve(
    port: PortOption = None,
    host: HostOption = "127.0.0.1",
    public: PublicOption = False,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take webhooks, forms and opt-outs in, until Ctrl-C.

    POST /hooks/TOOL (with its proof, see docs/events.md), POST /forms/NAME, and /u/TOKEN for the opt-out link.
    What comes in is stored once before it is answered. Put a web server with a certificate in front.

    \b
    Examples:
      prospector events serve
      prospector events serve --port 8080
    """
    with (
        open_workspace(workspace, as_of) as opened,
        opened.listening(host, port, public=public, log=lambda text: say(text, quiet=quiet)) as server,
    ):
        place, at = server.server_address[:2]
        say(f"listening on http://{place!s}:{at}; end it with Ctrl-C", quiet=quiet)
        ended = _until_ended(server)
    say("ended; all that was answered is stored. Next: prospector status", quiet=quiet)
    if ended == signal.SIGINT:
        raise typer.Exit(130)


class _Ended(Exception):
    """The signal by which services are ended."""


def _until_ended(server: ReceiverServer) -> int:
    """Until Ctrl-C or the signal by which services are ended: which one. What is being stored is finished."""

    def end(*_: object) -> None:
        raise _Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        server.serve_forever(0.2)
    except _Ended:
        return signal.SIGTERM
    except KeyboardInterrupt:
        return signal.SIGINT
    finally:
        signal.signal(signal.SIGTERM, before)
    return signal.SIGTERM
