"""Files in the reference formats, with the real keys and widths a sixteenth of the real ones."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from tests.parity.golden import keys_of

SIZE, SLOTS, STYLE_DIM = 256, 14, 32


def narrow_state(task: str) -> dict[str, torch.Tensor]:
    """A task checkpoint's `state_dict` of 256 px; its tensors are shared between tests."""
    return dict(_random_state(task))


@cache
def _random_state(task: str) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    state = {}
    for key, shape in keys_of(task, SIZE).items():
        if ".noises." not in key:
            shape = [_narrow(axis) for axis in shape]
        state[key] = torch.randn(shape, generator=random)
        if key.endswith("running_var"):
            state[key] = state[key].abs() + 1
        elif ".style." in key:
            state[key] /= 0.01
        elif key.startswith("encoder.") and len(shape) == 4:
            state[key] /= state[key][0].numel() ** 0.5
        if key.endswith("num_batches_tracked"):
            state[key] = torch.tensor(7)
    return state


def narrow_checkpoint(task: str = "edit", **entries: Any) -> dict[str, Any]:
    """A whole task file; `entries` replace or add, None removes."""
    fusions = {"sr32": 4, "sr": 2, "sketch2face": 1, "mask2face": 2, "inversion": 0}
    count = fusions.get(task.removesuffix("+torgb"), 7)
    checkpoint = {
        "state_dict": narrow_state(task),
        "opts": {"use_skip": count > 0, "skip_max_layer": count or 7, "output_size": SIZE},
        "latent_avg": torch.randn(SLOTS, STYLE_DIM),
        **entries,
    }
    return {key: value for key, value in checkpoint.items() if value is not None}


def narrow_generator() -> dict[str, torch.Tensor]:
    """A rosinality generator's `g_ema`."""
    state = narrow_state("inversion")
    return {k.removeprefix("decoder."): v for k, v in state.items() if k.startswith("decoder.")}


def save(data: Any, path: Path, *, legacy: bool = False) -> Path:
    torch.save(data, path, _use_new_zipfile_serialization=not legacy)
    return path


def save_tensors(state: dict[str, torch.Tensor], path: Path) -> Path:
    """A task file's tensors as safetensors with the same keys, written and read in no time."""
    save_file({**state, "latent_avg": torch.ones(SLOTS, STYLE_DIM)}, path)
    return path


class Bomb:
    """Unpickling it makes the folder `marker`."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (str(self.marker),)


def _narrow(axis: int) -> int:
    if axis < 64:
        return axis
    if axis % 2:  # picture and features together: 3 + C
        return 3 + (axis - 3) // 16
    return axis // 16
