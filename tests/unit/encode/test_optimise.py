"""Step II: it gets closer, repeats, stops, and says what it cannot do."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_core import (
    ShapeError,
    StyleGANEXError,
    decode_latents,
    encode_face,
    optimize_latents,
    sample_latents,
)
from styleganex_core.encode.adam import Adam
from styleganex_core.losses import pixel_loss

from ..tiny import drawn_picture, random_picture, tiny_model


@pytest.fixture(scope="module")
def model():
    return tiny_model(256)


@pytest.fixture(scope="module")
def target(model):
    return drawn_picture(model)


@pytest.fixture(scope="module")
def start(model, target):
    return encode_face(model, target)


def error_of(model, latents, target, noise="zero") -> torch.Tensor:
    return pixel_loss(decode_latents(model, latents, noise=noise), target)


def test_it_gets_closer_and_repeats(model, start, target):
    refined = optimize_latents(model, start, target, steps=12)
    assert error_of(model, refined, target) < 0.8 * error_of(model, start, target)
    again = optimize_latents(model, start, target, steps=12)
    assert torch.equal(refined.f, again.f)
    assert torch.equal(refined.w_plus, again.w_plus)
    assert not refined.f.requires_grad


def test_only_what_is_switched_on_changes(model, start, target):
    only_f = optimize_latents(model, start, target, steps=3, optimize_w_plus=False)
    assert torch.equal(only_f.w_plus, start.w_plus)
    assert not torch.equal(only_f.f, start.f)
    only_w = optimize_latents(model, start, target, steps=3, optimize_f=False)
    assert torch.equal(only_w.f, start.f)
    assert not torch.equal(only_w.w_plus, start.w_plus)


def test_noise_is_kept_and_decoded_as_stored(model, start, target):
    refined = optimize_latents(model, start, target, steps=12, optimize_noise=True)
    assert [tuple(n.shape[-2:]) for n in refined.noise] == model.generator.noise_shapes((6, 5))
    for noise_map in refined.noise:
        assert abs(noise_map.mean()) < 0.2
        assert abs(noise_map.std() - 1) < 0.2
    stored = error_of(model, refined, target, "stored")
    assert not torch.allclose(stored, error_of(model, refined, target, "zero"))


def test_stored_noise_decodes_to_the_picture_that_was_matched(model, start, target):
    shown = []
    refined = optimize_latents(model, start, target, steps=20, preview=shown.append)
    assert len(shown) == 3
    decoded = decode_latents(model, refined, noise="stored")
    assert pixel_loss(decoded, target) <= pixel_loss(shown[0], target)
    assert torch.equal(decoded, decode_latents(model, refined, noise="zero"))


def test_a_good_start_is_never_made_worse(model, target):
    perfect = sample_latents(model, 8, height=48, width=40)
    exact = decode_latents(model, perfect)
    refined = optimize_latents(model, perfect, exact, steps=2, learning_rate=5.0)
    assert torch.equal(refined.f, perfect.f)


def test_the_mask_frees_what_is_outside(model, start, target):
    mask = torch.zeros(48, 40)
    mask[:, :16] = 1
    refined = optimize_latents(model, start, target, steps=12, mask=mask)
    difference = (decode_latents(model, refined) - target).square()
    before = (decode_latents(model, start) - target).square()
    assert difference[..., :16].mean() < 0.8 * before[..., :16].mean()
    wild = target.clone()
    wild[..., 20:] = -target[..., 20:]  # what the mask hides makes no difference
    same = optimize_latents(model, start, wild, steps=5, mask=mask)
    expected = optimize_latents(model, start, target, steps=5, mask=mask)
    torch.testing.assert_close(same.f, expected.f)


def test_the_pull_keeps_the_styles_near(model, start, target):
    free = optimize_latents(model, start, target, steps=8)
    held = optimize_latents(model, start, target, steps=8, style_pull=100.0)
    assert (held.w_plus - start.w_plus).norm() < 0.5 * (free.w_plus - start.w_plus).norm()


def test_a_batch_is_refined_like_each_alone(model, target):
    pictures = torch.cat([target, target.flip(-1)])
    batch = encode_face(model, pictures)
    ticks = []
    together = optimize_latents(
        model, batch, pictures, steps=4, progress=lambda *tick: ticks.append(tick)
    )
    alone = optimize_latents(model, batch[1], pictures[1:], steps=4)
    torch.testing.assert_close(together.f[1:], alone.f)
    assert ticks == [(done, 8) for done in range(1, 9)]


def test_it_works_in_inference_mode(target):
    with torch.inference_mode():
        model = tiny_model(256)
        latents = encode_face(model, target + 0)
        refined = optimize_latents(model, latents, target + 0, steps=2)
        assert error_of(model, refined, target) <= error_of(model, latents, target)


def test_a_raised_stop_passes_through(model, start, target):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        optimize_latents(model, start, target, steps=50, progress=stop)


def test_larger_and_smaller_generators_compare_at_the_smaller_size():
    for size in (64, 512):
        model = tiny_model(size)
        picture = random_picture(24, 20)
        start = encode_face(model, picture)
        assert optimize_latents(model, start, picture, steps=2).size == start.size


@pytest.mark.parametrize(
    "settings",
    [
        {"steps": 0},
        {"steps": -3},
        {"steps": 5, "optimize_f": False, "optimize_w_plus": False},
        {"steps": 5, "learning_rate": 0.0},
    ],
)
def test_settings_that_cannot_work(model, start, target, settings):
    with pytest.raises(StyleGANEXError):
        optimize_latents(model, start, target, **settings)


def test_pictures_that_do_not_belong(model, start, target):
    with pytest.raises(ShapeError, match="use the picture that was encoded"):
        optimize_latents(model, start, random_picture(64, 40), steps=1)
    with pytest.raises(ShapeError, match="finite"):
        optimize_latents(model, start, target * float("nan"), steps=1)
    with pytest.raises(ShapeError, match="black everywhere"):
        optimize_latents(model, start, target, steps=1, mask=torch.zeros(48, 40))


def test_adam_moves_by_its_formula():
    start, gradients, rates = [0.5, -2.0], [(3.0, -0.2), (1.0, 0.4), (-2.0, 0.0)], (0.1, 0.05, 0.2)
    variable = torch.tensor(start, dtype=torch.float64)
    still = torch.ones(2)
    adam = Adam([variable, still])
    values, means, squares = list(start), [0.0, 0.0], [0.0, 0.0]
    for step, (row, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        variable.grad = torch.tensor(row, dtype=torch.float64)
        adam.step(rate)
        for n, g in enumerate(row):
            means[n] = 0.9 * means[n] + 0.1 * g
            squares[n] = 0.999 * squares[n] + 0.001 * g * g
            m, v = means[n] / (1 - 0.9**step), squares[n] / (1 - 0.999**step)
            values[n] -= rate * m / (math.sqrt(v) + 1e-8)
        torch.testing.assert_close(variable, variable.new_tensor(values), rtol=1e-12, atol=0)
        assert variable.grad is None
    assert torch.equal(still, torch.ones(2))


@pytest.mark.parametrize("schedule", ["full", "rising"])
def test_it_never_loads_the_compiler_which_no_cancel_could_end(
    model, start, target, monkeypatch, schedule
):
    def load(*_, **__):
        raise AssertionError("torch's optimizers import torch._dynamo when they are made")

    monkeypatch.setattr(torch.optim.Optimizer, "__init__", load)
    optimize_latents(model, start, target, steps=1, schedule=schedule)
