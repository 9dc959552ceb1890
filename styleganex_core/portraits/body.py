"""Neck, shoulders and background, in the body's frame: the head's units, upright, not turned."""

from __future__ import annotations

import torch

from .geometry import Vector, smoothstep

SHOULDER_Y = 1.52
WAIST_Y = 4.0


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
