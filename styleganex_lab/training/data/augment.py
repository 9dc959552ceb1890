"""The joint affine augmentation of inputs and targets.

Convention: a matrix [3, 3] maps homogeneous (x, y) of the result to the source, both in units in
which a picture spans -1..1 on each axis, so one matrix serves input and target of any size.
Pictures are [B, C, H, W] of any value range. Source: StyleGAN2-ADA, appendix B;
docs/networks.md, "Training".
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

SCALE = 0.1  # standard deviation of the log2 of scales
SHIFT = 0.125  # standard deviation of translations, as a share of the picture's side
TURN = 45.0  # degrees, the largest of each rotation
# The 12-tap SYM6 wavelet's low-pass filter (Daubechies). Its even shifts are orthonormal, so
# oversampling and undersampling by it is exact where nothing moves.
SYM6 = (
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148,
)  # fmt: skip
REACH = len(SYM6) // 2  # px that the filter spreads
DELAY = sum(place * tap for place, tap in enumerate(SYM6)) / sum(SYM6) - REACH  # oversampled px


def draw_affine(
    count: int, chance: float, size: tuple[int, int], random: torch.Generator
) -> torch.Tensor:
    """Matrices [count, 3, 3] for pictures of `size` (height, width), or of its shape.

    Scaling, scaling one axis against the other and translation each have the given chance; so do
    the two rotations, before and after the second scaling, together.
    """
    once = 1 - math.sqrt(1 - chance)
    aspect = size[1] / size[0]

    def normal() -> torch.Tensor:
        return torch.randn(count, generator=random)

    def turn() -> torch.Tensor:
        angle = torch.deg2rad((torch.rand(count, generator=random) * 2 - 1) * TURN)
        cos, sin = angle.cos(), angle.sin()
        return _matrices(cos, -sin / aspect, sin * aspect, cos)

    even, odd = 2 ** (SCALE * normal()), 2 ** (SCALE * normal())
    one = torch.ones(count)
    stages = (
        (chance, _matrices(even, 0 * one, 0 * one, even)),
        (once, turn()),
        (chance, _matrices(odd, 0 * one, 0 * one, 1 / odd)),
        (once, turn()),
        (chance, _matrices(one, 0 * one, 0 * one, one, 2 * SHIFT * normal(), 2 * SHIFT * normal())),
    )
    total = torch.eye(3).repeat(count, 1, 1)
    for likely, matrix in stages:
        drawn = torch.rand(count, generator=random) < likely
        total = torch.where(drawn[:, None, None], total @ matrix, total)
    return total


def warp_affine(pictures: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    """Pictures seen through the matrices [B, 3, 3]; outside lies their reflection.

    Twice oversampled through the SYM6 filter, so that nothing aliases. Pictures whose matrix is
    the identity come back as they are.
    """
    matrix = matrix.to(pictures)
    still = torch.eye(3, device=pictures.device, dtype=pictures.dtype)
    moved = (matrix - still).flatten(1).abs().amax(dim=1) > 0
    if not bool(moved.any()):
        return pictures
    result = pictures.clone()
    result[moved] = _warp(pictures[moved], matrix[moved])
    return result


def _matrices(
    a: torch.Tensor,
    b: torch.Tensor,
    c: torch.Tensor,
    d: torch.Tensor,
    x: torch.Tensor | None = None,
    y: torch.Tensor | None = None,
) -> torch.Tensor:
    """[[a, b, x], [c, d, y], [0, 0, 1]] of numbers [N] each."""
    zero, one = torch.zeros_like(a), torch.ones_like(a)
    rows = (a, b, zero if x is None else x, c, d, zero if y is None else y, zero, zero, one)
    return torch.stack(rows, dim=1).reshape(-1, 3, 3)


def _warp(pictures: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
    height, width = pictures.shape[-2:]
    margin = _margin(matrix, max(height, width))
    source = _oversample(_reflect(pictures, margin))
    # Where each oversampled px of the result, its surroundings included, lies in the source.
    across, down = (
        (torch.arange(2 * (side + 2 * REACH)).to(pictures) - DELAY - 2 * REACH + 1) / side - 1
        for side in (width, height)
    )
    y, x = torch.meshgrid(down, across, indexing="ij")
    places = torch.stack([x, y, torch.ones_like(x)], dim=-1)  # [h, w, 3]
    units = torch.einsum("hwk,bjk->bhwj", places, matrix[:, :2])
    sides = units.new_tensor([width, height])
    px = ((units + 1) * sides - 1) / 2 + margin
    grid = (2 * (2 * px + DELAY) + 1) / (2 * (sides + 2 * margin)) - 1
    seen = F.grid_sample(source, grid, padding_mode="border", align_corners=False)
    return _undersample(seen)[..., REACH : REACH + height, REACH : REACH + width]


def _margin(matrix: torch.Tensor, side: int) -> int:
    """How many px of reflection the results need around their sources."""
    corners = matrix.new_tensor([[-1, -1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, 1]]).T
    furthest = float((matrix[:, :2] @ corners).abs().amax())
    return math.ceil(max(0.0, furthest - 1) * side / 2) + 2 * REACH


def _reflect(x: torch.Tensor, margin: int) -> torch.Tensor:
    """Padded by reflection, again and again where a picture is narrower than its margin."""
    while margin > 0:
        step = min(margin, min(x.shape[-2:]) - 1)
        x = F.pad(x, [step] * 4, mode="reflect")
        margin -= step
    return x


def _oversample(x: torch.Tensor) -> torch.Tensor:
    """[B, C, H, W] at twice its size, through the filter."""
    kernel = x.new_tensor(SYM6) * math.sqrt(2)
    for axis in (-2, -1):
        filled = torch.stack([x, torch.zeros_like(x)], dim=x.ndim if axis == -1 else x.ndim - 1)
        x = filled.flatten(axis - 1, axis)
        x = _filter(x, kernel.flip(0), axis, (len(SYM6) - REACH - 1, REACH))
    return x


def _undersample(x: torch.Tensor) -> torch.Tensor:
    """Every other px of [B, C, 2H, 2W], through the mirrored filter."""
    kernel = x.new_tensor(SYM6) / math.sqrt(2)
    for axis in (-2, -1):
        x = _filter(x, kernel, axis, (REACH, len(SYM6) - REACH - 1))
        x = x[..., ::2, :] if axis == -2 else x[..., ::2]
    return x


def _filter(
    x: torch.Tensor, kernel: torch.Tensor, axis: int, margin: tuple[int, int]
) -> torch.Tensor:
    """`x` correlated with the kernel along an axis, zeros outside."""
    channels = x.shape[1]
    shape = (1, 1, -1, 1) if axis == -2 else (1, 1, 1, -1)
    pad = (0, 0, *margin) if axis == -2 else (*margin, 0, 0)
    weight = kernel.reshape(shape).expand(channels, 1, -1, -1)
    return F.conv2d(F.pad(x, pad), weight, groups=channels)
