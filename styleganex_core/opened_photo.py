"""A photo whose faces are ready to be edited."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .crop import CroppedFaces
from .datatypes import Latents
from .readers import SeenFace


@dataclass(frozen=True)
class OpenPhoto:
    """A photo whose faces have been found and encoded, to be edited any number of times.

    `photo` [B, 3, H, W] in -1..1; `faces`: the crops and their places; `latents`, one per crop, and
    `unedited` [N, 3, h, w], what the model draws of them; both None where there are no faces. Where
    only the change of an edit is put back, these are without skips that are optional, and `exact`
    are the latents with them.
    `seen`: where eyes, lips and cheeks are, so that the photo's detail can move with an edit.
    """

    photo: torch.Tensor
    faces: CroppedFaces
    latents: Latents | None
    unedited: torch.Tensor | None
    seen: tuple[SeenFace | None, ...] | None = None
    exact: Latents | None = None
