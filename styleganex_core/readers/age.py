"""The apparent age of a face, and whether it reads as a woman's or a man's.

Source: the small Xception of @vladmandic/face-api (MIT).
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from .convolutions import SameConv, SeparableConv, pad_same, subtract_mean

SIDE = 112  # px of the face that the network was trained on
DIVISOR = 255.0
LAST_SIDE = 7  # px of the last feature map
# Channels before and behind each block; equal ones keep the map's size, the others halve it.
BLOCKS = [(32, 64), (64, 128), (128, 128), (128, 128), (128, 256)]
LAST = 512


class AgeAndGender(NamedTuple):
    """`age` [B]: apparent years. `gender` [B, 2]: logits of a man and of a woman."""

    age: torch.Tensor
    gender: torch.Tensor


class XceptionBlock(nn.Module):
    """Separable convolutions beside a shortcut; with another width it halves the map."""

    def __init__(self, inputs: int, outputs: int, active: bool) -> None:
        super().__init__()
        self.halve, self.active = inputs != outputs, active
        widths = [inputs, outputs, outputs] + ([] if self.halve else [outputs])
        self.convs = nn.ModuleList(SeparableConv(*pair) for pair in pairwise(widths))
        self.expansion = nn.Conv2d(inputs, outputs, 1, 2) if self.halve else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x
        for index, conv in enumerate(self.convs):
            y = conv(F.relu(y) if self.active or index else y)
        if self.expansion is None:
            return x + y
        y = F.max_pool2d(pad_same(y, 3, 2, value=float("-inf")), 3, 2)
        return self.expansion(x) + y


class AgeReader(nn.Module):
    """Apparent age, and gender as it appears to others."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv(3, BLOCKS[0][0], 3, 2)
        self.blocks = nn.Sequential(
            *(
                XceptionBlock(before, width, active=index > 0)
                for index, (before, width) in enumerate(BLOCKS)
            )
        )
        self.last = SeparableConv(BLOCKS[-1][1], LAST)
        self.age = nn.Linear(LAST, 1)
        self.gender = nn.Linear(LAST, 2)

    def forward(self, face: torch.Tensor) -> AgeAndGender:
        """Of faces [B, 3, 112, 112] in -1..1, cut as the reader's square."""
        x = self.blocks(F.relu(self.stem(subtract_mean(face, DIVISOR))))
        x = F.avg_pool2d(F.relu(self.last(x)), LAST_SIDE, 2).flatten(1)
        return AgeAndGender(self.age(x)[:, 0], self.gender(x))
