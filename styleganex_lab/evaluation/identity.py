"""How much a result is still the same person: by an identity network, or by the landmarks.

ID-c, identity consistency: every frame of the result with the same frame of the input. ID-m,
identity maintenance: every frame of the result with its first. With ArcFace both are mean cosines
(1: the same person), with the bundled reader mean distances (0: the same picture; two photos of a
person are below 0.6). By the landmarks, what is compared is how far the five landmarks lie from
the input's, in % of the distance between the eyes (0: nothing moved): that says whether a face
stayed where it was and does not wander, not whose it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from styleganex_core.crop import Face, cut_style, find_faces
from styleganex_core.readers import load_face_readers

Embed = Callable[[torch.Tensor], torch.Tensor]  # aligned pictures [B, 3, H, W] to [B, D]


@dataclass(frozen=True)
class Identity:
    """ID-c and ID-m, and in which share of the frames a face was `found`.

    ID-m is None for a single frame, both are where no face is found in the result; `found` is
    None with a network, which looks where the input's face is.
    """

    consistency: float | None
    maintenance: float | None
    found: float | None = None


@dataclass(frozen=True)
class IdentityMeasure:
    """`name` says what is used; `embed` is a network, None stands for landmarks.

    `by_distance`: its vectors are compared by Euclidean distance, not by cosine.
    """

    name: str
    embed: Embed | None = None
    by_distance: bool = False

    @property
    def unit(self) -> str:
        if self.embed is None:
            return "% of eye distance"
        return "distance" if self.by_distance else "cosine"

    @torch.no_grad()
    def compare(
        self, result: torch.Tensor, source: torch.Tensor, faces: Sequence[Face]
    ) -> Identity:
        """That of a result [T, 3, H, W] whose input has these `faces`, one per frame."""
        if self.embed is not None:
            ours = self._embed_faces(result, faces)
            theirs = self._embed_faces(source, faces)
            consistency = self._compare_vectors(ours, theirs)
            maintenance = self._compare_vectors(ours[1:], ours[:1])
            return Identity(mean_known(consistency), mean_known(maintenance))
        offsets = [find_offset(frame, face) for frame, face in zip(result.split(1), faces)]  # noqa: B905
        first = offsets[0]
        consistency = [None if o is None else _length(o) for o in offsets]
        maintenance = [
            None if o is None or first is None else _length(o - first) for o in offsets[1:]
        ]
        found = sum(offset is not None for offset in offsets) / len(offsets)
        return Identity(mean_known(consistency), mean_known(maintenance), found)

    def _compare_vectors(self, ours: torch.Tensor, theirs: torch.Tensor) -> list[float]:
        if self.by_distance:
            return (ours - theirs).norm(dim=1).tolist()
        return (ours * theirs).sum(dim=1).tolist()

    def _embed_faces(self, frames: torch.Tensor, faces: Sequence[Face]) -> torch.Tensor:
        assert self.embed is not None
        aligned = [cut_style(frame, face) for frame, face in zip(frames.split(1), faces)]  # noqa: B905
        return torch.cat([self.embed(face) for face in aligned])


def bundled_identity() -> IdentityMeasure:
    """Distances by the bundled reader of real faces."""
    readers = load_face_readers()
    return IdentityMeasure("the bundled reader", readers.read_identity, by_distance=True)


def find_offset(image: torch.Tensor, face: Face) -> torch.Tensor | None:
    """How far the landmarks [5, 2] of the nearest face in `image` lie from those of `face`, in %
    of its eyes' distance; None without a face.
    """
    found = find_nearest(image, face)
    return None if found is None else 100 * _offset(found, face) / face.eye_distance


def find_nearest(image: torch.Tensor, face: Face) -> Face | None:
    """The face in `image` whose landmarks lie nearest to those of `face`; None without a face."""
    return min(find_faces(image), key=lambda found: _length(_offset(found, face)), default=None)


def follow_faces(frames: torch.Tensor, first: Face) -> list[Face]:
    """The face of every frame [T, 3, H, W] that is nearest to the last one; where none is found,
    the last one stands.
    """
    faces = [first]
    for frame in frames[1:].split(1):
        last = faces[-1].points[0]
        found = find_faces(frame)
        faces.append(
            min(found, key=lambda face: math.dist(face.points[0], last)) if found else faces[-1]
        )
    return faces


def mean_known(values: Sequence[float | None]) -> float | None:
    """The mean of those that are not None, if any."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _length(offset: torch.Tensor) -> float:
    return float(offset.float().norm(dim=1).mean())


def _offset(face: Face, other: Face) -> torch.Tensor:
    return torch.tensor(face.points) - torch.tensor(other.points)
