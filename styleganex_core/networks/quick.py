"""The generator's layers on a CPU without gradients: the numbers of `StyledLayer`, much faster.

What an element-wise pass over a large map costs is memory, more than the convolutions' arithmetic.
So a picture's style, the demodulation and the activation's gain go into the kernels, filters run as
channel-wise convolutions that add the bias on the way, what is left changes maps in place, and from
64 px on a stage is drawn in strips of rows that are small enough for the memory to be used again.
Derivation: docs/performance.md, "How pictures are drawn faster".

Convention: maps are [B, C, H, W], in memory as `arrange` finds best.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from .ops import ACTIVATION_SLOPE, HALF_PRECISION_LIMIT, upsample_rgb
from .precision import HALF

if TYPE_CHECKING:
    from .generator import RGBHead, StyledLayer

STRIP_NUMBERS = 4 * 2**20  # in the largest map of a strip: measured, fastest from 2 to 8 million
WIDE = 128  # channels from which float32 convolutions add up more exactly with channels first
HALO = 2  # rows of a strip that its neighbours' convolutions spoil, at half the resolution
GAIN = math.sqrt(2)  # of the activation


@dataclass(frozen=True)
class Stage:
    """The layers of one resolution for one picture: up-convolution, convolution, head.

    `styles` [3, D] and the noise maps, [1, 1, h, w] or None, are those of the picture.
    """

    up: StyledLayer
    plain: StyledLayer
    head: RGBHead
    styles: torch.Tensor
    up_noise: torch.Tensor | None
    plain_noise: torch.Tensor | None


def draw_layer(
    layer: StyledLayer,
    x: torch.Tensor,
    style: torch.Tensor,
    noise: torch.Tensor | None,
    dilation: int,
) -> torch.Tensor:
    """What `layer` gives at the resolution of `f`, where kernels are larger than maps."""
    conv = layer.conv
    scale, demodulation = conv.scales(style)
    x = arrange(x) * scale.to(x.dtype)[:, :, None, None]
    weight = conv.weight
    if conv.up:
        taps = _taps((1, 2, 1), x.shape[1], x)
        x = F.conv2d(x, taps, None, 1, 2 * dilation, dilation, x.shape[1])
        y = F.conv2d(x, weight.flip(2, 3), dilation=dilation)
    else:
        y = F.conv2d(x, weight, padding=dilation, dilation=dilation)
    y.mul_((demodulation * GAIN).to(y.dtype)[:, :, None, None])
    y.add_((layer.bias * GAIN)[:, None, None])
    return _finish(y, layer, noise)


def draw_stage(
    stage: Stage, x: torch.Tensor, rgb: torch.Tensor, *, last: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Features and picture at twice the resolution of `x` [1, C, h, w] and `rgb` [1, 3, h, w].

    The features are `x` again where `last` says that nobody reads them.
    """
    height, width = x.shape[-2:]
    up_weight, up_bias = _bake(stage.up, stage.styles[0])
    weight, bias = _bake(stage.plain, stage.styles[1])
    head = _bake_head(stage.head, stage.styles[2]).to(x.dtype)
    up_weight = up_weight.transpose(0, 1).contiguous(memory_format=torch.channels_last)
    weight = arrange(weight)
    channels = len(weight)
    taps = _taps((1, 3, 3, 1), channels, x)
    picture = upsample_rgb(rgb).add_(stage.head.bias.to(rgb.dtype)[:, None, None])
    grown = x
    if not last:
        grown = torch.empty(
            (1, channels, 2 * height, 2 * width), dtype=x.dtype, memory_format=torch.channels_last
        )
    row_numbers = max(x.shape[1], 4 * channels) * width
    x = x.contiguous(memory_format=torch.channels_last)
    for rows, seen, kept in _strips(height, max(4 * HALO, STRIP_NUMBERS // row_numbers)):
        y = F.conv_transpose2d(x[:, :, seen], up_weight, stride=2)
        y = F.conv2d(y, taps, up_bias, padding=1, groups=channels)
        y = _finish(y, stage.up, _rows_of(stage.up_noise, seen))
        y = F.conv2d(arrange(y), weight, bias, padding=1)
        y = _finish(y, stage.plain, _rows_of(stage.plain_noise, seen))[:, :, kept]
        if not last:
            grown[:, :, rows] = y
        picture[:, :, rows] += F.conv2d(y, head).to(picture.dtype)
    return grown, picture


def arrange(x: torch.Tensor) -> torch.Tensor:
    """`x` in the memory format that 3x3 convolutions of its width and precision do best in.

    Channels last is faster, and in half precision much faster; but there float32 sums of 512
    channels are five times less exact, at no gain in time.
    """
    wide = x.shape[1] >= WIDE and x.dtype not in HALF
    return x.contiguous(memory_format=torch.contiguous_format if wide else torch.channels_last)


def join_stages(
    parts: list[tuple[torch.Tensor, torch.Tensor]],
) -> tuple[torch.Tensor, torch.Tensor]:
    """The features and pictures of one picture each as a batch."""
    if len(parts) == 1:
        return parts[0]
    features, pictures = zip(*parts, strict=True)
    return torch.cat(features), torch.cat(pictures)


def pick_row(tensor: torch.Tensor, index: int) -> torch.Tensor:
    """One picture's part [1, ...] of a batch, in which one may stand for all."""
    return tensor if len(tensor) == 1 else tensor[index : index + 1]


def _strips(height: int, rows: int) -> Iterator[tuple[slice, slice, slice]]:
    """Per strip of about `rows` rows: the rows of the result, the rows to read for them, and which
    rows of what is drawn from these are right; the first and the last count at twice the size.
    """
    count = max(1, height // rows)
    for index in range(count):
        first, end = height * index // count, height * (index + 1) // count
        start = max(0, first - HALO)
        seen = slice(start, min(height, end + HALO))
        kept = slice(2 * (first - start), 2 * (end - start))
        yield slice(2 * first, 2 * end), seen, kept


def _bake(layer: StyledLayer, style: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Kernel [O, I, 3, 3] and bias [O] of a layer for one style, with demodulation and gain."""
    scale, demodulation = layer.conv.scales(style[None])  # [1, I], [1, O]
    factors = demodulation.T * GAIN * scale  # [O, I]
    weight = layer.conv.weight * factors.to(layer.conv.weight.dtype)[:, :, None, None]
    return weight, layer.bias * GAIN


def _bake_head(head: RGBHead, style: torch.Tensor) -> torch.Tensor:
    """The kernel [3, C, 1, 1] of a head for one style, at least float32."""
    scale = head.modulation(style[None]) / math.sqrt(head.weight.shape[1])
    return (head.weight.to(scale.dtype) * scale)[:, :, None, None]


def _taps(taps: tuple[int, ...], channels: int, like: torch.Tensor) -> torch.Tensor:
    """The kernel of a channel-wise convolution that filters both axes: [C, 1, n, n] / 16."""
    row = torch.tensor(taps, dtype=like.dtype, device=like.device)
    return (row.outer(row) / 16).expand(channels, 1, -1, -1)


def _finish(x: torch.Tensor, layer: StyledLayer, noise: torch.Tensor | None) -> torch.Tensor:
    """`x`, which has its bias and gain, with the noise added and activated; changed in place."""
    if noise is not None:
        x.add_(layer.noise_strength * GAIN * noise)
    F.leaky_relu_(x, ACTIVATION_SLOPE)
    if x.dtype == torch.float16:
        x.clamp_(-HALF_PRECISION_LIMIT, HALF_PRECISION_LIMIT)
    return x


def _rows_of(noise: torch.Tensor | None, seen: slice) -> torch.Tensor | None:
    """The rows of a noise map for a strip; a map of one px stands for the whole layer."""
    if noise is None or noise.shape[-2] == 1:
        return noise
    return noise[:, :, 2 * seen.start : 2 * seen.stop]
