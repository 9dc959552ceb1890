"""Clips and tracks for tests, drawn without any network."""

from __future__ import annotations

import math
from fractions import Fraction

import torch

from styleganex_core import Face, Track
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.video import Person, TensorClip

RATE = Fraction(24)
SIZE = (96, 128)  # height, width
SHAPE = ((-1.0, 0.0), (1.0, 0.0), (0.0, 0.8), (-0.8, 1.6), (0.8, 1.6))  # five points, upright


def face_at(x: float, y: float, eyes: float = 16.0, roll: float = 0.0) -> Face:
    """A face with its eyes `eyes` px apart about (x, y), turned counter-clockwise."""
    cos, sin = math.cos(math.radians(roll)), -math.sin(math.radians(roll))
    half = eyes / 2
    return face_from_points(
        [(x + half * (cos * a - sin * b), y + half * (sin * a + cos * b)) for a, b in SHAPE]
    )


def person_of(faces: list[Face | None], style: torch.Tensor | None = None) -> Person:
    """A person from a face per frame, None where unseen."""
    points = torch.zeros(len(faces), 5, 2)
    for row, face in enumerate(faces):
        if face is not None:
            points[row] = torch.tensor(face.points)
    seen = torch.tensor([face is not None for face in faces])
    if style is None:
        style = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(3)) * 2 - 1
    return Person(points, seen, style, int(seen.nonzero()[0]) if seen.any() else 0)


def track_of(
    *people: list[Face | None],
    size: tuple[int, int] = SIZE,
    cuts: tuple[int, ...] = (),
    first: int = 0,
) -> Track:
    return Track(tuple(map(person_of, people)), size, RATE, first, len(people[0]), cuts)


def moving_clip(count: int, size: tuple[int, int] = SIZE, seed: int = 0) -> TensorClip:
    """Coloured waves that move a px a frame."""
    random = torch.Generator().manual_seed(seed)
    phase = torch.rand(3, generator=random) * 6
    y = torch.arange(size[0])[:, None, None] / 9
    x = torch.arange(size[1])[None, :, None]
    frames = [0.5 + 0.4 * torch.sin((x + step) / 7 + y + phase) for step in range(count)]
    return TensorClip(torch.stack(frames), RATE)
