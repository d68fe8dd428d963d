"""The other side of `technologies.py --peer`: wappalyzer-python3, in the Python of an environment of its own.

It is GPL and therefore no dependency of ours; nothing here imports our package. Reads one JSON line a page
(`url`, `body` as base64) and answers each with one line: the names that were found and the milliseconds taken.
"""

from __future__ import annotations

import base64
import json
import sys
import time
import warnings
from importlib.metadata import version

from Wappalyzer import Wappalyzer, WebPage

warnings.simplefilter("ignore")


def main() -> None:
    peer = Wappalyzer.latest()
    known = {"version": version("wappalyzer-python3"), "technologies": sorted(peer.technologies)}
    print(json.dumps(known), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        html = base64.b64decode(asked["body"]).decode("utf-8", "replace")
        started = time.process_time()
        found = sorted(peer.analyze(WebPage(asked["url"], html, {})))
        print(json.dumps({"found": found, "ms": (time.process_time() - started) * 1000}), flush=True)


if __name__ == "__main__":
    main()
