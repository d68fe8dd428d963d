"""Scoring of the technology detector on labelled pages: shared by the benchmark and the accuracy test.

A label is a name that another detector, or a strict search for loaders, gave to a page. Which product of ours a
name stands for is in `tests/sites/technology_names.tsv`; labels that are wrong by the facts are in
`tests/sites/technology_disagreements.tsv` and count on neither side.
"""

from __future__ import annotations

import gzip
import json
import tarfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.sites.page.document import read_page
from prospector.sites.technologies.detect import detect_on_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROJECT = Path(__file__).parents[1]
PAGES = PROJECT.parent / "shared" / "data" / "html_pages"
NAMES = PROJECT / "tests" / "sites" / "technology_names.tsv"
DISAGREEMENTS = PROJECT / "tests" / "sites" / "technology_disagreements.tsv"

Names = dict[str, frozenset[str]]


@dataclass
class Labels:
    """What others said of one page, as names."""

    strict: set[str] = field(default_factory=set)
    agreed: set[str] = field(default_factory=set)
    anyone: set[str] = field(default_factory=set)


@dataclass
class Score:
    """Counts over all pages, with each single disagreement as (page, product)."""

    pages: int = 0
    strict_found: int = 0
    strict_missed: list[tuple[str, str]] = field(default_factory=list)
    agreed_found: int = 0
    agreed_missed: list[tuple[str, str]] = field(default_factory=list)
    right: int = 0
    unconfirmed: list[tuple[str, str]] = field(default_factory=list)
    overturned: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of `technology_disagreements.tsv` on which the detector now says something else."""
    parse_ms: float = 0.0
    detect_ms: float = 0.0

    @property
    def strict_recall(self) -> float:
        return self.strict_found / (self.strict_found + len(self.strict_missed))

    @property
    def agreed_recall(self) -> float:
        return self.agreed_found / (self.agreed_found + len(self.agreed_missed))

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.unconfirmed))


def rows(path: Path) -> Iterator[list[str]]:
    """The rows of a table, without its comments."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def load_names() -> Names:
    """Which of our products (ids) satisfy a name of the labels."""
    return {name: frozenset(ids.split(",")) for name, ids in rows(NAMES)}


def load_disagreements() -> dict[tuple[str, str], str]:
    """(page, product) pairs on which the labels are wrong by the facts: present, absent or unseen."""
    return {(page, product): verdict for page, product, verdict, _ in rows(DISAGREEMENTS)}


def load_labels() -> dict[str, Labels]:
    """The labels of every page."""
    labels: dict[str, Labels] = defaultdict(Labels)
    with (PAGES / "strict_tags.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            labels[line["id"]].strict.update(line["tags"])
    with gzip.open(PAGES / "peer_tech.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            one = labels[line["id"]]
            if line["peer"] == "agreed_by_two_or_more":
                one.agreed.update(line["technologies"])
            else:
                one.anyone.update(technology["name"] for technology in line["technologies"])
    return labels


def load_pages() -> Iterator[tuple[str, str, bytes]]:
    """Each page's id, address and bytes."""
    with (PAGES / "index.jsonl").open(encoding="utf-8") as lines:
        known = {line["id"]: line["url"] or f"https://{line['site']}/" for line in map(json.loads, lines)}
    with tarfile.open(PAGES / "pages.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            page = Path(member.name).stem
            if file and page in known:
                yield page, known[page], file.read()


def score() -> tuple[Score, Score]:
    """Detect on every page and compare with the labels: without those that are wrong, and with all of them."""
    names, excused, labels, result, raw = load_names(), load_disagreements(), load_labels(), Score(), Score()
    for page, url, body in load_pages():
        started = time.perf_counter()
        parsed = read_page(body, url=url)
        read = time.perf_counter()
        found = {hit.id for hit in detect_on_page(parsed)}
        result.parse_ms += (read - started) * 1000
        result.detect_ms += (time.perf_counter() - read) * 1000
        result.pages += 1
        result.overturned += [
            (page, product)
            for (at, product), verdict in excused.items()
            if at == page and (verdict == "present") != (product in found)
        ]
        _compare(result, page, found, labels[page], names, excused)
        _compare(raw, page, found, labels[page], names, {})
    return result, raw


def score_found(found: Mapping[str, set[str]]) -> Score:
    """Compare what was found on each page (ids of our products) with the labels that are not wrong."""
    names, excused, labels, result = load_names(), load_disagreements(), load_labels(), Score()
    for page in sorted(found):
        result.pages += 1
        _compare(result, page, found[page], labels[page], names, excused)
    return result


def _compare(
    result: Score,
    page: str,
    found: set[str],
    labels: Labels,
    names: Names,
    excused: dict[tuple[str, str], str],
) -> None:
    result.strict_found += _recall(page, found, labels.strict, names, excused, result.strict_missed)
    result.agreed_found += _recall(page, found, labels.agreed, names, excused, result.agreed_missed)
    confirmed = set().union(*(names.get(name, frozenset()) for name in labels.anyone | labels.strict))
    judged = set().union(*names.values())
    for product in sorted(found & judged):
        if product in confirmed:
            result.right += (page, product) not in excused
        elif (page, product) not in excused:
            result.unconfirmed.append((page, product))


def _recall(
    page: str,
    found: set[str],
    wanted: set[str],
    names: Names,
    excused: dict[tuple[str, str], str],
    missed: list[tuple[str, str]],
) -> int:
    count = 0
    for name in sorted(wanted & names.keys()):
        if any((page, product) in excused for product in names[name]):
            continue
        if names[name] & found:
            count += 1
        else:
            missed.append((page, name))
    return count


def by_product(pairs: list[tuple[str, str]]) -> str:
    """The names in single disagreements with their counts, the most frequent first."""
    counts = Counter(name for _, name in pairs)
    return ", ".join(
        f"{name} {count}" for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
