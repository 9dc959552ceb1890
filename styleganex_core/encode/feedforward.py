"""Step I: latents in one pass through the encoder. Source: StyleGANEX, section 4.2."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F

from ..datatypes import Latents
from ..errors import ShapeError, StyleGANEXError
from ..images import extend_to_multiple
from ..networks import Encoder, Model
from ..networks.fusion import FUSION_TAPS
from ..networks.precision import arrange_picture

LAST_FEATURE_BLOCK = 20  # `f` and the skips need no block beyond it


def encode_face(
    model: Model,
    image: torch.Tensor,
    style_image: torch.Tensor | None = None,
    *,
    w_plus: torch.Tensor | None = None,
    batch_norm: Literal["stored", "input"] = "stored",
    skip_layers: int | None = None,
) -> Latents:
    """The latents of a picture: `f` and skips from `image`, `w_plus` from `style_image`.

    `image` [B, 3, H, W] in -1..1, or the model's sketch [B, 1, H, W] or mask [B, 19, H, W] in
    0..1; any sides, edges are repeated up to a multiple of 8 and cut off again by
    `decode_latents`. `style_image` [B or 1, 3, h, w] in -1..1: the aligned face, 256 px in the
    paper; `image` itself by default. Where the model reads styles at one size only, the picture's
    central square is brought to it. One style picture serves a whole clip; `w_plus` [B or 1, L, D]
    stands for one that was encoded before, and spares the work of reading styles.
    `batch_norm`: "input" normalises by each picture's own statistics, as the reference does for
    sketches and masks; the model is never changed. `skip_layers`: how many of the model's skip
    fusions to use, all by default, 0 for none (the paper's l = 2 k - 1).

    Raises StyleGANEXError when the model has no encoder, ShapeError for unusable pictures.
    """
    encoder = model.require_encoder()
    if batch_norm not in ("stored", "input"):
        raise StyleGANEXError(f'batch_norm is "stored" or "input"; got "{batch_norm}".')
    own_statistics = batch_norm == "input"
    fusions = _count_fusions(model, skip_layers)
    height, width = image.shape[-2:]
    image = _prepare(model, encoder, image, "picture")

    if style_image is None and w_plus is None:
        style_image = _fit_style(encoder, image)
    last_block = None if style_image is None and w_plus is None else LAST_FEATURE_BLOCK
    taps = encoder.extract_taps(image, own_statistics, last_block=last_block)
    if w_plus is None:
        style_taps = taps
        if style_image is not None:
            style_image = _prepare(model, encoder, style_image, "style picture")
            fitted = _fit_style(encoder, style_image)
            style_image = style_image if fitted is None else fitted
            style_taps = encoder.extract_taps(style_image, own_statistics)
        w_plus = model.latent_avg + encoder.style_offsets(style_taps)
    return Latents(
        f=encoder.first_layer_feature(taps).contiguous(),
        w_plus=w_plus.to(model.device, model.dtype),
        skips=tuple(taps[tap].contiguous() for tap in FUSION_TAPS[:fusions]) if fusions else None,
        size=(max(1, round(height * model.ratio)), max(1, round(width * model.ratio))),
        optional_skips=bool(fusions) and model.skips_are_optional,
    )


def _fit_style(encoder: Encoder, image: torch.Tensor) -> torch.Tensor | None:
    """The central square at the side that the style heads need; None where `image` will do."""
    side, (height, width) = encoder.config.style_side, image.shape[-2:]
    if not side or (height, width) == (side, side):
        return None
    square = min(height, width)
    top, left = (height - square) // 2, (width - square) // 2
    centre = image[..., top : top + square, left : left + square]
    whole = centre.to(torch.promote_types(centre.dtype, torch.float32))  # CPUs need it
    fitted = F.interpolate(whole, (side, side), mode="bilinear", antialias=True)
    return arrange_picture(fitted.to(centre.dtype))


def _count_fusions(model: Model, skip_layers: int | None) -> int:
    if skip_layers is None:
        return model.active_fusions
    if not 0 <= skip_layers <= model.active_fusions:
        raise StyleGANEXError(
            f"skip_layers is {skip_layers}, but {model.name} has {model.active_fusions} skip "
            f"fusions; choose 0 to {model.active_fusions}."
        )
    return skip_layers


def _prepare(model: Model, encoder: Encoder, image: torch.Tensor, what: str) -> torch.Tensor:
    label_channels = encoder.config.label_channels
    channels = {3, label_channels} - {0}
    if image.ndim != 4 or image.shape[1] not in channels or 0 in image.shape:
        wanted = " or ".join(f"[B, {count}, H, W]" for count in sorted(channels))
        raise ShapeError(f"the {what} for {model.name} must be {wanted}; got {list(image.shape)}.")
    if not torch.isfinite(image).all():
        raise ShapeError(f"the {what} holds NaN or infinite values; look at what made it.")
    return arrange_picture(extend_to_multiple(image.to(model.device, model.dtype)))
