"""Pictures spoilt in ways that super-resolution cannot know: blur, noise, JPEG, lost colour.

Convention: pictures are [B, 3, H, W] in -1..1. Source: SPEC section 9, "Blind SR option".
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from styleganex_core.images import from_uint8, to_uint8
from styleganex_core.tasks.resample import enlarge_picture

TAPS = 41  # px of the blur's kernel
SIGMA = (0.1, 10.0)  # px
LEAST_FACTOR, LARGEST_FACTOR = 0.75, 1.5  # of the recipe's smallest and largest
NOISE = 20.0  # levels of 255, the largest standard deviation
QUALITY = (60, 100)  # of JPEG
GREY = 0.01  # chance of a picture without colour


def spoil(
    pictures: torch.Tensor, seeds: torch.Tensor, factors: tuple[int, ...], ratio: float
) -> torch.Tensor:
    """Each picture as a bad camera would have kept it, at its old size; the same for its seed.

    `factors`: of the recipe, px of the output per px of the small picture; `ratio`: output px per
    px of these pictures.
    """
    return torch.cat([
        _spoil_one(picture[None], torch.Generator().manual_seed(seed), factors, ratio)
        for picture, seed in zip(pictures, seeds.tolist(), strict=True)
    ])  # fmt: skip


def _spoil_one(
    picture: torch.Tensor, random: torch.Generator, factors: tuple[int, ...], ratio: float
) -> torch.Tensor:
    def draw(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=random))

    height, width = picture.shape[-2:]
    kernel = blur_kernel(draw(*SIGMA), draw(*SIGMA), draw(0, math.pi), draw(0, 1) < 0.5)
    blurred = F.conv2d(_mirror(picture), kernel.to(picture).expand(3, 1, TAPS, TAPS), groups=3)
    low, high = LEAST_FACTOR * min(factors), LARGEST_FACTOR * max(factors)
    factor = max(1.0, draw(low, high) / ratio)
    size = (max(1, round(height / factor)), max(1, round(width / factor)))
    small = F.interpolate(blurred, size, mode="bilinear", antialias=True)
    grain = torch.randn(small.shape, generator=random) * draw(0, NOISE) * 2 / 255
    small = _through_jpeg(small + grain.to(small), round(draw(*QUALITY)))
    if draw(0, 1) < GREY:
        small = small.mean(dim=1, keepdim=True).expand(-1, 3, -1, -1)
    return enlarge_picture(small, (height, width))


def blur_kernel(along: float, across: float, angle: float, even: bool) -> torch.Tensor:
    """A Gaussian [41, 41] of sum 1: round where `even`, else of two sigmas in px and turned."""
    across = along if even else across
    places = torch.arange(TAPS) - TAPS // 2.0
    y, x = torch.meshgrid(places, places, indexing="ij")
    u = x * math.cos(angle) + y * math.sin(angle)
    v = y * math.cos(angle) - x * math.sin(angle)
    weights = torch.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2))
    return weights / weights.sum()


def _mirror(picture: torch.Tensor) -> torch.Tensor:
    margin = TAPS // 2
    while margin > 0:
        step = min(margin, min(picture.shape[-2:]) - 1)
        picture = F.pad(picture, [step] * 4, mode="reflect")
        margin -= step
    return picture


def _through_jpeg(picture: torch.Tensor, quality: int) -> torch.Tensor:
    file = io.BytesIO()
    Image.fromarray(to_uint8(picture)[0].cpu().numpy()).save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        levels = torch.from_numpy(np.array(opened.convert("RGB")))
    return from_uint8(levels[None]).to(picture)
