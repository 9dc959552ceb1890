"""What a network draws of many latents, drawn when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ... import styleganex_core as core
from .. import runtime
from . import painter


class Drawings(Sequence[torch.Tensor]):
    """The pictures [1, 3, H, W] in -1..1 of latents, of which only the run drawn last is kept.

    A run is as many as fit the memory at `needed` bytes each, so asking in order costs no more
    than drawing all at once.
    """

    def __init__(self, network: core.Model, latents: core.Latents, needed: float) -> None:
        self._network, self._latents = network, latents
        size = runtime.chunk_size(needed, network.device, "decoding")
        self._halving = core.patience.Halving(size, "decoding")
        self._first = 0
        self._run: list[torch.Tensor] = []

    def __len__(self) -> int:
        return self._latents.batch

    def __getitem__(self, number: int) -> torch.Tensor:  # type: ignore[override]
        if not 0 <= number < len(self):
            raise IndexError(number)
        if not self._first <= number < self._first + len(self._run):
            self._first, self._run = number, []  # before the next is drawn
            count = min(self._halving.size, len(self) - number)
            self._run = [
                one for part in self._halving.run(self._draw, count) for one in part.split(1)
            ]
        return self._run[number - self._first]

    def _draw(self, rows: slice) -> torch.Tensor:
        chosen = slice(self._first + rows.start, self._first + rows.stop)
        drawn = core.decode_latents(self._network, self._latents[chosen], noise=painter.NOISE)
        return runtime.to_result(drawn)
