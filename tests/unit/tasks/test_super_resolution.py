"""Super-resolution: what the encoder is given, and what comes of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from PIL import Image

from styleganex_core import StyleGANEXError, decode_latents, encode_face, super_resolve
from styleganex_core.images import from_uint8
from styleganex_core.tasks.resample import enlarge_picture, reduce_and_restore, reduce_picture

from ..tiny import random_picture, tiny_model

LEVEL = 2 / 255  # in -1..1
FACELESS = {"style": "whole picture"}  # looks for no face, at every angle, where there is none


@pytest.fixture(scope="module")
def model():
    return tiny_model(256, fusions=2, name="sr")


def keys_kernel(x: float) -> float:
    """Keys 1981 with a = -0.5."""
    x = abs(x)
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


@pytest.mark.parametrize("factor", [2, 3, 4, 8])
def test_reduction_is_the_published_kernel(factor):
    picture = random_picture(6 * factor, 8 * factor)
    plane = picture[0, 1].numpy()
    taps = np.array([keys_kernel((i + 0.5) / factor - 2) for i in range(4 * factor)])
    taps /= taps.sum()
    before = math.floor(3 * factor / 2)
    padded = np.pad(plane, (before, 3 * factor - before), mode="reflect")
    row, column = 3, 5
    window = padded[row * factor :, column * factor :][: 4 * factor, : 4 * factor]
    expected = min(max(float(taps @ window @ taps), -1), 1)
    came = float(reduce_picture(picture, factor)[0, 1, row, column])
    assert abs(came - expected) <= LEVEL
    assert float((came + 1) * 127.5) == pytest.approx(round((came + 1) * 127.5), abs=1e-3)


def test_reduction_keeps_flat_pictures_and_rounds_sides_up():
    flat = torch.full((1, 3, 45, 61), 51 / 127.5 - 1)
    small = reduce_picture(flat, 4)
    assert small.shape[-2:] == (12, 16)
    torch.testing.assert_close(small, torch.full_like(small, 51 / 127.5 - 1))


def test_enlarging_is_what_pillow_does():
    # Levels far from black and white: Pillow clips and rounds between the two directions.
    levels = torch.randint(70, 180, (1, 15, 20, 3), generator=torch.Generator().manual_seed(0))
    picture = Image.fromarray(levels[0].to(torch.uint8).numpy())
    theirs = np.asarray(picture.resize((80, 60), Image.Resampling.BICUBIC))
    ours = enlarge_picture(from_uint8(levels.to(torch.uint8)), (60, 80))
    expected = from_uint8(torch.from_numpy(theirs.copy())[None])
    assert (ours - expected).abs().max() <= 1.1 * LEVEL


@pytest.mark.parametrize(("height", "width"), [(64, 96), (45, 45), (61, 100)])
def test_reducing_and_restoring_keeps_size_and_place(height, width):
    x = torch.linspace(-0.8, 0.8, width).expand(1, 3, height, width)
    restored = reduce_and_restore(x, 4)
    assert restored.shape == x.shape
    inner = (restored - x)[..., 12:-12]
    assert inner.abs().max() < 0.03


@pytest.mark.parametrize("size", [(45, 45), (33, 70), (8, 8)])
def test_any_small_picture_comes_out_enlarged(model, size):
    result = super_resolve(model, random_picture(*size), 4, **FACELESS)
    picture = decode_latents(model, result.latents, noise="stored")
    assert picture.shape == (1, 3, 4 * size[0], 4 * size[1])
    assert result.seen.shape[-2:] == picture.shape[-2:]
    assert torch.isfinite(picture).all()


def test_a_large_generator_adds_four_times_itself():
    large = tiny_model(1024, fusions=2)
    result = super_resolve(large, random_picture(45, 45), 4, **FACELESS)
    assert result.seen.shape[-2:] == (45, 45)
    assert decode_latents(large, result.latents, noise="stored").shape[-2:] == (180, 180)
    result = super_resolve(large, random_picture(64, 96), 32, source="reduce first", **FACELESS)
    assert result.seen.shape[-2:] == (64, 96)
    with pytest.raises(StyleGANEXError, match="choose a multiple of 4"):
        super_resolve(large, random_picture(), 6, source="reduce first")
    with pytest.raises(StyleGANEXError, match="enlarges 4 to"):
        super_resolve(large, random_picture(), 2)


def test_the_result_is_that_of_encoding_the_enlarged_picture(model):
    picture = random_picture(32, 40)
    result = super_resolve(model, picture, 2, style="whole picture", random_noise=False)
    expected = encode_face(model, enlarge_picture(picture, (64, 80)))
    torch.testing.assert_close(result.latents.f, expected.f)
    torch.testing.assert_close(result.latents.w_plus, expected.w_plus)
    assert result.latents.noise is None


def test_noise_is_kept_and_follows_the_seed(model):
    picture = random_picture(32, 32)
    first, again, other = (
        decode_latents(
            model, super_resolve(model, picture, 2, seed=s, **FACELESS).latents, noise="stored"
        )
        for s in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    drawn = decode_latents(model, encode_like(model, picture), noise="random", seed=1)
    torch.testing.assert_close(first, drawn)


def encode_like(model, picture):
    return super_resolve(model, picture, 2, random_noise=False, **FACELESS).latents


def test_a_batch_equals_its_pictures_one_by_one(model):
    pictures = random_picture(24, 32, batch=3)
    together = super_resolve(model, pictures, 2)
    for index in range(3):
        alone = super_resolve(model, pictures[index : index + 1], 2)
        torch.testing.assert_close(together.latents[index].f, alone.latents.f)
        torch.testing.assert_close(together.latents[index].w_plus, alone.latents.w_plus)
    assert [note.picture for note in together.notes] == [None, 0, 1, 2]


def test_own_statistics_neither_change_nor_remember(model):
    before = {key: value.clone() for key, value in model.state_dict().items()}
    picture = random_picture(40, 48)
    own = {"batch_norm": "input", **FACELESS}
    first = super_resolve(model, picture, 2, **own).latents
    super_resolve(model, random_picture(64, 64, seed=9), 2, **own)
    again = super_resolve(model, picture, 2, **own).latents
    assert torch.equal(first.f, again.f) and torch.equal(first.w_plus, again.w_plus)
    assert not torch.equal(first.f, super_resolve(model, picture, 2, **FACELESS).latents.f)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_styles_come_from_the_aligned_face(model):
    from styleganex_core import crop_faces, example_image

    photo = example_image("astronaut_face")
    result = super_resolve(model, photo, 2, source="already enlarged")
    style = crop_faces(photo).styles
    expected = encode_face(model, photo, style)
    torch.testing.assert_close(result.latents.w_plus, expected.w_plus)
    assert all(note.picture is None for note in result.notes), result.notes
    given = super_resolve(model, photo, 2, style, source="already enlarged")
    torch.testing.assert_close(given.latents.w_plus, expected.w_plus)


def test_a_face_of_another_scale_is_told(model):
    from styleganex_core import example_image

    photo = example_image("astronaut_face")
    result = super_resolve(model, photo, 3)
    assert any("px apart" in note.text for note in result.notes)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"labels": 1, "fusions": 1}, "reads sketches"),
        ({"labels": 19, "fusions": 2}, "reads label maps"),
        ({}, "no skip fusions"),
        ({"fusions": 2, "gate": True}, "attention gates"),
        ({"encoder": False}, "a generator alone"),
    ],
)
def test_models_of_other_tasks_are_refused(other, words):
    with pytest.raises(StyleGANEXError, match=words):
        super_resolve(tiny_model(256, **other), random_picture(), 4)


def test_wrong_choices_are_named(model):
    for wrong in ({"source": "large"}, {"style": "none"}, {"batch_norm": "own"}):
        with pytest.raises(StyleGANEXError, match=next(iter(wrong.values()))):
            super_resolve(model, random_picture(), 4, **(FACELESS | wrong))
    with pytest.raises(StyleGANEXError, match="no px left"):
        super_resolve(model, random_picture(10, 10), 8, source="reduce first")
