"""Style heads that are fitted in closed form find styles at once."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.networks import Encoder
from styleganex_core.training.style_heads import start_heads

from .test_training import ENCODER


# A known defect: the ridge and the least spread that keep noisy fits tame cost deep heads half.
@pytest.mark.xfail(strict=True, reason="fitted deep heads miss up to 0.57 of the variance")
def test_fitted_heads_find_what_the_trunk_sees():
    noise = torch.Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)
        encoder = Encoder(ENCODER).eval()
    colour = torch.rand(48, 3, 1, 1, generator=noise) * 2 - 1
    image = colour + 0.05 * torch.randn(48, 3, 64, 64, generator=noise)
    offsets = colour[:, :, 0, 0] @ torch.randn(3, 48, generator=noise)
    start_heads(encoder, image, offsets)
    found = encoder.style_offsets(encoder.extract_taps(image))
    for slot in range(14):
        error = (found[:, slot] - offsets).square().mean() / offsets.var()
        assert error < 0.2
    assert not encoder.training
