"""The light of open mouths beside that of skin and lips, measured on many portraits.

`styleganex_core.composite.mouth` paints what shows between lips by these numbers.

Convention: pictures are aligned squares [1, 3, 256, 256] in -1..1; light is 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from styleganex_core.composite.mouth import CHEEKS, LIP_RIMS
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.errors import StyleGANEXError

from .data.aligned import one_of_each, read_index
from .laid_over import INNER_LIPS, OUTER_LIPS, ReadFace, fill, read_faces, spread_evenly

OPEN = 5.0  # px of the aligned face between the lips
LIGHTEST, DARKEST = 0.6, 0.05  # quantiles of what is between the lips: teeth, and the dark
WITHIN = 0.95  # of a px that must be inside
DEEP = 10  # px below the upper lip


@dataclass(frozen=True)
class MouthLight:
    """Medians over `people`: the light [3] of skin, lips, teeth and the dark between them, and the
    light of teeth in the middle at 0, 1, 2, ... px below the upper lip, of the most there."""

    people: int
    skin: tuple[float, ...]
    lips: tuple[float, ...]
    teeth: tuple[float, ...]
    dark: tuple[float, ...]
    shadow: tuple[float, ...]


def measure_mouths(
    folder: Path, *, people: int | None = None, progress: ReportSteps | None = None
) -> MouthLight:
    """The light of the mouths in one portrait each of everybody in a folder who is not held out.

    Raises StyleGANEXError for a folder in which nobody's lips are apart.
    """
    portraits = spread_evenly(one_of_each(read_index(folder), held_out=False), people)
    found = []
    for number, face in enumerate(read_faces(portraits), start=1):
        found.append(look_into(face))
        if progress is not None:
            progress(number, len(portraits))
    return sum_up([one for one in found if one is not None])


def look_into(face: ReadFace) -> tuple[torch.Tensor, torch.Tensor] | None:
    """The light [4, 3] of skin, lips, teeth and the dark, and that of teeth px for px; None for a
    mouth that is closed."""
    upper, lower = (face.mesh[list(rim)] for rim in LIP_RIMS)
    middle = len(upper) // 2
    gape = float((lower[middle] - upper[middle]).norm())
    picture = face.square[0] / 2 + 0.5
    inside = fill(face.mesh[list(INNER_LIPS)])
    lips = fill(face.mesh[list(OUTER_LIPS)]) - inside > WITHIN
    between = picture[:, inside > WITHIN]
    if gape < OPEN or not between.numel() or not lips.any():
        return None
    light = between.mean(dim=0)
    teeth = between[:, light >= light.quantile(LIGHTEST)].mean(dim=1)
    dark = between[:, light <= light.quantile(DARKEST)].mean(dim=1)
    x, y = (round(float(value)) for value in upper[middle])
    column = picture[:, y : y + DEEP, x].mean(dim=0)
    column = torch.cat([column, column.new_full((DEEP - len(column),), torch.nan)])
    column[min(DEEP, int(gape)) :] = torch.nan
    spots = [picture[:, int(y), int(x)] for x, y in face.mesh[list(CHEEKS)].clamp(0, 255)]
    skin = torch.stack(spots).mean(dim=0)
    return torch.stack([skin, picture[:, lips].mean(dim=1), teeth, dark]), column


def sum_up(found: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> MouthLight:
    """The medians over some mouths."""
    if not found:
        raise StyleGANEXError("nobody's lips are apart in these portraits.")
    parts = torch.stack([light for light, _ in found]).median(dim=0).values
    column = torch.stack([column for _, column in found]).nanmedian(dim=0).values
    shadow = column / column.nan_to_num(0).max()
    skin, lips, teeth, dark = (tuple(round(value, 3) for value in row) for row in parts.tolist())
    told = tuple(round(value, 2) for value in shadow.tolist() if value == value)
    return MouthLight(len(found), skin, lips, teeth, dark, told)
