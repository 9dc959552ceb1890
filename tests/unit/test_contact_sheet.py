"""Sheets and strips of pictures of any shape, under labels of any kind."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import draw_contact_sheet, draw_strip


@pytest.mark.parametrize("size", [(1, 4000), (4000, 1), (1, 1), (64, 48)])
def test_a_strip_of_pictures_of_any_shape_is_neither_empty_nor_endless(size):
    strip = draw_strip(torch.zeros(2, 3, *size), ["one", "two"], height=64)
    assert strip.shape[2] > 64
    assert 16 < strip.shape[3] < 2 * 20 * 64


def test_a_grid_has_its_columns_and_as_many_rows_as_it_takes():
    six = torch.zeros(6, 3, 32, 32)
    row, grid = (draw_strip(six, ["a"] * 6, height=32, columns=one) for one in (None, 2))
    assert grid.shape[-1] < row.shape[-1] / 2 and grid.shape[-2] > 2.5 * row.shape[-2]


def test_a_label_may_hold_anything():
    label = "a\ud800\nb" + "x" * 500
    sheet = draw_contact_sheet({label: torch.zeros(1, 3, 8, 8)}, height=32)
    assert sheet.size == draw_contact_sheet({"a": torch.zeros(1, 3, 8, 8)}, height=32).size
