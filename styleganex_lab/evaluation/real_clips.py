"""What editing a clip that was made of a real person's still does to it.

Convention: pictures are [B, 3, H, W] in -1..1; a clip's frames are 8-bit [T, H, W, 3].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, pstdev

import torch

from styleganex_core.networks import Model
from styleganex_core.photo import default_reach
from styleganex_core.readers import FaceReaders
from styleganex_core.readers.compare import FaceLikeness
from styleganex_core.readers.reading import GROWN, align_for_readers
from styleganex_core.video import (
    ClipEdit,
    ClipSettings,
    Selection,
    edit_frames,
    parse_keyframes,
)

from ..portraits.film import Film
from .edit_readings import find_reader
from .folder import Edit
from .metrics import temporal_change
from .people import oval_of

READ_EVERY = 6  # frames of which an edit is read


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
