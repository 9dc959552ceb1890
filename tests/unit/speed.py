"""Seconds that mean the same on a slow or busy machine as on a quick one, for limits of time.

Limits are in seconds of the machine on which they were set. A machine that is shared can stand
still for seconds and count them as work, so what takes too long runs again; and one that is slow
throughout needs longer for a fixed piece of work too, by which its seconds are divided.
"""

from __future__ import annotations

import gc
import time
import zlib
from collections.abc import Callable

TRIES = 3
WORK_SECONDS = 0.05  # of `work` where the limits were set


def seconds_of(
    act: Callable[[], object], limit: float, clock: Callable[[], float] = time.process_time
) -> float:
    """Seconds that `act` takes where limits were set; the first try within `limit` counts.

    `clock` is the processor's for work of this process, time.monotonic for that of others.
    """
    seconds = 0.0
    for _ in range(TRIES):
        seconds = _time(act, clock)
        if seconds > limit:
            seconds /= slowness(clock)
        if seconds <= limit:
            break
        gc.collect()
        gc.freeze()  # else Python's collector looks through all that other tests have left
    return seconds


def slowness(clock: Callable[[], float] = time.process_time) -> float:
    """How many times as long as there a fixed piece of work takes here and now."""
    return min(_time(work, clock) for _ in range(TRIES)) / WORK_SECONDS


def patience(seconds: float) -> float:
    """How long to wait here for what takes `seconds` at most where limits were set; no less."""
    return seconds * max(1.0, slowness(time.monotonic))


def work() -> None:
    """Objects, texts and bytes, as readers of files make them."""
    things = [[index, str(index)] for index in range(85_000)]
    things.sort(key=lambda thing: thing[1])
    packed = zlib.compress("".join(text for _, text in things).encode())
    zlib.decompress(packed)


def _time(act: Callable[[], object], clock: Callable[[], float]) -> float:
    started = clock()
    act()
    return clock() - started
