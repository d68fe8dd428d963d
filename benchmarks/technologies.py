"""Print precision and recall of the technology detector on labelled pages, its cost per page, and a peer's.

    python benchmarks/technologies.py [--list [--all]] [--peer PYTHON [--every N]]

`--list` prints every single disagreement, `--all` also those on labels that are wrong. `--peer` names the Python
of an environment that holds the PyPI package wappalyzer-python3 (`python -m venv peer && peer/bin/pip install
wappalyzer-python3`): then every Nth page (default 4) is given to both in turn, each on its own processor time.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from technology_scoring import (
    PAGES,
    by_product,
    load_disagreements,
    load_labels,
    load_names,
    load_pages,
    score,
)

from prospector.sites.page.document import read_page
from prospector.sites.technologies.detect import detect_on_page


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--list", action="store_true")
    options.add_argument("--all", action="store_true")
    options.add_argument("--peer", metavar="PYTHON")
    options.add_argument("--every", type=int, default=4)
    chosen = options.parse_args()
    if not PAGES.is_dir():
        print(f"skipped: the labelled pages are not at {PAGES}")
        return 0
    accuracy(list_all=chosen.all, list_any=chosen.list)
    if chosen.peer:
        beside_peer(chosen.peer, chosen.every)
    else:
        print("the peer is skipped: name its Python with --peer")
    return 0


def accuracy(*, list_any: bool, list_all: bool) -> None:
    """Figures over all pages."""
    result, raw = score()
    print(f"technology detection on {result.pages} pages")
    print(
        f"  recall, strict tags            {result.strict_recall:.4f}  missed: {by_product(result.strict_missed)}"
    )
    print(
        f"  recall, two others agree       {result.agreed_recall:.4f}  missed: {by_product(result.agreed_missed)}"
    )
    print(f"  precision, any other confirms  {result.precision:.4f}  alone: {by_product(result.unconfirmed)}")
    print(
        f"  with the labels that are wrong: recall {raw.strict_recall:.4f} and {raw.agreed_recall:.4f}, "
        f"precision {raw.precision:.4f}"
    )
    print(f"  overturned verdicts on wrong labels: {len(result.overturned)}")
    parse, detect = result.parse_ms / result.pages, result.detect_ms / result.pages
    print(f"  per page: parse {parse:.2f} ms, detect {detect:.2f} ms")
    for kind in ("strict_missed", "agreed_missed", "unconfirmed", "overturned") if list_any else ():
        for page, product in getattr(raw if list_all else result, kind):
            print(f"{kind}\t{page}\t{product}")


@dataclass
class Side:
    """One detector's figures. A name counts where the strict tags and both detectors know it."""

    ms: list[float] = field(default_factory=list)
    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: set[str], labelled: set[str]) -> None:
        self.right += len(found & labelled)
        self.wrong += len(found - labelled)
        self.missed += len(labelled - found)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def line(self) -> str:
        ordered = sorted(self.ms)
        mean, median = sum(ordered) / len(ordered), ordered[len(ordered) // 2]
        return f"mean {mean:8.2f} ms, median {median:8.2f} ms a page; F1 on the strict tags {self.f1:.4f}"


def beside_peer(python: str, every: int) -> None:
    """Both detectors on the same pages in turn, the parsing of the page included."""
    worker = Path(__file__).with_name("technology_peer.py")
    with subprocess.Popen(
        [python, worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        peer = json.loads(process.stdout.readline())
        names, labels, excused = load_names(), load_labels(), load_disagreements()
        strict = {name for one in labels.values() for name in one.strict} & names.keys()
        known = frozenset().union(*(names.get(name, frozenset()) for name in peer["technologies"]))
        shared = {name for name in strict if names[name] & known}
        ours, theirs = Side(), Side()
        for page, url, body in list(load_pages())[::every]:
            asked = {"url": url, "body": base64.b64encode(body).decode()}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            said = json.loads(process.stdout.readline())
            started = time.process_time()
            found = {hit.id for hit in detect_on_page(read_page(body, url=url))}
            ours.ms.append((time.process_time() - started) * 1000)
            theirs.ms.append(said["ms"])
            peer_ids = frozenset().union(*(names.get(name, frozenset()) for name in said["found"]))
            judged = {name for name in shared if not any((page, one) in excused for one in names[name])}
            labelled = judged & labels[page].strict
            ours.add({name for name in judged if names[name] & found}, labelled)
            theirs.add({name for name in judged if names[name] & peer_ids}, labelled)
        process.stdin.close()
    ratio = sum(theirs.ms) / sum(ours.ms)
    print(
        f"beside wappalyzer-python3 {peer['version']} on {len(ours.ms)} pages, {len(shared)} shared products"
    )
    print(f"  prospector           {ours.line()}")
    print(f"  wappalyzer-python3   {theirs.line()}")
    print(f"  {ratio:.0f} times as fast; knowing {len(known)} of our products, it looks for "
          f"{len(peer['technologies'])} in all")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
