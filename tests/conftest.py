"""Puts the shared helpers of tests/support on the path."""

import sys
from pathlib import Path

# Its plugin would load it behind the last test, where Python 3.11 may fail to parse it while it collects garbage.
import hypothesis  # noqa: F401

sys.path.insert(0, str(Path(__file__).parent / "support"))
