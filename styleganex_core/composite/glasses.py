"""Glasses taken off a photo: their rims, found as lines around the eyes, give way to the skin.

No drawing takes a person's own glasses off a photo, whose rims are darker, sharper and otherwise
shaped than what a small model draws. So nothing is drawn: dark lines within the reach of a pair of
glasses are found (a closing less the picture), and filled from what is around them. Eyes with
their lids, and brows, are left alone. Whether there are glasses at all is said by the face parser
and by a line across the bridge of the nose.

Source: black top-hat transform (Meyer 1979); filling by normalised convolution (Knutsson and Westin
1993), from fine to coarse.

Convention: pictures are [1, 3, H, W] in -1..1; masks [1, 1, 256, 256] over the aligned face, in
which the eyes are 64 px apart. Lengths are px of it, or shares of the distance of the eyes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import torch
from scipy import ndimage

from ..checkpoints import load_face_parser
from ..networks.small_parser import SmallFaceParser
from ..warp import Rows, compose, invert, map_points, warp
from .motion import OUTLINE
from .transfer import blur, grow, shrink

ALIGNED = 256  # px of the aligned face's side
GLASSES = 6  # the parser's class
WORN = 130  # px of that class from which on glasses may be worn
BRIDGE = 0.11  # of the 2 from -1 to 1: how dark the line across the nose is at its faintest
# Points of the mesh: lids with their crease, brows, the eyes' corners.
LIDS = (
    (130, 25, 110, 24, 23, 22, 26, 112, 243, 190, 56, 28, 27, 29, 30, 247),
    (359, 255, 339, 254, 253, 252, 256, 341, 463, 414, 286, 258, 257, 259, 260, 467),
)
BROWS = (
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
)
CORNERS = ((33, 133), (362, 263))
GROWN = 0.1  # how much further than their points lids and brows reach
WIDEST = 6  # half of the widest rim, px
FAINT, CLEAR = 0.12, 0.24  # of the 2 from -1 to 1: lines, and what at least some of each must be
LEAST, SURE = 12, 4  # px of a line, and clear ones of it
SEEN = 5  # px from clear ones that faint ones count
RIM = 2  # px by which lines grow, and gaps in them that close
# Around the middle of the eyes, in distances of the eyes: half the width, top and bottom of what
# glasses reach; the tip of the nose that they do not; where their bridge is.
ASIDE, ABOVE, BELOW = 1.2, 0.36, 0.62
NOSE, NOSE_FROM = 0.20, 0.42
BRIDGE_ASIDE, BRIDGE_ABOVE, BRIDGE_BELOW = 0.14, 0.15, 0.28
FILLS = (1.5, 3.0, 6.0, 12.0)  # px: deviations of the Gaussians that fill, one after the other
SPARED = 0.7  # how far lids and brows are strange to skin
ENOUGH = 0.25  # of what a Gaussian sees: so much that is known fills a px
FINE, GRAIN = 1.5, 0.4  # px: what is finer is texture; deviation of a Gaussian that grain is like
EDGE = 0.7  # px over which what is filled ends


def take_glasses_off(
    picture: torch.Tensor, mesh: torch.Tensor, matrix: Rows, amount: float = 1.0
) -> torch.Tensor:
    """The picture without the glasses of one face; without any, the picture itself.

    `mesh` [N, 2 or 3]: MediaPipe's points, px of the picture; `matrix` maps px of the aligned face
    to px of the picture. `amount`: how much of what fills the rims shows, 0 to 1.
    """
    aligned = warp(picture[:, :3].cpu(), matrix, (ALIGNED, ALIGNED))
    found = find_rims(aligned, map_points(mesh[:, :2].cpu().float(), invert(matrix)))
    if found is None:
        return picture
    corners = [(x, y) for x in (0.0, ALIGNED - 1.0) for y in (0.0, ALIGNED - 1.0)]
    placed = map_points(torch.tensor(corners), matrix)
    height, width = picture.shape[-2:]
    left, top = (max(0, math.floor(value)) for value in placed.amin(dim=0).tolist())
    right, bottom = placed.amax(dim=0).tolist()
    rows = slice(top, min(height, math.ceil(bottom) + 1))
    columns = slice(left, min(width, math.ceil(right) + 1))
    patch = picture[..., rows, columns].float()
    to_aligned = compose(invert(matrix), ((1.0, 0.0, float(left)), (0.0, 1.0, float(top))))
    size = (patch.shape[-2], patch.shape[-1])
    share, strange = (
        warp(mask, to_aligned, size, outside="zeros", kernel="bilinear").to(patch)
        for mask in (found.rims, torch.maximum(found.strange, grow(found.rims, 1)))
    )
    scale = math.hypot(matrix[0][0], matrix[1][0])
    strange = torch.maximum(strange, (share > 0).to(patch)).clamp(0, 1)
    filled = _fill(patch, strange, scale)
    filled = filled + _grain(patch, strange <= 0, scale)
    result = picture.clone()
    soft = blur(share, EDGE * scale) * amount
    result[..., rows, columns] = torch.lerp(patch, filled, soft.clamp(0, 1)).to(picture)
    return result


@dataclass(frozen=True)
class WornGlasses:
    """The px that `rims` cover, and how far others are `strange` to skin: lids and brows, which
    share their shade, and all beside the face.
    """

    rims: torch.Tensor
    strange: torch.Tensor


def find_rims(face: torch.Tensor, mesh: torch.Tensor) -> WornGlasses | None:
    """The glasses of an aligned face [1, 3, 256, 256]; None where it wears none.

    `mesh` [N, 2] in px of it.
    """
    eyes = [mesh[list(corners)].mean(dim=0) for corners in CORNERS]
    middle, apart = (eyes[0] + eyes[1]) / 2, float((eyes[1] - eyes[0]).norm())
    light = face.mean(dim=1, keepdim=True)
    lines = _close(light, WIDEST) - light
    if not (_crosses_nose(lines, middle, apart) and _looks_worn(face)):
        return None
    own = [_inside(mesh, points, GROWN) for points in LIDS]
    own += [grow(_inside(mesh, points, GROWN), RIM) for points in BROWS]
    spared = torch.stack(own).amax(dim=0)
    ys, xs = torch.meshgrid(*[torch.arange(float(ALIGNED))] * 2, indexing="ij")
    across, down = (xs - middle[0]) / apart, (ys - middle[1]) / apart
    near = (across.abs() < ASIDE) & (down > -ABOVE) & (down < BELOW)
    near &= ~((across.abs() < NOSE) & (down > NOSE_FROM))
    inside = _inside(mesh, OUTLINE)
    reach = near.float()[None, None] * inside * (1 - spared)
    found = _keep_clear(lines * reach)
    rims = grow(_close(found, RIM), RIM) * (1 - spared)
    return WornGlasses(rims, torch.maximum(SPARED * spared, 1 - inside))


def _looks_worn(face: torch.Tensor) -> bool:
    """Whether the parser sees glasses on an aligned face."""
    return int((_load_parser()(face).argmax(dim=1) == GLASSES).sum()) >= WORN


@lru_cache(maxsize=1)
def _load_parser() -> SmallFaceParser:
    parser = load_face_parser()
    assert isinstance(parser, SmallFaceParser)
    return parser


def _crosses_nose(lines: torch.Tensor, middle: torch.Tensor, apart: float) -> bool:
    """Whether a dark line crosses the bridge of the nose, without a gap."""
    x, y = middle.tolist()
    rows = slice(max(0, round(y - BRIDGE_ABOVE * apart)), max(1, round(y + BRIDGE_BELOW * apart)))
    columns = slice(
        max(0, round(x - BRIDGE_ASIDE * apart)), max(1, round(x + BRIDGE_ASIDE * apart) + 1)
    )
    part = lines[0, 0, rows, columns]
    return bool(part.numel()) and float(part.amax(dim=0).min()) >= BRIDGE


def _keep_clear(lines: torch.Tensor) -> torch.Tensor:
    """The px of lines that are long and somewhere clear, not far from where they are; 0 or 1."""
    faint, clear = (lines > FAINT).float(), (lines > CLEAR).float()
    lines_near = (faint * grow(clear, SEEN))[0, 0].numpy()
    found = ndimage.label(lines_near, structure=np.ones((3, 3)))
    numbered, count = cast("tuple[np.ndarray, int]", found)
    numbers = range(1, count + 1)
    clear_px = ndimage.sum(clear[0, 0].numpy(), numbered, numbers)
    px = ndimage.sum(numbered > 0, numbered, numbers)
    kept = [
        n
        for n, c, all_of in zip(numbers, clear_px, px, strict=True)
        if c >= SURE and all_of >= LEAST
    ]
    return torch.from_numpy(np.isin(numbered, kept)).float()[None, None]


def _inside(mesh: torch.Tensor, points: tuple[int, ...], grown: float = 0.0) -> torch.Tensor:
    """The px within a ring of points, grown about its middle, 0 or 1: [1, 1, 256, 256]."""
    ring = mesh[list(points)]
    middle = ring.mean(dim=0)
    ring = middle + (1 + grown) * (ring - middle)
    ys, xs = torch.meshgrid(*[torch.arange(float(ALIGNED))] * 2, indexing="ij")
    inside = torch.zeros(ALIGNED, ALIGNED, dtype=torch.bool)
    for (ax, ay), (bx, by) in zip(ring.tolist(), ring.roll(-1, 0).tolist(), strict=True):
        if ay != by:  # an edge that a ray to the right crosses turns the inside out
            inside ^= ((ys < ay) != (ys < by)) & (xs < ax + (ys - ay) * (bx - ax) / (by - ay))
    return inside.float()[None, None]


def _close(picture: torch.Tensor, px: int) -> torch.Tensor:
    """The picture without what is darker than all around it and narrower than 2 `px`."""
    return shrink(grow(picture, px), px)


def _fill(picture: torch.Tensor, hidden: torch.Tensor, scale: float) -> torch.Tensor:
    """The picture with its hidden px (1, or less where they count a little) filled from those that
    are known, the nearest first.
    """
    known = 1 - hidden
    total, missing = torch.zeros_like(picture), torch.ones_like(hidden)
    for deviation in FILLS:
        seen = blur(known, deviation * scale)
        mean = blur(picture * known, deviation * scale) / seen.clamp(min=1e-4)
        share = (seen / ENOUGH).clamp(0, 1) * missing
        total, missing = total + share * mean, missing - share
    filled = total / (1 - missing).clamp(min=1e-3)
    return torch.lerp(picture, filled, hidden)


def _grain(picture: torch.Tensor, skin: torch.Tensor, scale: float) -> torch.Tensor:
    """Grain as strong as the skin's is in the median, the same for the same size."""
    fine = (picture - blur(picture, FINE * scale)).abs().mean(dim=1, keepdim=True)
    if not bool(skin.any()):
        return torch.zeros_like(picture)
    noise = torch.randn(1, 1, *picture.shape[-2:], generator=torch.Generator().manual_seed(0))
    noise = blur(noise, GRAIN * scale)
    return (noise / noise.abs().median().clamp(min=1e-6)).to(picture) * fine[skin].median()
