"""The whole flow of a crop, from a picture to a set of drawings of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch

from .datatypes import Latents
from .decode import decode_latents
from .encode import choose_start, encode_face, optimize_latents
from .encode.optimise import Distance, ReportSteps
from .errors import StyleGANEXError
from .latents import apply_edit_vector, mix_styles, sample_latents, transform_features
from .networks import Model
from .networks.swap import swap_domain

STYLE_SHARE = 5  # one step in so many refines the styles alone
GENTLE = 0.25  # of the learning rate, where edits are drawn without the skips that steps had


@dataclass(frozen=True)
class FlowSettings:
    """How a picture is refined, and what is shown of it: one instance is one run.

    `style_steps` refine `w_plus` alone, then `steps` refine `f` too: styles that explain as much
    of the photo as they can leave `f` a face's layout, and edits keep their grip. Latents with
    optional skips go at a quarter of `learning_rate`, as their steps are made with skips and their
    edits without, where a hasty `f` is no face any more. `edits`: names
    of the model's edit vectors with strengths. `dx`, `dy` in cells of `f`, `rotation` in degrees
    counter-clockwise.
    """

    style_steps: int = 30
    steps: int = 120
    learning_rate: float = 0.2  # of the second part; the first has optimize_latents' own
    edits: tuple[tuple[str, float], ...] = (
        ("mouth_open", 2.0),
        ("age", 2.0),
        ("turn_right", 1.5),
        ("hair_light", 1.5),
        ("glasses", 2.0),
    )
    style_seed: int = 7
    style_layers: str = "8-"
    dx: float = 3.0
    dy: float = 0.0
    rotation: float = 15.0
    seed: int = 0

    @classmethod
    def with_steps(cls, steps: int, *, seed: int = 0) -> FlowSettings:
        """`steps` in all, a fifth of them for the styles alone."""
        first = math.ceil(steps / STYLE_SHARE)
        return cls(style_steps=first, steps=steps - first, seed=seed)


@dataclass(frozen=True)
class EditedPhoto:
    """The refined latents of a photo, and labelled pictures [1, 3, H, W] in -1..1."""

    latents: Latents
    pictures: Mapping[str, torch.Tensor]


def draw_variants(
    model: Model,
    image: torch.Tensor,
    style_image: torch.Tensor | None = None,
    *,
    domains: Mapping[str, Model] | None = None,
    settings: FlowSettings | None = None,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
) -> EditedPhoto:
    """A picture encoded, optimised, edited, mixed, moved and drawn in other domains.

    All are drawings of the crop; `edit_photo` edits a photo in place. `image` [1, 3, H, W] and
    `style_image` as in `encode_face`; `progress(done, total)` counts the optimisation's steps.
    Edits that the model has no vector for are left out.
    """
    settings = settings or FlowSettings()
    if image.shape[0] != 1:
        raise StyleGANEXError(
            f"drawings are made from one picture at a time; got a batch of {image.shape[0]}."
        )
    with torch.no_grad():
        first = encode_face(model, image, style_image)
    latents = refine_photo(model, first, image, settings, perceptual=perceptual, progress=progress)
    with torch.no_grad():
        pictures = {"input": image, "encoded": decode_latents(model, first)}
        if latents is not first:
            pictures[f"optimised, {settings.style_steps} + {settings.steps} steps"] = (
                decode_latents(model, latents)
            )
        for name, strength in settings.edits:
            if name in model.edit_vectors:
                edited = apply_edit_vector(latents, model.edit_vectors[name], strength)
                pictures[f"{name} {strength:+g}"] = decode_latents(model, edited)
        style = sample_latents(model, settings.style_seed)
        mixed = mix_styles(latents, style, settings.style_layers)
        pictures[f"style mix, layers {settings.style_layers}"] = decode_latents(model, mixed)
        moved = transform_features(latents, dx=settings.dx, dy=settings.dy)
        pictures[f"moved {settings.dx:g}, {settings.dy:g} cells"] = decode_latents(model, moved)
        turned = transform_features(latents, rotation=settings.rotation)
        pictures[f"turned {settings.rotation:g} degrees"] = decode_latents(model, turned)
        for name, domain in (domains or {}).items():
            pictures[f"domain: {name}"] = decode_latents(swap_domain(model, domain), latents)
    return EditedPhoto(latents, pictures)


def refine_photo(
    model: Model,
    start: Latents,
    image: torch.Tensor,
    settings: FlowSettings,
    *,
    perceptual: Distance | None = None,
    progress: ReportSteps | None = None,
) -> Latents:
    """Step II: the latents optimised toward `image`, the styles first and then all.

    `progress(done, total)` counts the steps of both parts; without steps `start` comes back.
    """
    total = settings.style_steps + settings.steps

    def tick(done: int, first: int = 0) -> None:
        if progress is not None:
            progress(first + done, total)

    latents = choose_start(model, start, image) if total else start
    if settings.style_steps:
        latents = optimize_latents(
            model,
            latents,
            image,
            steps=settings.style_steps,
            optimize_f=False,
            perceptual=perceptual,
            seed=settings.seed,
            progress=lambda done, _: tick(done),
        )
    if settings.steps:
        latents = optimize_latents(
            model,
            latents,
            image,
            steps=settings.steps,
            learning_rate=settings.learning_rate * (GENTLE if start.optional_skips else 1.0),
            perceptual=perceptual,
            seed=settings.seed,
            progress=lambda done, _: tick(done, settings.style_steps),
        )
    return latents
