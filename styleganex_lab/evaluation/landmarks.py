"""How far the points of a face moved between a photo and what was made of it.

Convention: pictures are [1, 3, H, W] in -1..1 and show the same field of view.
"""

from __future__ import annotations

import torch

from styleganex_core.crop import Face
from styleganex_core.readers import FaceReaders, read_face

from .identity import find_nearest
from .rows_real import FACE_WIDTHS


def measure_points(
    photo: torch.Tensor, face: Face, made: torch.Tensor, readers: FaceReaders
) -> tuple[bool, float | None, float | None]:
    """Whether a face is found in what was made of a photo, and the mean distances of its 68 points
    and of its mesh from those of the photo's `face`, in % of the face width.

    Each is read around the face that was found in its own picture: around the photo's a tenth of
    a shift would go unseen.
    """
    other = find_nearest(made, face)
    if other is None:
        return False, None, None
    ours, theirs = (
        read_face(picture, one, readers=readers) for picture, one in ((made, other), (photo, face))
    )
    width = FACE_WIDTHS * face.eye_distance / 100

    def measure(found: torch.Tensor, wanted: torch.Tensor) -> float:
        return float((found - wanted)[:, :2].norm(dim=1).mean()) / width

    points = measure(ours.points68, theirs.points68)
    return True, points, measure(ours.points, theirs.points)
