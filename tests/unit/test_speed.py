"""What limits of time measure: work that is too much is told from a machine that is slow."""

from __future__ import annotations

import time

from .speed import WORK_SECONDS, seconds_of, work

LIMIT = 2 * WORK_SECONDS


def test_a_slow_machine_keeps_the_limit_and_work_that_is_too_much_exceeds_it():
    def slow_clock() -> float:
        return 20 * time.process_time()

    def work_much() -> None:
        for _ in range(5):
            work()

    assert seconds_of(work, LIMIT, slow_clock) <= LIMIT
    assert seconds_of(work_much, LIMIT, slow_clock) > LIMIT


def test_a_machine_that_stands_still_for_once_does_not_count():
    runs = []

    def clock() -> float:
        return 100.0 * len(runs[:1]) + time.process_time()

    assert seconds_of(lambda: runs.append(1), LIMIT, clock) <= LIMIT
    assert len(runs) == 2
