"""Metrics against hand-computed values and independent forms."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_lab.evaluation.metrics import (
    mean_absolute_error,
    mean_iou,
    mean_squared_error,
    peak_signal_to_noise,
    structural_similarity,
    temporal_change,
)

from ...tiny import random_picture


def test_errors_are_on_the_scale_of_papers():
    image, target = torch.full((1, 3, 4, 4), 0.5), torch.zeros(1, 3, 4, 4)  # 0.75 and 0.5 on 0..1
    assert mean_absolute_error(image, target).item() == pytest.approx(0.25)
    assert mean_squared_error(image, target).item() == pytest.approx(0.0625)
    assert peak_signal_to_noise(image, target).item() == pytest.approx(-10 * math.log10(0.0625))


def test_one_value_per_picture():
    image, target = random_picture(batch=3), random_picture(batch=3, seed=2)
    for metric in (mean_absolute_error, peak_signal_to_noise, structural_similarity):
        whole = metric(image, target)
        parts = [metric(a, b) for a, b in zip(image.split(1), target.split(1), strict=True)]
        torch.testing.assert_close(whole, torch.cat(parts))


def test_similarity_agrees_with_a_loop_over_windows():
    image, target = random_picture(14, 13), random_picture(14, 13, seed=5) * 0.5
    bell = [math.exp(-0.5 * ((k - 5) / 1.5) ** 2) for k in range(11)]
    total = sum(bell)
    weight = torch.tensor([[a * b / total**2 for b in bell] for a in bell], dtype=torch.float64)
    values = []
    for channel in range(3):
        x, y = ((picture[0, channel].double() + 1) / 2 for picture in (image, target))
        for top in range(4):
            for left in range(3):
                a, b = (plane[top : top + 11, left : left + 11] for plane in (x, y))
                mean_a, mean_b = (weight * a).sum(), (weight * b).sum()
                var_a = (weight * (a - mean_a) ** 2).sum()
                var_b = (weight * (b - mean_b) ** 2).sum()
                both = (weight * (a - mean_a) * (b - mean_b)).sum()
                light = (2 * mean_a * mean_b + 1e-4) / (mean_a**2 + mean_b**2 + 1e-4)
                values.append(light * (2 * both + 9e-4) / (var_a + var_b + 9e-4))
    expected = torch.stack(values).mean().float()
    torch.testing.assert_close(structural_similarity(image, target)[0], expected)


def test_similarity_of_a_picture_with_itself_is_one_and_falls_with_noise():
    image = random_picture()
    near = image + 0.1 * torch.randn(image.shape, generator=torch.Generator().manual_seed(3))
    far = image + 0.5 * torch.randn(image.shape, generator=torch.Generator().manual_seed(3))
    own, some, more = (structural_similarity(x, image).item() for x in (image, near, far))
    assert own == pytest.approx(1)
    assert own > some > more


def test_similarity_of_small_pictures():
    image = random_picture(5, 7)
    assert structural_similarity(image, image).item() == pytest.approx(1)


def test_mean_iou_by_hand():
    truth = torch.tensor([[[0, 0, 1, 1]]])
    labels = torch.tensor([[[0, 1, 1, 2]]])  # class 0: 1 of 2, class 1: 1 of 3; 2 is not in truth
    assert mean_iou(labels, truth) == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert mean_iou(truth, truth) == 1


def test_temporal_change_by_hand():
    frames = torch.stack([torch.full((3, 2, 2), value) for value in (-1.0, 0.0, 0.0)])
    assert temporal_change(frames) == pytest.approx((0.5 + 0) / 2)
    assert temporal_change(frames[:1]) == 0
