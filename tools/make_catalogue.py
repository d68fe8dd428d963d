"""Writes the quick copy of the catalogue of technologies; run it after changing `prospector/data/technologies.yaml`."""

import json

from prospector.normalise.catalogue_file import read_catalogue
from prospector.normalise.technologies import CATALOGUE, QUICK_COPY, digest


def text() -> str:
    """What the copy must hold."""
    source = CATALOGUE.read_bytes()
    made = {"of": digest(source), "content": read_catalogue(source)}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    QUICK_COPY.write_text(text(), encoding="utf-8")
