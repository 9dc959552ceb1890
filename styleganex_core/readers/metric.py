"""ST-LPIPS, a learned distance between pictures that small shifts do not disturb.

Source: Ghildyal and Liu 2022, "Shift-tolerant Perceptual Similarity Metric": AlexNet whose strides
and pooling are low-passed, with a weight per channel; weights of stlpips-pytorch (BSD-2-Clause).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

# Mean and deviation of ImageNet in the -1..1 range, as LPIPS fixes them.
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
# Stages as (in, out, kernel, padding, whether the map is pooled and halved before).
STAGES = [
    (3, 64, 11, 2, False),
    (64, 192, 5, 2, True),
    (192, 384, 3, 1, True),
    (384, 256, 3, 1, False),
    (256, 256, 3, 1, False),
]
BLUR = (0.25, 0.5, 0.25)
BLUR_MARGIN = 2  # px mirrored around a map before it is blurred and halved
SMALLEST_SIDE = 32  # px: smaller pictures leave the deepest stages without a px
TINY = 1e-10


class ShiftTolerantDistance(nn.Module):
    """ST-LPIPS between pictures [B, 3, H, W] in -1..1, one value per picture; 0 means the same.

    Pictures under 32 px a side are enlarged first.
    """

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, 1, p) for i, o, k, p, _ in STAGES)
        self.heads = nn.ParameterList(torch.zeros(outputs) for _, outputs, *_ in STAGES)

    def forward(self, image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        total = torch.zeros(image.shape[0], device=image.device, dtype=image.dtype)
        pairs = zip(self.features(image), self.features(target), self.heads, strict=True)
        for ours, theirs, head in pairs:
            difference = (_unit(ours) - _unit(theirs)).square()
            total = total + (difference * head[:, None, None]).sum(dim=1).mean(dim=(1, 2))
        return total

    def features(self, image: torch.Tensor) -> list[torch.Tensor]:
        """The maps of the five stages, from fine to coarse."""
        shortest = min(image.shape[-2:])
        if shortest < SMALLEST_SIDE:
            image = F.interpolate(image, scale_factor=SMALLEST_SIDE / shortest, mode="bilinear")
        shift, scale = (image.new_tensor(values)[:, None, None] for values in (SHIFT, SCALE))
        x = (image - shift) / scale
        maps = []
        for index, (conv, (*_, pools)) in enumerate(zip(self.convs, STAGES, strict=True)):
            if pools:
                x = _halve(F.max_pool2d(x, 3, 1))
            x = conv(x)
            x = F.relu(_halve(x) if index == 0 else x)
            maps.append(x)
        return maps


def _halve(x: torch.Tensor) -> torch.Tensor:
    """The map blurred and halved."""
    line = x.new_tensor(BLUR)
    kernel = (line[:, None] * line).expand(x.shape[1], 1, 3, 3)
    x = F.pad(x, (BLUR_MARGIN,) * 4, mode="reflect")
    return F.conv2d(x, kernel, stride=2, groups=x.shape[1])


def _unit(features: torch.Tensor) -> torch.Tensor:
    return features / ((features.square().sum(dim=1, keepdim=True) + TINY**2).sqrt() + TINY)
