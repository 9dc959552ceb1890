"""The expression of another face: what its latents differ by along the vectors of expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError, echo

EXPRESSION = "expression"  # its name among the edit vectors
# What edit vectors of expressions are called, here and in published collections.
NAMED = re.compile(
    r"smil|mouth|lip|laugh|frown|grin|eyes?_?(open|close)|wink|squint|brows?_?(up|down|raise)|"
    r"expression|emotion|happ|sad|angr|anger|surpris|fear|disgust|neutral"
)


def expression_names(vectors: Mapping[str, torch.Tensor]) -> list[str]:
    """Of edit vectors by name, those that are about an expression.

    >>> expression_names(dict.fromkeys(["age", "smile", "mouth_open", "eyeglasses", "lipstick"]))
    ['smile', 'mouth_open']
    """
    return [name for name in vectors if NAMED.search(name.lower()) and "stick" not in name.lower()]


def find_expression(
    latents: Latents, other: Latents, vectors: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """An edit vector [B or 1, L, D] to the expression of `other`: 1 takes it over, 0.5 half of it.

    The difference of the two is fitted by all `vectors` together, in the sense of least squares,
    and what falls to those of expressions is kept: what else tells the two apart, such as age,
    hair and pose, stays out. `other` shows one face, or one for each of the latents.

    Raises StyleGANEXError where no vector is about an expression, ShapeError for another family.
    """
    kept = expression_names(vectors)
    if not kept:
        known = ", ".join(map(echo, vectors)) or "none"
        raise StyleGANEXError(
            "transferring an expression needs edit vectors of expressions, such as smile or "
            f"mouth_open, but this model has none of them; it has {known}."
        )
    ours, theirs = latents.w_plus, other.w_plus
    if ours.shape[1:] != theirs.shape[1:] or len(theirs) not in (1, len(ours)):
        raise ShapeError(
            f"the expression of w_plus {list(theirs.shape)} does not fit {list(ours.shape)}; "
            "encode its photo with the same model, one face for all or one for each."
        )
    slots, width = ours.shape[1:]
    rows = {name: vector.reshape(-1, vector.shape[-1]).cpu() for name, vector in vectors.items()}
    fitting = {
        n: row for n, row in rows.items() if len(row) in (1, slots) and row.shape[1] == width
    }
    flat = [row.expand(slots, -1).reshape(-1) for row in fitting.values()]
    basis = torch.stack(flat, dim=1).double()  # [L * D, K]
    difference = (theirs - ours).reshape(len(ours), -1).T.cpu().double()  # [L * D, B]
    shares = torch.linalg.lstsq(basis, difference).solution  # [K, B]
    chosen = [index for index, name in enumerate(fitting) if name in kept]
    moved = basis[:, chosen] @ shares[chosen]
    return moved.T.reshape(-1, slots, width).to(ours)
