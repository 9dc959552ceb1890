"""Pictures in and out: the only place where layout and value range change.

Convention: outside, a picture is [B, H, W, C] in 0..1 (ComfyUI) or 8-bit; inside it is
[B, C, H, W] in -1..1. RGB everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps

from .errors import ShapeError, StyleGANEXError, echo

LARGEST_SIDE = 16384  # px; beyond this one float32 picture alone takes more than 3 GB
LARGEST_AREA = 89_478_485  # px: a quarter of a GB in RGB, Pillow's own limit
BITS_PER_SAMPLE = 258  # TIFF's tag
LEVELS_16 = 65535  # of a 16-bit channel; the levels of an 8-bit one are among them
HALF_LEVEL = 1 / 255  # of -1..1: added before `to_levels`, it gives the nearest level
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
    if not all(torch.isfinite(extreme) for extreme in image.aminmax()):
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


class PictureBatch(Sequence[torch.Tensor]):
    """The pictures of a batch [B, H, W, C] in 0..1, each made [1, 3, H, W] in -1..1 when asked for.

    As `to_bchw` does it for all of them at once, which takes the batch's memory several times.
    """

    def __init__(self, batch: torch.Tensor) -> None:
        self._batch = batch if batch.ndim == 4 else batch[None]

    def __len__(self) -> int:
        return len(self._batch)

    def __getitem__(self, number: int) -> torch.Tensor:  # type: ignore[override]
        if not 0 <= number < len(self):
            raise IndexError(number)
        return to_bchw(self._batch[number : number + 1])


def to_levels(values: torch.Tensor) -> torch.Tensor:
    """Values in -1..1, of any shape, as 8-bit levels: floor((v + 1) * 127.5), as ComfyUI saves.

    What lies a rounding error below a level counts as that level. Every 8-bit picture of this
    package is made here.
    """
    levels = values.float().clamp(-1, 1).add(1).mul(127.5).add(255 * ROUNDING).floor()
    return levels.to(torch.uint8)


def nearest_levels(values: torch.Tensor) -> torch.Tensor:
    """Values in 0..255, of any shape, as the nearest 8-bit levels."""
    return to_levels(values.float().div(127.5).sub(1 - HALF_LEVEL))


def to_uint8(image: torch.Tensor) -> torch.Tensor:
    """A picture [B, C, H, W] in -1..1 as 8-bit [B, H, W, C], by `to_levels`."""
    return to_levels(image).permute(0, 2, 3, 1).contiguous()


def from_uint8(levels: torch.Tensor) -> torch.Tensor:
    """An 8-bit picture [B, H, W, C] as float [B, C, H, W]: (u8 / 255 - 0.5) / 0.5."""
    return levels.permute(0, 3, 1, 2).float().div(255).sub(0.5).div(0.5).contiguous()


def to_pil(image: torch.Tensor) -> Image.Image:
    """The first picture of [B, 3, H, W] in -1..1 as a Pillow image."""
    return Image.fromarray(to_uint8(image[:1])[0].cpu().numpy())


def to_thumbnail(image: torch.Tensor, longest_side: int) -> Image.Image:
    """The first picture of [B, 3, H, W] in -1..1, made small; no side is 0, however thin it is.

    Scaling it to `longest_side` once more changes nothing.
    """
    small = to_pil(image)
    small.thumbnail((longest_side, longest_side))
    return small


def load_image(path: str | Path) -> torch.Tensor:
    """The picture in a file as [1, 3, H, W] in -1..1, turned as its EXIF tag says.

    What is transparent is laid over mid grey. Depth and errors as in `read_picture`.
    """
    return to_bchw(read_picture(path))


def read_picture(path: str | Path) -> torch.Tensor:
    """The picture in a file as [1, H, W, C] in 0..1, turned as its EXIF tag says: grey, RGB, or
    RGBA where the file has transparency.

    Channels of 16 bits keep their depth, floating ones their values from 0 to 1 (or to 255, or to
    65535, where they are larger).

    Raises StyleGANEXError when the file is missing, is no picture, or has more than 89 million px.
    """
    path = Path(path)
    name = echo(path.name)
    try:
        if not path.is_file():
            raise StyleGANEXError(f"there is no picture at {echo(path, 300)}; check the path.")
        with Image.open(path) as opened:
            if opened.width * opened.height > LARGEST_AREA:
                raise StyleGANEXError(
                    f"{name} is {opened.width}x{opened.height} px, more than the "
                    f"{LARGEST_AREA:,} px at which Pillow, and so ComfyUI, warns of files made "
                    "to fill the memory; scale it down first."
                )
            upright = ImageOps.exif_transpose(opened)
            array = _read_values(upright, opened)
    except MemoryError:
        raise StyleGANEXError(
            f"{name} does not fit into the memory that is free; scale it down or close other "
            "programs."
        ) from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise StyleGANEXError(f"{name} is not a picture Pillow can read: {error}") from error
    return torch.from_numpy(array)[None]


def _read_values(image: Image.Image, file: Image.Image) -> np.ndarray:
    """The picture as float32 [H, W, C] in 0..1, with one, three or four channels."""
    if image.mode == "F" or image.mode.startswith("I"):
        values = np.array(image, np.float32)[..., None]
        return values / _largest_value(image, file, values)
    transparent = "A" in image.getbands() or "a" in image.mode or "transparency" in image.info
    return np.array(image.convert("RGBA" if transparent else "RGB"), np.float32) / 255


def _largest_value(image: Image.Image, file: Image.Image, values: np.ndarray) -> float:
    """What white is in a picture of more than 8 bits a channel."""
    if image.mode == "F":
        return next((white for white in (1, 255, LEVELS_16) if values.max() <= white), np.nan)
    bits = 16  # of "I;16", and of the grey PNG that older Pillows open as "I"
    if image.mode == "I" and hasattr(file, "tag_v2"):
        bits = max(file.tag_v2.get(BITS_PER_SAMPLE, (16,)))  # type: ignore[attr-defined]
    return 2**bits - 1 if bits <= 16 else 2**31 - 1  # Pillow reads 32 bits with their sign


def join_sides(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Two pictures [1, 3, H, W] in -1..1 side by side, the left one at the right one's size."""
    size = right.shape[-2:]
    if left.shape[-2:] != size:
        left = F.interpolate(left, size, mode="bicubic").clamp(-1, 1)
    return torch.cat([left, right], dim=3)


def extend_to_multiple(image: torch.Tensor, multiple: int = 8) -> torch.Tensor:
    """The picture grown to the right and below to sides divisible by `multiple`, edges repeated.

    Convention: [B, C, H, W], any value range; the original keeps its place at the top left.
    """
    height, width = image.shape[-2:]
    right, below = -width % multiple, -height % multiple
    if not (right or below):
        return image
    return F.pad(image, (0, right, 0, below), mode="replicate")
