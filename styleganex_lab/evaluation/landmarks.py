"""How far the points of a face moved between a photo and what was made of it.

Convention: pictures are [1, 3, H, W] in -1..1 and show the same field of view.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from styleganex_core.crop import Face
from styleganex_core.crop.align import style_matrix
from styleganex_core.readers import FaceReaders
from styleganex_core.readers.reading import GROWN, align_for_readers
from styleganex_core.warp import map_points

from .identity import find_nearest
from .rows_real import FACE_WIDTHS


@dataclass(frozen=True)
class Moved:
    """The mean distances of the 68 points and of the mesh, in % of the face width."""

    points: float
    mesh: float


class PhotoPoints:
    """Where the points of a photo's face lie, to compare with what is drawn of it.

    Each is read around the face that is found in its own picture: around the photo's a tenth of a
    shift would go unseen.
    """

    def __init__(self, photo: torch.Tensor, face: Face, readers: FaceReaders) -> None:
        self.face, self.readers = face, readers
        self._points, self._mesh = self._read(photo, face)

    def compare(self, made: torch.Tensor) -> Moved | None:
        """How far a picture's points lie from the photo's; None where no face is found."""
        found = find_nearest(made, self.face)
        if found is None:
            return None
        width = FACE_WIDTHS * self.face.eye_distance / 100
        points, mesh = self._read(made, found)
        off = ((points - self._points), (mesh - self._mesh))
        return Moved(*(float(one.norm(dim=1).mean()) / width for one in off))

    @torch.no_grad()
    def _read(self, picture: torch.Tensor, face: Face) -> tuple[torch.Tensor, torch.Tensor]:
        """The points [68, 2] and the mesh [478, 2] in px of the picture."""
        aligned, five = align_for_readers(picture, face)
        points = self.readers.read_points68(aligned, five, grown=GROWN)[0]
        mesh = self.readers.read_mesh(aligned, grown=GROWN)[0][0, :, :2]
        matrix = style_matrix(face)
        return map_points(points, matrix), map_points(mesh, matrix)
