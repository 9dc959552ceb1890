"""Pictures made small and large again, as super-resolution was trained on them.

Convention: pictures are [B, 3, H, W] in -1..1; a factor counts px of the large picture per px of
the small one, along a side. Source: docs/networks.md, "Tasks".
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..images import HALF_LEVEL, to_levels
from ..warp import mirror_places

TAPS = 4  # of the bicubic kernel, per px of the small picture
SHARPNESS = -0.5  # Keys' a


def reduce_picture(image: torch.Tensor, factor: int) -> torch.Tensor:
    """The picture at 1 / `factor` of its sides, rounded up, in 8-bit levels.

    Keys' bicubic kernel stretched to 4 `factor` taps, which low-passes; edges are mirrored.
    """
    if factor == 1:
        return _eight_bit(image)
    places = (torch.arange(TAPS * factor, dtype=torch.float64) + 0.5) / factor - TAPS / 2
    kernel = _keys(places)
    kernel = (kernel / kernel.sum()).to(image)
    before = 3 * factor // 2
    count = image.shape[1]
    for axis in (-1, -2):
        length = image.shape[axis]
        small = -(-length // factor)
        reads = torch.arange(-before, (small + TAPS - 1) * factor - before, device=image.device)
        image = image.index_select(axis, mirror_places(reads, length))
        shape = (1, -1) if axis == -1 else (-1, 1)
        stride = (1, factor) if axis == -1 else (factor, 1)
        weight = kernel.reshape(1, 1, *shape).expand(count, 1, *shape)
        image = F.conv2d(image, weight, stride=stride, groups=count)
    return _eight_bit(image)


def enlarge_picture(image: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """The picture at `size` (height, width): bicubic with Keys' a = -0.5, as Pillow's."""
    if tuple(image.shape[-2:]) == size:
        return image
    # Torch takes -0.5 only together with antialias, which leaves an enlargement as it is.
    enlarged = F.interpolate(image, size, mode="bicubic", antialias=True, align_corners=False)
    return enlarged.clamp(-1, 1)


def reduce_and_restore(image: torch.Tensor, factor: int) -> torch.Tensor:
    """The picture without the detail that a picture of 1 / `factor` of its sides lacks."""
    height, width = image.shape[-2:]
    small = reduce_picture(image, factor)
    whole = (small.shape[-2] * factor, small.shape[-1] * factor)
    return enlarge_picture(small, whole)[..., :height, :width]


def _keys(x: torch.Tensor) -> torch.Tensor:
    """Keys' cubic convolution kernel."""
    x, a = x.abs(), SHARPNESS
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * (x**3 - 5 * x**2 + 8 * x - 4)
    return torch.where(x <= 1, near, torch.where(x < 2, far, 0.0))


def _eight_bit(image: torch.Tensor) -> torch.Tensor:
    """Rounded to the levels of a picture file."""
    return to_levels(image + HALF_LEVEL).to(image.dtype) / 127.5 - 1
