"""Weights in 8 bit: levels with a scale and a lowest value per output channel.

A tensor X of a file is uint8 levels [O, ...] that stand for levels x X.scale + X.low, both [O].
Half the size of float16; a rounding error of 0.1 % of a channel's range, which a network's many
weights average out.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from ..errors import CheckpointError, echo

LEVELS = 255
SMALL = 4096  # numbers: tensors up to this size gain little and stay as they are
EXACT = ("latent_avg", "generator.mapping.")  # what noise means, which every style goes through
PARTS = ("scale", "low")

Tensors = dict[str, torch.Tensor]


def is_worth_levels(key: str, tensor: torch.Tensor) -> bool:
    """Whether a model's tensor is stored in 8 bit where that is asked for."""
    large = tensor.is_floating_point() and tensor.ndim >= 2 and tensor.numel() > SMALL
    return large and not key.startswith(EXACT)


def quantise(key: str, tensor: torch.Tensor) -> Tensors:
    """The entries of a file for a tensor [O, ...]."""
    rows = tensor.detach().float().flatten(1)
    low, high = rows.amin(dim=1), rows.amax(dim=1)
    scale = ((high - low) / LEVELS).clamp_min(1e-12)
    levels = ((rows - low[:, None]) / scale[:, None]).round().to(torch.uint8)
    return {key: levels.view(tensor.shape), f"{key}.scale": scale, f"{key}.low": low}


def has_levels(tensors: Mapping[str, torch.Tensor]) -> bool:
    """Whether some of a file's tensors are in 8 bit."""
    return any(_is_levels(name, tensors) for name in tensors)


def dequantise(tensors: Mapping[str, torch.Tensor]) -> Tensors:
    """The tensors of a file, those in 8 bit as float32, the others as they are.

    Raises CheckpointError for scales that do not fit their levels.
    """
    whole = {}
    for name, tensor in tensors.items():
        if _is_levels(name, tensors):
            whole[name] = _to_floats(name, tensor, *(tensors[f"{name}.{part}"] for part in PARTS))
        elif not _belongs_to_levels(name, tensors):
            whole[name] = tensor
    return whole


def _is_levels(name: str, tensors: Mapping[str, torch.Tensor]) -> bool:
    has_parts = all(f"{name}.{part}" in tensors for part in PARTS)
    return has_parts and tensors[name].dtype == torch.uint8


def _belongs_to_levels(name: str, tensors: Mapping[str, torch.Tensor]) -> bool:
    owner, _, part = name.rpartition(".")
    return part in PARTS and owner in tensors and _is_levels(owner, tensors)


def _to_floats(
    name: str, levels: torch.Tensor, scale: torch.Tensor, low: torch.Tensor
) -> torch.Tensor:
    for part in (scale, low):
        if levels.ndim == 0 or part.shape != levels.shape[:1] or not part.is_floating_point():
            raise CheckpointError(
                f"{echo(name, 200)} {list(levels.shape)} is stored in 8 bits, with a scale or "
                f"minimum of {list(part.shape)}; expected one number per row. The file is damaged."
            )
    shape = (-1, *[1] * (levels.ndim - 1))
    return levels.float() * scale.float().view(shape) + low.float().view(shape)
