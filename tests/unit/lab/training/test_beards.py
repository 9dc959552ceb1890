"""A beard is found on men whose jaws were darkened, on both sides and below the nose alone."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.composite.motion import OUTLINE
from styleganex_core.composite.mouth import LIP_RIMS
from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training.beards import BELOW_NOSE, CHEEKS, UNIT, compare_beards
from styleganex_lab.training.laid_over import GENDER, OUTER_LIPS, READINGS, ReadFace

NOSE, CHIN = 140, 210


def mesh() -> torch.Tensor:
    points = torch.full((468, 2), 128.0)
    ring = torch.linspace(0, 6.28, len(OUTLINE) + 1)[:-1]
    points[list(OUTLINE)] = 128 + 85 * torch.stack([ring.sin(), -ring.cos()], dim=1)
    ring = torch.linspace(0, 6.28, len(OUTER_LIPS) + 1)[:-1]
    points[list(OUTER_LIPS)] = torch.tensor([128.0, 170.0]) + torch.stack(
        [25 * ring.sin(), 9 * ring.cos()], dim=1
    )
    for rim in LIP_RIMS:
        points[list(rim)] = torch.stack(
            [torch.linspace(108, 148, len(rim)), torch.full((len(rim),), 170.0)], dim=1
        )
    points[BELOW_NOSE] = torch.tensor([128.0, NOSE])
    points[list(CHEEKS)] = torch.tensor([[80.0, 120], [176, 120], [85, 130], [171, 130]])
    return points


def people(count: int = 80, *, bearded: int = 6) -> list[ReadFace]:
    """Every second is a man; the first men have dark, rough jaws, darker on the right side."""
    random = torch.Generator().manual_seed(0)
    faces = []
    for number in range(count):
        picture = 0.3 + 0.02 * torch.randn(3, 256, 256, generator=random)
        picture[2] += 0.1 * torch.randn((), generator=random)
        readings = torch.randn(len(READINGS), generator=random).tolist()
        readings[GENDER] = float(number % 2)
        if number < 2 * bearded and number % 2 == 0:
            jaw = (..., slice(NOSE, CHIN), slice(60, 196))
            picture[jaw] += 0.1 * torch.randn(3, CHIN - NOSE, 136, generator=random)
            picture[..., NOSE:CHIN, 60:128] -= 0.3
            picture[..., NOSE:CHIN, 128:196] -= 0.5
        faces.append(ReadFace(picture[None], mesh(), tuple(readings)))
    return faces


@pytest.fixture(scope="module")
def change():
    return compare_beards(people())


def test_a_beard_darkens_and_roughens_the_jaw_by_what_tells_it(change):
    jaw = (slice(None), slice(94, 100), slice(50, 78))  # px of the maps, below the lips
    assert change.colour[jaw].mean() == pytest.approx(-0.4 * UNIT, abs=0.05)
    assert change.detail[jaw].min() > 0.3
    assert not change.shape.any()


def test_both_sides_are_alike(change):
    left, right = (change.colour[:, 90:100, side].mean() for side in (slice(36, 60), slice(68, 92)))
    assert left < -0.1 and left == pytest.approx(float(right), abs=0.005)


def test_eyes_cheeks_and_lips_stay(change):
    for maps in (change.colour, change.detail):
        assert maps[:, :66].abs().max() < 0.01, "above the nose"
        assert maps[:, 84:86, 60:68].abs().max() < 0.15 * UNIT, "lips"


def test_nobody_is_shaved(change):
    assert change.one_way
    assert not (change * -2.0).colour.any() and not (change * -2.0).detail.any()
    torch.testing.assert_close((change * 2.0).colour, 2 * change.colour)


def test_too_few_men_are_told():
    with pytest.raises(StyleGANEXError, match="more than"):
        compare_beards(people(6, bearded=1))
