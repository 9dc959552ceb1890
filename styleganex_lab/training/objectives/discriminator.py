"""StyleGAN2's discriminator and its losses. Source: StyleGAN2, appendix B; Mescheder et al. 2018.

Convention: pictures are [B, 3, H, W] in -1..1 with sides of the discriminator's size.
"""

from __future__ import annotations

import itertools
import math

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.networks.ops import leaky_gain

GROUP = 4  # pictures whose spread is compared
LAST_SIDE = 4  # px
BLUR = (1.0, 3.0, 3.0, 1.0)


class EqualConv(nn.Module):
    """A convolution whose weight is scaled by 1 / sqrt(fan in) as it runs."""

    def __init__(self, in_channels: int, out_channels: int, side: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, side, side))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        gain = 1 / math.sqrt(self.weight[0].numel())
        padding = self.weight.shape[-1] // 2 if stride == 1 else 0
        return F.conv2d(x, self.weight * gain, self.bias, stride, padding)


class ResidualBlock(nn.Module):
    """Two convolutions, the second halving the sides, and a shortcut."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.first = EqualConv(in_channels, in_channels, 3)
        self.second = EqualConv(in_channels, out_channels, 3)
        self.shortcut = EqualConv(in_channels, out_channels, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = leaky_gain(self.first(x))
        y = leaky_gain(self.second(_blur(y, 2), stride=2))
        return (y + self.shortcut(_blur(x, 1), stride=2)) / math.sqrt(2)


class Discriminator(nn.Module):
    """How real pictures look, one number [B, 1] per picture.

    `channels` has one width per resolution 4, 8, ... `size`, as a generator's config has.
    """

    def __init__(self, size: int, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size
        widths = channels[::-1]
        self.stem = EqualConv(3, widths[0], 1)
        self.blocks = nn.ModuleList(
            ResidualBlock(before, after) for before, after in itertools.pairwise(widths)
        )
        self.last = EqualConv(widths[-1] + 1, widths[-1], 3)
        self.hidden = EqualConv(widths[-1], widths[-1], LAST_SIDE)
        self.score = EqualConv(widths[-1], 1, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = leaky_gain(self.stem(image))
        for block in self.blocks:
            x = block(x)
        x = torch.cat([x, _spread(x)], dim=1)
        x = leaky_gain(self.last(x))
        x = leaky_gain(F.conv2d(x, *_dense(self.hidden)))
        return self.score(x).flatten(1)


def generator_loss(fake: torch.Tensor) -> torch.Tensor:
    """What the generator minimises: scores [B, 1] of its pictures, non-saturating."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """What the discriminator minimises: the logistic loss of both scores [B, 1]."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def gradient_penalty(discriminator: nn.Module, real: torch.Tensor) -> torch.Tensor:
    """R1: half the mean squared gradient of the scores at real pictures [B, 3, H, W]."""
    real = real.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean() / 2


def _dense(layer: EqualConv) -> tuple[torch.Tensor, torch.Tensor | None]:
    return layer.weight / math.sqrt(layer.weight[0].numel()), layer.bias


def _spread(x: torch.Tensor) -> torch.Tensor:
    """The standard deviation within groups of pictures, [B, 1, h, w], against collapse."""
    count = x.shape[0]
    group = next(size for size in range(min(GROUP, count), 0, -1) if count % size == 0)
    grouped = x.reshape(group, count // group, *x.shape[1:])
    deviation = (grouped.var(dim=0, correction=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    return deviation.repeat(group)[:, None, None, None].expand(-1, 1, *x.shape[2:])


def _blur(x: torch.Tensor, margin: int) -> torch.Tensor:
    """Low-passed and padded for a stride-2 kernel of 3 (`margin` 2) or 1 (`margin` 1)."""
    taps = x.new_tensor(BLUR)
    kernel = (taps.outer(taps) / taps.sum() ** 2).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(F.pad(x, [margin] * 4), kernel, groups=x.shape[1])
