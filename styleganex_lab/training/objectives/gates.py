"""What gates of skips are taught: to close where an edit draws other shapes, else to stay open.

Skips carry the photo's own detail, so a smile drawn through open gates keeps the old mouth. Of
renders the true change is known; of a photo it is what the same edit changes without skips. Gates
as such, which learn only from the picture's error: StyleGANEX, section 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

# Px of the half-size picture. Changes that are wider than `WIDE` are light and colour, under which
# the photo's detail stays right; round every other change a margin of `NEAR` is closed as well.
WIDE, NEAR = 9, 5
NOTHING, FULL = 0.025, 0.115  # mean absolute changes, of -1..1, that leave open and close a gate
CLOSED_WEIGHT = 6.0  # of px that should be closed, beside the many that should be open


def find_open_px(change: torch.Tensor) -> torch.Tensor:
    """Where the photo's detail may stay under a change [N, 3, H, W], in 0..1, [N, 1, H/2, W/2]."""
    small = F.avg_pool2d(change, 2)
    shapes = small - _blur(_blur(small, WIDE), WIDE)
    amount = F.max_pool2d(shapes.abs().mean(dim=1, keepdim=True), NEAR, 1, NEAR // 2)
    return 1 - ((_blur(amount, NEAR) - NOTHING) / (FULL - NOTHING)).clamp(0, 1)


def gate_error(
    gates: Sequence[torch.Tensor], wanted: torch.Tensor, counted: torch.Tensor
) -> torch.Tensor:
    """How far gates [B, 1, h, w] of any size are from the wanted openness [B, 1, H, W].

    `counted` [B], bool: the pictures whose gates were asked; the others count as right.
    """
    share = counted.to(wanted)[:, None, None, None]
    total = wanted.new_zeros(())
    for gate in gates:
        due = F.adaptive_avg_pool2d(wanted, (gate.shape[-2], gate.shape[-1]))
        total = total + (share * (1 + CLOSED_WEIGHT * (1 - due)) * (gate - due).square()).mean()
    return total / max(1, len(gates))


def _blur(x: torch.Tensor, side: int) -> torch.Tensor:
    return F.avg_pool2d(x, side, 1, side // 2, count_include_pad=False)
