"""Writes constraints.txt: the exact versions that the tests ran with."""

from importlib.metadata import distributions
from pathlib import Path

OWN = {"prospector-outbound", "pip", "setuptools", "wheel"}


def main() -> None:
    """Pin every installed distribution but our own and the installers."""
    pinned = {str(dist.metadata["Name"]).lower(): dist.version for dist in distributions()}
    lines = [f"{name}=={version}" for name, version in sorted(pinned.items()) if name not in OWN]
    head = "# Versions that the tests ran with; `make lock` writes this file.\n"
    Path("constraints.txt").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
