"""What the parser learns from: partial labels, mirrored and moved with their pictures."""

from __future__ import annotations

import torch

from styleganex_lab.parser.data import (
    SIDE,
    Labelled,
    draw_batch,
    mirror_labels,
)
from styleganex_lab.parser.label_photos import IF_BARE, UNKNOWN
from styleganex_lab.portraits import canvas


def test_a_mirror_swaps_left_and_right():
    row = [canvas.L_EYE, IF_BARE + canvas.R_BROW, canvas.L_EAR, canvas.HAIR, UNKNOWN]
    labels = torch.tensor([row], dtype=torch.uint8)
    mirrored = [UNKNOWN, canvas.HAIR, canvas.R_EAR, IF_BARE + canvas.L_BROW, canvas.R_EYE]
    assert mirror_labels(labels).tolist() == [mirrored]
    assert torch.equal(mirror_labels(mirror_labels(labels)), labels)


def test_maps_move_with_their_pictures():
    """A picture whose brightness is its label stays so, however it is moved and recoloured."""
    labels = torch.zeros(320, 320, dtype=torch.uint8)
    labels[:, 150:] = canvas.HAIR
    picture = (255 * (labels == canvas.HAIR)).to(torch.uint8).expand(3, -1, -1).clone()
    data = Labelled([picture], [labels])
    pictures, maps = draw_batch(data, [0] * 6, torch.Generator().manual_seed(5))
    assert pictures.shape == (6, 3, SIDE, SIDE) and maps.shape == (6, SIDE, SIDE)
    assert not torch.equal(maps[0], maps[1])
    for one, where in zip(pictures.mean(dim=1), maps, strict=True):
        assert set(where.unique().tolist()) <= {0, canvas.HAIR}
        middle = (one[where == 0].mean() + one[where == canvas.HAIR].mean()) / 2
        assert ((one > middle) == (where == canvas.HAIR)).float().mean() > 0.95


def test_the_same_seed_draws_the_same_pictures():
    data = Labelled([torch.full((3, 320, 320), 90, dtype=torch.uint8)],
                    [torch.ones(320, 320, dtype=torch.uint8)])  # fmt: skip
    first, second = (
        draw_batch(data, [0, 0], torch.Generator().manual_seed(1))[0] for _ in range(2)
    )
    assert torch.equal(first, second)
