"""478 points on the surface of a face, with depth: lips, eyes and irises are looked at twice.

Source: MediaPipe's attention mesh (Grishchenko et al. 2020), weights of @mediapipe/face_mesh
(Apache-2.0), written as a plain torch network.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from ..networks.precision import arrange_picture
from .convolutions import SameConv

SIDE = 192  # px of the picture that the network was trained on
SURFACE = 468  # points of the mesh itself
IRIS = 5  # points of an iris: its centre and four on its edge
POINTS = SURFACE + 2 * IRIS  # the picture's left iris first
STEM, HEAD = 16, 32  # channels
# Channels behind each block, and whether it halves the map.
FINE = [(16, False), (16, False), (32, True)]
TRUNK = (
    [(32, False)] * 2 + [(64, True)] + [(64, False)] * 2 + [(128, True)] + [(128, False)] * 2
    + [(128, True)] + [(128, False)] * 2 + [(128, True)] + [(128, False)] * 2
)  # fmt: skip
REGION_STEM = [(32, False)] * 2 + [(64, True)] + [(64, False)] * 2 + [(128, True)]
REGION_HEAD = [(128, False)] * 2 + [(128, True)] + [(128, False)] * 2
FINE_SIDE, CUT_SIDE = 48, 16  # px of the fine map, and of the part of it that is cut out
CUT_GROWN = 1.5  # how much larger than the points' box the part is
# The points that each closer look places anew, in its order; the first two of a pair say how the
# part is turned.
LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78,
    95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77,
    90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89,
    179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
)  # fmt: skip
LEFT_EYE = (
    33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24,
    23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244,
    113, 225, 224, 223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121,
    128, 245, 156, 70, 63, 105, 66, 107, 55, 193,
)  # fmt: skip
RIGHT_EYE = (
    263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339,
    254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451,
    452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346,
    347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
)  # fmt: skip
# Rings of points around what shows between the lids, the picture's left eye first.
EYE_RINGS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
REGIONS = {
    "lips": (LIPS, (61, 291)),
    "left_eye": (LEFT_EYE, (33, 133)),
    "right_eye": (RIGHT_EYE, (362, 263)),
}


class MeshPoints(NamedTuple):
    """`points` [B, 478, 3]: (x, y, z) in px of the 192 px picture from its outer edge; z grows
    away from the viewer, in the same px. `flag` [B]: a logit, high where there is a face."""

    points: torch.Tensor
    flag: torch.Tensor


class SlopedConv(nn.Module):
    """A convolution with a leaky ReLU whose slope is learned per channel."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = SameConv(inputs, outputs, kernel, stride)
        self.slopes = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.prelu(self.conv(x), self.slopes)


class MeshBlock(nn.Module):
    """A depthwise and a pointwise convolution beside a shortcut, which may be halved."""

    def __init__(self, inputs: int, outputs: int, halve: bool = False) -> None:
        super().__init__()
        self.halve = halve
        self.depth = SameConv(inputs, inputs, 3, 2 if halve else 1, groups=inputs)
        self.point = nn.Conv2d(inputs, outputs, 1)
        self.slopes = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.point(self.depth(x))
        if self.halve:
            x = F.max_pool2d(x, 2)
        if more := y.shape[1] - x.shape[1]:
            x = F.pad(x, (0, 0, 0, 0, 0, more))
        return F.prelu(x + y, self.slopes)


class WholeConv(nn.Module):
    """A convolution over the whole of a small map."""

    def __init__(self, inputs: int, outputs: int, side: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, side)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x).flatten(1)


class RegionReader(nn.Module):
    """A closer look at a part [B, 32, 16, 16] of the fine map: `contour` points, and an iris."""

    def __init__(self, contour: int, iris: bool) -> None:
        super().__init__()
        width, last = FINE[-1][0], REGION_HEAD[-1][0]
        self.stem = nn.Sequential(*_blocks(width, REGION_STEM))
        self.contour = self._head(last, contour)
        self.iris = self._head(last, IRIS) if iris else None

    @staticmethod
    def _head(last: int, points: int) -> nn.Sequential:
        return nn.Sequential(
            *_blocks(REGION_STEM[-1][0], REGION_HEAD),
            SlopedConv(last, HEAD),
            MeshBlock(HEAD, HEAD),
            WholeConv(HEAD, 2 * points, 2),
        )

    def forward(self, part: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """(x, y) [B, N, 2] in px of the part, and [B, 5, 2] of the iris where there is one."""
        x = self.stem(part)
        found = [None if head is None else head(x) for head in (self.contour, self.iris)]
        # The network counts in quarters of a px.
        contour, iris = (None if f is None else f.unflatten(1, (-1, 2)) / 4 for f in found)
        assert contour is not None
        return contour, iris


class MeshReader(nn.Module):
    """478 points on a face, and whether there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(SlopedConv(3, STEM, 3, 2), *_blocks(STEM, FINE))
        last = TRUNK[-1][0]
        self.trunk = nn.Sequential(
            *_blocks(FINE[-1][0], TRUNK), SlopedConv(last, HEAD), MeshBlock(HEAD, HEAD)
        )
        self.points = WholeConv(HEAD, 3 * SURFACE, 3)
        self.flag = WholeConv(HEAD, 1, 3)
        self.lips = RegionReader(len(LIPS), iris=False)
        self.left_eye = RegionReader(len(LEFT_EYE), iris=True)
        self.right_eye = RegionReader(len(RIGHT_EYE), iris=True)

    def forward(self, face: torch.Tensor) -> MeshPoints:
        """Of faces [B, 3, 192, 192] in -1..1: about 1.5 times as wide as the face itself."""
        fine = self.fine(arrange_picture((face + 1) / 2))
        x = self.trunk(fine)
        surface = self.points(x).unflatten(1, (SURFACE, 3))
        points, irises = surface.clone(), []
        for name, (rows, turn) in REGIONS.items():
            matrix, corner = _find_part(surface, rows, turn)
            contour, iris = self.get_submodule(name)(_cut_part(fine, matrix, corner))
            points[:, rows, :2] = _to_picture(contour, matrix, corner)
            if iris is not None:
                depth = surface[:, turn, 2:].mean(dim=1, keepdim=True).expand(-1, IRIS, -1)
                irises.append(torch.cat([_to_picture(iris, matrix, corner), depth], dim=2))
        return MeshPoints(torch.cat([points, *irises], dim=1), self.flag(x)[:, 0])


def _blocks(inputs: int, plan: list[tuple[int, bool]]) -> list[MeshBlock]:
    widths = [inputs, *(width for width, _ in plan)]
    return [
        MeshBlock(before, width, halve)
        for before, (width, halve) in zip(widths, plan, strict=False)
    ]


def _find_part(
    surface: torch.Tensor, rows: tuple[int, ...], turn: tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where a part of the fine map lies: its axes [B, 2, 2] and its corner [B, 2], in px of the
    fine map per px of the part.
    """
    points = surface[:, rows, :2] * (FINE_SIDE / SIDE)
    axis = F.normalize(surface[:, turn[1], :2] - surface[:, turn[0], :2], dim=1)
    down = torch.stack([-axis[:, 1], axis[:, 0]], dim=1)
    rotation = torch.stack([axis, down], dim=1)  # [B, 2, 2], to the part's own frame
    level = torch.einsum("bij,bnj->bni", rotation, points)
    low, high = level.amin(dim=1), level.amax(dim=1)
    centre = torch.einsum("bji,bj->bi", rotation, (low + high) / 2)
    matrix = rotation.transpose(1, 2) * (CUT_GROWN / CUT_SIDE * (high - low))[:, None]
    return matrix, centre - matrix.sum(dim=2) * (CUT_SIDE / 2)


def _cut_part(fine: torch.Tensor, matrix: torch.Tensor, corner: torch.Tensor) -> torch.Tensor:
    """The part [B, C, 16, 16] of the fine map; beyond the map it is zero."""
    places = torch.arange(CUT_SIDE, device=fine.device, dtype=fine.dtype) + 0.5
    y, x = torch.meshgrid(places, places, indexing="ij")
    spots = torch.einsum("bij,hwj->bhwi", matrix, torch.stack([x, y], dim=-1))
    spots = spots + corner[:, None, None]
    return F.grid_sample(fine, 2 * spots / FINE_SIDE - 1, align_corners=False)


def _to_picture(points: torch.Tensor, matrix: torch.Tensor, corner: torch.Tensor) -> torch.Tensor:
    """Points [B, N, 2] of a part as px of the 192 px picture."""
    spots = torch.einsum("bij,bnj->bni", matrix, points) + corner[:, None]
    return spots * (SIDE / FINE_SIDE)
