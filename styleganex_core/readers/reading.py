"""What can be read off one face of a photo: who it is, how old it looks, what it expresses.

These are guesses by small networks about how a face looks; `docs/readers.md` says how good they
are, for whom they are worse, and what they must not be used for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from ..crop import Face
from ..crop.align import style_matrix
from ..errors import ShapeError
from ..warp import Rows, apply, compose, invert, map_points, warp
from .dense import EXPRESSIONS
from .identity import SAME_PERSON
from .networks import FaceReaders, FaceReadings, load_face_readers
from .squares import ALIGNED, MESH_HALF

GROWN = 2 * MESH_HALF / ALIGNED  # the mesh looks a little beyond the aligned square
NUMBERS = (
    "age", "gender", "presence", "yaw", "pitch", "roll", "mouth_open", "smile", "eyes_open",
    "gaze_x", "gaze_y", "skin_light", "hair_light",
)  # fmt: skip
CERTAIN = 0.5  # a distance: two photos of one person are rarely farther apart than this


@dataclass(frozen=True)
class FaceReading:
    """One face of a photo.

    `identity` [128]: for `likeness`. `age`: apparent years. `gender`: 0 for what would be taken
    for a man, 1 for a woman. `expression`: shares by name that sum to 1. `points` [478, 3]: px of
    the photo, the depth growing away from the viewer; the last ten are the irises. `points68`
    [68, 2]: px of the photo. `presence`: how sure the mesh is that there is a face, 0..1.

    `yaw`: degrees to the picture's right. `pitch`: degrees upwards. `roll`: degrees
    counter-clockwise, in the photo. `mouth_open`: 0 to about 0.2. `smile`: 0 for a serious mouth,
    1 for a smiling one. `eyes_open`: about 0.27. `gaze_x`, `gaze_y`: about -1..1 to the right and
    down, in the head's own frame. `skin_light`, `hair_light`: luma, 0..1.
    """

    identity: torch.Tensor
    age: float
    gender: float
    expression: dict[str, float]
    points: torch.Tensor
    points68: torch.Tensor
    presence: float
    yaw: float
    pitch: float
    roll: float
    mouth_open: float
    smile: float
    eyes_open: float
    gaze_x: float
    gaze_y: float
    skin_light: float
    hair_light: float


@torch.no_grad()
def read_face(
    picture: torch.Tensor, face: Face, *, readers: FaceReaders | None = None
) -> FaceReading:
    """What the networks read off one face of a picture [1, 3, H, W] in -1..1.

    `face` is from `find_faces`. Many pictures are faster with one `readers`
    (`load_face_readers()`) for all of them.
    """
    if picture.ndim != 4 or picture.shape[:2] != (1, 3):
        raise ShapeError(
            f"read_face takes one picture [1, 3, H, W]; got {list(picture.shape)}. "
            "Give it the pictures of a batch one by one."
        )
    readers = readers or load_face_readers(picture.device)
    to_photo = style_matrix(face)
    cut, points = align_for_readers(picture, face)
    found = readers(cut, points, grown=GROWN)
    numbers = {name: float(getattr(found, name)[0]) for name in NUMBERS}
    numbers["roll"] -= math.degrees(math.atan2(to_photo[1][0], to_photo[0][0]))
    return FaceReading(
        **numbers,
        identity=found.identity[0].cpu(),
        expression=dict(zip(EXPRESSIONS, found.expression[0].tolist(), strict=True)),
        points=_to_photo(found.mesh[0], to_photo),
        points68=_to_photo(found.points68[0], to_photo),
    )


def align_for_readers(picture: torch.Tensor, face: Face) -> tuple[torch.Tensor, torch.Tensor]:
    """The aligned face [B, 3, 320, 320], grown by `GROWN`, and its five points [1, 5, 2]."""
    margin = MESH_HALF - ALIGNED / 2
    matrix = style_matrix(face)
    moved = compose(matrix, ((1, 0, -margin), (0, 1, -margin)))
    side = round(2 * MESH_HALF)
    points = [apply(invert(matrix), *point) for point in face.points]
    return warp(picture, moved, (side, side)), picture.new_tensor([points]).float()


def likeness(
    first: FaceReading | FaceReadings | torch.Tensor,
    second: FaceReading | FaceReadings | torch.Tensor,
) -> torch.Tensor:
    """How far apart two faces are: 0 the same picture, below 0.6 the same person.

    Takes readings or their `identity` ([128] or [B, 128]); gives [] or [B]. Two photos of one
    person are 0.07 to 0.5 apart, 0.35 in the median, two strangers 0.6 to 1.1.
    """
    ours, theirs = (
        value if isinstance(value, torch.Tensor) else value.identity for value in (first, second)
    )
    return (ours - theirs).square().sum(dim=-1).clamp_min(1e-12).sqrt()


def describe_likeness(distance: float) -> str:
    """The distance in words: "the same person", "perhaps the same person", "someone else".

    >>> describe_likeness(0.31)
    'the same person'
    """
    if distance < CERTAIN:
        return "the same person"
    return "perhaps the same person" if distance < SAME_PERSON else "someone else"


def _to_photo(points: torch.Tensor, matrix: Rows) -> torch.Tensor:
    """Points [N, 2 or 3] of the aligned picture as px of the photo, on the CPU."""
    points = points.cpu()
    scale = points.new_tensor(matrix)[:, 0].norm()
    flat = map_points(points[:, :2], matrix)
    return torch.cat([flat, points[:, 2:] * scale], dim=1)
