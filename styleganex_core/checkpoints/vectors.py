"""Edit vectors: directions in style space that change one thing about a face."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from ..errors import CheckpointError, ShapeError, echo
from .formats import identify, name_kind
from .read import is_finite
from .shared_tensors import read_whole_file
from .vector_layouts import LAYOUTS, VECTOR_PREFIX, explain_shape, find_vectors, rows_shape
from .write import write_safetensors

NAMED_ENTRIES = 12  # how many names an error message lists


def load_edit_vector(path: str | Path, name: str | None = None) -> torch.Tensor:
    """The edit vector `name` of a file: [L, D], or [1, D] for all slots alike; float32, CPU.

    Reads .pt, .npy, .npz and safetensors with one vector or a dictionary of names, and the vectors
    that models carry. A file with one vector needs no name. Where an entry has several rows
    [R, L, D], its name means row 0 and `name:1` row 1; a file with one entry also takes "0", "1".

    Lengths: boundaries (InterFaceGAN, LowRankGAN, FeatureStyleEncoder) are stored with length 1 and
    directions (e4e, StyleGANEX, ...) with the length that means "strength 1"; both are returned as
    stored. Only GANSpace's principal components are scaled, each by its standard deviation, so
    that strength 1 moves by one deviation; their names are "0", "1", ... Source: docs/networks.md,
    "File formats".

    Raises CheckpointError for a file without vectors or without that name, ShapeError for a vector
    of another shape or with numbers that are not finite.
    """
    path = Path(path)
    entries = _read_entries(path)
    rows, index = _choose(entries, name, path)
    vector = rows[index].detach().to("cpu", torch.float32, copy=True)
    if not is_finite(vector):
        raise ShapeError(f"{path.name}: the edit vector holds NaN or infinite numbers.")
    return vector


def edit_vector_names(path: str | Path) -> list[str]:
    """The names that `load_edit_vector` takes for this file, in the file's order."""
    return _row_names(_read_entries(Path(path)))


def save_edit_vectors(
    path: str | Path,
    vectors: Mapping[str, torch.Tensor],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Writes named vectors ([D], [1, D], [L, D], [R, L, D]) to a safetensors file, in float32."""
    tensors = {}
    for name, vector in vectors.items():
        if rows_shape(vector) is None:
            raise ShapeError(explain_shape(name, vector))
        tensors[VECTOR_PREFIX + name] = vector.detach().float()
    write_safetensors(path, tensors, {**(metadata or {}), "format": "styleganex edit vectors"})


def _read_entries(path: Path) -> dict[str, torch.Tensor]:
    data, file = read_whole_file(path).data, echo(path.name)
    if identify(data) == "styles":
        raise CheckpointError(
            f"{file} holds {name_kind(data)}, not an edit vector; load it as latents."
        )
    try:
        entries = find_vectors(data)
    except ShapeError as error:
        if identify(data) != "unknown":
            raise CheckpointError(
                f"{file} is {name_kind(data)} and carries no edit vectors."
            ) from error
        raise ShapeError(f"{file} is not a file of edit vectors: {error}") from error
    if not entries:
        raise CheckpointError(f"{file} holds no tensors; expected edit vectors, {LAYOUTS}.")
    return entries


def _choose(
    entries: dict[str, torch.Tensor], name: str | None, path: Path
) -> tuple[torch.Tensor, int]:
    """The rows [R, L or 1, D] that `name` lies in, and its row."""
    alone = next(iter(entries.values())) if len(entries) == 1 else None
    if name is None and alone is not None:
        return alone, 0
    for key, rows in entries.items():
        for index in range(len(rows)):
            spellings = {_row_name(key, index), f"{key}:{index}"}
            if rows is alone:
                spellings.add(str(index))
            if name in spellings:
                return rows, index
    names = _row_names(entries)
    listed = ", ".join(echo(name, 80) for name in names[:NAMED_ENTRIES]) + (
        ", ..." if len(names) > NAMED_ENTRIES else ""
    )
    came = "choose one by its name" if name is None else f"there is no {name!r}"
    raise CheckpointError(f"{path.name} holds {len(names)} edit vectors, {came}: {listed}.")


def _row_names(entries: dict[str, torch.Tensor]) -> list[str]:
    return [_row_name(key, index) for key, rows in entries.items() for index in range(len(rows))]


def _row_name(key: str, index: int) -> str:
    if not key:
        return str(index)
    return f"{key}:{index}" if index else key
