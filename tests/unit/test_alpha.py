"""Transparency is kept where a whole picture goes back."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import ShapeError, to_bchw, to_bhwc
from styleganex_core.alpha import keep_alpha


@pytest.fixture
def picture() -> torch.Tensor:
    """RGBA as it comes from an 8-bit file, with every amount of transparency."""
    random = torch.Generator().manual_seed(0)
    levels = torch.randint(0, 256, (1, 16, 16, 4), generator=random)
    levels[0, 0, :, 3], levels[0, 1, :, 3] = 0, 255
    return levels.float() / 255


def test_what_was_not_edited_comes_back_exactly(picture):
    assert torch.equal(keep_alpha(picture, to_bchw(picture)), picture)


def test_an_edit_shows_the_same_over_grey_and_leaves_the_transparency(picture):
    edited = to_bchw(picture) * 0.9
    kept = keep_alpha(picture, edited)
    assert torch.equal(kept[..., 3], picture[..., 3])
    seen = kept[..., 3:] > 0.3  # fainter px may not reach the colour that they would need
    difference = (to_bhwc(to_bchw(kept)) - to_bhwc(edited)).abs() * seen
    assert difference.max() < 2 / 255


def test_opaque_px_take_the_edit_as_it_is(picture):
    edited = torch.rand(1, 3, 16, 16) * 2 - 1
    torch.testing.assert_close(keep_alpha(picture, edited)[0, 1, :, :3], to_bhwc(edited)[0, 1])


def test_a_larger_result_and_several_take_it_too(picture):
    assert keep_alpha(picture, torch.zeros(3, 3, 32, 32)).shape == (3, 32, 32, 4)
    assert keep_alpha(picture[..., :3], torch.zeros(3, 3, 32, 32)).shape == (3, 32, 32, 3)
    with pytest.raises(ShapeError, match="transparency"):
        keep_alpha(picture.expand(2, -1, -1, -1), torch.zeros(3, 3, 16, 16))
