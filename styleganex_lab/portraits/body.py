"""Neck, shoulders and background, in the body's frame: the head's units, upright, not turned."""

from __future__ import annotations

import torch

from .geometry import Vector, coverage, smooth_minimum, smoothstep

SHOULDER_Y = 1.52
WAIST_Y = 4.0
ARMPIT = (1.36, 2.45)  # where arm and chest part
ARM = (1.68, 0.36)  # an upper arm's middle and half its width


def neck_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Signed distance to a neck that widens into the shoulders."""
    half = 0.44 + 0.22 * smoothstep(1.15, 1.8, y)
    return torch.maximum(x.abs() - half, torch.maximum(0.3 - y, y - 2.2))


def neck_normal(x: torch.Tensor) -> Vector:
    """Normals of an upright cylinder."""
    flat = (x / 0.55).clamp(-0.98, 0.98)
    return flat, torch.zeros_like(flat), (1 - flat * flat).sqrt()


def shoulder_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Signed distance to the clothed body: sloping, rounded shoulders, straight below."""
    across = x.abs()
    slope = SHOULDER_Y - 0.16 + 0.26 * across
    rounded = 0.9 * ((across - 1.2).clamp_min(0)) ** 2
    top = (slope + rounded - y) * 0.9
    arm = across - 1.95 - 0.05 * (y - 2.2).clamp(0, 1.8)
    return torch.maximum(top, arm)


def shoulder_normal(x: torch.Tensor, y: torch.Tensor) -> Vector:
    """Normals of a broad, softly rounded chest."""
    flat = (x / 2.3).clamp(-0.95, 0.95)
    up = -(0.85 - 0.7 * (y - SHOULDER_Y)).clamp(0, 0.85)
    length = (1 + 0 * flat + up * up + flat * flat).sqrt()
    return flat / length, up / length, 1 / length


def collar_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Signed distance to the neckline, negative where skin shows: a rounded V."""
    return y - (1.74 - 0.55 * x.abs() - 0.25 * x * x)


def whole_distance(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Signed distance to a clothed body seen from further away: round shoulders, arms, a waist."""
    across = x.abs()
    slope = SHOULDER_Y - 0.16 + 0.26 * across + 0.9 * ((across - 1.2).clamp_min(0)) ** 2
    waist = 0.10 * smoothstep(2.6, WAIST_Y, y)
    arm = across - ARM[0] - ARM[1] - 0.10 * (y - 2.2).clamp(0, 1.2) + 0.5 * waist
    return -smooth_minimum(-0.9 * (slope - y), -arm, 0.35)


def sleeve_shade(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """How much light the arms beside the chest leave, about 1 on the chest: [B, H, W]."""
    across = x.abs() - 0.05 * (y - ARMPIT[1]).clamp_min(0)
    below = smoothstep(ARMPIT[1] - 0.25, ARMPIT[1] + 0.35, y)
    crease = (1 - ((across - ARMPIT[0]) / 0.11) ** 2).clamp_min(0)
    outer = ((across - ARM[0]) / ARM[1]).clamp(-1, 1)
    on_arm = coverage(ARMPIT[0] - across, 0.12)
    fold = 0.05 * torch.sin(7 * y + 4 * across) * smoothstep(1.9, 2.6, y)
    return 1 - below * (0.34 * crease + 0.16 * on_arm * outer * outer) + fold * (0.4 + 0.6 * on_arm)
