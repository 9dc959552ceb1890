"""An edit computes only what it changes, and the picture is the same to the bit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleganex_core import Latents, apply_edit_vector, decode_latents, encode_face
from styleganex_core.decode import KeptFeatures
from styleganex_core.networks import kept as kept_module

from ..tiny import STYLE_DIM, random_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(256, fusions=5).requires_grad_(False)


@pytest.fixture(scope="module")
def latents(model) -> Latents:
    return encode_face(model, random_picture(40, 48))


@pytest.fixture
def runs(model, monkeypatch) -> list[int]:
    """The layers that have run, by their numbers."""
    ran: list[int] = []
    for name in ("_run_layer", "_run_quickly"):
        whole = getattr(type(model.generator), name)

        def note(self, index, *rest, whole=whole, quickly=name == "_run_quickly"):
            ran.extend([2 * index + 1, 2 * index + 2] if quickly else [index])
            return whole(self, index, *rest)

        monkeypatch.setattr(type(model.generator), name, note)
    return ran


def vector(model, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(model.num_slots, STYLE_DIM, generator=random)


@pytest.mark.parametrize(("first", "layers"), [(0, 13), (1, 13), (2, 12), (7, 8), (8, 6), (12, 2)])
def test_only_the_layers_from_the_first_change_on_run(model, latents, runs, first, layers):
    kept = KeptFeatures()
    decode_latents(model, latents, kept=kept)
    runs.clear()
    edited = apply_edit_vector(latents, vector(model, 1), 1.5, f"{first}-")
    came = decode_latents(model, edited, kept=kept)
    assert runs == list(range(13 - layers, 13))
    assert torch.equal(came, decode_latents(model, edited))


def test_many_edits_in_any_order_are_exact(model, latents):
    kept = KeptFeatures()
    for seed, layers in enumerate(["all", "8-", "0-3", "13", "8-", "all", "5", "5"]):
        edited = apply_edit_vector(latents, vector(model, seed), 0.7, layers)
        for side in (None, 64, 128, 32):
            came = decode_latents(model, edited, noise="stored", largest_side=side, kept=kept)
            exact = decode_latents(model, edited, noise="stored", largest_side=side)
            assert torch.equal(came, exact), (layers, side)


def test_gates_see_every_edit():
    model = tiny_model(256, fusions=5, gate=2).requires_grad_(False)
    latents = encode_face(model, random_picture(40, 48))
    kept = KeptFeatures()
    for seed, layers in enumerate([None, "8-", "8-", "3", "12-", None, "9"]):
        edited = latents
        if layers is not None:
            edited = apply_edit_vector(latents, vector(model, seed), 0.7, layers)
        came = decode_latents(model, edited, kept=kept)
        assert torch.equal(came, decode_latents(model, edited)), layers


def test_other_latents_are_drawn_anew(model, latents):
    kept = KeptFeatures()
    decode_latents(model, latents, kept=kept)
    noise = [0.1 * torch.randn(1, 1, *s) for s in model.generator.noise_shapes((5, 6))]
    for other in (
        replace(latents, f=latents.f + 1),
        replace(latents, skips=tuple(skip + 1 for skip in latents.skips)),
        replace(latents, noise=tuple(noise)),
        latents,
    ):
        mode = "zero" if other.noise is None else "stored"
        came = decode_latents(model, other, noise=mode, kept=kept)
        assert torch.equal(came, decode_latents(model, other, noise=mode))


def test_another_model_is_drawn_anew(model, latents):
    other = tiny_model(256, fusions=5, seed=9).requires_grad_(False)
    kept = KeptFeatures()
    decode_latents(model, latents, kept=kept)
    came = decode_latents(other, latents, kept=kept)
    assert torch.equal(came, decode_latents(other, latents))


def test_little_is_kept(model, latents, monkeypatch):
    kept = KeptFeatures()
    decode_latents(model, latents, kept=kept)
    whole = len(kept.states)
    monkeypatch.setattr(kept_module, "MOST_BYTES", 20_000)
    decode_latents(model, latents, kept=kept)
    assert 0 < len(kept.states) < whole
    assert torch.equal(decode_latents(model, latents, kept=kept), decode_latents(model, latents))
    kept.clear()
    assert not kept.states and kept.latents is None
