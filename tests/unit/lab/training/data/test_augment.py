"""The augmentation moves pictures where its matrices say."""

from __future__ import annotations

import math

import torch

from styleganex_lab.training.data.augment import draw_affine, warp_affine


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
