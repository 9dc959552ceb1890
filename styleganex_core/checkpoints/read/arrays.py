"""NumPy's files and safetensors."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from .archive import open_archive, read_member
from .budget import Budget, CodeInFile, Refusal
from .settle import from_numpy

OBJECTS = "Python objects"
STEPS_PER_TENSOR = 8


def read_safetensors(path: Path, budget: Budget) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors of a safetensors file, and its metadata."""
    with safe_open(path, framework="pt", device="cpu") as file:
        names = file.keys()
        budget.take_steps(STEPS_PER_TENSOR * len(names))
        tensors = {name: file.get_tensor(name) for name in names}
        return tensors, dict(file.metadata() or {})


def read_npy(path: Path, budget: Budget) -> Any:
    """The array in a .npy file as a tensor."""
    with path.open("rb") as file:
        return _read_array(file.read(), budget)


def read_npz(path: Path, budget: Budget) -> dict[str, Any]:
    """The arrays in a .npz file as tensors, by their names."""
    with open_archive(path) as archive:
        budget.take_steps(len(archive.filelist))
        names = archive.namelist()
        return {
            name.removesuffix(".npy"): _read_array(read_member(archive, name, budget), budget)
            for name in names
        }


def is_npz(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    return bool(names) and all(name.endswith(".npy") for name in names)


def _read_array(data: bytes | bytearray, budget: Budget) -> Any:
    source = io.BytesIO(data)
    version = np.lib.format.read_magic(source)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(source)
    elif version == (2, 0):
        shape, _, dtype = np.lib.format.read_array_header_2_0(source)
    else:
        raise Refusal("is an array of a newer NumPy's format; save plain numbers alone.")
    if dtype.hasobject:
        raise CodeInFile(OBJECTS)
    count = 1
    for length in shape:
        count *= length
    if count * dtype.itemsize > len(data):
        raise Refusal(f"is damaged: its array claims the shape {shape}, more than it can hold.")
    budget.take_numbers(count * dtype.itemsize, "its array")
    source.seek(0)
    return from_numpy(np.lib.format.read_array(source, allow_pickle=False))
