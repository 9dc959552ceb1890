"""Losses between pictures, one function each; all return one value per picture, [B].

Convention: pictures are [B, 3, H, W] in -1..1.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from .errors import ShapeError

PYRAMID_LEVELS = 4
SMALLEST_PYRAMID_SIDE = 8  # px
SMALLEST_NOISE_SIDE = 8  # px, as in StyleGAN2's projector


def pixel_loss(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The mean squared difference."""
    return (image - target).square().mean(dim=(1, 2, 3))


def multiscale_loss(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """A perceptual stand-in without weights: colours and edges compared at four scales.

    Per level of a pyramid (each half the size of the last, not below 8 px): the mean absolute
    difference plus that of the horizontal and vertical gradients, averaged over the levels. Edges
    make it sharp where the squared error alone would blur; the coarse levels keep it smooth to
    optimise.
    """
    levels = []
    for _ in range(PYRAMID_LEVELS):
        difference = image - target
        level = difference.abs().mean(dim=(1, 2, 3))
        if min(difference.shape[-2:]) > 1:
            level = level + difference.diff(dim=-1).abs().mean(dim=(1, 2, 3))
            level = level + difference.diff(dim=-2).abs().mean(dim=(1, 2, 3))
        levels.append(level)
        if min(image.shape[-2:]) < 2 * SMALLEST_PYRAMID_SIDE:
            break
        image, target = F.avg_pool2d(image, 2), F.avg_pool2d(target, 2)
    return torch.stack(levels).mean(dim=0)


def noise_correlation_loss(noise_maps: Sequence[torch.Tensor]) -> torch.Tensor:
    """How far noise maps [B, 1, h, w] are from white: squared autocorrelation, summed over scales.

    Per map and half-scale level down to 8 px: `mean(n * shift_x n)^2 + mean(n * shift_y n)^2`.
    Source: StyleGAN2, appendix D.
    """
    total = torch.zeros(noise_maps[0].shape[0], device=noise_maps[0].device)
    for noise in noise_maps:
        while True:
            for axis in (-1, -2):
                neighbours = noise * noise.roll(1, axis)
                total = total + neighbours.mean(dim=(1, 2, 3)).square()
            if noise.shape[-2] <= SMALLEST_NOISE_SIDE or min(noise.shape[-2:]) < 2:
                break
            noise = F.interpolate(noise, scale_factor=0.5, mode="bilinear", align_corners=False)
    return total


def style_norm_loss(w_plus: torch.Tensor, start: torch.Tensor) -> torch.Tensor:
    """The Frobenius norm of `w_plus - start`, both [B, L, D] (pSp's w-norm for the mean latent)."""
    return (w_plus - start).flatten(1).norm(dim=1)


def fit_mask(mask: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
    """A mask [H, W], [B, H, W] or [B, 1, H, W] in 0..1 as [B, 1, h, w] for `image`.

    Raises ShapeError when the batch does not fit or the mask is empty.
    """
    while mask.ndim < 4:
        mask = mask[None] if mask.ndim == 2 else mask[:, None]
    if mask.shape[1] != 1 or mask.shape[0] not in (1, image.shape[0]):
        raise ShapeError(
            f"a mask for {image.shape[0]} pictures is [B, 1, H, W] with B 1 or "
            f"{image.shape[0]}; got {list(mask.shape)}."
        )
    mask = mask.to(image).clamp(0, 1)
    if mask.shape[-2:] != image.shape[-2:]:
        mask = F.interpolate(mask, image.shape[-2:], mode="bilinear", align_corners=False)
    if not bool((mask.amax(dim=(1, 2, 3)) > 0).all()):
        raise ShapeError(
            "the mask is black everywhere, so nothing would be compared; paint what should be."
        )
    return mask
