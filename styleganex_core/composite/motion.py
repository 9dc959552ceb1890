"""How an edit moves a face, so that the photo's own detail can move with it.

A mesh of the face is read on the photo and on the model's drawings before and after the edit. What
happens between the two drawings is split into a turn of the head and the rest, the expression:

- the photo follows an expression, and the drawing shows what the photo lacks, such as teeth;
- a turn is not drawn at all. A model's drawing of a turned head has other outlines than the photo,
  which leaves a double face; the photo itself is turned, as far as its own px reach. What else
  changes is best drawn without the turn; where nobody has, the turn is taken back from the drawing.

Convention: a mesh is [N, 3], (x, y) px of the crop and a depth in the same px that grows away from
the viewer; its points are those of MediaPipe's face mesh. A field [1, 2, h, w] says for each px of
the result how many px right and down of it its content lies. `scale` is how many px of the crop one
px of the aligned face covers, in which the eyes are 64 px apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..datatypes import AverageChange
from .mouth import Lips
from .transfer import blur, move, rise, shrink, structure_of

# The points around the face, from the forehead over the picture's right side.
OUTLINE = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
# A rotation up to the first angle (degrees) is part of an expression: a dropped jaw turns the whole
# mesh a little. From the second on the head has turned.
STILL, TURNED = 5.0, 8.0
READABLE = (0.5, 1.5)  # degrees, the same where the edit is known without its turn: meshes jitter
# The photo's px turn less than the points between them, and have too little to show of the far side
# beyond some degrees: gain and largest turn of an edit that is known without its turn, and of one
# whose turn has to be taken back from its drawing.
HELD_TURN, LEVELLED_TURN = (2.0, 20.0), (1.4, 16.0)
# Points move a little without a cause: up to the first of these not at all, from the second on all
# the way; px of the aligned face, or shares of the largest move where that is more.
UNREST, MOVING = (0.4, 0.15), (0.8, 0.4)
# Points spread their motion by Gaussians: deviations in px of the aligned face, and weights. The
# narrow ones count between the points, the wide ones carry the motion to hair and neck, where it
# fades against FADE.
NEAR = ((4.0, 1.0), (9.0, 0.03), (22.0, 0.0012))
STIFF = ((7.0, 1.0), (12.0, 0.05), (26.0, 0.002))
FADE = 2e-3
STRIDE = 2  # fields are smooth: every second px is computed
# When a head has turned, its drawing counts only well inside the face and where it was not
# stretched, for clear shapes such as glasses; elsewhere for even changes such as hair colour. A
# turn alone leaves up to 80 / 255 of structure and 100 / 255 of even change, as outlines and
# shadows of the two drawings do not lie on each other: grey patches beside the nose, a second
# outline.
INSIDE, EDGE, SOFT = 5.0, 4.0, 2.0  # px of the aligned face
STRETCHED, SOUND = 0.6, 0.85  # how much of its area a part of the drawing keeps
FAINT, SHAPED = 65 / 255, 100 / 255  # amounts of structure
EVEN = 14.0  # px of the aligned face: wider than any outline that moved
SLIGHT, PLAIN = 80 / 255, 115 / 255  # amounts of even change


@dataclass(frozen=True)
class EditMotion:
    """What an edit moves in one face.

    `levelled` [1, 3, h, w]: the edited drawing with the head's turn taken back. `expression` and
    `turn`, fields of the crop's size: what moves in the face before the turn, and the turn itself;
    None for a head that does not turn. `lips`: where they are before and after the expression.
    """

    levelled: torch.Tensor
    expression: torch.Tensor
    turn: torch.Tensor | None = None
    lips: Lips | None = None

    @property
    def farthest(self) -> float:
        """How many px of the crop a px moves at most."""
        fields = [field for field in (self.expression, self.turn) if field is not None]
        moved = sum(float(field.square().sum(dim=1).max().sqrt()) for field in fields)
        return moved + (0.0 if self.lips is None else self.lips.farthest)


def plan_motion(
    photo: torch.Tensor,
    plain: torch.Tensor,
    edited: torch.Tensor,
    drawings: tuple[torch.Tensor, torch.Tensor],
    size: tuple[int, int],
    scale: float = 1.0,
    held: tuple[torch.Tensor, torch.Tensor] | None = None,
    change: AverageChange | None = None,
) -> EditMotion:
    """How the photo's face moves when its drawing changes from the first to the second of a pair.

    `photo`, `plain` and `edited` are the meshes of the photo and of the two `drawings`
    [1, 3, h, w] in -1..1; `size` is the crop's (height, width) in px. `held`: mesh and drawing of
    the same edit without what turns the head, where they are known. `change`:
    what the edit changes of the photo's own px, of which this is what closes its lips.
    """
    unedited, drawn = drawings
    rotation = fit_rotation(plain if held is None else held[0], edited)
    angle = _angle(rotation)
    low, high = (STILL, TURNED) if held is None else READABLE
    turned = float(rise(torch.tensor(angle), low, high))
    shift, levelled = edited - plain, drawn
    if held is not None:
        shift, levelled = held[0] - plain, held[1]
    elif turned:
        middle = plain.mean(dim=0)
        rest = (edited - edited.mean(dim=0)) @ rotation - (plain - middle)  # rotated back
        back = plain + rest
        field = spread(back[:, :2], (edited - back)[:, :2], size, scale, NEAR)
        calm = _calm(unedited, drawn, field, back[:, :2], size, scale)
        levelled = torch.lerp(drawn, calm, turned)
        shift = torch.lerp(shift, rest, turned)
    shift = shift[:, :2]
    amount = shift.norm(dim=1, keepdim=True)
    low, high = (max(px * scale, part * float(amount.max())) for px, part in (UNREST, MOVING))
    shift = shift * rise(amount, low, high)
    moved = photo[:, :2] + shift
    expression = spread(moved, -shift, size, scale, NEAR)
    lips = Lips(photo[:, :2], moved, scale, 0.0 if change is None else change.shut)
    if not turned:
        return EditMotion(levelled, expression, lips=lips)
    face = torch.cat([moved, photo[:, 2:]], dim=1)
    gain, largest = LEVELLED_TURN if held is None else HELD_TURN
    step = turned * turn_points(face, rotation, min(gain * angle, largest))
    turn = spread(moved + step, -step, size, scale, STIFF)
    return EditMotion(levelled, expression, turn, lips)


def fit_rotation(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """The rotation [3, 3] that brings the first mesh [N, 3] nearest to the second: Kabsch's."""
    first, second = (mesh.double() - mesh.double().mean(dim=0) for mesh in (first, second))
    left, _, right = torch.linalg.svd(first.T @ second)
    sign = torch.sign(torch.linalg.det(left @ right))
    flip = torch.diag(torch.stack([torch.ones_like(sign), torch.ones_like(sign), sign]))
    return (left @ flip @ right).T.to(torch.float32)


def turn_points(face: torch.Tensor, rotation: torch.Tensor, angle: float) -> torch.Tensor:
    """How the points of a face [N, 3] move, [N, 2], turned by `angle` degrees about the rotation's
    axis. The face turns on the spot: its outline stays where it is on the whole."""
    outline = list(OUTLINE)
    centre = face[outline].mean(dim=0)
    skew = rotation - rotation.T
    axis = torch.stack([skew[2, 1], skew[0, 2], skew[1, 0]])
    axis = axis / axis.norm().clamp(min=1e-9) * math.radians(angle)
    x, y, z = axis.unbind()
    none = torch.zeros_like(x)
    cross = torch.stack([none, -z, y, z, none, -x, -y, x, none]).view(3, 3)
    turned = (face - centre) @ torch.linalg.matrix_exp(cross).T + centre
    step = (turned - face)[:, :2]
    return step - step[outline].mean(dim=0)


def spread(
    places: torch.Tensor,
    values: torch.Tensor,
    size: tuple[int, int],
    scale: float,
    kernels: tuple[tuple[float, float], ...],
) -> torch.Tensor:
    """Values [N, 2] at places [N, 2] as a smooth field [1, 2, h, w] that fades away from them."""
    height, width = (max(1, math.ceil(side / STRIDE)) for side in size)
    xs = (torch.arange(width) + 0.5) * size[1] / width - 0.5
    ys = (torch.arange(height) + 0.5) * size[0] / height - 0.5
    both = torch.cat([values, torch.ones_like(values[:, :1])], dim=1)
    total = torch.zeros(3, height, width)
    for deviation, weight in kernels:
        factor = -0.5 / (deviation * scale) ** 2
        across = torch.exp(factor * (xs - places[:, :1]) ** 2)
        along = torch.exp(factor * (ys - places[:, 1:]) ** 2)
        rows = both.T[:, :, None] * along  # [3, N, h]
        total += weight * (rows.transpose(1, 2) @ across)
    field = total[:2] / (total[2:] + FADE)
    return F.interpolate(field[None], size, mode="bilinear")


def _calm(
    unedited: torch.Tensor,
    drawn: torch.Tensor,
    field: torch.Tensor,
    places: torch.Tensor,
    size: tuple[int, int],
    scale: float,
) -> torch.Tensor:
    """The edited drawing [1, 3, h, w] in the pose of the unedited one, which stands in for all
    that only the turn changed."""
    height, width = unedited.shape[-2:]
    scale = scale * height / size[0]
    step = torch.tensor([width / size[1], height / size[0]]).view(1, 2, 1, 1)
    field = F.interpolate(field, (height, width), mode="bilinear") * step
    change = move(drawn, field) - unedited
    ones = torch.ones_like(places)
    inside = spread(places * step.view(2), ones, (height, width), scale, NEAR[:1])[:, :1]
    inside = (inside > 0.5).float()
    reach = max(1, round(INSIDE * scale))
    inside = shrink(inside, reach)
    share = blur(inside, EDGE * scale) * rise(_area(field), STRETCHED, SOUND)
    share = blur(share, SOFT * scale) * rise(structure_of(change, scale), FAINT, SHAPED)
    even = blur(change, EVEN * scale)
    even = even * rise(even.abs().amax(dim=1, keepdim=True), SLIGHT, PLAIN)
    return unedited + torch.lerp(even, change, share)


def _area(field: torch.Tensor) -> torch.Tensor:
    """How many px of the source one px of the result shows, [1, 1, h, w]."""
    across = field[..., 1:, 1:] - field[..., 1:, :-1]
    along = field[..., 1:, 1:] - field[..., :-1, 1:]
    area = (1 + across[:, :1]) * (1 + along[:, 1:]) - across[:, 1:] * along[:, :1]
    return F.pad(area, (1, 0, 1, 0), mode="replicate")


def _angle(rotation: torch.Tensor) -> float:
    """Degrees, 0 to 180."""
    return math.degrees(math.acos(min(1.0, max(-1.0, (float(rotation.trace()) - 1) / 2))))
