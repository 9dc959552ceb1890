"""The paper's optimiser descends."""

from __future__ import annotations

import torch

from styleganex_lab.training.optim import Ranger


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
