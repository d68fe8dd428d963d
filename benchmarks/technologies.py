"""Print precision and recall of the technology detector on labelled pages, and its cost per page.

Run as `python benchmarks/technologies.py [--list [--all]]`; `--list` prints every single
disagreement, `--all` also those on labels that are wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from technology_scoring import PAGES, by_product, score


def main() -> int:
    if not PAGES.is_dir():
        print(f"skipped: the labelled pages are not at {PAGES}")
        return 0
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
    if "--list" in sys.argv[1:]:
        for kind in ("strict_missed", "agreed_missed", "unconfirmed", "overturned"):
            for page, product in getattr(raw if "--all" in sys.argv[1:] else result, kind):
                print(f"{kind}\t{page}\t{product}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
