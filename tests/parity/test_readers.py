"""Our readers against face-api itself; `face_api.js` made the golden numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

import styleganex_core as core

from .face_api_cuts import cut_face

GOLDEN = json.loads((Path(__file__).parent / "fixtures" / "face_api.json").read_text())


@pytest.fixture(scope="module")
def readers():
    return core.readers.load_face_readers()


def golden(name: str) -> torch.Tensor:
    return torch.tensor(GOLDEN[name])


@torch.no_grad()
def test_identity_is_that_of_face_api(readers):
    # Four of its layers are 8 bit here and float32 there.
    ours = readers.identity(cut_face(150))[0]
    assert (ours - golden("identity")).norm() < 0.01


@torch.no_grad()
def test_expression_is_that_of_face_api(readers):
    ours = readers.expression(cut_face(112)).softmax(dim=1)[0]
    torch.testing.assert_close(ours.log(), golden("expression").log(), atol=2e-3, rtol=1e-3)


@torch.no_grad()
def test_points_are_those_of_face_api(readers):
    ours = readers.points68(cut_face(112))[0] / 112
    torch.testing.assert_close(ours.flatten(), golden("points68"), atol=1e-4, rtol=0)


@torch.no_grad()
def test_age_and_gender_are_those_of_face_api(readers):
    age, gender = readers.age(cut_face(112))
    torch.testing.assert_close(age, golden("age"), atol=0.01, rtol=0)
    torch.testing.assert_close(gender.softmax(dim=1)[0], golden("gender"), atol=1e-3, rtol=0)
    assert golden("gender")[1] > 0.5, "a woman"
