"""Losses: what they measure; LPIPS on random weights, where only the arithmetic counts."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import CheckpointError, ShapeError, load_perceptual
from styleganex_core.losses import (
    fit_mask,
    multiscale_loss,
    noise_correlation_loss,
    pixel_loss,
    style_norm_loss,
)
from styleganex_core.networks.features import BACKBONES, build_perceptual

from .tiny import random_picture


def backbone(name: str) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    tensors = {}
    for step in BACKBONES[name][0]:
        if not isinstance(step, str):
            key, before, after, kernel, _, _ = step
            shape = (after, before, kernel, kernel)
            scale = (before * kernel**2) ** -0.5
            tensors[f"features.{key}.weight"] = torch.randn(shape, generator=random) * scale
            tensors[f"features.{key}.bias"] = torch.zeros(after)
    return tensors


@pytest.mark.parametrize("loss", [pixel_loss, multiscale_loss])
@pytest.mark.parametrize("sides", [(64, 48), (17, 9), (1, 5)])
def test_losses_are_per_picture_and_zero_for_the_same(loss, sides):
    pictures = random_picture(*sides, batch=3)
    other = random_picture(*sides, batch=3, seed=2)
    assert torch.equal(loss(pictures, pictures), torch.zeros(3))
    together = loss(pictures, other)
    assert together.shape == (3,)
    assert (together > 0).all()
    torch.testing.assert_close(together[1:2], loss(pictures[1:2], other[1:2]))


def test_lost_edges_cost_more_than_a_shade():
    sharp = torch.zeros(1, 3, 8, 8)  # too small for a second level
    sharp[..., ::2] = 1
    blurred = torch.full_like(sharp, 0.5)
    shaded = sharp + 0.5  # as far off per px, but with every edge in place
    assert pixel_loss(blurred, sharp) == pixel_loss(shaded, sharp)
    assert multiscale_loss(blurred, sharp) > 2 * multiscale_loss(shaded, sharp)


def test_white_noise_is_preferred_to_smooth_noise():
    random = torch.Generator().manual_seed(0)
    white = torch.randn(1, 1, 64, 64, generator=random)
    smooth = torch.nn.functional.avg_pool2d(white, 5, 1, 2)
    smooth = smooth / smooth.std()
    assert noise_correlation_loss([white]) < 0.01 * noise_correlation_loss([smooth])


def test_style_norm_is_the_frobenius_norm():
    start = torch.zeros(2, 3, 4)
    torch.testing.assert_close(style_norm_loss(start + 1, start), torch.full((2,), 12**0.5))


def test_masks_of_any_layout_fit_or_say_why():
    image = torch.zeros(2, 3, 8, 6)
    for shape in ((16, 12), (1, 8, 6), (2, 8, 6), (2, 1, 4, 3)):
        assert fit_mask(torch.ones(shape), image).shape[-2:] == (8, 6)
    for shape in ((3, 8, 6), (2, 3, 8, 6)):
        with pytest.raises(ShapeError, match="2 pictures"):
            fit_mask(torch.ones(shape), image)


@pytest.mark.parametrize("name", ["vgg16", "alexnet"])
def test_lpips_tells_pictures_apart(name, tmp_path):
    torch.save({**backbone(name), "classifier.0.weight": torch.zeros(1)}, tmp_path / "any.pth")
    distance = load_perceptual(tmp_path / "any.pth")
    assert distance.backbone == name
    pictures = random_picture(40, 48, batch=2)
    assert torch.equal(distance(pictures, pictures), torch.zeros(2))
    near = distance(pictures, pictures + 0.05)
    far = distance(pictures, random_picture(40, 48, batch=2, seed=5))
    assert (near > 0).all()
    assert (near < far).all()
    assert distance(random_picture(9, 7), random_picture(9, 7, seed=3)) > 0


def test_lpips_needs_a_whole_backbone(tmp_path):
    tensors = backbone("vgg16")
    del tensors["features.24.bias"]
    with pytest.raises(CheckpointError, match=r"features\.24\.bias"):
        build_perceptual(tensors)
    with pytest.raises(CheckpointError, match="VGG16 or AlexNet"):
        build_perceptual({"conv.weight": torch.zeros(1)})
    torch.save([torch.zeros(3)], tmp_path / "list.pt")
    with pytest.raises(CheckpointError, match="holds no network"):
        load_perceptual(tmp_path / "list.pt")
