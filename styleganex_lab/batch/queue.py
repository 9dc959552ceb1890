"""The work list of a queue and how it is spread over servers.

Every item belongs to the list or to one server's worker, never to two. A worker holds the item that
its server runs and one more, so that the server never waits. When a server falls silent its items
go back to the front of the list; what it had accepted is cancelled there should it come back.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Event

from styleganex_core.errors import StyleGANEXError

from .graph import Graph
from .items import Item
from .journal import Journal
from .server import ComfyServer, ServerGoneError, ServerUnfitError

MAX_LOSSES = 3  # servers that may fall silent over an item before it counts as the culprit


@dataclass(frozen=True)
class Patience:
    """Times in seconds: between two looks at a server, how long it may be silent before its items
    go to others, between tries to reach it again, and how long all may be gone before we stop."""

    poll: float = 0.25
    lost_after: float = 5.0
    retry: float = 2.0
    give_up: float = 60.0


@dataclass(frozen=True)
class Outcome:
    """How many items were done, which failed and why, and what stopped the queue, if anything."""

    done: int
    failures: list[tuple[Item, str]]
    stopped: str | None = None


class WorkList:
    """What is left to do, shared by the workers; every method may be called from any thread."""

    def __init__(self, items: Sequence[Item], servers: int, journal: Journal) -> None:
        self.over = Event()
        self.failures: list[tuple[Item, str]] = []
        self.done = 0
        self._total = len(items)
        self._waiting = deque(items)
        self._servers = servers
        self._losses: Counter[Item] = Counter()
        self._journal = journal
        self._notes: deque[str] = deque()
        self._crash: Exception | None = None
        self._changed = Condition()

    def take(self, ahead: bool) -> Item | None:
        """The next item; `ahead` of need only while there is enough for every server."""
        with self._changed:
            if len(self._waiting) >= (self._servers if ahead else 1):
                return self._waiting.popleft()
            return None

    def give_back(self, items: Sequence[Item], suspect: Item | None = None) -> None:
        """Return items that their server lost; `suspect` ran when it went away."""
        with self._changed:
            if suspect is not None:
                self._losses[suspect] += 1
            for item in reversed(items):
                if self._losses[item] < MAX_LOSSES:
                    self._waiting.appendleft(item)
                else:
                    self.fail(item, f"{MAX_LOSSES} times a server fell silent over it.")

    def finish(self, item: Item, files: list[str], server: str) -> None:
        with self._changed:
            self._journal.add_done(item.key, item.name, files, server)
            self.done += 1
            self._changed.notify_all()

    def fail(self, item: Item, sentence: str) -> None:
        with self._changed:
            sentence = _clean(sentence)
            self._journal.add_failed(item.key, item.name, sentence)
            self.failures.append((item, sentence))
            self._changed.notify_all()

    def note(self, sentence: str) -> None:
        """Something to tell the user; the main thread says it."""
        self._notes.append(_clean(sentence))

    def crash(self, error: Exception) -> None:
        """End the whole queue with an error."""
        with self._changed:
            self._crash = self._crash or error
            self._changed.notify_all()

    def wait(self, say: Callable[[str], None], seconds: float = 0.2) -> int:
        """The number of items that have ended, after the next change or `seconds`."""
        with self._changed:
            if self._crash is None and self._ended < self._total:
                self._changed.wait(seconds)
            if self._crash is not None:
                raise self._crash
            ended = self._ended
        while self._notes:
            say(self._notes.popleft())
        return ended

    @property
    def _ended(self) -> int:
        return self.done + len(self.failures)


def _clean(sentence: str) -> str:
    """One line without what could steer a terminal: some of it comes from a server."""
    return " ".join("".join(c if c.isprintable() else " " for c in sentence).split())


def check_server(server: ComfyServer, graph: Graph) -> None:
    """Raise unless the server answers and has every node that the graph needs."""
    missing = server.missing_nodes(sorted({node["class_type"] for node in graph.values()}))
    if missing:
        raise ServerUnfitError(
            f"{server.url} lacks the node{'s' * (len(missing) > 1)} {', '.join(missing)}; "
            "install the packs they belong to there."
        )


def choose_servers(
    servers: Sequence[ComfyServer], graph: Graph, say: Callable[[str], None]
) -> list[ComfyServer]:
    """The servers to work with: those that can, and those that may still come up."""
    chosen, reasons, ready = [], [], False
    for server in servers:
        try:
            check_server(server, graph)
            ready = True
        except ServerGoneError as error:
            reasons.append(_clean(str(error)))
        except ServerUnfitError as error:
            reasons.append(_clean(str(error)))
            continue
        chosen.append(server)
    if not ready:
        raise StyleGANEXError(f"no server to work with: {' '.join(reasons)}")
    for reason in reasons:
        say(reason)
    return chosen


def watch_queue(
    work: WorkList,
    total: int,
    anyone: Callable[[], bool | None],
    patience: Patience,
    progress: Callable[[int, int], None],
    say: Callable[[str], None],
) -> str | None:
    """Show progress until every item has ended; the reason if it stopped before.

    `anyone`: whether a server is at work, None when none will ever be again.
    """
    shown, last_seen = 0, time.monotonic()
    while True:
        ended = work.wait(say)
        if ended != shown:
            shown = ended
            progress(ended, total)
        if ended == total:
            return None
        present = anyone()
        if present:
            last_seen = time.monotonic()
        elif present is None or time.monotonic() - last_seen >= patience.give_up:
            return "no server is left."
