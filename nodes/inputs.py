"""Inputs that several nodes have; a tooltip is given where each says something else of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Final

from comfy_api.latest import io

from .. import styleganex_core as core

LARGEST_SEED = 2**53 - 1  # what a number in the browser holds exactly
LARGEST_FRAME = 2**31 - 1  # number of a clip's frame
NEW_NOISE: Final = "random"


def default_of(source: Callable[..., Any], name: str) -> Any:
    """What a function of the core takes for a parameter that is not given."""
    return inspect.signature(source).parameters[name].default


def seed(tooltip: str, *, optional: bool = False) -> io.Int.Input:
    """A random seed; the editor offers to change it after each run."""
    return io.Int.Input(
        "seed",
        default=0,
        min=0,
        max=LARGEST_SEED,
        control_after_generate=True,
        optional=optional,
        tooltip=tooltip,
    )


def layers(default: str, more: str = "", *, optional: bool = True) -> io.String.Input:
    """Which style slots; `more` follows what every node says of them."""
    tooltip = (
        "Style slots, from 0 (coarse: pose, face shape) up to the last (fine: colour, light), such "
        "as '0-6, 9', '8-' (8 and all after) or 'all'."
    )
    return io.String.Input("layers", default=default, optional=optional, tooltip=tooltip + more)


def strengths() -> io.String.Input:
    """Names of edits and how much of each, which a widget shows as sliders."""
    return io.String.Input(
        "strengths",
        default="",
        tooltip="What the sliders write: names and strengths from -20 to 20, such as "
        "'smile: 1.2, age: -0.5'. 0 changes nothing; with the demo's vectors 1 is one standard "
        "deviation.",
    )


def batch_norm(default: str, tooltip: str) -> io.Combo.Input:
    """Statistics of the encoder: "stored" or "input"."""
    return io.Combo.Input(
        "batch_norm", options=["stored", "input"], default=default, optional=True, tooltip=tooltip
    )


def skip_layers(tooltip: str) -> io.Int.Input:
    """How many encoder layers are fused into the generator; -1 for all of them."""
    return io.Int.Input("skip_layers", default=-1, min=-1, max=7, optional=True, tooltip=tooltip)


def new_noise() -> io.Combo.Input:
    """Fine texture of a face that is drawn anew."""
    return io.Combo.Input(
        "noise",
        options=["random", "zero"],
        default=NEW_NOISE,
        optional=True,
        tooltip="Fine texture: 'random' by the seed and kept in the latents, or 'zero' for smooth "
        "pictures and clips (then choose 'zero' in Decode too).",
    )


def frame(name: str, tooltip: str, *, optional: bool = False) -> io.Int.Input:
    """A frame's number, or how many there are."""
    return io.Int.Input(
        name, default=0, min=0, max=LARGEST_FRAME, optional=optional, tooltip=tooltip
    )


def reach(tooltip: str) -> io.Int.Input:
    """Half side of a crop in px, where the eyes are 64 px apart."""
    return io.Int.Input(
        "reach",
        default=default_of(core.crop_faces, "reach"),
        min=64,
        max=1024,
        step=8,
        optional=True,
        tooltip=tooltip,
    )


def feather(*, optional: bool = False) -> io.Float.Input:
    """How softly a crop fades into its picture."""
    return io.Float.Input(
        "feather",
        default=default_of(core.paste_faces, "feather"),
        min=0.0,
        max=256.0,
        step=1.0,
        optional=optional,
        tooltip="Width in px of the crop (eyes 64 px apart), 0 to 256, over which the edit fades "
        "in from the crop's edges; 0 gives a hard edge.",
    )


def face_strengths() -> io.String.Input:
    """What single faces of a photo have of their own; the last of a node's widgets."""
    return io.String.Input(
        "face_strengths",
        default=core.PhotoSettings.face_strengths,
        optional=True,
        tooltip="What the sliders write once a face is chosen over them: faces by their number, "
        "counted from the left, with strengths of their own, such as '[1] smile: 1.2; [2] age: "
        "-0.5'. All else is as 'strengths' says.",
    )


def fold(*entries: io.Input) -> list[io.Input]:
    """Inputs that the editor shows on request only, where it can ("advanced" inputs)."""
    for entry in entries:
        entry.extra_dict = {**entry.extra_dict, "advanced": True}
    return list(entries)
