"""The part of a crop's drawing that its paste depends on, drawn without the rest.

Beyond it all drawings are taken for the same, so that no change out there counts.

Convention: masks [1, 1, h, w] at the crop's size; windows in px of the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ..composite.reach import find_reach
from ..datatypes import FaceCrop
from ..networks.window import Window


def find_part(mask: torch.Tensor, place: FaceCrop, drawn: tuple[int, int]) -> Window:
    """The part of the drawing of size `drawn` that a paste with this mask depends on."""
    return find_reach(mask, place).scaled(drawn[0] / place.size[0]).grown(0, drawn)


def join_parts(parts: Sequence[Window]) -> Window:
    """The smallest window that holds all of these."""
    return Window(
        min(part.top for part in parts),
        min(part.left for part in parts),
        max(part.bottom for part in parts),
        max(part.right for part in parts),
    )


def lay_out(drawn: torch.Tensor, held: Window, part: Window, size: tuple[int, int]) -> torch.Tensor:
    """A drawing of `size` with `part` of what `drawn` holds at `held`, grey around it."""
    whole = drawn.new_zeros(*drawn.shape[:-2], *size)
    part.cut(whole).copy_(part.within(held).cut(drawn))
    return whole
