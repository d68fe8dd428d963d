"""Writes the quick copies of data files; run it after changing one of them in `prospector/data`."""

from prospector.normalise import industries, roles, technologies
from prospector.normalise.quick_copies import COPIES, copy_text

MADE = {
    "technologies.yaml": technologies.worked_out,
    "role_words.tsv": roles.worked_out,
    "industries.tsv": industries.worked_out,
}
"""The data files that have a copy, and what works out its content."""


if __name__ == "__main__":
    for name, make in MADE.items():
        (COPIES / f"{name}.json").write_text(copy_text(name, make), encoding="utf-8")
