"""Reads how edits move the faces of a photo, so that `paste_faces` can move the photo's detail.

`see_faces` looks at the photo and at its drawings before any edit, once; `Motions` then looks at
each edited drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ..composite.motion import EditMotion, plan_motion
from ..crop import find_faces
from ..crop.align import cut_crop, style_matrix
from ..datatypes import FaceCrop
from ..errors import ShapeError
from ..warp import Rows, compose, invert, resize_matrix, warp
from . import mesh
from .squares import ALIGNED, MESH_HALF
from .weights import load_weights

SURE = 0.5  # of 1: below it the mesh is not taken for that of a face


@dataclass(frozen=True)
class SeenFace:
    """The face of a crop, with its meshes [478, 3] on the photo and on its unedited drawing.

    Meshes are in px of the crop, whose `size` is (height, width). `matrix` maps px of the aligned
    face to px of the crop.
    """

    reader: mesh.MeshReader
    unedited: torch.Tensor
    size: tuple[int, int]
    matrix: Rows
    photo: torch.Tensor
    plain: torch.Tensor

    def read_motion(self, edited: torch.Tensor) -> EditMotion | None:
        """What moves in the edited drawing [1, 3, h, w] in -1..1; None where it shows no face."""
        points = _read_mesh(self.reader, edited, self.matrix, self.size)
        if points is None:
            return None
        unedited = self.unedited
        if unedited.shape[-2:] != edited.shape[-2:]:  # a preview at another resolution
            size = (edited.shape[-2], edited.shape[-1])
            unedited = torch.nn.functional.interpolate(
                unedited, size, mode="bilinear", antialias=True
            )
        scale = math.hypot(self.matrix[0][0], self.matrix[1][0])
        pair = (unedited, edited.cpu().float())
        return plan_motion(self.photo, self.plain, points, pair, self.size, scale)


@torch.no_grad()
def see_faces(
    original: torch.Tensor, places: Sequence[FaceCrop], unedited: torch.Tensor
) -> list[SeenFace | None]:
    """The face of each crop of the pictures [B, 3, H, W] in -1..1; None where none is seen.

    `unedited` [N, 3, h, w]: what the model draws of the N crops before an edit, or of all of them.

    Raises ShapeError where the drawings are not one for each crop or one for all.
    """
    if len(unedited) not in (1, len(places)):
        raise ShapeError(
            f"{len(unedited)} unedited crops cannot be set against the places of {len(places)}; "
            "give one for all, or one each."
        )
    reader = load_weights(mesh.MeshReader(), "mesh")
    drawings = unedited.cpu().float().expand(len(places), -1, -1, -1).split(1) if places else ()
    own = [crop.picture if len(original) > 1 else 0 for crop in places]
    return [
        _see(reader, cut_crop(original[row : row + 1].cpu(), crop), drawing)
        for row, crop, drawing in zip(own, places, drawings, strict=True)
    ]


class Motions(Sequence["EditMotion | None"]):
    """What moves in each of N edited drawings [1, 3, h, w], read when it is asked for.

    `seen` from `see_faces`, one for each drawing or one for all.
    """

    def __init__(
        self, seen: Sequence[SeenFace | None], edited: Sequence[torch.Tensor] | torch.Tensor
    ) -> None:
        self._edited = edited.split(1) if isinstance(edited, torch.Tensor) else edited
        self._seen = list(seen) * len(self._edited) if len(seen) == 1 else list(seen)
        if len(self._seen) != len(self._edited):
            raise ShapeError(
                f"{len(self._edited)} edited crops came with {len(self._seen)} faces; give one "
                "face for all, or one each."
            )

    def __len__(self) -> int:
        return len(self._edited)

    @torch.no_grad()
    def __getitem__(self, number: int) -> EditMotion | None:  # type: ignore[override]
        face = self._seen[number]
        return None if face is None else face.read_motion(self._edited[number])


def follow_edits(
    original: torch.Tensor,
    edited: torch.Tensor,
    places: Sequence[FaceCrop],
    unedited: torch.Tensor,
) -> Motions | None:
    """What `paste_faces` needs to move the detail of pictures [B, 3, H, W] with the edits.

    Arguments as for `paste_faces`. None where nothing can be followed: there is no crop, one crop
    stands for several pictures, or the arguments do not belong together, which `paste_faces` says.
    """
    owners = {crop.picture for crop in places}
    fits = all(tuple(original.shape[-2:]) == crop.original_size for crop in places)
    one_each = len(edited) == len(places) and max(owners, default=0) < len(original)
    variants = len(places) == 1 and len(original) == 1
    if not places or not fits or not (one_each or variants):
        return None
    if len(unedited) not in (1, len(places)) or unedited.shape[1:] != edited.shape[1:]:
        return None
    return Motions(see_faces(original, places, unedited), edited)


def _see(reader: mesh.MeshReader, crop: torch.Tensor, unedited: torch.Tensor) -> SeenFace | None:
    faces = find_faces(crop, lying=False)
    if not faces:
        return None
    size = (crop.shape[-2], crop.shape[-1])
    matrix = style_matrix(max(faces, key=lambda face: face.box[2] - face.box[0]))
    meshes = [_read_mesh(reader, picture, matrix, size) for picture in (crop, unedited)]
    photo, plain = meshes
    if photo is None or plain is None:
        return None
    return SeenFace(reader, unedited, size, matrix, photo, plain)


def _read_mesh(
    reader: mesh.MeshReader, picture: torch.Tensor, matrix: Rows, size: tuple[int, int]
) -> torch.Tensor | None:
    """The mesh [478, 3] in px of the crop of `size`, off a picture of it at any resolution."""
    step, start = 2 * MESH_HALF / mesh.SIDE, (ALIGNED - 1) / 2 - MESH_HALF
    place = (start + step / 2, start + step / 2)
    to_crop = compose(matrix, ((step, 0, place[0]), (0, step, place[1])))
    own = (picture.shape[-2], picture.shape[-1])
    to_picture = compose(invert(resize_matrix(own, size)), to_crop)
    square = warp(picture.cpu().float(), to_picture, (mesh.SIDE, mesh.SIDE))
    found = reader(square)
    if float(found.flag.sigmoid()) < SURE:
        return None
    points = found.points[0] - torch.tensor([0.5, 0.5, 0.0])
    rows = torch.tensor(to_crop)
    flat = points[:, :2] @ rows[:, :2].T + rows[:, 2]
    return torch.cat([flat, points[:, 2:] * rows[:, 0].norm()], dim=1)
