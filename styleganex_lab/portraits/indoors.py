"""Backdrops inside a house: a room, shelves of books, a window."""

from __future__ import annotations

import torch

from .geometry import coverage, smoothstep
from .noise import cell_noise, layered_noise, smooth_noise
from .wall import BOOKS, LEAVES, LIGHTS, SKY, WOOD, Wall, lay_over, paint_plain, rectangle


def paint_room(wall: Wall) -> torch.Tensor:
    """A wall with a skirting board over a wooden floor, framed pictures and a lamp."""
    soft, floor = wall.soft, 0.80 + 0.12 * wall.draw[2]
    image = paint_plain(wall)
    wood = wall.pick(wall.draw[3], WOOD)
    for index in (-1, 0, 1):
        shift, tall, hue = cell_noise(wall.draw[4] * 0 + index, wall.draw[4] * 0, wall.seed)
        x, y = wall.x - 0.42 * index - 0.1 * (shift - 0.5), wall.y - 0.26 - 0.08 * tall
        frame = rectangle(x, y, (0.09 + 0.05 * hue, 0.10 + 0.05 * tall))
        land = 0.03 * torch.sin(30 * x + 40 * hue) + 0.15 * (tall - 0.5) - y
        picture = lay_over(wall.pick(0.5 + 4 * y, SKY), land, soft + 0.01, wall.pick(hue, BOOKS))
        image = lay_over(image, frame - 0.03, soft + 0.03, image * 0.78)  # its shadow
        image = lay_over(image, frame - 0.014, soft, wood * 0.6)
        image = lay_over(image, frame, soft, picture)
    aspect = 0.5 * wall.x.shape[2] / wall.x.shape[1]
    lamp = (aspect - 0.12) * (2 * wall.draw[5] - 1).sign()
    x, y = wall.x - lamp, wall.y - 0.42
    glow = 1 / (1 + 18 * (x * x + y * y))
    image = image + 0.30 * glow[:, None] * image.new_tensor(LIGHTS[0])[:, None, None]
    image = lay_over(image, rectangle(x, y - 0.3, (0.012, 0.3)), soft, wood * 0.35)
    shade = torch.maximum(x.abs() - 0.09 - 0.4 * (y + 0.08), y.abs() - 0.08)
    image = lay_over(image, shade, soft, wall.pick(wall.draw[5], (LIGHTS[1], LIGHTS[0])))
    boards = 1 - 0.25 * coverage(((wall.x / (wall.y - 0.4) * 9) % 1 - 0.5).abs() - 0.04, 0.06)
    below = wood * (boards * (0.8 + 0.4 * (wall.y - floor)))[:, None]
    image = lay_over(image, floor - wall.y, soft, below)
    skirting = rectangle(wall.x, wall.y - floor + 0.02, (9.0, 0.02))
    return lay_over(image, skirting, soft, image.new_tensor((0.90, 0.88, 0.84))[:, None, None])


def paint_shelves(wall: Wall) -> torch.Tensor:
    """Books of many colours and heights on wooden boards."""
    high, wide = 0.22 + 0.08 * wall.draw[2], 0.030 + 0.015 * wall.draw[3]
    level = ((wall.y + wall.draw[4] * high) / high).floor()
    up = 1 - ((wall.y + wall.draw[4] * high) / high - level)  # 0 at the board, 1 at the next
    shifted = wall.x / wide + 0.3 * torch.sin(9.0 * wall.x + 4.0 * level)  # books vary in width
    column = shifted.floor()
    hue, tall, tone = cell_noise(column, level, wall.seed)
    across = shifted - column
    books = wall.pick(hue, BOOKS) * (0.55 + 0.6 * tone)[:, None]
    rounded = 1 - 1.4 * (across - 0.5) ** 2  # a spine catches light in its middle
    label = coverage((up - 0.45).abs() - 0.05, 0.02) * (tone > 0.5)
    books = books * (rounded * (1 + 0.5 * label))[:, None]
    gap = torch.maximum(up - 0.60 - 0.28 * tall, 0.46 - (0.5 - (across - 0.5).abs()) - 0.42)
    wood = wall.pick(wall.draw[5], WOOD)
    dark = wood * 0.28
    image = lay_over(dark.expand_as(books), gap * high, wall.soft, books)
    shadow = 1 - 0.55 * smoothstep(0.55, 1.0, up)
    image = image * shadow[:, None]
    grain = 0.9 + 0.2 * smooth_noise(wall.x * 4, wall.y * 90, wall.seed)
    board = (up - 0.04).abs() - 0.055
    return lay_over(image, board * high, wall.soft, wood * grain[:, None]) * wall.lit()


def paint_window(wall: Wall) -> torch.Tensor:
    """A bright window in a dim wall, with bars, curtains and a view."""
    soft, place = wall.soft, 0.5 * (wall.draw[2] - 0.5)
    x, y = wall.x - place, wall.y - 0.42
    half = (0.26 + 0.14 * wall.draw[3], 0.32)
    image = paint_plain(wall) * 0.75
    pane = rectangle(x, y, half)
    image = image + 0.35 * (1 / (1 + 40 * pane.clamp_min(0) ** 2))[:, None] * image
    hills = 0.12 + 0.06 * torch.sin(5 * wall.x + 6 * wall.draw[4]) + 0.02 * torch.sin(31 * wall.x)
    view = wall.pick(0.6 - 0.8 * (y + 0.1) + 0 * x, (SKY[0], SKY[1], SKY[1]))
    trees = layered_noise(wall.x * 14, wall.y * 14, wall.seed)
    greens = wall.pick(0.3 + 0.7 * trees, LEAVES) * 1.25
    view = lay_over(view, hills - y - 0.05 * trees, soft + 0.02, greens)
    bars = torch.minimum(x.abs(), (y + 0.05).abs()) - 0.011
    white = image.new_tensor((0.93, 0.92, 0.90))[:, None, None]
    image = lay_over(image, pane - 0.03, soft, white * 0.9)
    image = lay_over(image, pane, soft, view)
    image = lay_over(image, torch.maximum(pane, bars), soft, white * 0.8)
    folds = 0.82 + 0.18 * torch.sin(75 * wall.x + 3 * torch.sin(9 * wall.y))
    cloth = wall.pick(wall.draw[5], (*BOOKS, (0.92, 0.90, 0.85))) * folds[:, None]
    edge = half[0] + 0.02 + 0.015 * torch.sin(8 * y + 9 * wall.draw[4])
    curtain = torch.maximum((x.abs() - edge).abs() - 0.075, (y - 0.03).abs() - 0.42)
    return lay_over(image, curtain, soft, cloth)
