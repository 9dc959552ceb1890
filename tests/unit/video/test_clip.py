"""Frames of a clip."""

from __future__ import annotations

from fractions import Fraction

import torch

from styleganex_core import Frame


def test_only_what_was_edited_is_written_over_a_picture():
    pictures = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    before = pictures.clone()
    levels = (pictures[1, ..., :3] * 255).round().to(torch.uint8)
    levels[0, 0] = 255 - levels[0, 0]
    Frame(1, Fraction(0), levels).write_into(pictures)
    changed = (pictures != before).any(dim=-1)
    assert changed.nonzero().tolist() == [[1, 0, 0]]
    assert torch.equal(pictures[1, 0, 0, :3], levels[0, 0] / 255)
    assert torch.equal(pictures[..., 3], before[..., 3]), "transparency stays"
