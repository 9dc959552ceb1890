"""The engine without an engine: this process alone, one order after another."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from .orders import Job, Order, Result, describe_error


class Here:
    """Works off a job's orders one by one, at the first of its places that can."""

    def __init__(self, job: Job) -> None:
        self._hands = {place: job.hire(number) for number, place in enumerate(job.places)}
        self._due: deque[tuple[str, Order | None]] = deque()

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands.values():
            hand.stop()

    def places(self) -> dict[str, int]:
        return dict.fromkeys(self._hands, 1)

    def start(self, order: Order, places: Sequence[str]) -> None:
        self._due.append((places[0], order))

    def ask(self, place: str) -> None:
        self._due.append((place, None))

    def ended(self, seconds: float) -> list[tuple[str, Order | None, Result]]:
        if not self._due:
            time.sleep(seconds)
            return []
        place, order = self._due.popleft()
        hand = self._hands[place]
        try:
            result = hand.do(order) if order else hand.greet()
        except Exception as error:  # as workers in other processes: it ends this order alone
            result = describe_error(error, place, order)
        return [(place, order, result)]
