"""A graph's orders at one ComfyUI: pictures sent there, prompts queued, results fetched."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from styleganex_core.errors import StyleGANEXError
from styleganex_core.writing import begin_beside, put_in_place

from .answers import File
from .graph import Graph, fill_graph
from .items import Picture, name_results
from .orders import Order, Result, ResultFolder, Worker, judge_write
from .queue import Patience
from .server import ComfyServer, ItemError, ServerGoneError, ServerUnfitError, check_url

BESIDE = "STYLEGANEX_COMFYUI"  # where a worker of a cluster finds the ComfyUI beside it
DEPTH = 2  # orders per server: the one that runs and the one that waits behind it
CARRIED = 1 << 28  # bytes of one item's results that travel through the scheduler

Answer = TypeVar("Answer")


class _LostError(StyleGANEXError):
    """The order is nobody's any more: the server forgot it, or the queue was stopped."""


@dataclass(frozen=True)
class GraphJob:
    """A graph to be run on servers; picture and seed go into the places named."""

    graph: Graph
    image_nodes: Sequence[str]
    seed_inputs: Sequence[tuple[str, str]]
    urls: tuple[str, ...]
    out: ResultFolder
    patience: Patience
    depth: int = DEPTH
    in_processes: bool = False

    @property
    def places(self) -> Sequence[str]:
        return self.urls

    def hire(self, number: int | None) -> Feeder:
        if number is not None:
            return Feeder(self.urls[number], self)
        return Feeder(check_url(os.environ.get(BESIDE) or self.urls[0]), self)

    def fill(self, picture: str | None, seed: int | None) -> Graph:
        return fill_graph(self.graph, self.image_nodes, picture, self.seed_inputs, seed)


class Feeder(Worker):
    """Feeds the server at `url`."""

    def __init__(self, url: str, job: GraphJob) -> None:
        super().__init__(job.out, url)
        self._server = ComfyServer(url)
        self._job = job
        self._lock = Lock()  # one upload at a time, and none twice
        self._uploads: dict[str, str] = {}
        self._flights: list[str] = []  # prompts on the server, in its order
        self._front: str | None = None  # the prompt that ran when we last looked
        self._orphans: set[str] = set()  # prompts that are nobody's any more

    def greet(self) -> Result:
        """Whether the server answers and has every node; what it still holds of ours is dropped."""
        try:
            check_server(self._server, self._job.fill("", None))
            orphans = set(self._orphans)
            self._server.cancel(orphans)
            self._orphans -= orphans
        except ServerGoneError as error:
            return self._end("gone", str(error))
        except StyleGANEXError as error:
            return self._end("unfit", str(error))
        return self._end("ready")

    def do(self, order: Order) -> Result:
        prompt = uuid.uuid4().hex
        ended = False
        try:
            stored = self._call(lambda: self._upload(order.item.picture, order.content))
            graph = self._job.fill(stored, order.item.seed)
            self._flights.append(prompt)  # from its first byte on the server may have it
            self._look_ahead()
            with contextlib.suppress(ServerGoneError):  # it may have it all the same: see below
                self._server.queue(graph, prompt)
            result = self._call(lambda: self._collect(order, graph, prompt))
            ended = True
            return result
        except ItemError as error:
            ended = True
            self._uploads.clear()  # the picture may be missing there after all
            return self._end("failed", str(error))
        except ServerGoneError as error:
            return self._end("gone", str(error), suspect=self._front == prompt)
        except ServerUnfitError as error:
            return self._end("unfit", str(error))
        except _LostError as error:
            return self._end("lost", str(error), suspect=self._front == prompt)
        except StyleGANEXError as error:
            return self._end("broken", str(error))
        finally:
            if not ended:
                self._let_go(prompt)
            if prompt in self._flights:
                self._flights.remove(prompt)

    def _call(self, ask: Callable[[], Answer | None]) -> Answer:
        """The first answer that is not None; a server may be silent for a while in between."""
        heard = time.monotonic()
        while not self._over.is_set():
            try:
                answer = ask()
                if answer is not None:
                    return answer
                heard = time.monotonic()
            except ServerGoneError:
                if time.monotonic() - heard >= self._job.patience.lost_after:
                    raise
            self._over.wait(self._job.patience.poll)
        raise _LostError("stopped.")

    def _upload(self, picture: Picture | None, content: bytes | None) -> str:
        """The picture's name on the server, sent there once; without a picture, nothing."""
        if picture is None or content is None:
            return ""
        with self._lock:
            if picture.upload_name not in self._uploads:
                stored = self._server.upload(picture.upload_name, content)
                self._uploads[picture.upload_name] = stored
            return self._uploads[picture.upload_name]

    def _collect(self, order: Order, graph: Graph, prompt: str) -> Result | None:
        """The result once the prompt has ended; a server restarted may have forgotten it."""
        known = self._server.known()  # before the history: what is in neither is forgotten
        files = self._server.result(graph, prompt)
        if files is None:
            if prompt in known:
                self._look_ahead()
                return None
            self._uploads.clear()
            raise _LostError("forgotten.")
        return self._end("done", files=self._fetch(order, files))

    def _fetch(self, order: Order, files: Sequence[File]) -> tuple[tuple[str, bytes | None], ...]:
        names = name_results(order.item, files)
        if self._here:
            self._save(names, files)
            return tuple((name, None) for name in names)
        contents, size = [], 0
        for file in files:
            content = bytearray()
            for piece in self._server.fetch(file):
                content += piece
                size += len(piece)
                if size > CARRIED:
                    raise ItemError(
                        f"its results are larger than {CARRIED >> 20} MB, too large to travel "
                        "through the scheduler; give an --out on a disk that all machines share."
                    )
            contents.append(bytes(content))
        return tuple(zip(names, contents, strict=True))

    def _save(self, names: Sequence[str], files: Sequence[File]) -> None:
        """Fetch an item's files, then put them all in place."""
        out = self._job.out.path
        parts = [begin_beside(out / name) for name in names]
        try:
            for file, part in zip(files, parts, strict=True):
                with part.open("wb") as target:
                    for piece in self._server.fetch(file):
                        target.write(piece)
            for part, name in zip(parts, names, strict=True):
                put_in_place(part, out / name)
        except OSError as error:
            state, sentence = judge_write(error, out)
            raise (ItemError if state == "failed" else StyleGANEXError)(sentence) from error
        finally:
            for part in parts:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)

    def _let_go(self, prompt: str) -> None:
        """Cancel a prompt whose result nobody waits for, now or when the server is next asked."""
        self._uploads.clear()  # a server that was restarted may have lost them
        try:
            if prompt in self._flights:
                self._server.cancel([prompt])
        except StyleGANEXError:
            self._orphans.add(prompt)

    def _look_ahead(self) -> None:
        """Note which prompt runs: the one that was queued first."""
        self._front = next(iter(self._flights), None)


def check_server(server: ComfyServer, graph: Graph) -> None:
    """Raise unless the server answers and has every node that the graph needs."""
    missing = server.missing_nodes(sorted({node["class_type"] for node in graph.values()}))
    if missing:
        raise ServerUnfitError(
            f"{server.url} lacks the node{'s' * (len(missing) > 1)} {', '.join(missing)}; "
            "install the packs they belong to there."
        )
