"""Another domain's weights under the same encoder."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    ShapeError,
    decode_latents,
    encode_face,
    load_model,
    sample_latents,
    save_model,
    swap_domain,
)

from ..tiny import random_picture, tiny_model


@pytest.fixture(scope="module")
def base():
    return tiny_model(64, seed=0, name="photo")


@pytest.fixture(scope="module")
def toon():
    return tiny_model(64, seed=1, name="toon", encoder=False)


def test_a_whole_swap_draws_as_the_domain_does(base, toon):
    swapped = swap_domain(base, toon)
    latents = sample_latents(base, 2)
    own_constant = sample_latents(toon, 2).f
    assert torch.equal(decode_latents(swapped, latents), decode_latents(toon, latents))
    assert torch.equal(sample_latents(swapped, 2).w_plus, latents.w_plus)
    assert torch.equal(sample_latents(swapped, 2).f, own_constant)


def test_what_is_shared_is_not_copied(base, toon):
    swapped = swap_domain(base, toon, layers="4-")
    ours = {tensor.data_ptr() for tensor in base.parameters()}
    theirs = {tensor.data_ptr() for tensor in toon.parameters()}
    new = [t for t in swapped.parameters() if t.data_ptr() not in ours | theirs]
    assert new == []
    assert swapped.encoder is not None


def test_layers_and_strength(base, toon):
    latents = sample_latents(base, 0)
    none = swap_domain(base, toon, layers="none")
    assert torch.equal(decode_latents(none, latents), decode_latents(base, latents))
    kept = swap_domain(base, toon, strength=0.0)
    assert torch.equal(decode_latents(kept, latents), decode_latents(base, latents))
    half = swap_domain(base, toon, strength=0.5)
    weight = half.generator.layers[3].conv.weight
    pair = [m.generator.layers[3].conv.weight for m in (base, toon)]
    torch.testing.assert_close(weight, (pair[0] + pair[1]) / 2)
    upper = swap_domain(base, toon, layers="6-")
    assert torch.equal(upper.generator.layers[5].bias, base.generator.layers[5].bias)
    assert torch.equal(upper.generator.layers[6].bias, toon.generator.layers[6].bias)
    assert torch.equal(upper.generator.heads[2].bias, base.generator.heads[2].bias)
    assert torch.equal(upper.generator.heads[3].bias, toon.generator.heads[3].bias)


def test_neither_model_changes_and_both_stay_frozen(base, toon):
    before = {key: tensor.clone() for key, tensor in base.state_dict().items()}
    swapped = swap_domain(base, toon, strength=0.3)
    assert all(torch.equal(before[key], t) for key, t in base.state_dict().items())
    assert not any(p.requires_grad for m in (base, toon, swapped) for p in m.parameters())


def test_another_family_is_refused_with_both_sizes(base):
    with pytest.raises(ShapeError, match=r"128 px.*64 px"):
        swap_domain(base, tiny_model(128, encoder=False, name="big"))


def test_a_domain_that_learned_it_is_drawn_with_optional_skips(tmp_path):
    base = tiny_model(64, seed=0, fusions=3, gate=1)
    toon = tiny_model(64, seed=1, name="toon", encoder=False)
    latents = encode_face(base, random_picture())
    free = latents.without_optional_skips()
    with torch.no_grad():
        before = swap_domain(base, toon)
        assert torch.equal(decode_latents(before, latents), decode_latents(before, free))
        toon.takes_skips = True
        save_model(toon, tmp_path / "toon.safetensors", dtype=torch.float32)
        read = load_model(tmp_path / "toon.safetensors")
        assert read.takes_skips and not load_model_again(base, tmp_path).takes_skips
        for strength in (0.5, 1.0):
            swapped = swap_domain(base, read, strength=strength)
            drawn = decode_latents(swapped, latents)
            assert (drawn - decode_latents(swapped, free)).abs().max() > 1e-3
        twice = swap_domain(base, swapped)
        assert torch.equal(decode_latents(twice, latents), drawn)
        # Chained, what has not learned it decides.
        toon.takes_skips = False
        mixed = swap_domain(swapped, toon, layers="6-")
        assert torch.equal(decode_latents(mixed, latents), decode_latents(mixed, free))


def load_model_again(model, folder):
    save_model(model, folder / "again.safetensors")
    return load_model(folder / "again.safetensors")
