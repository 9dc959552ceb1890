"""Heads with batch norms become the encoder's own without changing what they say."""

from __future__ import annotations

from dataclasses import replace

import torch

from styleganex_core.checkpoints import load_model, save_model
from styleganex_core.networks import Encoder, Model, ModelConfig
from styleganex_lab.training.export import LARGEST_VARIANCE, fit_norms_into_float16
from styleganex_lab.training.start.style_heads import fold_heads, make_training_heads

from ..objectives.test_from_renders import ENCODER, GENERATOR


def test_folded_heads_answer_as_the_normed_ones_do():
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        encoder = Encoder(ENCODER).eval()
        heads = make_training_heads(ENCODER)
        for _ in range(3):  # gathers statistics
            for head in heads:
                head(torch.randn(8, ENCODER.widths[-1], 16, 16) * 2 + 1)
        inputs = torch.randn(4, ENCODER.widths[-1], 16, 16)
    heads.eval()
    fold_heads(encoder.style_heads, heads)
    for head, normed in zip(encoder.style_heads, heads, strict=True):
        assert normed(inputs).std() > 0.01
        torch.testing.assert_close(head(inputs), normed(inputs), rtol=1e-4, atol=1e-5)


def test_grouped_heads_serve_all_slots_of_their_group():
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        encoder = Encoder(ENCODER).eval()
        picture = torch.randn(1, 3, 64, 64)
    assert len(encoder.style_heads) == 3
    offsets = encoder.style_offsets(encoder.extract_taps(picture))[0]
    for first, last in ((0, 3), (3, 7), (7, ENCODER.num_slots)):
        assert (offsets[first:last] == offsets[first]).all()
    assert not torch.equal(offsets[2], offsets[3])
    assert not torch.equal(offsets[6], offsets[7])


def test_heads_that_are_averaged_give_all_slots_the_mean_of_the_three(tmp_path):
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        model = Model(ModelConfig(GENERATOR, replace(ENCODER, mean_heads=True))).eval()
        picture = torch.randn(1, 3, 64, 64)
    apart = Encoder(ENCODER).eval()
    apart.load_state_dict(model.encoder.state_dict(), strict=False)
    offsets = apart.style_offsets(apart.extract_taps(picture))[0]
    mean = (offsets[0] + offsets[3] + offsets[7]) / 3

    save_model(model, tmp_path / "model.safetensors", dtype=torch.float32)
    loaded = load_model(tmp_path / "model.safetensors").require_encoder()
    found = loaded.style_offsets(loaded.extract_taps(picture))[0]
    torch.testing.assert_close(found, mean.expand_as(found))


def test_norms_that_fit_into_float16_compute_what_they_did():
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        encoder = Encoder(ENCODER).eval()
        picture = torch.randn(1, 3, 64, 64)
    wild = encoder.blocks[5].norm_out
    wild.running_var.copy_(torch.logspace(0, 6, len(wild.running_var)))
    before = encoder.extract_taps(picture)[23]
    fit_norms_into_float16(encoder)
    assert wild.running_var.max() <= LARGEST_VARIANCE
    assert wild.running_var[0] == 1.0  # small ones stay, next to which the norm's epsilon counts
    torch.testing.assert_close(encoder.extract_taps(picture)[23], before, rtol=1e-5, atol=1e-6)
