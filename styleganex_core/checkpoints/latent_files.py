"""Latents to files and from files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from ..datatypes import Latents
from ..errors import CheckpointError, ShapeError
from .identify import KIND_NAMES, identify
from .read import FileContents, is_finite, list_tensors, read_file
from .write import write_safetensors

FORMAT = "styleganex latents"

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
    for name, parts in (("skips", latents.skips), ("noise", latents.noise)):
        if parts is not None:
            tensors.update(_pack(name, parts))
    write_safetensors(path, tensors, {**(metadata or {}), "format": FORMAT})


def load_latents(path: str | Path) -> Latents:
    """The latents in a file, on the CPU in the dtype they were saved in.

    Reads our safetensors and the inversions that StyleGANEX saves: `wplus` [1, L, D] with `f`
    [1, C, h, w] or a list whose first entry it is. Those hold no noise, so a picture decoded from
    them differs in fine texture. Raises CheckpointError for another kind of file.
    """
    with torch.inference_mode(False):  # so that they can be optimised wherever they were loaded
        contents = read_file(path)
        kind = identify(contents.data)
        try:
            if kind == "latents":
                latents = _unpack_latents(contents.data)
            elif kind == "inversion":
                latents = _inversion(contents.data)
            else:
                raise CheckpointError(_explain_foreign(contents))
        except (KeyError, ShapeError, TypeError) as error:
            raise CheckpointError(
                f"{contents.path.name} looks like {KIND_NAMES[kind]}, but is damaged: {error}"
            ) from error
        _check_finite(latents, contents.path.name)
    return latents


def _pack(name: str, parts: tuple[torch.Tensor, ...]) -> Tensors:
    """The parts as `name.0`, ...; `name.order` [n] tells which stored one each part is."""
    order: list[int] = []
    for index, part in enumerate(parts):
        same = (known for known in order if _is_same(parts[known], part))
        order.append(next(same, index))
    packed = {f"{name}.{index}": parts[index] for index in order}
    return {**packed, f"{name}.order": torch.tensor(order, dtype=torch.int64)}


def _unpack(tensors: Tensors, name: str) -> tuple[torch.Tensor, ...] | None:
    if f"{name}.order" not in tensors:
        return None
    order = tensors[f"{name}.order"].tolist()
    parts = {index: tensors[f"{name}.{index}"].clone() for index in set(order)}
    return tuple(parts[index] for index in order)


def _is_same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return a is b or (a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b))


def _unpack_latents(tensors: Tensors) -> Latents:
    size = tensors.get("size")
    if size is not None and size.shape != (2,):
        raise ShapeError(f"size is {list(size.shape)}; expected height and width.")
    return Latents(
        f=tensors["f"].clone(),
        w_plus=tensors["w_plus"].clone(),
        skips=_unpack(tensors, "skips"),
        edit=tensors["edit"].clone() if "edit" in tensors else None,
        noise=_unpack(tensors, "noise"),
        size=None if size is None else (int(size[0]), int(size[1])),
    )


def _inversion(data: Mapping[str, Any]) -> Latents:
    """A reference inversion; the three-channel start beside `f` is of no use to any model."""
    features = data.get("f")
    f = features[0] if isinstance(features, (list, tuple)) and features else features
    w_plus = data["wplus"]
    if not isinstance(f, torch.Tensor) or not isinstance(w_plus, torch.Tensor):
        raise ShapeError("expected tensors `wplus` and `f`.")
    w_plus = w_plus[None] if w_plus.ndim == 2 else w_plus
    return Latents(f=f.detach().clone(), w_plus=w_plus.detach().clone())


def _explain_foreign(contents: FileContents) -> str:
    kind = identify(contents.data)
    came = KIND_NAMES[kind]
    if kind == "unknown":
        found = [f"{key} {list(t.shape)}" for key, t in list_tensors(contents.data)[:5]]
        came = f"{came} ({', '.join(found) or 'no tensors'})"
    return (
        f"{contents.path.name} is {came}, not latents; expected a file from Save Latents (f, "
        "w_plus) or a StyleGANEX inversion (wplus, f)."
    )


def _check_finite(latents: Latents, name: str) -> None:
    parts = [latents.f, latents.w_plus, *(latents.skips or ()), *(latents.noise or ())]
    if latents.edit is not None:
        parts.append(latents.edit)
    if not all(is_finite(part) for part in parts):
        raise CheckpointError(f"{name} holds NaN or infinite numbers; save the latents again.")
