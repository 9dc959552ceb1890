"""Latents written to files and read from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ..datatypes import Latents
from ..errors import CheckpointError, ShapeError, echo
from ..networks import Model
from .formats import KIND_NAMES, identify, name_kind
from .read import FileContents, is_finite, is_plain, list_tensors, read_file
from .vector_layouts import as_styles
from .write import write_safetensors

FORMAT = "styleganex latents"
MOST_PARTS = 64  # skips or noise maps
MOST_PX = 1 << 17  # of a decoded picture's side: the largest input, enlarged eight times

Tensors = dict[str, torch.Tensor]


def save_latents(
    latents: Latents, path: str | Path, *, metadata: Mapping[str, str] | None = None
) -> None:
    """Writes every part of the latents as safetensors, exactly, whole or not at all.

    Parts that appear twice (fusions 0 and 1 share one encoder feature) are stored once.
    `metadata`: text that explains the file, such as the model it belongs to.
    """
    tensors = {"f": latents.f, "w_plus": latents.w_plus}
    if latents.edit is not None:
        tensors["edit"] = latents.edit
    if latents.size is not None:
        tensors["size"] = torch.tensor(latents.size)  # [2], height and width in px
    if latents.optional_skips:
        tensors["optional_skips"] = torch.ones(1, dtype=torch.bool)
    for name, parts in (("skips", latents.skips), ("noise", latents.noise)):
        if parts is not None:
            tensors.update(_pack(name, parts))
    write_safetensors(path, tensors, {**(metadata or {}), "format": FORMAT})


def load_latents(path: str | Path, model: Model | None = None) -> Latents:
    """The latents in a file, on the CPU in the dtype they were saved in.

    Reads our safetensors and the inversions that StyleGANEX saves: `wplus` [1, L, D] with `f`
    [1, C, h, w] or a list whose first entry it is. Those hold no noise, so a picture decoded from
    them differs in fine texture.

    With a `model` also reads styles alone, as e4e, pSp and others save them: [n, L, D] or [L, D],
    by itself or in a dictionary of pictures, from .pt, .npy, .npz or safetensors. `f` is then the
    model's own constant, the layout of an aligned face.

    Raises CheckpointError for another kind of file, a damaged one, and styles without a model.
    """
    with torch.inference_mode(False):  # so that they can be optimised wherever they were loaded
        contents = read_file(path)
        kind = identify(contents.data)
        name = echo(contents.path.name)
        try:
            if kind == "latents":
                latents = _unpack_latents(contents.data)
            elif kind == "inversion":
                latents = _inversion(contents.data)
            elif kind != "model" and (styles := as_styles(contents.data)) is not None:
                latents = _with_constant(styles, model, name)
            else:
                raise CheckpointError(_explain_foreign(contents))
        except (KeyError, IndexError, ShapeError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"{name} looks like {KIND_NAMES[kind]}, but is damaged: {error}"
            ) from error
        _check_numbers(latents, name)
    return latents


def _pack(name: str, parts: tuple[torch.Tensor, ...]) -> Tensors:
    """The parts as `name.0`, ...; `name.order` [n] tells which stored one each part is."""
    order: list[int] = []
    for index, part in enumerate(parts):
        same = (known for known in order if _is_same(parts[known], part))
        order.append(next(same, index))
    packed = {f"{name}.{index}": parts[index] for index in order}
    return {**packed, f"{name}.order": torch.tensor(order, dtype=torch.int64)}


def _unpack(data: Mapping[str, Any], name: str) -> tuple[torch.Tensor, ...] | None:
    if f"{name}.order" not in data:
        return None
    order = _tensor(data, f"{name}.order")
    if order.ndim != 1 or len(order) > MOST_PARTS or order.dtype != torch.int64:
        raise ShapeError(f"{name}.order is {list(order.shape)} of {order.dtype}.")
    numbers = order.tolist()
    parts = {index: _tensor(data, f"{name}.{index}").clone() for index in set(numbers)}
    return tuple(parts[index] for index in numbers)


def _tensor(data: Mapping[str, Any], name: str) -> torch.Tensor:
    if not isinstance(data[name], torch.Tensor):
        raise ShapeError(f"{name} is not a tensor.")
    return data[name]


def _is_same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b or (a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b))


def _unpack_latents(data: Mapping[str, Any]) -> Latents:
    return Latents(
        f=_tensor(data, "f").clone(),
        w_plus=_tensor(data, "w_plus").clone(),
        skips=_unpack(data, "skips"),
        edit=_tensor(data, "edit").clone() if "edit" in data else None,
        noise=_unpack(data, "noise"),
        size=_unpack_size(data),
        optional_skips="skips.order" in data and "optional_skips" in data,
    )


def _unpack_size(data: Mapping[str, Any]) -> tuple[int, int] | None:
    if "size" not in data:
        return None
    size = _tensor(data, "size")
    if size.shape != (2,) or size.is_complex() or not all(1 <= side <= MOST_PX for side in size):
        raise ShapeError(f"size is {size.tolist()}; expected height and width in px.")
    return int(size[0]), int(size[1])


def _inversion(data: Mapping[str, Any]) -> Latents:
    """A reference inversion; the three-channel start beside `f` is of no use to any model."""
    features = data.get("f")
    f = features[0] if isinstance(features, (list, tuple)) and features else features
    w_plus = data["wplus"]
    if not isinstance(f, torch.Tensor) or not isinstance(w_plus, torch.Tensor):
        raise ShapeError("expected tensors `wplus` and `f`.")
    w_plus = w_plus[None] if w_plus.ndim == 2 else w_plus
    return Latents(f=f.detach().clone(), w_plus=w_plus.detach().clone())


def _with_constant(styles: Mapping[str, torch.Tensor], model: Model | None, name: str) -> Latents:
    """The styles of all pictures, in the file's order, on the model's own constant."""
    if model is None:
        raise CheckpointError(
            f"{name} holds {KIND_NAMES['styles']}, without a first-layer feature f; to load them, "
            "give the model that they belong to as well."
        )
    expected = (model.num_slots, model.style_dim)
    for rows in styles.values():
        if rows.shape[1:] != expected:
            raise ShapeError(
                f"its styles are {list(rows.shape[1:])}, those of {model.name} {list(expected)}."
            )
    w_plus = torch.cat([rows.detach().float() for rows in styles.values()])
    f = model.generator.dense_constant().detach().to("cpu", torch.float32, copy=True)
    side = model.config.generator.size
    return Latents(f=f, w_plus=w_plus, size=(side, side))


def _explain_foreign(contents: FileContents) -> str:
    came = name_kind(contents.data)
    if identify(contents.data) == "unknown":
        tensors = list_tensors(contents.data)[:5]
        found = [f"{echo(key, 80)} {list(tensor.shape)}" for key, tensor in tensors]
        came = f"{came} ({', '.join(found) or 'no tensors'})"
    return (
        f"{echo(contents.path.name)} is {came}, not latents; expected a file from Save "
        "Latents (f, w_plus), a StyleGANEX inversion (wplus, f), or styles [n, L, D]."
    )


def _check_numbers(latents: Latents, name: str) -> None:
    """Raises CheckpointError for parts that are empty, of another form, or no finite numbers."""
    parts = {"f": latents.f, "w_plus": latents.w_plus}
    parts |= {f"skips.{i}": part for i, part in enumerate(latents.skips or ())}
    parts |= {f"noise.{i}": part for i, part in enumerate(latents.noise or ())}
    if latents.edit is not None:
        parts["edit"] = latents.edit
    for key, part in parts.items():
        axes = 3 if key in ("w_plus", "edit") else 4
        one_channel = not key.startswith("noise") or part.shape[1:2] == (1,)
        if part.ndim != axes or 0 in part.shape or not is_plain(part) or not one_channel:
            raise CheckpointError(
                f"{name} is damaged: {key} is {list(part.shape)} of {part.dtype}; save the latents "
                "again."
            )
        if not is_finite(part):
            raise CheckpointError(f"{name} holds NaN or infinite numbers; save the latents again.")
