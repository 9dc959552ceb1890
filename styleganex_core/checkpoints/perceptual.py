"""LPIPS from a backbone file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from ..errors import CheckpointError
from ..networks.features import PerceptualDistance, build_perceptual
from .read import read_file


def load_perceptual(path: str | Path) -> PerceptualDistance:
    """LPIPS on the VGG16 or AlexNet of torchvision in the file at `path`.

    Such files are `vgg16-397923af.pth` and `alexnet-owt-7be5be79.pth`; any name will do. Raises
    CheckpointError for other files.
    """
    contents = read_file(path)
    if not isinstance(contents.data, Mapping):
        raise CheckpointError(f"{Path(path).name} holds no network; expected VGG16 or AlexNet.")
    tensors = {k: v for k, v in contents.data.items() if isinstance(v, torch.Tensor)}
    return build_perceptual(tensors)
