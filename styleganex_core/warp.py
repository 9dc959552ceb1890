"""Pictures resampled by a similarity: turned, scaled, cut out.

Convention: a matrix [2, 3] maps (x, y) px of the result to (x, y) px of the source, the origin at
the centre of the top-left px of each. Pictures are [B, C, H, W] of any value range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F

Rows = Sequence[Sequence[float]]

# px around the part of the source that is read: what the kernels need beyond the last px
MARGIN = 4


def compose(outer: Rows, inner: Rows) -> tuple[tuple[float, float, float], ...]:
    """The matrix that does `inner` first and `outer` after it."""
    return tuple(
        (
            a * inner[0][0] + b * inner[1][0],
            a * inner[0][1] + b * inner[1][1],
            a * inner[0][2] + b * inner[1][2] + c,
        )
        for a, b, c in outer
    )


def invert(matrix: Rows) -> tuple[tuple[float, float, float], ...]:
    """The matrix of the opposite direction."""
    (a, b, x), (c, d, y) = matrix
    determinant = a * d - b * c
    return (
        (d / determinant, -b / determinant, (b * y - d * x) / determinant),
        (-c / determinant, a / determinant, (c * x - a * y) / determinant),
    )


def resize_matrix(
    size: tuple[int, int], source: tuple[int, int]
) -> tuple[tuple[float, float, float], ...]:
    """The matrix of a picture [*, height, width] resized from `source`: edges meet edges."""
    down, right = source[0] / size[0], source[1] / size[1]
    return ((right, 0.0, right / 2 - 0.5), (0.0, down, down / 2 - 0.5))


def apply(matrix: Rows, x: float, y: float) -> tuple[float, float]:
    """The point under the matrix."""
    return tuple(a * x + b * y + c for a, b, c in matrix)  # type: ignore[return-value]


def map_points(points: torch.Tensor, matrix: Rows) -> torch.Tensor:
    """Points [..., 2] under the matrix."""
    rows = points.new_tensor(matrix)
    return points @ rows[:, :2].T + rows[:, 2]


def bounds(matrix: Rows, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a picture of `size` (height, width) under the matrix."""
    height, width = size
    corners = [
        apply(matrix, x, y) for x in (-0.5, width - 0.5) for y in (-0.5, height - 0.5)
    ]  # the outer edges of the px
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def warp(
    image: torch.Tensor,
    matrix: Rows,
    size: tuple[int, int],
    *,
    outside: Literal["reflection", "border", "zeros"] = "reflection",
    kernel: Literal["bicubic", "bilinear"] = "bicubic",
) -> torch.Tensor:
    """The picture seen through `matrix`, [B, C, *size], float32.

    Where the result is smaller than the source, the source is low-passed first, so nothing
    aliases. `outside` says what lies beyond the source's edges. Bicubic results stay within the
    source's range of values.
    """
    image = image.float()
    low, high = float(image.detach().amin()), float(image.detach().amax())
    image, matrix = _cut(image, matrix, size)
    shrink = [math.hypot(*column) for column in zip(*(row[:2] for row in matrix), strict=True)]
    if max(shrink) > 1:
        # Source px per result px; a similarity shrinks both axes alike.
        height, width = image.shape[-2:]
        smaller = (
            max(1, round(height / max(1.0, *shrink))),
            max(1, round(width / max(1.0, *shrink))),
        )
        matrix = compose(invert(resize_matrix(smaller, (height, width))), matrix)
        image = F.interpolate(image, smaller, mode="bicubic", antialias=True)
    height, width = image.shape[-2:]
    # In double precision: px positions of large pictures need more than float32 has.
    rows = torch.tensor(matrix, dtype=torch.float64, device="cpu")
    rows = (rows + torch.tensor([[0, 0, 0.5]])) * torch.tensor([[2 / width], [2 / height]])
    rows[:, 2] -= 1
    xs = torch.arange(size[1], dtype=torch.float64)
    ys = torch.arange(size[0], dtype=torch.float64)
    grid = rows[:, 0] * xs[None, :, None] + rows[:, 1] * ys[:, None, None] + rows[:, 2]
    grid = grid.to(image)[None].expand(image.shape[0], -1, -1, -1)
    result = F.grid_sample(image, grid, mode=kernel, padding_mode=outside, align_corners=False)
    return result.clamp(min(low, 0.0) if outside == "zeros" else low, high)


def mirror_places(places: torch.Tensor, length: int) -> torch.Tensor:
    """Places folded into 0 .. length - 1; the edge px itself is not repeated."""
    period = max(2 * (length - 1), 1)
    places = places.abs() % period
    return torch.minimum(places, period - places).clamp(max=length - 1)


def _cut(image: torch.Tensor, matrix: Rows, size: tuple[int, int]) -> tuple[torch.Tensor, Rows]:
    """The part of the picture that the result reads, and the matrix for it."""
    height, width = image.shape[-2:]
    left, top, right, bottom = bounds(matrix, size)
    # What lies outside is read as a reflection: as far inside.
    left, right = min(left, 2 * width - right), max(right, -left)
    top, bottom = min(top, 2 * height - bottom), max(bottom, -top)
    margin = MARGIN * max(1.0, *(math.hypot(*row[:2]) for row in matrix))
    x0, y0 = (max(0, math.floor(value - margin)) for value in (left, top))
    x1 = min(width, math.ceil(right + margin) + 1)
    y1 = min(height, math.ceil(bottom + margin) + 1)
    if x0 >= x1 or y0 >= y1:  # the result lies beyond the picture
        return image, matrix
    moved = compose(((1, 0, -x0), (0, 1, -y0)), matrix)
    return image[..., y0:y1, x0:x1], moved
