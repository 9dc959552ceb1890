"""What a rendered person looks like: one number in -1..1 per attribute."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch

from styleganex_core.errors import ShapeError


@dataclass(frozen=True)
class Person:
    """The attributes of a batch of people, each a [B, 1, 1] tensor in -1..1.

    Convention: left and right are the picture's; 0 is an ordinary value, not an absent one.
    """

    yaw: torch.Tensor  # 1: turned 32 degrees to the right
    pitch: torch.Tensor  # 1: looks 14 degrees up
    smile: torch.Tensor
    mouth_open: torch.Tensor  # -1: closed
    eyes_open: torch.Tensor  # -1: almost shut
    gaze_x: torch.Tensor  # 1: to the right
    gaze_y: torch.Tensor  # 1: down
    age: torch.Tensor  # wrinkles and grey hair from 0 on
    hair_length: torch.Tensor  # -1: cropped, 0: chin, 1: below the shoulders
    hair_light: torch.Tensor  # -1: black, 1: blond
    hair_red: torch.Tensor
    fringe: torch.Tensor  # 1: down to the brows
    beard: torch.Tensor  # none below 0
    glasses: torch.Tensor  # none below 0
    skin_tone: torch.Tensor  # 1: dark
    face_width: torch.Tensor
    eye_colour: torch.Tensor  # -1: brown, 0: green, 1: blue
    light_side: torch.Tensor  # 1: from the right
    light_warmth: torch.Tensor
    clothes_light: torch.Tensor
    clothes_warmth: torch.Tensor  # -1: blue, 1: red
    background_light: torch.Tensor
    background_warmth: torch.Tensor


ATTRIBUTES: tuple[str, ...] = tuple(field.name for field in fields(Person))


def sample_attributes(count: int, seed: int) -> torch.Tensor:
    """Attribute vectors [count, A], uniform in -1..1 and decorrelated.

    Each attribute is a shuffled even grid (a Latin square), so that every value has its fair
    share and no two attributes go together by chance more than they must.
    """
    generator = torch.Generator().manual_seed(seed)
    cells = torch.stack([torch.randperm(count, generator=generator) for _ in ATTRIBUTES], dim=1)
    jitter = torch.rand(count, len(ATTRIBUTES), generator=generator)
    return 2 * (cells + jitter) / count - 1


def describe_people(attributes: torch.Tensor) -> Person:
    """The `Person` of attribute vectors [B, A], in the order of `ATTRIBUTES`."""
    if attributes.ndim != 2 or attributes.shape[1] != len(ATTRIBUTES):
        raise ShapeError(
            f"attributes must be [B, {len(ATTRIBUTES)}] (see ATTRIBUTES); "
            f"got {list(attributes.shape)}. Draw some with sample_attributes."
        )
    columns = attributes.float().clamp(-1, 1)[:, :, None, None].unbind(1)
    return Person(*columns)
