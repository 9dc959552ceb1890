"""How far pictures are from those that were wanted, as all objectives measure it."""

from __future__ import annotations

import torch
import torch.nn.functional as F

SQUARED, SLOPE = 2.5, 1.0  # weights of the squared error and of the error of the gradients


def picture_error(
    made: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor, absolute: float = 0.0
) -> torch.Tensor:
    """How far pictures [B, 3, H, W] are from the wanted ones, `weight` [B, H, W] more where it
    matters.

    Squared first: under the absolute error alone the median erases eyes. The gradients keep edges.
    """
    gap = made - wanted
    weight = weight[:, None] / weight.mean()
    error = SQUARED * (weight * gap.square()).mean()
    error = error + SLOPE * (weight[..., 1:] * (gap[..., 1:] - gap[..., :-1]).square()).mean()
    error = (
        error + SLOPE * (weight[..., 1:, :] * (gap[..., 1:, :] - gap[..., :-1, :]).square()).mean()
    )
    if absolute:
        error = error + absolute * (weight * gap.abs()).mean()
    return error


def change_error(made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How much of the change from picture 2i to 2i + 1 [2N, 3, H, W] is missing or too much, as a
    share of the wanted change, so that a smile counts as much as a turned head.
    """
    got, due = made[1::2] - made[0::2], wanted[1::2] - wanted[0::2]
    share = (got - due).square().mean(dim=(1, 2, 3)) / (due.square().mean(dim=(1, 2, 3)) + 1e-4)
    return share.clamp_max(4.0).mean()


def shrink_to(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """`x` averaged down to the size of `like`."""
    return F.adaptive_avg_pool2d(x, (like.shape[-2], like.shape[-1]))


def psnr(made: torch.Tensor, wanted: torch.Tensor) -> float:
    """Mean over the pictures of the peak signal-to-noise ratio in dB, for values in -1..1."""
    error = (made - wanted).square().mean(dim=(1, 2, 3)).clamp_min(1e-10)
    return (10 * torch.log10(4 / error)).mean().item()


LEVELS = 4  # of the pyramid, each half as large as the one before
LEVEL_SQUARED, LEVEL_ABSOLUTE, LEVEL_SLOPE = 1.5, 0.4, 0.3  # weights of its terms


def pyramid_error(made: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """How far pictures [B, 3, H, W] are from the wanted ones at several sizes, `weight` [B, H, W]
    more where it matters.
    """
    weight = weight[:, None]
    total = made.new_zeros(())
    for level in range(LEVELS):
        gap, share = made - wanted, weight / weight.mean()
        across = (gap[..., 1:] - gap[..., :-1]).abs()
        down = (gap[..., 1:, :] - gap[..., :-1, :]).abs()
        slope = (share[..., 1:] * across).mean() + (share[..., 1:, :] * down).mean()
        total = total + LEVEL_SQUARED * (share * gap.square()).mean()
        total = total + LEVEL_ABSOLUTE * (share * gap.abs()).mean() + LEVEL_SLOPE * slope
        if level < LEVELS - 1:
            made, wanted, weight = (F.avg_pool2d(x, 2) for x in (made, wanted, weight))
    return total / LEVELS


def share_missed(got: torch.Tensor, due: torch.Tensor) -> torch.Tensor:
    """How much of the changes [N, 3, H, W] that are due is missing or too much, as a mean share."""
    missed = (got - due).square().mean(dim=(1, 2, 3))
    return (missed / (due.square().mean(dim=(1, 2, 3)) + 2e-4)).clamp_max(4.0).mean()
