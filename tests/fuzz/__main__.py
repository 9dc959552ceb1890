"""`python -m tests.fuzz [KIND ...]`: more damaged files than the suite tries, or a single one."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from .targets import KINDS, run_case


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)}")
    parser.add_argument("--cases", type=int, default=100_000, help="how many in all")
    parser.add_argument("--first", type=int, default=0, help="the first number of each kind")
    options = parser.parse_args()
    kinds = options.kinds or KINDS
    broken, started = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            slowest = 0.0
            for number in range(options.first, options.first + -(-options.cases // len(kinds))):
                outcome = run_case(kind, number, Path(folder))
                slowest = max(slowest, outcome.seconds)
                if outcome.complaint:
                    broken += 1
                    print(f"{kind!r} {number}: {outcome.complaint}")
            print(
                f"{time.monotonic() - started:6.0f} s  {kind}, slowest {slowest:.2f} s", flush=True
            )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
