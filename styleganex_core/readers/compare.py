"""How well a drawing of a photo preserves the identity: as a loss, and as a verdict.

A loss and a verdict exclude each other: a result whose loss had the likeness in it reaches 0.4
while nobody would know the person, so `report_likeness` then gives the figure without a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import torch

from ..crop import Face, find_faces, select_faces
from ..crop.align import style_matrix
from ..networks.mtcnn import load_face_detector
from ..warp import apply, compose, invert, resize_matrix, warp
from .judge import Change, identify_changed, look_again
from .networks import FaceReaders, load_face_readers
from .reading import GROWN, describe_likeness
from .squares import ALIGNED, MESH_HALF

# What a loss looks at: none of it is among the judge's changes.
LOSS_CHANGES = (
    Change(),
    Change(mirror=True, shift=(2.0, 4.0), zoom=1.03),
    Change(turn=6.0, blur=0.7, shift=(-3.0, -2.0)),
)


class FaceLikeness:
    """Who is in one photo [1, 3, H, W], to compare with what is drawn of it at the same place."""

    def __init__(self, photo: torch.Tensor, face: Face, readers: FaceReaders) -> None:
        self.readers = readers
        self.size = (photo.shape[-2], photo.shape[-1])
        margin = MESH_HALF - ALIGNED / 2
        matrix = style_matrix(face)
        self._matrix = compose(matrix, ((1, 0, -margin), (0, 1, -margin)))
        points = [apply(invert(matrix), *point) for point in face.points]
        self._points = torch.tensor([points], device=photo.device)
        with torch.inference_mode(False), torch.no_grad():
            self._photo = self._align(photo.clone())
            self._identities = [self._identify(self._photo, c) for c in LOSS_CHANGES]
        self._judged: torch.Tensor | None = None

    def __call__(self, drawn: torch.Tensor) -> torch.Tensor:
        """A loss [1], from 0 on: the mean squared distance of a drawing [1, 3, h, w] of the photo.

        The drawing shows the same field of view, in any size. Gradients pass to it.
        """
        aligned = self._align(drawn)
        pairs = zip(self._identities, LOSS_CHANGES, strict=True)
        squares = [(self._identify(aligned, c) - one).square().sum(dim=1) for one, c in pairs]
        return torch.stack(squares).mean(dim=0)

    def judge(self, drawn: torch.Tensor) -> float:
        """The distance of a drawing [1, 3, h, w] of the photo, as `judge_identity` gives it."""
        with torch.no_grad():
            aligned = self._align(drawn)
        if self._judged is None:
            self._judged = self._identify_changed(self._photo)
        ours = self._identify_changed(aligned)
        return float((ours - self._judged).norm(dim=2).quantile(0.5))

    def _identify_changed(self, aligned: torch.Tensor) -> torch.Tensor:
        return identify_changed(aligned, readers=self.readers, points=self._points, grown=GROWN)

    def _align(self, picture: torch.Tensor) -> torch.Tensor:
        size = (picture.shape[-2], picture.shape[-1])
        matrix = compose(resize_matrix(self.size, size), self._matrix)
        side = round(2 * MESH_HALF)
        return warp(picture.float(), matrix, (side, side))

    def _identify(self, aligned: torch.Tensor, change: Change) -> torch.Tensor:
        return self.readers.identity(look_again(aligned, self._points, GROWN, change))


def watch_faces(
    photos: torch.Tensor, *, readers: FaceReaders | None = None
) -> list[FaceLikeness | None]:
    """One `FaceLikeness` per photo of [B, 3, H, W] in -1..1, of its largest face; None without."""
    readers = readers or load_face_readers(photos.device)
    detector = load_face_detector(photos.device)
    watched: list[FaceLikeness | None] = []
    for photo in photos.split(1):
        faces = find_faces(photo, detector=detector)
        face = select_faces(faces)[0] if faces else None
        watched.append(None if face is None else FaceLikeness(photo, face, readers))
    return watched


def judge_likeness(
    watched: Sequence[FaceLikeness | None], drawn: torch.Tensor
) -> list[float | None]:
    """The distance of every drawing of [B, 3, h, w] from its photo; None where it has no face."""
    if len(watched) == 1:
        watched = list(watched) * len(drawn)
    pairs = zip(watched, drawn.split(1), strict=True)
    return [None if face is None else face.judge(picture) for face, picture in pairs]


def report_likeness(distances: Sequence[float | None], *, aimed_at: bool = False) -> str:
    """The distances in a sentence; no verdict where the loss `aimed_at` them.

    >>> report_likeness([0.31])
    'Likeness 0.31: the same person.'
    """
    known = [distance for distance in distances if distance is not None]
    if not known:
        return "Likeness: no face was found to compare."
    middle = median(known)
    verdict = "the loss aimed at it, so look yourself" if aimed_at else describe_likeness(middle)
    if len(distances) == 1:
        return f"Likeness {middle:.2f}: {verdict}."
    return (
        f"Likeness {min(known):.2f} to {max(known):.2f} on {len(known)} of {len(distances)} "
        f"pictures, in the middle {middle:.2f}: {verdict}."
    )
