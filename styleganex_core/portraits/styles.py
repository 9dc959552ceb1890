"""How a world is drawn: what photo, toon and ink differ in, and their light."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .attributes import Person
from .geometry import Vector, smoothstep

LIGHT_HEIGHT = -0.55  # from above (y points down)
LIGHT_DEPTH = 0.75  # from the viewer's side


@dataclass(frozen=True)
class Style:
    """One way of drawing; lengths in units of half a head's width."""

    eye_size: float = 1.0
    outline: float = 0.0  # width of dark lines around shapes; 0: none
    texture: float = 1.0  # hair strands, skin shine, wrinkle strength
    flat: bool = False  # two tones instead of smooth shading
    vivid: float = 1.0  # saturation
    paper: bool = False  # ink on paper: tones become hatching


STYLES: dict[str, Style] = {
    "photo": Style(),
    "toon": Style(eye_size=1.42, outline=0.045, texture=0.35, flat=True, vivid=1.3),
    "ink": Style(outline=0.04, texture=0.7, paper=True),
}


def light_direction(person: Person) -> Vector:
    """Unit vectors towards the light, in the viewer's frame."""
    side = 0.85 * person.light_side
    length = (side * side + LIGHT_HEIGHT**2 + LIGHT_DEPTH**2).sqrt()
    return side / length, LIGHT_HEIGHT / length, LIGHT_DEPTH / length


def shade(normal: Vector, light: Vector, style: Style) -> torch.Tensor:
    """Brightness [B, H, W] of a matt surface, about 1 where it faces the light."""
    facing = normal[0] * light[0] + normal[1] * light[1] + normal[2] * light[2]
    if style.flat:
        return 0.76 + 0.27 * smoothstep(0.08, 0.16, facing)
    wrapped = facing * 0.5 + 0.5  # half-Lambert: soft like light through a window
    return 0.42 + 0.66 * wrapped * wrapped


def shine(normal: Vector, light: Vector, viewer: Vector) -> torch.Tensor:
    """The highlight of slightly oily skin, 0..1: Blinn's half-way vector, all in one frame."""
    half = [a + b for a, b in zip(light, viewer, strict=True)]
    length = (half[0] ** 2 + half[1] ** 2 + half[2] ** 2).sqrt()
    facing = (normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2]) / length
    return facing.clamp_min(0) ** 24


def finish(
    image: torch.Tensor, style: Style, units: tuple[torch.Tensor, torch.Tensor]
) -> torch.Tensor:
    """The picture as the style shows it, [B, 3, H, W] 0..1; `units`: the person's x and y."""
    if style.paper:
        return _ink(image, units)
    if style.vivid != 1.0:
        grey = image.mean(dim=1, keepdim=True)
        image = grey + (image - grey) * style.vivid
    return image.clamp(0, 1)


def _ink(image: torch.Tensor, units: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Brown ink on cream paper: strokes that thicken in the dark, crossed in the shadows."""
    x, y = units
    tone = (image * image.new_tensor((0.3, 0.55, 0.15))[:, None, None]).sum(dim=1).clamp(0, 1)
    strokes = 0.5 + 0.5 * torch.sin((x + y) * 95)
    crossed = 0.5 + 0.5 * torch.sin((x - y) * 95)
    ink = smoothstep(-0.18, 0.18, strokes - 1.9 * tone) * 0.75
    ink = torch.maximum(ink, smoothstep(-0.18, 0.18, crossed - 3.4 * tone))
    ink = torch.maximum(ink, 1 - smoothstep(0.04, 0.26, tone))[:, None]
    cream, brown = image.new_tensor((0.97, 0.94, 0.86)), image.new_tensor((0.16, 0.11, 0.10))
    return torch.lerp(cream[:, None, None].expand_as(image), brown[:, None, None], ink)
