"""How edits move a person's face in a clip, frame by frame: lips, lids and cheeks follow them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch

from ..composite.motion import MOVING, EditMotion, plan_motion
from ..crop import Face
from ..crop.align import style_matrix
from ..datatypes import AverageChange, FaceCrop
from ..readers import read_mesh
from ..warp import Rows, compose, invert, map_points
from .drawing import Drawings

NEW = 0.6  # how much the meshes of a frame count beside those before it


@dataclass
class PersonMotion:
    """What one person's edits move, steadied over the frames within the aligned face.

    A frame on which no face is seen moves as the one before it; one after a gap starts anew.
    """

    last: int = -2
    meshes: dict[str, torch.Tensor] = field(default_factory=dict, repr=False)

    def read(
        self,
        crop: torch.Tensor,
        drawings: Drawings,
        index: int,
        face: Face,
        place: FaceCrop,
        change: AverageChange | None = None,
    ) -> EditMotion | None:
        """What moves in a frame's crop [1, 3, h, w] with an edit, of whose `drawings` it is one
        frame; None where nothing does, no face is seen or all is drawn. `face` is the frame's;
        `change`: what the edit changes of the frame's own px, of which this closes the lips.
        """
        to_crop = compose(invert(place.matrix), style_matrix(face))
        scale = math.hypot(to_crop[0][0], to_crop[1][0])
        if index not in (self.last, self.last + 1):
            self.meshes = {}
        self.last = index

        def look(picture: torch.Tensor, name: str) -> torch.Tensor | None:
            """The mesh of a picture, steadied, in px of the crop."""
            found, back = read_mesh(picture, to_crop, place.size), invert(to_crop)
            if found is not None:
                own = _place(found, back, 1 / scale)
                self.meshes[name] = torch.lerp(self.meshes.get(name, own), own, NEW)
            known = self.meshes.get(name)
            return None if known is None else _place(known, to_crop, scale)

        if drawings.plain is None:
            return None
        plain, edited = look(drawings.plain, "plain"), look(drawings.edited, "edited")
        if plain is None or edited is None:
            return None
        closes = change is not None and change.shut > 0
        if not closes and float((edited - plain)[:, :2].norm(dim=1).max()) < MOVING[0] * scale:
            self.meshes.pop("photo", None)
            return None
        photo = look(crop, "photo")
        if photo is None:
            return None
        pair = (drawings.plain.cpu().float(), drawings.edited.cpu().float())
        still = None
        if drawings.held is not None:
            known = (drawings.plain, plain), (drawings.edited, edited)
            same = [points for drawing, points in known if torch.equal(drawings.held, drawing)]
            points = same[0] if same else look(drawings.held, "held")
            still = None if points is None else (points, drawings.held.cpu().float())
        return plan_motion(photo, plain, edited, pair, place.size, scale, still, change)


def _place(mesh: torch.Tensor, matrix: Rows, scale: float) -> torch.Tensor:
    """A mesh [478, 3] in other px, its depth in them too."""
    return torch.cat([map_points(mesh[:, :2], matrix), mesh[:, 2:] * scale], dim=1)
