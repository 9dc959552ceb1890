"""pSp, e4e and ReStyle: as StyleGANEX's files, with an encoder that finds styles alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch

from . import styleganex
from .parts import Format, ModelParts, Tensors

TITLE = "a checkpoint of pSp, e4e or ReStyle"
_FEATURE_HEADS = ("encoder.featlayer.", "encoder.skiplayer.", "encoder.fusion.")

_log = logging.getLogger(__name__)


def detect(data: Any) -> bool:
    if not styleganex.detect(data):
        return False
    tensors, _ = styleganex.open_state(data)
    return any(key.startswith("encoder.") for key in tensors) and not any(
        key.startswith(_FEATURE_HEADS) for key in tensors
    )


def load(data: Mapping[Any, Any]) -> ModelParts:
    parts = styleganex.load(data)
    tensors, _ = styleganex.open_state(data)
    name = _name_encoder(tensors, parts.options)
    note = (
        f"the encoder in its file is {name}, which finds the styles of an aligned face (w_plus) "
        "and no first-layer feature (f, featlayer) of a whole picture"
    )
    _log.warning("%s; only its generator is used.", note)
    generator = {k: t for k, t in parts.tensors.items() if not k.startswith("encoder.")}
    return replace(parts, title=TITLE, tensors=generator, foreign_encoder=note)


def _name_encoder(tensors: Tensors, options: Mapping[str, Any]) -> str:
    stem: torch.Tensor | None = tensors.get("encoder.input_layer.0.weight")
    if stem is not None and stem.ndim == 4 and stem.shape[1] == 6:
        return "ReStyle's"
    kind = str(options.get("encoder_type", ""))
    return "e4e's" if "4Editing" in kind else "pSp's or e4e's"


FORMAT = Format(TITLE, detect, load, styleganex.FORMAT.first_keys, marks=())
