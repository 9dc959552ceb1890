"""One thread per server: keeps it busy, collects results, notices when it goes and comes back."""

from __future__ import annotations

import contextlib
import errno
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from styleganex_core.errors import StyleGANEXError
from styleganex_core.writing import begin_beside, put_in_place

from .answers import File
from .graph import Graph
from .items import Item, Picture, name_results
from .journal import Journal
from .queue import Outcome, Patience, WorkList, check_server, watch_queue
from .server import ComfyServer, ItemError, ServerGoneError, ServerUnfitError

DEPTH = 2  # items per server: the one that runs and the one that waits behind it
JOIN_SECONDS = 15.0  # for the workers to cancel what runs


@dataclass(frozen=True)
class Flight:
    """An item on its way through a server, as the prompt `prompt`."""

    item: Item
    graph: Graph
    prompt: str


class Worker(Thread):
    """Works off the list with one server. `fill` makes the graph of a picture's name and a seed."""

    def __init__(
        self,
        server: ComfyServer,
        work: WorkList,
        fill: Callable[[str | None, int | None], Graph],
        out: Path,
        patience: Patience,
    ) -> None:
        super().__init__(name=server.url, daemon=True)
        self.present = True  # as far as we know
        self._server = server
        self._work = work
        self._fill = fill
        self._out = out
        self._patience = patience
        self._heard = time.monotonic()
        self._greeted = False
        self._flights: list[Flight] = []
        self._uploads: dict[str, str] = {}
        self._orphans: set[str] = set()  # prompts that are nobody's any more

    def run(self) -> None:
        try:
            while not self._work.over.is_set():
                try:
                    self._step()
                    self._heard = time.monotonic()
                except ServerGoneError as error:
                    self._miss(error)
                pause = self._patience.poll if self.present else self._patience.retry
                self._work.over.wait(pause)
        except ServerUnfitError as error:
            self._let_go(self._flights, suspect=None)
            self._work.note(f"{error} It is left out.")
        except Exception as error:
            self._work.crash(error)
        finally:
            with contextlib.suppress(StyleGANEXError):
                if self.present:
                    self._server.cancel(self._orphans | {flight.prompt for flight in self._flights})
            self.present = False

    def _step(self) -> None:
        if not self._greeted:
            check_server(self._server, self._fill("", None))
            self._greeted = True
        if not self.present:
            self.present = True
            self._work.note(f"{self._server.url} is back.")
        if self._orphans:
            self._server.cancel(self._orphans)
            self._orphans.clear()
        self._collect()
        while len(self._flights) < DEPTH:
            item = self._work.take(ahead=bool(self._flights))
            if item is None:
                break
            self._send(item)

    def _send(self, item: Item) -> None:
        """Queue an item on the server; from the first byte of its prompt the server may have it."""
        try:
            graph = self._fill(self._upload(item.picture), item.seed)
        except ItemError as error:
            self._work.fail(item, str(error))
            return
        except StyleGANEXError:
            self._work.give_back([item], suspect=item)
            raise
        flight = Flight(item, graph, uuid.uuid4().hex)
        self._flights.append(flight)
        try:
            self._server.queue(graph, flight.prompt)
        except ItemError as error:
            self._flights.remove(flight)
            self._uploads.clear()  # the picture may be missing there after all
            self._work.fail(item, str(error))

    def _upload(self, picture: Picture | None) -> str | None:
        """The picture's name on the server, sent there once."""
        if picture is None:
            return None
        if picture.upload_name not in self._uploads:
            try:
                content = picture.path.read_bytes()
            except OSError as error:
                raise ItemError(f"cannot read {picture.path}: {error.strerror}.") from error
            self._uploads[picture.upload_name] = self._server.upload(picture.upload_name, content)
        return self._uploads[picture.upload_name]

    def _collect(self) -> None:
        """Take in what has ended; what the server forgot when it was restarted goes back."""
        # Asked even when nothing flies: no item is risked on a server that is gone. And asked
        # before the history: what is in neither is forgotten.
        known = self._server.known()
        forgotten = []
        for flight in list(self._flights):
            try:
                files = self._server.result(flight.graph, flight.prompt)
                if files is None:
                    if flight.prompt not in known:
                        forgotten.append(flight)
                    continue
                names = self._save(flight.item, files)
            except ItemError as error:
                self._flights.remove(flight)
                self._work.fail(flight.item, str(error))
            else:
                self._flights.remove(flight)
                self._work.finish(flight.item, names, self._server.url)
        if forgotten:
            self._let_go(forgotten, suspect=forgotten[0].item)

    def _save(self, item: Item, files: Sequence[File]) -> list[str]:
        """Fetch an item's files, then put them all in place; returns their names."""
        names = name_results(item, files)
        parts = [begin_beside(self._out / name) for name in names]
        try:
            for file, part in zip(files, parts, strict=True):
                with part.open("wb") as target:
                    for piece in self._server.fetch(file):
                        target.write(piece)
            for part, name in zip(parts, names, strict=True):
                put_in_place(part, self._out / name)
        except OSError as error:
            sentence = f"cannot write to {self._out}: {error.strerror}."
            if error.errno in (errno.ENAMETOOLONG, errno.EINVAL):  # of this item's name only
                raise ItemError(sentence) from error
            raise StyleGANEXError(sentence) from error
        finally:
            for part in parts:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
        return names

    def _miss(self, error: ServerGoneError) -> None:
        """The server did not answer; after a while its items go to the others."""
        silent = time.monotonic() - self._heard
        if self.present and silent >= self._patience.lost_after:
            count = len(self._flights)
            self._let_go(self._flights, suspect=self._flights[0].item if count else None)
            self.present = False
            self._greeted = False
            given = f" Items it held go back to the list: {count}." if count else ""
            self._work.note(f"{error}{given}")

    def _let_go(self, flights: Sequence[Flight], suspect: Item | None) -> None:
        """Give items back; what may be left of their prompts is cancelled at the next chance."""
        self._orphans |= {flight.prompt for flight in flights}
        self._uploads.clear()  # a server that was restarted may have lost them
        items = [flight.item for flight in flights]
        self._flights = [flight for flight in self._flights if flight not in flights]
        self._work.give_back(items, suspect)


def work_off(
    items: Sequence[Item],
    servers: Sequence[ComfyServer],
    fill: Callable[[str | None, int | None], Graph],
    journal: Journal,
    *,
    patience: Patience,
    progress: Callable[[int, int], None],
    say: Callable[[str], None],
) -> Outcome:
    """Run every item on one of the servers, its results into the journal's folder.

    On Ctrl-C, and whenever it stops early, what still runs on the servers is cancelled.
    """
    work = WorkList(items, len(servers), journal)
    workers = [Worker(server, work, fill, journal.folder, patience) for server in servers]
    for worker in workers:
        worker.start()

    def anyone() -> bool | None:
        alive = [worker.present for worker in workers if worker.is_alive()]
        return any(alive) if alive else None

    try:
        stopped = watch_queue(work, len(items), anyone, patience, progress, say)
    except StyleGANEXError as error:
        stopped = str(error)
    finally:
        work.over.set()
        deadline = time.monotonic() + JOIN_SECONDS
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
    return Outcome(work.done, work.failures, stopped)
