"""ArcFace on IR-SE-50: who a face is, as a direction. Source: Deng et al. 2019; docs/networks.md,
"Training".

The network is the encoder's trunk with another end, so its file can also start an encoder.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from .encoder import STAGE_DEPTHS, Bottleneck, Stem
from .ops import BatchNorm

STEM_WIDTH, WIDTHS, SQUEEZES = 64, (64, 128, 256, 512), (4, 8, 16, 32)
SIDE = 112  # px of the face that the network was trained on
LAST_SIDE = 7  # px of its last feature map
EMBEDDING = 512
ALIGNED = 256  # px of the aligned picture that the cut below is meant for
TOP, LEFT, CUT = 35, 32, 188  # px: the face without its surroundings


class IdentityNetwork(nn.Module):
    """Finds who is in a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Stem(3, STEM_WIDTH)
        self.blocks = nn.ModuleList()
        channels = STEM_WIDTH
        for depth, width, squeeze in zip(STAGE_DEPTHS, WIDTHS, SQUEEZES, strict=True):
            for index in range(depth):
                self.blocks.append(Bottleneck(channels, width, 2 if index == 0 else 1, squeeze))
                channels = width
        self.norm = BatchNorm(channels)
        self.linear = nn.Linear(channels * LAST_SIDE**2, EMBEDDING)
        self.last_norm = nn.BatchNorm1d(EMBEDDING)

    def forward(self, face: torch.Tensor) -> torch.Tensor:
        """Unit vectors [B, 512] of faces [B, 3, 112, 112] in -1..1."""
        x = self.stem(face, False)
        for block in self.blocks:
            x = block(x, False)
        x = self.last_norm(self.linear(self.norm(x).flatten(1)))
        return F.normalize(x, dim=1)

    def embed(self, image: torch.Tensor) -> torch.Tensor:
        """Unit vectors [B, 512] of aligned pictures [B, 3, H, W] in -1..1 (FFHQ's alignment).

        Rows 35 to 222 and columns 32 to 219 of the picture at 256 px, averaged to 112 px.
        """
        if image.shape[-2:] != (ALIGNED, ALIGNED):
            image = F.interpolate(image, (ALIGNED, ALIGNED), mode="bilinear", antialias=True)
        face = image[..., TOP : TOP + CUT, LEFT : LEFT + CUT]
        return self(F.adaptive_avg_pool2d(face, SIDE))
