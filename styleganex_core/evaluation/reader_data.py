"""Renders for the readers to learn from, and the wear that makes them like a network's pictures."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from ..portraits import render_portraits
from ..training.data import attributes_of, draw_noise, draw_placements
from .readers import FACE_SIDE, SCENE_SHRINK

NOISE_WIDTH = 64  # of the noise that people are drawn from
SCENE_CELLS = (32, 32)
STYLE_SHARES = {"photo": 0.6, "toon": 0.2, "painting": 0.1, "ink": 0.1}  # of the scenes
SHIFT, ZOOM, TURN = 5.0, 0.08, 5.0  # of faces in the whole view: px, share, degrees
EXTRA_TURN = 15.0  # degrees beyond what training scenes are turned by
DEEPEST_CUT = 48  # px of an aligned face that may lie outside the picture
BLOCK = 8  # px of a JPEG block


def draw_people(count: int, random: torch.Generator) -> torch.Tensor:
    """Attribute vectors [count, A]."""
    return attributes_of(draw_noise(count, NOISE_WIDTH, random))


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
    return _levels(render_portraits(attributes, size=FACE_SIDE, placement=place).image)


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
    return _levels(scene.image), scene.labels, scene.landmarks


def wear(image: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Pictures [B, 3, H, W] in -1..1 blurred, quantised in blocks and made noisy, each its own
    way; half of them lightly.
    """
    draw = torch.rand(4, len(image), 1, 1, 1, generator=random)
    amount = (draw[0] * 2 - 0.5).clamp(0, 1)
    soft = _blur(image)
    softer = _blur(_blur(soft))
    image = torch.lerp(image, soft, (amount * 2).clamp(0, 1))
    image = torch.lerp(image, softer, (amount * 2 - 1).clamp(0, 1))
    coarse = _quantise(image, 0.02 + 0.2 * draw[1])
    image = torch.where(draw[2] < 0.35, coarse, image)
    noise = torch.randn(image.shape, generator=random)
    return image + noise * 0.08 * (draw[3] - 0.4).clamp_min(0)


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


def _levels(image: torch.Tensor) -> torch.Tensor:
    return ((image.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)


def _blur(image: torch.Tensor) -> torch.Tensor:
    """The picture filtered by (1, 2, 1) / 4 on both axes, a bell of 0.7 px; edges repeat."""
    image = F.pad(image, [1] * 4, mode="replicate")
    image = (image[..., :-2] + 2 * image[..., 1:-1] + image[..., 2:]) / 4
    return (image[..., :-2, :] + 2 * image[..., 1:-1, :] + image[..., 2:, :]) / 4


def _quantise(image: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
    """Pictures with the cosine coefficients of their blocks rounded, as JPEG does: to `step`
    [B, 1, 1, 1] times the orthonormal unit, more for the higher frequencies.
    """
    height, width = image.shape[-2:]
    place = torch.arange(BLOCK)
    basis = torch.cos(math.pi / BLOCK * (place + 0.5) * place[:, None]) * (2 / BLOCK) ** 0.5
    basis[0] /= 2**0.5
    blocks = image.unflatten(3, (width // BLOCK, BLOCK)).unflatten(2, (height // BLOCK, BLOCK))
    blocks = blocks.transpose(3, 4)  # [B, 3, rows, columns, 8, 8]
    coarser = 1 + 0.5 * (place[:, None] + place)
    unit = step[..., None, None] * coarser
    coefficients = basis @ blocks @ basis.T
    blocks = basis.T @ ((coefficients / unit).round() * unit) @ basis
    return blocks.transpose(3, 4).flatten(4, 5).flatten(2, 3)
