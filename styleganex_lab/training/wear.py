"""Wear that makes crisp renders like pictures of the world: soft, quantised, noisy."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

BLOCK = 8  # px of a JPEG block


def wear(image: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Pictures [B, 3, H, W] in -1..1 blurred, quantised in blocks and made noisy, each its own
    way; half of them lightly.
    """
    draw = torch.rand(4, len(image), 1, 1, 1, generator=random)
    amount = (draw[0] * 2 - 0.5).clamp(0, 1)
    soft = _blur(image)
    softer = _blur(_blur(soft))
    image = torch.lerp(image, soft, (amount * 2).clamp(0, 1))
    image = torch.lerp(image, softer, (amount * 2 - 1).clamp(0, 1))
    coarse = _quantise(image, 0.02 + 0.2 * draw[1])
    image = torch.where(draw[2] < 0.35, coarse, image)
    noise = torch.randn(image.shape, generator=random)
    return image + noise * 0.08 * (draw[3] - 0.4).clamp_min(0)


def _blur(image: torch.Tensor) -> torch.Tensor:
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
