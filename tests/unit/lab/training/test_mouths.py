"""The light of open mouths, on pictures whose light is known."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.composite.mouth import CHEEKS, LIP_RIMS
from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training.laid_over import OUTER_LIPS, READINGS, ReadFace, fill
from styleganex_lab.training.mouths import look_into, sum_up

SKIN, LIPS, TEETH, DARK = (0.8, 0.6, 0.5), (0.7, 0.4, 0.4), (0.9, 0.8, 0.7), (0.2, 0.1, 0.05)


def a_face(gape: float) -> ReadFace:
    """Lips around teeth that are dark in the left fifth and in shadow in the first px below."""
    mesh = torch.full((468, 2), 60.0)
    mesh[list(CHEEKS)] = torch.tensor(
        [[70.0, 120.0], [190.0, 120.0], [80.0, 110.0], [180.0, 110.0]]
    )
    around = torch.linspace(0, 2 * torch.pi, len(OUTER_LIPS) + 1)[:-1]
    outer = torch.stack([128 - 45 * around.cos(), 180 + 25 * around.sin()], dim=1)
    mesh[list(OUTER_LIPS)] = outer
    for side, rim in zip((-0.5, 0.5), LIP_RIMS, strict=True):
        way = torch.linspace(-1, 1, len(rim))
        mesh[list(rim)] = torch.stack([128 + 30 * way, 180 + side * gape * (1 - way**2)], dim=1)
    picture = torch.tensor(SKIN)[:, None, None].expand(3, 256, 256).clone()
    picture[:, fill(outer) > 0.5] = torch.tensor(LIPS)[:, None]
    inside = fill(mesh[[*LIP_RIMS[1], *LIP_RIMS[0][-2:0:-1]]]) > 0.02
    picture[:, inside] = torch.tensor(TEETH)[:, None]
    dark = inside & (torch.arange(256) < 110)
    picture[:, dark] = torch.tensor(DARK)[:, None]
    top = round(180 - gape / 2)
    picture[:, top, 120:136] = 0.5 * torch.tensor(TEETH)[:, None]
    return ReadFace(picture[None] * 2 - 1, mesh, (0.0,) * len(READINGS))


def test_each_part_has_its_light():
    light, column = look_into(a_face(16.0))
    torch.testing.assert_close(light, torch.tensor([SKIN, LIPS, TEETH, DARK]), atol=0.01, rtol=0)
    assert column[0] == pytest.approx(0.5 * sum(TEETH) / 3, abs=0.01)
    torch.testing.assert_close(column[1:10], torch.full((9,), sum(TEETH) / 3), atol=0.01, rtol=0)


def test_medians_are_over_those_whose_lips_are_apart():
    assert look_into(a_face(3.0)) is None
    told = sum_up([look_into(a_face(gape)) for gape in (7.5, 16.0, 17.0)])
    assert told.people == 3 and told.teeth == pytest.approx(TEETH, abs=0.01)
    assert told.shadow[0] == pytest.approx(0.5, abs=0.02) and told.shadow[1:] == (1.0,) * 9
    with pytest.raises(StyleGANEXError, match="nobody's lips"):
        sum_up([])
