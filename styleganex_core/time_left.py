"""How long a run still takes, told from its steps so far."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_STEPS = 3  # after the first, which also warms up
FIRST_SECONDS = 1.5
KEPT = 0.95  # of the weight of older steps at each new one: about the last 20 count
ADAPTED = 0.2  # share of a new estimate at least that is taken over at each step
NEAR, NEAR_SECONDS = 0.15, 3.0  # share, or seconds, within which what was told stands


class TimeLeft:
    """Seconds left of a run of equal steps.

    Nothing is told before a few steps are done. Then the time counts down with the clock, and is
    corrected only where the last steps took clearly longer or shorter.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begin(0, 0)

    def _begin(self, done: int, total: int) -> None:
        self._total, self._done = total, done
        self._first = self._at = self._clock()
        self._steps = 0
        self._seconds = self._weights = 0.0
        self._end: float | None = None  # when the run is expected to end
        self._told: float | None = None  # the end that was told

    def step(self, done: int, total: int) -> float | None:
        """The seconds left after `done` of `total` steps; None while that cannot be told."""
        now = self._clock()
        if not self._steps or total != self._total or done < self._done:
            self._begin(done, total)  # the first step, or that of the next run
            self._steps = 1
            return None
        if done > self._done:
            self._note(now, done)
        if self._steps <= FIRST_STEPS or now - self._first < FIRST_SECONDS:
            return None
        return self._tell(now)

    def _note(self, now: float, done: int) -> None:
        """Another few steps have been done."""
        count = done - self._done
        self._seconds = KEPT**count * self._seconds + now - self._at
        self._weights = KEPT**count * self._weights + count
        self._steps, self._at, self._done = self._steps + count, now, done
        end = now + self._seconds / self._weights * (self._total - done)
        share = max(ADAPTED, count / (self._total - done + count))
        self._end = end if self._end is None else self._end + share * (end - self._end)

    def _tell(self, now: float) -> float:
        end = now if self._end is None else self._end
        left = max(0.0, end - now)
        told = None if self._told is None else max(0.0, self._told - now)
        if told is None or abs(left - told) > max(NEAR * told, NEAR_SECONDS):
            self._told = now + left
            return left
        return told
