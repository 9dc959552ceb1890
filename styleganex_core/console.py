"""What both command lines share: exit codes, a progress bar, sentences beside it."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence

from .errors import StyleGANEXError
from .time_left import TimeLeft

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
    """A bar with the time left, redrawn in place on a terminal, one line per tenth elsewhere.

    The time is told once a few steps are done.
    """
    clock = TimeLeft()

    def show(done: int, total: int) -> None:
        seconds = clock.step(done, total)
        left = "" if seconds is None or done == total else f", {say_time(seconds)} left"
        filled = BAR_WIDTH * done // total
        bar = "#" * filled + "." * (BAR_WIDTH - filled)
        line = f"{label} [{bar}] {done}/{total}{left}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if done == total else ""))
        elif done == total or done % max(1, total // 10) == 0:
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    return show


def say_time(seconds: float) -> str:
    """A time in words, coarser the longer it is.

    >>> [say_time(seconds) for seconds in (3.2, 41, 200, 7000)]
    ['4 s', '45 s', '4 min', '2.0 h']
    """
    if seconds < 10:
        return f"{math.ceil(seconds)} s"
    if seconds < 58:
        return f"{5 * math.ceil(seconds / 5)} s"
    if seconds < 5400:
        return f"{math.ceil(seconds / 60)} min"
    return f"{math.ceil(seconds / 360) / 10:.1f} h"


def say(sentence: str) -> None:
    """Write a line of its own to stderr, also where a bar is being drawn."""
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{clear}{sentence}\n")
    sys.stderr.flush()
