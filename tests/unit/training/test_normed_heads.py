"""Heads with batch norms become the encoder's own without changing what they say."""

from __future__ import annotations

import torch

from styleganex_core.networks import Encoder
from styleganex_core.training.normed_heads import fold_heads, normed_heads

from .test_training import ENCODER


def test_folded_heads_answer_as_the_normed_ones_do():
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        encoder = Encoder(ENCODER).eval()
        heads = normed_heads(ENCODER)
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
