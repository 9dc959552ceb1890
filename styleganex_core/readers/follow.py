"""Reads how edits move the faces of a photo, so that `paste_faces` can move the photo's detail.

`see_faces` looks at the photo and at its drawings before any edit, once; `Motions` then looks at
each edited drawing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from ..composite.motion import EditMotion, plan_motion
from ..crop import find_faces
from ..crop.align import cut_crop, style_matrix
from ..datatypes import AverageChange, FaceCrop
from ..errors import ShapeError
from ..networks.mtcnn import FaceDetector, load_face_detector
from ..networks.precision import use_channels_last
from ..warp import Rows, compose, invert, map_points, resize_matrix, warp
from . import mesh
from .squares import ALIGNED, MESH_HALF
from .weights import load_weights

Pictures = torch.Tensor | Sequence[torch.Tensor]  # [B, 3, H, W], or B of [1, 3, H, W]
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

    def read_motion(
        self,
        edited: torch.Tensor,
        held: torch.Tensor | None = None,
        change: AverageChange | None = None,
    ) -> EditMotion | None:
        """What moves in the edited drawing [1, 3, h, w] in -1..1; None where it shows no face.

        `held`: the drawing of the same edit without what turns the head, where it is known.
        `change`: what the edit changes of the photo's own px, of which this closes the lips.
        """
        points = _read_mesh(self.reader, edited, self.matrix, self.size)
        if points is None:
            return None
        still = None
        if held is not None and torch.equal(held, edited):
            still = (points, held.cpu().float())
        elif held is not None:
            still = self._read_held(held.cpu().float())
        unedited = self.unedited
        if unedited.shape[-2:] != edited.shape[-2:]:  # a preview at another resolution
            size = (edited.shape[-2], edited.shape[-1])
            unedited = torch.nn.functional.interpolate(
                unedited, size, mode="bilinear", antialias=True
            )
        scale = math.hypot(self.matrix[0][0], self.matrix[1][0])
        pair = (unedited, edited.cpu().float())
        return plan_motion(self.photo, self.plain, points, pair, self.size, scale, still, change)

    def _read_held(self, held: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor] | None:
        """The mesh and the drawing of an edit that does not turn the head."""
        if torch.equal(held, self.unedited):
            return self.plain, held
        points = _read_mesh(self.reader, held, self.matrix, self.size)
        return None if points is None else (points, held)


class _Faces(Sequence["SeenFace | None"]):
    """The face of each crop, looked at whenever it is asked for: arguments as in `see_faces`."""

    def __init__(self, original: Pictures, places: Sequence[FaceCrop], unedited: Pictures) -> None:
        if len(unedited) not in (1, len(places)):
            raise ShapeError(
                f"{len(unedited)} unedited crops cannot be compared with the places of "
                f"{len(places)}; give one for all, or one each."
            )
        self._original, self._unedited = split_pictures(original), split_pictures(unedited)
        self._places = places
        self._reader = _load_mesh_reader()
        self._detector = load_face_detector()
        self._first: dict[int, SeenFace | None] = {}  # by crop, of the first picture's

    def __len__(self) -> int:
        return len(self._places)

    @torch.no_grad()
    def __getitem__(self, number: int) -> SeenFace | None:  # type: ignore[override]
        crop = self._places[number]
        if crop.picture == 0:
            if number not in self._first:
                self._first[number] = self._look(number, crop)
            return self._first[number]
        return self._look(number, crop)

    def _look(self, number: int, crop: FaceCrop) -> SeenFace | None:
        picture = self._original[crop.picture if len(self._original) > 1 else 0]
        drawing = self._unedited[number if len(self._unedited) > 1 else 0]
        drawing = drawing.float().cpu().clone()  # kept without the batch that it is part of
        pair = (cut_crop(picture.cpu(), crop), drawing)
        return _see(self._detector, self._reader, *pair)


@lru_cache(maxsize=1)
def _load_mesh_reader() -> mesh.MeshReader:
    """Kept, 5 MB: making it takes as long as it takes to read two pictures."""
    reader = load_weights(mesh.MeshReader(), "mesh")
    use_channels_last(reader)
    return reader


def see_faces(
    original: Pictures, places: Sequence[FaceCrop], unedited: Pictures
) -> list[SeenFace | None]:
    """The face of each crop of the pictures [B, 3, H, W] in -1..1; None where none is seen.

    `unedited` [N, 3, h, w]: what the model draws of the N crops before an edit, or of all of them.
    Batches may also be sequences of single pictures.

    Raises ShapeError where the drawings are not one for each crop or one for all.
    """
    return list(_Faces(original, places, unedited))


class Motions(Sequence["EditMotion | None"]):
    """What moves in each of N edited drawings [1, 3, h, w], read when it is asked for.

    `seen` from `see_faces`, one for each drawing or one for all. `held`: the drawings of the same
    edits without what turns the heads, where they are known. `changes`: what the edits change of
    the photo's own px, one for each drawing or none; what these close of lips comes last of all.
    """

    def __init__(
        self,
        seen: Sequence[SeenFace | None],
        edited: Pictures,
        held: Pictures | None = None,
        changes: Sequence[AverageChange | None] = (),
    ) -> None:
        self._edited = split_pictures(edited)
        self._held = None if held is None else split_pictures(held)
        self._changes = changes
        self._seen = list(seen) if len(seen) == 1 else seen
        if len(self._seen) not in (1, len(self._edited)):
            raise ShapeError(
                f"{len(self._edited)} edited crops came with {len(self._seen)} faces; give one "
                "face for all, or one each."
            )

    def __len__(self) -> int:
        return len(self._edited)

    @torch.no_grad()
    def __getitem__(self, number: int) -> EditMotion | None:  # type: ignore[override]
        face = self.seen(number)
        edited = self._edited[number]
        held = edited if self._held is self._edited else None
        if self._held is not None and held is None:
            held = self._held[number if len(self._held) > 1 else 0]
        change = self._changes[number] if number < len(self._changes) else None
        return None if face is None else face.read_motion(edited, held, change)

    @property
    def faces(self) -> Sequence[SeenFace | None]:
        """The faces before their edits, one for each drawing or one for all."""
        return self._seen

    def seen(self, number: int) -> SeenFace | None:
        """The face before its edit; those of the first picture are looked at only once."""
        return self._seen[number if len(self._seen) > 1 else 0]


def follow_edits(
    original: Pictures,
    edited: Pictures,
    places: Sequence[FaceCrop],
    unedited: Pictures,
    held: Pictures | None = None,
    changes: Sequence[AverageChange | None] = (),
) -> Motions | None:
    """What `paste_faces` needs to move the detail of pictures [B, 3, H, W] with the edits.

    Arguments as for `paste_faces` or `paste_each`, `held` and `changes` as for `Motions`; nothing
    is computed before it is asked for. None where nothing can be followed: there is no crop, one
    crop stands for several pictures, or the arguments do not belong together, which `paste_faces`
    says.
    """
    size, drawn = tuple(original[0].shape[-2:]), tuple(edited[0].shape[-2:])
    fits = all(size == crop.original_size for crop in places)
    last = max((crop.picture for crop in places), default=0)
    one_each = len(edited) == len(places) and last < len(original)
    variants = len(places) == 1 and len(original) == 1
    if not places or not fits or not (one_each or variants):
        return None
    if len(unedited) not in (1, len(places)) or tuple(unedited[0].shape[-2:]) != drawn:
        return None
    return Motions(_Faces(original, places, unedited), edited, held, changes)


def split_pictures(pictures: Pictures) -> Sequence[torch.Tensor]:
    """The pictures [1, 3, H, W] one by one."""
    return pictures.split(1) if isinstance(pictures, torch.Tensor) else pictures


def _see(
    detector: FaceDetector, reader: mesh.MeshReader, crop: torch.Tensor, unedited: torch.Tensor
) -> SeenFace | None:
    faces = find_faces(crop, detector=detector, lying=False)
    if not faces:
        return None
    size = (crop.shape[-2], crop.shape[-1])
    matrix = style_matrix(max(faces, key=lambda face: face.box[2] - face.box[0]))
    photo, plain = (_read_mesh(reader, picture, matrix, size) for picture in (crop, unedited))
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
    flat = map_points(points[:, :2], to_crop)
    return torch.cat([flat, points[:, 2:] * torch.tensor(to_crop)[:, 0].norm()], dim=1)


@torch.no_grad()
def read_mesh(
    picture: torch.Tensor, matrix: Rows, size: tuple[int, int] | None = None
) -> torch.Tensor | None:
    """The mesh [478, 3] of a face in px of its picture [1, 3, H, W], None where none is seen.

    `matrix` maps px of the aligned face to px of the picture. `size`: (height, width) in px of what
    the picture shows at another resolution; the mesh and the matrix are in px of that.
    """
    size = size or (picture.shape[-2], picture.shape[-1])
    return _read_mesh(_load_mesh_reader(), picture, matrix, size)
