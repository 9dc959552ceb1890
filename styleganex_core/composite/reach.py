"""How far around its mask a paste looks: what lies beyond need not be drawn.

Convention: masks [B, 1, h, w] and windows over a crop, in its px.
"""

from __future__ import annotations

import torch

from ..datatypes import FaceCrop
from ..networks.window import Window

# Over px of the crop, by Gaussians of 6 and of 3 px one after the other, which end 2.5 deviations
# away and are drawn on coarser grids; over px of the picture, by resampling and where the picture
# is so coarse that each Gaussian still takes a px.
LOOKS, RESAMPLES = 40.0, 4.0


def find_reach(mask: torch.Tensor, place: FaceCrop, moved: float = 0.0) -> Window:
    """The part of the crop's drawing that a paste with this mask depends on; all if it is black.

    `moved`: how many px of the crop it moves px at most.
    """
    return _find_reach(mask, LOOKS + RESAMPLES * place.scale + moved)


def find_reach_of(mask: torch.Tensor, scale: float, moved: float = 0.0) -> Window:
    """The part of a picture that `transfer_edit` depends on where this mask shows its result.

    `scale`: px of the picture for one px of the aligned face; `moved`: how many px of the picture
    px move at most.
    """
    return _find_reach(mask, LOOKS * max(1.0, scale) + moved)


def _find_reach(mask: torch.Tensor, margin: float) -> Window:
    height, width = mask.shape[-2:]
    shown = (mask > 0).flatten(0, 1).any(dim=0)
    rows, columns = (shown.any(dim=axis).nonzero()[:, 0] for axis in (1, 0))
    if not len(rows):
        return Window(0, 0, height, width)
    under = Window(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    return under.grown(round(margin), (height, width))
