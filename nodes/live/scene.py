"""The photo in which a face is edited, kept between runs so that previews show all of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch

from ... import styleganex_core as core

LARGEST_SIDE = 4096  # px of the photo that is kept; a nearer view of a larger one is softer
VIEWS_KEPT = 3


@dataclass(frozen=True)
class View(core.composite.PhotoView):
    """What is shown; a face's crop takes `face_side` px of it."""

    face_side: int


@dataclass(frozen=True)
class Face:
    """A face of a photo: `crop` [1, 3, h, w] in -1..1, and the zoom that suits it."""

    crop: torch.Tensor
    zoom: float


@dataclass
class Scene:
    """A photo [1, H, W, 3] of 8 bits and the faces in it, whose latents are kept beside it.

    `put`: the "change" of an edit is put into the photo, or the "drawing". `plain`: drawings
    without an edit, by resolution; `views`: parts of the photo that were shown last; `seen`: the
    faces as the photo and its first drawing show them.
    """

    photo: torch.Tensor
    places: tuple[core.FaceCrop, ...]
    masks: torch.Tensor | None
    put: Literal["change", "drawing"] = "change"
    plain: dict[int, torch.Tensor] = field(default_factory=dict)
    seen: Sequence[core.readers.SeenFace | None] | None = None
    views: OrderedDict[tuple[int, float, int], View] = field(default_factory=OrderedDict)

    @property
    def bytes(self) -> int:
        kept = [self.photo, *([] if self.masks is None else [self.masks])]
        kept += [face.unedited for face in self.seen or () if face is not None]
        return sum(tensor.untyped_storage().nbytes() for tensor in kept)

    @property
    def zoom(self) -> float:
        """The zoom that suits the faces."""
        height, width = self.photo.shape[1:3]
        return round(core.composite.choose_zoom((height, width), self.places), 2)

    def tell_faces(self) -> list[Face]:
        """The faces to choose among, from the first on; none where there is only one."""
        if len(self.places) < 2:
            return []
        height, width = self.photo.shape[1:3]
        photo = core.images.from_uint8(self.photo)
        return [
            Face(
                core.cut_crop(photo, place),
                round(core.composite.choose_zoom((height, width), [place]), 2),
            )
            for place in self.places
        ]

    def view(self, side: int, zoom: float, face: int = 0) -> View:
        """The part of the photo at `zoom`, of `side` px at most, around a face, or all (0)."""
        about = face - 1 if 0 < face <= len(self.places) else None
        key = (side, zoom, face if about is not None else 0)
        if key not in self.views:
            photo = core.images.from_uint8(self.photo)
            shown = core.composite.view_photo(
                photo, self.places, self.masks, longest_side=side, zoom=zoom, about=about
            )
            sides = [round(max(place.size) / place.scale) for place in shown.places]
            self.views[key] = View(shown.picture, shown.places, shown.masks, max([1, *sides]))
            while len(self.views) > VIEWS_KEPT:
                self.views.popitem(last=False)
        self.views.move_to_end(key)
        return self.views[key]

    def paste(
        self,
        view: View,
        drawn: torch.Tensor,
        plain: torch.Tensor,
        held: torch.Tensor | None = None,
        changes: Sequence[core.readers.AverageChange | None] = (),
    ) -> torch.Tensor:
        """The view with the faces as drawn, `plain` being the same without the edit and `held`
        without what turns the heads, where something does. `changes`: what the edit of each face
        changes of the photo itself.
        """
        motions = self._follow(drawn, plain, held, changes) if self.put == "change" else None
        photo = view.picture
        if motions is not None:
            seen = motions.faces
            photo = core.readers.ChangedPhotos(photo, view.places, seen, changes)[0]
        return core.paste_faces(
            photo,
            drawn.cpu(),
            view.places,
            mask=view.masks,
            feather=0,
            unedited=plain.cpu() if self.put == "change" else None,
            motions=motions,
        )

    def _follow(
        self,
        drawn: torch.Tensor,
        plain: torch.Tensor,
        held: torch.Tensor | None,
        changes: Sequence[core.readers.AverageChange | None],
    ) -> core.readers.Motions:
        if self.seen is None:
            photo = core.images.from_uint8(self.photo)
            self.seen = core.readers.see_faces(photo, self.places, plain)
        return core.readers.Motions(self.seen, drawn, held, changes)


def take_photo(
    photo: torch.Tensor,
    places: Sequence[core.FaceCrop],
    masks: torch.Tensor | None,
    put: Literal["change", "drawing"] = "change",
    seen: Sequence[core.readers.SeenFace | None] | None = None,
) -> Scene:
    """The scene of a photo [1, 3, H, W] in -1..1, reduced where it is very large.

    `seen`: its faces, where somebody has looked at them already.
    """
    view = core.composite.view_photo(photo.cpu(), places, longest_side=LARGEST_SIDE)
    kept = core.images.to_uint8(view.picture)
    masks = core.composite.shrink_masks(masks, photo, (kept.shape[1], kept.shape[2]))
    return Scene(kept, view.places, masks, put, seen=seen)
