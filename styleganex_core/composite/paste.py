"""Edited crops pasted back into the picture they were cut from.

What is pasted is the *change*: the edited crop less the crop as it was. Cutting a crop resamples
the picture and loses what is finer than the crop, so laying the crop itself over the picture would
blur it even where nothing was edited; an unchanged crop changes nothing this way. Where an edit
did change the crop, the picture's own fine detail no longer belongs there (it would shine through
as a ghost), and the edited crop replaces it. `_changed` blends between the two.

With the crop drawn without the edit (`unedited`) only the edit itself is carried over to the photo,
at the photo's own resolution (see `transfer`): a model that redraws a face imperfectly then leaves
the person's own detail where it is.

Convention: pictures [B, 3, H, W] in -1..1; masks [B, 1, h, w] in 0..1 cover the crop.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..errors import ShapeError, StyleGANEXError
from ..images import LARGEST_SIDE
from ..networks.window import Window
from ..ranges import check_number
from ..warp import Rows, bounds, compose, invert, resize_matrix, warp
from .closing import close_mouth
from .mask import crop_mask
from .motion import EditMotion
from .mouth import open_mouth
from .reach import find_reach
from .seam import fade_in, match_colours
from .transfer import move, transfer_edit

FEATHER = 32.0  # px of the crop, in which the eyes are 64 px apart
# Differences (of the 2 from -1 to 1) up to which detail is kept, and from which it is replaced.
KEEP, REPLACE = 6 / 255, 24 / 255
SPREAD = 2  # px of the crop by which a replaced place is grown and smoothed


def paste_face(
    original: torch.Tensor,
    edited: torch.Tensor,
    crop: FaceCrop,
    *,
    mask: torch.Tensor | None = None,
    feather: float = FEATHER,
    match_colour: bool = False,
    enlarge: bool | float = False,
    onto: torch.Tensor | None = None,
    unedited: torch.Tensor | None = None,
    motion: EditMotion | None = None,
    within_mask: bool = False,
) -> torch.Tensor:
    """The picture [B, 3, H, W] with the edited crop in its place.

    `edited` is the crop, edited, at its own size or a multiple of it (as a 1024 px generator
    decodes it). `mask` says how much it counts where, all of it by default: [B, 1, h, w], over the
    crop at its size, or over the whole picture at the picture's. From the crop's edges the edit
    fades in over `feather` px of the crop, but not where the crop ends with the picture.
    `match_colour` shifts the edited crop's colours to meet the picture's at the seam.

    `enlarge` grows the picture so that nothing of a larger `edited` is lost (True), or by a factor
    of at least 1. `onto`: the picture with other faces already pasted (and grown), to paste onto.
    `unedited`: the crop drawn without the edit, of `edited`'s size, so that only what the edit
    changes is put back, as `transfer_edit` carries it over. `motion`: how the edit moves the face,
    so that the photo's detail moves with it; only together with `unedited`. `within_mask`: what the
    drawings show out of the mask's reach is taken for the same, which spares work.

    Pixels outside the mask keep their exact values when the picture is not grown.
    """
    _check(original, edited, crop, feather, unedited)
    original, edited = original.float(), edited.float()
    if unedited is None:
        motion = None
    elif motion is not None:
        edited = motion.levelled.to(edited)
    weight = (crop_mask(mask, crop, _size(edited)) * fade_in(crop, feather)).to(edited.device)
    if unedited is None:
        before = warp(original, crop.matrix, crop.size)
        plain = _resize(before, _size(edited)).clamp(-1, 1)
    else:
        plain = unedited.to(edited)
        before = _resize(plain, crop.size) if match_colour else plain
    if match_colour:
        edited = match_colours(edited, before, weight, crop)
    canvas = original if onto is None else onto.float()
    factor = enlargement(edited, crop) if enlarge is True else float(enlarge or 1)
    canvas = grow_canvas(canvas, original, factor)

    # From px of the canvas to px of the edited crop.
    to_crop = compose(invert(crop.matrix), resize_matrix(_size(canvas), crop.original_size))
    to_edited = compose(invert(resize_matrix(_size(edited), crop.size)), to_crop)
    whole = _covered(to_crop, Window(0, 0, *crop.size), canvas)
    if whole is None:
        return canvas.clone()
    part = whole
    if within_mask:
        reach = find_reach(weight, crop, motion.farthest if motion else 0.0)
        part = _covered(to_crop, reach, canvas) or whole
    window = part.size

    def look(drawing: torch.Tensor, matrix: Rows = to_edited, **how: Any) -> torch.Tensor:
        """The drawing, or what `matrix` leads to, as the canvas shows it in the part."""
        if math.hypot(matrix[0][0], matrix[1][0]) > 1:  # the low-pass would depend on what is cut
            seen = warp(
                drawing, compose(matrix, _corner(whole)), whole.size, outside="border", **how
            )
            return part.within(whole).cut(seen)
        return warp(drawing, compose(matrix, _corner(part)), window, outside="border", **how)

    share = look(weight, to_crop, kernel="bilinear")
    to_crop = compose(to_crop, _corner(part))
    share = share * _inside(to_crop, crop.size, window).to(share)
    batch = max(canvas.shape[0], edited.shape[0])
    result = canvas.expand(batch, -1, -1, -1).clone()
    patch = part.cut(result)
    if unedited is None:
        change = _crop_change(edited, plain, crop, look, patch)
    else:
        before = part.cut(grow_canvas(original, original, factor))
        drawings = [look(drawing) for drawing in (plain, edited)]
        scale = 1 / math.hypot(to_crop[0][0], to_crop[1][0])
        px = None if part == whole else whole.size[0] * whole.size[1]
        bent = turn = None
        if motion is not None:
            bent = _on_patch(motion.expression, to_crop, window).to(before)
            turn = None if motion.turn is None else _on_patch(motion.turn, to_crop, window)
        after = transfer_edit(before, *drawings, motion=bent, scale=scale, px=px)
        if motion is not None and motion.lips is not None and bent is not None:
            lips = motion.lips.seen_through(invert(to_crop))
            after = close_mouth(open_mouth(after, before, bent, lips), lips)
        change = (after if turn is None else move(after, turn.to(before))) - before
    moved = (patch + share * change).clamp(-1, 1)
    patch.copy_(torch.where(share > 0, moved, patch))
    return result


def _on_patch(field: torch.Tensor, to_crop: Rows, window: tuple[int, int]) -> torch.Tensor:
    """A field of the crop as one of the picture's part that the crop covers, in px of that."""
    seen = warp(field, to_crop, window, outside="zeros", kernel="bilinear")
    back = torch.tensor([row[:2] for row in invert(to_crop)])
    return torch.einsum("ij,bjhw->bihw", back, seen)


def changed_px(before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
    """Where two pictures [B, 3, H, W] differ at all: a mask [B, H, W] of 0 and 1, on the CPU."""
    return (after.cpu() != before.cpu()).any(dim=1).float()


def enlargement(edited: torch.Tensor, crop: FaceCrop) -> float:
    """How much the original must grow so that the edited crop fits at its own size; at least 1."""
    return max(1.0, edited.shape[-1] / crop.size[1] * crop.scale)


def _check(
    original: torch.Tensor,
    edited: torch.Tensor,
    crop: FaceCrop,
    feather: float,
    unedited: torch.Tensor | None,
) -> None:
    if original.ndim != 4 or _size(original) != crop.original_size:
        height, width = crop.original_size
        raise ShapeError(
            f"the crop was cut from a picture of {width}x{height} px; the original is "
            f"{list(original.shape)}. Paste into the picture that was given to Crop Face."
        )
    height, width = crop.size
    whole = edited.ndim == 4 and edited.shape[1] == 3 and 0 not in edited.shape
    if not whole or abs(edited.shape[2] * width / (edited.shape[3] * height) - 1) > 0.01:
        raise ShapeError(
            f"the edited crop is {list(edited.shape)} but the crop was {width}x{height} px; it "
            "needs the same proportions, at the same size or a multiple of it."
        )
    if not {original.shape[0], edited.shape[0]} <= {1, max(original.shape[0], edited.shape[0])}:
        raise ShapeError(
            f"{edited.shape[0]} edited crops cannot be pasted into {original.shape[0]} pictures; "
            "give the same number of both, or a single one of either."
        )
    if unedited is not None and _size(unedited) != _size(edited):
        raise ShapeError(
            f"the unedited crop is {list(unedited.shape)} and the edited one {list(edited.shape)}; "
            "both need the same size: decode the latents before and after the edit with one model."
        )
    check_number(feather, "feather", 0)


def _crop_change(
    edited: torch.Tensor,
    plain: torch.Tensor,
    crop: FaceCrop,
    look: Callable[[torch.Tensor], torch.Tensor],
    patch: torch.Tensor,
) -> torch.Tensor:
    """What the edited crop changes in the patch, through which `look` looks at it: itself less the
    crop, or less the patch.
    """
    change = look(edited - plain)
    spread = round(SPREAD * edited.shape[-1] / crop.size[1])
    fresh = look(_changed(edited - plain, spread))
    replaced = look(edited) - patch
    return torch.lerp(change, replaced, fresh)


def _changed(change: torch.Tensor, spread: int) -> torch.Tensor:
    """How far the picture's own detail gives way, [B, 1, h, w]: 0 where nothing changed, to 1."""
    amount = change.abs().amax(dim=1, keepdim=True)
    for axis in ((1, 0), (0, 1)):
        window = [2 * spread * along + 1 for along in axis]
        padding = [spread * along for along in axis]
        amount = F.max_pool2d(amount, window, stride=1, padding=padding)
    amount = F.avg_pool2d(amount, 2 * spread + 1, stride=1, padding=spread, count_include_pad=False)
    share = ((amount - KEEP) / (REPLACE - KEEP)).clamp(0, 1)
    return share * share * (3 - 2 * share)


def _inside(to_crop: Rows, size: tuple[int, int], window: tuple[int, int]) -> torch.Tensor:
    """Which px of the window lie within the crop, [1, 1, *window]."""
    rows = torch.tensor(to_crop, dtype=torch.float64)
    xs = torch.arange(window[1], dtype=torch.float64)
    ys = torch.arange(window[0], dtype=torch.float64)
    where = rows[:, 0] * xs[None, :, None] + rows[:, 1] * ys[:, None, None] + rows[:, 2]
    limit = torch.tensor([size[1] - 0.5, size[0] - 0.5], dtype=torch.float64)
    return ((where >= -0.5) & (where <= limit)).all(dim=-1)[None, None]


def _covered(to_crop: Rows, part: Window, canvas: torch.Tensor) -> Window | None:
    """The px of the canvas under a part of the crop, None where there are none."""
    left, top, right, bottom = bounds(compose(invert(to_crop), _corner(part)), part.size)
    height, width = _size(canvas)
    left, top = max(math.floor(left), 0), max(math.floor(top), 0)
    right, bottom = min(math.ceil(right) + 1, width), min(math.ceil(bottom) + 1, height)
    return None if left >= right or top >= bottom else Window(top, left, bottom, right)


def _corner(part: Window) -> Rows:
    """From px of the part to px of what it is a part of."""
    return ((1, 0, part.left), (0, 1, part.top))


def grow_canvas(canvas: torch.Tensor, original: torch.Tensor, factor: float) -> torch.Tensor:
    """The canvas at `factor` times the original's size, or as it is where it is larger."""
    size = tuple(round(side * factor) for side in _size(original))
    if max(size) <= max(_size(canvas)):
        return canvas
    if max(size) > LARGEST_SIDE:
        raise StyleGANEXError(
            f"enlarging the picture {factor:.1f} times would make it {size[1]}x{size[0]} px, but "
            f"the limit is {LARGEST_SIDE} px a side; paste without enlarging, or a smaller crop."
        )
    return _resize(canvas, size).clamp(-1, 1)


def _resize(image: torch.Tensor, size: tuple[int, ...]) -> torch.Tensor:
    if tuple(image.shape[-2:]) == size:
        return image
    if size[0] < image.shape[-2]:
        return F.interpolate(image, size, mode="area")
    return F.interpolate(image, size, mode="bicubic")


def _size(image: torch.Tensor) -> tuple[int, int]:
    return image.shape[-2], image.shape[-1]
