"""A drawn mouth on skin, and the points of a mesh for it."""

from __future__ import annotations

import torch

from styleganex_core.composite.mouth import CHEEKS, LIP_RIMS

SIZE = (160, 160)
MIDDLE = (80.0, 60.0)
HALF = 22.0
SKIN, LIP, TOOTH = (0.5, 0.1, -0.1), (0.3, -0.3, -0.4), (0.95, 0.9, 0.8)


def mesh_of(gape: float) -> torch.Tensor:
    """A mesh whose lips are `gape` px apart in the middle; only lips and cheeks are placed."""
    mesh = torch.zeros(478, 2)
    for side, rim in zip((0.0, 1.0), LIP_RIMS, strict=True):
        way = torch.linspace(-1, 1, len(rim))
        mesh[list(rim), 0] = MIDDLE[0] + HALF * way
        mesh[list(rim), 1] = MIDDLE[1] + side * gape * (1 - way.square())
    mesh[list(CHEEKS)] = torch.tensor([[45.0, 30.0], [115.0, 30.0], [40.0, 40.0], [120.0, 40.0]])
    return mesh


def portrait(gape: float = 0.0) -> torch.Tensor:
    """Skin with lips 6 px high, and teeth where they are apart."""
    ys, xs = torch.meshgrid(*(torch.arange(float(side)) for side in SIZE), indexing="ij")
    way = ((xs - MIDDLE[0]) / HALF).square()
    bend = gape * (1 - way).clamp(min=0)
    lips = (ys > MIDDLE[1] - 6) & (ys < MIDDLE[1] + bend + 6) & (way < 1)
    teeth = (ys > MIDDLE[1]) & (ys < MIDDLE[1] + bend) & (way < 1)
    picture = torch.tensor(SKIN)[:, None, None].expand(3, *SIZE).clone()
    picture[:, lips] = torch.tensor(LIP)[:, None]
    picture[:, teeth] = torch.tensor(TOOTH)[:, None]
    return picture[None]
