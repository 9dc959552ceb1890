"""One picture's latents at a row of strengths of one edit."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from ..ranges import check_number
from .edit import apply_edit_vector, scale_vector


def space_strengths(first: float, last: float, steps: int) -> list[float]:
    """`steps` strengths at equal distances, both ends included.

    >>> space_strengths(-1, 1, 3)
    [-1.0, 0.0, 1.0]
    """
    row = torch.linspace(first, last, steps, dtype=torch.float64)
    return [round(strength, 6) for strength in row.tolist()]


def sweep_edit(
    latents: Latents,
    vector: torch.Tensor,
    strengths: Sequence[float],
    layers: str = "all",
    *,
    second: tuple[torch.Tensor, Sequence[float]] | None = None,
) -> Latents:
    """A batch with one picture's latents edited by each of the strengths, in their order.

    `latents` of one picture; `vector` and `layers` as in `apply_edit_vector`. What does not change
    (`f`, skips, noise) is held once for the whole batch. With a `second` vector and its strengths
    the batch is a grid, row by row: a row has one strength of the second and all of the first.

    Raises StyleGANEXError without strengths, ShapeError for several pictures or a vector of
    another family.
    """
    if latents.batch != 1:
        raise ShapeError(
            f"a sweep shows one picture at several strengths; got latents of {latents.batch} "
            "pictures. Choose one of them."
        )
    count, rows = len(strengths), 1 if second is None else len(second[1])
    swept = _sweep(latents, vector, list(strengths) * rows, layers)
    if second is None:
        return swept
    return _sweep(swept, second[0], [one for one in second[1] for _ in range(count)], layers)


def _sweep(
    latents: Latents, vector: torch.Tensor, strengths: Sequence[float], layers: str
) -> Latents:
    if not strengths:
        raise StyleGANEXError("a sweep needs at least one strength; got none.")
    for strength in strengths:
        check_number(strength, "strength")
    if vector.ndim > 2 and len(vector) != 1:
        raise ShapeError(
            f"a sweep takes one edit vector; got {list(vector.shape)}, one per picture."
        )
    return apply_edit_vector(latents, scale_vector(vector, strengths), layers=layers)
