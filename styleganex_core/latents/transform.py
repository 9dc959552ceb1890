"""Moves, turns, scales and mirrors of the first-layer feature, and of all that lies on its grid.

Convention: x to the right, y down, the origin at the picture's centre; rotation in degrees,
counter-clockwise as seen. Source: StyleGANEX, section 4.1 (the face follows `f`).
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import StyleGANEXError


def transform_features(
    latents: Latents,
    *,
    dx: float = 0.0,
    dy: float = 0.0,
    rotation: float = 0.0,
    scale: float = 1.0,
    flip: bool = False,
) -> Latents:
    """The latents with the face mirrored, then scaled, turned and moved, in that order.

    `dx`, `dy`: cells of `f` to the right and down; one cell is 8 px of the encoded picture.
    `rotation`: degrees counter-clockwise, about the centre. `scale`: 1 keeps the size. `flip`:
    mirror left and right. The picture keeps its size; edges repeat where nothing was. Skip
    features and noise maps move along. Whole-cell moves and mirrors are exact, all else is
    bilinear. Raises StyleGANEXError for a scale that is not positive.
    """
    values = (dx, dy, rotation, scale)
    if not all(math.isfinite(value) for value in values) or scale <= 0:
        raise StyleGANEXError(
            f"a transform needs finite numbers and a scale above 0; got dx {dx}, dy {dy}, "
            f"rotation {rotation}, scale {scale}."
        )

    def warp(x: torch.Tensor) -> torch.Tensor:
        if x.shape[-2:] == (1, 1) and latents.f.shape[-2:] != (1, 1):
            return x  # one value that stands for the whole picture
        zoom_x = x.shape[-1] / latents.f.shape[-1]
        zoom_y = x.shape[-2] / latents.f.shape[-2]
        return _warp(x, dx * zoom_x, dy * zoom_y, rotation, scale, flip)

    def warp_all(maps: tuple[torch.Tensor, ...] | None) -> tuple[torch.Tensor, ...] | None:
        return None if maps is None else tuple(warp(x) for x in maps)

    return replace(
        latents, f=warp(latents.f), skips=warp_all(latents.skips), noise=warp_all(latents.noise)
    )


def _warp(
    x: torch.Tensor, dx: float, dy: float, rotation: float, scale: float, flip: bool
) -> torch.Tensor:
    """A map [B, C, H, W] transformed; `dx`, `dy` in its own px."""
    if flip:
        x = x.flip(-1)
    if rotation % 360 == 0 and scale == 1 and dx == round(dx) and dy == round(dy):
        return _shift(x, round(dx), round(dy))
    height, width = x.shape[-2:]
    cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    dtype = torch.promote_types(x.dtype, torch.float32)
    column = torch.arange(width, dtype=dtype, device=x.device) - (width - 1) / 2 - dx
    row = torch.arange(height, dtype=dtype, device=x.device)[:, None] - (height - 1) / 2 - dy
    # Where each px comes from: the inverse turn, then the inverse scale.
    source_x = (cos * column - sin * row) / scale
    source_y = (sin * column + cos * row) / scale
    grid = torch.stack([source_x * 2 / width, source_y * 2 / height], dim=-1)  # -1..1 at the edges
    warped = F.grid_sample(
        x.to(dtype),
        grid.expand(x.shape[0], -1, -1, -1),
        mode="bilinear",
        padding_mode="border",
        align_corners=False,
    )
    return warped.to(x.dtype)


def _shift(x: torch.Tensor, dx: int, dy: int) -> torch.Tensor:
    rows = (torch.arange(x.shape[-2], device=x.device) - dy).clamp(0, x.shape[-2] - 1)
    columns = (torch.arange(x.shape[-1], device=x.device) - dx).clamp(0, x.shape[-1] - 1)
    return x[..., rows[:, None], columns]
