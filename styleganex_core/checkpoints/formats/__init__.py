"""What a file is, recognised by its contents. A new format of model files is a module here.

Each module has `detect` and `load` side by side; `FORMATS` says in which order they are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...errors import CheckpointError, StyleGANEXError, echo
from ..detect import NAMED_KEYS
from ..read import FileContents, list_tensors
from ..vector_layouts import find_styles, find_vectors
from . import nvlabs, ours, psp, rosinality, styleganex
from .parts import Format, ModelParts, plain_keys

__all__ = ["FORMATS", "KIND_NAMES", "Kind", "ModelParts", "find_model", "identify", "name_kind"]

FORMATS: tuple[Format, ...] = (
    ours.FORMAT,
    psp.FORMAT,
    styleganex.FORMAT,
    nvlabs.FORMAT,
    rosinality.FORMAT,
)

Kind = Literal["model", "latents", "inversion", "styles", "vectors", "unknown"]

KIND_NAMES: dict[Kind, str] = {
    "model": "a model",
    "latents": "latents saved by this package",
    "inversion": "latents saved by StyleGANEX",
    "styles": "styles of pictures (w_plus), as e4e and pSp save them",
    "vectors": "edit vectors",
    "unknown": "of an unknown kind",
}


def find_format(data: Any) -> Format | None:
    """The format of the model in a file's contents, None where there is no model."""
    return next((each for each in FORMATS if each.detect(data)), None)


def identify(data: Any) -> Kind:
    """The kind of a file's contents."""
    if find_format(data):
        return "model"
    keys = plain_keys(data).keys() if isinstance(data, Mapping) else set()
    if {"f", "w_plus"} <= keys:
        return "latents"
    if "wplus" in keys:
        return "inversion"
    if find_styles(data) is not None:
        return "styles"
    try:
        return "vectors" if find_vectors(data) else "unknown"
    except StyleGANEXError:
        return "unknown"


def name_kind(data: Any) -> str:
    """What a file's contents are, in words."""
    found = find_format(data)
    return found.title if found else KIND_NAMES[identify(data)]


def find_model(contents: FileContents) -> ModelParts:
    """The parts of the model in a file.

    Raises CheckpointError when there is none, naming the nearest format and its first keys.
    """
    name = echo(contents.path.name)
    found = find_format(contents.data)
    if found is None:
        raise CheckpointError(f"{name} {_explain_foreign(contents.data)}")
    try:
        return found.load(contents.data)
    except CheckpointError as error:
        raise CheckpointError(f"{name} is {found.title}, but {error}") from error


def _explain_foreign(data: Any) -> str:
    kind = identify(data)
    if kind in ("latents", "inversion", "styles"):
        return f"holds {KIND_NAMES[kind]}, not a model; load it as latents."
    if kind == "vectors":
        return "holds edit vectors, not a model; load them as edit vectors."
    tensors = list_tensors(data)
    nearest = _nearest_format([key for key, _ in tensors])
    found = [f"{echo(key, 80)} {list(tensor.shape)}" for key, tensor in tensors[:NAMED_KEYS]]
    return (
        f"is not a model known here. The nearest format is {nearest.title}, of which "
        f"it lacks {', '.join(nearest.first_keys)}; it holds {', '.join(found) or 'no tensors'}."
    )


def _nearest_format(keys: list[str]) -> Format:
    """The format with the most keys in common, StyleGANEX's in doubt."""

    def count(each: Format) -> int:
        return sum(any(mark in key for mark in each.marks) for key in keys)

    return max((styleganex.FORMAT, *FORMATS), key=count)
