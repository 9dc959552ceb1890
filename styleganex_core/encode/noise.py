"""Noise maps of Step II: where they start, and how they are kept white."""

from __future__ import annotations

import torch

from ..datatypes import Latents
from ..losses import noise_correlation_loss
from ..networks import Model

WEIGHT = 1000.0  # of the noise term, as in the published loop


def start_noise(
    model: Model, start: Latents, optimise: bool, random: torch.Generator
) -> list[torch.Tensor]:
    """The noise maps of the start, else Gaussian ones to optimise, else one zero per layer."""
    height, width = start.f.shape[-2:]
    shapes = model.generator.noise_shapes((height, width))
    if start.noise is not None:
        # A map of one px stands for the whole layer and is spread out where it is to change.
        pairs = zip(start.noise, shapes, strict=True)
        maps = [m.expand(1, 1, *shape) if optimise else m for m, shape in pairs]
    elif optimise:
        maps = [torch.randn(1, 1, *shape, generator=random) for shape in shapes]
    else:
        maps = [torch.zeros(1, 1, 1, 1) for _ in shapes]
    return [m.detach().clone().to(start.f).requires_grad_(optimise) for m in maps]


def noise_term(noise: list[torch.Tensor]) -> torch.Tensor:
    """What keeps the maps from holding parts of the picture, summed over the pictures."""
    return WEIGHT * noise_correlation_loss(noise).sum()


def whiten_maps(noise: list[torch.Tensor]) -> None:
    """Every map back to zero mean and unit deviation, in place."""
    with torch.no_grad():
        for noise_map in noise:
            if noise_map[0].numel() > 1:
                axes = (1, 2, 3)
                noise_map -= noise_map.mean(dim=axes, keepdim=True)
                deviation = noise_map.std(dim=axes, correction=0, keepdim=True)
                noise_map /= deviation.clamp_min(1e-8)
