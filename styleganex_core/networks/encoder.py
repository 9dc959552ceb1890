"""The encoder: IR-SE-50, a style head per slot, a first-layer feature of the picture's shape.

Source: StyleGANEX, section 4.2 and pSp; docs/networks.md, "Encoder". All widths come from the
checkpoint.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .ops import BatchNorm

ENCODER_SLOPE = 0.01  # the encoder's and the fusions' leaky ReLU, unlike the generator's 0.2
STAGE_DEPTHS = (3, 4, 14, 3)
FEATURE_TAPS = (10, 15, 20)  # blocks whose outputs make `f`, in this order
COARSE_SLOTS, MIDDLE_SLOTS = 3, 7  # slots below 3 see block 23, below 7 block 20, the rest block 6
SLOT_GROUPS = 3  # coarse, middle, fine
HEAD_DEPTHS = (4, 5, 6)  # stride-2 convolutions of a coarse, middle, fine style head
STEM = -1  # the tap before block 0

Taps = dict[int, torch.Tensor]  # block index (STEM: the stem) to its output


@dataclass(frozen=True)
class EncoderConfig:
    """The sizes of an encoder; `widths` and `squeezes` have one entry per stage.

    `label_channels`: channels of the non-RGB input (1 sketch, 19 mask), 0 without a front end T.
    `style_side`: the only side in px at which the style heads are right, 0 where any will do.
    `grouped_heads`: one style head for all coarse, one for all middle, one for all fine slots.
    `mean_heads`: all slots get the mean of what these three find, for generators whose slots mean
    the same: three readings of one style err less than each.
    """

    num_slots: int
    style_dim: int
    feature_channels: int
    stem_width: int = 64
    widths: tuple[int, int, int, int] = (64, 128, 256, 512)
    squeezes: tuple[int, int, int, int] = (4, 8, 16, 32)
    head_width: int = 512
    label_channels: int = 0
    label_width: int = 16
    label_residuals: int = 2
    style_side: int = 0
    grouped_heads: bool = False
    mean_heads: bool = False


class Stem(nn.Module):
    """Convolution, batch norm, PReLU at full resolution."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.norm = BatchNorm(out_channels)
        self.activation = nn.PReLU(out_channels)

    def forward(self, x: torch.Tensor, own_statistics: bool) -> torch.Tensor:
        return self.activation(self.norm(self.conv(x), own_statistics))


class LabelStem(nn.Module):
    """The front end T for sketches and masks: down to a quarter, residuals, back to full size."""

    def __init__(self, in_channels: int, width: int, residuals: int, out_channels: int) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            nn.Conv2d(channels, width, 3, stride=2, padding=1) for channels in (in_channels, width)
        )
        self.residuals = nn.ModuleList(
            nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(2))
            for _ in range(residuals)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(width, width, 3, stride=2, padding=1, output_padding=1)
            for _ in range(2)
        )
        self.stem = Stem(width, out_channels)

    def forward(self, x: torch.Tensor, own_statistics: bool) -> torch.Tensor:
        for conv in self.down:
            x = F.leaky_relu(conv(x), ENCODER_SLOPE)
        for pair in self.residuals:
            assert isinstance(pair, nn.ModuleList)
            first, second = pair
            x = F.leaky_relu(x + second(F.leaky_relu(first(x), ENCODER_SLOPE)), ENCODER_SLOPE)
        for conv in self.up:
            x = F.leaky_relu(conv(x), ENCODER_SLOPE)
        return self.stem(x, own_statistics)


class SqueezeExcite(nn.Module):
    """Channel weights from the mean of each channel."""

    def __init__(self, channels: int, squeeze: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeeze, 1, bias=False)
        self.expand = nn.Conv2d(squeeze, channels, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = x.mean(dim=(2, 3), keepdim=True)
        return x * torch.sigmoid(self.expand(F.relu(self.reduce(mean))))


class Bottleneck(nn.Module):
    """An improved-residual block with squeeze-excite; the sum is not activated."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, squeeze: int) -> None:
        super().__init__()
        self.stride = stride
        self.norm_in = BatchNorm(in_channels)
        self.conv_in = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
        self.activation = nn.PReLU(out_channels)
        self.conv_out = nn.Conv2d(out_channels, out_channels, 3, stride, padding=1, bias=False)
        self.norm_out = BatchNorm(out_channels)
        self.squeeze_excite = SqueezeExcite(out_channels, squeeze)
        self.shortcut = None
        if in_channels != out_channels:
            self.shortcut = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.shortcut_norm = BatchNorm(out_channels)

    def forward(self, x: torch.Tensor, own_statistics: bool) -> torch.Tensor:
        if self.shortcut is None:
            kept = x[..., :: self.stride, :: self.stride]
        else:
            kept = self.shortcut_norm(self.shortcut(x), own_statistics)
        x = self.activation(self.conv_in(self.norm_in(x, own_statistics)))
        x = self.norm_out(self.conv_out(x), own_statistics)
        return kept + self.squeeze_excite(x)


class StyleHead(nn.Module):
    """One slot's style offset [B, D]: stride-2 convolutions, global mean, an equalised linear."""

    def __init__(self, in_channels: int, width: int, depth: int, style_dim: int) -> None:
        super().__init__()
        channels = [in_channels] + [width] * depth
        self.convs = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride=2, padding=1)
            for before, after in itertools.pairwise(channels)
        )
        self.weight = nn.Parameter(torch.randn(style_dim, width))
        self.bias = nn.Parameter(torch.zeros(style_dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv in self.convs:
            x = F.leaky_relu(conv(x), ENCODER_SLOPE)
        mean = x.mean(dim=(2, 3))
        return F.linear(mean, self.weight / mean.shape[1] ** 0.5, self.bias)


class Encoder(nn.Module):
    """Finds `f` and the style offsets of a picture."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        if config.style_side:  # kept among the weights, from which files are recognised
            self.register_buffer("style_side", torch.tensor(float(config.style_side)))
        if config.mean_heads:
            self.register_buffer("mean_heads", torch.ones(()))
        self.stem = Stem(3, config.stem_width)
        self.label_stem = None
        if config.label_channels:
            self.label_stem = LabelStem(
                config.label_channels,
                config.label_width,
                config.label_residuals,
                config.stem_width,
            )
        self.blocks = nn.ModuleList()
        channels = config.stem_width
        for depth, width, squeeze in zip(STAGE_DEPTHS, config.widths, config.squeezes, strict=True):
            for index in range(depth):
                stride = 2 if index == 0 else 1
                self.blocks.append(Bottleneck(channels, width, stride, squeeze))
                channels = width

        fine, middle, coarse = config.widths[1:]
        self.middle_lateral = nn.Conv2d(middle, coarse, 1)
        self.fine_lateral = nn.Conv2d(fine, coarse, 1)
        groups = [slot_group(slot) for slot in range(config.num_slots)]
        self.style_heads = nn.ModuleList(
            StyleHead(coarse, config.head_width, HEAD_DEPTHS[group], config.style_dim)
            for group in (range(SLOT_GROUPS) if config.grouped_heads else groups)
        )
        self.feature_head = nn.Conv2d(len(FEATURE_TAPS) * middle, config.feature_channels, 1)
        self.rgb_start_head = nn.Conv2d(len(FEATURE_TAPS) * middle, 3, 1)

    def extract_taps(
        self, picture: torch.Tensor, own_statistics: bool = False, *, last_block: int | None = None
    ) -> Taps:
        """The outputs of the stem and of every block up to `last_block` (all 24 by default).

        `picture` [B, 3, H, W] in -1..1, or [B, label_channels, H, W] in 0..1 for T; sides
        divisible by 8. Block 20, all that `f` needs, spares the last and widest stage.
        """
        if self.label_stem is not None and picture.shape[1] != 3:
            x = self.label_stem(picture, own_statistics)
        else:
            x = self.stem(picture, own_statistics)
        taps = {STEM: x}
        blocks = len(self.blocks) if last_block is None else last_block + 1
        for index, block in enumerate(self.blocks[:blocks]):
            x = block(x, own_statistics)
            taps[index] = x
        return taps

    def first_layer_feature(self, taps: Taps) -> torch.Tensor:
        """`f`, [B, C, H/8, W/8]."""
        return self.feature_head(self._feature_taps(taps))

    def rgb_start(self, taps: Taps) -> torch.Tensor:
        """The alternative three-channel start, [B, 3, H/8, W/8]; published models ignore it."""
        return self.rgb_start_head(self._feature_taps(taps))

    def style_offsets(self, taps: Taps) -> torch.Tensor:
        """What to add to the mean latent, [B, L, D]; any picture size, pooled at the end."""
        pyramid = self.style_inputs(taps)
        if self.config.grouped_heads:
            by_group = [head(x) for head, x in zip(self.style_heads, pyramid, strict=True)]
            return spread_over_slots(by_group, self.config)
        offsets = [head(pyramid[slot_group(slot)]) for slot, head in enumerate(self.style_heads)]
        return torch.stack(offsets, dim=1)

    def style_inputs(self, taps: Taps) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What the coarse, middle and fine style heads see, at H/16, H/8 and H/4.

        Their wide kernels read small maps fastest as they come, not with channels last.
        """
        coarse = taps[len(self.blocks) - 1]
        middle = _enlarge_to(coarse, taps[20]) + self.middle_lateral(taps[20])
        fine = _enlarge_to(middle, taps[6]) + self.fine_lateral(taps[6])
        return coarse.contiguous(), middle.contiguous(), fine.contiguous()

    def _feature_taps(self, taps: Taps) -> torch.Tensor:
        return torch.cat([taps[index] for index in FEATURE_TAPS], dim=1)


def slot_group(slot: int) -> int:
    """0 for a coarse, 1 for a middle, 2 for a fine style slot."""
    return (slot >= COARSE_SLOTS) + (slot >= MIDDLE_SLOTS)


def spread_over_slots(by_group: Sequence[torch.Tensor], config: EncoderConfig) -> torch.Tensor:
    """Coarse, middle and fine style offsets, [B, D] each, for every slot: [B, slots, D]."""
    if config.mean_heads:
        by_group = [torch.stack(list(by_group)).mean(dim=0)] * SLOT_GROUPS
    return torch.stack([by_group[slot_group(slot)] for slot in range(config.num_slots)], dim=1)


def _enlarge_to(x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=True)
