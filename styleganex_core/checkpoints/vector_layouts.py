"""The layouts that edit vectors come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ..errors import ShapeError
from .read import list_tensors

SLOT_COUNTS = (10, 12, 14, 16, 18)  # of generators from 64 to 1024 px
FLATTENED_WIDTH = 512  # the style width of every published flattened file
VECTOR_PREFIX = "edit_vectors."
# Principal components (GANSpace): the keys of the directions and of their standard deviations.
PCA_KEYS = (("comp", "std"), ("lat_comp", "lat_stdev"))
LAYOUTS = "[D], [1, D], [L, D], [1, L, D], rows of those [R, L, D], or [L * 512] in one row"


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
        shape = rows_shape(tensor)
        if shape is None:
            raise ShapeError(explain_shape(key, tensor))
        rows[key] = tensor.reshape(shape)
    return rows


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


def rows_shape(tensor: torch.Tensor) -> tuple[int, int, int] | None:
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


def explain_shape(name: str, tensor: torch.Tensor) -> str:
    return (
        f"{name or 'its tensor'} is {list(tensor.shape)} of {tensor.dtype}; an edit vector is "
        f"{LAYOUTS}, with L = {', '.join(map(str, SLOT_COUNTS))} slots."
    )
