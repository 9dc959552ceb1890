"""StyleGAN2 generators in rosinality's form, StyleGAN-NADA's too: `g_ema`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..convert import convert_generator, original_key
from .parts import Format, ModelParts, is_tensor, plain_keys, tensors_in

TITLE = "a rosinality StyleGAN2 generator"


def detect(data: Any) -> bool:
    if not isinstance(data, Mapping):
        return False
    keys = plain_keys(data)
    starts = {key.split(".")[0] for key in keys}
    return "g_ema" in starts or bool({"input.input", "conv1.conv.weight"} & keys.keys())


def load(data: Mapping[Any, Any]) -> ModelParts:
    inside = data.get("g_ema")
    if isinstance(inside, Mapping):
        tensors, latent_avg = tensors_in(inside), data.get("latent_avg")
    else:
        tensors = tensors_in({k.removeprefix("g_ema."): t for k, t in plain_keys(data).items()})
        latent_avg = tensors.pop("latent_avg", None)
    return ModelParts(
        TITLE,
        convert_generator(tensors),
        lambda key: original_key(key).removeprefix("decoder."),
        latent_avg if is_tensor(latent_avg) else None,
    )


FORMAT = Format(
    TITLE,
    detect,
    load,
    first_keys=("input.input [1, C, 4, 4]", "conv1.conv.weight [1, C, C, 3, 3]"),
    marks=("convs.", "to_rgb", "noises.", "style.", ".modulation."),
)
