"""Photos whose faces have changed as faces do on average, read by the meshes of `follow`."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ..composite.average import change_face
from ..datatypes import AverageChange, FaceCrop
from ..warp import compose, map_points
from .follow import Pictures, SeenFace, split_pictures


class ChangedPhotos(Sequence[torch.Tensor]):
    """Pictures [1, 3, H, W], each changed when it is asked for.

    `places` and `seen` are those of N crops, and `changes` one for each or None; `original` are the
    pictures that the crops were cut from. Faces that nobody sees stay as they are.
    """

    def __init__(
        self,
        original: Pictures,
        places: Sequence[FaceCrop],
        seen: Sequence[SeenFace | None],
        changes: Sequence[AverageChange | None],
    ) -> None:
        self._original = split_pictures(original)
        self._places, self._seen, self._changes = places, seen, changes

    def __len__(self) -> int:
        return len(self._original)

    @torch.no_grad()
    def __getitem__(self, number: int) -> torch.Tensor:  # type: ignore[override]
        picture = self._original[number]
        for row, (place, change) in enumerate(zip(self._places, self._changes, strict=False)):
            if change is None or (place.picture != number and len(self._places) > 1):
                continue
            face = self._seen[row]
            if face is not None:
                picture = _change_seen(picture, place, face, change)
        return picture


def _change_seen(
    picture: torch.Tensor, place: FaceCrop, face: SeenFace, change: AverageChange
) -> torch.Tensor:
    """A picture [1, 3, H, W] with the face of a crop changed."""
    mesh = map_points(face.photo[:, :2], place.matrix)
    return change_face(picture, mesh, compose(place.matrix, face.matrix), change)
