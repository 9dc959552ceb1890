"""The arithmetic shared by the networks: filters, modulated convolution, per-picture batch norm.

Convention: feature maps are [B, C, H, W]; styles are [B or 1, D].
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

DEMODULATION_EPSILON = 1e-8
ACTIVATION_SLOPE = 0.2
HALF_PRECISION_LIMIT = 256 * math.sqrt(2)  # activations beyond it overflow float16 sums


def leaky_gain(x: torch.Tensor) -> torch.Tensor:
    """Leaky ReLU of slope 0.2 times sqrt 2, StyleGAN2's activation."""
    return F.leaky_relu(x, ACTIVATION_SLOPE) * math.sqrt(2)


def smooth(x: torch.Tensor, dilation: int, margin: int = 0) -> torch.Tensor:
    """`x` filtered by (1, 2, 1) x (1, 2, 1) / 16 with dilation, zeros outside.

    The result extends `margin` px beyond `x` on every side: [B, C, H + 2 margin, W + 2 margin].
    """
    d = dilation
    x = F.pad(x, [d + margin] * 4)
    x = x[..., : -2 * d, :] + 2 * x[..., d:-d, :] + x[..., 2 * d :, :]
    return (x[..., : -2 * d] + 2 * x[..., d:-d] + x[..., 2 * d :]) / 16


def smooth_upsampled(x: torch.Tensor) -> torch.Tensor:
    """A stride-2 transposed 3x3 convolution's output, [B, C, 2n + 1, .], filtered to [B, C, 2n, .].

    One px of zeros all round, then (1, 3, 3, 1) / 4 per axis.
    """
    if x.device.type == "cpu":  # one pass there and one back; a fifth of a gradient's time
        row = x.new_tensor((1.0, 3.0, 3.0, 1.0))
        kernel = (row.outer(row) / 16).expand(x.shape[1], 1, -1, -1)
        return F.conv2d(x, kernel, padding=1, groups=x.shape[1])
    x = F.pad(x, (1, 1, 1, 1))
    x = x[..., :-3, :] + 3 * (x[..., 1:-2, :] + x[..., 2:-1, :]) + x[..., 3:, :]
    return (x[..., :-3] + 3 * (x[..., 1:-2] + x[..., 2:-1]) + x[..., 3:]) / 16


def upsample_rgb(rgb: torch.Tensor) -> torch.Tensor:
    """The picture at twice the size, by the (1, 3, 3, 1) filter with zeros outside.

    Linear interpolation is that filter everywhere but at the border, hence the zero frame.
    """
    framed = F.pad(rgb, (1, 1, 1, 1))
    return F.interpolate(framed, scale_factor=2, mode="bilinear", align_corners=False)[
        ..., 2:-2, 2:-2
    ]


class Modulation(nn.Module):
    """A style's scale for each input channel: `s = A w / sqrt(D) + b`, [B or 1, channels]."""

    def __init__(self, style_dim: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, style_dim))
        self.bias = nn.Parameter(torch.ones(channels))

    def forward(self, style: torch.Tensor) -> torch.Tensor:
        # At least float32: the demodulation squares these numbers.
        dtype = torch.promote_types(style.dtype, torch.float32)
        gain = 1 / math.sqrt(style.shape[-1])
        return F.linear(style.to(dtype), self.weight.to(dtype) * gain, self.bias.to(dtype))


class ModulatedConv(nn.Module):
    """A demodulated 3x3 convolution whose weight each picture's style scales per input channel.

    `y_o = d_o sum_i W_oi * (s_i x_i)` with `d_o = (sum_i Q_oi s_i^2 + eps)^-1/2` and
    `Q_oi = sum_k W_oik^2`: the activations are scaled, never the weight, so one dense convolution
    serves every picture. Source: StyleGAN2, section 2.2, in the form of docs/networks.md,
    "Modulated convolution".

    `up` turns the layer into StyleGAN2's up-convolution: `forward` with a dilation is its dense
    form without resizing (StyleGANEX), without one it doubles the resolution.
    """

    def __init__(self, in_channels: int, out_channels: int, style_dim: int, *, up: bool) -> None:
        super().__init__()
        self.up = up
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.modulation = Modulation(style_dim, in_channels)

    def forward(self, x: torch.Tensor, style: torch.Tensor, dilation: int | None) -> torch.Tensor:
        scale, demodulation = self.scales(style)
        x = x * scale.to(x.dtype)[:, :, None, None]
        return self.convolve(x, dilation) * demodulation.to(x.dtype)[:, :, None, None]

    def scales(self, style: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Factors for the input channels [B, I] and for the output channels [B, O].

        The largest input factor is moved to the output, which keeps half precision in range.
        """
        scale = self.modulation(style)
        gain = 1 / math.sqrt(self.weight[0].numel())
        squares = self.weight.to(scale.dtype).square().flatten(2)
        energy = squares @ squares.new_ones(squares.shape[2])  # Q, [O, I]; faster than sum
        demodulation = (scale.square() @ energy.T * gain**2 + DEMODULATION_EPSILON).rsqrt()
        largest = scale.detach().abs().amax(dim=1, keepdim=True).clamp_min(1e-12)
        return scale * (gain / largest), demodulation * largest

    def convolve(self, x: torch.Tensor, dilation: int | None) -> torch.Tensor:
        if not self.up:
            d = dilation or 1
            return F.conv2d(x, self.weight, padding=d, dilation=d)
        if dilation is None:
            y = F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)
            return smooth_upsampled(y)
        # The stored kernel is that of a transposed convolution, hence flipped; the filtered map
        # keeps a margin that the convolution consumes, which makes the border exact.
        x = smooth(x, dilation, margin=dilation)
        return F.conv2d(x, self.weight.flip(2, 3), dilation=dilation)


class BatchNorm(nn.BatchNorm2d):
    """Batch norm that can use each picture's own statistics instead of the stored ones.

    With `own_statistics` the mean and the biased variance are those of each picture alone, so a
    batch equals a loop, and the stored statistics are never written.
    """

    def forward(self, input: torch.Tensor, own_statistics: bool = False) -> torch.Tensor:
        if not own_statistics:
            return super().forward(input)
        variance, mean = torch.var_mean(input, dim=(2, 3), correction=0, keepdim=True)
        normalised = (input - mean) * (variance + self.eps).rsqrt()
        scaled = normalised * self.weight[:, None, None] + self.bias[:, None, None]
        return scaled.to(input.dtype)  # float32 weights serve bfloat16 pictures too
