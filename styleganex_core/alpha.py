"""Transparency, kept wherever a whole picture is given back.

Networks see an RGBA picture over mid grey (`images.to_bchw`). The edited picture gets its
transparency back, with the colours that give the same edited picture over mid grey.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from PIL import Image

from .errors import ShapeError
from .images import to_bhwc, to_levels, to_pil

GREY = 0.5
UNCHANGED = 0.5 / 255 + 1e-6  # half a level of an 8-bit px
FAINTEST = 1 / 255  # alpha under which a px shows no colour


def keep_alpha(original: torch.Tensor, result: torch.Tensor) -> torch.Tensor:
    """The result as [N, h, w, 3], or [N, h, w, 4] where the original has transparency, in 0..1.

    `original` [B or 1, H, W, C] in 0..1 as it came, `result` [N, 3, h, w] in -1..1: made of it
    over mid grey, of the same size or larger. What did not change keeps its exact colours, also
    where nothing can be seen of it. Raises ShapeError when the two do not belong together.
    """
    picture = to_bhwc(result)
    if original.shape[-1] != 4:
        return picture
    if len(original) not in (1, len(picture)):
        raise ShapeError(
            f"{len(picture)} results cannot take the transparency of {len(original)} pictures; "
            "give one picture for all, or one each."
        )
    own = original.float().clamp(0, 1).to(picture)
    if own.shape[1:3] != picture.shape[1:3]:
        size = (picture.shape[1], picture.shape[2])
        own = F.interpolate(own.movedim(-1, 1), size, mode="bilinear").movedim(1, -1)
    colours, alpha = own[..., :3], own[..., 3:]
    over_grey = colours * alpha + GREY * (1 - alpha)
    shown = (picture - GREY * (1 - alpha)) / alpha.clamp_min(FAINTEST)
    kept = ((picture - over_grey).abs() <= UNCHANGED).all(dim=-1, keepdim=True)
    mended = torch.where(kept | (alpha < FAINTEST), colours, shown.clamp(0, 1))
    return torch.cat([mended, alpha.expand(len(mended), -1, -1, -1)], dim=-1)


def to_pil_with_alpha(original: torch.Tensor, result: torch.Tensor) -> Image.Image:
    """The result as a Pillow image, RGB or RGBA as the original; arguments as in `keep_alpha`."""
    if original.shape[-1] != 4:
        return to_pil(result)
    kept = keep_alpha(original, result)
    return Image.fromarray(to_levels(kept[0] * 2 - 1).cpu().numpy())
