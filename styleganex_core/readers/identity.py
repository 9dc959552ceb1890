"""A face as a 128-dimensional identity vector; photos of one person lie close together.

Source: dlib's face recognition ResNet (Davis King, public domain), in the 8-bit weights of
face-api. Distances are Euclidean; below 0.6 dlib takes two photos for the same person.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .convolutions import subtract_mean

SIDE = 150  # px of the face that the network was trained on
DIVISOR = 256.0
SAME_PERSON = 0.6  # a distance
# Channels behind each block, and whether the block halves the map.
BLOCKS = (
    [(32, False)] * 3
    + [(64, True)] + [(64, False)] * 3
    + [(128, True)] + [(128, False)] * 2
    + [(256, True)] + [(256, False)] * 2 + [(256, True)]
)  # fmt: skip


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut; a halving one averages and pads the shortcut."""

    def __init__(self, inputs: int, outputs: int, halve: bool) -> None:
        super().__init__()
        stride, padding = (2, 0) if halve else (1, 1)
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.halve = halve

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.second(F.relu(self.first(x)))
        if self.halve:
            x = F.avg_pool2d(x, 2)
            x = F.pad(x, (0, 0, 0, 0, 0, y.shape[1] - x.shape[1]))
            y = F.pad(y, (0, x.shape[-1] - y.shape[-1], 0, x.shape[-2] - y.shape[-2]))
        return F.relu(x + y)


class IdentityReader(nn.Module):
    """128 numbers that say who a face is."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 7, 2)
        inputs = [32, *(channels for channels, _ in BLOCKS)]
        self.blocks = nn.Sequential(
            *(
                ResidualBlock(before, channels, halve)
                for before, (channels, halve) in zip(inputs, BLOCKS, strict=False)
            )
        )
        self.linear = nn.Linear(256, 128, bias=False)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        """[B, 128] of faces [B, 3, 150, 150] in -1..1, cut as the reader's square."""
        x = F.relu(self.stem(subtract_mean(face, DIVISOR)))
        x = self.blocks(F.max_pool2d(x, 3, 2))
        return self.linear(x.mean(dim=(2, 3)))
