"""Many edited crops pasted back into many pictures, one picture after the other.

Convention: as in `paste`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from ..datatypes import FaceCrop
from ..errors import ShapeError
from .mask import masks_per_crop
from .motion import EditMotion
from .paste import FEATHER, enlargement, grow_canvas, paste_face


def paste_faces(
    original: torch.Tensor,
    edited: torch.Tensor,
    crops: Sequence[FaceCrop],
    *,
    mask: torch.Tensor | None = None,
    feather: float = FEATHER,
    match_colour: bool = False,
    enlarge: bool = False,
    unedited: torch.Tensor | None = None,
    motions: Sequence[EditMotion | None] | None = None,
) -> torch.Tensor:
    """The pictures [B, 3, H, W] with N edited crops in their places, several to a picture or none.

    `crops` has one entry per edited crop and says in which picture it belongs; without entries the
    pictures come back as they were. A single crop with several edits gives as many pictures.
    Options as in `paste_face`; of `unedited` there is one per edited crop, or one for all;
    of `motions`, as `Motions` reads them, one per edited crop.
    """
    _, pasted = paste_each(
        original.split(1),
        edited.split(1),
        crops,
        mask=mask,
        feather=feather,
        match_colour=match_colour,
        enlarge=enlarge,
        unedited=None if unedited is None else unedited.split(1),
        motions=motions,
    )
    return torch.cat(list(pasted))


def paste_each(
    originals: Sequence[torch.Tensor],
    edited: Sequence[torch.Tensor],
    crops: Sequence[FaceCrop],
    *,
    mask: torch.Tensor | None = None,
    feather: float = FEATHER,
    match_colour: bool = False,
    enlarge: bool = False,
    unedited: Sequence[torch.Tensor] | None = None,
    motions: Sequence[EditMotion | None] | None = None,
) -> tuple[int, Iterator[torch.Tensor]]:
    """As `paste_faces`, of pictures [1, 3, H, W] that are asked for one at a time.

    Returns how many pictures come, and the pictures, each made when it is asked for: a batch of any
    length takes no more memory than one of it. Raises ShapeError for counts that do not fit.
    """
    if not crops:  # Crop Face found no face and was set to go on
        return len(originals), (picture.float().clone() for picture in originals)
    several = len(crops) == 1 and len(edited) > 1 and len(originals) in (1, len(edited))
    count = len(edited) if several else len(originals)
    owners = list(range(count)) if several else [crop.picture for crop in crops]
    if several:
        crops = [crops[0]] * count
    if len(crops) != len(edited) or max(owners) >= count:
        raise ShapeError(
            f"{len(edited)} edited crops came with the places of {len(crops)} crops from "
            f"{len({crop.picture for crop in crops})} pictures, and {len(originals)} original "
            "pictures; connect the originals, the places and the edits of one Crop Face."
        )
    if unedited is not None and len(unedited) not in (1, len(edited)):
        raise ShapeError(
            f"{len(unedited)} unedited crops cannot be compared with {len(edited)} edited ones; "
            "give one for all, or one each."
        )
    masks = None if mask is None else masks_per_crop(mask, crops, owners, count)
    factor = max(enlargement(edited[0], crop) for crop in crops) if enlarge else 1.0

    def paste(number: int) -> torch.Tensor:
        original = _one_of(originals, number)
        canvas = grow_canvas(original.float(), original, factor)
        for row in (row for row, owner in enumerate(owners) if owner == number):
            canvas = paste_face(
                original,
                edited[row],
                crops[row],
                mask=None if masks is None else masks[row : row + 1],
                feather=feather,
                match_colour=match_colour,
                onto=canvas,
                unedited=None if unedited is None else _one_of(unedited, row),
                motion=None if motions is None else motions[row],
            )
        return canvas

    return count, map(paste, range(count))


def _one_of(pictures: Sequence[torch.Tensor], number: int) -> torch.Tensor:
    """The picture of that number, where there is not one for all."""
    return pictures[number if len(pictures) > 1 else 0]
