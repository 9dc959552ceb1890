"""The augmentation moves pictures where its matrices say, and the paper's optimiser descends."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_lab.training.data.augment import draw_affine, warp_affine
from styleganex_lab.training.data.degrade import blur_kernel, degrade_unknown
from styleganex_lab.training.objectives.discriminator import (
    Discriminator,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
)
from styleganex_lab.training.optim import Ranger


def matrix(*rows: tuple[float, float, float]) -> torch.Tensor:
    return torch.tensor([[*rows, (0.0, 0.0, 1.0)]])


def test_a_translation_moves_by_whole_px():
    picture = torch.rand(1, 3, 40, 56, generator=torch.Generator().manual_seed(0))
    moved = warp_affine(picture, matrix((1, 0, 2 * 5 / 56), (0, 1, -2 * 3 / 40)))
    torch.testing.assert_close(
        moved[..., 10:30, 10:40], picture[..., 7:27, 15:45], atol=1e-4, rtol=0
    )


def test_a_rotation_samples_the_turned_picture():
    def wave(x, y):
        return torch.sin(x * 6) * torch.cos(y * 5)

    centres = (2 * torch.arange(64.0) + 1) / 64 - 1
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    cos, sin = math.cos(0.5), math.sin(0.5)
    turned = warp_affine(wave(x, y)[None, None], matrix((cos, -sin, 0.1), (sin, cos, 0)))
    wanted = wave(cos * x - sin * y + 0.1, sin * x + cos * y)
    inside = slice(20, 44)
    assert (turned[0, 0] - wanted)[inside, inside].abs().max() < 5e-3


def test_input_and_target_of_other_size_move_alike():
    small = torch.zeros(1, 1, 32, 32)
    small[..., 8:14, 18:24] = 1
    large = small.repeat_interleave(4, 2).repeat_interleave(4, 3)
    move = matrix((1, 0, 0.25), (0, 1, -0.25))
    reduced = torch.nn.functional.avg_pool2d(warp_affine(large, move), 4)
    assert (reduced - warp_affine(small, move)).abs().mean() < 0.01


def test_still_pictures_come_back_untouched():
    picture = torch.rand(2, 3, 16, 16)
    both = torch.cat([torch.eye(3)[None], matrix((1, 0, 0.5), (0, 1, 0))])
    result = warp_affine(picture, both)
    assert torch.equal(result[0], picture[0]) and not torch.equal(result[1], picture[1])


def test_each_stage_has_its_chance_and_translations_are_real():
    drawn = draw_affine(4000, 0.2, (64, 64), torch.Generator().manual_seed(1))
    moved = (drawn - torch.eye(3)).flatten(1).abs().amax(dim=1) > 0
    assert abs(moved.float().mean() - (1 - 0.8**4)) < 0.03
    shifts = drawn[:, 0, 2].abs()
    assert (shifts > 2 / 64).float().mean() > 0.15  # more than a px, in a fifth of the pictures


def test_ranger_descends_and_looks_back():
    weight = torch.nn.Parameter(torch.tensor([[3.0, -2.0], [1.0, 4.0]]))
    target = torch.tensor([[1.0, -1.0], [0.0, 0.5]])
    optimizer = Ranger([weight], lr=0.05)
    losses = []
    for _ in range(120):
        optimizer.zero_grad()
        # Differences within a row only: centralised gradients leave each row's mean alone.
        loss = ((weight - weight.mean(1, keepdim=True)) - target).square().sum()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    torch.testing.assert_close(weight.mean(1), torch.tensor([0.5, 2.5]))


def test_blind_spoiling_is_repeatable_and_loses_detail():
    random = torch.Generator().manual_seed(0)
    pictures = torch.rand(3, 3, 32, 40, generator=random) * 2 - 1
    seeds = torch.tensor([1, 2, 1])
    spoilt = degrade_unknown(pictures[:1].expand(3, -1, -1, -1), seeds, (4,), 1.0)
    assert torch.equal(spoilt[0], spoilt[2]) and not torch.equal(spoilt[0], spoilt[1])
    assert spoilt.diff(dim=-1).abs().mean() < 0.3 * pictures.diff(dim=-1).abs().mean()


def test_blur_kernels_have_the_asked_spread():
    places = torch.arange(41) - 20.0
    kernel = blur_kernel(4.0, 2.0, 0.0, even=False)
    torch.testing.assert_close(kernel.sum(), torch.tensor(1.0))
    across, down = (kernel.sum(dim=axis) @ places.square() for axis in (0, 1))
    torch.testing.assert_close(
        (across, down), (torch.tensor(16.0), torch.tensor(4.0)), rtol=0.01, atol=0
    )
    assert torch.allclose(
        blur_kernel(3.0, 9.0, 1.0, even=True), blur_kernel(3.0, 3.0, 0.0, even=True), atol=1e-6
    )


@pytest.fixture
def critic() -> Discriminator:
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        return Discriminator(32, (8, 8, 6, 4))


def test_the_discriminator_tells_real_from_made(critic):
    random = torch.Generator().manual_seed(0)
    real = torch.rand(4, 3, 32, 32, generator=random).cumsum(-1) / 16 - 1
    fake = torch.rand(4, 3, 32, 32, generator=random) * 2 - 1
    optimizer = torch.optim.Adam(critic.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = discriminator_loss(critic(real), critic(fake))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert generator_loss(critic(fake)) > generator_loss(critic(real))


def test_the_penalty_is_the_squared_gradient(critic):
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 1))
    real = torch.rand(3, 3, 2, 2)
    weight = linear[1].weight
    torch.testing.assert_close(gradient_penalty(linear, real), weight.square().sum() / 2)
    assert torch.isfinite(gradient_penalty(critic, torch.rand(2, 3, 32, 32)))


def test_the_spread_of_a_group_reaches_the_score(critic):
    same = torch.rand(1, 3, 32, 32).expand(4, -1, -1, -1)
    mixed = torch.cat([same[:1], torch.rand(3, 3, 32, 32)])
    assert not torch.allclose(critic(same)[0], critic(mixed)[0], atol=1e-7)
