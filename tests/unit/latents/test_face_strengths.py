"""Strengths for single faces, and another face's expression."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from styleganex_core import (
    FaceCrop,
    ShapeError,
    StyleGANEXError,
    apply_edit_vectors,
    encode_face,
    join_latents,
)
from styleganex_core.latents import (
    apply_face_strengths,
    find_expression,
    number_faces,
    parse_face_strengths,
)

from ..tiny import random_picture, random_vectors, tiny_model

SHARED = Path(__file__).resolve().parents[2] / "shared" / "grammar.json"
GRAMMAR = json.loads(SHARED.read_text(encoding="utf-8"))["face_strengths"]


@pytest.fixture(scope="module")
def model():
    return tiny_model(128)


@pytest.fixture(scope="module")
def latents(model):
    return encode_face(model, random_picture(64, 64, batch=2))


@pytest.fixture(scope="module")
def vectors(model):
    return random_vectors(model, "smile", "Age", "tilt:1")


@pytest.mark.parametrize("case", GRAMMAR, ids=lambda case: json.dumps(case["text"])[:30])
def test_the_editor_and_the_server_read_strengths_of_faces_alike(case):
    if case["reads"] is None:
        with pytest.raises(StyleGANEXError, match="strengths"):
            parse_face_strengths(case["text"])
    else:
        read = parse_face_strengths(case["text"])
        assert {str(number): own for number, own in read.items()} == case["reads"]


def test_a_text_without_end_is_refused():
    with pytest.raises(StyleGANEXError, match="face_strengths"):
        parse_face_strengths("[1] a: 1" + " " * 5000)


def test_faces_are_counted_within_their_picture():
    upright = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    places = [FaceCrop(upright, (8, 8), (8, 8), picture) for picture in (0, 0, 1, 0)]
    assert number_faces(places, 4) == [1, 2, 1, 3]
    assert number_faces(places[:1], 3) == [1, 1, 1]
    assert number_faces(None, 2) == [1, 2]


def test_a_face_has_its_own_strengths_and_the_common_ones_for_the_rest(latents, vectors):
    both = apply_face_strengths(
        latents, vectors, "age: -0.5, smile: 1", "[2] SMILE: 2, tilt:1: 1", [1, 2], "0-3"
    )
    first = apply_edit_vectors(latents, vectors, "smile: 1, age: -0.5", "0-3")
    second = apply_edit_vectors(latents, vectors, "smile: 2, age: -0.5, tilt:1: 1", "0-3")
    torch.testing.assert_close(both.w_plus, torch.cat([first.w_plus[:1], second.w_plus[1:]]))
    torch.testing.assert_close(both.edit, torch.cat([first.edit, second.edit]))


def test_a_face_can_stay_as_it_is(latents, vectors):
    both = apply_face_strengths(latents, vectors, "smile: 1", "[1] smile: 0", [1, 2])
    assert torch.equal(both.w_plus[0], latents.w_plus[0])
    assert not torch.equal(both.w_plus[1], latents.w_plus[1])


def test_without_faces_of_their_own_all_is_as_before_to_the_bit(latents, vectors):
    for own in ("", "[3] smile: 5"):
        same = apply_face_strengths(latents, vectors, "smile: 1", own, [1, 2])
        assert torch.equal(same.w_plus, apply_edit_vectors(latents, vectors, "smile: 1").w_plus)


def test_what_does_not_fit_is_explained(latents, vectors):
    with pytest.raises(StyleGANEXError, match=r'"nose".*smile, Age'):
        apply_face_strengths(latents, vectors, "", "[7] nose: 1", [1, 2])
    with pytest.raises(ShapeError, match="2 latents came with the places of 3 faces"):
        apply_face_strengths(latents, vectors, "", "[1] smile: 1", [1, 2, 3])


def test_an_expression_is_what_lies_along_its_vectors(latents, vectors):
    ours = latents[0]
    theirs = apply_edit_vectors(ours, vectors, "smile: 1.5, age: 3, tilt:1: 2")
    taken = find_expression(ours, theirs, vectors)
    torch.testing.assert_close(taken[0], 1.5 * vectors["smile"], rtol=1e-4, atol=1e-4)
    each = find_expression(latents, theirs, vectors)
    torch.testing.assert_close(each[:1], taken, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(each[1], each[0])
    half = apply_edit_vectors(ours, vectors | {"expression": taken}, "expression: 0.5")
    same = apply_edit_vectors(ours, vectors, "smile: 0.75")
    torch.testing.assert_close(half.w_plus, same.w_plus, rtol=1e-4, atol=1e-4)


def test_an_expression_that_cannot_be_taken_is_explained(latents, vectors):
    without = {name: vectors[name] for name in ("Age", "tilt:1")}
    with pytest.raises(StyleGANEXError, match=r"this model has none of them; it has Age, tilt:1"):
        find_expression(latents[0], latents[1], without)
    three = join_latents([latents[0]] * 3)
    with pytest.raises(ShapeError, match="one face for all or one for each"):
        find_expression(three, latents, vectors)
