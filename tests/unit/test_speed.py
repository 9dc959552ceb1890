"""What limits of time measure: work that is too much is told from a machine that is slow."""

from __future__ import annotations

import time

import pytest

from . import speed
from .speed import WORK_SECONDS, seconds_of

LIMIT = 2 * WORK_SECONDS


@pytest.mark.parametrize("slow", [1, 20])
def test_a_slow_machine_keeps_the_limit_and_work_that_is_too_much_exceeds_it(monkeypatch, slow):
    clock = [0.0]

    def work(times: int = 1) -> None:
        clock[0] += times * slow * WORK_SECONDS

    monkeypatch.setattr(speed, "work", work)
    assert seconds_of(work, LIMIT, lambda: clock[0]) <= LIMIT
    assert seconds_of(lambda: work(3), LIMIT, lambda: clock[0]) > LIMIT


def test_a_machine_that_stands_still_for_once_does_not_count():
    runs = []

    def clock() -> float:
        return 100.0 * len(runs[:1]) + time.process_time()

    assert seconds_of(lambda: runs.append(1), LIMIT, clock) <= LIMIT
    assert len(runs) == 2
