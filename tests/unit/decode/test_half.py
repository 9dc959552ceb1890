"""Previews in half precision, where the machine computes faster so."""

from __future__ import annotations

import gc

import pytest
import torch

from styleganex_core import apply_edit_vector, decode_preview, encode_face
from styleganex_core.decode import HalfCopy, KeptFeatures, half

from ..tiny import random_picture, random_vectors, tiny_model


@pytest.fixture
def model():
    return tiny_model(64, fusions=3, gate=1).requires_grad_(False)


@pytest.fixture
def timed(monkeypatch) -> list[str]:
    """A machine that is faster in bfloat16; what it was asked."""
    asked: list[str] = []
    monkeypatch.setattr(half, "choose_dtype", lambda *how: asked.append(how[0]) or torch.bfloat16)
    return asked


def test_where_half_precision_is_slow_the_model_itself_draws(model, monkeypatch):
    monkeypatch.setattr(half, "choose_dtype", lambda *how: torch.float32)
    assert HalfCopy().choose(model) is model


def test_a_model_in_half_precision_draws_itself(timed):
    model = tiny_model(64).to(torch.bfloat16)
    assert HalfCopy().choose(model) is model
    assert not timed


def test_a_copy_is_made_once_and_leaves_the_model_as_it_was(model, timed):
    before = {key: value.clone() for key, value in model.state_dict().items()}
    halves = HalfCopy()
    light = halves.choose(model)
    assert halves.choose(model) is light
    assert timed == ["fastest"]
    assert light.dtype == torch.bfloat16 and light.encoder is None
    assert model.encoder is not None and model.dtype == torch.float32
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert halves.choose(tiny_model(64)) is not light


def test_a_copy_goes_with_its_model(timed):
    halves, model = HalfCopy(), tiny_model(64)
    halves.choose(model)
    del model
    gc.collect()
    assert halves._copy is None


@torch.no_grad()
def test_a_preview_in_half_precision_is_close_and_draws_the_unedited_face_once(
    model, timed, monkeypatch
):
    latents = encode_face(model, random_picture())
    vector, kept, drawn = random_vectors(model, "smile")["smile"], KeptFeatures(), []
    fusion = type(model.fusions[0])
    forward = fusion.forward
    light = HalfCopy().choose(model)
    shown = []
    monkeypatch.setattr(fusion, "forward", lambda *args: drawn.append(1) or forward(*args))
    for strength in (1, 2):
        edited = apply_edit_vector(latents, vector, strength)
        shown.append(decode_preview(light, edited, 64, kept=kept))
        assert len(drawn) == 3, "the unedited face is drawn with its skips for the first edit alone"
    monkeypatch.setattr(fusion, "forward", forward)
    exact = decode_preview(model, edited, 64)
    assert (shown[-1] - exact).abs().mean() < 0.05 * exact.std()
