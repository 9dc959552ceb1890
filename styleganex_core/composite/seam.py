"""The seam between a pasted crop and its picture: how the crop fades in, how colours are matched.

Convention: pictures [B, 3, h, w] in -1..1 and masks [B, 1, h, w] in 0..1, at the crop's size.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..warp import apply
from .transfer import shrink

SEAM = 16.0  # px of the crop, inside the edge, whose colours are matched
GRID = 32  # cells per side of the coarse grid on which colour shifts are spread
SAMPLES = 65  # places along a crop's edge that are looked at
FALLOFF = 1.5  # of a seam cell's influence: (squared distance in cells + 1) ** -FALLOFF


def fade_in(crop: FaceCrop, feather: float) -> torch.Tensor:
    """A mask [1, 1, h, w] that rises from 0 at the crop's edges to 1 `feather` px inside.

    Edges that lie wholly outside the picture or on its border stay at 1: there is no seam.
    """
    height, width = crop.size
    left, top, right, bottom = _inner_edges(crop)
    columns = _ramp(width, feather, left, right)
    rows = _ramp(height, feather, top, bottom)
    return (rows[:, None] * columns[None])[None, None]


def match_colours(
    edited: torch.Tensor, before: torch.Tensor, weight: torch.Tensor, crop: FaceCrop
) -> torch.Tensor:
    """`edited` [B, 3, H, W] with its colours shifted smoothly so that the seam is met.

    Along the inner side of the seam, where `weight` (the mask) falls off, the shift is what
    separates it from the unedited crop `before`; elsewhere it is the mean of these, nearer ones
    counting more. A crop without a seam keeps its colours.
    """
    core = weight * fade_in(crop, SEAM).to(weight)
    band = (weight - shrink(core, round(SEAM / 2))).clamp(min=0)
    size = (min(GRID, crop.size[0]), min(GRID, crop.size[1]))
    batch = max(edited.shape[0], before.shape[0])
    gap = before - F.interpolate(edited, crop.size, mode="area")
    gaps = F.adaptive_avg_pool2d(gap * band, size).expand(batch, -1, -1, -1).flatten(2)
    bands = F.adaptive_avg_pool2d(band, size).expand(batch, -1, -1, -1).flatten(2)
    if not float(bands.sum()):
        return edited
    rows, columns = torch.meshgrid(torch.arange(size[0]), torch.arange(size[1]), indexing="ij")
    cells = torch.stack([rows, columns], dim=-1).reshape(-1, 2).to(edited)
    near = (torch.cdist(cells, cells).square() + 1) ** -FALLOFF  # [cells, cells]
    shift = (gaps @ near) / (bands @ near).clamp(min=1e-12)  # [B, 3, cells]
    shift = shift.unflatten(2, size)
    return edited + F.interpolate(shift, edited.shape[-2:], mode="bicubic")


def _ramp(length: int, feather: float, first: bool, last: bool) -> torch.Tensor:
    """Smooth weights along one axis, rising from the first and falling to the last px."""
    place = torch.arange(length) + 0.5  # px from the edge
    rise = (place / max(feather, 0.5)).clamp(0, 1)
    rise = rise * rise * (3 - 2 * rise)
    one = torch.ones(length)
    return (rise if first else one) * (rise.flip(0) if last else one)


def _inner_edges(crop: FaceCrop) -> tuple[bool, bool, bool, bool]:
    """Whether left, top, right and bottom edge of the crop run through the picture's inside."""
    height, width = crop.size
    high, wide = crop.original_size
    slack = 0.75 / crop.scale  # a crop px is rounded away where crop and picture end together

    def runs_inside(edge: list[tuple[float, float]]) -> bool:
        placed = [apply(crop.matrix, x, y) for x, y in edge]
        return any(
            slack < x + 0.5 < wide - slack and slack < y + 0.5 < high - slack for x, y in placed
        )

    along = [step / (SAMPLES - 1) for step in range(SAMPLES)]
    ys = [share * height - 0.5 for share in along]
    xs = [share * width - 0.5 for share in along]
    return (
        runs_inside([(-0.5, y) for y in ys]),
        runs_inside([(x, -0.5) for x in xs]),
        runs_inside([(width - 0.5, y) for y in ys]),
        runs_inside([(x, height - 0.5) for x in xs]),
    )
