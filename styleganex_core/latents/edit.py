"""Edits of the styles `w_plus`: edit vectors and style mixing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import ShapeError
from ..layers import parse_layers
from ..ranges import check_number

# Style numbers of a model that was widened: those it had before come first and mean the same. The
# bundled photo model of 0.1.0 had 64, of which vectors were found and saved.
WIDENED = {64: 128}


def apply_edit_vector(
    latents: Latents, vector: torch.Tensor, strength: float = 1.0, layers: str = "all"
) -> Latents:
    """The latents moved along an edit vector: `w_plus + strength * vector` in the chosen slots.

    `vector`: [D] or [1, D] for all slots alike, [L, D], [1, L, D], or [B, L, D] with one vector
    per picture. The sum of everything applied is kept in `edit`, since it gates the fusions of
    the edit checkpoints. A vector for the model that this one was widened from (`WIDENED`) says
    nothing of the new numbers; one of the widened model that says nothing of them either fits the
    other too. Raises ShapeError, with both shapes, for a vector of another family, and
    StyleGANEXError for a strength that is not finite.
    """
    check_number(strength, "strength")
    if not torch.isfinite(vector).all():
        raise ShapeError("the edit vector holds NaN or infinite numbers; load or find it again.")
    slots, width = latents.w_plus.shape[1:]
    whole = _spread(vector)
    batches = {1, latents.batch, whole.shape[0]} if latents.batch == 1 else {1, latents.batch}
    whole = _fit_width(whole, width)
    fits = whole.shape[1] in (1, slots) and whole.shape[2] == width and whole.shape[0] in batches
    if whole.ndim != 3 or not fits:
        raise ShapeError(
            f"the edit vector is {list(vector.shape)}, but these latents have w_plus "
            f"{list(latents.w_plus.shape)}; it needs [{width}], [{slots}, {width}] or one such "
            "per picture. Load a vector made for this model."
        )
    mask = _slot_mask(layers, slots, latents.w_plus)
    step = strength * mask * whole.to(latents.w_plus).expand(-1, slots, -1)
    edit = step if latents.edit is None else latents.edit + step
    return replace(latents, w_plus=latents.w_plus + step, edit=edit)


def mix_styles(
    latents: Latents,
    style: Latents | torch.Tensor,
    layers: str = "8-",
    strength: float = 1.0,
) -> Latents:
    """The latents with the styles of `style` in the chosen slots.

    `style`: latents, or styles [L, D] or [B, L, D]. `strength` interpolates: 0 keeps the slots,
    1 replaces them. Slots from 8 on carry colour and texture, lower ones shape and pose. Skips that
    are optional are left out, as they show the face that was encoded.

    Raises ShapeError, with both shapes, for styles of another family or a batch that does not
    broadcast.
    """
    check_number(strength, "strength")
    other = style.w_plus if isinstance(style, Latents) else style
    if other.ndim == 2:
        other = other[None]
    ours = latents.w_plus
    if other.shape[1:] != ours.shape[1:]:
        raise ShapeError(
            f"cannot mix styles {list(other.shape)} into w_plus {list(ours.shape)}: both need "
            "the same number of slots and widths, that is, latents of the same model family."
        )
    if len({other.shape[0], latents.batch} - {1}) > 1:
        raise ShapeError(
            f"cannot mix a batch of {other.shape[0]} styles into {latents.batch} pictures; give "
            "one style, or one per picture."
        )
    weight = strength * _slot_mask(layers, ours.shape[1], ours)
    mixed = ours + weight * (other.to(ours) - ours)
    if strength == 1:  # exact, also where ours and theirs differ by many magnitudes
        mixed = torch.where(weight == 1, other.to(ours), mixed)
    kept = latents.without_optional_skips() if strength else latents
    return replace(kept, w_plus=mixed)


def _fit_width(vector: torch.Tensor, width: int) -> torch.Tensor:
    """The vector [..., D] with `width` numbers, where one model was widened to become the other."""
    own = vector.shape[-1]
    if WIDENED.get(own) == width or (WIDENED.get(width) == own and not vector[..., width:].any()):
        return F.pad(vector, (0, width - own))
    return vector


def _slot_mask(layers: str, count: int, like: torch.Tensor) -> torch.Tensor:
    """1 in the chosen slots, 0 elsewhere, [L, 1]."""
    mask = torch.zeros(count, 1, dtype=like.dtype, device=like.device)
    mask[list(parse_layers(layers, count))] = 1
    return mask


def scale_vector(vector: torch.Tensor, strengths: Sequence[float]) -> torch.Tensor:
    """An edit vector [D], [L, D] or [B, L, D] at a strength for each of B pictures, [B, L, D]."""
    rows = torch.tensor(strengths, dtype=torch.float32, device=vector.device)
    return rows[:, None, None] * _spread(vector)


def _spread(vector: torch.Tensor) -> torch.Tensor:
    """An edit vector with all of its three axes: pictures, slots, numbers."""
    while vector.ndim < 3:
        vector = vector[None]
    return vector
