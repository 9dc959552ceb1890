"""BiSeNet for face parsing: a class of CelebAMask-HQ for every px of a face.

Source: Yu et al. 2018, "BiSeNet: Bilateral Segmentation Network", with ResNet-18 as its context
path and the output of that path's second stage in the place of the spatial path, as the published
face parsing weights have it. Sizes are those of these weights; the auxiliary heads, which only
training needs, are left out.

Convention: pictures are [B, 3, H, W] in -1..1, RGB, of any size.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = (64, 128, 256, 512)  # of ResNet-18's stages; strides 4, 8, 16, 32
CONTEXT = 128  # channels of the context path
FUSED = 256
SQUEEZE = 4  # the fusion's attention works on a quarter of the channels
CLASSES = 19

# ImageNet's mean and deviation, which the weights were trained with, in 0..1.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class ConvNorm(nn.Module):
    """Convolution and batch norm with the statistics of training; ReLU unless told otherwise."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x: torch.Tensor, activate: bool = True) -> torch.Tensor:
        x = self.norm(self.conv(x))
        return F.relu(x) if activate else x


class ResidualBlock(nn.Module):
    """ResNet's basic block: two convolutions, and the input added to them."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = ConvNorm(inputs, outputs, 3, stride)
        self.second = ConvNorm(outputs, outputs, 3)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = ConvNorm(inputs, outputs, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = x if self.shortcut is None else self.shortcut(x, activate=False)
        return F.relu(kept + self.second(self.first(x), activate=False))


class AttentionRefinement(nn.Module):
    """A convolution whose channels are weighed by what the whole map holds of them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = ConvNorm(inputs, outputs, 3)
        self.attention = ConvNorm(outputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        return x * torch.sigmoid(self.attention(_mean(x), activate=False))


class FeatureFusion(nn.Module):
    """Joins detail and context, and adds what a squeeze-excite picks from them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.join = ConvNorm(inputs, outputs, 1)
        self.reduce = nn.Conv2d(outputs, outputs // SQUEEZE, 1, bias=False)
        self.expand = nn.Conv2d(outputs // SQUEEZE, outputs, 1, bias=False)

    def forward(self, detail: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        x = self.join(torch.cat([detail, context], dim=1))
        return x + x * torch.sigmoid(self.expand(F.relu(self.reduce(_mean(x)))))


class FaceParser(nn.Module):
    """Finds the class of every px."""

    scale = 1.0  # how large it wants pictures, where faces of 128 px between the eyes count as 1

    def __init__(self) -> None:
        super().__init__()
        self.stem = ConvNorm(3, WIDTHS[0], 7, 2)
        self.stages = nn.ModuleList()
        inputs = WIDTHS[0]
        for stage, width in enumerate(WIDTHS):
            blocks = (ResidualBlock(inputs, width, 1 if stage == 0 else 2),
                      ResidualBlock(width, width, 1))  # fmt: skip
            self.stages.append(nn.Sequential(*blocks))
            inputs = width
        self.whole = ConvNorm(WIDTHS[3], CONTEXT, 1)
        self.refine_16 = AttentionRefinement(WIDTHS[2], CONTEXT)
        self.refine_32 = AttentionRefinement(WIDTHS[3], CONTEXT)
        self.smooth_16 = ConvNorm(CONTEXT, CONTEXT, 3)
        self.smooth_32 = ConvNorm(CONTEXT, CONTEXT, 3)
        self.fuse = FeatureFusion(WIDTHS[1] + CONTEXT, FUSED)
        self.head = ConvNorm(FUSED, FUSED, 3)
        self.classify = nn.Conv2d(FUSED, CLASSES, 1, bias=False)

    @property
    def device(self) -> torch.device:
        return self.classify.weight.device

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """The score of each class at each px, [B, 19, H, W]."""
        mean, deviation = (image.new_tensor(v)[:, None, None] for v in (MEAN, DEVIATION))
        x = self.stem(((image + 1) / 2 - mean) / deviation)
        x = self.stages[0](F.max_pool2d(x, 3, 2, 1))
        eighth = self.stages[1](x)
        sixteenth = self.stages[2](eighth)
        deep = self.stages[3](sixteenth)

        context = self.refine_32(deep) + self.whole(_mean(deep))
        context = self.smooth_32(F.interpolate(context, sixteenth.shape[-2:], mode="nearest"))
        context = context + self.refine_16(sixteenth)
        context = self.smooth_16(F.interpolate(context, eighth.shape[-2:], mode="nearest"))
        scores = self.classify(self.head(self.fuse(eighth, context)))
        return F.interpolate(scores, image.shape[-2:], mode="bilinear", align_corners=True)


def _mean(x: torch.Tensor) -> torch.Tensor:
    return x.mean(dim=(2, 3), keepdim=True)
