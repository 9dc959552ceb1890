"""Step I: what goes in, what is refused."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import ShapeError, StyleGANEXError, encode_face, sample_latents

from ..tiny import random_picture, tiny_model


def test_the_style_comes_from_the_style_picture():
    model = tiny_model(64)
    picture, face = random_picture(40, 56), random_picture(32, 32, seed=4)
    latents = encode_face(model, picture, face)
    assert torch.equal(latents.f, encode_face(model, picture).f)
    torch.testing.assert_close(latents.w_plus, encode_face(model, face).w_plus)
    assert latents.size == (10, 14)


def test_a_picture_without_gradients_gives_the_same_latents():
    """Then channels lie last in memory, which what comes out does not show."""
    model, picture = tiny_model(256, fusions=6), random_picture(40, 56)
    with torch.enable_grad():
        slow = encode_face(model, picture)
    with torch.no_grad():
        fast = encode_face(model, picture)
    for ours, theirs in zip(
        (fast.f, fast.w_plus, *fast.skips), (slow.f, slow.w_plus, *slow.skips), strict=True
    ):
        assert ours.is_contiguous()
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)


def test_a_label_model_takes_labels_and_photos():
    model = tiny_model(64, labels=1)
    sketch = (random_picture(channels=1) > 0).float()
    latents = encode_face(model, sketch, random_picture(32, 32))
    assert latents.f.shape[-2:] == (8, 9)
    assert torch.isfinite(encode_face(model, random_picture()).f).all()


def test_skip_layers_choose_the_fusions():
    model = tiny_model(256, fusions=6)
    picture = random_picture(32, 32)
    assert len(encode_face(model, picture).skips) == 6
    assert len(encode_face(model, picture, skip_layers=2).skips) == 2
    assert encode_face(model, picture, skip_layers=0).skips is None
    with pytest.raises(StyleGANEXError, match="choose 0 to 6"):
        encode_face(model, picture, skip_layers=7)


def test_a_generator_alone_says_what_is_missing():
    model = tiny_model(64, encoder=False, name="toon.pt")
    assert sample_latents(model, 0).batch == 1
    with pytest.raises(StyleGANEXError, match=r"toon.pt is a generator alone.*'encoder"):
        encode_face(model, random_picture())


@pytest.mark.parametrize(
    "picture",
    [
        torch.zeros(3, 8, 8),
        torch.zeros(1, 4, 8, 8),
        torch.zeros(1, 3, 0, 8),
        torch.full((1, 3, 8, 8), float("nan")),
    ],
)
def test_unusable_pictures(picture):
    with pytest.raises(ShapeError):
        encode_face(tiny_model(64), picture)


def test_unknown_batch_norm():
    with pytest.raises(StyleGANEXError, match="stored"):
        encode_face(tiny_model(64), random_picture(), batch_norm="train")
