"""Features of an image classifier, for a perceptual loss: SqueezeNet 1.0 or 1.1 from a file.

Source: Iandola et al. 2016 (arXiv 1602.07360). Files are safetensors in Caffe's conventions (BGR,
0..255, a mean subtracted), with keys conv1, fire2 ... fire9, conv10; sizes come from their shapes.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from styleganex_core.checkpoints.read import read_file
from styleganex_core.errors import StyleGANEXError, echo

FIRES = tuple(range(2, 10))
POOLED = {3: (1, 3, 5), 7: (1, 4, 8)}  # by the first kernel's side: after which a pool halves
MEAN = (104.0, 117.0, 123.0)  # of blue, green, red
TAPS = ("conv1", "fire3", "fire5", "fire7")  # whose features are compared
PARTS = ("squeeze1x1", "expand1x1", "expand3x3")
NEEDED = "a SqueezeNet 1.1 as safetensors (keys conv1.weight, fire2.squeeze1x1.weight, ...)"


class Fire(nn.Module):
    """A 1x1 convolution, then a 1x1 and a 3x3 side by side."""

    def __init__(self, inputs: int, squeezed: int, expanded: tuple[int, int]) -> None:
        super().__init__()
        self.squeeze1x1 = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded[0], 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded[1], 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.squeeze1x1(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], dim=1)


class SqueezeNet(nn.Module):
    """The features of pictures up to the last layer that is compared."""

    mean: torch.Tensor

    def __init__(self, tensors: dict[str, torch.Tensor]) -> None:
        """`tensors`: the file's, from whose shapes the sizes come."""
        super().__init__()
        outputs, inputs, kernel, _ = tensors["conv1.weight"].shape
        self.pooled = POOLED[kernel]
        self.conv1 = nn.Conv2d(inputs, outputs, kernel, stride=2)
        last = max(int(name[4:]) for name in TAPS if name.startswith("fire"))
        for number in (number for number in FIRES if number <= last):
            squeezed, before, one, three = (
                *tensors[f"fire{number}.squeeze1x1.weight"].shape[:2],
                *(len(tensors[f"fire{number}.{part}.weight"]) for part in PARTS[1:]),
            )
            setattr(self, f"fire{number}", Fire(before, squeezed, (one, three)))
        self.last = last
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.load_state_dict({key: tensors[key].float() for key in self.state_dict()})

    def forward(self, picture: torch.Tensor) -> list[torch.Tensor]:
        """The maps of `TAPS` for pictures [B, 3, H, W] in -1..1."""
        x = (picture.flip(1) + 1) * 127.5 - self.mean
        x = F.relu(self.conv1(x))
        found = {"conv1": x}
        for number in (1, *FIRES):
            if number > 1:
                x = getattr(self, f"fire{number}")(x)
                found[f"fire{number}"] = x
            if number == self.last:
                break
            if number in self.pooled:
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        return [found[name] for name in TAPS]


def is_squeezenet(path: Path) -> bool:
    """Whether a file of weights holds the parts of a SqueezeNet."""
    return f"fire{FIRES[0]}.{PARTS[0]}.weight" in read_file(path).data


def load_squeezenet(path: Path | None) -> SqueezeNet:
    """The frozen network in a file. Raises StyleGANEXError where there is none or another."""
    if path is None:
        raise StyleGANEXError(
            f"this recipe compares pictures by a feature network; pass --perceptual FILE with "
            f"{NEEDED}, or --models with a folder that holds one named squeezenet11."
        )
    found = read_file(path).data
    try:
        network = SqueezeNet(found)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise StyleGANEXError(
            f"{echo(path, 300)} is not {NEEDED}: {echo(error, 200)}; pass another file."
        ) from error
    return network.eval().requires_grad_(False)


class FeatureDistance(nn.Module):
    """How far pictures [B, 3, H, W] in -1..1 are apart by a network's normalised features, [B]."""

    def __init__(self, network: SqueezeNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return feature_distance(self.network, made, wanted)


def feature_distance(network: nn.Module, made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How far pictures [B, 3, H, W] in -1..1 are apart by their normalised features, [B]."""
    total = made.new_zeros(len(made), dtype=torch.float32)
    for ours, theirs in zip(network(made), network(wanted), strict=True):
        gap = _unit(ours) - _unit(theirs)
        total = total + gap.square().sum(dim=1).mean(dim=(1, 2))
    return total


def _unit(x: torch.Tensor) -> torch.Tensor:
    x = x.float()
    return x * (x.square().sum(dim=1, keepdim=True) + 1e-10).rsqrt()
