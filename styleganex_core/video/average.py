"""What edits change of a clip's own px: the average changes of a photo, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from ..composite.average import change_face
from ..crop import Face
from ..crop.align import style_matrix
from ..datatypes import AverageChange
from ..latents import find_own_change, sum_changes
from ..networks import Model
from ..readers import read_mesh
from ..warp import invert, map_points

Step = tuple[torch.Tensor, Sequence[float], str]  # a vector, its strength per frame, and slots

NEW = 0.6  # how much the mesh of a frame counts beside those before it


@dataclass
class PersonChanges:
    """The changes that go with one person's edits, where an edit has one.

    The person's mesh is read on every frame and steadied over them, within the aligned face. A
    frame on which no face is seen gets the mesh of the one before it; one after a gap starts anew.
    """

    changes: Sequence[AverageChange | None]
    last: int = -2
    mesh: torch.Tensor | None = field(default=None, repr=False)

    def sum(self, strengths: Sequence[float]) -> AverageChange | None:
        """The edits' changes with the strengths that they have in a frame, as one."""
        pairs = zip(self.changes, strengths, strict=True)
        return sum_changes([(known, strength) for known, strength in pairs if known is not None])

    def hold(self, steps: Sequence[Step]) -> list[Step]:
        """The edits' steps for what is drawn: without strengths that close lips."""
        return [
            (vector, strengths, layers)
            if change is None
            else (vector, [0.0 if change.holds(s) else s for s in strengths], layers)
            for change, (vector, strengths, layers) in zip(self.changes, steps, strict=True)
        ]

    def apply(
        self,
        picture: torch.Tensor,
        index: int,
        face: Face,
        change: AverageChange,
        onto: torch.Tensor | None,
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The frame [1, 3, H, W] of that number with the person's face changed; and `onto`, the
        same frame with others edited already, where there is one.
        """
        matrix = style_matrix(face)
        mesh = self.mesh if index in (self.last, self.last + 1) else None
        found = read_mesh(picture, matrix)
        if found is not None:
            own = map_points(found[:, :2], invert(matrix))
            mesh = own if mesh is None else torch.lerp(mesh, own, NEW)
        self.last, self.mesh = index, mesh
        if mesh is None:
            return picture, onto
        points = map_points(mesh, matrix)
        changed = change_face(picture, points, matrix, change)
        return changed, None if onto is None else change_face(onto, points, matrix, change)


def find_changes(model: Model, vectors: Sequence[torch.Tensor], paste: str) -> PersonChanges:
    """The changes that go with vectors, where changes are put into the frames."""
    if paste != "change":
        return PersonChanges([None] * len(vectors))
    found = [find_own_change(model, vector) for vector in vectors]
    # Rims that are found anew in every frame would flicker.
    return PersonChanges([None if change and change.bare else change for change in found])
