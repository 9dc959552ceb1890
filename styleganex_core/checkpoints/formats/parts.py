"""The parts of a model file, the same for every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from ..detect import Spell
from ..vector_layouts import VECTOR_PREFIX

Tensors = dict[str, torch.Tensor]

# What wrappers put before the names of a network's tensors: DataParallel, torch.compile.
_WRAPPERS = re.compile(r"^(?:module\.|_orig_mod\.)+")


@dataclass(frozen=True)
class ModelParts:
    """The parts of a model file: `tensors` under our keys, `spell` gives back the file's own.

    `title` names the format. `latent_avg` is None when the file has none; `average_changes` are
    tensors for `read_changes`; `options` are the training options that came along;
    `foreign_encoder` tells of an encoder in the file that cannot be used, else "".
    """

    title: str
    tensors: Tensors
    spell: Spell
    latent_avg: torch.Tensor | None = None
    edit_vectors: Tensors = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    foreign_encoder: str = ""
    average_changes: Tensors = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    """A format of model files: how to tell it from a file's contents, and how to take it apart.

    `first_keys` and `marks` (parts of key names) are for messages about files of no known format.
    """

    title: str
    detect: Callable[[Any], bool]
    load: Callable[[Any], ModelParts]
    first_keys: tuple[str, ...]
    marks: tuple[str, ...]


def plain_keys(data: Mapping[Any, Any]) -> dict[str, Any]:
    """The items by their names without wrappers: `module.decoder.a` is `decoder.a`."""
    return {_WRAPPERS.sub("", str(key)): value for key, value in data.items()}


def tensors_in(data: Mapping[Any, Any]) -> Tensors:
    """The tensors among the items, by their names without wrappers."""
    return {key: value for key, value in plain_keys(data).items() if is_tensor(value)}


def is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def split_prefix(tensors: Tensors, prefix: str) -> tuple[Tensors, Tensors]:
    """Those whose names start with `prefix`, without it and without wrappers, and the others."""
    inside = {
        _WRAPPERS.sub("", key.removeprefix(prefix)): tensor
        for key, tensor in tensors.items()
        if key.startswith(prefix)
    }
    return inside, {key: t for key, t in tensors.items() if not key.startswith(prefix)}


def split_vectors(tensors: Tensors) -> tuple[Tensors, Tensors]:
    """The edit vectors that a model carries, and everything else."""
    return split_prefix(tensors, VECTOR_PREFIX)
