"""Step II at rising resolution: closer in fewer full steps, a batch at once, and when it stops."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    StyleGANEXError,
    decode_latents,
    encode_face,
    optimize_latents,
    sample_latents,
)
from styleganex_core.encode import rising
from styleganex_core.losses import multiscale_loss, pixel_loss

from ..tiny import drawn_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(256)


@pytest.fixture(scope="module")
def pictures(model):
    one = drawn_picture(model)
    return torch.cat([one, one.flip(-1)])


@pytest.fixture(scope="module")
def start(model, pictures):
    return encode_face(model, pictures)


def loss_of(model, latents, pictures) -> torch.Tensor:
    drawn = decode_latents(model, latents)
    return pixel_loss(drawn, pictures) + multiscale_loss(drawn, pictures)


def sides_drawn(monkeypatch) -> list[int | None]:
    sides: list[int | None] = []
    draw = rising.synthesize

    def watched(model, latents, noise, *, largest_side=None):
        sides.append(largest_side)
        return draw(model, latents, noise, largest_side=largest_side)

    monkeypatch.setattr(rising, "synthesize", watched)
    return sides


def test_it_gets_closer_with_a_quarter_of_the_steps_at_full_size(
    model, start, pictures, monkeypatch
):
    sides, ticks, used = sides_drawn(monkeypatch), [], []
    refined = optimize_latents(
        model, start, pictures, steps=16, schedule="rising", report=used.append,
        progress=lambda *tick: ticks.append(tick),
    )  # fmt: skip
    assert used == [16], "both pictures in one pass"
    assert sides.count(64) == 12 and sides.count(None) == 4 + 2, "the start and the end count too"
    assert ticks[-1] == (32, 32) and ticks == sorted(ticks)
    before, after = loss_of(model, start, pictures), loss_of(model, refined, pictures)
    assert (after < 0.9 * before).all()


def test_a_batch_is_refined_like_each_alone(model, start, pictures):
    settings = {"steps": 4, "schedule": "rising", "optimize_noise": True, "style_pull": 0.5}
    together = optimize_latents(model, start, pictures, **settings)
    alone = optimize_latents(model, start[1], pictures[1:], **settings)
    torch.testing.assert_close(together[1].f, alone.f, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(together[1].noise[-1], alone.noise[-1], rtol=1e-2, atol=1e-2)
    one_start = optimize_latents(model, start[1], pictures, **settings)
    torch.testing.assert_close(one_start[1].f, alone.f, rtol=1e-3, atol=1e-3)


def test_a_good_start_is_never_made_worse(model):
    perfect = sample_latents(model, 8, height=48, width=40)
    exact = decode_latents(model, perfect)
    refined = optimize_latents(model, perfect, exact, steps=4, schedule="rising")
    assert torch.equal(refined.f, perfect.f) and torch.equal(refined.w_plus, perfect.w_plus)


def test_it_stops_where_nothing_more_is_gained(model, start, pictures, monkeypatch):
    monkeypatch.setattr(rising, "LOOK", 2)
    monkeypatch.setattr(rising, "LEAST", 2.0)  # any fall is too small
    used, ticks = [], []
    optimize_latents(
        model, start[0], pictures[:1], steps=40, schedule="rising", report=used.append,
        progress=lambda *tick: ticks.append(tick),
    )  # fmt: skip
    assert used == [4 + 2]
    assert ticks[-1] == (40, 40)


def test_it_works_in_inference_mode_with_skips():
    with torch.inference_mode():
        model = tiny_model(64, fusions=2)
        picture = torch.zeros(1, 3, 32, 32)
        latents = encode_face(model, picture)
        refined = optimize_latents(model, latents, picture, steps=2, schedule="rising")
    assert refined.skips is not None and len(refined.skips) == 2


def test_what_it_cannot_do_is_said(model, start, pictures):
    with pytest.raises(StyleGANEXError, match="full size only"):
        optimize_latents(
            model, start, pictures, steps=1, schedule="rising", likeness_weight=0.1,
            likeness=[lambda picture: picture.mean((1, 2, 3))],
        )  # fmt: skip
    with pytest.raises(StyleGANEXError, match="schedule is"):
        optimize_latents(model, start, pictures, steps=1, schedule="quick")
