"""What kind of file this is, told from keys and shapes, and the parts of a model in it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch

from ..errors import CheckpointError, StyleGANEXError
from .convert import convert_encoder, convert_generator, label_residuals, original_key
from .detect import NAMED_KEYS, Spell
from .read import FileContents, list_tensors
from .vector_layouts import VECTOR_PREFIX, find_vectors

Tensors = dict[str, torch.Tensor]
Kind = Literal["model", "checkpoint", "generator", "latents", "inversion", "vectors", "unknown"]

KIND_NAMES: dict[Kind, str] = {
    "model": "a model saved by this package",
    "checkpoint": "a StyleGANEX checkpoint",
    "generator": "a rosinality StyleGAN2 generator",
    "latents": "latents saved by this package",
    "inversion": "latents saved by StyleGANEX",
    "vectors": "edit vectors",
    "unknown": "of no kind known here",
}
# The first keys of each kind of model, for messages about files that have none of them.
FIRST_KEYS = {
    "model": ("generator.constant [1, C, 4, 4]", "generator.layers.0.conv.weight [C, C, 3, 3]"),
    "checkpoint": (
        "decoder.input.input [1, C, 4, 4]",
        "encoder.input_layer.0.weight [64, 3, 3, 3]",
    ),
    "generator": ("input.input [1, C, 4, 4]", "conv1.conv.weight [1, C, C, 3, 3]"),
}
# What may lie beside the networks without being a part of the model.
IGNORED = ("discriminator.",)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelParts:
    """The parts of a model file: `tensors` under our keys, `spell` gives back the file's own.

    `latent_avg` is None when the file has none; `options` are the training options that came along.
    """

    kind: Kind
    tensors: Tensors
    spell: Spell
    latent_avg: torch.Tensor | None = None
    edit_vectors: Tensors = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)


def identify(data: Any) -> Kind:
    """The kind of a file's contents."""
    if isinstance(data, Mapping):
        keys = {str(key) for key in data}
        starts = {key.split(".")[0] for key in keys}
        if "generator" in starts:
            return "model"
        if starts & {"decoder", "encoder"} or isinstance(data.get("state_dict"), Mapping):
            return "checkpoint"
        if "g_ema" in starts or {"input.input", "conv1.conv.weight"} & keys:
            return "generator"
        if {"f", "w_plus"} <= keys:
            return "latents"
        if "wplus" in keys:
            return "inversion"
    try:
        return "vectors" if find_vectors(data) else "unknown"
    except StyleGANEXError:
        return "unknown"


def find_model(contents: FileContents) -> ModelParts:
    """The parts of the model in a file.

    Raises CheckpointError when there is none, naming the nearest format and its first keys.
    """
    kind = identify(contents.data)
    if kind == "model":
        return _split_model(contents.data)
    if kind == "checkpoint":
        return _split_checkpoint(contents.data)
    if kind == "generator":
        return _split_generator(contents.data)
    name = contents.path.name
    if kind in ("latents", "inversion"):
        raise CheckpointError(f"{name} holds {KIND_NAMES[kind]}, not a model; load it as latents.")
    if kind == "vectors":
        raise CheckpointError(f"{name} holds edit vectors, not a model; load it as edit vector.")
    found = [f"{key} {list(tensor.shape)}" for key, tensor in list_tensors(contents.data)]
    nearest = _nearest_kind([key for key, _ in list_tensors(contents.data)])
    raise CheckpointError(
        f"{name} is not a model known here. The nearest format is {KIND_NAMES[nearest]}, of which "
        f"it lacks {', '.join(FIRST_KEYS[nearest])}; it holds "
        f"{', '.join(found[:NAMED_KEYS]) or 'no tensors'}."
    )


def _nearest_kind(keys: list[str]) -> Kind:
    """The kind of model with the most keys in common, a checkpoint in doubt."""
    marks: dict[Kind, tuple[str, ...]] = {
        "checkpoint": ("body.", "styles.", "latlayer", "featlayer", "decoder", "encoder"),
        "generator": ("convs.", "to_rgb", "noises.", "style.", ".modulation."),
        "model": ("layers.", "heads.", "mapping.", "noise_maps.", "blocks.", "fusions."),
    }

    def count(kind: Kind) -> int:
        return sum(any(mark in key for mark in marks[kind]) for key in keys)

    return max(marks, key=count)


def _split_model(data: Mapping[str, Any]) -> ModelParts:
    tensors = _tensors_only(data)
    vectors = _take_prefix(tensors, VECTOR_PREFIX)
    latent_avg = tensors.pop("latent_avg", None)
    return ModelParts("model", tensors, str, latent_avg, vectors)


def _split_checkpoint(data: Mapping[str, Any]) -> ModelParts:
    """A StyleGANEX, pSp or ReStyle file: `state_dict`, or its keys on the top level."""
    inside = data.get("state_dict")
    tensors = _tensors_only(inside if isinstance(inside, Mapping) else data)
    outside = data if isinstance(inside, Mapping) else {}
    latent_avg = tensors.pop("latent_avg", outside.get("latent_avg"))
    vectors = _take_prefix(tensors, VECTOR_PREFIX)
    editing = tensors.pop("editing_w", outside.get("editing_w"))
    if isinstance(editing, torch.Tensor):
        vectors["editing_w"] = editing
    encoder, decoder = _take_prefix(tensors, "encoder."), _take_prefix(tensors, "decoder.")
    residuals = label_residuals(encoder)
    converted = {**convert_encoder(encoder), **convert_generator(decoder)}
    heads = ("encoder.feature_head.", "encoder.rgb_start_head.", "fusions.")
    if encoder and not any(key.startswith(heads) for key in converted):
        _log.warning(
            "the encoder of this checkpoint has no first-layer feature (featlayer), as in pSp and "
            "ReStyle; only its generator is used."
        )
        converted = {k: v for k, v in converted.items() if not k.startswith("encoder.")}
    rest = {key: t for key, t in tensors.items() if not key.startswith(IGNORED)}
    return ModelParts(
        "checkpoint",
        {**converted, **rest},
        lambda key: original_key(key, residuals),
        latent_avg if isinstance(latent_avg, torch.Tensor) else None,
        vectors,
        _options(outside.get("opts")),
    )


def _split_generator(data: Mapping[str, Any]) -> ModelParts:
    """A rosinality or StyleGAN-NADA file: `g_ema`, or its keys on the top level."""
    inside = data.get("g_ema")
    if isinstance(inside, Mapping):
        tensors, latent_avg = _tensors_only(inside), data.get("latent_avg")
    else:
        tensors = {key.removeprefix("g_ema."): t for key, t in _tensors_only(data).items()}
        latent_avg = tensors.pop("latent_avg", None)
    return ModelParts(
        "generator",
        convert_generator(tensors),
        lambda key: original_key(key).removeprefix("decoder."),
        latent_avg if isinstance(latent_avg, torch.Tensor) else None,
    )


def _tensors_only(data: Mapping[str, Any]) -> Tensors:
    return {str(key): value for key, value in data.items() if isinstance(value, torch.Tensor)}


def _take_prefix(tensors: Tensors, prefix: str) -> Tensors:
    """Moves the keys that start with `prefix` out of `tensors`, without the prefix."""
    keys = [key for key in tensors if key.startswith(prefix)]
    return {key.removeprefix(prefix): tensors.pop(key) for key in keys}


def _options(options: Any) -> dict[str, Any]:
    if isinstance(options, Mapping):
        return {str(key): value for key, value in options.items()}
    return dict(vars(options)) if hasattr(options, "__dict__") else {}
