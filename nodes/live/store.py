"""The latents whose picture the editor may ask for, each under a secret handle.

What is held is bounded: by number, by bytes of latents, by the number of models, and in time.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST_BYTES = 256 * 2**20  # of latents: some five pictures of a 1024 px model
MOST_ENTRIES = 32
MOST_MODELS = 2  # kept alive by handles; a model is some hundred MB
IDLE_SECONDS = 30 * 60.0
GONE_SECONDS = 60.0  # a page that reloads is back sooner
PICTURES_KEPT = 8  # drawn pictures per handle, so that going back is free
ISSUED_BYTES = 18  # of randomness in a handle


@dataclass
class Entry:
    """What one run of a node left behind: all that its picture at other strengths needs.

    `vectors` by name; `scene` the photo that the faces are shown in, None where they are shown
    alone; `client` the page that ran it, None for none. `pictures` are the last ones
    drawn, by what was asked for, as image files; `asked` counts requests, so that only the newest
    is drawn.
    """

    model: Any
    latents: Any
    vectors: Mapping[str, Any]
    bytes: int
    run: bytes  # the run's own picture, an image file
    run_strengths: Hashable
    run_layers: str
    run_face_strengths: Hashable = ()
    client: str | None = None
    scene: Any = None
    used: float = 0.0
    asked: int = 0
    pictures: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)

    def keep_picture(self, key: Hashable, picture: bytes) -> None:
        self.pictures[key] = picture
        while len(self.pictures) > PICTURES_KEPT:
            self.pictures.popitem(last=False)


class LiveStore:
    """Entries by handle, the least recently used first. Used from several threads.

    `losses` counts what was dropped while a node's cached result may still name it: when it has
    changed, nodes must run again to get a handle that works.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.losses = 0
        self._clock = clock
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        with self._lock:
            return sum(entry.bytes for entry in self._entries.values())

    def issue(self, entry: Entry) -> str | None:
        """A new handle for the entry, or None when it alone is larger than all may be."""
        if entry.bytes > LARGEST_BYTES:
            return None
        handle = secrets.token_urlsafe(ISSUED_BYTES)
        with self._lock:
            entry.used = self._clock()
            self._entries[handle] = entry
            while self._too_much():
                self._entries.popitem(last=False)
                self.losses += 1
        return handle

    def _too_much(self) -> bool:
        entries = self._entries.values()
        return (
            sum(entry.bytes for entry in entries) > LARGEST_BYTES
            or len({id(entry.model) for entry in entries}) > MOST_MODELS
            or len(entries) > MOST_ENTRIES
        )

    def find(self, handle: str) -> Entry | None:
        """The entry, which counts as used now; None for a handle that is gone or never was."""
        with self._lock:
            entry = self._entries.get(handle)
            if entry is not None:
                entry.used = self._clock()
                self._entries.move_to_end(handle)
            return entry

    def release(self, handle: str, *, replaced: bool) -> bool:
        """Drop the entry. `replaced` says that the node has run again and got a newer handle."""
        with self._lock:
            found = self._entries.pop(handle, None) is not None
            if found and not replaced:
                self.losses += 1
            return found

    def sweep(self, connected: Callable[[str], bool]) -> None:
        """Drop what nobody will ask for: unused for long, or its page is closed."""
        now = self._clock()
        with self._lock:
            for handle, entry in list(self._entries.items()):
                closed = entry.client is not None and not connected(entry.client)
                if now - entry.used > (GONE_SECONDS if closed else IDLE_SECONDS):
                    del self._entries[handle]
                    self.losses += 1
