"""What an edit changes in a drawing arrives in the photo; what it leaves alone stays exact."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import ShapeError
from styleganex_core.composite.reach import find_reach_of
from styleganex_core.composite.transfer import (
    _quantile,
    blur,
    find_strongest,
    move,
    transfer_edit,
)

from ..crop.pictures import smooth_picture

LEVEL = 2 / 255  # one 8-bit level in -1..1


def sharp_photo_and_drawing(side: int = 128) -> tuple[torch.Tensor, torch.Tensor]:
    """A photo with the finest detail, and a drawing of it that is soft and off in colour."""
    smooth = smooth_picture(side, side) * 0.5
    grain = torch.rand(smooth.shape, generator=torch.Generator().manual_seed(3)) - 0.5
    return smooth + 0.3 * grain, smooth * 0.9 + 0.05


def test_without_an_edit_the_photo_comes_back_exactly():
    photo, drawn = sharp_photo_and_drawing()
    assert torch.equal(transfer_edit(photo, drawn, drawn), photo)


@pytest.mark.parametrize("strength", [0.02, 0.3, -0.4])
def test_an_even_change_arrives_whole_and_the_detail_stays(strength):
    photo, drawn = sharp_photo_and_drawing()
    edited = transfer_edit(photo, drawn, drawn + strength)
    torch.testing.assert_close(edited, (photo + strength).clamp(-1, 1), atol=LEVEL / 4, rtol=0)


def test_a_model_s_unrest_beside_an_edit_is_left_out():
    photo, drawn = sharp_photo_and_drawing()
    unrest = torch.randn(drawn.shape, generator=torch.Generator().manual_seed(1)) * 1.5 * LEVEL
    edited = drawn + unrest
    edited[..., 40:60, 40:60] += 0.5
    change = (transfer_edit(photo, drawn, edited) - photo).abs()
    assert change[..., 48:52, 48:52].min() > 0.4
    assert change[..., 80:, 80:].mean() < 0.1 * LEVEL


def test_a_shape_that_an_edit_draws_replaces_the_photo_s_own():
    """Lips that close over teeth: none of their edges shine through."""
    photo, drawn = sharp_photo_and_drawing()
    photo, drawn = photo * 0.2, drawn * 0.2
    bars = torch.zeros(128, 128)
    bars[56:72, 40:88:4], bars[56:72, 41:88:4] = 0.5, 0.5
    photo, drawn = photo + bars, drawn + blur(bars[None, None], 1.0)
    closed = drawn.clone()
    closed[..., 56:72, 40:88] = -0.4
    closed[..., 62:65, 40:88] = -0.9
    before = transfer_edit(photo, drawn, closed)[..., 58:70, 44:84]
    added = (photo + closed - drawn)[..., 58:70, 44:84]
    edges = [part.diff(dim=-1).abs().mean() for part in (before, added)]
    assert edges[0] < 0.4 * edges[1]


def test_a_change_where_the_drawing_shows_something_else_says_nothing_of_the_photo():
    """Hair that the model draws over what is a light backdrop in the photo is not made lighter."""
    photo = torch.full((1, 3, 96, 96), 0.8)
    drawn = photo.clone()
    photo[..., :40], drawn[..., :56] = -0.6, -0.6  # the drawn hair reaches 16 px too far
    edited = drawn.clone()
    edited[..., :56] += 0.3
    change = (transfer_edit(photo, drawn, edited) - photo).mean(dim=(0, 1, 2))
    assert change[:32].min() > 0.25
    assert change[44:].abs().max() < 0.2 * 0.3


def test_the_photo_s_detail_moves_with_the_edit():
    photo, drawn = sharp_photo_and_drawing()
    motion = torch.zeros(1, 2, 128, 128)
    motion[:, 0] = 5.0  # what belongs here lies 5 px to the right
    moved = transfer_edit(photo, drawn, move(drawn, motion), motion=motion)
    torch.testing.assert_close(moved[..., 20:-20, 20:-20], photo[..., 20:-20, 25:-15],
                               atol=2 * LEVEL, rtol=0)  # fmt: skip


def test_each_picture_of_a_batch_is_as_if_alone():
    photo, drawn = sharp_photo_and_drawing()
    edits = torch.cat([drawn + 0.3, drawn - 0.02])
    both = transfer_edit(photo, drawn, edits)
    for row in range(2):
        alone = transfer_edit(photo, drawn, edits[row : row + 1])
        torch.testing.assert_close(both[row : row + 1], alone, atol=1e-5, rtol=0)


def test_pictures_of_two_sizes_are_refused():
    photo, drawn = sharp_photo_and_drawing()
    with pytest.raises(ShapeError, match="same size"):
        transfer_edit(photo, drawn, drawn[..., ::2, ::2])


@pytest.mark.parametrize("sigma", [1.0, 6.0, 30.0])
def test_a_blur_keeps_even_pictures_and_spreads_as_a_gaussian(sigma):
    even = torch.full((1, 3, 50, 61), 0.25)
    torch.testing.assert_close(blur(even, sigma), even)
    spot = torch.zeros(1, 1, 257, 257)
    spot[..., 128, 128] = 1
    spread = blur(spot, sigma)[0, 0].sum(dim=0)
    places = torch.arange(257.0) - 128
    deviation = float((spread * places.square()).sum() / spread.sum()) ** 0.5
    assert 0.85 * sigma < deviation < 1.15 * sigma


@pytest.mark.parametrize("sigma", [0.5, 1.6, 3.2, 6.4, 13.0])
def test_a_blur_is_a_weighted_mean_of_the_px_that_the_picture_has(sigma):
    """The same by convolutions, which a blur of one pass per weight stands in for."""
    picture = torch.rand(2, 3, 41, 60, generator=torch.Generator().manual_seed(5))
    shrink = max(1, int(sigma / 2))
    small = F.interpolate(picture, (41 // shrink, 60 // shrink), mode="area")
    reach = max(1, math.ceil(2.5 * sigma / shrink))
    row = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) * shrink / sigma) ** 2)
    kernel = row.outer(row)[None, None]
    flat = small.flatten(0, 1)[:, None]
    mean = F.conv2d(flat, kernel, padding=reach)
    mean = mean / F.conv2d(torch.ones_like(flat), kernel, padding=reach)
    mean = F.interpolate(mean.view_as(small), (41, 60), mode="bilinear")
    torch.testing.assert_close(blur(picture, sigma), mean, atol=1e-6, rtol=0)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.995, 1.0])
@pytest.mark.parametrize("length", [1, 2, 1000])
def test_the_strongest_change_is_the_quantile_that_torch_sorts_for(share, length):
    rows = torch.rand(3, length, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(_quantile(rows, share), rows.quantile(share, dim=1))


def test_a_part_with_a_margin_is_edited_as_the_whole_is():
    photo, drawn = sharp_photo_and_drawing(256)
    edited, motion = drawn.clone(), torch.zeros(1, 2, 256, 256)
    edited[..., 120:140, 110:150] += 0.4
    edited[..., 10:30, 10:30] -= 0.9  # out of the part, and stronger
    motion[:, 1, 120:140, 110:150] = 3.0
    mask = torch.zeros(1, 1, 256, 256)
    mask[..., 110:150, 100:160] = 1.0
    whole = transfer_edit(photo, drawn, edited, motion=motion)
    part = find_reach_of(mask, 1.0, 3.0)
    some = transfer_edit(
        *(part.cut(one) for one in (photo, drawn, edited)),
        motion=part.cut(motion),
        strongest=find_strongest(edited - drawn),
    )
    assert part.size[0] < 160
    apart = (part.cut(whole) - some).abs() * part.cut(mask)
    # Blurs are drawn on coarser grids, which lie otherwise over a part; grain shows it most.
    assert apart.max() < 2 * LEVEL
    assert apart.mean() < LEVEL / 50


def test_an_outline_that_the_drawing_leaves_where_it_is_leaves_no_line_in_a_photo_that_moves():
    """A drawn jaw is wider than the person's, and the motion of the face reaches beyond that."""
    photo = smooth_picture(128, 128) * 0.3
    drawn = photo.clone()
    drawn[..., 60:63] = -0.8  # an outline that the photo does not have
    edited = drawn.clone()
    edited[..., 40:50, 80:100] += 0.3  # what the edit draws, elsewhere
    motion = torch.zeros(1, 2, 128, 128)
    motion[:, 0] = 2.0
    result = transfer_edit(photo, drawn, edited, motion=motion)
    near = (..., slice(70, 120), slice(50, 70))
    torch.testing.assert_close(result[near], move(photo, motion)[near], atol=0.03, rtol=0)
