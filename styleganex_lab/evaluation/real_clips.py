"""Clips made from a still of a real person, and what editing such a clip does to it.

Nobody has clips of the people who are held out, so their portrait is moved, turned in its plane,
scaled and lit by hand, along smooth curves.

Convention: pictures are [B, 3, H, W] in -1..1; a clip's frames are 8-bit [T, H, W, 3].
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import median, pstdev

import torch

from styleganex_core.crop import Face
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.images import from_uint8, to_uint8
from styleganex_core.networks import Model
from styleganex_core.photo import default_reach
from styleganex_core.readers import FaceReaders
from styleganex_core.readers.compare import FaceLikeness
from styleganex_core.readers.reading import GROWN, align_for_readers
from styleganex_core.video import (
    ClipEdit,
    ClipSettings,
    Selection,
    TensorClip,
    Track,
    edit_frames,
    parse_keyframes,
    track_faces,
)
from styleganex_core.warp import Rows, apply, invert, warp

from .edit_readings import find_reader
from .folder import Edit
from .metrics import temporal_change
from .people import oval_of

RATE = 24  # frames per second
PERIOD = (2.5, 4.0)  # seconds of a swing
RIGHT, DOWN = 20.0, 12.0  # px to each side
TURN, ZOOM = 10.0, 0.12  # degrees; logarithm of the scale
BRIGHT, SIDE_LIGHT = 0.15, 0.25  # share of the light that comes and goes, in all and at the sides
READ_EVERY = 6  # frames of which an edit is read


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


@dataclass(frozen=True)
class ClipFigures:
    """What an edit did to a clip.

    `change`: from frame to frame, in the input's; `face_change`: the same of the px of the face.
    `likeness` of each frame to the input's: the median, the `worst` frame's, the standard deviation
    (`spread`). `gain`: how far the edit's reader moved, `asked`: in which share of the frames that
    were read it moved the asked way; None where nothing reads it. `found`: share of the frames in
    which the face was tracked.
    """

    change: float
    face_change: float
    likeness: float
    worst: float
    spread: float
    gain: float | None
    asked: float | None
    found: float


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


@torch.no_grad()
def edit_film(model: Model, film: Film, edit: Edit) -> torch.Tensor:
    """The frames [T, 3, H, W] of the film edited as *Edit Video* does it by default."""
    name, strength = edit
    edits = [ClipEdit(model.edit_vectors[name], parse_keyframes(strength))]
    settings = ClipSettings(reach=default_reach(model))
    made = edit_frames(model, film.clip.read(Selection()), film.track, edits, settings=settings)
    return torch.cat([frame.to_picture() for frame in made])


class FilmJudge:
    """What is known of a film, to compare with what edits make of it."""

    def __init__(self, film: Film, readers: FaceReaders) -> None:
        self.film, self.readers = film, readers
        pairs = zip(film.pictures.split(1), film.faces, strict=True)
        self._likeness = [FaceLikeness(frame, face, readers) for frame, face in pairs]
        size = (film.frames.shape[1], film.frames.shape[2])
        self._ovals = torch.stack([oval_of(face, size) for face in film.faces])

    @torch.no_grad()
    def compare(self, made: torch.Tensor, edit: Edit) -> ClipFigures:
        """What the edit did to the film whose frames became those `made`."""
        film, ovals = self.film, self._ovals
        pairs = zip(self._likeness, made.split(1), strict=True)
        likeness = [watched.judge(frame) for watched, frame in pairs]
        moved = list(self._read_moves(made, edit))
        asked = [gain * find_reader(edit[0])[1] * edit[1] > 0 for gain in moved]
        return ClipFigures(
            change=temporal_change(made) / temporal_change(film.pictures),
            face_change=_face_change(made, ovals) / _face_change(film.pictures, ovals),
            likeness=median(likeness),
            worst=max(likeness),
            spread=pstdev(likeness),
            gain=median(moved) if moved else None,
            asked=sum(asked) / len(asked) if moved else None,
            found=float(film.track.people[0].seen.float().mean()),
        )

    def _read_moves(self, made: torch.Tensor, edit: Edit) -> Iterator[float]:
        """How far the edit's reader moved in some frames; nothing where none reads it."""
        name, _ = find_reader(edit[0])
        for row in range(0, len(made), READ_EVERY) if name else ():
            face, rows = self.film.faces[row], slice(row, row + 1)
            before, after = (
                getattr(self.readers(*align_for_readers(picture, face), grown=GROWN), name)
                for picture in (self.film.pictures[rows], made[rows])
            )
            yield float(after - before)


def _face_change(frames: torch.Tensor, ovals: torch.Tensor) -> float:
    """The mean change to the next frame of the px [T, H, W] that show the face."""
    steps = frames.diff(dim=0).abs().mean(dim=1)
    return float(steps[ovals[:-1]].mean())
