"""A training run's progress bar."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 24  # characters of the bar
LINES = 50  # without a terminal: how many lines a run writes in all


class ProgressBar:
    """A bar with the losses and the time left, redrawn in place; lines where there is no terminal.

    The time left is told from the steps of this session alone, so a resumed run is not flattered.
    """

    def __init__(self, label: str, stream: TextIO = sys.stderr) -> None:
        self.label, self.stream = label, stream
        self.started = time.monotonic()
        self.first: int | None = None

    def show(self, done: int, total: int, losses: str) -> None:
        """Draw `done` of `total` steps and the losses in words."""
        if self.first is None:  # the first step also waited for the data
            self.first, self.started = done, time.monotonic()
        steps = done - self.first
        left = (time.monotonic() - self.started) / steps * (total - done) if steps else None
        bar = "#" * (WIDTH * done // total)
        line = f"{self.label} [{bar:.<{WIDTH}}] {done}/{total}, {_duration(left)} left, {losses}"
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{line}" + ("\n" if done == total else ""))
        elif done == total or done % max(1, total // LINES) == 0:
            self.stream.write(line + "\n")
        self.stream.flush()


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "?"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
