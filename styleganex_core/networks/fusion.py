"""Skip fusions: encoder features mixed into the generator's features before an up-conv.

Source: StyleGANEX, section 4.3; docs/networks.md, "Skip fusions".
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .encoder import ENCODER_SLOPE, STEM
from .ops import ACTIVATION_SLOPE

FUSION_TAPS = (20, 20, 15, 10, 6, 2, STEM)  # the encoder tap of each fusion


@dataclass(frozen=True)
class FusionConfig:
    """The sizes of one fusion; `gate_layers` is 0 without attention, else its linear layers."""

    tap_channels: int
    channels: int
    rgb: bool = False
    gate_layers: int = 0
    style_dim: int = 0


class AttentionGate(nn.Module):
    """Where a skip may pass, [B, 1, H, W] in 0..1, decided by the applied edit vector."""

    def __init__(self, channels: int, style_dim: int, layers: int) -> None:
        super().__init__()
        sizes = [style_dim] + [channels] * layers
        self.label = nn.ModuleList(
            nn.Linear(before, after) for before, after in itertools.pairwise(sizes)
        )
        self.affine = nn.Linear(channels, 4 * channels)
        self.conv = nn.Conv2d(2 * channels, 1, 3, padding=1)

    def forward(self, x: torch.Tensor, skip: torch.Tensor, edit: torch.Tensor) -> torch.Tensor:
        label = edit
        for linear in self.label:
            label = F.leaky_relu(linear(label), ACTIVATION_SLOPE)
        gain, shift = self.affine(label)[:, :, None, None].chunk(2, dim=1)
        both = torch.cat([x, (x - skip).abs()], dim=1)
        variance, mean = torch.var_mean(both, dim=(2, 3), correction=0, keepdim=True)
        normalised = (both - mean) * (variance + 1e-5).rsqrt()
        return torch.tanh(F.relu(self.conv(gain * normalised + shift)))


class SkipFusion(nn.Module):
    """Mixes one encoder tap into the features, and into the picture so far where it has weights."""

    def __init__(self, config: FusionConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.channels
        self.transform = nn.Conv2d(config.tap_channels, channels, 3, padding=1)
        self.mix = nn.Conv2d(2 * channels, channels, 3, padding=1)
        with torch.no_grad():  # starts close to passing the features on unchanged
            self.mix.weight.mul_(0.01)
            self.mix.weight[:, :channels, 1, 1].diagonal().add_(1)
        self.mix_rgb = nn.Conv2d(3 + channels, 3, 3, padding=1) if config.rgb else None
        self.gate = None
        if config.gate_layers:
            self.gate = AttentionGate(channels, config.style_dim, config.gate_layers)

    def forward(
        self, x: torch.Tensor, rgb: torch.Tensor, tap: torch.Tensor, edit: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Features [B, C, H, W] and picture so far [B, 3, H, W], both fused with `tap`.

        `edit` [B or 1, D]: the applied edit vector's slot, strength included; without one the
        gate is open.
        """
        skip = F.leaky_relu(self.transform(tap), ENCODER_SLOPE)
        if self.gate is not None and edit is not None:
            skip = self.gate(x, skip, edit) * skip
        if self.mix_rgb is not None:
            rgb = self.mix_rgb(torch.cat([rgb.to(skip.dtype), skip], dim=1)).to(rgb.dtype)
        skip = skip.expand(x.shape[0], -1, -1, -1)
        return self.mix(torch.cat([x, skip], dim=1)), rgb
