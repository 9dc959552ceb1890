"""A task model run forward in training: whatever its precision, gradients included."""

from __future__ import annotations

import torch

from styleganex_core.networks import Model
from styleganex_core.networks.encoder import Taps
from styleganex_core.networks.fusion import FUSION_TAPS
from styleganex_core.networks.generator import Fuse


def encode_styles(model: Model, style: torch.Tensor, own_statistics: bool = False) -> torch.Tensor:
    """The styles [B, L, D] of style pictures, float32."""
    encoder = model.require_encoder()
    offsets = encoder.style_offsets(encoder.extract_taps(style, own_statistics))
    return offsets.float() + model.latent_avg.float()


def draw(
    model: Model,
    f: torch.Tensor,
    w_plus: torch.Tensor,
    taps: Taps,
    edit: torch.Tensor | None = None,
) -> torch.Tensor:
    """The picture of latents with the model's skip fusions, without noise; float32.

    `edit` [B, L, D] is added to the styles and opens the gates.
    """
    if edit is not None:
        w_plus = w_plus + edit
    return model.generator(f, w_plus.float(), fuse=_fuser(model, taps, edit)).float()


def _fuser(model: Model, taps: Taps, edit: torch.Tensor | None) -> Fuse:
    def fuse(step: int, x: torch.Tensor, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if step >= model.active_fusions:
            return x, rgb
        label = None if edit is None else edit[:, 2 * step + 1].to(x.dtype)
        return model.fusions[step](x, rgb, taps[FUSION_TAPS[step]], label)

    return fuse
