"""The discriminator learns to tell real pictures from made ones."""

from __future__ import annotations

import pytest
import torch

from styleganex_lab.training.objectives.adversary import (
    Discriminator,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
)


@pytest.fixture
def discriminator() -> Discriminator:
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        return Discriminator(32, (8, 8, 6, 4))


@pytest.mark.slow
def test_the_discriminator_tells_real_from_made(discriminator):
    random = torch.Generator().manual_seed(0)
    real = torch.rand(4, 3, 32, 32, generator=random).cumsum(-1) / 16 - 1
    fake = torch.rand(4, 3, 32, 32, generator=random) * 2 - 1
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        optimizer.zero_grad()
        loss = discriminator_loss(discriminator(real), discriminator(fake))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert generator_loss(discriminator(fake)) > generator_loss(discriminator(real))


def test_the_penalty_is_the_squared_gradient(discriminator):
    linear = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 1))
    real = torch.rand(3, 3, 2, 2)
    weight = linear[1].weight
    torch.testing.assert_close(gradient_penalty(linear, real), weight.square().sum() / 2)
    assert torch.isfinite(gradient_penalty(discriminator, torch.rand(2, 3, 32, 32)))


def test_the_spread_of_a_group_reaches_the_score(discriminator):
    same = torch.rand(1, 3, 32, 32).expand(4, -1, -1, -1)
    mixed = torch.cat([same[:1], torch.rand(3, 3, 32, 32)])
    assert not torch.allclose(discriminator(same)[0], discriminator(mixed)[0], atol=1e-7)
