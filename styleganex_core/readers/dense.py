"""face-api's small dense network, which reads the expression or 68 points of a face.

Source: Vincent Muehler's face-api.js (MIT), weights of @vladmandic/face-api.
"""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import nn

from .convolutions import SameConv, SeparableConv, subtract_mean

SIDE = 112  # px of the face that the networks were trained on
DIVISOR = 255.0
WIDTHS = (32, 64, 128, 256)
LAST_SIDE = 7  # px of the last feature map
EXPRESSIONS = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
POINTS = 68


class DenseBlock(nn.Module):
    """Four convolutions, each of which reads the sum of all before it."""

    def __init__(self, inputs: int, outputs: int, first: nn.Module) -> None:
        super().__init__()
        rest = (SeparableConv(outputs, outputs) for _ in range(3))
        self.convs = nn.ModuleList([first, *rest])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total = F.relu(self.convs[0](x))
        read = total
        for conv in self.convs[1:]:  # type: ignore[misc]
            total = total + conv(read)
            read = F.relu(total)
        return read


class DenseReader(nn.Module):
    """The network with an end of `outputs` numbers."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        firsts = [SameConv(3, WIDTHS[0], 3, 2)]
        firsts += [SeparableConv(before, width, 2) for before, width in pairwise(WIDTHS)]
        self.blocks = nn.Sequential(
            *(DenseBlock(width, width, first) for width, first in zip(WIDTHS, firsts, strict=True))
        )
        self.linear = nn.Linear(WIDTHS[-1], outputs)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        """[B, outputs] of faces [B, 3, 112, 112] in -1..1, cut as the reader's square."""
        x = self.blocks(subtract_mean(face, DIVISOR))
        return self.linear(F.avg_pool2d(x, LAST_SIDE, 2).flatten(1))


class ExpressionReader(DenseReader):
    """How sure the network is of each of the seven `EXPRESSIONS`, as logits [B, 7]."""

    def __init__(self) -> None:
        super().__init__(len(EXPRESSIONS))


class PointReader(DenseReader):
    """68 points of a face: jaw, brows, nose, eyes, mouth, in the usual order."""

    def __init__(self) -> None:
        super().__init__(2 * POINTS)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        """(x, y) [B, 68, 2] in px of the 112 px square, from its outer edge."""
        return super().forward(face).unflatten(1, (POINTS, 2)) * SIDE
