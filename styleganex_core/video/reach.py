"""Which part of a crop a clip's masks reach, so that nothing else of it is drawn or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..composite.seam import fade_in
from ..datatypes import FaceCrop
from ..networks.window import Window
from ..warp import compose

MARGIN = 32  # px of the crop that pasting looks aside: its filters for detail and shapes reach 24
MULTIPLE = 8  # px of the crop: whole px in drawings of 1/8 of its size and more
WORTHWHILE = 0.8  # share of the crop from which on all of it is drawn


@dataclass(frozen=True)
class Reach:
    """The part of a crop that is drawn and pasted; `share` of the crop's px, 1 is all."""

    window: Window
    share: float

    def cut_place(self, place: FaceCrop) -> FaceCrop:
        """Where the part lies in the frame, as a crop of its own."""
        shift = ((1.0, 0.0, self.window.left), (0.0, 1.0, self.window.top))
        first, second = compose(place.matrix, shift)
        return FaceCrop((first, second), self.window.size, place.original_size, place.picture)

    def cut_mask(self, mask: torch.Tensor, place: FaceCrop, feather: float) -> torch.Tensor:
        """The part of a mask [1, 1, h, w], faded in from the whole crop's edges."""
        return self.window.cut(mask * fade_in(place, feather))


def find_reach(masks: Sequence[torch.Tensor]) -> Reach | None:
    """The part that holds all that the masks [1, 1, h, w] of one size show, and a margin around.

    None where that is about all of them.
    """
    shown = torch.stack([mask[0, 0] > 0 for mask in masks]).any(dim=0)
    rows, columns = (shown.any(dim=axis).nonzero()[:, 0].tolist() for axis in (1, 0))
    if not rows:
        return None
    height, width = shown.shape
    window = Window(rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
    window = window.grown(MARGIN, (height, width))
    window = Window(
        window.top // MULTIPLE * MULTIPLE,
        window.left // MULTIPLE * MULTIPLE,
        min(height, -(-window.bottom // MULTIPLE) * MULTIPLE),
        min(width, -(-window.right // MULTIPLE) * MULTIPLE),
    )
    share = window.size[0] * window.size[1] / (height * width)
    return Reach(window, share) if share < WORTHWHILE else None
