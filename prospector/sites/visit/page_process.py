"""The process in which pages are read beside the network."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from prospector.core.processes import serve
from prospector.sites.visit.faults import ReadingFault, fault_name

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_page(message: bytes) -> Iterator[bytes]:
    """The result or the exception, whichever it is, as a message."""
    said: tuple[bool, Any]
    try:
        read, args, kwargs = pickle.loads(message)  # noqa: S301  (from the program that started this process)
        said = (True, read(*args, **kwargs))
    except Exception as fault:  # It belongs to whoever asked, as if the page had been read there.
        said = (False, ReadingFault(fault_name(fault)))
    yield pickle.dumps(said, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    serve(read_page)
