"""Super-resolution: a tiny face redrawn in detail. Source: StyleGANEX, section 5.2."""

from __future__ import annotations

from typing import Literal

import torch

from ..encode import encode_face
from ..errors import StyleGANEXError
from ..networks import Model
from .models import check_super_resolution
from .reference import Found, align_faces
from .resample import enlarge_picture, reduce_and_restore
from .result import Note, TaskResult, keep_noise

Source = Literal["small picture", "reduce first", "already enlarged"]
SOURCES = ("small picture", "reduce first", "already enlarged")
StyleFrom = Literal["aligned face", "whole picture"]
STYLES = ("aligned face", "whole picture")

LARGEST_FACTOR = 64  # of the paper's training
EYES_FIT = (40.0, 100.0)  # px between the eyes with which the networks, trained at 64, still work


def super_resolve(
    model: Model,
    image: torch.Tensor,
    factor: int,
    style_image: torch.Tensor | None = None,
    *,
    source: Source = "small picture",
    style: StyleFrom = "aligned face",
    batch_norm: Literal["stored", "input"] = "stored",
    skip_layers: int | None = None,
    random_noise: bool = True,
    seed: int = 0,
) -> TaskResult:
    """The latents of `image` [B, 3, H, W] in -1..1 at `factor` times its resolution.

    The network itself adds the last `model.ratio` times (4 for a 1024 px generator), the rest is
    bicubic. `source`: "small picture" is enlarged by factor / ratio; "reduce first" makes a good
    picture small and blurred in that measure, to show what the model can do; "already enlarged" is
    taken as it is, for example from `crop_face`.

    Styles come from `style_image` [B or 1, 3, h, w], else from the "aligned face" found in the
    enlarged picture (its central square where none is found), or from the "whole picture".
    `random_noise` draws fine texture from `seed`.

    Raises StyleGANEXError for a model of another task or a factor it cannot have.
    """
    check_super_resolution(model)
    if style not in STYLES:
        raise StyleGANEXError(f"style comes from one of {', '.join(STYLES)}; got {style!r}.")
    seen = prepare_picture(model, image, factor, source)
    notes = [_describe(model, image, seen, factor, source)]
    if style_image is None and style == "aligned face":
        style_image, found = align_faces(seen)
        notes += _judge_faces(found)
    latents = encode_face(model, seen, style_image, batch_norm=batch_norm, skip_layers=skip_layers)
    if random_noise:
        latents = keep_noise(model, latents, [seed])
    return TaskResult(latents, seen, tuple(notes))


def prepare_picture(model: Model, image: torch.Tensor, factor: int, source: Source) -> torch.Tensor:
    """What the encoder is given, [B, 3, h, w] in -1..1, of `prepared_size`."""
    size = prepared_size(model, (image.shape[-2], image.shape[-1]), factor, source)
    if source == "reduce first":
        return reduce_and_restore(image, round(factor / model.ratio))
    return enlarge_picture(image, size)


def prepared_size(
    model: Model, size: tuple[int, int], factor: int, source: Source
) -> tuple[int, int]:
    """Height and width that the encoder sees of a picture of `size`; checks the factor."""
    if source not in SOURCES:
        raise StyleGANEXError(f"source is one of {', '.join(SOURCES)}; got {source!r}.")
    if source == "already enlarged":
        return size
    bicubic = factor / model.ratio
    if not model.ratio <= factor <= LARGEST_FACTOR:
        raise StyleGANEXError(
            f"{model.name} enlarges {model.ratio:g} to {LARGEST_FACTOR} times; got {factor}."
        )
    if source == "small picture":
        return max(1, round(size[0] * bicubic)), max(1, round(size[1] * bicubic))
    if bicubic != round(bicubic):
        raise StyleGANEXError(
            f"a factor of {factor} would reduce the picture by {bicubic:g} before {model.name} "
            f"adds its {model.ratio:g} times; choose a multiple of {model.ratio:g}."
        )
    if min(size) < 2 * bicubic:
        raise StyleGANEXError(
            f"a picture of {size[1]}x{size[0]} px reduced by {bicubic:g} has no px left to work "
            "on; choose a smaller factor, or 'small picture' when it is small already."
        )
    return size


def _describe(
    model: Model, image: torch.Tensor, seen: torch.Tensor, factor: int, source: Source
) -> Note:
    was, now = (f"{x.shape[-1]}x{x.shape[-2]}" for x in (image, seen))
    result = "x".join(str(round(side * model.ratio)) for side in (seen.shape[-1], seen.shape[-2]))
    bicubic = factor / model.ratio
    how = {
        "small picture": f"{was} px enlarged {bicubic:g} times to {now}",
        "reduce first": f"{was} px reduced by {bicubic:g} and brought back to {now}",
        "already enlarged": f"{now} px as they came",
    }[source]
    return Note(f"Input: {how}; drawn at {result} px.")


def _judge_faces(found: list[Found]) -> list[Note]:
    notes = []
    for number, face in enumerate(found):
        distance = face.eye_distance
        if distance is None:
            text = (
                "no face was found, so that styles come from the central square. If there is a "
                "face, connect an aligned one to style_image."
            )
            notes.append(Note(text, number))
        elif not EYES_FIT[0] <= distance <= EYES_FIT[1]:
            text = (
                f"the encoder sees eyes {distance:.0f} px apart, and models know 64. Use Crop "
                "Face first and the source 'already enlarged', or another factor."
            )
            notes.append(Note(text, number))
    return notes
