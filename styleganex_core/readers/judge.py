"""Whether two pictures show the same person, judged so that small tricks do not help.

A network that a result was optimised against is no judge of it: the result may hold patterns that
only this network, at this very place, takes for a person. Mirrored, shifted, blurred or turned they
lose their effect, while a real likeness stays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..errors import ShapeError
from . import identity
from .networks import FaceReaders, load_face_readers
from .squares import cut_squares, reader_square, usual_points

GAUSSIAN_REACH = 3  # deviations


@dataclass(frozen=True)
class Change:
    """One way to look at both pictures: a shift and a Gaussian's deviation in px of the 256 px
    aligned picture, a turn in degrees, a zoom, and whether they are mirrored.
    """

    mirror: bool = False
    shift: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.0
    turn: float = 0.0
    zoom: float = 1.0


CHANGES = (
    Change(mirror=True),
    Change(blur=1.5),
    Change(shift=(7.0, 3.0)),
    Change(shift=(-6.0, 5.0), mirror=True),
    Change(shift=(3.0, -7.0), zoom=0.95),
    Change(turn=10.0),
    Change(turn=-10.0),
    Change(turn=10.0, mirror=True, blur=1.0),
    Change(turn=-5.0, zoom=1.06, blur=1.0),
)


@torch.no_grad()
def judge_identity(
    first: torch.Tensor,
    second: torch.Tensor,
    *,
    readers: FaceReaders | None = None,
    points: torch.Tensor | None = None,
    grown: float = 1.0,
    changes: tuple[Change, ...] = CHANGES,
) -> torch.Tensor:
    """The median distance [B] of two faces under all `changes`, which both undergo alike.

    `first` and `second` are aligned pictures [B or 1, 3, H, H] in -1..1, `grown` times as large as
    the aligned square. `points` [B or 1, 5, 2]: the five points of both in px of the 256 px aligned
    picture, else those of the usual face. Distances mean what they mean for `likeness`.
    """
    if 1 not in (len(first), len(second)) and len(first) != len(second):
        raise ShapeError(
            f"{len(first)} faces cannot be compared with {len(second)}; give one for all, or one "
            "each."
        )
    readers = readers or load_face_readers(first.device)
    ours, theirs = (
        identify_changed(pictures, readers=readers, points=points, grown=grown, changes=changes)
        for pictures in (first, second)
    )
    return (ours - theirs).norm(dim=2).quantile(0.5, dim=0)


@torch.no_grad()
def identify_changed(
    pictures: torch.Tensor,
    *,
    readers: FaceReaders,
    points: torch.Tensor | None = None,
    grown: float = 1.0,
    changes: tuple[Change, ...] = CHANGES,
) -> torch.Tensor:
    """The identities [C, B, 128] of aligned pictures [B, 3, H, H] under each of C changes.

    For `judge_identity`, which says what the arguments are; many results of one photo are judged
    sooner against those of the photo.
    """
    squares = [look_again(pictures, points, grown, change) for change in changes]
    return readers.identity(torch.cat(squares)).unflatten(0, (len(changes), len(pictures)))


def look_again(
    pictures: torch.Tensor, points: torch.Tensor | None, grown: float, change: Change
) -> torch.Tensor:
    """The reader's squares [B, 3, 150, 150] of the pictures under a change."""
    if points is None:
        points = usual_points(len(pictures), pictures)
    square = reader_square(points.expand(len(pictures), -1, -1)).clone()
    square[:, :2] += square.new_tensor(change.shift)
    angle = math.radians(change.turn)
    turn = square.new_tensor(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]
    )
    square[:, 2:] = square[:, 2:] @ turn.T / change.zoom
    if change.blur:
        pictures = _blur(pictures, change.blur * pictures.shape[-1] / (256 * grown))
    cut = cut_squares(pictures, square, identity.SIDE, grown=grown)
    return cut.flip(3) if change.mirror else cut


def _blur(pictures: torch.Tensor, deviation: float) -> torch.Tensor:
    """The pictures through a Gaussian of `deviation` px, their edges repeated."""
    reach = max(1, math.ceil(GAUSSIAN_REACH * deviation))
    steps = torch.arange(-reach, reach + 1, device=pictures.device, dtype=pictures.dtype)
    line = (-0.5 * (steps / deviation).square()).exp()
    line = (line / line.sum()).expand(pictures.shape[1], 1, 1, -1)
    padded = F.pad(pictures, (reach,) * 4, mode="replicate")
    across = F.conv2d(padded, line, groups=pictures.shape[1])
    return F.conv2d(across, line.transpose(2, 3), groups=pictures.shape[1])
