"""A photo's faces opened for editing, edited by name, and put back into the whole photo.

`open_photo` finds and encodes, `draw_edit` applies strengths, `put_back` returns the photo; any
number of edits share one opening. `edit_in_place` is the latter two, `edit_photo` all in a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch

from .crop import CroppedFaces, Face, crop_faces
from .crop.align import plan_whole
from .datatypes import Latents, join_latents
from .decode import decode_latents
from .encode import encode_face
from .encode.optimise import Distance, ReportSteps
from .errors import FaceNotFoundError
from .latents import (
    apply_face_strengths,
    find_expression,
    hold_head,
    hold_own_px,
    number_faces,
    plan_average_changes,
    split_edit_vectors,
    without_turn,
)
from .networks import Model
from .opened_photo import OpenPhoto, put_back
from .photo_settings import PhotoSettings, Strengths, default_reach
from .pipeline import FlowSettings, refine_photo
from .readers import ChangedPhotos, see_faces

__all__ = [
    "OpenPhoto",
    "PhotoSettings",
    "change_on_average",
    "default_reach",
    "draw_edit",
    "draw_held",
    "draw_latents",
    "edit_in_place",
    "encode_largest",
    "open_photo",
    "put_back",
    "take_expression",
]


def open_photo(
    model: Model,
    photo: torch.Tensor,
    settings: PhotoSettings | None = None,
    *,
    faces: Sequence[Sequence[Face]] | None = None,
    styles: torch.Tensor | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
) -> OpenPhoto:
    """Finds the chosen faces of a photo [B, 3, H, W] in -1..1 and encodes each.

    `faces` stand for those found, as in `crop_faces`; `styles` [1 or N, 3, h, w] for the aligned
    crops that styles are read from. `progress(done, total)` counts the steps of Step II, of all
    faces.

    Raises FaceNotFoundError for a photo without such a face, unless the settings say otherwise.
    """
    settings = settings or PhotoSettings()
    cropped = _find(photo, settings, settings.reach or default_reach(model), faces)
    count = len(cropped.places)
    if not count:
        return OpenPhoto(photo, cropped, None, None)
    flow = FlowSettings.with_steps(settings.steps, seed=settings.seed)
    parts = []
    with torch.no_grad():
        for number in range(count):
            crop = cropped.crops[number : number + 1]
            first = encode_face(model, crop, _choose(styles, cropped.styles, number))
            tick = _count_on(progress, number, count)
            parts.append(
                refine_photo(model, first, crop, flow, perceptual=perceptual, progress=tick)
            )
        exact = join_latents(parts)
        latents = exact.without_optional_skips() if settings.paste == "change" else exact
        drawn = draw_latents(model, latents)
    seen = tuple(see_faces(photo, cropped.places, drawn)) if settings.paste == "change" else None
    return OpenPhoto(photo, cropped, latents, drawn, seen, exact)


@torch.no_grad()
def draw_edit(
    model: Model,
    opened: OpenPhoto,
    strengths: Strengths,
    settings: PhotoSettings | None = None,
    *,
    vectors: Mapping[str, torch.Tensor] | None = None,
) -> torch.Tensor:
    """The crops' drawings [N, 3, h, w] with edit vectors applied, by name.

    `strengths` as in `apply_edit_vectors`; to the model's own vectors come those of `vectors`.
    """
    return draw_latents(model, _edit(model, opened, strengths, settings, vectors))


def draw_held(
    model: Model,
    opened: OpenPhoto,
    strengths: Strengths,
    settings: PhotoSettings | None = None,
    *,
    vectors: Mapping[str, torch.Tensor] | None = None,
    drawn: torch.Tensor | None = None,
) -> torch.Tensor | None:
    """The drawings of `draw_edit` without what turns the heads, for `put_back`, which turns the
    photo itself, so that everything else looks as it does without the turn.

    `drawn`: those drawings, which come back where it is known that nothing turns. None where that
    is not known, and where drawings are put back as they are.
    """
    edited, held = (
        _edit(model, opened, strengths, settings, vectors, hold=hold) for hold in (False, True)
    )
    before, plain = opened.latents, opened.unedited
    if (settings and settings.paste != "change") or before is None or plain is None:
        return None
    return without_turn(
        model, before, edited, held, (plain, drawn), lambda x: draw_latents(model, x)
    )


@torch.no_grad()
def change_on_average(
    model: Model,
    opened: OpenPhoto,
    strengths: Strengths,
    settings: PhotoSettings | None = None,
    *,
    vectors: Mapping[str, torch.Tensor] | None = None,
) -> OpenPhoto:
    """The opened photo with what edits change of its own px, before their drawings are put back.

    Arguments as in `draw_edit`. Only where changes are put back: a drawing knows no px of a photo.
    """
    if opened.seen is None:
        return opened
    numbers = number_faces(opened.faces.places, len(opened.faces.places))
    known, own = _known_vectors(model, vectors), (settings or PhotoSettings()).face_strengths
    changes = plan_average_changes(model, known, strengths, own, numbers)
    if not any(changes):
        return opened
    changed = ChangedPhotos(opened.photo, opened.faces.places, opened.seen, changes)
    return replace(opened, photo=torch.cat(list(changed)), changes=tuple(changes))


def _known_vectors(
    model: Model, vectors: Mapping[str, torch.Tensor] | None
) -> dict[str, torch.Tensor]:
    return split_edit_vectors(model.edit_vectors) | dict(vectors or {})


def _edit(
    model: Model,
    opened: OpenPhoto,
    strengths: Strengths,
    settings: PhotoSettings | None,
    vectors: Mapping[str, torch.Tensor] | None,
    *,
    hold: bool = False,
) -> Latents:
    """The edited latents; `hold`: without what turns the heads."""
    if opened.latents is None:
        raise FaceNotFoundError("the photo shows no face that could be edited.")
    settings = settings or PhotoSettings()
    known, own = _known_vectors(model, vectors), settings.face_strengths
    if opened.seen is not None:
        strengths, own = hold_own_px(model, known, strengths, own)
    return apply_face_strengths(
        opened.latents,
        hold_head(known) if hold else known,
        strengths,
        own,
        number_faces(opened.faces.places, opened.latents.batch),
        settings.layers,
    )


def take_expression(
    model: Model, opened: OpenPhoto, photo: torch.Tensor, settings: PhotoSettings | None = None
) -> torch.Tensor:
    """An edit vector [N, L, D] to the expression of the largest face of `photo` [1, 3, H, W].

    1 takes it over, as `find_expression` says; `settings` are those of the opened photo. Raises
    FaceNotFoundError where either shows no face.
    """
    if opened.latents is None:
        raise FaceNotFoundError("the photo shows no face to give the expression to.")
    other = encode_largest(model, photo, settings)
    return find_expression(opened.latents, other, split_edit_vectors(model.edit_vectors))


def encode_largest(
    model: Model, photo: torch.Tensor, settings: PhotoSettings | None = None
) -> Latents:
    """The latents of the largest face of a photo [1, 3, H, W], whose expression is wanted."""
    settings = settings or PhotoSettings()
    alone = replace(settings, which="largest", index=0, steps=0, paste="drawing", missing="stop")
    try:
        opened = open_photo(model, photo[:1], alone)
    except FaceNotFoundError as error:
        raise FaceNotFoundError(f"expression: {error}") from error
    assert opened.latents is not None  # a photo without a face has stopped
    return opened.latents


def edit_in_place(
    model: Model,
    opened: OpenPhoto,
    strengths: Strengths,
    settings: PhotoSettings | None = None,
    *,
    vectors: Mapping[str, torch.Tensor] | None = None,
) -> torch.Tensor:
    """The whole photo [B, 3, H, W] with an edit of its faces: drawn, and put back."""
    drawn = draw_edit(model, opened, strengths, settings, vectors=vectors)
    held = draw_held(model, opened, strengths, settings, vectors=vectors, drawn=drawn)
    changed = change_on_average(model, opened, strengths, settings, vectors=vectors)
    return put_back(changed, drawn, settings, held=held)


def _find(
    photo: torch.Tensor,
    settings: PhotoSettings,
    reach: int,
    faces: Sequence[Sequence[Face]] | None,
) -> CroppedFaces:
    if settings.which == "whole picture":
        size = (photo.shape[-2], photo.shape[-1])
        plan = plan_whole(size, largest=max(size))
        places = tuple(replace(plan, picture=number) for number in range(len(photo)))
        masks = torch.ones_like(photo[:, :1])
        return CroppedFaces(photo, photo[:0], masks, places, (0,) * len(photo))
    return crop_faces(
        photo,
        which=settings.which,
        index=settings.index,
        upright=settings.upright,
        reach=reach,
        faces=faces,
        missing=settings.missing,
        mask_shape="head" if settings.region == "head" else "oval",
    )


def _choose(given: torch.Tensor | None, found: torch.Tensor, number: int) -> torch.Tensor | None:
    """The picture that a face's styles are read from; None for the crop itself."""
    styles = found if given is None else given
    return styles[number : number + 1] if len(styles) > 1 else (styles if len(styles) else None)


def draw_latents(model: Model, latents: Latents) -> torch.Tensor:
    """The drawings, one after the other, with the latents' own noise where they have some."""
    noise = "zero" if latents.noise is None else "stored"
    return torch.cat([decode_latents(model, latents[n], noise=noise) for n in range(latents.batch)])


def _count_on(progress: ReportSteps | None, number: int, count: int) -> ReportSteps | None:
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, count * total)
