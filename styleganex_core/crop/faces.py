"""Crops of the faces of one picture or a batch, all of one size, with what pasting back needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch

from ..datatypes import FaceCrop
from ..errors import FaceNotFoundError, ShapeError, StyleGANEXError
from ..networks.mtcnn import load_face_detector
from .align import (
    MULTIPLE,
    REACH,
    STYLE_SIDE,
    cut_crop,
    cut_style,
    grow_crop,
    plan_crop,
    plan_whole,
    quarter_turns,
)
from .landmarks import Face, Order, face_from_points, find_faces, select_faces
from .masks import Shape, face_mask, head_mask

WhenNoFace = Literal["stop", "skip", "whole picture"]
TOP_OF_HEAD = {1: "to the left", 2: "downwards", 3: "to the right"}  # by right angles, turned


@dataclass(frozen=True)
class CroppedFaces:
    """N crops of one size, from left to right within each picture, pictures in order.

    `crops` [N, 3, h, w] and `styles` [N, 3, 256, 256] in -1..1; `masks` [N, 1, h, w] in 0..1, soft,
    over each face or head; `places`: where each crop lies; `counts`: faces found per picture;
    `notes`: sentences on photos that lie on their side or head.
    """

    crops: torch.Tensor
    styles: torch.Tensor
    masks: torch.Tensor
    places: tuple[FaceCrop, ...]
    counts: tuple[int, ...]
    notes: tuple[str, ...] = ()


def crop_face(
    image: torch.Tensor, face: Face, *, upright: bool = False, reach: int = REACH
) -> tuple[torch.Tensor, torch.Tensor, FaceCrop]:
    """The crop and the aligned style crop of a face of `image` [B, 3, H, W], and its place.

    `upright` and `reach` as in `plan_crop`.
    """
    height, width = image.shape[-2:]
    place = plan_crop(face, (height, width), upright=upright, reach=reach)
    return cut_crop(image, place), cut_style(image, face), place


def crop_faces(
    images: torch.Tensor,
    *,
    which: Order = "largest",
    index: int = 0,
    upright: bool = False,
    reach: int = REACH,
    faces: Sequence[Sequence[Face]] | None = None,
    missing: WhenNoFace = "stop",
    progress: Callable[[int, int], None] | None = None,
    mask_shape: Shape = "oval",
) -> CroppedFaces:
    """The chosen faces of all pictures [B, 3, H, W] in -1..1.

    `which` and `index` choose among the faces of each picture, as in `select_faces`; `faces`
    stand for those found: one list per picture, or a single one for all. A picture without a
    face raises FaceNotFoundError, is left out, or is taken whole, as `missing` says. Crops that
    end at a picture's edge are extended with mirrored picture to the size of the largest. Where
    every picture is left out there are no crops: `CroppedFaces` of N = 0. `mask_shape`: an "oval"
    over face and hair, or the "head" as `head_mask` finds it, neck included.
    """
    if images.ndim != 4 or images.shape[1] != 3 or 0 in images.shape:
        raise ShapeError(f"pictures need the shape [B, 3, H, W]; got {list(images.shape)}.")
    plan = plan_faces(
        images.__getitem__,
        len(images),
        which=which,
        index=index,
        upright=upright,
        reach=reach,
        faces=faces,
        missing=missing,
        progress=progress,
        mask_shape=mask_shape,
    )
    if not plan.places:
        return _no_faces(images, plan.counts)
    parts = list(plan.cut(images.__getitem__))
    return CroppedFaces(
        crops=torch.cat([crop for crop, _, _ in parts]),
        styles=torch.cat([style for _, style, _ in parts]),
        masks=torch.cat([mask for _, _, mask in parts]).to(images.device),
        places=plan.places,
        counts=plan.counts,
        notes=plan.notes,
    )


@dataclass(frozen=True)
class PlannedFaces:
    """Where the crops of a batch lie, before any is cut; fields as in `CroppedFaces`.

    `found`: the face of each crop, None where a whole picture is taken.
    """

    places: tuple[FaceCrop, ...]
    found: tuple[Face | None, ...]
    counts: tuple[int, ...]
    notes: tuple[str, ...]
    mask_shape: Shape = "oval"

    def cut(
        self, picture: Callable[[int], torch.Tensor]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        """The crop, the style crop and the mask of each, one after the other."""
        for place, face in zip(self.places, self.found, strict=True):
            image = picture(place.picture)
            image = image if image.ndim == 4 else image[None]
            size = (image.shape[-2], image.shape[-1])
            crop = cut_crop(image, place)
            head = self.mask_shape == "head"
            mask = head_mask(place, face, crop) if head else face_mask(place, face)
            yield (
                crop,
                cut_style(image, face or _centre(size)),
                mask.to(image.device),
            )


def plan_faces(
    picture: Callable[[int], torch.Tensor],
    count: int,
    *,
    which: Order = "largest",
    index: int = 0,
    upright: bool = False,
    reach: int = REACH,
    faces: Sequence[Sequence[Face]] | None = None,
    missing: WhenNoFace = "stop",
    progress: Callable[[int, int], None] | None = None,
    mask_shape: Shape = "oval",
) -> PlannedFaces:
    """Where the chosen faces of `count` pictures lie; options as in `crop_faces`.

    `picture(number)` gives each, [3, H, W] or [1, 3, H, W] in -1..1, and is asked for one at a
    time: a batch of any length takes no more memory than one of its pictures.
    """
    if missing not in ("stop", "skip", "whole picture"):
        raise StyleGANEXError(
            f'a missing face can "stop", "skip" or take the "whole picture"; got {missing!r}.'
        )
    if mask_shape not in ("oval", "head"):
        raise StyleGANEXError(f'a mask has the shape of an "oval" or a "head"; got {mask_shape!r}.')
    if faces is not None and len(faces) not in (1, count):
        raise ShapeError(
            f"faces were given for {len(faces)} pictures, but there are {count}; give one list "
            "of faces per picture, or one for all."
        )
    detector = None
    pairs: list[tuple[FaceCrop, Face | None]] = []
    counts, notes = [], []
    for number in range(count):
        image = picture(number)
        image = image if image.ndim == 4 else image[None]
        size = (image.shape[-2], image.shape[-1])
        if faces is None:
            detector = detector or load_face_detector(image.device)
            found = find_faces(image, detector=detector)
        else:
            found = list(faces[number if len(faces) > 1 else 0])
        counts.append(len(found))
        for face in _choose(found, which, index, missing, number):
            if face is not None and quarter_turns(face):
                notes.append(_describe_lying(number, face))
            if face is None:
                plan = plan_whole(size, largest=2 * reach)
            else:
                plan = plan_crop(face, size, upright=upright, reach=reach)
            pairs.append((replace(plan, picture=number), face))
        if progress:
            progress(number + 1, count)
    if not pairs:
        return PlannedFaces((), (), tuple(counts), tuple(notes), mask_shape)
    largest = [max(place.size[axis] for place, _ in pairs) for axis in (0, 1)]
    return PlannedFaces(
        places=tuple(grow_crop(place, (largest[0], largest[1])) for place, _ in pairs),
        found=tuple(face for _, face in pairs),
        counts=tuple(counts),
        notes=tuple(dict.fromkeys(notes)),
        mask_shape=mask_shape,
    )


def _choose(
    found: list[Face], which: Order, index: int, missing: WhenNoFace, picture: int
) -> Sequence[Face | None]:
    """The chosen faces of a picture; None stands for the whole of a picture without such a face."""
    try:
        return select_faces(found, which, index)
    except FaceNotFoundError as error:
        if missing == "stop":
            raise FaceNotFoundError(f"picture {picture}: {error}") from None
        return [None] if missing == "whole picture" else []


def _no_faces(images: torch.Tensor, counts: tuple[int, ...]) -> CroppedFaces:
    """What is left when every picture was left out: nothing, in the usual shapes."""
    empty = images.new_zeros(0, 3, MULTIPLE, MULTIPLE)
    styles = images.new_zeros(0, 3, STYLE_SIDE, STYLE_SIDE)
    return CroppedFaces(empty, styles, empty[:, :1], (), counts)


def _describe_lying(picture: int, face: Face) -> str:
    return (
        f"Picture {picture} is turned: the top of the head points "
        f"{TOP_OF_HEAD[quarter_turns(face)]}. The crop is upright, and Paste Face puts it back the "
        "way it was; rotate the photo first if all of it should be upright."
    )


def _centre(size: tuple[int, int]) -> Face:
    """A stand-in for a missing face: its aligned square is the picture's central one."""
    height, width = size
    x, y, half = width / 2 - 0.5, height / 2 - 0.5, min(size) / 2
    eye, mouth = half / 4, half / 4  # upright eyes 1/2 half side apart; the mouth as far below
    up = y - 2 * mouth * 0.1
    return face_from_points(
        [(x - eye, up), (x + eye, up), (x, up + mouth), (x - eye, up + 2 * mouth),
         (x + eye, up + 2 * mouth)]
    )  # fmt: skip
