"""Numbers that are not finite, or outside what is documented, are refused wherever they come in."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import torch

import styleganex_core as core
from styleganex_core.ranges import check_number

from .tiny import tiny_model

FACE = core.Face(((20, 24), (44, 24), (32, 36), (24, 48), (40, 48)), (10, 10, 54, 60))


@pytest.fixture(scope="module")
def model():
    return tiny_model()


@pytest.fixture(scope="module")
def latents(model):
    return core.sample_latents(model, 0)


@pytest.fixture(scope="module")
def calls(model, latents):
    """Every number of the public functions, as a function of it alone."""
    vector = torch.ones(model.style_dim)
    picture = torch.zeros(1, 3, 64, 64)
    place = core.plan_crop(FACE, (64, 64))
    edited = torch.zeros(1, 3, *place.size)
    clip = core.TensorClip(picture, Fraction(25))
    track = core.Track((), (64, 64), Fraction(25), 0, 1)
    edit = core.ClipEdit(vector, core.parse_keyframes(1), "all", None)

    def optimize(**numbers):
        core.optimize_latents(model, latents, picture, steps=1, **numbers)

    def edit_clip(settings, edits=(edit,)):
        list(core.edit_frames(model, clip, track, edits, settings=settings))

    return {
        "apply_edit_vector": lambda n: core.apply_edit_vector(latents, vector, n),
        "apply_edit_vectors": lambda n: core.apply_edit_vectors(latents, {"a": vector}, {"a": n}),
        "mix_styles": lambda n: core.mix_styles(latents, latents, strength=n),
        "swap_domain": lambda n: core.swap_domain(model, model, strength=n),
        "sweep_edit": lambda n: core.sweep_edit(latents, vector, [0.0, n]),
        "truncation": lambda n: core.sample_latents(model, 0, truncation=n),
        "dx": lambda n: core.transform_features(latents, dx=n),
        "rotation": lambda n: core.transform_features(latents, rotation=n),
        "scale": lambda n: core.transform_features(latents, scale=n),
        "mean_grey": lambda n: core.sketch_photo(picture, mean_grey=n),
        "line_width": lambda n: core.sketch_photo(picture, line_width=n),
        "feather": lambda n: core.paste_face(picture, edited, place, feather=n),
        "learning_rate": lambda n: optimize(learning_rate=n),
        "style_pull": lambda n: optimize(style_pull=n),
        "pixel_weight": lambda n: optimize(pixel_weight=n),
        "perceptual_weight": lambda n: optimize(perceptual_weight=n),
        "clip feather": lambda n: edit_clip(core.ClipSettings(feather=n)),
        "reach": lambda n: core.plan_crop(FACE, (64, 64), reach=n),
    }


NAMES = [
    "apply_edit_vector", "apply_edit_vectors", "mix_styles", "swap_domain", "sweep_edit",
    "truncation", "dx", "rotation", "scale", "mean_grey", "line_width", "feather", "learning_rate",
    "style_pull", "pixel_weight", "perceptual_weight", "clip feather", "reach",
]  # fmt: skip


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_is_not_finite_is_refused(calls, name, number):
    assert set(calls) == set(NAMES)
    with pytest.raises(core.StyleGANEXError, match=r"nan|inf"):
        calls[name](number)


@pytest.mark.parametrize("name", ["scale", "feather", "learning_rate", "style_pull", "reach"])
def test_a_number_outside_its_range_is_refused(calls, name):
    with pytest.raises(core.StyleGANEXError):
        calls[name](-1)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_vector_that_is_not_finite_is_refused(latents, number):
    vector = torch.zeros(latents.w_plus.shape[-1])
    vector[3] = number
    with pytest.raises(core.StyleGANEXError, match="NaN"):
        core.apply_edit_vector(latents, vector)


@pytest.mark.parametrize("value", ["1e", None, [1], 10**400, "x" * 5000, "\ud800"])
def test_what_is_no_number_is_refused_in_a_short_sentence(value):
    with pytest.raises(core.StyleGANEXError) as refused:
        check_number(value, "strength", -5, 5)
    assert "strength is a number from -5 to 5" in str(refused.value)
    assert len(str(refused.value)) < 200
