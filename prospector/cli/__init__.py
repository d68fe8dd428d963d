"""The command line: parse, call, print, and nothing else.

In: words and flags. Out: results on stdout, talk on stderr, an exit code; the door does the work.
"""

import gc

# What loading modules leaves behind stays: to look for cycles in it takes a tenth of a short command's time.
gc.set_threshold(200_000, 20, 100)
