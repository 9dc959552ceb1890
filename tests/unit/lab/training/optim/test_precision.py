"""Half precision on a CPU gives the gradients of whole precision, where kernels see padding too."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from styleganex_lab.training.optim import HalfCopy, set_gains


@pytest.mark.parametrize(("side", "stride"), [(1, 1), (1, 2), (2, 1), (2, 2), (3, 2)])
def test_gradients_of_taps_that_see_only_padding_are_zero(side, stride):
    """oneDNN leaves them unwritten in bfloat16: whatever was in memory would be learned from."""
    random = torch.Generator().manual_seed(0)
    net = nn.Sequential(nn.Conv2d(2, 3, 3, stride, padding=1))
    x = torch.randn(2, 2, side, side, generator=random)
    net(x).square().sum().backward()
    wanted = net[0].weight.grad.clone()
    net.zero_grad()
    copied = HalfCopy(net)
    for _ in range(3):
        half = copied.refresh(True)
        half(x.bfloat16()).float().square().sum().backward()
        half[0].weight.grad[wanted.bfloat16() == 0] = 7.0  # what the memory might hold
        copied.return_gradients()
        found = net[0].weight.grad
        assert torch.equal(found == 0, wanted == 0)
        torch.testing.assert_close(found, wanted, rtol=0.05, atol=0.05 * float(wanted.abs().max()))


def test_the_longest_prefix_or_ending_decides_what_learns():
    net = nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ModuleDict({"noise_maps": nn.Linear(1, 1)})})
    gains = set_gains(net, (("", 1.0), ("a.", 0.5), ("*.bias", 0.0)))
    assert gains == {"a.weight": 0.5}
    assert [key for key, value in net.named_parameters() if value.requires_grad] == ["a.weight"]
