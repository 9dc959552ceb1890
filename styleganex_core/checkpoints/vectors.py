"""Edit vectors: directions in style space that change one thing about a face."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ..errors import CheckpointError, ShapeError
from .read import is_finite, list_tensors, read_file
from .write import write_safetensors

SLOT_COUNTS = (10, 12, 14, 16, 18)  # of generators from 64 to 1024 px
FLATTENED_WIDTH = 512  # the style width of every published flattened file
NAMED_ENTRIES = 12  # how many names an error message lists
VECTOR_PREFIX = "edit_vectors."
# Principal components (GANSpace): the keys of the directions and of their standard deviations.
PCA_KEYS = (("comp", "std"), ("lat_comp", "lat_stdev"))
LAYOUTS = "[D], [1, D], [L, D], [1, L, D], rows of those [R, L, D], or [L * 512] in one row"


def load_edit_vector(path: str | Path, name: str | None = None) -> torch.Tensor:
    """The edit vector `name` of a file: [L, D], or [1, D] for all slots alike; float32, CPU.

    Reads .pt, .npy, .npz and safetensors with one vector or a dictionary of names, and the vectors
    that models carry. A file with one vector needs no name. Where an entry has several rows
    [R, L, D], its name means row 0 and `name:1` row 1; a file with one entry also takes "0", "1".

    Lengths: boundaries (InterFaceGAN, LowRankGAN, FeatureStyleEncoder) are stored with length 1 and
    directions (e4e, StyleGANEX, ...) with the length that means "strength 1"; both are returned as
    stored. Only GANSpace's principal components are scaled, each by its standard deviation, so
    that strength 1 moves by one deviation; their names are "0", "1", ... Source: SPEC Appendix A.

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
        if _rows_shape(vector) is None:
            raise ShapeError(_wrong_shape(name, vector))
        tensors[VECTOR_PREFIX + name] = vector.detach().float()
    write_safetensors(path, tensors, {**(metadata or {}), "format": "styleganex edit vectors"})


def find_vectors(data: Any) -> dict[str, torch.Tensor]:
    """All edit vectors in a file's contents, name to [R, L or 1, D]; empty without tensors.

    Raises ShapeError where a tensor cannot be one. A tensor alone has the name "".
    """
    if isinstance(data, Mapping):
        for components, deviations in PCA_KEYS:
            if components in data and deviations in data:
                return _scale_components(data[components], data[deviations])
    tensors = dict(list_tensors(data))
    bundled = {
        key.removeprefix(VECTOR_PREFIX): tensor
        for key, tensor in tensors.items()
        if key.startswith(VECTOR_PREFIX) or key == "editing_w"
    }
    rows = {}
    for key, tensor in (bundled or tensors).items():
        shape = _rows_shape(tensor)
        if shape is None:
            raise ShapeError(_wrong_shape(key, tensor))
        rows[key] = tensor.reshape(shape)
    return rows


def _read_entries(path: Path) -> dict[str, torch.Tensor]:
    try:
        entries = find_vectors(read_file(path).data)
    except ShapeError as error:
        raise ShapeError(f"{path.name} is not a file of edit vectors: {error}") from error
    if not entries:
        raise CheckpointError(f"{path.name} holds no tensors; expected edit vectors, {LAYOUTS}.")
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
    listed = ", ".join(names[:NAMED_ENTRIES]) + (", ..." if len(names) > NAMED_ENTRIES else "")
    came = "choose one by its name" if name is None else f"there is no {name!r}"
    raise CheckpointError(f"{path.name} holds {len(names)} edit vectors, {came}: {listed}.")


def _row_names(entries: dict[str, torch.Tensor]) -> list[str]:
    return [_row_name(key, index) for key, rows in entries.items() for index in range(len(rows))]


def _row_name(key: str, index: int) -> str:
    if not key:
        return str(index)
    return f"{key}:{index}" if index else key


def _scale_components(components: Any, deviations: Any) -> dict[str, torch.Tensor]:
    """Principal components [N, 1, D] or [N, D] times their deviations [N], named by number."""
    if not isinstance(components, torch.Tensor) or not isinstance(deviations, torch.Tensor):
        raise ShapeError("its principal components are not tensors.")
    count, width = components.shape[0] if components.ndim else 0, components.shape[-1:]
    if components.numel() != count * sum(width) or deviations.numel() != count:
        raise ShapeError(
            f"its principal components are {list(components.shape)} with deviations "
            f"{list(deviations.shape)}; expected [N, 1, D] and [N]."
        )
    scaled = components.reshape(count, 1, 1, *width) * deviations.reshape(count, 1, 1, 1)
    return {str(index): rows for index, rows in enumerate(scaled)}


def _rows_shape(tensor: torch.Tensor) -> tuple[int, int, int] | None:
    """The vector's shape as [R, L or 1, D], or None when it cannot be an edit vector."""
    shape = tuple(tensor.shape)
    if tensor.is_complex() or tensor.dtype == torch.bool or tensor.numel() == 0:
        return None
    if len(shape) == 2 and shape[0] == 1:
        shape = shape[1:]
    if len(shape) == 1 and shape[0] > 1:
        slots, remainder = divmod(shape[0], FLATTENED_WIDTH)
        if remainder == 0 and slots in SLOT_COUNTS:
            return 1, slots, FLATTENED_WIDTH
        return 1, 1, shape[0]
    if len(shape) == 2 and shape[0] in SLOT_COUNTS:
        return 1, shape[0], shape[1]
    if len(shape) == 3 and shape[1] in (1, *SLOT_COUNTS):
        return shape[0], shape[1], shape[2]
    return None


def _wrong_shape(name: str, tensor: torch.Tensor) -> str:
    return (
        f"{name or 'its tensor'} is {list(tensor.shape)} of {tensor.dtype}; an edit vector is "
        f"{LAYOUTS}, with L = {', '.join(map(str, SLOT_COUNTS))} slots."
    )
