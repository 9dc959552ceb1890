"""The generator: exact properties, on random weights."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    decode_latents,
    encode_face,
    join_latents,
    sample_latents,
    transform_features,
)
from styleganex_core.datatypes import Latents
from styleganex_core.networks.ops import ModulatedConv

from .. import reference_forms
from ..tiny import random_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(64)


def assert_near(came: torch.Tensor, expected: torch.Tensor, tolerance: float = 1e-5) -> None:
    assert came.shape == expected.shape
    error = (came - expected).abs().max() / expected.std()
    assert error <= tolerance, f"off by {error:.1e} of the standard deviation"


@pytest.mark.parametrize("up", [False, True])
def test_modulated_conv_equals_the_per_sample_form(up):
    torch_random = torch.Generator().manual_seed(0)
    conv = ModulatedConv(5, 7, 6, up=up).requires_grad_(False)
    x = torch.randn(3, 5, 9, 11, generator=torch_random)
    style = torch.randn(3, 6, generator=torch_random)
    expected = reference_forms.modulated_conv(x, conv.weight, conv.modulation(style), up=up)
    assert_near(conv(x, style, None), expected)


@pytest.mark.parametrize(
    "size", [64, 128, 256, *(pytest.param(size, marks=pytest.mark.slow) for size in (512, 1024))]
)
def test_dense_form_equals_plain_stylegan2_at_every_size(size):
    model = tiny_model(size, encoder=False).double()  # float32's rounding depends on the machine
    random = torch.Generator().manual_seed(size)
    w_plus = torch.randn(2, model.num_slots, model.style_dim, generator=random).double()
    expected = reference_forms.plain_stylegan2(model.generator, w_plus)
    dense = model.generator(model.generator.dense_constant(), w_plus)
    assert dense.shape == (2, 3, size, size)
    assert_near(dense, expected, 1e-12)
    assert_near(model.generator(model.generator.constant, w_plus, dense=False), expected, 1e-12)


def test_moving_f_moves_the_picture_by_whole_strides(model):
    f = torch.randn(1, model.feature_channels, 72, 76)
    latents = Latents(f, torch.randn(1, model.num_slots, model.style_dim))
    moved = transform_features(latents, dx=3, dy=-2)
    picture, shifted = (decode_latents(model, each) for each in (latents, moved))
    stride = model.stride
    border = 34 * stride  # the dilated layers see 29 cells far, the ordinary ones the rest
    inner = picture[..., border:-border, border:-border]
    rows = slice(border - 2 * stride, -border - 2 * stride)
    columns = slice(border + 3 * stride, -border + 3 * stride)
    assert_near(shifted[..., rows, columns], inner)


def test_a_batch_equals_a_loop(model):
    pictures = random_picture(batch=3)
    batch = encode_face(model, pictures)
    loop = [encode_face(model, picture[None]) for picture in pictures]
    joined = join_latents(loop)
    torch.testing.assert_close(batch.f, joined.f, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(batch.w_plus, joined.w_plus, atol=1e-5, rtol=1e-4)
    for noise in ("zero", "stored", "random"):
        together = decode_latents(model, batch, noise=noise, seed=3)
        alone = torch.cat([decode_latents(model, one, noise=noise, seed=3) for one in loop])
        assert_near(together, alone, 1e-4)


def test_own_statistics_are_per_picture_and_leave_no_trace(model):
    pictures = random_picture(batch=2)
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    batch = encode_face(model, pictures, batch_norm="input")
    for index, picture in enumerate(pictures):
        alone = encode_face(model, picture[None], batch_norm="input")
        torch.testing.assert_close(batch.f[index], alone.f[0], atol=1e-4, rtol=1e-4)
    assert not torch.allclose(batch.f, encode_face(model, pictures).f)
    assert all(torch.equal(before[key], tensor) for key, tensor in model.state_dict().items())


def test_one_style_serves_a_clip():
    model = tiny_model(256, fusions=6)
    frames = random_picture(32, 40, batch=3)
    latents = encode_face(model, frames, random_picture(32, 32, seed=9))
    assert latents.w_plus.shape[0] == 1
    assert latents.batch == 3
    assert len(latents.skips) == 6
    picture = decode_latents(model, latents)
    alone = decode_latents(model, latents[1])
    assert picture.shape == (3, 3, 32, 40)
    assert_near(picture[1:2], alone, 1e-4)


@pytest.mark.parametrize("size", [64, 256, 1024])
def test_any_side_comes_back_at_the_ratio(size):
    model, ratio = tiny_model(size), size / 256
    for sides in ((7, 9), (45, 45), (64, 72), (33, 100)):
        latents = encode_face(model, random_picture(*sides))
        expected = tuple(max(1, round(side * ratio)) for side in sides)
        assert decode_latents(model, latents).shape[-2:] == expected


def test_noise_modes_differ_and_repeat(model):
    latents = sample_latents(model, 5)
    zero, stored = (decode_latents(model, latents, noise=mode) for mode in ("zero", "stored"))
    random = decode_latents(model, latents, noise="random", seed=1)
    assert torch.equal(random, decode_latents(model, latents, noise="random", seed=1))
    other = decode_latents(model, latents, noise="random", seed=2)
    pairs = [(zero, stored), (zero, random), (stored, random), (random, other)]
    assert all(not torch.allclose(a, b) for a, b in pairs)


def test_stopping_early_equals_a_smaller_generator():
    model = tiny_model(256, encoder=False)
    latents = sample_latents(model, 0)
    cut = tiny_model(64, encoder=False)
    cut.load_state_dict(
        {key: tensor for key, tensor in model.state_dict().items() if key in cut.state_dict()}
        | {"latent_avg": model.latent_avg[: cut.num_slots]}
    )
    small = decode_latents(model, latents, largest_side=64)
    whole = Latents(latents.f, latents.w_plus[:, : cut.num_slots])
    assert_near(small, decode_latents(cut, whole))


@pytest.mark.parametrize(
    ("dtype", "largest"), [(torch.float16, 0.02), (torch.bfloat16, 0.15)], ids=["half", "bfloat"]
)
def test_half_precision_runs_and_stays_close(dtype, largest):
    exact = tiny_model(256)
    half = tiny_model(256).to(dtype)
    picture = random_picture(64, 64)
    expected = decode_latents(exact, encode_face(exact, picture))
    came = decode_latents(half, encode_face(half, picture))
    assert came.dtype == torch.float32
    assert torch.isfinite(came).all()
    assert (came - expected).abs().mean() / expected.std() <= largest
