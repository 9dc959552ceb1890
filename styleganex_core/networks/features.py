"""LPIPS, the learned perceptual distance, on whichever backbone file the user has.

Source: Zhang et al. 2018, version 0.1. The channel weights (a few kB, BSD-2-Clause, see
`lpips_heads.LICENSE.txt`) are bundled; the ImageNet backbones of torchvision are not.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

from ..errors import CheckpointError

HEADS_FILE = Path(__file__).with_name("lpips_heads.safetensors")
# Mean and deviation of ImageNet in the -1..1 range, as LPIPS fixes them.
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)

# Convolutions as (key index, in, out, kernel, stride, padding); "pool" halves, "tap" compares.
_VGG16 = [
    (0, 3, 64, 3, 1, 1), (2, 64, 64, 3, 1, 1), "tap", "pool",
    (5, 64, 128, 3, 1, 1), (7, 128, 128, 3, 1, 1), "tap", "pool",
    (10, 128, 256, 3, 1, 1), (12, 256, 256, 3, 1, 1), (14, 256, 256, 3, 1, 1), "tap", "pool",
    (17, 256, 512, 3, 1, 1), (19, 512, 512, 3, 1, 1), (21, 512, 512, 3, 1, 1), "tap", "pool",
    (24, 512, 512, 3, 1, 1), (26, 512, 512, 3, 1, 1), (28, 512, 512, 3, 1, 1), "tap",
]  # fmt: skip
_ALEXNET = [
    (0, 3, 64, 11, 4, 2), "tap", "pool",
    (3, 64, 192, 5, 1, 2), "tap", "pool",
    (6, 192, 384, 3, 1, 1), "tap",
    (8, 384, 256, 3, 1, 1), "tap",
    (10, 256, 256, 3, 1, 1), "tap",
]  # fmt: skip
BACKBONES = {"vgg16": (_VGG16, 2), "alexnet": (_ALEXNET, 3)}  # layers, pooling window in px


class PerceptualDistance(nn.Module):
    """LPIPS between pictures [B, 3, H, W] in -1..1, one value per picture; 0 means the same.

    Pictures under 32 px a side leave the deepest layers without a pixel: they are enlarged first.
    """

    def __init__(self, backbone: str) -> None:
        super().__init__()
        self.backbone = backbone
        plan, self.window = BACKBONES[backbone]
        self.plan = [step if isinstance(step, str) else "conv" for step in plan]
        convs = [step for step in plan if not isinstance(step, str)]
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, s, p) for _, i, o, k, s, p in convs)
        self.heads = nn.ParameterList()

    def forward(self, image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        total = torch.zeros(image.shape[0], device=image.device, dtype=image.dtype)
        pairs = zip(self._features(image), self._features(target), self.heads, strict=True)
        for ours, theirs, head in pairs:
            difference = (_unit(ours) - _unit(theirs)).square()
            total = total + (difference * head[:, None, None]).sum(dim=1).mean(dim=(1, 2))
        return total

    def _features(self, x: torch.Tensor) -> list[torch.Tensor]:
        shortest = min(x.shape[-2:])
        if shortest < 32:
            x = F.interpolate(x, scale_factor=32 / shortest, mode="bilinear")
        shift, scale = (x.new_tensor(values)[:, None, None] for values in (SHIFT, SCALE))
        x = (x - shift) / scale
        features, convs = [], iter(self.convs)
        for step in self.plan:
            if step == "conv":
                x = F.relu(next(convs)(x))
            elif step == "pool":
                x = F.max_pool2d(x, self.window, 2)
            else:
                features.append(x)
        return features


def build_perceptual(tensors: dict[str, torch.Tensor]) -> PerceptualDistance:
    """LPIPS on the backbone whose torchvision tensors (`features.0.weight`, ...) these are.

    Raises CheckpointError for anything but a whole VGG16 or AlexNet.
    """
    first = tensors.get("features.0.weight")
    names = {torch.Size([64, 3, 3, 3]): "vgg16", torch.Size([64, 3, 11, 11]): "alexnet"}
    name = names.get(first.shape) if first is not None else None
    keys = [step[0] for step in BACKBONES[name][0] if not isinstance(step, str)] if name else []
    missing = [
        f"features.{key}.{part}"
        for key in keys
        for part in ("weight", "bias")
        if f"features.{key}.{part}" not in tensors
    ]
    if name is None or missing:
        raise CheckpointError(
            "expected torchvision's VGG16 or AlexNet (keys features.0.weight, ...); "
            + (f"missing {', '.join(missing[:3])}." if name else "features.0.weight is not theirs.")
        )
    with torch.inference_mode(False):
        network = PerceptualDistance(name)
        for key, conv in zip(keys, network.convs, strict=True):
            conv.weight.data = tensors[f"features.{key}.weight"].float().clone()
            conv.bias.data = tensors[f"features.{key}.bias"].float().clone()
        heads = load_file(HEADS_FILE)
        taps = network.plan.count("tap")
        network.heads.extend(nn.Parameter(heads[f"{name}.{tap}"].float()) for tap in range(taps))
        return network.eval().requires_grad_(False)


def _unit(features: torch.Tensor) -> torch.Tensor:
    return features / (features.norm(dim=1, keepdim=True) + 1e-10)
