"""Where Step II starts: at the encoder's result, or at the mean face where that is closer."""

from __future__ import annotations

from dataclasses import replace

import torch
import torch.nn.functional as F

from ..datatypes import Latents, join_latents
from ..networks import Model
from ..networks.synthesis import synthesize


@torch.no_grad()
def choose_start(model: Model, latents: Latents, image: torch.Tensor) -> Latents:
    """`latents`, or where its picture is nearer to `image`, the mean style with the same `f` or
    with the constant's, each picture of a batch for itself.

    `image` [B, 3, H, W] in -1..1, the picture that was encoded. An encoder that never saw such a
    picture can give styles so far off that optimisation cannot recover from them.
    The constant's `f` shows an aligned face, so it is tried for square pictures of its size only.
    Latents with skips or edits are kept as they are.
    """
    if latents.skips is not None or latents.edit is not None:
        return latents
    chosen = []
    for index in range(max(latents.batch, len(image))):
        one = latents[index if latents.batch > 1 else 0]
        chosen.append(_choose(model, one, image[index : index + 1] if len(image) > 1 else image))
    return join_latents(chosen)


def _choose(model: Model, latents: Latents, image: torch.Tensor) -> Latents:
    image = image.to(model.device, torch.promote_types(model.dtype, torch.float32))
    mean = model.latent_avg.to(latents.w_plus)[None]
    constant = model.generator.dense_constant().to(latents.f)
    starts = [latents, replace(latents, w_plus=mean)]
    if latents.f.shape[-2:] == constant.shape[-2:]:
        starts.append(replace(latents, w_plus=mean, f=constant))
    return min(starts, key=lambda start: _distance(synthesize(model, start), image))


def _distance(picture: torch.Tensor, image: torch.Tensor) -> float:
    small = F.adaptive_avg_pool2d(picture.float(), (image.shape[-2], image.shape[-1]))
    return (small - image).square().mean().item()
