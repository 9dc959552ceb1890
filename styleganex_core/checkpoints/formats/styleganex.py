"""StyleGANEX's task files: `state_dict` with `encoder.` and `decoder.`, options, mean latent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ..convert import convert_encoder, convert_generator, label_residuals, original_key
from .parts import (
    Format,
    ModelParts,
    Tensors,
    is_tensor,
    plain_keys,
    split_prefix,
    split_vectors,
    tensors_in,
)

TITLE = "a StyleGANEX checkpoint"
IGNORED = ("discriminator.",)  # what may lie beside the networks without being a part of the model


def detect(data: Any) -> bool:
    if not isinstance(data, Mapping):
        return False
    starts = {key.split(".")[0] for key in plain_keys(data)}
    return bool(starts & {"decoder", "encoder"}) or isinstance(data.get("state_dict"), Mapping)


def load(data: Mapping[Any, Any]) -> ModelParts:
    tensors, outside = open_state(data)
    latent_avg = tensors.pop("latent_avg", outside.get("latent_avg"))
    vectors, tensors = split_vectors(tensors)
    editing = tensors.pop("editing_w", outside.get("editing_w"))
    if isinstance(editing, torch.Tensor):
        vectors["editing_w"] = editing
    encoder, tensors = split_prefix(tensors, "encoder.")
    decoder, tensors = split_prefix(tensors, "decoder.")
    residuals = label_residuals(encoder)
    rest = {key: t for key, t in tensors.items() if not key.startswith(IGNORED)}
    return ModelParts(
        TITLE,
        {**convert_encoder(encoder), **convert_generator(decoder), **rest},
        lambda key: original_key(key, residuals),
        latent_avg if is_tensor(latent_avg) else None,
        vectors,
        read_options(outside.get("opts")),
    )


def open_state(data: Mapping[Any, Any]) -> tuple[Tensors, Mapping[Any, Any]]:
    """The tensors of `state_dict`, and what lies beside it; or those on the top level."""
    inside = data.get("state_dict")
    if isinstance(inside, Mapping):
        return tensors_in(inside), data
    return tensors_in(data), {}


def read_options(options: Any) -> dict[str, Any]:
    """Training options, which are a dictionary or a record with attributes."""
    if isinstance(options, Mapping):
        return {str(key): value for key, value in options.items()}
    return dict(vars(options)) if hasattr(options, "__dict__") else {}


FORMAT = Format(
    TITLE,
    detect,
    load,
    first_keys=("decoder.input.input [1, C, 4, 4]", "encoder.input_layer.0.weight [64, 3, 3, 3]"),
    marks=("body.", "styles.", "latlayer", "featlayer", "decoder", "encoder"),
)
