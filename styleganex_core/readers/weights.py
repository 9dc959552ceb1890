"""Reads the bundled networks: 8 bit per output channel, made float32 when they are loaded.

Small tensors are float32 as they are. `scripts/convert_face_readers.py` writes such files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file
from torch import nn

from ..checkpoints.levels import dequantise

FOLDER = Path(__file__).parent

Network = TypeVar("Network", bound=nn.Module)


def load_weights(network: Network, name: str, device: torch.device | str = "cpu") -> Network:
    """The network with the bundled weights `name`, frozen, in float32, ready to run."""
    with torch.inference_mode(False):
        tensors = load_file(FOLDER / f"{name}.safetensors")
        network.load_state_dict(dequantise(tensors))
        return network.eval().requires_grad_(False).to(device)
