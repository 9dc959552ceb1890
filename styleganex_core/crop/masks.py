"""Which part of a crop is the face, or the head with hair and neck.

Both are drawn from the five points, in the aligned square of FFHQ: -1..1 from edge to edge, the
eyes about 1/4 beside and 1/20 above its middle, the mouth 1/2 below it, the chin at 0.85.
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..warp import compose, invert
from .align import STYLE_SIDE, style_matrix
from .landmarks import Face

Shape = Literal["oval", "head"]

OVAL_WIDTH, OVAL_HEIGHT = 0.85, 1.05  # half axes; hair and chin included
OVAL_EDGE = 0.15  # share of the half axes over which the mask falls from 1 to 0

# A head's outline, generous: where hair may be, and the neck between chin and collar.
HAIR_CENTRE, HAIR_WIDTH, HAIR_HEIGHT = -0.1, 1.1, 1.25
NECK_TOP, NECK_END, NECK_WIDTH = 0.5, 1.3, 0.5
OUTLINE_EDGE = 0.25  # over which the outline falls from 1 to 0
# What is head for certain: skin, and the hair above the forehead.
SURE_CENTRE, SURE_WIDTH, SURE_HEIGHT = 0.0, 0.5, 0.7
BACKDROP = 1.0  # times the hair's outline, from where on all above the shoulders is backdrop
SHOULDERS = 0.5  # down to which nobody's shoulders reach up
SIDE = 128  # px of the longer side at which colours are told apart
COLOURS = 6  # kinds of colour in a head, and in its backdrop
ROUNDS = 8  # of looking for them
FEWEST = 24  # px from which on there is a backdrop to speak of
SPREAD = 0.08  # of the 2 from -1 to 1: colours this much nearer to one kind are of it


def face_mask(place: FaceCrop, face: Face | None) -> torch.Tensor:
    """A soft oval over face and hair, [1, 1, *place.size] in 0..1; all ones without a face."""
    if face is None:
        return torch.ones(1, 1, *place.size)
    x, y = _aligned_places(place, face)
    radius = torch.hypot(x / OVAL_WIDTH, y / OVAL_HEIGHT)
    return _soft((1 - radius) / OVAL_EDGE)[None, None]


def head_mask(place: FaceCrop, face: Face | None, crop: torch.Tensor) -> torch.Tensor:
    """Head, hair and neck in `crop` [1, 3, *place.size] in -1..1, soft, [1, 1, *place.size].

    Within a generous outline, colours decide: what looks like the backdrop around the head and not
    like skin or hair is left out, so that no rim of the backdrop goes along. Without a face all
    ones; where no backdrop can be seen, the outline.
    """
    if face is None:
        return torch.ones(1, 1, *place.size)
    x, y = _aligned_places(place, face)
    hair = torch.hypot(x / HAIR_WIDTH, (y - HAIR_CENTRE) / HAIR_HEIGHT)
    neck = torch.maximum(x.abs() - NECK_WIDTH, torch.maximum(NECK_TOP - y, y - NECK_END))
    outline = torch.maximum(_soft((1 - hair) / OUTLINE_EDGE), _soft(-neck / OUTLINE_EDGE))
    sure = torch.hypot(x / SURE_WIDTH, (y - SURE_CENTRE) / SURE_HEIGHT)
    backdrop = (hair > BACKDROP) & (y < SHOULDERS)
    likely = _look_at_colours(crop.float().cpu(), sure < 1, backdrop)
    if likely is None:
        return outline[None, None]
    return (outline * torch.maximum(likely, _soft((1.15 - sure) / 0.3)))[None, None]


def _aligned_places(place: FaceCrop, face: Face) -> tuple[torch.Tensor, torch.Tensor]:
    """Where each px of the crop lies in the aligned square, x and y [h, w], -1..1 within it."""
    height, width = place.size
    rows = torch.tensor(compose(invert(style_matrix(face)), place.matrix), dtype=torch.float64)
    xs = torch.arange(width, dtype=torch.float64)
    ys = torch.arange(height, dtype=torch.float64)
    where = rows[:, 0] * xs[None, :, None] + rows[:, 1] * ys[:, None, None] + rows[:, 2]
    where = ((where + 0.5) * 2 / STYLE_SIDE - 1).float()
    return where[..., 0], where[..., 1]


def _soft(value: torch.Tensor) -> torch.Tensor:
    """Smoothstep: 0 up to 0, 1 from 1 on."""
    value = value.clamp(0, 1)
    return value * value * (3 - 2 * value)


def _look_at_colours(
    crop: torch.Tensor, head: torch.Tensor, backdrop: torch.Tensor
) -> torch.Tensor | None:
    """How much each px [h, w] looks like the head's px rather than the backdrop's, 0..1."""
    height, width = crop.shape[-2:]
    shrink = max(1.0, max(height, width) / SIDE)
    size = (max(1, round(height / shrink)), max(1, round(width / shrink)))
    small = F.interpolate(crop, size, mode="area")[0].flatten(1).T  # [px, 3]
    parts = [
        F.interpolate(part[None, None].float(), size, mode="area").flatten() > 0.9
        for part in (head, backdrop)
    ]
    if min(int(part.sum()) for part in parts) < FEWEST:
        return None
    distances = [_distance(small, _find_colours(small[part])) for part in parts]
    likely = torch.sigmoid((distances[1] - distances[0]) / SPREAD).view(1, 1, *size)
    likely = F.avg_pool2d(likely, 5, stride=1, padding=2, count_include_pad=False)
    likely = F.interpolate(likely, (height, width), mode="bilinear")[0, 0]
    return _soft((likely - 0.25) / 0.4)


def _find_colours(colours: torch.Tensor) -> torch.Tensor:
    """The kinds of colour among [N, 3]: the means of k-means, begun along the lightness."""
    ordered = colours[colours.sum(dim=1).argsort()]
    places = (torch.arange(COLOURS) + 0.5) / COLOURS * len(ordered)
    means = ordered[places.long()]
    for _ in range(ROUNDS):
        owner = torch.cdist(colours, means).argmin(dim=1)
        for kind in range(COLOURS):
            if (owner == kind).any():
                means[kind] = colours[owner == kind].mean(dim=0)
    return means


def _distance(colours: torch.Tensor, means: torch.Tensor) -> torch.Tensor:
    return torch.cdist(colours, means).amin(dim=1)
