"""Degraded pictures lose detail, and are the same for the same seed."""

from __future__ import annotations

import torch

from styleganex_lab.training.data.degrade import blur_kernel, degrade_known, degrade_unknown


def test_unknown_degradation_is_repeatable_and_loses_detail():
    random = torch.Generator().manual_seed(0)
    pictures = torch.rand(3, 3, 32, 40, generator=random) * 2 - 1
    seeds = torch.tensor([1, 2, 1])
    worse = degrade_unknown(pictures[:1].expand(3, -1, -1, -1), seeds, (4,), 1.0)
    assert torch.equal(worse[0], worse[2]) and not torch.equal(worse[0], worse[1])
    assert worse.diff(dim=-1).abs().mean() < 0.3 * pictures.diff(dim=-1).abs().mean()


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


def test_known_degradation_depends_on_the_factor_alone():
    pictures = torch.rand(1, 3, 32, 40, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert torch.equal(degrade_known(pictures, 4, 1.0), degrade_known(pictures, 16, 4.0))
    details = [degrade_known(pictures, f, 1.0).diff(dim=-1).abs().mean() for f in (1, 2, 8)]
    assert details[0] > details[1] > details[2]
