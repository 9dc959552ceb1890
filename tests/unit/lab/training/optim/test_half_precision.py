"""Half precision is measured, not guessed, and gives the gradients of whole precision.

Where kernels see padding too, the library leaves gradients unwritten; they do no harm.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from styleganex_core.networks.precision import use_channels_last
from styleganex_lab.training.optim import HalfCopy, half_precision, set_gains
from styleganex_lab.training.optim.half_precision import (
    is_half_fast,
    mask_unseen_taps,
    time_convolutions,
)


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


@pytest.mark.parametrize(("seconds", "fast"), [(0.3, True), (0.95, False), (4.0, False)])
def test_bfloat16_is_taken_where_it_is_clearly_faster(seconds, fast, monkeypatch):
    monkeypatch.setattr(
        half_precision, "time_convolutions", lambda *, half: seconds if half else 1.0
    )
    assert is_half_fast(torch.device("cpu")) is fast
    assert is_half_fast(torch.device("cuda")) is False


@pytest.mark.parametrize("half", [False, True])
def test_convolutions_are_timed(half):
    assert 0 < time_convolutions(half=half) < 60


def test_taps_that_only_see_padding_get_no_gradient_and_all_others_keep_theirs():
    """On 2 px a stride of 2 never moves a kernel's first row over the picture."""
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, 2, padding=1))
    x = torch.ones(2, 3, 2, 2)
    mask_unseen_taps(net, lambda: net(x))
    net(x).square().sum().backward()
    written = net[1].weight.grad.clone()
    assert written[..., 1:, 1:].abs().sum() > 0 and not written[..., 0, :].any()
    found = []
    for hook in net[1].weight._backward_hooks.values():
        found.append(hook(torch.full_like(written, float("nan"))))
    assert torch.isfinite(found[0][..., 0, :]).all() and torch.isfinite(found[0][..., 0]).all()
    assert torch.isnan(found[0][..., 1:, 1:]).all()
    assert not net[0].weight._backward_hooks  # every tap of it sees the picture


def test_channels_last_changes_no_number():
    net = nn.Conv2d(3, 4, 3)
    before = net.weight.detach().clone()
    use_channels_last(net)
    assert torch.equal(net.weight, before)
    assert net.weight.is_contiguous(memory_format=torch.channels_last)


def test_the_longest_prefix_or_ending_decides_what_learns():
    net = nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ModuleDict({"noise_maps": nn.Linear(1, 1)})})
    gains = set_gains(net, (("", 1.0), ("a.", 0.5), ("*.bias", 0.0)))
    assert gains == {"a.weight": 0.5}
    assert [key for key, value in net.named_parameters() if value.requires_grad] == ["a.weight"]
