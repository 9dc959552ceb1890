"""Brush and ink: black lines, and washes in three steps that leave the paper white in the light."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .geometry import Units, smoothstep

LUMA = (0.35, 0.50, 0.15)
PAPER, INK = (0.975, 0.955, 0.91), (0.09, 0.085, 0.11)
WASHES = ((0.60, 0.20), (0.40, 0.30), (0.20, 0.42))  # (tone below which it lies, density)
EDGE = 0.030  # half the tones over which a wash begins
RIM = 0.07  # how much darker a wash dries at its edge
WOBBLE = 0.016  # tones by which the hand wanders


def paint_in_ink(image: torch.Tensor, units: Units) -> torch.Tensor:
    """The picture [B, 3, H, W] (0..1) in washes of black ink on cream paper, same shape."""
    tone = (image * image.new_tensor(LUMA)[:, None, None]).sum(dim=1)
    tone = tone + WOBBLE * _wander(units.x, units.y)
    edge = (0.6 * _steepness(tone)).clamp_min(EDGE)  # antialiases lines and shapes
    density = torch.zeros_like(tone)
    for threshold, amount in WASHES:
        depth = (threshold - tone) / edge
        density = density + amount * smoothstep(-1.0, 1.0, depth)
        rim = (1 - (depth - 0.7).square()).clamp_min(0)
        density = density + RIM * rim * (EDGE / edge).square()
    paper, ink = (image.new_tensor(colour)[:, None, None] for colour in (PAPER, INK))
    return torch.lerp(paper.expand_as(image), ink, density.clamp(0, 1)[:, None])


def _steepness(plane: torch.Tensor) -> torch.Tensor:
    """How much [B, H, W] changes per px, in the steeper of both directions."""
    right = F.pad(plane.diff(dim=2).abs(), (0, 1))
    down = F.pad(plane.diff(dim=1).abs(), (0, 0, 0, 1))
    steep = torch.maximum(right, down)
    return F.max_pool2d(steep[:, None], 3, stride=1, padding=1)[:, 0]


def _wander(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Slow waves in -1..1, fixed on the person."""
    first = torch.sin(4.0 * x + 2.4 * y + 1.3 * torch.sin(2.8 * y + 1.0))
    second = torch.sin(6.8 * y - 3.1 * x + 1.7 * torch.sin(2.0 * x))
    return 0.5 * (first + second)
