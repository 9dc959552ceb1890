"""Faces from a drawing or a label map: structure from the input, looks from a random style or a
reference face. Source: StyleGANEX, section 5.2; docs/networks.md, "Tasks".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import torch

from ..crop.align import MULTIPLE
from ..datatypes import Latents
from ..encode import encode_face
from ..errors import ShapeError, StyleGANEXError
from ..latents import mix_styles, sample_latents
from ..layers import parse_layers
from ..networks import Model
from ..ranges import check_number
from .labels import encode_labels, eye_distance
from .models import Kind, check_input_kind
from .reference import align_faces
from .result import Note, TaskResult, keep_noise
from .sketch import is_blank
from .super_resolution import EYES_FIT

LARGE_SKETCH = 640  # px of a side, from which on a drawn face hardly has its eyes 64 px apart
LARGEST_CUT = 512  # px, the reference's limit for sketches and masks

Sides = Literal["keep", "cut to 512"]
SIDES = ("keep", "cut to 512")


@dataclass(frozen=True)
class Appearance:
    """Where the looks of a drawn face come from.

    `samples` faces per input, the k-th with the style of seed `seed` + k: the random style of the
    paper, `truncation` times the mapped sample, measured from "zero" as there or from the "mean"
    latent. `layers`: the slots that take it; the others come from the input. With a reference
    face `reference_strength` mixes: 1 takes its looks alone, 0 the random style's.
    """

    samples: int = 1
    seed: int = 0
    layers: str = "8-"
    truncation: float = 0.7
    toward: Literal["zero", "mean"] = "zero"
    reference_strength: float = 1.0


def sketch_to_face(
    model: Model,
    sketch: torch.Tensor,
    reference: torch.Tensor | None = None,
    *,
    appearance: Appearance | None = None,
    sides: Sides = "keep",
    batch_norm: Literal["stored", "input"] = "input",
    random_noise: bool = True,
) -> TaskResult:
    """The latents of faces with the lines of `sketch` [B, 1, H, W] in 0..1, dark on white.

    B x samples of them, the samples of one sketch one after the other. `reference` [B or 1, 3, h,
    w] in -1..1: whose looks to take; its largest face is aligned. `sides`: "keep" serves any size,
    "cut to 512" cuts centrally to multiples of 8 and at most 512 px, as the reference does.
    `batch_norm`: "input" as in the reference, see `encode_face`; the model is never changed.

    Raises StyleGANEXError for a model of another task.
    """
    check_input_kind(model, "sketch")
    notes = [
        Note("the sketch is blank, so that the face is a guess.", number)
        for number, drawing in enumerate(sketch)
        if is_blank(drawing)
    ]
    if max(sketch.shape[-2:]) > LARGE_SKETCH and sides == "keep":
        text = (
            "The sketch is large: models know faces with the eyes about 64 px apart, a portrait "
            "of some 256 to 400 px. Resize it if the face comes out wrong."
        )
        notes.append(Note(text))
    return _draw(
        model, sketch, reference, appearance, sides, batch_norm, random_noise, "sketch", notes
    )


def mask_to_face(
    model: Model,
    labels: torch.Tensor,
    reference: torch.Tensor | None = None,
    *,
    appearance: Appearance | None = None,
    sides: Sides = "keep",
    batch_norm: Literal["stored", "input"] = "input",
    random_noise: bool = True,
) -> TaskResult:
    """The latents of faces laid out as the label map `labels` [B, H, W], classes 0 to 18.

    All else as in `sketch_to_face`. Raises StyleGANEXError for classes that do not exist.
    """
    check_input_kind(model, "mask")
    planes = encode_labels(labels)
    notes = []
    for number, one in enumerate(labels):
        distance = eye_distance(one)
        if distance is not None and not EYES_FIT[0] <= distance <= EYES_FIT[1]:
            text = (
                f"the eyes are {distance:.0f} px apart, and models know 64. Resize the label map "
                f"to {64 / distance:.0%} (nearest, without smoothing)."
            )
            notes.append(Note(text, number))
    return _draw(
        model, planes, reference, appearance, sides, batch_norm, random_noise, "mask", notes
    )


def cut_sides(planes: torch.Tensor, largest: int = LARGEST_CUT) -> torch.Tensor:
    """[B, C, H, W] cut centrally to sides that are multiples of 8 and at most `largest` px."""
    height, width = planes.shape[-2:]
    if min(height, width) < MULTIPLE:
        raise ShapeError(
            f"a picture of {width}x{height} px is too small to be cut to multiples of {MULTIPLE} "
            "px; keep its size."
        )
    new_height, new_width = (min(side, largest) // MULTIPLE * MULTIPLE for side in (height, width))
    top, left = (height - new_height) // 2, (width - new_width) // 2
    below, right = top + new_height, left + new_width
    return planes[..., top:below, left:right]


def _draw(
    model: Model,
    planes: torch.Tensor,
    reference: torch.Tensor | None,
    appearance: Appearance | None,
    sides: Sides,
    batch_norm: Literal["stored", "input"],
    random_noise: bool,
    kind: Kind,
    notes: list[Note],
) -> TaskResult:
    appearance = appearance or Appearance()
    _check(model, appearance, sides)
    size = tuple(planes.shape[-2:])
    if sides == "cut to 512":
        planes = cut_sides(planes)
    notes = [_describe_sides(size, tuple(planes.shape[-2:]), kind), *notes]
    latents = encode_face(model, planes, batch_norm=batch_norm)
    seeds = [appearance.seed + number for number in range(appearance.samples)]
    styles = _random_styles(model, appearance, seeds)[None]  # [1, S, L, D]
    if reference is not None:
        looks, found = _reference_styles(model, reference, len(planes), batch_norm)
        notes += found
        styles = looks[:, None] + (1 - appearance.reference_strength) * (styles - looks[:, None])
        if appearance.samples > 1 and appearance.reference_strength == 1:
            text = (
                "All samples have the reference's looks and differ in fine texture only; lower "
                "reference_strength for variety."
            )
            notes.append(Note(text))
    styles = styles.expand(len(planes), -1, -1, -1).flatten(0, 1)  # [B * S, L, D]
    latents = mix_styles(_repeat(latents, len(seeds)), styles, appearance.layers)
    if random_noise:
        latents = keep_noise(model, latents, seeds)
    return TaskResult(latents, planes, tuple(notes))


def _check(model: Model, appearance: Appearance, sides: str) -> None:
    parse_layers(appearance.layers, model.num_slots)
    if appearance.samples < 1:
        raise StyleGANEXError(f"samples must be at least 1; got {appearance.samples}.")
    check_number(appearance.reference_strength, "reference_strength")
    if sides not in SIDES:
        raise StyleGANEXError(f"sides is one of {', '.join(SIDES)}; got {sides!r}.")


def _random_styles(model: Model, appearance: Appearance, seeds: list[int]) -> torch.Tensor:
    """One style per seed, [S, L, D]."""
    return torch.cat(
        [
            sample_latents(
                model, seed, truncation=appearance.truncation, toward=appearance.toward
            ).w_plus
            for seed in seeds
        ]
    )


def _reference_styles(
    model: Model, reference: torch.Tensor, count: int, batch_norm: Literal["stored", "input"]
) -> tuple[torch.Tensor, list[Note]]:
    """The styles [B or 1, L, D] of the reference faces, and what to say about them."""
    if len(reference) not in (1, count):
        raise ShapeError(
            f"{len(reference)} reference faces do not match {count} pictures; give one for all, "
            "or one each."
        )
    aligned, found = align_faces(reference.to(model.device, model.dtype))
    text = "no face was found in the reference, so that its central square is taken."
    notes = [
        Note(text, number if len(reference) > 1 else None)
        for number, face in enumerate(found)
        if face.eye_distance is None
    ]
    return encode_face(model, aligned.to(model.dtype), batch_norm=batch_norm).w_plus, notes


def _repeat(latents: Latents, count: int) -> Latents:
    """Every picture `count` times in a row."""
    skips = latents.skips
    return replace(
        latents,
        f=latents.f.repeat_interleave(count, dim=0),
        w_plus=latents.w_plus.repeat_interleave(count, dim=0),
        skips=None if skips is None else tuple(s.repeat_interleave(count, dim=0) for s in skips),
    )


def _describe_sides(was: tuple[int, ...], now: tuple[int, ...], kind: Kind) -> Note:
    height, width = now
    extended = [side + -side % MULTIPLE for side in now]
    if was != now:
        text = f"The {kind} of {was[1]}x{was[0]} px is cut to its central {width}x{height} px."
    elif extended == [height, width]:
        text = f"The {kind} is {width}x{height} px, whole cells of {MULTIPLE}."
    else:
        text = (
            f"The {kind} of {width}x{height} px is extended to {extended[1]}x{extended[0]}, whole "
            f"cells of {MULTIPLE}, and the face cut back to its size."
        )
    return Note(text)
