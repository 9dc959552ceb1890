"""Models saved by this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..average import PREFIX as AVERAGE_PREFIX
from ..convert import check_count
from ..levels import dequantise
from .parts import Format, ModelParts, plain_keys, split_prefix, split_vectors, tensors_in

TITLE = "a model saved by this package"


def detect(data: Any) -> bool:
    return isinstance(data, Mapping) and any(
        key.split(".")[0] == "generator" for key in plain_keys(data)
    )


def load(data: Mapping[Any, Any]) -> ModelParts:
    vectors, tensors = split_vectors(tensors_in(data))
    changes, tensors = split_prefix(tensors, AVERAGE_PREFIX)
    check_count(tensors)
    tensors = dequantise(tensors)
    latent_avg = tensors.pop("latent_avg", None)
    return ModelParts(TITLE, tensors, str, latent_avg, vectors, average_changes=changes)


FORMAT = Format(
    TITLE,
    detect,
    load,
    first_keys=("generator.constant [1, C, 4, 4]", "generator.layers.0.conv.weight [C, C, 3, 3]"),
    marks=("layers.", "heads.", "mapping.", "noise_maps.", "blocks.", "fusions."),
)
