"""How faces change on average, put into the px of a photo: what no small model can draw.

The faces of many people, laid over each other point by point, say how an older face differs from a
younger one, or a woman's from a man's: in shape, in colour, and in how strong its fine detail is.
That much is added to a photo's own face, which keeps everything else, pores and wrinkles included;
these grow or fade.

Source: Rowland and Perrett 1995 (shape and colour), Tiddeman, Burt and Perrett 2001 (detail).

Convention: pictures are [1, 3, H, W] in -1..1. Maps cover the aligned face, in which the eyes are
64 px apart, however many px they have themselves; points are px of it.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from ..datatypes import AverageChange
from ..warp import Rows, invert, map_points
from .glasses import take_glasses_off
from .motion import spread
from .transfer import blur, move, rise

ALIGNED = 256.0  # px of the aligned face that the maps cover
# How points spread their motion: deviations in px of the aligned face, and weights. Wider ones move
# hair, collar and backdrop with the face.
KERNELS = ((6.0, 1.0), (12.0, 0.01))
FINE = 2.5  # px of the aligned face: what is finer grows or fades
LEAST_GAIN, MOST_GAIN = 0.4, 2.5
AROUND = 0.45  # of the face's side: how far around it its motion fades
EDGE = 0.12  # of the part that is changed: where nothing moves any more


def change_face(
    picture: torch.Tensor, mesh: torch.Tensor, matrix: Rows, change: AverageChange
) -> torch.Tensor:
    """The picture with one of its faces changed.

    `mesh` [N or more, 2 or 3]: its points, px of the picture; `matrix` maps px of its aligned face
    to px of the picture. What is far from the face comes back exactly.
    """
    if change.bare > 0:
        picture = take_glasses_off(picture, mesh, matrix, min(1.0, change.bare))
    if not change.is_averaged:
        return picture
    rows = torch.tensor(matrix, dtype=torch.float32)
    turn, scale = rows[:, :2], math.hypot(matrix[0][0], matrix[1][0])
    before = mesh[: len(change.shape), :2].to(rows)
    step = change.shape.to(rows) @ turn.T
    top, left, bottom, right = _part(torch.cat([before, before + step]), picture)
    if bottom - top < 2 or right - left < 2:
        return picture
    size, corner = (bottom - top, right - left), torch.tensor([float(left), float(top)])
    after = before + step - corner
    patch = picture[..., top:bottom, left:right].float()
    window = _window(size, picture, (top, left, bottom, right))
    warped = move(patch, spread(after, -step, size, scale, KERNELS).to(patch) * window.to(patch))
    back = torch.tensor(invert(matrix), dtype=torch.float32)
    own = map_points(after + corner, invert(matrix))
    offset = spread(after, change.places.to(rows) - own, size, scale, KERNELS)
    maps = _look_up(torch.cat([change.colour, change.detail])[None], offset, back, corner)
    maps = maps.to(patch)
    fine = warped - blur(warped, FINE * scale)
    gain = maps[:, 3:].exp().clamp(LEAST_GAIN, MOST_GAIN)
    changed = (warped + fine * (gain - 1) + maps[:, :3]).clamp(-1, 1)
    result = picture.clone()
    changed = torch.where(window.to(patch) > 0, changed, patch)
    result[..., top:bottom, left:right] = changed.to(picture)
    return result


def _part(points: torch.Tensor, picture: torch.Tensor) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of the part of the picture about the points."""
    low, high = points.amin(dim=0), points.amax(dim=0)
    reach = AROUND * float((high - low).max())
    height, width = picture.shape[-2:]
    left, top = (math.floor(float(value) - reach) for value in low)
    right, bottom = (math.ceil(float(value) + reach) for value in high)
    return max(top, 0), max(left, 0), min(bottom, height), min(right, width)


def _window(
    size: tuple[int, int], picture: torch.Tensor, part: tuple[int, int, int, int]
) -> torch.Tensor:
    """1 within the part and 0 at its edges [1, 1, h, w], but not where the picture ends."""
    ends = [part[0] > 0, part[1] > 0]
    ends += [part[2] < picture.shape[-2], part[3] < picture.shape[-1]]

    def ramp(length: int, first: bool, last: bool) -> torch.Tensor:
        soft = max(1.0, EDGE * length)
        places = torch.arange(float(length))
        near = (places / soft) if first else torch.ones(length)
        far = ((length - 1 - places) / soft) if last else torch.ones(length)
        return rise(torch.minimum(near, far), 0.0, 1.0)

    down, across = ramp(size[0], ends[0], ends[2]), ramp(size[1], ends[1], ends[3])
    return (down[:, None] * across)[None, None]


def _look_up(
    maps: torch.Tensor, offset: torch.Tensor, back: torch.Tensor, corner: torch.Tensor
) -> torch.Tensor:
    """The maps [1, C, S, S] as a part of a picture sees them, [1, C, h, w].

    `back` maps px of the picture to px of its aligned face, `offset` [1, 2, h, w] says how far from
    there the same place of the mean face lies; `corner` is the part's.
    """
    height, width = offset.shape[-2:]
    xs = torch.arange(float(width)) + corner[0]
    ys = torch.arange(float(height))[:, None] + corner[1]
    flat = [row[0] * xs + row[1] * ys + row[2] for row in back]
    grid = torch.stack(flat, dim=-1) + offset[0].movedim(0, -1)
    grid = (grid + 0.5) * (2 / ALIGNED) - 1
    return F.grid_sample(maps.float(), grid[None], "bilinear", "zeros", align_corners=False)
