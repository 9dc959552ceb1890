"""Small pictures of latents, decoded no further than they are shown."""

from __future__ import annotations

from dataclasses import replace

import torch

from ..datatypes import Latents
from ..networks import Model
from ..networks.kept import KeptFeatures
from .render import NoiseMode, decode_latents


def decode_preview(
    model: Model,
    latents: Latents,
    longest_side: int,
    *,
    noise: NoiseMode = "stored",
    kept: KeptFeatures | None = None,
) -> torch.Tensor:
    """The picture at the first resolution where its longer side has `longest_side` px, or whole.

    Exactly what the generator draws at that resolution: its RGB heads add up one per resolution,
    so the larger ones are simply not run. `kept` as in `decode_latents`. [B, 3, H, W], about -1..1.
    """
    side = preview_resolution(model, latents, longest_side)
    return decode_latents(model, latents, noise=noise, largest_side=side, kept=kept)


def preview_resolution(model: Model, latents: Latents, longest_side: int) -> int:
    """The StyleGAN2 resolution, a power of 2 of at least 32, at which `decode_preview` stops."""
    size = model.config.generator.size
    whole = max(latents.size or [cells * model.stride for cells in latents.f.shape[-2:]])
    side = 32  # all resolutions up to it have the cells of `f`
    while side < size and whole * side < longest_side * size:
        side *= 2
    return min(side, size)


def trim_skips(model: Model, latents: Latents, longest_side: int) -> Latents:
    """The latents without the skips that no preview up to `longest_side` px reads."""
    if latents.skips is None:
        return latents
    # The fusion before the up-conv of resolution 4 * 2^k is number k - 1.
    used = preview_resolution(model, latents, longest_side).bit_length() - 3
    return replace(latents, skips=latents.skips[:used])
