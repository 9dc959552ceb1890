"""Live pictures: one at a time, each node's latest request only, never ahead of a running graph."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from server import PromptServer

from . import painter
from .request import NoPicture, PictureRequest
from .store import Entry, LiveStore

SWEEP_SECONDS = 30.0
MOST_WAITING = 16  # requests, of all nodes and pages

store = LiveStore()
_hand = painter.Hand()  # the worker's own
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="styleganex-live")


class _Turns:
    """Who may draw; lives on the server's event loop."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
        self.sweeping = False


_turns = _Turns()


def issue(entry: Entry) -> str | None:
    """A handle for what a node has computed; called from the thread that runs graphs."""
    handle = store.issue(entry)
    server = PromptServer.instance
    server.loop.call_soon_threadsafe(_start_sweeping)
    return handle


def _start_sweeping() -> None:
    if not _turns.sweeping:
        _turns.sweeping = True
        asyncio.get_running_loop().call_later(SWEEP_SECONDS, _sweep)


def _sweep() -> None:
    _turns.sweeping = False
    store.sweep(lambda client: client in PromptServer.instance.sockets)
    if len(store):
        _start_sweeping()
    else:
        _worker.submit(_hand.clear)


async def picture(request: PictureRequest) -> bytes:
    """The requested JPEG file; NoPicture when there is none, or none at the moment."""
    entry = find(request.handle)
    asked = (request.strengths, request.face_strengths, request.layers)
    as_run = asked == (entry.run_strengths, entry.run_face_strengths, entry.run_layers)
    if as_run and (entry.scene is None or request.zoom == 1):
        return entry.run
    key = (*asked, request.side, request.zoom, request.face)
    if key in entry.pictures:
        return entry.pictures[key]
    painter.check_idle()
    if _turns.waiting >= MOST_WAITING:
        raise NoPicture(429, "busy", "too many previews are asked for at once; ask again later.")
    entry.asked += 1
    mine = entry.asked
    _turns.waiting += 1
    try:
        async with _turns.lock:
            if entry.asked != mine:
                raise NoPicture(202, "superseded", "a newer request of this node goes first.")
            find(request.handle)  # it may have been released meanwhile
            drawn = await asyncio.get_running_loop().run_in_executor(
                _worker, painter.draw, entry, request, _hand
            )
    finally:
        _turns.waiting -= 1
    entry.keep_picture(key, drawn)
    return drawn


def find(handle: str) -> Entry:
    """What is held under the handle; NoPicture when nothing is."""
    entry = store.find(handle)
    if entry is None:
        raise NoPicture(202, "gone", "this result is no longer held; run the graph once.")
    return entry
