"""Pose, mouth and eyes of a face, measured between its points.

Convention: points are in px of the 256 px aligned picture; left and right are the picture's.
Lengths are in distances between the outer corners of the eyes, angles in degrees. The mesh's own
frame has its x axis from one side of the face to the other, and its y axis from the middle of the
forehead to the root of the upper lip.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

# Points of the mesh, the picture's left ones first where they come in pairs.
SIDES = (
    (33, 133, 234, 127, 93, 132, 58, 172, 21, 54, 103, 67, 226, 116, 50, 129),
    (263, 362, 454, 356, 323, 361, 288, 397, 251, 284, 332, 297, 446, 345, 280, 358),
)
FOREHEAD, LIP_ROOT = (10, 151, 9), (2, 164)
EYE_CORNERS = (33, 263)  # the outer ones
INNER_LIPS = ((13, 82, 312), (14, 87, 317))  # above and below
MIDDLE_LIPS, MOUTH_CORNERS = (0, 17, 13, 14), (61, 291)
LIDS = ((160, 159, 158, 387, 386, 385), (144, 145, 153, 373, 374, 380))  # above and below
EYES = ((33, 133), (362, 263))  # the corners, from the picture's left to its right
IRISES = (468, 473)  # their centres
# The same among the 68 points.
EYE_CORNERS_68, MOUTH_CORNERS_68 = (36, 45), (48, 54)
INNER_LIPS_68 = ((61, 62, 63), (67, 66, 65))
MIDDLE_LIPS_68 = (51, 57, 62, 66)
# A smile: the mouth grows wider and its corners rise; an open mouth does a little of it too.
# Where the sum of both readers' figures lies for serious faces, and how much higher for smiling
# ones (means of 42 and 186 portraits of real people).
GAP_SHARE, SERIOUS, SMILING = 0.25, 1.24, 0.245
# By how many half widths of the eye the iris moves when a rendered person looks all the way to the
# side or down, and where it rests: a little above the line through the eye's corners.
SIDEWAYS, DOWNWARDS, RESTING = 0.27, 0.033, -0.11


@dataclass(frozen=True)
class FaceShape:
    """Of B faces, [B] each.

    `yaw`: degrees to the right. `pitch`: degrees upwards. `roll`: degrees counter-clockwise.
    `mouth_open`: the gap between the lips, 0 to about 0.2, in distances between the outer corners
    of the eyes. `smile`: 0 for a serious mouth, 1 for a smiling one. `eyes_open`: height of the
    eyes in their widths, about 0.27; 0.2 is narrow. `gaze_x`, `gaze_y`: where the irises lie in the
    eyes, about -1..1 from left to right and from up to down; a head turned to the right that looks
    at the viewer has its gaze on the left.
    """

    yaw: torch.Tensor
    pitch: torch.Tensor
    roll: torch.Tensor
    mouth_open: torch.Tensor
    smile: torch.Tensor
    eyes_open: torch.Tensor
    gaze_x: torch.Tensor
    gaze_y: torch.Tensor


def measure_shape(mesh: torch.Tensor, points68: torch.Tensor) -> FaceShape:
    """The shape of faces with a mesh [B, 478, 3] and 68 points [B, 68, 2]."""
    axes = find_axes(mesh)
    across, front = axes[:, 0], -axes[:, 2]
    head = torch.einsum("bij,bnj->bni", axes, mesh)
    head = head / _length(head, EYE_CORNERS)[:, None, None]
    flat = _level(points68)
    gap = _gap(head, INNER_LIPS) / 2 + _gap(flat, INNER_LIPS_68) / 2
    width = 2 * _length(flat, MOUTH_CORNERS_68)  # its corners are steadier than the mesh's
    rise = _rise(head, MIDDLE_LIPS, MOUTH_CORNERS) + _rise(flat, MIDDLE_LIPS_68, MOUTH_CORNERS_68)
    across_eye, down_eye = _iris_places(mesh[..., :2])
    return FaceShape(
        yaw=torch.atan2(front[:, 0], -front[:, 2]).rad2deg(),
        pitch=torch.asin((-front[:, 1]).clamp(-0.999, 0.999)).rad2deg(),
        roll=-torch.atan2(across[:, 1], across[:, 0]).rad2deg(),
        mouth_open=gap,
        smile=(width + rise - 2 * GAP_SHARE * gap - SERIOUS) / SMILING,
        eyes_open=measure_openness(mesh),
        gaze_x=across_eye / SIDEWAYS,
        gaze_y=(down_eye - RESTING) / DOWNWARDS,
    )


def measure_openness(mesh: torch.Tensor) -> torch.Tensor:
    """The height of the eyes in their widths, [B], from a mesh [B, 478, 3]."""
    return _openness(mesh, LIDS, EYES)


def find_axes(mesh: torch.Tensor) -> torch.Tensor:
    """The axes [B, 3, 3] of heads as rows: to the right side, downwards, away from the viewer."""
    right = F.normalize((mesh[:, SIDES[1]] - mesh[:, SIDES[0]]).mean(dim=1), dim=1)
    down = mesh[:, LIP_ROOT].mean(dim=1) - mesh[:, FOREHEAD].mean(dim=1)
    down = F.normalize(down - (down * right).sum(dim=1, keepdim=True) * right, dim=1)
    return torch.stack([right, down, torch.linalg.cross(right, down)], dim=1)


def _level(points: torch.Tensor) -> torch.Tensor:
    """Points [B, 68, 2] turned until the eyes are level, their outer corners 1 apart."""
    first, last = (points[:, index] for index in EYE_CORNERS_68)
    axis = last - first
    x, y = (axis / axis.square().sum(dim=1, keepdim=True)).unbind(dim=1)
    turn = torch.stack([torch.stack([x, y], dim=1), torch.stack([-y, x], dim=1)], dim=1)
    return torch.einsum("bij,bnj->bni", turn, points)


def _length(points: torch.Tensor, pair: tuple[int, int]) -> torch.Tensor:
    return (points[:, pair[1]] - points[:, pair[0]]).norm(dim=1)


def _gap(points: torch.Tensor, rows: tuple[tuple[int, ...], ...]) -> torch.Tensor:
    """The mean distance of pairs of points."""
    above, below = rows
    return (points[:, below] - points[:, above]).norm(dim=2).mean(dim=1)


def _rise(points: torch.Tensor, middle: tuple[int, ...], corners: tuple[int, ...]) -> torch.Tensor:
    """How far the corners of the mouth lie above its middle."""
    return points[:, middle, 1].mean(dim=1) - points[:, corners, 1].mean(dim=1)


def _iris_places(points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the irises lie to the right of and below the middles of the eyes, in half widths."""
    found = []
    for (first, last), iris in zip(EYES, IRISES, strict=True):
        axis = (points[:, last] - points[:, first]) / 2
        offset = points[:, iris] - (points[:, first] + points[:, last]) / 2
        down = torch.stack([-axis[:, 1], axis[:, 0]], dim=1)
        length = axis.square().sum(dim=1)
        found.append([(offset * way).sum(dim=1) / length for way in (axis, down)])
    (left_x, left_y), (right_x, right_y) = found
    return (left_x + right_x) / 2, (left_y + right_y) / 2


def _openness(
    points: torch.Tensor, lids: tuple[tuple[int, ...], ...], eyes: tuple[tuple[int, int], ...]
) -> torch.Tensor:
    width = sum(_length(points, eye) for eye in eyes) / len(eyes)
    return _gap(points, lids) / width
