"""A small face parser: a class of CelebAMask-HQ for every px, from under a million weights.

A U-Net in the manner of Ronneberger et al. 2015, whose deepest map also learns what the whole
picture holds; the last map has half of the picture's size, and each of its px scores four of the
picture's. Its weights are bundled; docs/training.md says how they came to be.

Convention: pictures are [B, 3, H, W] in -1..1, RGB, of any size, best with the eyes 64 px apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from ..images import extend_to_multiple
from .bisenet import CLASSES, ConvNorm

WIDTHS = (32, 48, 80, 128)  # channels at strides 2, 4, 8, 16
UP_WIDTHS = (32, 48, 80)  # on the way back, at strides 2, 4, 8


class SmallFaceParser(nn.Module):
    """Finds the class of every px."""

    scale = 0.5  # how large it wants pictures, see FaceParser

    def __init__(
        self, widths: Sequence[int] = WIDTHS, up_widths: Sequence[int] = UP_WIDTHS
    ) -> None:
        super().__init__()
        self.down = nn.ModuleList()
        inputs = 3
        for stage, width in enumerate(widths):
            first = ConvNorm(inputs, width, 5 if stage == 0 else 3, 2)
            self.down.append(nn.Sequential(first, ConvNorm(width, width, 3)))
            inputs = width
        self.deep = ConvNorm(inputs, inputs, 3)
        self.whole = ConvNorm(inputs, inputs, 1)
        self.up = nn.ModuleList()
        for width, kept in zip(reversed(up_widths), reversed(widths[:-1]), strict=True):
            self.up.append(
                nn.Sequential(ConvNorm(inputs + kept, width, 3), ConvNorm(width, width, 3))
            )
            inputs = width
        self.classify = nn.Conv2d(inputs, 4 * CLASSES, 1)

    @property
    def device(self) -> torch.device:
        return self.classify.weight.device

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """The score of each class at each px, [B, 19, H, W]."""
        height, width = image.shape[-2:]
        x = extend_to_multiple(image, 2 ** len(self.down))
        kept = []
        for stage in self.down:
            x = stage(x)
            kept.append(x)
        x = self.deep(x) + self.whole(x.mean(dim=(2, 3), keepdim=True))
        for stage, skip in zip(self.up, reversed(kept[:-1]), strict=True):
            x = F.interpolate(x, skip.shape[-2:], mode="nearest")
            x = stage(torch.cat([x, skip], dim=1))
        return F.pixel_shuffle(self.classify(x), 2)[..., :height, :width]
