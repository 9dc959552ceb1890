"""Encoders whose numbers fit into float16, whatever training made of their scale."""

from __future__ import annotations

import torch
from torch import nn

from styleganex_core.networks import Encoder

LARGEST = 1024.0  # variance from which on a channel is scaled down; float16 ends at 65,504


@torch.no_grad()
def tame_norms(encoder: Encoder) -> None:
    """Scale channels down whose batch norm has gathered a large variance, without changing what
    the encoder computes.

    A norm divides its channel's scale out again, so the convolution before it may have any. The
    factors are powers of two, exact in every precision.
    """
    for block in encoder.blocks:
        conv, norm = block.conv_out, block.norm_out
        assert isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None and norm.running_var is not None
        excess = (norm.running_var / LARGEST).clamp_min(1.0)
        scale = 2.0 ** -(excess.log2() / 2).ceil()
        conv.weight.mul_(scale[:, None, None, None])
        norm.running_mean.mul_(scale)
        norm.running_var.mul_(scale.square())
