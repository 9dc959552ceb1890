"""Photos that filters draw as a toon or in ink."""

from __future__ import annotations

import pytest
import torch

from styleganex_lab.portraits.ink import INK, PAPER
from styleganex_lab.training.data.abstraction import STYLES, draw_photos

DARK = -0.6  # what is darker than this is a line, on the pictures below


def _plain(level: float = 0.2) -> torch.Tensor:
    return torch.full((1, 3, 40, 40), level)


@pytest.mark.parametrize("style", STYLES)
def test_noise_goes_and_a_line_stays(style) -> None:
    random = torch.Generator().manual_seed(0)
    noisy = _plain() + 0.05 * torch.randn(1, 3, 40, 40, generator=random)
    drawn = draw_photos(style, noisy)
    assert drawn.shape == noisy.shape and drawn.abs().max() <= 1
    assert drawn[..., 4:-4, 4:-4].std() < 0.5 * noisy.std()
    noisy[..., 19:21] -= 0.7
    lined = draw_photos(style, noisy)
    middle = lined[..., 8:-8, 19:21].mean(dim=1)
    assert middle.max() < DARK < lined[..., 8:-8, 4:12].mean()


@pytest.mark.parametrize("style", STYLES)
def test_an_edge_gets_its_line_on_the_dark_side_and_stays_sharp(style) -> None:
    photo = _plain(0.6)
    photo[..., 20:] = 0.2
    drawn = draw_photos(style, photo).mean(dim=(0, 1, 2))
    assert drawn[21] < -0.4 and drawn[21] <= drawn[32] < drawn[6]
    assert (drawn[18] - drawn[6]).abs() < 0.05


def test_colours_of_a_toon_lie_in_steps_and_are_stronger() -> None:
    ramp = torch.linspace(-1, 1, 256).expand(1, 3, 32, 256)
    drawn = draw_photos("toon", ramp)[0, 0, 16, 8:-8]
    slopes = drawn.diff()
    assert slopes.min() > 0, "lighter stays lighter"
    assert slopes.max() > 2 * slopes.min(), "steps, softly"
    red = _plain()
    red[:, 0] += 0.4
    before, after = (
        x[..., 20, 20].max() - x[..., 20, 20].min() for x in (red, draw_photos("toon", red))
    )
    assert after > 1.1 * before


def test_ink_knows_nothing_between_paper_and_ink_but_washes() -> None:
    ramp = torch.linspace(-1, 1, 256).expand(1, 3, 32, 256).clone()
    ramp[:, 2] *= 0.5
    drawn = (draw_photos("ink", ramp)[0] + 1) / 2
    paper, ink = torch.tensor(PAPER), torch.tensor(INK)
    torch.testing.assert_close(drawn[:, 16, -1], paper)
    share = (paper[:, None] - drawn[:, 16]) / (paper - ink)[:, None]
    torch.testing.assert_close(share[0], share[2])
    steps = torch.unique((share[0] * 50).round())
    assert len(steps) < 40 and share[0].max() > 0.85


def test_a_dim_photo_is_inked_as_a_bright_one() -> None:
    random = torch.Generator().manual_seed(1)
    small = torch.rand(1, 3, 5, 5, generator=random)
    photo = torch.nn.functional.interpolate(small, (40, 40)) * 2 - 1
    dim = (photo + 1) * 0.6 - 1
    gap = (draw_photos("ink", photo) - draw_photos("ink", dim)).abs()
    assert gap.median() < 0.05


def test_other_styles_are_refused() -> None:
    with pytest.raises(KeyError):
        draw_photos("oil", _plain())
