"""What stands behind people in scenes: walls, rooms, shelves, leaves, windows, lights."""

from __future__ import annotations

from collections.abc import Callable

import torch

from .geometry import coverage, smoothstep
from .indoors import paint_room, paint_shelves, paint_window
from .outdoors import paint_bricks, paint_foliage, paint_lights
from .styles import Style
from .wall import LIGHTS, SKY, Wall, paint_plain

TONES = 6  # of a backdrop in a flat style


def paint_backdrop(
    kinds: torch.Tensor, draw: torch.Tensor, colour: torch.Tensor, light_side: torch.Tensor,
    size: tuple[int, int], style: Style,
) -> torch.Tensor:  # fmt: skip
    """Backdrops [B, 3, H, W] (0..1) of `kinds` [B], places in `BACKDROPS`.

    `draw` [B, DRAWS], `colour` [B, 3, 1, 1], `light_side` [B, 1, 1]: see `Wall`.
    """
    height, width = size
    device = colour.device
    x = (torch.arange(width, device=device) - (width - 1) / 2) / height
    y = (torch.arange(height, device=device) + 0.5)[:, None] / height
    image = torch.empty(len(kinds), 3, height, width, device=device)
    for index, paint in enumerate(BACKDROPS.values()):
        rows = (kinds == index).nonzero()[:, 0]
        if not len(rows):
            continue
        across, down = (plane.expand(len(rows), height, width) for plane in (x, y))
        numbers = tuple(column[:, None, None] for column in draw[rows].unbind(1))
        wall = Wall(across, down, 1 / height, numbers, colour[rows], light_side[rows])
        image[rows] = paint(wall)
    if style.flat:
        tone = image.mean(dim=1, keepdim=True).clamp_min(1e-3) * TONES
        flat = tone.floor() + smoothstep(0.4, 0.6, tone - tone.floor())
        image = image * (flat.clamp_min(0.5) / tone)
    return image.clamp(0, 1)


def paint_gradient(wall: Wall) -> torch.Tensor:
    """One colour that runs into another: studio paper, or a sky at dusk."""
    angle = 6.3 * wall.draw[2]
    share = smoothstep(-0.6, 0.6, wall.x * angle.cos() + (wall.y - 0.5) * angle.sin())
    other = wall.pick(wall.draw[3], (*SKY, *LIGHTS)) * (0.35 + 0.6 * wall.draw[4])[:, None]
    return torch.lerp(wall.colour.expand(-1, -1, *wall.x.shape[1:]), other, share[:, None])


def paint_wallpaper(wall: Wall) -> torch.Tensor:
    """Stripes, or dots between them, in shades of one colour."""
    size = 0.05 + 0.07 * wall.draw[2]
    angle = torch.where(wall.draw[3] > 0.6, 0.785, 0.0) * wall.draw[3].sign()
    across = (wall.x * angle.cos() + wall.y * angle.sin()) / size
    down = (wall.y * angle.cos() - wall.x * angle.sin()) / size
    stripe = coverage(((across % 1) - 0.5).abs() * size - 0.25 * size, wall.soft)
    x, y = (across % 1) - 0.5, (down % 1) - 0.5
    dots = coverage(((x * x + y * y).sqrt() - 0.26) * size, wall.soft)
    pattern = torch.where(wall.draw[4] > 0.5, stripe, dots)
    shade = 1 - (0.18 + 0.22 * wall.draw[5]) * pattern
    return wall.colour * wall.lit() * shade[:, None]


BACKDROPS: dict[str, Callable[[Wall], torch.Tensor]] = {
    "plain": paint_plain,
    "gradient": paint_gradient,
    "room": paint_room,
    "shelves": paint_shelves,
    "foliage": paint_foliage,
    "window": paint_window,
    "lights": paint_lights,
    "wallpaper": paint_wallpaper,
    "bricks": paint_bricks,
}
