"""Portraits laid over the mean face point by point, with what was read off them.

Convention: pictures are aligned squares [1, 3, 256, 256] in -1..1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw

from styleganex_core.composite.average import FINE
from styleganex_core.composite.motion import spread
from styleganex_core.composite.mouth import LIP_RIMS
from styleganex_core.composite.transfer import blur, move
from styleganex_core.crop import find_faces, select_faces
from styleganex_core.errors import FaceNotFoundError, StyleGANEXError
from styleganex_core.readers import load_face_readers, read_face
from styleganex_core.readers.mesh import SURFACE

from .data.aligned import Portrait, read_squares

SIDE, MAP = 256, 128  # px of the aligned face, and of the maps that are kept
READINGS = (
    "gender", "age", "smile", "mouth_open", "yaw", "pitch", "eyes_open", "gaze_x", "skin_light",
    "hair_light",
)  # fmt: skip
GENDER = READINGS.index("gender")
RIDGE = 1e-3
# How faces are laid over the mean one: deviations in px, and weights.
KERNELS = ((6.0, 1.0), (14.0, 0.03), (30.0, 0.002))
AROUND = 4.0  # px over which detail is measured
DARKEST = 1e-5  # the least mean square of detail
OUTER_LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
)  # fmt: skip
INNER_LIPS = (*LIP_RIMS[1], *LIP_RIMS[0][-2:0:-1])


@dataclass(frozen=True)
class ReadFace:
    """A portrait [1, 3, 256, 256], its mesh [468, 2] in px of it, and what was read off it."""

    square: torch.Tensor
    mesh: torch.Tensor
    readings: tuple[float, ...]


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


def regress(readings: Sequence[Sequence[float]]) -> torch.Tensor:
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


def lay_over(face: ReadFace, mean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A portrait in the place of the mean face, and how strong its detail is (a logarithm)."""
    field = spread(mean, face.mesh - mean, (SIDE, SIDE), 1.0, KERNELS)
    own = move(face.square, field)
    fine = own - blur(own, FINE)
    power = blur(fine.square().mean(dim=1, keepdim=True), AROUND).clamp_min(0) + DARKEST
    return own[0], power.log()[0] / 2


def fill(points: torch.Tensor) -> torch.Tensor:
    """The inside of a polygon [N, 2], px of a picture [256, 256], 0..1."""
    fine = 4
    canvas = Image.new("L", (fine * SIDE, fine * SIDE))
    corners = [(float(fine * x + fine / 2), float(fine * y + fine / 2)) for x, y in points]
    ImageDraw.Draw(canvas).polygon(corners, fill=255)
    return torch.from_numpy(np.array(canvas.resize((SIDE, SIDE), Image.Resampling.BOX))) / 255
