"""The one call that edits a photo, and the sheet that shows what a model can do with one."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, overload

import torch

from .crop import Face, cut_crop
from .decode import decode_latents
from .demo import load_demo
from .edit_ranges import mark_strength
from .encode.optimise import Distance, ReportSteps
from .errors import StyleGANEXError
from .latents import EXPRESSION, mix_styles, sample_latents, transform_features
from .networks import Model
from .networks.swap import swap_domain
from .photo import (
    OpenPhoto,
    PhotoSettings,
    Strengths,
    change_on_average,
    draw_edit,
    draw_held,
    draw_latents,
    edit_in_place,
    open_photo,
    put_back,
    take_expression,
)
from .pipeline import EditedPhoto, FlowSettings, draw_variants

OPTIONS = [field.name for field in fields(PhotoSettings)]


@overload
def edit_photo(
    photo: torch.Tensor,
    strengths: Strengths,
    *,
    model: Model | None = None,
    settings: PhotoSettings | None = None,
    faces: Sequence[Sequence[Face]] | None = None,
    expression: torch.Tensor | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
    **options: Any,
) -> torch.Tensor: ...


@overload
def edit_photo(
    photo: Model,
    strengths: torch.Tensor,
    style_image: torch.Tensor | None = None,
    *,
    settings: FlowSettings | None = None,
    domains: Mapping[str, Model] | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
) -> EditedPhoto: ...


def edit_photo(
    photo: Any = None,
    strengths: Any = None,
    style_image: torch.Tensor | None = None,
    *,
    model: Model | None = None,
    image: torch.Tensor | None = None,
    settings: Any = None,
    faces: Sequence[Sequence[Face]] | None = None,
    expression: torch.Tensor | None = None,
    domains: Mapping[str, Model] | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
    **options: Any,
) -> torch.Tensor | EditedPhoto:
    """The photo [B, 3, H, W] in -1..1 with its faces edited in place: `{"smile": 1.5, "age": -1}`.

    The whole of it comes back: its size, its detail and all that is no part of the edit are kept.
    `strengths` by name of the model's edit vectors, or as text; `model` is the bundled one by
    default. `settings`, or single ones of them by name (`which="all"`, `paste="drawing"`): see
    `PhotoSettings`. `expression`: another photo, whose expression is taken over by the strength of
    that name, 0 to 1. `faces` stand for those found; `progress(done, total)` counts steps, of
    which there are none by default.

    Raises FaceNotFoundError for a photo without a face, StyleGANEXError for a name that the model
    has no vector of.

    The call of 0.1.0, `edit_photo(model, image, style_image)`, which draws a crop in many variants
    and puts nothing back, still works and is deprecated.

    >>> edit_photo(torch.zeros(1, 3, 64, 64), {"smile": 1}, missing="skip").shape
    torch.Size([1, 3, 64, 64])
    """
    if isinstance(photo, Model) or image is not None:
        warnings.warn(
            "edit_photo(model, image) draws a crop in many variants and is deprecated; edit a "
            'photo in place with edit_photo(photo, {"smile": 1.5}, model=model).',
            DeprecationWarning,
            stacklevel=2,
        )
        return draw_variants(
            photo if isinstance(photo, Model) else _require(model),
            strengths if image is None else image,
            style_image,
            domains=domains,
            settings=settings,
            perceptual=perceptual,
            progress=progress,
        )
    if unknown := sorted(set(options) - set(OPTIONS)):
        raise StyleGANEXError(
            f"edit_photo has no option '{unknown[0]}'; its options are {', '.join(OPTIONS)}."
        )
    settings = replace(settings or PhotoSettings(), **options)
    model = model or load_demo()
    opened = open_photo(
        model,
        photo,
        settings,
        faces=faces,
        styles=style_image,
        perceptual=perceptual,
        progress=progress,
    )
    if opened.latents is None:
        return opened.photo.clone()
    vectors = {}
    if expression is not None:
        vectors[EXPRESSION] = take_expression(model, opened, expression, settings)
    return edit_in_place(model, opened, strengths or {}, settings, vectors=vectors)


@torch.no_grad()
def show_edits(
    model: Model,
    opened: OpenPhoto,
    edits: Sequence[tuple[str, float]],
    settings: PhotoSettings | None = None,
    *,
    flow: FlowSettings | None = None,
    domains: Mapping[str, Model] | None = None,
) -> dict[str, torch.Tensor]:
    """Labelled pictures [1, 3, h, w] of the first face: the photo with each edit in place.

    Also with the styles of another person; and, as drawings, the face moved and turned inside its
    crop as `flow` says and in other `domains`. Edits that the model has no vector of are left out;
    labels say where an edit does not work on real people.
    """
    settings, flow = replace(settings or PhotoSettings(), face_strengths=""), flow or FlowSettings()
    if opened.latents is None or opened.unedited is None:
        raise StyleGANEXError("there is no face to show edits of; choose a photo with one.")
    place, plain = opened.faces.places[0], opened.unedited
    latents = (opened.exact or opened.latents)[0]

    def of_first(drawn: torch.Tensor) -> torch.Tensor:
        return torch.cat([drawn[:1], plain[1:].to(drawn)])

    def show(
        drawn: torch.Tensor, held: torch.Tensor | None = None, onto: OpenPhoto = opened
    ) -> torch.Tensor:
        still = None if held is None else of_first(held)
        pasted = put_back(onto, of_first(drawn), settings, held=still)
        return cut_crop(pasted[place.picture][None], place)

    pictures = {"photo": opened.faces.crops[:1], "drawing": draw_latents(model, latents)}
    for name, strength in edits:
        if name in model.edit_vectors:
            drawn = draw_edit(model, opened, {name: strength}, settings)
            held = draw_held(model, opened, {name: strength}, settings, drawn=drawn)
            onto = change_on_average(model, opened, {name: strength}, settings)
            mark = mark_strength(model.edit_ranges, name, strength).replace(" on real people", "")
            label = f"{name} {strength:+g}" + (f", {mark}" if mark else "")
            pictures[label] = show(drawn, held, onto)
    mixed = mix_styles(latents, sample_latents(model, flow.style_seed), flow.style_layers)
    pictures[f"style mix, layers {flow.style_layers}"] = show(decode_latents(model, mixed))
    moved = transform_features(latents, dx=flow.dx, dy=flow.dy)
    pictures[f"drawing moved {flow.dx:g}, {flow.dy:g}"] = decode_latents(model, moved)
    turned = transform_features(latents, rotation=flow.rotation)
    pictures[f"drawing turned {flow.rotation:g} degrees"] = decode_latents(model, turned)
    for name, domain in (domains or {}).items():
        pictures[f"drawing in {name}"] = decode_latents(swap_domain(model, domain), latents)
    return pictures


def _require(model: Model | None) -> Model:
    if model is None:
        raise StyleGANEXError("edit_photo needs a photo and strengths, or a model and an image.")
    return model
