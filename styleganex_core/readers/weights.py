"""Reads the bundled networks: 8 bit per output channel, made float32 when they are loaded.

A tensor X of such a file is levels [O, ...] in 0..255 that stand for levels x X.scale + X.low,
both [O]; small tensors are float32 as they are. `scripts/convert_face_readers.py` writes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file
from torch import nn

FOLDER = Path(__file__).parent

Network = TypeVar("Network", bound=nn.Module)


def load_weights(network: Network, name: str, device: torch.device | str = "cpu") -> Network:
    """The network with the bundled weights `name`, frozen, in float32, ready to run."""
    with torch.inference_mode(False):
        tensors = load_file(FOLDER / f"{name}.safetensors")
        network.load_state_dict(dequantise(tensors))
        return network.eval().requires_grad_(False).to(device)


def dequantise(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors of a file in float32, each with its scale and lowest value applied."""
    whole = {}
    for name, tensor in tensors.items():
        if tensor.dtype == torch.uint8:
            shape = (-1, *[1] * (tensor.ndim - 1))
            scale, low = (tensors[f"{name}.{part}"].view(shape) for part in ("scale", "low"))
            whole[name] = tensor.float() * scale + low
        elif not name.endswith((".scale", ".low")):
            whole[name] = tensor.float()
    return whole
