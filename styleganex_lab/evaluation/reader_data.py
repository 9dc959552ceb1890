"""Renders for the readers to learn from."""

from __future__ import annotations

import torch

from ..portraits import render_portraits
from ..portraits.people import attributes_of, draw_placements, sample_people, to_levels
from .render_readers import FACE_SIDE, SCENE_SHRINK

NOISE_WIDTH = 64  # of the noise that people are drawn from
SCENE_CELLS = (32, 32)
STYLE_SHARES = {"photo": 0.6, "toon": 0.2, "painting": 0.1, "ink": 0.1}  # of the scenes
SHIFT, ZOOM, TURN = 5.0, 0.08, 5.0  # of faces in the whole view: px, share, degrees
EXTRA_TURN = 15.0  # degrees beyond what training scenes are turned by
CHUNK = 256  # people rendered at once
DEEPEST_CUT = 48  # px of an aligned face that may lie outside the picture


def draw_people(count: int, random: torch.Generator) -> torch.Tensor:
    """Attribute vectors [count, A]."""
    return attributes_of(sample_people(count, NOISE_WIDTH, random))


def render_faces(
    attributes: torch.Tensor,
    view: tuple[float, float, float, float],
    random: torch.Generator | None = None,
) -> torch.Tensor:
    """Views of faces, uint8 [B, 3, 128, 128]; with `random` each a little off its place."""
    place = torch.tensor(view).repeat(len(attributes), 1)
    if random is not None:
        off = torch.rand(len(attributes), 4, generator=random) * 2 - 1
        place[:, :2] += 2 * SHIFT * view[2] * off[:, :2]
        place[:, 2] *= 1 + ZOOM * off[:, 2]
        place[:, 3] += TURN * off[:, 3]
    parts = zip(attributes.split(CHUNK), place.split(CHUNK), strict=True)  # to bound the memory
    return torch.cat([
        to_levels(render_portraits(some, size=FACE_SIDE, placement=where).image)
        for some, where in parts
    ])  # fmt: skip


def render_scenes(
    attributes: torch.Tensor, style: str, random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Scenes with the face anywhere at half size: uint8 [B, 3, 128, 128], labels [B, 128, 128],
    landmarks [B, 5, 2] in px of the half size.
    """
    count = len(attributes)
    place = draw_placements(count, SCENE_CELLS, 1.0, random)
    place[:, 3] += (torch.rand(count, generator=random) * 2 - 1) * EXTRA_TURN
    place[:, :2] = (place[:, :2] + 0.5) / SCENE_SHRINK - 0.5
    place[:, 2] /= SCENE_SHRINK
    side = SCENE_CELLS[0] * 8 // SCENE_SHRINK
    scene = render_portraits(attributes, size=side, placement=place, style=style)
    return to_levels(scene.image), scene.labels, scene.landmarks


def cut_sides(image: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """The picture with a strip at two of its sides replaced by the edge before it, as where a
    face was cut from the rim of a scene.
    """
    for axis in (-1, -2):
        depth = int(torch.randint(0, DEEPEST_CUT, (1,), generator=random))
        places = torch.arange(image.shape[axis])
        if torch.rand(1, generator=random) < 0.5:
            places = places.clamp(min=depth)
        else:
            places = places.clamp(max=image.shape[axis] - 1 - depth)
        image = image.index_select(axis, places)
    return image
