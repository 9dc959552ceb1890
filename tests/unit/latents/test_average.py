"""Average changes come with the model's own vectors, by face and by strength."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleganex_core.datatypes import AverageChange, join_latents
from styleganex_core.encode import encode_face
from styleganex_core.latents import (
    apply_edit_vectors,
    find_shares,
    plan_average_changes,
    read_average_changes,
    split_edit_vectors,
)

from ..tiny import random_picture, random_vectors, tiny_model


def change_of(shade: float) -> AverageChange:
    points = torch.zeros(4, 2)
    return AverageChange(points, points, torch.full((3, 8, 8), shade), torch.zeros(1, 8, 8))


@pytest.fixture(scope="module")
def model():
    model = tiny_model()
    model.edit_vectors = random_vectors(model, "smile", "age", "Gender")
    model.average_changes = {"age": change_of(1.0), "Gender": change_of(10.0)}
    return model


def shades(changes) -> list[float | None]:
    return [None if change is None else float(change.colour.max()) for change in changes]


def test_each_face_gets_the_changes_of_its_own_strengths(model):
    vectors = split_edit_vectors(model.edit_vectors)
    changes = plan_average_changes(
        model, vectors, "age: 2, smile: 1", "[2] AGE: 0; [3] gender: 0.5", [1, 2, 3]
    )
    assert shades(changes) == [2.0, None, 7.0]


def test_edits_without_a_change_bring_none(model):
    vectors = split_edit_vectors(model.edit_vectors)
    assert plan_average_changes(model, vectors, {"smile": 2.0}, {}, [1]) == [None]
    assert plan_average_changes(model, vectors, "", "", [1, 2]) == [None, None]


def test_a_vector_that_only_has_the_name_brings_none(model):
    vectors = split_edit_vectors(model.edit_vectors) | {"age": torch.ones(1, model.style_dim)}
    changes = plan_average_changes(model, vectors, {"age": 2.0, "gender": 1.0}, {}, [1])
    assert shades(changes) == [10.0]
    own = {"age": model.edit_vectors["age"].clone()[None]}
    assert shades(plan_average_changes(model, own, {"age": 2.0}, {}, [1])) == [2.0]


def test_what_goes_one_way_only_changes_nothing_downwards(model):
    change = model.average_changes["age"]
    beard = replace(change, one_way=True)
    model.average_changes["age"] = beard
    try:
        vectors = split_edit_vectors(model.edit_vectors)
        up = plan_average_changes(model, vectors, "age: 2", "[2] age: -2", [1, 2])
        assert shades(up) == [2.0, None]
        assert shades(read_changes(model, edited(model, age=-1.5))) == [None]
    finally:
        model.average_changes["age"] = change


def read_changes(model, latents):
    shares = find_shares(latents.edit, split_edit_vectors(model.edit_vectors))
    return read_average_changes(model, latents, shares)


def edited(model, **strengths: float):
    latents = encode_face(model, random_picture(64, 64))
    return apply_edit_vectors(latents, model.edit_vectors, strengths)


def test_the_changes_of_latents_are_read_off_their_edit(model):
    changes = read_changes(model, edited(model, age=1.5, smile=-2.0))
    assert shades(changes) == [pytest.approx(1.5, abs=1e-3)]
    both = join_latents([edited(model, age=1.0), edited(model, gender=-1.0)])
    assert shades(read_changes(model, both)) == [
        pytest.approx(1.0, abs=1e-3),
        pytest.approx(-10.0, abs=1e-2),
    ]


def test_edits_of_other_vectors_and_none_are_read_as_nothing(model):
    foreign = {"other": torch.randn(model.num_slots, model.style_dim)}
    latents = apply_edit_vectors(edited(model, age=0.02), foreign, {"other": 3.0})
    assert read_changes(model, latents) == [None]
    assert read_changes(model, edited(model, smile=2.0)) == [None]
    assert read_changes(model, edited(model)) == [None]
