"""The time that a long run still takes, told to the page that runs the graph."""

from __future__ import annotations

import time

from comfy_execution.utils import get_executing_context
from server import PromptServer

from .. import styleganex_core as core

EVENT = "styleganex_time_left"
SHORTEST = 3.0  # seconds left, below which nothing is begun to be told
INTERVAL = 1.0  # seconds between two messages


class ToldTime:
    """Tells the seconds left of the node that runs, which web/js/time_left.js shows."""

    def __init__(self) -> None:
        context = get_executing_context()
        self._node = None if context is None else context.node_id
        self._left = core.time_left.TimeLeft()
        self._sent: float | None = None  # when

    def step(self, done: int, total: int) -> None:
        """`done` of `total` steps have been done."""
        left = self._left.step(done, total)
        if done >= total or left is None:
            if self._sent is not None:
                self._send(None)
            self._sent = None
            return
        now = time.monotonic()
        due = left >= SHORTEST if self._sent is None else now - self._sent >= INTERVAL
        if due:
            self._send(round(left))
            self._sent = now

    def _send(self, seconds: int | None) -> None:
        server = getattr(PromptServer, "instance", None)  # none where a script runs the node
        if self._node is not None and server is not None and server.client_id is not None:
            told = {"node": self._node, "seconds": seconds}
            server.send_sync(EVENT, told, server.client_id)
