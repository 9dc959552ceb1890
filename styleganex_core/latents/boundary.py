"""Edit vectors from examples: the boundary between styles with and without an attribute."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from ..layers import parse_layers
from .ridge import largest_variance, solve_ridge

FEWEST_EXAMPLES = 2  # per set: one has no spread to measure
# In units of the largest variance within a set. A smaller ridge separates the sets better but
# moves other attributes more, at 0.03 1.5 to 2.5 times as much (demo model, 10 to 200 examples a
# set): what tells an attribute best is not what changes it (Haufe et al., 2014). Far above 1 the
# normal is the difference of the means.
RIDGE = 1.0
NEGLIGIBLE = 1e-6  # a length, relative to what it is compared with, that is rounding alone

Examples = Latents | torch.Tensor


def find_boundary(
    positive: Examples,
    negative: Examples,
    *,
    orthogonal_to: Sequence[torch.Tensor] = (),
    layers: str = "all",
) -> torch.Tensor:
    """The edit vector [L, D] that leads from `negative` to `positive` examples; float32, CPU.

    Both are latents or their styles [N, L, D], N from 2 on, and need not be of equal number.
    The vector is the normal of a linear boundary between the two sets, so scaled that strength 1
    is one standard deviation of all examples together along it. It is zero outside `layers`.

    `orthogonal_to`: edit vectors ([D], [1, D], [L, D] or [1, L, D]) whose attributes should stay;
    what the normal has in common with them is taken out. Source: InterFaceGAN (Shen et al., 2020),
    section 3 (boundary, conditional manipulation).

    The boundary is Fisher's linear discriminant with a ridge (Friedman, 1989): closed form, so
    always the same, and defined for far fewer examples than dimensions.

    Raises ShapeError for examples or vectors of different families, and StyleGANEXError for too
    few examples, sets that do not differ, and nothing left after orthogonalisation.
    """
    with_it = _read_examples(positive, "positive")
    without = _read_examples(negative, "negative")
    if with_it.shape[1:] != without.shape[1:]:
        raise ShapeError(
            f"the positive examples have styles {list(with_it.shape)}, the negative ones "
            f"{list(without.shape)}; both must come from the same model."
        )
    num_slots, style_dim = with_it.shape[1:]
    slots = list(parse_layers(layers, num_slots))
    if not slots:
        raise StyleGANEXError(f'layers "{layers}" names no slot; give at least one, or "all".')
    with_it, without = with_it[:, slots].flatten(1), without[:, slots].flatten(1)  # [N, P]
    normal = _discriminant(with_it, without)
    if orthogonal_to:
        others = [_read_vector(other, num_slots, style_dim) for other in orthogonal_to]
        normal = _remove_parts(normal, torch.stack(others)[:, slots].flatten(1))
    normal = normal / normal.norm()
    deviation = (torch.cat([with_it, without]) @ normal).std()
    vector = torch.zeros(num_slots, style_dim)
    vector[slots] = (deviation * normal).float().view(len(slots), style_dim)
    return vector


def measure_gap(positive: Examples, negative: Examples, vector: torch.Tensor) -> float:
    """How far apart the means of two sets of examples lie along a vector, in its own units.

    So the strength that leads from the average negative to the average positive example.
    """
    with_it = _read_examples(positive, "positive").mean(dim=0)
    gap = with_it - _read_examples(negative, "negative").mean(dim=0)
    direction = _read_vector(vector, *gap.shape)
    return float((gap * direction).sum() / direction.square().sum())


def _read_examples(examples: Examples, what: str) -> torch.Tensor:
    """The styles [N, L, D] of examples, float64 on the CPU."""
    styles = examples.w_plus if isinstance(examples, Latents) else examples
    if styles.ndim != 3:
        raise ShapeError(
            f"the {what} examples must be latents or styles [N, L, D]; got {list(styles.shape)}."
        )
    if len(styles) < FEWEST_EXAMPLES:
        raise StyleGANEXError(
            f"a boundary needs at least {FEWEST_EXAMPLES} {what} examples, preferably 20; got "
            f"{len(styles)} (pictures of a clip that share one style count once)."
        )
    if not torch.isfinite(styles).all():
        raise ShapeError(f"the {what} examples hold NaN or infinite numbers; look at their source.")
    return styles.detach().to("cpu", torch.float64)


def _read_vector(vector: torch.Tensor, num_slots: int, style_dim: int) -> torch.Tensor:
    """An edit vector as [L, D], float64 on the CPU."""
    whole = vector[0] if vector.ndim == 3 and len(vector) == 1 else vector
    fits = whole.ndim in (1, 2) and whole.shape[-1] == style_dim
    if not fits or (whole.ndim == 2 and whole.shape[0] not in (1, num_slots)):
        raise ShapeError(
            f"the edit vector is {list(vector.shape)}, but the examples have {num_slots} slots of "
            f"{style_dim} numbers; give vectors made for the same model."
        )
    return whole.detach().to("cpu", torch.float64).expand(num_slots, style_dim)


def _discriminant(positive: torch.Tensor, negative: torch.Tensor) -> torch.Tensor:
    """The normal [P] of the boundary between sets [N, P], [M, P]: (covariance + ridge)^-1 gap.

    The covariance is never formed (P may be 18 * 512). The result's length means nothing.
    """
    gap = positive.mean(dim=0) - negative.mean(dim=0)
    largest = max(positive.abs().amax(), negative.abs().amax())
    if gap.abs().amax() <= NEGLIGIBLE * largest:
        raise StyleGANEXError(
            "the positive and the negative examples have the same mean style, so there is no "
            "direction from one set to the other; check that they are not the same pictures."
        )
    spread = torch.cat([positive - positive.mean(dim=0), negative - negative.mean(dim=0)])
    variance = largest_variance(spread)
    if variance**0.5 <= NEGLIGIBLE * float(gap.norm()):
        return gap  # each set is one style, repeated
    return solve_ridge(spread, RIDGE * variance, gap)


def _remove_parts(normal: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """The part of `normal` [P] at right angles to all `others` [K, P]."""
    _, lengths, axes = torch.linalg.svd(others, full_matrices=False)
    axes = axes[lengths > NEGLIGIBLE * lengths.amax()]
    rest = normal
    for _ in range(2):  # the second pass removes what rounding left
        rest = rest - axes.T @ (axes @ rest)
    if rest.norm() <= NEGLIGIBLE * normal.norm():
        raise StyleGANEXError(
            "nothing is left of the direction after making it orthogonal to the other vectors: "
            "they already contain it. Leave some of them out."
        )
    return rest
