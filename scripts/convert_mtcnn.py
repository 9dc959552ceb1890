"""Makes styleganex_core/networks/mtcnn.safetensors from the wheel of facenet-pytorch 2.6.0.

    pip download --no-deps facenet-pytorch==2.6.0 && python scripts/convert_mtcnn.py *.whl

The wheel stores the fully connected layers for maps flattened as width, height, channels; here
they become the 3x3 convolutions that they are, and all numbers become float16.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

NETWORKS = Path(__file__).parents[1] / "styleganex_core" / "networks"
# Ours -> the wheel's: the layers in order, then the heads.
PARTS = {
    "proposal": ("pnet", ["conv1", "conv2", "conv3"], ["conv4_1", "conv4_2"]),
    "refinement": ("rnet", ["conv1", "conv2", "conv3", "dense4"], ["dense5_1", "dense5_2"]),
    "output": (
        "onet",
        ["conv1", "conv2", "conv3", "conv4", "dense5"],
        ["dense6_1", "dense6_2", "dense6_3"],
    ),
}
HEADS = ["face", "box", "points"]


def as_convolution(weight: torch.Tensor, flattened: bool) -> torch.Tensor:
    """A weight [O, I] as [O, C, k, k]: 3x3 where it reads a flattened map, else 1x1."""
    if weight.ndim == 4:
        return weight
    if not flattened:
        return weight[:, :, None, None]
    return weight.reshape(weight.shape[0], 3, 3, -1).permute(0, 3, 2, 1)  # [O, W, H, C] before


def main() -> None:
    wheel = Path(sys.argv[1])
    tensors = {}
    with zipfile.ZipFile(wheel) as archive:
        for part, (file, layers, heads) in PARTS.items():
            data = io.BytesIO(archive.read(f"facenet_pytorch/data/{file}.pt"))
            theirs = torch.load(data, weights_only=True)
            for index, layer in enumerate(layers):
                tensors[f"{part}.convs.{index}.weight"] = as_convolution(
                    theirs[f"{layer}.weight"], flattened=True
                )
                tensors[f"{part}.convs.{index}.bias"] = theirs[f"{layer}.bias"]
                slopes = theirs[f"prelu{layer[-1]}.weight"]
                tensors[f"{part}.slopes.{index}.weight"] = slopes
            for name, head in zip(HEADS, heads, strict=False):
                tensors[f"{part}.heads.{name}.weight"] = as_convolution(
                    theirs[f"{head}.weight"], flattened=False
                )
                tensors[f"{part}.heads.{name}.bias"] = theirs[f"{head}.bias"]
    save_file(
        {name: tensor.half().contiguous() for name, tensor in tensors.items()},
        NETWORKS / "mtcnn.safetensors",
        metadata={
            "source": "MTCNN (Zhang et al. 2016), weights from the PyPI wheel facenet-pytorch "
            "2.6.0, Copyright (c) 2019 Timothy Esler, which ports davidsandberg/facenet, "
            "Copyright (c) 2016 David Sandberg",
            "sha256 of the wheel": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "licence": "MIT, see mtcnn.LICENSE.txt",
            "made by": "scripts/convert_mtcnn.py",
        },
    )


if __name__ == "__main__":
    main()
