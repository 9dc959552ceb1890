"""Many edits by one text."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    StyleGANEXError,
    apply_edit_vector,
    apply_edit_vectors,
    encode_face,
    parse_strengths,
    split_edit_vectors,
)

from ..tiny import STYLE_DIM, random_picture, random_vectors, tiny_model


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
