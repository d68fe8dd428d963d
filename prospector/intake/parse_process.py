"""The process in which a file is read beside an import."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from prospector.core.processes import serve
from prospector.intake.files.readers import open_table
from prospector.intake.parsing import Ended, batches_of, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.intake.parsing import FileToRead


def read_file(message: bytes) -> Iterator[bytes]:
    """What the rows of the file say, in batches. Without an `Ended`, not all of it was read."""
    file: FileToRead = pickle.loads(message)  # noqa: S301  (from the program that started this process)
    with open_table(file.place, sheet=file.sheet) as table:
        for rows in batches_of(file.reader.records(table.rows)):
            yield packed(file.reader.batch(rows))
        yield pickle.dumps(Ended(table.warnings), pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    serve(read_file)
