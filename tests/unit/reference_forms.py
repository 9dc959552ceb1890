"""The generator's layers written the long way, to check the fast forms against."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


def modulated_conv(
    x: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor, *, up: bool = False
) -> torch.Tensor:
    """StyleGAN2's modulated convolution, one picture and one weight at a time.

    `x` [B, I, H, W], `weight` [O, I, 3, 3], `scale` [B, I]: the modulation's output.
    """
    pictures = []
    for picture, factors in zip(x, scale, strict=True):
        scaled = weight / math.sqrt(weight[0].numel()) * factors[None, :, None, None]
        scaled = scaled * (scaled.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        if up:
            pictures.append(_upsample_conv(picture[None], scaled))
        else:
            pictures.append(F.conv2d(picture[None], scaled, padding=1))
    return torch.cat(pictures)


def _upsample_conv(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Transposed convolution of stride 2, then the (1, 3, 3, 1) filter, as a plain convolution."""
    doubled = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype) / 4
    kernel = taps.outer(taps).expand(doubled.shape[1], 1, 4, 4)
    return F.conv2d(F.pad(doubled, (1, 1, 1, 1)), kernel, groups=doubled.shape[1])


def upsample_rgb(rgb: torch.Tensor) -> torch.Tensor:
    """Zeros inserted after each sample, then the (1, 3, 3, 1) filter."""
    batch, channels, height, width = rgb.shape
    spread = rgb.new_zeros(batch, channels, 2 * height, 2 * width)
    spread[..., ::2, ::2] = rgb
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=rgb.dtype) / 4
    kernel = taps.outer(taps).expand(channels, 1, 4, 4)
    return F.conv2d(F.pad(spread, (2, 1, 2, 1)), kernel, groups=channels)


def plain_stylegan2(generator, w_plus: torch.Tensor) -> torch.Tensor:
    """The picture of plain StyleGAN2, zero noise, with the same weights."""

    def run(layer, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        x = modulated_conv(x, layer.conv.weight, layer.conv.modulation(style), up=layer.conv.up)
        return F.leaky_relu(x + layer.bias[:, None, None], 0.2) * math.sqrt(2)

    def paint(head, x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        scale = head.modulation(style) / math.sqrt(head.weight.shape[1])
        return torch.einsum("oi,bi,bihw->bohw", head.weight, scale, x) + head.bias[:, None, None]

    x = generator.constant.expand(w_plus.shape[0], -1, -1, -1)
    x = run(generator.layers[0], x, w_plus[:, 0])
    rgb = paint(generator.heads[0], x, w_plus[:, 1])
    for step in range(1, len(generator.heads)):
        x = run(generator.layers[2 * step - 1], x, w_plus[:, 2 * step - 1])
        x = run(generator.layers[2 * step], x, w_plus[:, 2 * step])
        rgb = upsample_rgb(rgb) + paint(generator.heads[step], x, w_plus[:, 2 * step + 1])
    return rgb
