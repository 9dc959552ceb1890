"""Which models a task can use, and what to choose instead of one it cannot."""

from __future__ import annotations

from typing import Literal

from ..errors import StyleGANEXError
from ..networks import Model

Kind = Literal["photo", "sketch", "mask"]

SKETCH_CHANNELS, MASK_CHANNELS = 1, 19
_INPUTS = {0: "photos", SKETCH_CHANNELS: "sketches", MASK_CHANNELS: "label maps"}
_CHANNELS: dict[Kind, int] = {"photo": 0, "sketch": SKETCH_CHANNELS, "mask": MASK_CHANNELS}
_FILES: dict[Kind, str] = {
    "photo": "StyleGANEX's styleganex_inversion.pt or a demo model for photos",
    "sketch": "StyleGANEX's styleganex_sketch2face.pt or a demo model for sketches",
    "mask": "StyleGANEX's styleganex_mask2face.pt or a demo model for masks",
}
_WAYS = {
    0: "Encode reads photos",
    SKETCH_CHANNELS: "Sketch to Face draws faces",
    MASK_CHANNELS: "Mask to Face draws faces",
}
SUPER_RESOLUTION_FILES = (
    "StyleGANEX's styleganex_sr.pt or styleganex_sr32.pt, or a demo model for super-resolution"
)


def check_input_kind(model: Model, kind: Kind) -> None:
    """Raises StyleGANEXError when the model does not encode inputs of this kind."""
    came = model.require_encoder().config.label_channels
    wanted = _CHANNELS[kind]
    if came != wanted:
        reads = _INPUTS.get(came, f"inputs of {came} channels")
        way = f" With {model.name}, {_WAYS[came]}." if came in _WAYS else ""
        raise StyleGANEXError(
            f"this needs a model that reads {_INPUTS[wanted]}, but {model.name} reads {reads}. "
            f"Load {_FILES[kind]}.{way}"
        )


def check_super_resolution(model: Model) -> None:
    """Raises StyleGANEXError when the model cannot have been trained for super-resolution."""
    channels = model.require_encoder().config.label_channels
    if channels:
        reason = f"reads {_INPUTS.get(channels, f'inputs of {channels} channels')}"
    elif not model.fusions:
        reason = "has no skip fusions, through which super-resolution hands detail to the generator"
    elif any(fusion.gate_layers for fusion in model.config.fusions):
        reason = "was trained to edit clips (its fusions have attention gates)"
    else:
        return
    raise StyleGANEXError(
        f"super-resolution needs a model trained for it, but {model.name} {reason}. "
        f"Load {SUPER_RESOLUTION_FILES}."
    )
