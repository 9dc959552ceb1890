"""Backdrops outside: leaves, the lights of a street at night, a brick wall."""

from __future__ import annotations

import torch

from .geometry import coverage, smoothstep
from .noise import cell_noise, layered_noise
from .wall import BRICKS, LEAVES, LIGHTS, SKY, Wall, lay_over, rectangle


def paint_foliage(wall: Wall) -> torch.Tensor:
    """Leaves in front of leaves, the nearer the larger and the lighter; sky shines through."""
    sky = wall.pick(wall.draw[2], SKY)
    depth = layered_noise(wall.x * 4, wall.y * 4, wall.seed)
    thick = smoothstep(0.30, 0.55, depth + 0.35 * (wall.y - 0.3))
    image = torch.lerp(sky, wall.pick(0.35 * depth, LEAVES), thick[:, None])
    for layer, size in enumerate((0.055, 0.085, 0.13)):
        seed = wall.seed + 100 * layer
        column, row = (wall.x / size).floor(), (wall.y / size).floor()
        for i, j in ((0, 0), (1, 0), (0, 1), (1, 1), (-1, 0), (0, -1)):
            shift, turn, hue = cell_noise(column + i, row + j, seed)
            x = wall.x / size - column - i - shift
            y = wall.y / size - row - j - turn
            angle = 6.3 * turn
            along = x * angle.cos() + y * angle.sin()
            across = y * angle.cos() - x * angle.sin()
            leaf = (across.abs() - 0.30 * (1 - (along / 0.75) ** 2)) * size
            here = torch.where(hue < 0.75, leaf, torch.full_like(leaf, 1.0))
            vein = 1 - 0.25 * coverage(across.abs() - 0.02, 0.05)
            side = 1 + 0.35 * wall.light_side * across
            tone = (0.50 + 0.30 * layer + 0.3 * hue) * vein * side
            green = wall.pick(0.25 + 0.5 * hue + 0.1 * wall.draw[3], LEAVES)
            image = lay_over(image, here, wall.soft + 0.01 * (2 - layer), green * tone[:, None])
    return image


def paint_lights(wall: Wall) -> torch.Tensor:
    """A street at night, far out of focus: discs of light, each with a brighter rim."""
    image = wall.colour * (0.16 + 0.10 * (1 - wall.y))[:, None]
    image = image.expand(-1, -1, *wall.x.shape[1:])
    for layer, size in enumerate((0.20, 0.13, 0.09)):
        column, row = (wall.x / size).floor(), (wall.y / size).floor()
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                shift, hue, bright = cell_noise(column + i, row + j, wall.seed + 31 * layer)
                x = wall.x - (column + i + shift) * size
                y = wall.y - (row + j + hue) * size
                radius = size * (0.22 + 0.20 * shift)
                disc = (x * x + y * y).sqrt() - radius
                light = coverage(disc, 0.008 + wall.pixel) * (bright - 0.45).clamp_min(0)
                light = light * (0.75 + 0.5 * smoothstep(-0.3, 0.0, disc / radius))
                light = light * (1.2 - wall.y) * (0.5 + 0.25 * layer)
                image = image + light[:, None] * wall.pick(hue * 1.4 - 0.2, LIGHTS)
    return image


def paint_bricks(wall: Wall) -> torch.Tensor:
    """A brick wall, every brick of its own tone, with mortar between."""
    high = 0.045 + 0.03 * wall.draw[2]
    wide = 2.6 * high
    row = (wall.y / high).floor()
    shifted = wall.x / wide + 0.5 * (row % 2)
    column = shifted.floor()
    tone, hue, _ = cell_noise(column, row, wall.seed)
    grain = layered_noise(wall.x * 70, wall.y * 70, wall.seed, octaves=2) - 0.5
    brick = wall.pick(wall.draw[3] + 0.25 * (hue - 0.5), BRICKS)
    brick = brick * (0.82 + 0.3 * tone + 0.25 * grain)[:, None]
    edge = rectangle((shifted - column - 0.5) * wide, (wall.y / high - row - 0.5) * high,
                     (0.5 * wide - 0.004, 0.5 * high - 0.004))  # fmt: skip
    mortar = brick.mean(dim=(1, 2, 3), keepdim=True) * 0.5 + 0.32
    return lay_over(mortar.expand_as(brick), edge, wall.soft, brick) * wall.lit()
