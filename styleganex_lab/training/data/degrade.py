"""Pictures made worse, as super-resolution and encoders meet them.

`degrade_known` reduces by a factor and nothing else. `degrade_unknown` does what super-resolution
cannot know: blur, noise, JPEG, lost colour (docs/networks.md, "Training"). `degrade_lightly`
makes crisp renders like pictures of the world: soft, quantised, noisy.

Convention: pictures are [B, 3, H, W] in -1..1.
"""

from __future__ import annotations

import io
import math

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from styleganex_core.images import from_uint8, to_uint8
from styleganex_core.tasks.resample import enlarge_picture, reduce_and_restore

TAPS = 41  # px of the blur's kernel
SIGMA = (0.1, 10.0)  # px
LEAST_FACTOR, LARGEST_FACTOR = 0.75, 1.5  # of the recipe's smallest and largest
NOISE = 20.0  # levels of 255, the largest standard deviation
QUALITY = (60, 100)  # of JPEG
GREY = 0.01  # chance of a picture without colour
BLOCK = 8  # px of a JPEG block


def degrade_known(pictures: torch.Tensor, factor: int, ratio: float) -> torch.Tensor:
    """The pictures reduced and brought back to their size, `factor` output px per px of the small.

    `ratio`: output px per px of these pictures.
    """
    return reduce_and_restore(pictures, max(1, round(factor / ratio)))


def degrade_unknown(
    pictures: torch.Tensor, seeds: torch.Tensor, factors: tuple[int, ...], ratio: float
) -> torch.Tensor:
    """Each picture as a bad camera would have kept it, at its old size; the same for its seed.

    `factors`: of the recipe, px of the output per px of the small picture; `ratio`: output px per
    px of these pictures.
    """
    return torch.cat([
        _degrade_one(picture[None], torch.Generator().manual_seed(seed), factors, ratio)
        for picture, seed in zip(pictures, seeds.tolist(), strict=True)
    ])  # fmt: skip


def _degrade_one(
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


def degrade_lightly(image: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Pictures [B, 3, H, W] in -1..1 blurred, quantised in blocks and made noisy, each its own
    way; half of them lightly.
    """
    draw = torch.rand(4, len(image), 1, 1, 1, generator=random)
    amount = (draw[0] * 2 - 0.5).clamp(0, 1)
    soft = _soften(image)
    softer = _soften(_soften(soft))
    image = torch.lerp(image, soft, (amount * 2).clamp(0, 1))
    image = torch.lerp(image, softer, (amount * 2 - 1).clamp(0, 1))
    coarse = _quantise(image, 0.02 + 0.2 * draw[1])
    image = torch.where(draw[2] < 0.35, coarse, image)
    noise = torch.randn(image.shape, generator=random)
    return image + noise * 0.08 * (draw[3] - 0.4).clamp_min(0)


def _soften(image: torch.Tensor) -> torch.Tensor:
    """The picture filtered by (1, 2, 1) / 4 on both axes, a bell of 0.7 px; edges repeat."""
    image = F.pad(image, [1] * 4, mode="replicate")
    image = (image[..., :-2] + 2 * image[..., 1:-1] + image[..., 2:]) / 4
    return (image[..., :-2, :] + 2 * image[..., 1:-1, :] + image[..., 2:, :]) / 4


def _quantise(image: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
    """Pictures with the cosine coefficients of their blocks rounded, as JPEG does: to `step`
    [B, 1, 1, 1] times the orthonormal unit, more for the higher frequencies.
    """
    height, width = image.shape[-2:]
    place = torch.arange(BLOCK)
    basis = torch.cos(math.pi / BLOCK * (place + 0.5) * place[:, None]) * (2 / BLOCK) ** 0.5
    basis[0] /= 2**0.5
    blocks = image.unflatten(3, (width // BLOCK, BLOCK)).unflatten(2, (height // BLOCK, BLOCK))
    blocks = blocks.transpose(3, 4)  # [B, 3, rows, columns, 8, 8]
    coarser = 1 + 0.5 * (place[:, None] + place)
    unit = step[..., None, None] * coarser
    coefficients = basis @ blocks @ basis.T
    blocks = basis.T @ ((coefficients / unit).round() * unit) @ basis
    return blocks.transpose(3, 4).flatten(4, 5).flatten(2, 3)
