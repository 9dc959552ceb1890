"""Pictures in and out: the only place where layout and value range change.

Convention: outside, a picture is [B, H, W, C] in 0..1 (ComfyUI) or 8-bit; inside it is
[B, C, H, W] in -1..1. RGB everywhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps

from .errors import ShapeError, StyleGANEXError

LARGEST_SIDE = 16384  # px; beyond this one float32 picture alone takes more than 3 GB
LEVELS_16 = 65535  # of a 16-bit channel; the levels of an 8-bit one are among them
ROUNDING = 5e-8  # of 0..1: what float32 may lose on the way to -1..1 and back


def to_bchw(image: torch.Tensor) -> torch.Tensor:
    """A picture [B, H, W, C] in 0..1 as [B, 3, H, W] in -1..1.

    Grey is repeated, an alpha channel is laid over mid grey, values outside 0..1 are clipped.
    Raises ShapeError for other channel counts, empty or oversized pictures, and NaN.
    """
    if image.ndim == 3:
        image = image[None]
    if image.ndim != 4 or image.shape[-1] not in (1, 3, 4) or 0 in image.shape:
        raise ShapeError(
            "a picture needs the shape [B, H, W, C] with 1, 3 or 4 channels; "
            f"got {list(image.shape)}."
        )
    if max(image.shape[1:3]) > LARGEST_SIDE:
        raise ShapeError(
            f"a picture of {image.shape[2]}x{image.shape[1]} px is larger than "
            f"{LARGEST_SIDE} px on a side; scale or crop it first."
        )
    image = image.float()
    if not torch.isfinite(image).all():
        raise ShapeError(
            "the picture holds NaN or infinite values; look at the node that made it "
            "(a half-precision VAE is the usual cause)."
        )
    image = image.clamp(0, 1)
    if image.shape[-1] == 4:
        alpha = image[..., 3:]
        image = image[..., :3] * alpha + 0.5 * (1 - alpha)
    return image.expand(*image.shape[:-1], 3).permute(0, 3, 1, 2).contiguous() * 2 - 1


def to_bhwc(image: torch.Tensor) -> torch.Tensor:
    """A picture [B, 3, H, W] in -1..1 as [B, H, W, 3] in 0..1, float32, clipped.

    The levels of 8-bit and 16-bit pictures come back exactly as `to_bchw` got them.
    """
    picture = image.float().clamp(-1, 1).add(1).div(2).permute(0, 2, 3, 1).contiguous()
    level = picture.mul(LEVELS_16).round_().div_(LEVELS_16)
    return torch.where((level - picture).abs() <= ROUNDING, level, picture)


def to_uint8(image: torch.Tensor) -> torch.Tensor:
    """A picture [B, C, H, W] in -1..1 as 8-bit [B, H, W, C]: floor((v + 1) * 127.5).

    What lies a rounding error below a level counts as that level.
    """
    levels = image.float().clamp(-1, 1).add(1).mul(127.5).add(255 * ROUNDING).floor()
    return levels.to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def from_uint8(levels: torch.Tensor) -> torch.Tensor:
    """An 8-bit picture [B, H, W, C] as float [B, C, H, W]: (u8 / 255 - 0.5) / 0.5."""
    return levels.permute(0, 3, 1, 2).float().div(255).sub(0.5).div(0.5).contiguous()


def to_pil(image: torch.Tensor) -> Image.Image:
    """The first picture of [B, 3, H, W] in -1..1 as a Pillow image."""
    return Image.fromarray(to_uint8(image[:1])[0].cpu().numpy())


def to_thumbnail(image: torch.Tensor, longest_side: int) -> Image.Image:
    """The first picture of [B, 3, H, W] in -1..1, made small; no side is 0, however thin it is.

    Whoever scales it to `longest_side` once more finds nothing to do, and no side of 0 either.
    """
    small = to_pil(image)
    small.thumbnail((longest_side, longest_side))
    return small


def load_image(path: str | Path) -> torch.Tensor:
    """The picture in a file as [1, 3, H, W] in -1..1, turned as its EXIF tag says.

    Raises StyleGANEXError when the file is missing or is no picture.
    """
    path = Path(path)
    if not path.is_file():
        raise StyleGANEXError(f"there is no picture at {path}; check the path.")
    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened)
            array = np.array(upright.convert("RGBA" if "A" in upright.getbands() else "RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise StyleGANEXError(f"{path.name} is not a picture Pillow can read: {error}") from error
    return to_bchw(torch.from_numpy(array).float()[None] / 255)


def extend_to_multiple(image: torch.Tensor, multiple: int = 8) -> torch.Tensor:
    """The picture grown to the right and below to sides divisible by `multiple`, edges repeated.

    Convention: [B, C, H, W], any value range; the original keeps its place at the top left.
    """
    height, width = image.shape[-2:]
    right, below = -width % multiple, -height % multiple
    if not (right or below):
        return image
    return F.pad(image, (0, right, 0, below), mode="replicate")
