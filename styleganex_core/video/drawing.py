"""Crops of a clip's frames drawn anew, with edits and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F

from ..composite import transfer_edit
from ..datatypes import Latents
from ..decode import decode_latents
from ..encode import encode_face
from ..errors import StyleGANEXError
from ..latents import apply_edit_vector, draw_without_turn, find_shares, split_edit_vectors
from ..networks import Model
from ..networks.window import Window
from .average import Step
from .part import lay_out

Paste = Literal["drawing", "change"]


@dataclass(frozen=True)
class Drawings:
    """Drawings [n, 3, H, W] of crops with edits and, where only their change is pasted, the `plain`
    ones without, and `held` ones without what turns the heads, where it is known what does.
    """

    edited: torch.Tensor
    plain: torch.Tensor | None = None
    held: torch.Tensor | None = None

    def lay_out(self, number: int, window: Window, part: Window, size: tuple[int, int]) -> Drawings:
        """Those of one frame, as `part.lay_out` lays out what was drawn in a window."""
        own = slice(number, number + 1)
        one, *others = (
            None if drawn is None else lay_out(drawn[own], window, part, size)
            for drawn in (self.edited, self.plain, self.held)
        )
        assert one is not None
        return Drawings(one, *others)


def edit_crops(
    model: Model,
    crops: torch.Tensor,
    w_plus: torch.Tensor,
    edits: Sequence[Step] = (),
    *,
    paste: Paste = "drawing",
    half: bool = False,
) -> torch.Tensor:
    """Crops [n, 3, h, w] of consecutive frames drawn anew, [n, 3, H, W], with zero noise.

    `f` and the skips that the model has fusions for come from each frame, the styles `w_plus`
    [1, L, D] from one picture for all. `edits`: a vector, its strength per frame, and the slots.
    A model whose generator draws another domain makes toons of them. `paste`: the drawings, or
    the crops themselves with the "change" that the edits make in them, as `transfer_edit` does.
    """
    found = draw_crops(model, crops, w_plus, edits, paste, half)
    if found.plain is None:
        return found.edited
    return transfer_edit(_grow_to(crops, found.edited), found.plain, found.edited)


def draw_crops(
    model: Model,
    crops: torch.Tensor,
    w_plus: torch.Tensor,
    edits: Sequence[Step],
    paste: Paste,
    half: bool,
    window: Window | None = None,
) -> Drawings:
    """The drawings, or their part in the window."""
    latents = encode_face(model, crops, w_plus=w_plus)
    plain = latents = latents.without_optional_skips() if paste == "change" else latents
    for vector, strengths, layers in edits:
        if len(strengths) != len(crops):
            raise StyleGANEXError(
                f"{len(crops)} frames came with {len(strengths)} strengths; give one each."
            )
        whole = vector if vector.ndim == 3 else vector.reshape(1, -1, vector.shape[-1])
        amounts = torch.tensor(strengths, dtype=torch.float32)[:, None, None]
        latents = apply_edit_vector(latents, amounts * whole.float().cpu(), 1.0, layers)
    side = side_of(model, half)

    def draw(those: Latents) -> torch.Tensor:
        return decode_latents(model, those, noise="zero", largest_side=side, window=window)

    drawn = draw(latents)
    if paste == "drawing" or latents.edit is None:
        return Drawings(drawn, None if paste == "drawing" else draw(plain))
    if model.active_fusions:
        # Without an edit the gates of attention fusions would stand open; compare like with like.
        plain = replace(plain, edit=torch.zeros_like(latents.edit))
    before, shares = draw(plain), find_shares(latents.edit, split_edit_vectors(model.edit_vectors))
    return Drawings(drawn, before, draw_without_turn(latents, shares, (before, drawn), draw))


def side_of(model: Model, half: bool) -> int:
    """The StyleGAN2 resolution at which drawings end."""
    return model.config.generator.size // (2 if half else 1)


def _grow_to(crops: torch.Tensor, drawn: torch.Tensor) -> torch.Tensor:
    """The crops at the size and on the device of what a model draws of them."""
    return F.interpolate(crops.to(drawn), drawn.shape[-2:], mode="bicubic")
