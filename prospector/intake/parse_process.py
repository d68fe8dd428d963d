"""The process in which a file is read beside an import: told which one over its standard input."""

from __future__ import annotations

import gc
import pickle
import signal
import socket
from typing import TYPE_CHECKING

from prospector.core.errors import ProspectorError
from prospector.intake.files.readers import open_table
from prospector.intake.messages import framed, packed_rows, packed_warnings
from prospector.intake.parsing import batches_of

if TYPE_CHECKING:
    from prospector.intake.parsing import FileToRead


def serve(connection: socket.socket) -> None:
    """Read the file and tell what its rows say. Without the warnings at the end, not all of it was read."""
    with connection:
        with connection.makefile("rb") as asked:
            job: FileToRead = pickle.load(asked)  # noqa: S301  (from the program that started this process)
        with open_table(job.place, sheet=job.sheet) as table:
            for rows in batches_of(table.rows):
                connection.sendall(framed(packed_rows(job.reader.batch(rows))))
        connection.sendall(framed(packed_warnings(table.warnings)))


if __name__ == "__main__":
    # Ctrl-C is for the program itself, which ends this process when it has put things in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is read here lives as long as a batch, or as long as the process: looking for cycles finds none.
    gc.disable()
    try:
        serve(socket.socket(fileno=0))
    except (ProspectorError, OSError, EOFError):
        # The other process meets the same fault when it goes on from here, and tells of it.
        raise SystemExit(0) from None
