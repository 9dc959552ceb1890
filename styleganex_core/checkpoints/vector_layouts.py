"""The layouts that edit vectors, and the styles of pictures, come in."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import torch

from ..errors import ShapeError, echo
from .read import PLAIN_DTYPES, is_finite, list_tensors

SLOT_COUNTS = (10, 12, 14, 16, 18)  # of generators from 64 to 1024 px
FLATTENED_WIDTH = 512  # the style width of every published flattened file
VECTOR_PREFIX = "edit_vectors."
# Principal components (GANSpace): the keys of the directions and of their standard deviations.
PCA_KEYS = (("comp", "std"), ("lat_comp", "lat_stdev"))
LAYOUTS = (
    "[D], [1, D], [L, D], [L, 1, D], [1, L, D], rows of those [R, L, D], or [L * 512] in one row"
)
# Files with more rows of whole styles than this hold pictures' styles, not edits.
MOST_ROWS = 2
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
WHOLE_NUMBERS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
NUMBERS = (*WHOLE_NUMBERS, *PLAIN_DTYPES)

_log = logging.getLogger(__name__)


def find_vectors(data: Any) -> dict[str, torch.Tensor]:
    """All edit vectors in a file's contents, name to [R, L or 1, D]; empty without tensors.

    A tensor alone has the name "". Where most tensors are edit vectors, the others are left out.
    Raises ShapeError where they are not.
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
    rows, foreign = {}, {}
    for key, tensor in (bundled or tensors).items():
        shape = rows_shape(tensor)
        if shape is None:
            foreign[key] = tensor
        else:
            rows[key] = tensor.reshape(shape)
    is_network = any(tensor.ndim > 3 for tensor in foreign.values())
    if foreign and (is_network or len(foreign) >= len(rows)):
        raise ShapeError(explain_shape(*next(iter(foreign.items()))))
    for key, tensor in foreign.items():
        _log.warning("left out: %s", explain_shape(key, tensor))
    return rows


def find_styles(data: Any) -> dict[str, torch.Tensor] | None:
    """The styles of pictures in a file's contents, name to [n, L, D], or None where it holds none.

    e4e's `latents.pt` and arrays [n, L, D] alone, with the name ""; dictionaries whose names are
    those of pictures, with [L, D] or [1, L, D] each.
    """
    if isinstance(data, torch.Tensor):
        return {"": data} if _is_styles(data, MOST_ROWS + 1) else None
    if not isinstance(data, Mapping):
        return None
    entries = {str(key): value for key, value in data.items() if isinstance(value, torch.Tensor)}
    if len(entries) == 1:
        (key, only), *_ = entries.items()
        if _is_styles(only, MOST_ROWS + 1):
            return {key: only}
    named = {key: value for key, value in entries.items() if key.lower().endswith(PICTURE_ENDINGS)}
    rows = {key: value[None] if value.ndim == 2 else value for key, value in named.items()}
    if rows and len(rows) == len(entries) and all(_is_styles(row, 1) for row in rows.values()):
        return rows
    return None


def as_styles(data: Any) -> dict[str, torch.Tensor] | None:
    """The styles in contents that someone says are styles: also of one picture, of any names."""
    found = find_styles(data)
    if found is not None:
        return found
    entries = dict(list_tensors(data))
    rows = {key: value[None] if value.ndim == 2 else value for key, value in entries.items()}
    return rows if rows and all(_is_styles(row, 1) for row in rows.values()) else None


def _is_styles(tensor: torch.Tensor, least: int) -> bool:
    shape = tuple(tensor.shape)
    return (
        len(shape) == 3
        and shape[0] >= least
        and shape[1] in SLOT_COUNTS
        and shape[2] >= 1
        and tensor.is_floating_point()
    )


def _scale_components(components: Any, deviations: Any) -> dict[str, torch.Tensor]:
    """Principal components [N, 1, D] or [N, D] times their deviations [N], named by number."""
    if not isinstance(components, torch.Tensor) or not isinstance(deviations, torch.Tensor):
        raise ShapeError("its principal components are not tensors.")
    count, width = components.shape[0] if components.ndim else 0, components.shape[-1:]
    numbers = components.dtype in NUMBERS and deviations.dtype in NUMBERS
    if components.numel() != count * sum(width) or deviations.numel() != count or not numbers:
        raise ShapeError(
            f"its principal components are {list(components.shape)} with deviations "
            f"{list(deviations.shape)}; expected [N, 1, D] and [N]."
        )
    if components.numel() == 0:
        raise ShapeError("its principal components are empty.")
    scaled = components.reshape(count, 1, 1, *width) * deviations.reshape(count, 1, 1, 1)
    return {str(index): rows for index, rows in enumerate(scaled)}


def rows_shape(tensor: torch.Tensor) -> tuple[int, int, int] | None:
    """The vector's shape as [R, L or 1, D], or None when it cannot be an edit vector."""
    shape = tuple(tensor.shape)
    if tensor.dtype not in NUMBERS or tensor.numel() == 0:
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
    if len(shape) == 3 and shape[0] in SLOT_COUNTS and shape[1] == 1:
        return 1, shape[0], shape[2]
    if len(shape) == 3 and shape[1] in (1, *SLOT_COUNTS):
        return shape[0], shape[1], shape[2]
    return None


def read_vector(vector: torch.Tensor) -> torch.Tensor:
    """A model's own edit vector on the CPU in float32, as it is shaped.

    Raises ShapeError where it cannot be one or holds numbers that are not finite.
    """
    if rows_shape(vector) is None:
        raise ShapeError(explain_shape("an edit vector", vector))
    numbers = vector.detach().to("cpu", torch.float32, copy=True)
    if not is_finite(numbers):
        raise ShapeError("an edit vector holds NaN or infinite numbers.")
    return numbers


def explain_shape(name: str, tensor: torch.Tensor) -> str:
    return (
        f"{echo(name, 80) or 'its tensor'} is {list(tensor.shape)} of {tensor.dtype}; an edit "
        f"vector is {LAYOUTS}, with L = {', '.join(map(str, SLOT_COUNTS))} slots."
    )
