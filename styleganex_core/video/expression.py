"""How edits move a person's face in a clip, frame by frame: lips, lids and cheeks follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch

from ..composite.motion import MOVING, EditMotion, plan_motion
from ..crop import Face
from ..crop.align import style_matrix
from ..datatypes import FaceCrop
from ..readers import read_mesh
from ..warp import Rows, compose, invert, map_points

NEW = 0.6  # how much the meshes of a frame count beside those before it


@dataclass
class PersonMotion:
    """What one person's edits move, steadied over the frames within the aligned face.

    A frame on which no face is seen moves as the one before it; one after a gap starts anew.
    """

    last: int = -2
    meshes: list[torch.Tensor] | None = field(default=None, repr=False)

    def read(
        self,
        crop: torch.Tensor,
        drawings: tuple[torch.Tensor, torch.Tensor],
        index: int,
        face: Face,
        place: FaceCrop,
    ) -> EditMotion | None:
        """What moves in a frame's crop [1, 3, h, w] when its drawing changes from the first to the
        second of a pair; None where nothing does, or no face is seen. `face` is the frame's.
        """
        to_crop = compose(invert(place.matrix), style_matrix(face))
        self._look((crop, *drawings), index, to_crop, place.size)
        if self.meshes is None:
            return None
        scale = math.hypot(to_crop[0][0], to_crop[1][0])
        photo, plain, edited = (_place(mesh, to_crop, scale) for mesh in self.meshes)
        step = (edited - plain)[:, :2]
        if float(step.norm(dim=1).max()) < MOVING[0] * scale:
            return None
        pair = (drawings[0].cpu().float(), drawings[1].cpu().float())
        return plan_motion(photo, plain, edited, pair, place.size, scale)

    def _look(
        self,
        pictures: tuple[torch.Tensor, ...],
        index: int,
        to_crop: Rows,
        size: tuple[int, int],
    ) -> None:
        """Reads the meshes of a frame and its drawings, and steadies them."""
        if index not in (self.last, self.last + 1):
            self.meshes = None
        self.last = index
        found = [read_mesh(picture, to_crop, size) for picture in pictures]
        back = invert(to_crop)
        own = [_place(mesh, back, math.hypot(*back[0][:2])) for mesh in found if mesh is not None]
        if len(own) < len(found):
            return
        known = self.meshes or own
        self.meshes = [torch.lerp(old, new, NEW) for old, new in zip(known, own, strict=True)]


def _place(mesh: torch.Tensor, matrix: Rows, scale: float) -> torch.Tensor:
    """A mesh [478, 3] in other px, its depth in them too."""
    return torch.cat([map_points(mesh[:, :2], matrix), mesh[:, 2:] * scale], dim=1)
