"""Previews that stop at a resolution."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    decode_latents,
    decode_preview,
    encode_face,
    preview_resolution,
    trim_skips,
)

from ..tiny import random_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(128, fusions=5)


@pytest.fixture(scope="module")
def latents(model):
    return encode_face(model, random_picture(72, 64, batch=2))


@pytest.mark.parametrize("longest", [1, 9, 18, 36, 40, 1000])
def test_a_preview_is_what_the_generator_draws_at_that_resolution(model, latents, longest):
    side = preview_resolution(model, latents, longest)
    preview = decode_preview(model, latents, longest)
    whole = decode_latents(model, latents, noise="stored")
    exact = decode_latents(model, latents, noise="stored", largest_side=side)
    torch.testing.assert_close(preview, exact, rtol=0, atol=0)
    assert max(preview.shape[-2:]) >= min(longest, max(whole.shape[-2:]))
    if side > 32:
        assert max(whole.shape[-2:]) * (side // 2) < longest * 128, "a smaller one would do"


def test_whole_previews_are_the_picture(model, latents):
    whole = decode_latents(model, latents, noise="stored")
    torch.testing.assert_close(decode_preview(model, latents, 1000), whole, rtol=0, atol=0)


@pytest.mark.parametrize("longest", [1, 18, 30, 1000])
def test_no_preview_misses_the_skips_that_are_left_out(model, latents, longest):
    trimmed = trim_skips(model, latents, longest)
    assert latents.skips is not None and trimmed.skips is not None
    if longest == 1:
        assert len(trimmed.skips) < len(latents.skips)
    torch.testing.assert_close(
        decode_preview(model, trimmed, longest),
        decode_preview(model, latents, longest),
        rtol=0,
        atol=0,
    )
