"""Pictures for the face tests: turned and resized photos, and pictures without any face."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from styleganex_core.images import from_uint8
from styleganex_core.warp import Rows, compose, warp


def turn(image: torch.Tensor, degrees: float, zoom: float = 1.0) -> tuple[torch.Tensor, Rows]:
    """The picture turned counter-clockwise about its centre and resized; and the way back."""
    height, width = image.shape[-2:]
    size = (round(height * zoom), round(width * zoom))
    cos, sin = (part(math.radians(degrees)) / zoom for part in (math.cos, math.sin))
    about = ((cos, -sin, width / 2 - 0.5), (sin, cos, height / 2 - 0.5))
    back = compose(about, ((1, 0, 0.5 - size[1] / 2), (0, 1, 0.5 - size[0] / 2)))
    return warp(image, back, size, outside="border"), back


def smooth_picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    """Soft random colours [1, 3, height, width] in -1..1."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, 9, 9, generator=generator) * 2 - 1
    return F.interpolate(coarse, (height, width), mode="bicubic").clamp(-1, 1)


def faceless_pictures(side: int = 240) -> dict[str, torch.Tensor]:
    """Ten pictures [1, 3, side, side] in -1..1 that show no face."""
    generator = torch.Generator().manual_seed(0)
    steps = torch.linspace(-1, 1, side)
    x, y = steps.expand(side, side), steps[:, None].expand(side, side)
    noise = torch.rand(1, 3, side, side, generator=generator) * 2 - 1
    clouds = sum(
        F.interpolate(torch.randn(1, 3, cells, cells, generator=generator), (side, side),
                      mode="bicubic") / cells**0.5
        for cells in (4, 8, 16, 32, 64)
    )  # fmt: skip

    def grey(values: torch.Tensor) -> torch.Tensor:
        return values.clamp(-1, 1).expand(1, 3, side, side).contiguous()

    return {
        "plain": grey(torch.zeros(side, side)),
        "gradient": grey(x * 0.5 + y * 0.5),
        "noise": noise,
        "clouds": clouds.clamp(-1, 1),
        "stripes": grey((x * 40).sin()),
        "checks": grey(((x * 20).sin() * (y * 20).sin()).sign()),
        "rings": grey((torch.hypot(x, y) * 60).sin()),
        "text": _draw_text(side),
        "discs": _draw_discs(side),
        "bricks": _draw_bricks(side),
    }


def _as_picture(image: Image.Image) -> torch.Tensor:
    levels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8)
    return from_uint8(levels.reshape(1, image.height, image.width, 3))


def _draw_text(side: int) -> torch.Tensor:
    image = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    for line in range(0, side, 12):
        draw.text((4, line), "the quick brown fox jumps over the lazy dog 0123456789", "black")
    return _as_picture(image)


def _draw_discs(side: int) -> torch.Tensor:
    image = Image.new("RGB", (side, side), (40, 90, 60))
    draw = ImageDraw.Draw(image)
    for index in range(30):
        x, y, radius = index * 53 % side, index * 97 % side, 6 + index * 7 % 30
        colour = (index * 67 % 256, index * 31 % 256, index * 151 % 256)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)
    return _as_picture(image)


def _draw_bricks(side: int) -> torch.Tensor:
    image = Image.new("RGB", (side, side), (190, 180, 170))
    draw = ImageDraw.Draw(image)
    for row, top in enumerate(range(0, side, 16)):
        for left in range(-20 * (row % 2), side, 40):
            draw.rectangle([left + 1, top + 1, left + 37, top + 13], fill=(150, 70 + row, 50))
    return _as_picture(image)
