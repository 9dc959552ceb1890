"""Edit vectors learn from renders what their attribute looks like."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import load_demo
from styleganex_core.training.refine_edits import RefineSettings, _error, refine_edits

FEW = RefineSettings(steps=16, batch=2, rate=0.1)
PEOPLE = 8


@pytest.fixture(scope="module")
def photo():
    return load_demo("photo").requires_grad_(False)


@pytest.fixture(scope="module")
def refined(photo):
    """The bundled vector for hair, a third as long as it should be, and one of the user's."""
    vectors = {"hair_light": photo.edit_vectors["hair_light"] / 3, "mine": torch.ones(14, 64)}
    done = []
    made = refine_edits(photo.generator, vectors, FEW, progress=lambda *counts: done.append(counts))
    assert done == [(1, 1)]
    return vectors, made


def held_out_error(photo, vector: torch.Tensor) -> float:
    random = torch.Generator().manual_seed(77)
    return _error(photo.generator, "hair_light", vector, PEOPLE, random).item()


def test_a_vector_comes_nearer_to_the_truth_on_people_it_has_not_seen(photo, refined):
    vectors, made = refined
    before = held_out_error(photo, vectors["hair_light"])
    assert held_out_error(photo, made["hair_light"]) < 0.8 * before


def test_numbers_that_no_style_uses_stay_zero(photo, refined):
    styles = photo.generator.mapping(torch.randn(64, 64))
    unused = styles.std(dim=0) == 0
    assert unused.any()
    assert not refined[1]["hair_light"][:, unused].any()


def test_vectors_of_other_names_come_back_as_they_were(refined):
    vectors, made = refined
    assert made["mine"] is vectors["mine"]


def test_the_same_seed_gives_the_same_vectors(photo):
    vectors = {"smile": photo.edit_vectors["smile"]}
    one, other = (
        refine_edits(photo.generator, vectors, RefineSettings(steps=2, batch=1)) for _ in range(2)
    )
    assert torch.equal(one["smile"], other["smile"])
