"""The decoder: a choice of noise, then the generator."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from ..latents import (
    draw_without_turn,
    find_shares,
    read_average_changes,
    split_edit_vectors,
    take_closing_out,
)
from ..networks import Model
from ..networks.kept import KeptFeatures, Pooled
from ..networks.synthesis import synthesize
from ..networks.window import Window
from .edited import FaceMover

NoiseMode = Literal["zero", "stored", "random"]


def decode_latents(
    model: Model,
    latents: Latents,
    *,
    noise: NoiseMode = "zero",
    seed: int = 0,
    largest_side: int | None = None,
    kept: KeptFeatures | None = None,
    window: Window | None = None,
) -> torch.Tensor:
    """The picture of the latents, [B, 3, H, W], about -1..1 (not clipped), at least float32.

    `noise`: "zero" for clips and clean skin; "stored" for the noise that belongs to the latents
    (from `optimize_latents`), else the checkpoint's own maps, average-pooled to size; "random"
    for fresh Gaussian maps from `seed`, the same for every picture of a batch. H x W is
    `latents.size` where set, else all that `f` yields. `largest_side` (a power of 2) stops at that
    StyleGAN2 resolution: a smaller picture, in less time. `kept`, given again with each edit of
    the same latents, saves computing what the edit does not change. `window`: only this part of
    the picture, without the work for the rest. Source: docs/networks.md, "Generator", "Noise" and
    "Skip fusions".

    Raises ShapeError for latents of another model family.
    """
    model.check_latents(latents)
    maps = _choose_noise(model, latents, noise, seed, kept)
    shares, changes = None, None
    if latents.optional_skips and not model.is_swapped:
        shares = find_shares(latents.edit, split_edit_vectors(model.edit_vectors))
        changes = read_average_changes(model, latents, shares)
        latents = take_closing_out(model, latents, shares)

    def draw(still: Latents) -> torch.Tensor:
        free = replace(still.without_optional_skips(), edit=None)
        return synthesize(model, free, maps, largest_side=largest_side)

    def hold(plain: torch.Tensor, edited: torch.Tensor) -> torch.Tensor | None:
        return draw_without_turn(latents, shares, (plain, edited), draw)

    return synthesize(
        model,
        latents,
        maps,
        largest_side=largest_side,
        kept=kept,
        window=window,
        join=FaceMover(kept, hold, changes),
    )


def draw_noise(model: Model, cells: tuple[int, int], seed: int) -> list[torch.Tensor]:
    """Fresh Gaussian maps [1, 1, h_i, w_i], one per layer, for an `f` of `cells` (height, width).

    Drawn on the CPU, so that a seed gives the same on every device.
    """
    generator = torch.Generator().manual_seed(seed)
    shapes = model.generator.noise_shapes(cells)
    return [torch.randn(1, 1, *shape, generator=generator) for shape in shapes]


def _choose_noise(
    model: Model, latents: Latents, noise: NoiseMode, seed: int, kept: KeptFeatures | None
) -> list[torch.Tensor] | None:
    """One noise map [B or 1, 1, h_i, w_i] per layer, or None for zeros."""
    if noise == "zero":
        return None
    height, width = latents.f.shape[-2:]
    shapes = model.generator.noise_shapes((height, width))
    if noise == "stored":
        maps = list(model.generator.noise_maps) if latents.noise is None else latents.noise
        if len(maps) != len(shapes):
            raise ShapeError(
                f"the latents hold {len(maps)} noise maps, {model.name} needs {len(shapes)}; "
                "they come from another model family. Optimise again with this model."
            )
        if kept is not None and kept.pooled is not None and kept.pooled.is_of(maps, shapes):
            return kept.pooled.maps
        pooled = [_pool_to(m, s) for m, s in zip(maps, shapes, strict=True)]
        if kept is not None:
            kept.pooled = Pooled(maps, pooled)
        return pooled
    if noise == "random":
        return draw_noise(model, (height, width), seed)
    raise StyleGANEXError(f'noise is "zero", "stored" or "random"; got "{noise}".')


def _pool_to(noise_map: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    if noise_map.shape[-2:] == shape:
        return noise_map
    return F.adaptive_avg_pool2d(noise_map, shape)
