"""How faces change on average with what is read off them, measured on many portraits.

Faces are laid over the mean face point by point. What their shape, their colours and the strength
of their detail have to do with each reading is found by linear regression on all readings at
once, so that the average older face smiles as much as the average younger one.

Source: Rowland and Perrett 1995; Tiddeman, Burt and Perrett 2001; regression in the place of their
differences of two means.

Convention: pictures are aligned squares [1, 3, 256, 256] in -1..1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F

from styleganex_core.composite.motion import OUTLINE
from styleganex_core.composite.transfer import blur, rise
from styleganex_core.datatypes import AverageChange
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.readers.mesh import EYE_RINGS

from .beards import compare_beards
from .data.aligned import one_of_each, read_index
from .laid_over import (
    INNER_LIPS,
    MAP,
    OUTER_LIPS,
    READINGS,
    SIDE,
    ReadFace,
    fill,
    lay_over,
    read_faces,
    regress,
    spread_evenly,
)

# How far glasses come off by one unit of them, and lips close by one of an open mouth or a smile.
BARE, SHUT = -0.5, -0.5
# The readings that edits are made of and called by, and how many standard deviations a unit is.
EDITS = {"age": 1.25, "gender": 1.5}
# The maps end softly within the face, as hair lies over its rim; and below the hairline for those
# who are told by their fringes.
RIM, SOFT = 8, 6.0  # px
FRINGED = ("gender",)
HAIRLINE, BROWS = 0.35, 0.95  # of the way from the forehead's top to the brows: from none to all
FOREHEAD, BROW_POINTS = 10, (105, 334)
# Women's lips are painted: half of that keeps men's from turning green.
PAINTED, PAINT = ("gender",), 0.5
# Of gender, how much of colour and detail is laid on beside the whole shape, which moves collars.
STRONGER = {"gender": (1.12, 1.2)}
HOLE = 1.2  # px: how softly teeth and irises are left out


def measure_averages(
    folder: Path, *, people: int | None = None, progress: ReportSteps | None = None
) -> dict[str, AverageChange]:
    """The changes of `EDITS`, of a beard, of glasses, which are taken off and never put on, and
    of lips, which close and never open, of one portrait each of everybody who is not held out.

    `progress` counts every portrait twice: when it is read, and when it is compared. Raises
    StyleGANEXError for a folder with too few faces.
    """
    portraits = spread_evenly(one_of_each(read_index(folder), held_out=False), people)
    total = 2 * len(portraits)
    faces = []
    for number, face in enumerate(read_faces(portraits), start=1):
        faces.append(face)
        if progress is not None:
            progress(number, total)

    def tell(number: int) -> None:
        if progress is not None:
            progress(total - len(faces) + number, total)

    changes = compare_faces(faces, tell) | {"beard": compare_beards(faces)}
    places = changes["beard"].places
    return changes | {
        "glasses": nothing_but(places, bare=BARE),
        "mouth_open": nothing_but(places, shut=SHUT),
        "smile": nothing_but(places, shut=SHUT, drawn=True),
    }


def nothing_but(
    places: torch.Tensor, *, bare: float = 0.0, shut: float = 0.0, drawn: bool = False
) -> AverageChange:
    """What an edit changes that no average says.

    `places` [N, 2]: the points of the mean face.
    """
    black = torch.zeros(3, 1, 1)
    return AverageChange(
        places, torch.zeros_like(places), black, black[:1], bare=bare, shut=shut, drawn=drawn
    )


def compare_faces(
    faces: Sequence[ReadFace], tell: Callable[[int], None] | None = None
) -> dict[str, AverageChange]:
    """The changes of `EDITS` among some faces; `tell(done)` counts them."""
    shares = regress([face.readings for face in faces])
    meshes = torch.stack([face.mesh for face in faces])
    mean = meshes.mean(dim=0)
    shape = (shares @ meshes.flatten(1)).unflatten(1, (-1, 2))
    colour = torch.zeros(len(shares), 3, SIDE, SIDE)
    detail = torch.zeros(len(shares), 1, SIDE, SIDE)
    for number, face in enumerate(faces):
        own, strength = lay_over(face, mean)
        weight = shares[:, number, None, None, None]
        colour += weight * own
        detail += weight * strength
        if tell is not None:
            tell(number + 1)
    return {
        name: _finish(name, mean, shape[row], colour[row], detail[row]) * unit
        for name, unit in EDITS.items()
        for row in [READINGS.index(name)]
    }


def _finish(
    name: str,
    mean: torch.Tensor,
    shape: torch.Tensor,
    colour: torch.Tensor,
    detail: torch.Tensor,
) -> AverageChange:
    """A change whose maps are confined to the face; its mean colour stays."""
    oval = fill(mean[list(OUTLINE)])
    colour = colour - (colour * oval).sum(dim=(1, 2), keepdim=True) / oval.sum()
    within = blur(-F.max_pool2d(-oval[None, None], 2 * RIM + 1, 1, RIM), SOFT)[0]
    for part in (INNER_LIPS, *EYE_RINGS):
        within = within * (1 - blur(fill(mean[list(part)])[None, None], HOLE)[0])
    paint, rough = STRONGER.get(name, (1.0, 1.0))
    maps = torch.cat([paint * colour * within * _paintable(name, mean), rough * detail * within])
    small = F.interpolate(maps[None], (MAP, MAP), mode="area")[0]
    return AverageChange(mean, shape, small[:3], small[3:])


def _paintable(name: str, mean: torch.Tensor) -> torch.Tensor:
    """How much of a change's colour is put on, [256, 256]: less on foreheads and lips."""
    share = torch.ones(SIDE, SIDE)
    if name in FRINGED:
        top, brows = float(mean[FOREHEAD, 1]), float(mean[list(BROW_POINTS), 1].mean())
        way = (torch.arange(float(SIDE))[:, None] - top) / (brows - top)
        share = share * rise(way, HAIRLINE, BROWS)
    if name in PAINTED:
        share = share * (1 - PAINT * blur(fill(mean[list(OUTER_LIPS)])[None, None], HOLE)[0, 0])
    return share
