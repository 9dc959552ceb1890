"""Random numbers of places: the same on every device, for any size of picture."""

from __future__ import annotations

import torch

from .geometry import smoothstep


def cell_noise(
    column: torch.Tensor, row: torch.Tensor, seed: int | torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Three numbers in 0..1 per cell of a grid: an integer hash, ten bits each.

    `column` and `row` hold whole numbers; `seed` is one number or a tensor that broadcasts.
    """
    value = column.int() * 374761393 + row.int() * 668265263 + seed * 974711
    value = (value ^ (value >> 13)) * 1274126177
    value = value ^ (value >> 16)
    low, middle, high = value & 1023, (value >> 10) & 1023, (value >> 20) & 1023
    return low / 1023, middle / 1023, high / 1023


def smooth_noise(x: torch.Tensor, y: torch.Tensor, seed: int | torch.Tensor) -> torch.Tensor:
    """Noise in 0..1 that changes smoothly over about one unit."""
    column, row = x.floor(), y.floor()
    right, down = smoothstep(0.0, 1.0, x - column), smoothstep(0.0, 1.0, y - row)
    corners = [cell_noise(column + i, row + j, seed)[0] for j in (0, 1) for i in (0, 1)]
    above = torch.lerp(corners[0], corners[1], right)
    below = torch.lerp(corners[2], corners[3], right)
    return torch.lerp(above, below, down)


def layered_noise(
    x: torch.Tensor, y: torch.Tensor, seed: int | torch.Tensor, octaves: int = 3
) -> torch.Tensor:
    """Noise in 0..1 with details of half the size and weight in every octave."""
    total, weight = torch.zeros_like(x), 1.0
    for octave in range(octaves):
        total = total + weight * smooth_noise(x * 2**octave, y * 2**octave, seed + 17 * octave)
        weight *= 0.5
    return total / (2 - 2 * weight)
