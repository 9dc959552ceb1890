"""The forms without gradients give what the layers give, whatever is in the batch."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import Latents, decode_latents
from styleganex_core.decode.render import draw_noise
from styleganex_core.networks import quick

from ..tiny import tiny_model

TOLERANCE = 1e-12  # of the deviation, in float64


def slowly(model, latents, noise=None, **options) -> torch.Tensor:
    """The picture as training sees it: a gradient is asked for, so every layer runs as written."""
    f = latents.f.clone().requires_grad_()
    return model.generator(f, latents.w_plus, noise, **options).detach()


def latents_of(model, cells=(5, 7), batch=1, styles=1) -> Latents:
    random = torch.Generator().manual_seed(3)
    f = torch.randn(batch, model.feature_channels, *cells, generator=random)
    w_plus = torch.randn(styles, model.num_slots, model.style_dim, generator=random)
    return Latents(f.double(), w_plus.double())


def assert_same(came: torch.Tensor, expected: torch.Tensor) -> None:
    assert came.shape == expected.shape
    assert (came - expected).abs().max() <= TOLERANCE * expected.std()


@pytest.fixture(scope="module")
def model():
    model = tiny_model(512, encoder=False).double()
    with torch.no_grad():
        for layer in model.generator.layers:  # so that noise and bias count
            layer.noise_strength.fill_(0.3)
            layer.bias.normal_(generator=torch.Generator().manual_seed(1))
    return model


@pytest.mark.parametrize(("batch", "styles"), [(1, 1), (3, 1), (3, 3)])
@pytest.mark.parametrize("noise", ["none", "full", "one for all", "one px"])
def test_the_quick_form_is_the_slow_form(model, batch, styles, noise):
    latents = latents_of(model, batch=batch, styles=styles)
    maps = [m.double() for m in draw_noise(model, (5, 7), 0)]
    maps = {
        "none": None,
        "full": [
            m.repeat(batch, 1, 1, 1) * torch.arange(1, batch + 1)[:, None, None, None] for m in maps
        ],
        "one for all": maps,
        "one px": [m[..., :1, :1] for m in maps],
    }[noise]
    came = model.generator(latents.f, latents.w_plus, maps)
    assert_same(came, slowly(model, latents, maps))


@pytest.mark.parametrize("numbers", [1, 3000, 20_000])
def test_strips_leave_no_seam(model, numbers, monkeypatch):
    monkeypatch.setattr(quick, "STRIP_NUMBERS", numbers)
    latents = latents_of(model, cells=(9, 4))
    maps = [m.double() for m in draw_noise(model, (9, 4), 0)]
    came = model.generator(latents.f, latents.w_plus, maps)
    assert_same(came, slowly(model, latents, maps))


@pytest.mark.parametrize("side", [32, 64, 256])
def test_smaller_pictures_are_those_of_the_slow_form(model, side):
    latents = latents_of(model)
    came = model.generator(latents.f, latents.w_plus, largest_side=side)
    assert_same(came, slowly(model, latents, largest_side=side))


def test_plain_stylegan2_runs_quickly_too(model):
    constant = Latents(model.generator.constant.detach(), latents_of(model).w_plus)
    came = model.generator(constant.f, constant.w_plus, dense=False)
    assert_same(came, slowly(model, constant, dense=False))


def test_nothing_that_was_given_is_changed(model):
    latents = latents_of(model)
    kept = [t.clone() for t in (latents.f, latents.w_plus, *model.state_dict().values())]
    decode_latents(model, latents, noise="stored")
    now = (latents.f, latents.w_plus, *model.state_dict().values())
    assert all(torch.equal(before, after) for before, after in zip(kept, now, strict=True))


def test_gradients_still_flow(model):
    latents = latents_of(model)
    w_plus = latents.w_plus.clone().requires_grad_()
    model.generator(latents.f, w_plus).square().mean().backward()
    assert w_plus.grad is not None and (w_plus.grad.abs().amax(dim=(0, 2)) > 0).all()


def test_float16_stays_finite():
    model = tiny_model(256, encoder=False).half()
    f = 3000 * torch.randn(1, model.feature_channels, 4, 4).half()
    w_plus = 30 * torch.randn(1, model.num_slots, model.style_dim).half()
    assert model.generator(f, w_plus).isfinite().all()
