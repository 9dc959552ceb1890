"""How light skin and hair are: measured on the picture at the mesh's points.

Convention: as in `squares`; pictures [B, 3, H, H] in -1..1, points in px of the 256 px aligned
picture. Lightness is luma, 0..1; it depends on the light and the exposure of the photo too.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .squares import ALIGNED, MESH_HALF

LUMA = (0.299, 0.587, 0.114)
SKIN = (50, 280, 205, 425, 151, 9, 108, 337, 101, 330)  # cheeks and forehead
HAIRLINE = (10, 338, 297, 332, 109, 67, 103)
HAIR_REACH = (1.16, 1.24, 1.32)  # of the way from the middle of the face to the hairline
MIDDLE = 168  # between the eyes
BLUR_SIDE = 64  # px of the aligned picture on which colours are read


def skin_and_hair(
    pictures: torch.Tensor, mesh: torch.Tensor, *, grown: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """The luma of the skin (cheeks and forehead) and just above the hairline, [B] each in 0..1.

    On bald people the second is skin, under a hat it is the hat.
    """
    side = round(BLUR_SIDE * grown)
    small = F.interpolate(_luma(pictures), (side, side), mode="bilinear", antialias=True)
    flat = mesh[..., :2]
    middle = flat[:, MIDDLE, None]
    reach = [middle + factor * (flat[:, HAIRLINE] - middle) for factor in HAIR_REACH]
    limit = MESH_HALF if grown > 1 else ALIGNED / 2
    hair = torch.cat(reach, dim=1).clamp(ALIGNED / 2 - limit + 1, ALIGNED / 2 + limit - 2)
    skin = _look_up(small, flat[:, SKIN][:, None], grown)[:, 0, 0]
    above = _look_up(small, hair[:, None], grown)[:, 0, 0]
    return skin.median(dim=1).values, above.median(dim=1).values


def _luma(pictures: torch.Tensor) -> torch.Tensor:
    weights = pictures.new_tensor(LUMA)[:, None, None]
    return ((pictures * weights).sum(dim=1, keepdim=True) + 1) / 2


def _look_up(pictures: torch.Tensor, places: torch.Tensor, grown: float) -> torch.Tensor:
    """The pictures [B, C, H, H] at places [B, h, w, 2] in px of the aligned picture."""
    grid = (2 * places - (ALIGNED - 1)) / (ALIGNED * grown)
    return F.grid_sample(
        pictures, grid.to(pictures), padding_mode="reflection", align_corners=False
    )
