"""Glasses: two lenses on a plane before the eyes and arms to the ears."""

from __future__ import annotations

import torch

from .canvas import GLASSES, Canvas
from .features import EYE_X
from .geometry import Rays, Rotation, coverage, smoothstep

PLANE = 1.0  # depth of the lenses in the head's frame
HALF_SIZE = (0.275, 0.20)
ROUNDING = 0.13
FRAME = 0.024


def opacity(amount: torch.Tensor) -> torch.Tensor:
    """How solid glasses of the attribute's value are: none below 0, full from 0.35 on."""
    return smoothstep(0.0, 0.35, amount)


def paint_lenses(canvas: Canvas, rays: Rays, solid: torch.Tensor, pixel: torch.Tensor) -> None:
    """Paint frame, bridge and glare."""
    depth = (PLANE - rays.origin[2]) / rays.direction[2]
    u, v, _ = rays.at(depth)
    u, v = u.abs() - EYE_X, v - 0.03
    over_x = (u.abs() - HALF_SIZE[0] + ROUNDING).clamp_min(0)
    over_y = (v.abs() - HALF_SIZE[1] + ROUNDING).clamp_min(0)
    lens = (over_x * over_x + over_y * over_y + 1e-8).sqrt() - ROUNDING
    bridge = torch.maximum((v + 0.07 - 0.5 * (u + EYE_X) ** 2).abs() - FRAME, u + 0.24)
    frame = torch.minimum(lens.abs() - FRAME, bridge)
    dark = canvas.image.new_tensor((0.10, 0.09, 0.11))[:, None, None]
    glare = coverage(lens, pixel) * smoothstep(0.0, 0.3, v * -1 - u + 0.02)
    canvas.paint(glare * solid * 0.16, torch.ones_like(dark))
    covered = torch.minimum(lens - FRAME, bridge)
    canvas.labels = canvas.labels.masked_fill((covered < 0) & (solid > 0.5), GLASSES)
    canvas.paint(coverage(frame, pixel.clamp_min(0.02)) * solid * 0.95, dark)


def paint_arms(
    canvas: Canvas, x: torch.Tensor, y: torch.Tensor, depth: torch.Tensor,
    rotation: Rotation, solid: torch.Tensor, pixel: torch.Tensor,
) -> None:  # fmt: skip
    """Paint the arms from the lenses to the ears where the head does not hide them."""
    dark = canvas.image.new_tensor((0.10, 0.09, 0.11))[:, None, None]
    for side in (-1.0, 1.0):
        start = rotation.to_view((side * (EYE_X + HALF_SIZE[0]), 0.0, PLANE))
        end = rotation.to_view((side * 1.0, 0.02, -0.05))
        run = [b - a for a, b in zip(start, end, strict=True)]
        length = (run[0] * run[0] + run[1] * run[1]).clamp_min(1e-4)
        share = (((x - start[0]) * run[0] + (y - start[1]) * run[1]) / length).clamp(0, 1)
        gap_x, gap_y = x - start[0] - share * run[0], y - start[1] - share * run[1]
        distance = (gap_x * gap_x + gap_y * gap_y + 1e-8).sqrt() - FRAME
        seen = smoothstep(-0.12, 0.0, start[2] + share * run[2] - depth)
        canvas.paint(coverage(distance, pixel) * seen * solid * 0.95, dark, GLASSES)
