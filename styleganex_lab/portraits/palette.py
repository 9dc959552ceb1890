"""The colours of people and places, as RGB 0..1 tensors [B, 3, 1, 1]."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .attributes import Person
from .geometry import smoothstep

SKIN = ((0.99, 0.84, 0.75), (0.93, 0.71, 0.57), (0.72, 0.48, 0.34), (0.43, 0.28, 0.21))
HAIR = ((0.10, 0.08, 0.08), (0.37, 0.23, 0.14), (0.90, 0.73, 0.44))
RED_HAIR = ((0.26, 0.07, 0.05), (0.60, 0.22, 0.08), (0.93, 0.52, 0.22))
GREY_HAIR = (0.80, 0.80, 0.82)
IRIS = ((0.34, 0.19, 0.09), (0.25, 0.45, 0.22), (0.22, 0.46, 0.74))
CLOTHES_DARK = ((0.10, 0.17, 0.38), (0.11, 0.31, 0.27), (0.42, 0.10, 0.14))
CLOTHES_LIGHT = ((0.52, 0.72, 0.94), (0.90, 0.88, 0.80), (0.98, 0.58, 0.44))
BACKGROUND_DARK = ((0.20, 0.26, 0.36), (0.24, 0.31, 0.27), (0.37, 0.26, 0.23))
BACKGROUND_LIGHT = ((0.67, 0.79, 0.92), (0.80, 0.87, 0.76), (0.97, 0.84, 0.72))


@dataclass(frozen=True)
class Palette:
    """Unlit colours [B, 3, 1, 1]."""

    skin: torch.Tensor
    lips: torch.Tensor
    hair: torch.Tensor
    iris: torch.Tensor
    clothes: torch.Tensor
    background: torch.Tensor
    light: torch.Tensor


def blend_colours(
    value: torch.Tensor, colours: tuple[tuple[float, float, float], ...]
) -> torch.Tensor:
    """The colour at `value` [B, 1, 1] (-1..1) of evenly spaced `colours`, [B, 3, 1, 1]."""
    table = torch.tensor(colours, dtype=value.dtype, device=value.device)  # [N, 3]
    place = (value.reshape(-1, 1) + 1) / 2 * (len(colours) - 1)
    weights = (1 - (place - torch.arange(len(colours), device=value.device)).abs()).clamp_min(0)
    return (weights @ table)[:, :, None, None]


def choose_colours(person: Person) -> Palette:
    """The colours of a batch of people."""
    skin = blend_colours(person.skin_tone, SKIN)
    hair = torch.lerp(
        blend_colours(person.hair_light, HAIR),
        blend_colours(person.hair_light, RED_HAIR),
        smoothstep(-0.2, 1.0, person.hair_red)[:, None],
    )
    grey = torch.tensor(GREY_HAIR, device=hair.device)[:, None, None]
    hair = torch.lerp(hair, grey, 0.9 * smoothstep(0.1, 1.0, person.age)[:, None])
    rose = torch.tensor((0.72, 0.20, 0.22), device=hair.device)[:, None, None]
    warm = torch.tensor((0.08, 0.0, -0.10), device=hair.device)[:, None, None]
    return Palette(
        skin=skin,
        lips=torch.lerp(skin, rose, 0.52),
        hair=hair,
        iris=blend_colours(person.eye_colour, IRIS),
        clothes=torch.lerp(
            blend_colours(person.clothes_warmth, CLOTHES_DARK),
            blend_colours(person.clothes_warmth, CLOTHES_LIGHT),
            (person.clothes_light[:, None] + 1) / 2,
        ),
        background=torch.lerp(
            blend_colours(person.background_warmth, BACKGROUND_DARK),
            blend_colours(person.background_warmth, BACKGROUND_LIGHT),
            (person.background_light[:, None] + 1) / 2,
        ),
        light=1 + warm * person.light_warmth[:, None],
    )
