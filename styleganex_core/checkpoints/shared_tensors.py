"""Model files that leave out the tensors which another file beside them holds.

The bundled models of the tasks share most of their weights with the photo model of 0.1.0, now named
"rendered". Metadata of such a file: `base`, the other file's name; `base_sha256`, its checksum;
`base_keys`, JSON, the tensors to take from it. A base that a release replaced lies on beside its
successor, as `EARLIER` says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch

from ..errors import CheckpointError, echo
from ..names import is_file
from .read import FileContents, read_file

KEYS = ("base", "base_sha256", "base_keys")
EARLIER = {"photo.safetensors": "rendered.safetensors"}  # what the bundled one was until 0.1.0

Tensors = dict[str, torch.Tensor]


def leave_out(tensors: Mapping[str, torch.Tensor], base: Path) -> tuple[Tensors, dict[str, str]]:
    """The tensors that `base`, a safetensors file, does not hold alike, and the metadata that
    tells where the others are.
    """
    theirs = read_file(base).data
    shared = sorted(
        key
        for key, tensor in tensors.items()
        if key in theirs and theirs[key].dtype == tensor.dtype and torch.equal(theirs[key], tensor)
    )
    kept = {key: tensor for key, tensor in tensors.items() if key not in set(shared)}
    return kept, dict(zip(KEYS, (base.name, checksum(base), json.dumps(shared)), strict=True))


def read_whole_file(path: str | Path) -> FileContents:
    """The contents of a model file, with what it left out.

    Raises CheckpointError as `read_file` does, and when the base is not beside the file, or is not
    the one it was made for.
    """
    contents = read_file(path)
    name = contents.metadata.get("base")
    if name is None:
        return contents
    shown = echo(name)
    if name in ("", ".", "..") or "\0" in name or Path(name).name != name:
        raise CheckpointError(f'{contents.path.name} names "{shown}" as its base, which is a path.')
    base = _find_base(contents, name)
    theirs = read_file(base).data
    try:
        keys = json.loads(contents.metadata["base_keys"])
        if type(keys) is not list or not all(type(key) is str for key in keys):
            raise TypeError("base_keys is not a list of names")
        shared = {key: theirs[key] for key in keys}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(
            f"{contents.path.name} is damaged: its list of {shown}'s tensors cannot be read."
        ) from error
    metadata = {key: text for key, text in contents.metadata.items() if key not in KEYS}
    return replace(contents, data={**shared, **contents.data}, metadata=metadata)


def _find_base(contents: FileContents, name: str) -> Path:
    """The file beside the other with the checksum that this one asks for."""
    shown, folder = echo(name), contents.path.parent
    beside = [path for path in (folder / name, folder / EARLIER.get(name, name)) if is_file(path)]
    if not beside:
        raise CheckpointError(
            f"{contents.path.name} holds only what differs from {shown}; put {shown} beside it."
        )
    for path in beside:
        if checksum(path) == contents.metadata.get("base_sha256"):
            return path
    raise CheckpointError(
        f"{contents.path.name} was made for another version of {shown} than the one beside it; "
        "take both from the same release."
    )


def checksum(path: Path) -> str:
    """The SHA-256 of a file, as `base_sha256` tells it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
