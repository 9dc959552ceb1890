"""A photo whose faces are ready to be edited, and their drawings put back into it."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .composite import paste_faces
from .crop import CroppedFaces
from .datatypes import AverageChange, Latents
from .photo_settings import PhotoSettings
from .readers import Motions, SeenFace


@dataclass(frozen=True)
class OpenPhoto:
    """A photo whose faces have been found and encoded, to be edited any number of times.

    `photo` [B, 3, H, W] in -1..1; `faces`: the crops and their places; `latents`, one per crop, and
    `unedited` [N, 3, h, w], what the model draws of them; both None where there are no faces. Where
    only the change of an edit is put back, these are without skips that are optional, and `exact`
    are the latents with them.
    `seen`: where eyes, lips and cheeks are, so that the photo's detail can move with an edit.
    `changes`: what an edit changes of the photo's own px, of each crop, where one is being put in.
    """

    photo: torch.Tensor
    faces: CroppedFaces
    latents: Latents | None
    unedited: torch.Tensor | None
    seen: tuple[SeenFace | None, ...] | None = None
    exact: Latents | None = None
    changes: tuple[AverageChange | None, ...] = ()


@torch.no_grad()
def put_back(
    opened: OpenPhoto,
    drawn: torch.Tensor,
    settings: PhotoSettings | None = None,
    *,
    held: torch.Tensor | None = None,
) -> torch.Tensor:
    """The whole photo [B, 3, H, W] with what the model drew of its faces, [N, 3, h, w].

    `held`: the drawings of the same edit by `draw_held`. Nothing outside the region and its soft
    edge changes.
    """
    settings = settings or PhotoSettings()
    if opened.unedited is None:
        return opened.photo.clone()
    change = settings.paste == "change"
    seen = opened.seen if change else None
    return paste_faces(
        opened.photo,
        drawn,
        opened.faces.places,
        mask=None if settings.region == "crop" else opened.faces.masks,
        feather=settings.feather,
        match_colour=settings.match_colour,
        unedited=opened.unedited if change else None,
        motions=Motions(seen, drawn, held, opened.changes) if seen else None,
    )
