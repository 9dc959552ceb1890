"""How a world is drawn: what photo, toon, ink and painting differ in, and their light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from .attributes import Person
from .geometry import Units, Vector, smoothstep
from .ink import paint_in_ink
from .painting import paint_in_oil

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
    medium: Literal["screen", "ink", "oil"] = "screen"  # what the finished picture is made of


STYLES: dict[str, Style] = {
    "photo": Style(),
    "toon": Style(eye_size=1.42, outline=0.045, texture=0.35, flat=True, vivid=1.3),
    "ink": Style(outline=0.04, texture=0.7, medium="ink"),
    "painting": Style(texture=0.8, medium="oil"),
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


def finish(image: torch.Tensor, style: Style, units: Units) -> torch.Tensor:
    """The picture as the style shows it, [B, 3, H, W] 0..1."""
    if style.medium == "ink":
        return paint_in_ink(image, units)
    if style.medium == "oil":
        return paint_in_oil(image, units)
    if style.vivid != 1.0:
        grey = image.mean(dim=1, keepdim=True)
        image = grey + (image - grey) * style.vivid
    return image.clamp(0, 1)
