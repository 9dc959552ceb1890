"""Clips made of a still of a real person.

Nobody has clips of people who may be shown or were held out, so a photo of theirs is moved, turned
in its plane, scaled and lit by hand, along smooth curves.

Convention: pictures are [B, 3, H, W] in -1..1; a clip's frames are 8-bit [T, H, W, 3].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch

from styleganex_core.crop import Face
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.images import from_uint8, to_uint8
from styleganex_core.video import TensorClip, Track, track_faces
from styleganex_core.warp import Rows, apply, invert, warp

RATE = 24  # frames per second
PERIOD = (2.5, 4.0)  # seconds of a swing
RIGHT, DOWN = 20.0, 12.0  # px to each side
TURN, ZOOM = 10.0, 0.12  # degrees; logarithm of the scale
BRIGHT, SIDE_LIGHT = 0.15, 0.25  # share of the light that comes and goes, in all and at the sides


@dataclass(frozen=True)
class Film:
    """A clip and where its face lies in every frame."""

    frames: torch.Tensor
    faces: tuple[Face, ...]

    @cached_property
    def pictures(self) -> torch.Tensor:
        """The frames [T, 3, H, W] in -1..1."""
        return from_uint8(self.frames)

    @cached_property
    def clip(self) -> TensorClip:
        return TensorClip(self.frames, RATE)

    @cached_property
    def track(self) -> Track:
        """Raises FaceNotFoundError where the tracker sees nobody."""
        return track_faces(self.clip)


def film_still(picture: torch.Tensor, face: Face, count: int, seed: int) -> Film:
    """`count` frames of a picture [1, 3, H, W] with one face, the same for the same seed.

    What comes in from beyond the picture is its mirror image.
    """
    random = torch.Generator().manual_seed(seed)
    period, phase = torch.rand(2, 6, 1, generator=random)
    period = PERIOD[0] + (PERIOD[1] - PERIOD[0]) * period
    waves = torch.sin(2 * math.pi * (torch.arange(count) / RATE / period + phase))
    size = (picture.shape[-2], picture.shape[-1])
    frames, faces = [], []
    for right, down, turn, zoom, bright, side in waves.T.tolist():
        place = (RIGHT * right, DOWN * down)
        to_still = _move(size, place, TURN * turn, math.exp(ZOOM * zoom))
        light = 1 + BRIGHT * bright + SIDE_LIGHT * side * torch.linspace(-1, 1, size[1])
        lit = (warp(picture, to_still, size) + 1) * light - 1
        frames.append(to_uint8(lit.clamp(-1, 1)))
        faces.append(face_from_points([apply(invert(to_still), x, y) for x, y in face.points]))
    return Film(torch.cat(frames), tuple(faces))


def _move(size: tuple[int, int], place: tuple[float, float], turn: float, scale: float) -> Rows:
    """The matrix from a frame's px to those of the still, turned and scaled about its middle."""
    y, x = ((side - 1) / 2 for side in size)
    cosine, sine = (f(math.radians(turn)) / scale for f in (math.cos, math.sin))
    right, down = x + place[0], y + place[1]
    return (
        (cosine, sine, x - cosine * right - sine * down),
        (-sine, cosine, y + sine * right - cosine * down),
    )
