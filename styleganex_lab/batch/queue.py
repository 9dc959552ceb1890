"""The queue: which items are left, which places can work, and when it is over.

Where an order runs, and what becomes of it when a worker is lost, is the engine's business. Ours is
what an engine cannot know: that the ComfyUI behind a worker fell silent, or came back.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from styleganex_core.errors import StyleGANEXError
from styleganex_core.writing import written_whole

from .items import Item
from .journal import Journal
from .orders import Order, Result, judge_write

MAX_LOSSES = 3  # servers or workers that may be lost over an item before it counts as the culprit
LOOK = 0.2  # seconds between two looks at the engine


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


class Engine(Protocol):
    """Runs orders at places, by their names."""

    def places(self) -> dict[str, int]:
        """The places there are now, and how many orders each takes at once."""
        ...

    def start(self, order: Order, places: Sequence[str]) -> None:
        """Have an order done at one of the places."""
        ...

    def ask(self, place: str) -> None:
        """Have a place say whether it can work."""
        ...

    def ended(self, seconds: float) -> list[tuple[str, Order | None, Result]]:
        """What ended, where: orders, and places asked (None); waits at most so long for one."""
        ...


@dataclass
class Place:
    """What we know of a place: whether it can work, whether it is being asked, and since when."""

    state: str = "new"
    asked: bool = False
    tried: float = -1e9


@dataclass
class Queue:
    """The state of a run; `run` is all of it."""

    engine: Engine
    journal: Journal
    patience: Patience
    say: Callable[[str], None]
    waiting: deque[Item]
    places: dict[str, Place] = field(default_factory=dict)
    flying: int = 0
    done: int = 0
    failures: list[tuple[Item, str]] = field(default_factory=list)
    losses: Counter[Item] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)  # of places that could not begin

    def run(self, progress: Callable[[int, int], None]) -> str | None:
        """Work until every item has ended; the reason if it stopped before."""
        total, shown, seen = len(self.waiting), 0, time.monotonic()
        begun = False
        while shown < total:
            sizes = self._look_around()
            begun = begun or bool(self._ready())
            self._hand_out(sizes)
            for place, order, result in self.engine.ended(LOOK):
                self._take_in(place, order, result)
            shown = self._show(progress, shown, total)
            known = [place.state for place in self.places.values()]
            if not begun and known and not {"new", "ready"} & set(known):
                raise StyleGANEXError(f"no server to work with: {' '.join(self.reasons)}")
            if {"new", "ready"} & set(known):  # a new place may take its time to load a model
                seen = time.monotonic()
            over = time.monotonic() - seen >= self.patience.give_up
            if shown < total and (over or (known and set(known) == {"unfit"})):
                return "no server is left." if known else "there is no worker."
        return None

    def _look_around(self) -> dict[str, int]:
        """Ask new places and, now and then, those that were gone; how much each place takes."""
        sizes = self.engine.places()
        self.places = {name: self.places.get(name) or Place() for name in sizes}
        now = time.monotonic()
        for name, place in self.places.items():
            due = place.state in ("new", "gone") and now - place.tried >= self.patience.retry
            if due and not place.asked:
                place.asked, place.tried = True, now
                self.engine.ask(name)
        return sizes

    def _ready(self) -> list[str]:
        return [name for name, place in self.places.items() if place.state == "ready"]

    def _hand_out(self, sizes: dict[str, int]) -> None:
        """As many orders as the places that can work take at once."""
        ready = self._ready()
        room = sum(sizes[name] for name in ready)
        while self.waiting and self.flying < room:
            item = self.waiting.popleft()
            try:
                content = item.picture.path.read_bytes() if item.picture else None
            except OSError as error:
                path = item.picture.path if item.picture else ""
                self._fail(item, f"cannot read {path}: {error.strerror}.")
                continue
            self.flying += 1
            self.engine.start(Order(item, content), ready)

    def _take_in(self, name: str, order: Order | None, result: Result) -> None:
        place = self.places.get(name) or Place()
        place.asked = place.asked and order is not None
        self._judge(place, result)
        if order is None:
            return
        self.flying -= 1
        if result.state == "done":
            self._finish(order.item, result)
        elif result.state == "failed":
            self._fail(order.item, result.sentence)
        else:
            self._again(order.item, result.suspect)

    def _judge(self, place: Place, result: Result) -> None:
        """Note whether the place can work, and say so when that changes."""
        before, sentence = place.state, clean(result.sentence)
        if result.state == "broken":
            raise StyleGANEXError(sentence)
        if result.state == "ready":
            place.state = "ready"
            if before == "gone":
                self.say(f"{result.by} is back.")
        elif result.state in ("gone", "unfit") and before not in (result.state, "unfit"):
            place.state, place.tried = result.state, time.monotonic()
            self.reasons.append(sentence)
            self.say(f"{sentence} It is left out." if result.state == "unfit" else sentence)

    def _again(self, item: Item, suspect: bool) -> None:
        self.losses[item] += suspect
        if self.losses[item] < MAX_LOSSES:
            self.waiting.appendleft(item)
        else:
            self._fail(item, f"{MAX_LOSSES} times a server fell silent over it.")

    def _finish(self, item: Item, result: Result) -> None:
        for name, content in result.files:
            if content is not None:
                try:
                    with written_whole(self.journal.folder / name) as path:
                        path.write_bytes(content)
                except OSError as error:
                    state, sentence = judge_write(error, self.journal.folder)
                    if state == "failed":
                        return self._fail(item, sentence)
                    raise StyleGANEXError(sentence) from error
        self.journal.add_done(item.key, item.name, [name for name, _ in result.files], result.by)
        self.done += 1

    def _fail(self, item: Item, sentence: str) -> None:
        sentence = clean(sentence)
        self.journal.add_failed(item.key, item.name, sentence)
        self.failures.append((item, sentence))

    def _show(self, progress: Callable[[int, int], None], shown: int, total: int) -> int:
        ended = self.done + len(self.failures)
        if ended != shown:
            progress(ended, total)
        return ended


def work_off(
    items: Sequence[Item],
    engine: Engine,
    journal: Journal,
    *,
    patience: Patience,
    progress: Callable[[int, int], None],
    say: Callable[[str], None],
) -> Outcome:
    """Have every item done, its results in the journal's folder.

    Raises StyleGANEXError when no place could begin; what stops it later is in the outcome.
    """
    queue = Queue(engine, journal, patience, say, deque(items))
    try:
        stopped = queue.run(progress)
    except StyleGANEXError as error:
        if not queue.done and not queue.failures and not queue.losses and not queue.flying:
            raise
        stopped = str(error)
    return Outcome(queue.done, queue.failures, stopped)


def clean(sentence: str) -> str:
    """One line without what could steer a terminal: some of it comes from a server."""
    return " ".join("".join(c if c.isprintable() else " " for c in sentence).split())
