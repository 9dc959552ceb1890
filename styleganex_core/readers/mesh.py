"""468 points on the surface of a face, with depth.

Source: MediaPipe's face mesh (Kartynnik et al. 2019), weights of @mediapipe/face_mesh
(Apache-2.0), written as a plain torch network.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from .convolutions import SameConv

SIDE = 192  # px of the picture that the network was trained on
POINTS = 468
STEM, HEAD = 16, 32  # channels
TRUNK = (16, 16, 32, 32, 32, 64, 64, 64, 128, 128, 128, 128, 128, 128)
HALVING = (2, 5, 8, 11)  # blocks of the trunk that halve the map


class MeshPoints(NamedTuple):
    """`points` [B, 468, 3]: (x, y, z) in px of the 192 px picture from its outer edge; z grows
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
        return F.prelu(F.pad(x, (0, 0, 0, 0, 0, y.shape[1] - x.shape[1])) + y, self.slopes)


class WholeConv(nn.Module):
    """A convolution over the whole map of 3x3 px."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x).flatten(1)


class MeshReader(nn.Module):
    """468 points on a face, and whether there is one."""

    def __init__(self) -> None:
        super().__init__()
        widths = [STEM, *TRUNK]
        self.trunk = nn.Sequential(
            SlopedConv(3, STEM, 3, 2),
            *(
                MeshBlock(before, width, index in HALVING)
                for index, (before, width) in enumerate(zip(widths, TRUNK, strict=False))
            ),
        )
        last = TRUNK[-1]
        self.points = nn.Sequential(
            MeshBlock(last, last, halve=True),
            *(MeshBlock(last, last) for _ in range(2)),
            SlopedConv(last, HEAD),
            MeshBlock(HEAD, HEAD),
            WholeConv(HEAD, 3 * POINTS),
        )
        self.flag = nn.Sequential(
            MeshBlock(last, last, halve=True),
            SlopedConv(last, HEAD),
            MeshBlock(HEAD, HEAD),
            WholeConv(HEAD, 1),
        )

    def forward(self, face: torch.Tensor) -> MeshPoints:
        """Of faces [B, 3, 192, 192] in -1..1: about 1.5 times as wide as the face itself."""
        x = self.trunk((face + 1) / 2)
        return MeshPoints(self.points(x).unflatten(1, (POINTS, 3)), self.flag(x)[:, 0])
