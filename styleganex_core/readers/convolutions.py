"""Convolutions and pooling as TensorFlow pads them: evenly, the odd px to the right and below.

Convention: maps are [B, C, H, W]; "same" padding gives ceil(H / stride) rows whatever the kernel.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

MEAN_COLOUR = (122.782, 117.001, 104.298)  # levels 0..255 that face-api's networks subtract


class SameConv(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        stride: int = 1,
        *,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        even = kernel // 2 if stride == 1 and kernel % 2 else 0  # then nothing needs to be copied
        super().__init__(inputs, outputs, kernel, stride, even, groups=groups, bias=bias)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.padding[0]:
            input = pad_same(input, self.kernel_size[0], self.stride[0])
        return super().forward(input)


class SeparableConv(nn.Module):
    """A 3x3 convolution per channel, then a 1x1 one across them."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.depth = SameConv(inputs, inputs, 3, stride, groups=inputs, bias=False)
        self.point = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.point(self.depth(x))


def pad_same(x: torch.Tensor, kernel: int, stride: int, value: float = 0.0) -> torch.Tensor:
    """The map padded so that a window of `kernel` px in steps of `stride` fits it evenly."""
    pads = []
    for length in (x.shape[-1], x.shape[-2]):
        missing = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        pads += [missing // 2, missing - missing // 2]
    return F.pad(x, pads, value=value) if any(pads) else x


def subtract_mean(picture: torch.Tensor, divisor: float) -> torch.Tensor:
    """A picture [B, 3, H, W] in -1..1 as face-api's networks want it: (levels - mean) / divisor."""
    mean = picture.new_tensor(MEAN_COLOUR)[:, None, None]
    return ((picture + 1) * 127.5 - mean) / divisor
