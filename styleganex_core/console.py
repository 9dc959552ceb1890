"""What both command lines share: exit codes, a progress bar, sentences beside it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from .errors import StyleGANEXError

BAR_WIDTH = 30  # characters
FAILED, INTERRUPTED = 2, 130  # exit codes


def run_command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run what the arguments ask for; the exit code.

    The chosen command's `run` takes the parsed options. A StyleGANEXError becomes one sentence on
    stderr and exit code 2.
    """
    options = parser.parse_args(arguments)
    try:
        return options.run(options) or 0
    except StyleGANEXError as error:
        say(f"styleganex: {error}")
        return FAILED
    except KeyboardInterrupt:
        say("\nstyleganex: stopped.")
        return INTERRUPTED


def progress_bar(label: str) -> Callable[[int, int], None]:
    """A bar with the time left, redrawn in place on a terminal, one line per tenth elsewhere."""
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        filled = BAR_WIDTH * done // total
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        line = f"{label} [{bar}] {done}/{total}, {left:.0f} s left"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{line}" + ("\n" if done == total else ""))
        elif done == total or done % max(1, total // 10) == 0:
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    return show


def say(sentence: str) -> None:
    """Write a line of its own to stderr, also where a bar is being drawn."""
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{clear}{sentence}\n")
    sys.stderr.flush()
