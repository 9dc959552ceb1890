"""A photo as it is shown: a part of it around its faces, no larger than the screen needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..errors import StyleGANEXError
from ..warp import apply, compose, invert, warp
from .mask import crop_mask, masks_per_crop
from .paste import FEATHER
from .seam import fade_in

LARGEST_ZOOM = 16.0
NEAR = 1.6  # sides of a face's crop that a photo shown around its faces has room for, at most


@dataclass(frozen=True)
class PhotoView:
    """A part of a photo, reduced: `picture` [1, 3, h, w] in -1..1.

    `places` and `masks` [N, 1, h_i, w_i] (or None where there are no crops) of the faces, moved to
    it, with the crops' soft edges in the masks: paste with a feather of 0.
    """

    picture: torch.Tensor
    places: tuple[FaceCrop, ...]
    masks: torch.Tensor | None


def view_photo(
    photo: torch.Tensor,
    places: Sequence[FaceCrop],
    masks: torch.Tensor | None = None,
    *,
    longest_side: int = 1024,
    zoom: float = 1.0,
    feather: float = FEATHER,
    about: int | None = None,
) -> PhotoView:
    """The photo [1, 3, H, W] enlarged `zoom` times about its faces, as far as it reaches.

    `about`: the place of the one crop that is shown in the middle; the middle of all without it.

    `places` are those of crops of this photo, all of one size, and `masks` as in `paste_face`. The
    result has `longest_side` px, or fewer where the photo has no more to show. 1 shows all of it.

    Raises StyleGANEXError for a zoom outside 1 to 16.
    """
    if not 1 <= zoom <= LARGEST_ZOOM:
        raise StyleGANEXError(f"zoom is 1 to {LARGEST_ZOOM:g}; got {zoom:g}.")
    height, width = photo.shape[-2:]
    part = (height / zoom, width / zoom)
    shrink = max(1.0, max(part) / longest_side)
    size = (max(1, round(part[0] / shrink)), max(1, round(part[1] / shrink)))
    shown = places if about is None else places[about : about + 1]
    x, y = _middle(shown) if shown else (width / 2, height / 2)
    left = min(max(x - part[1] / 2, 0.0), width - part[1])
    top = min(max(y - part[0] / 2, 0.0), height - part[0])
    down, right = part[0] / size[0], part[1] / size[1]
    step = (down + right) / 2  # alike but for rounding; places must stay similarities
    matrix = ((step, 0.0, left + step / 2 - 0.5), (0.0, step, top + step / 2 - 0.5))
    whole = zoom == 1 and size == (height, width)
    picture = photo.float() if whole else warp(photo, matrix, size)
    moved = []
    for place in places:
        to_view = compose(invert(matrix), place.matrix)
        moved.append(replace(place, matrix=(to_view[0], to_view[1]), original_size=size, picture=0))
    return PhotoView(picture, tuple(moved), _edged(places, masks, feather))


def shrink_masks(
    masks: torch.Tensor | None, photo: torch.Tensor, size: tuple[int, int]
) -> torch.Tensor | None:
    """Masks of a photo that is kept at `size` (height, width); those of crops stay as they are."""
    if masks is None or masks.shape[-2:] != photo.shape[-2:]:
        return masks
    return F.interpolate(masks.cpu().float(), size, mode="area")


def choose_zoom(size: tuple[int, int], places: Sequence[FaceCrop]) -> float:
    """The zoom at which a photo of `size` (height, width) shows its faces large."""
    if not places:
        return 1.0
    corners = [
        apply(p.matrix, x, y) for p in places for x in (0, p.size[1]) for y in (0, p.size[0])
    ]
    xs, ys = zip(*corners, strict=True)
    reach = max((max(xs) - min(xs)) / size[1], (max(ys) - min(ys)) / size[0])
    return min(max(1.0, 1 / (NEAR * max(reach, 1e-6))), LARGEST_ZOOM)


def _middle(places: Sequence[FaceCrop]) -> tuple[float, float]:
    """px of the photo: the middle of all crops."""
    centres = [apply(p.matrix, p.size[1] / 2 - 0.5, p.size[0] / 2 - 0.5) for p in places]
    xs, ys = zip(*centres, strict=True)
    return math.fsum(xs) / len(xs) + 0.5, math.fsum(ys) / len(ys) + 0.5


def _edged(
    places: Sequence[FaceCrop], masks: torch.Tensor | None, feather: float
) -> torch.Tensor | None:
    if not places:
        return None
    if masks is None:
        return torch.cat([fade_in(place, feather) for place in places])
    each = masks_per_crop(masks, places, [0] * len(places), 1)
    return torch.cat(
        [
            crop_mask(mask, place) * fade_in(place, feather)
            for mask, place in zip(each.split(1), places, strict=True)
        ]
    )
