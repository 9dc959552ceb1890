"""How faces change on average with what is read off them, measured on many portraits.

Faces are laid over the mean face point by point. What their shape, their colours and the strength
of their detail have to do with each reading is found by linear regression on all readings at
once, so that the average older face smiles as much as the average younger one.

Source: Rowland and Perrett 1995; Tiddeman, Burt and Perrett 2001; regression in the place of their
differences of two means.

Convention: pictures are aligned squares [1, 3, 256, 256] in -1..1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw

from styleganex_core.composite.average import FINE
from styleganex_core.composite.motion import OUTLINE, spread
from styleganex_core.composite.mouth import LIP_RIMS
from styleganex_core.composite.transfer import blur, move, rise
from styleganex_core.crop import find_faces, select_faces
from styleganex_core.datatypes import AverageChange
from styleganex_core.encode.optimise import ReportSteps
from styleganex_core.errors import FaceNotFoundError, StyleGANEXError
from styleganex_core.readers import load_face_readers, read_face
from styleganex_core.readers.mesh import EYE_RINGS, SURFACE

from .data.aligned import Portrait, one_of_each, read_index, read_squares

SIDE, MAP = 256, 128  # px of the aligned face, and of the maps that are kept
READINGS = (
    "gender", "age", "smile", "mouth_open", "yaw", "pitch", "eyes_open", "gaze_x", "skin_light",
    "hair_light",
)  # fmt: skip
GENDER = READINGS.index("gender")
# The readings that edits are made of and called by, and how many standard deviations a unit is.
EDITS = {"age": 1.25, "gender": 1.5}
RIDGE = 1e-3
# How faces are laid over the mean one: deviations in px, and weights.
KERNELS = ((6.0, 1.0), (14.0, 0.03), (30.0, 0.002))
AROUND = 4.0  # px over which detail is measured
DARKEST = 1e-5  # the least mean square of detail
# The maps end softly within the face, as hair lies over its rim; and below the hairline for those
# who are told by their fringes.
RIM, SOFT = 8, 6.0  # px
FRINGED = ("gender",)
HAIRLINE, BROWS = 0.35, 0.95  # of the way from the forehead's top to the brows: from none to all
FOREHEAD, BROW_POINTS = 10, (105, 334)
# Women's lips are painted: half of that keeps men's from turning green.
PAINTED, PAINT = ("gender",), 0.5
OUTER_LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
)  # fmt: skip
INNER_LIPS = (*LIP_RIMS[1], *LIP_RIMS[0][-2:0:-1])
HOLE = 1.2  # px: how softly teeth and irises are left out


@dataclass(frozen=True)
class ReadFace:
    """A portrait [1, 3, 256, 256], its mesh [468, 2] in px of it, and what was read off it."""

    square: torch.Tensor
    mesh: torch.Tensor
    readings: tuple[float, ...]


def measure_averages(
    folder: Path, *, people: int | None = None, progress: ReportSteps | None = None
) -> dict[str, AverageChange]:
    """The changes of `EDITS`, of one portrait each of everybody in a folder who is not held out.

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

    return compare_faces(faces, tell)


def compare_faces(
    faces: Sequence[ReadFace], tell: Callable[[int], None] | None = None
) -> dict[str, AverageChange]:
    """The changes of `EDITS` among some faces; `tell(done)` counts them."""
    shares = _regress([face.readings for face in faces])
    meshes = torch.stack([face.mesh for face in faces])
    mean = meshes.mean(dim=0)
    shape = (shares @ meshes.flatten(1)).unflatten(1, (-1, 2))
    colour = torch.zeros(len(shares), 3, SIDE, SIDE)
    detail = torch.zeros(len(shares), 1, SIDE, SIDE)
    for number, face in enumerate(faces):
        own, strength = _lay_over(face, mean)
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


def spread_evenly(portraits: Sequence[Portrait], count: int | None) -> list[Portrait]:
    """So many of the portraits, spread evenly over the list."""
    if count is None or count >= len(portraits):
        return list(portraits)
    return [portraits[number * len(portraits) // count] for number in range(count)]


@torch.no_grad()
def read_faces(portraits: Sequence[Portrait]) -> Iterator[ReadFace]:
    """The portraits that show a face."""
    readers = load_face_readers()
    for portrait in portraits:
        square = read_squares([portrait])
        try:
            face = select_faces(find_faces(square), "largest")[0]
        except FaceNotFoundError:
            continue
        found = read_face(square, face, readers=readers)
        values = [float(getattr(found, name)) for name in READINGS]
        values[GENDER] = float(found.gender > 0.5)  # who is taken for a woman, not how surely
        yield ReadFace(square, found.points[:SURFACE, :2], tuple(values))


def _regress(readings: Sequence[tuple[float, ...]]) -> torch.Tensor:
    """What each face counts [R, N] in the change by one standard deviation of each reading."""
    if len(readings) <= 2 * len(READINGS):
        raise StyleGANEXError(
            f"averages need more than {2 * len(READINGS)} people with a face; got {len(readings)}."
        )
    values = torch.tensor(readings, dtype=torch.float64)
    scaled = (values - values.mean(dim=0)) / values.std(dim=0).clamp_min(1e-6)
    table = torch.cat([torch.ones(len(scaled), 1, dtype=torch.float64), scaled], dim=1)
    square = table.T @ table + RIDGE * torch.eye(table.shape[1], dtype=torch.float64)
    return torch.linalg.solve(square, table.T)[1:].float()


def _lay_over(face: ReadFace, mean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A portrait in the place of the mean face, and how strong its detail is (a logarithm)."""
    field = spread(mean, face.mesh - mean, (SIDE, SIDE), 1.0, KERNELS)
    own = move(face.square, field)
    fine = own - blur(own, FINE)
    power = blur(fine.square().mean(dim=1, keepdim=True), AROUND).clamp_min(0) + DARKEST
    return own[0], power.log()[0] / 2


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
    maps = torch.cat([colour * within * _paintable(name, mean), detail * within])
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


def fill(points: torch.Tensor) -> torch.Tensor:
    """The inside of a polygon [N, 2], px of a picture [256, 256], 0..1."""
    fine = 4
    canvas = Image.new("L", (fine * SIDE, fine * SIDE))
    corners = [(float(fine * x + fine / 2), float(fine * y + fine / 2)) for x, y in points]
    ImageDraw.Draw(canvas).polygon(corners, fill=255)
    return torch.from_numpy(np.array(canvas.resize((SIDE, SIDE), Image.Resampling.BOX))) / 255
