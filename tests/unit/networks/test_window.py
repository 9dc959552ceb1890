"""A window of a picture holds the same px as the whole, with the work for the rest left out."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import ShapeError, StyleGANEXError, decode_latents, encode_face, sample_latents
from styleganex_core.decode import KeptFeatures
from styleganex_core.networks.window import Window, plan_windows

from ..tiny import random_picture, tiny_model

WINDOWS = [
    (30, 20, 41, 45),  # within
    (0, 0, 17, 20),  # at the top left corner
    (40, 33, 64, 56),  # at the bottom right one
    (0, 35, 64, 36),  # a column
    (0, 0, 64, 56),  # all of it
]


@pytest.fixture(scope="module", params=[0, 5])
def drawn(request):
    """A model without skips, and one whose skips reach into the doubling steps."""
    model = tiny_model(256, fusions=request.param)
    latents = encode_face(model, random_picture(64, 56, batch=2))
    with torch.no_grad():
        return model, latents, decode_latents(model, latents, noise="random", seed=3)


@pytest.mark.parametrize("place", WINDOWS)
@pytest.mark.parametrize("gradients", [False, True])
def test_a_window_shows_what_the_whole_shows(drawn, place, gradients):
    model, latents, whole = drawn
    window = Window(*place)
    with torch.set_grad_enabled(gradients):  # with them the plain layers draw
        part = decode_latents(model, latents, noise="random", seed=3, window=window)
    assert part.shape[-2:] == window.size
    torch.testing.assert_close(part, window.cut(whole), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("side", [32, 64, 128])
def test_a_smaller_picture_has_windows_too(side):
    model = tiny_model(256)
    latents = sample_latents(model, 1, height=64, width=48)
    whole = decode_latents(model, latents, largest_side=side)
    window = Window(3, 1, 8, 6)  # the smallest picture has 8 x 6 px
    part = decode_latents(model, latents, largest_side=side, window=window)
    torch.testing.assert_close(part, window.cut(whole), rtol=1e-4, atol=1e-4)


def test_a_window_spares_the_rest():
    plan = plan_windows(Window(480, 480, 544, 544), (1024, 1024), steps=8, whole=3)
    assert plan[:3] == [None] * 3
    # By hand, from the end: half of 480 to 544 and two px on both sides is 238 to 274, and so on.
    sides = [10, 12, 16, 22, 36, 64]
    assert [part.size for part in plan[3:]] == [(side, side) for side in sides]


def test_windows_that_cannot_be_drawn():
    model = tiny_model(64)
    latents = sample_latents(model, 1, height=64, width=64)
    with pytest.raises(ShapeError, match="choose one within"):
        decode_latents(model, latents, window=Window(0, 0, 65, 10))
    with pytest.raises(ShapeError, match="top < bottom"):
        Window(5, 0, 5, 10)
    with pytest.raises(StyleGANEXError, match="whole pictures"):
        decode_latents(model, latents, window=Window(0, 0, 5, 5), kept=KeptFeatures())
