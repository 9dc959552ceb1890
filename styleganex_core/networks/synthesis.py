"""A model run on latents: the generator with the model's skip fusions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from . import Model
from .detail import add_detail
from .generator import CONSTANT_SIDE, DENSE_SIDE, Fuse
from .kept import KeptFeatures, Unedited
from .window import Window

# The edited drawing of an `edited`, a `plain` and an `exact` one and a side: see `add_detail`.
AddDetail = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], torch.Tensor]


def synthesize(
    model: Model,
    latents: Latents,
    noise: Sequence[torch.Tensor] | None = None,
    *,
    largest_side: int | None = None,
    kept: KeptFeatures | None = None,
    window: Window | None = None,
    join: AddDetail = add_detail,
) -> torch.Tensor:
    """The picture [B, 3, H, W] of the latents, about -1..1, cut to `latents.size`.

    `noise`: one map [B or 1, 1, h_i, w_i] per layer (a side of 1 stands for all), or None for
    zeros. `largest_side` as in `Generator`. `kept` spares the layers before the first that an edit
    changes; `window` draws that part of the picture alone; one excludes the other.

    Skips that are optional hold on to what an edit should change. Edited latents with such skips
    are drawn without them, and `join` gives the drawing the detail that skips give the unedited
    one. A domain that has not learned to draw with them is drawn without, and so is a generator
    alone.

    Raises ShapeError for latents of another family.
    """
    model.check_latents(latents)
    if window is not None and kept is not None:
        raise StyleGANEXError("kept features belong to whole pictures; draw a window without them.")
    if model.is_swapped or len(latents.skips or ()) > model.active_fusions:
        latents = latents.without_optional_skips()
    if latents.edit is None or not latents.optional_skips:
        return _synthesize(model, latents, noise, largest_side, kept, window)
    edited = replace(latents.without_optional_skips(), edit=None)
    plain = replace(edited, w_plus=latents.w_plus - latents.edit)
    exact = replace(latents, w_plus=plain.w_plus, edit=None)
    # Whole pictures, as detail is chosen by what is around it.
    drawn = _synthesize(model, edited, noise, largest_side, kept, None)
    before = None if kept is None else kept.unedited
    if before is None or not before.is_of(model, exact, largest_side):
        pair = [_synthesize(model, one, noise, largest_side, None, None) for one in (plain, exact)]
        before = Unedited(model, exact, largest_side, *pair)
    if kept is not None:
        kept.unedited = before
    size = model.config.generator.size
    drawn = join(drawn, before.plain, before.exact, min(largest_side or size, size))
    return drawn if window is None else window.cut(drawn)


def _synthesize(
    model: Model,
    latents: Latents,
    noise: Sequence[torch.Tensor] | None,
    largest_side: int | None,
    kept: KeptFeatures | None,
    window: Window | None,
) -> torch.Tensor:
    states = None if kept is None else kept.find(model, latents)
    latents = latents.to(model.device, model.dtype)
    rgb = model.generator(
        latents.f,
        latents.w_plus,
        None if noise is None else [noise_map.to(latents.f) for noise_map in noise],
        _fuser(model, latents),
        largest_side=largest_side,
        states=states,
        window=window,
        fused=len(latents.skips or ()),
    )
    if kept is not None:
        kept.trim()
    if latents.size is None or window is not None:
        return rgb
    side = model.config.generator.size
    shrink = min(largest_side or side, side) / side
    height, width = (max(1, round(length * shrink)) for length in latents.size)
    return rgb[..., :height, :width]


def _fuser(model: Model, latents: Latents) -> Fuse | None:
    skips = latents.skips
    if not skips:
        return None
    if len(skips) > model.active_fusions:
        raise ShapeError(
            f"the latents carry {len(skips)} skip features, but {model.name} has "
            f"{model.active_fusions} fusions; decode with the model that encoded them, or encode "
            "with skip_layers=0."
        )

    for index, skip in enumerate(skips):
        factor = max(1, (CONSTANT_SIDE << index) // DENSE_SIDE)
        cells = (length * factor for length in latents.f.shape[-2:])
        expected = (model.config.fusions[index].tap_channels, *cells)
        if tuple(skip.shape[1:]) != expected:
            raise ShapeError(
                f"skip feature {index} of the latents is {list(skip.shape[1:])}, {model.name} "
                f"needs {list(expected)}; decode with the model that encoded them, or encode again."
            )

    def fuse(step: int, x: torch.Tensor, rgb: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if step >= len(skips):
            return x, rgb
        edit = None if latents.edit is None else latents.edit[:, 2 * step + 1]
        return model.fusions[step](x, rgb, skips[step], edit)

    return fuse
