"""Masks for pasting, as they come: over the crop, or over the whole picture."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from ..datatypes import FaceCrop
from ..errors import ShapeError
from ..warp import warp

NO_MASK = (64, 64)  # px: what ComfyUI's Load Image gives, all black, where a picture has no alpha


def crop_mask(
    mask: torch.Tensor | None, crop: FaceCrop, edited: tuple[int, int] | None = None
) -> torch.Tensor:
    """The mask at the crop's size, [B, 1, *crop.size] in 0..1; all ones for None.

    It may come at the crop's size, at that of the `edited` crop, or at that of the picture that the
    crop was cut from, of which the part under the crop is taken. Raises ShapeError for others.
    """
    if mask is None:
        return torch.ones(1, 1, *crop.size)
    _check_shape(mask)
    mask = mask.float().cpu().clamp(0, 1)
    size = (mask.shape[-2], mask.shape[-1])
    if size == crop.size:
        return mask
    if size == crop.original_size:
        return warp(mask, crop.matrix, crop.size, outside="zeros", kernel="bilinear")
    if size == edited:
        return F.interpolate(mask, crop.size, mode="bilinear", antialias=True)
    hint = ""
    if size == NO_MASK and not mask.any():
        hint = (
            " This one is all black: it is what Load Image gives for a picture without a mask. "
            "Paint one in the mask editor, or disconnect it."
        )
    sizes = [f"{width}x{height}" for height, width in (crop.size, crop.original_size, size)]
    raise ShapeError(
        f"a mask must have the size of the crop, {sizes[0]} px, or of the whole picture, "
        f"{sizes[1]} px; this one has {sizes[2]} px.{hint}"
    )


def masks_per_crop(
    mask: torch.Tensor, crops: Sequence[FaceCrop], owners: Sequence[int], pictures: int
) -> torch.Tensor:
    """One mask [N, 1, h, w] for every crop: of those given per picture, that of its picture.

    `owners`: the pictures' numbers, of so many `pictures`. Raises ShapeError unless there is one
    for all, one per crop, or one of a picture's size per picture.
    """
    _check_shape(mask)
    count = len(owners)
    if len(mask) in (1, count):
        return mask.expand(count, -1, -1, -1)
    if tuple(mask.shape[-2:]) == crops[0].original_size and len(mask) == pictures:
        return mask[list(owners)]
    raise ShapeError(
        f"{len(mask)} masks do not match {count} crops; give one for all, or one each, or one of "
        "the picture's size per picture."
    )


def _check_shape(mask: torch.Tensor) -> None:
    if mask.ndim != 4 or mask.shape[1] != 1:
        raise ShapeError(
            f"a mask needs the shape [B, 1, h, w] and covers the crop; got {list(mask.shape)}."
        )
