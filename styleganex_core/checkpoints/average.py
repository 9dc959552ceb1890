"""What edits change of a photo itself, in a model's file: `average_changes.NAME.PART`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from ..datatypes import AverageChange
from ..errors import CheckpointError, ShapeError, echo
from .read import is_finite, is_plain, list_tensors
from .shared_tensors import read_whole_file
from .write import write_safetensors

PREFIX = "average_changes."
AXES = {"places": 2, "shape": 2, "colour": 3, "detail": 3}
PARTS = tuple(AXES)
ONE_WAY, DRAWN = "one_way", "drawn"  # parts of those that are
NUMBERS = ("bare", "shut")  # parts of those that take glasses off, or close lips: one number each
LARGEST_MAP = 512  # px of a side
MOST_POINTS = 478  # of the mesh


def read_changes(tensors: Mapping[str, torch.Tensor]) -> dict[str, AverageChange]:
    """The changes among the tensors of a file, whose names come without the prefix.

    Raises CheckpointError for parts that are missing, damaged, too large or do not fit together.
    """
    names = dict.fromkeys(key.rpartition(".")[0] for key in tensors)
    return {name: _read_change(name, tensors) for name in names}


def _read_change(name: str, tensors: Mapping[str, torch.Tensor]) -> AverageChange:
    where = echo(f"{PREFIX}{name}", 100)
    parts = {part: tensors.get(f"{name}.{part}") for part in PARTS}
    absent = [part for part, tensor in parts.items() if tensor is None]
    if absent:
        raise CheckpointError(f"{where} lacks {absent[0]}; it needs {', '.join(PARTS)}.")
    found = {part: tensor for part, tensor in parts.items() if tensor is not None}
    for part, tensor in found.items():
        if not is_plain(tensor) or not is_finite(tensor):
            raise CheckpointError(f"{where}.{part} holds NaN, infinite or no plain numbers.")
    axes = {part: tensor.ndim for part, tensor in found.items()}
    if axes != AXES:
        raise CheckpointError(f"{where} has parts of {axes} axes; expected {AXES}.")
    if len(found["places"]) > MOST_POINTS or max(found["colour"].shape) > LARGEST_MAP:
        raise CheckpointError(
            f"{where} has more than {MOST_POINTS} points or maps of more than {LARGEST_MAP} px."
        )
    try:
        whole = {part: tensor.float().clone() for part, tensor in found.items()}
        bare, shut = (_read_number(where, n, tensors.get(f"{name}.{n}")) for n in NUMBERS)
        one_way, drawn = (f"{name}.{mark}" in tensors for mark in (ONE_WAY, DRAWN))
        return AverageChange(**whole, one_way=one_way, bare=bare, shut=shut, drawn=drawn)
    except ShapeError as error:
        raise CheckpointError(f"{where}: {error}") from error


def _read_number(where: str, part: str, tensor: torch.Tensor | None) -> float:
    if tensor is None:
        return 0.0
    if not is_plain(tensor) or tensor.numel() != 1 or not is_finite(tensor):
        raise CheckpointError(f"{where}.{part} is no plain number.")
    return float(tensor)


def list_tensors_of(changes: Mapping[str, AverageChange]) -> dict[str, torch.Tensor]:
    """The changes as tensors of a file, in float16: they are added to pictures of 8 bits."""
    tensors = {
        f"{PREFIX}{name}.{part}": getattr(change, part).half().contiguous()
        for name, change in changes.items()
        for part in PARTS
    }
    marks = {
        f"{PREFIX}{name}.{mark}": torch.ones(1).half()
        for name, change in changes.items()
        for mark in (ONE_WAY, DRAWN)
        if getattr(change, mark)
    }
    numbers = {
        f"{PREFIX}{name}.{part}": torch.tensor([getattr(change, part)]).half()
        for name, change in changes.items()
        for part in NUMBERS
        if getattr(change, part)
    }
    return tensors | marks | numbers


def save_changes(
    path: str | Path, changes: Mapping[str, AverageChange], metadata: Mapping[str, str]
) -> None:
    """Writes changes alone to a safetensors file."""
    told = {**metadata, "format": "styleganex average changes"}
    write_safetensors(path, list_tensors_of(changes), told)


def load_changes(path: str | Path) -> dict[str, AverageChange]:
    """The changes in a file, alone or a model's. Raises CheckpointError for one without any."""
    tensors = dict(list_tensors(read_whole_file(path).data))
    own = {key.removeprefix(PREFIX): t for key, t in tensors.items() if key.startswith(PREFIX)}
    if not own:
        raise CheckpointError(
            f"{echo(Path(path).name)} holds no average changes (tensors named {PREFIX}NAME.PART); "
            "give a file that the averages command wrote."
        )
    return read_changes(own)
