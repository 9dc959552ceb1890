"""Many edits by one text, and previews that stop at a resolution."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    StyleGANEXError,
    apply_edit_vector,
    apply_edit_vectors,
    decode_latents,
    decode_preview,
    encode_face,
    parse_strengths,
    preview_resolution,
    split_edit_vectors,
    trim_skips,
)

from .tiny import STYLE_DIM, random_picture, random_vectors, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(128, fusions=5)


@pytest.fixture(scope="module")
def latents(model):
    return encode_face(model, random_picture(72, 64, batch=2))


@pytest.fixture(scope="module")
def vectors(model):
    return random_vectors(model, "smile", "Age", "eyes, open", "tilt:1")


@pytest.mark.parametrize(
    ("text", "strengths"),
    [
        ("", {}),
        (" , \n", {}),
        ("smile: 1.2, age: -0.5", {"smile": 1.2, "age": -0.5}),
        ("smile:1\nage :+.5,", {"smile": 1.0, "age": 0.5}),
        ("eyes, open: 2, tilt:1: 3", {"eyes, open": 2.0, "tilt:1": 3.0}),
        ("a: 1e1", {"a": 10.0}),
    ],
)
def test_strengths_are_read(text, strengths):
    assert parse_strengths(text) == strengths


@pytest.mark.parametrize(
    "text",
    ["smile", "smile 1", ": 1", "smile: ", "smile: much", "smile: 0x3",
     "smile: nan", "smile: 21", "smile: -1e300", "a: 1, a: 2", "smile: \u0661"],
)  # fmt: skip
def test_other_text_is_refused(text):
    with pytest.raises(StyleGANEXError, match="strengths"):
        parse_strengths(text)


def test_a_text_equals_its_edits_one_by_one(latents, vectors):
    together = apply_edit_vectors(latents, vectors, "age: -0.5, eyes, open: 2", "0-3")
    steps = apply_edit_vector(latents, vectors["Age"], -0.5, "0-3")
    steps = apply_edit_vector(steps, vectors["eyes, open"], 2, "0-3")
    torch.testing.assert_close(together.w_plus, steps.w_plus)
    torch.testing.assert_close(together.edit, steps.edit)


def test_zeros_change_nothing_at_all(latents, vectors):
    assert apply_edit_vectors(latents, vectors, "smile: 0") is latents


def test_an_unknown_name_is_answered_with_the_names(latents, vectors):
    with pytest.raises(StyleGANEXError, match=r'"nose".*smile, Age'):
        apply_edit_vectors(latents, vectors, "nose: 1")
    with pytest.raises(StyleGANEXError, match='"smile: 1 age"'):
        apply_edit_vectors(latents, vectors, "smile: 1 age: 2")
    with pytest.raises(StyleGANEXError, match="none"):
        apply_edit_vectors(latents, {}, {"smile": 1.0})


def test_entries_of_several_rows_become_vectors():
    rows = torch.randn(2, 6, STYLE_DIM)
    split = split_edit_vectors({"pose": rows, "age": rows[0]})
    assert list(split) == ["pose", "pose:1", "age"]
    assert torch.equal(split["pose:1"], rows[1])


@pytest.mark.parametrize("longest", [1, 9, 18, 36, 40, 1000])
def test_a_preview_is_what_the_generator_draws_at_that_resolution(model, latents, longest):
    side = preview_resolution(model, latents, longest)
    preview = decode_preview(model, latents, longest)
    whole = decode_latents(model, latents, noise="stored")
    exact = decode_latents(model, latents, noise="stored", largest_side=side)
    torch.testing.assert_close(preview, exact, rtol=0, atol=0)
    assert max(preview.shape[-2:]) >= min(longest, max(whole.shape[-2:]))
    if side > 32:
        assert max(whole.shape[-2:]) * (side // 2) < longest * 128, "a smaller one would do"


def test_whole_previews_are_the_picture(model, latents):
    whole = decode_latents(model, latents, noise="stored")
    torch.testing.assert_close(decode_preview(model, latents, 1000), whole, rtol=0, atol=0)


@pytest.mark.parametrize("longest", [1, 18, 30, 1000])
def test_no_preview_misses_the_skips_that_are_left_out(model, latents, longest):
    trimmed = trim_skips(model, latents, longest)
    assert latents.skips is not None and trimmed.skips is not None
    if longest == 1:
        assert len(trimmed.skips) < len(latents.skips)
    torch.testing.assert_close(
        decode_preview(model, trimmed, longest),
        decode_preview(model, latents, longest),
        rtol=0,
        atol=0,
    )
