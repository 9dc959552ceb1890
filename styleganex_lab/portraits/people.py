"""Random people for training and measuring: who they are, where their faces lie, 8-bit levels.

Convention: a person is Gaussian noise [D], from which a generator's mapping makes a style; a
placement is (x, y, scale, roll) in px of the full picture (see `render_portraits`), 8 px per cell
of a 256 px generator's first-layer feature.
"""

from __future__ import annotations

import torch

from .attributes import ATTRIBUTES
from .render import aligned_placement

FULL_SIDE = 256  # px of the face square at full size
CELL = 8  # px of the full picture per cell of `f`
SMALLEST, LARGEST = 0.55, 1.35  # scales of moved faces
TURN = 30.0  # degrees, the largest roll of moved faces
JITTER = (3.0, 3.0, 0.03, 1.5)  # px, px, log scale, degrees: how well detectors align faces


def attributes_of(z: torch.Tensor) -> torch.Tensor:
    """The attributes [N, A] that noise [N, D] stands for: `2 Phi(z) - 1` of its first entries.

    The noise is normalised first, as the mapping network does, so nothing is lost there; uniform
    attributes from Gaussian noise keep random sampling valid.
    """
    z = z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
    return torch.erf(z[:, : len(ATTRIBUTES)] / 2**0.5)


def sample_people(
    count: int, style_dim: int, generator: torch.Generator, pairs: bool = False
) -> torch.Tensor:
    """Random people as Gaussian noise [count, D], see `attributes_of`.

    As `pairs`, every odd person is the one before with one attribute changed to its opposite side.
    """
    z = torch.randn(count, style_dim, generator=generator)
    if pairs:
        even, odd = z[0::2], z[1::2]
        changed = torch.randint(len(ATTRIBUTES), (len(odd),), generator=generator)
        row = torch.arange(len(odd))
        other = -even[row, changed].sign() * odd[row, changed].abs()
        odd.copy_(even[: len(odd)])
        odd[row, changed] = other
    return z


def draw_placements(
    count: int,
    cells: tuple[int, int],
    moved: float,
    generator: torch.Generator,
    jitter: bool = False,
) -> torch.Tensor:
    """Placements [count, 4] in a picture of `cells`: aligned and centred, or with chance `moved`
    anywhere.

    Of the moved ones a quarter are moved by whole cells only, which is what the generator must do
    exactly. `jitter`: the aligned ones are off by as much as a detector is.
    """
    height, width = cells[0] * CELL, cells[1] * CELL
    place = aligned_placement(count, FULL_SIDE, FULL_SIDE).clone()
    place[:, 0] += (width - FULL_SIDE) / 2
    place[:, 1] += (height - FULL_SIDE) / 2
    draw = torch.rand(count, 6, generator=generator)
    away = torch.stack([(draw[:, 0] - 0.5) * width * 0.6, (draw[:, 1] - 0.5) * height * 0.5], 1)
    whole = draw[:, 4] < 0.25
    away[whole] = (away[whole] / CELL).round() * CELL
    scale = SMALLEST * (LARGEST / SMALLEST) ** draw[:, 2]
    roll = (draw[:, 3] * 2 - 1) * TURN
    free = torch.stack([
        place[:, 0] + away[:, 0],
        place[:, 1] + away[:, 1],
        torch.where(whole, torch.ones_like(scale), scale),
        torch.where(whole, torch.zeros_like(roll), roll),
    ], dim=1)  # fmt: skip
    if jitter:
        off = torch.randn(count, 4, generator=generator) * torch.tensor(JITTER)
        place = torch.cat([place[:, :2] + off[:, :2], place[:, 2:3] * off[:, 2:3].exp(),
                           place[:, 3:] + off[:, 3:]], dim=1)  # fmt: skip
    return torch.where((draw[:, 5] < moved)[:, None], free, place)


def to_levels(image: torch.Tensor) -> torch.Tensor:
    """Pictures in -1..1, clamped, as 8-bit levels of the same shape."""
    return ((image.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def from_levels(image: torch.Tensor) -> torch.Tensor:
    """8-bit levels as pictures in -1..1."""
    return image.float() / 127.5 - 1
