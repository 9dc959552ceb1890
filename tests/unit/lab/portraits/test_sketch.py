"""Sketches look like the paper's and show what the picture and its labels show."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.errors import ShapeError
from styleganex_lab.portraits import (
    ATTRIBUTES,
    draw_sketch,
    render_portraits,
    render_scenes,
    sample_attributes,
    sample_scenes,
)


def squares() -> tuple[torch.Tensor, torch.Tensor]:
    """A mid-grey picture whose label map holds a square of skin on background."""
    labels = torch.zeros(1, 40, 40, dtype=torch.uint8)
    labels[:, 10:30, 10:30] = 1
    return torch.zeros(1, 3, 40, 40), labels


@pytest.mark.slow
def test_the_mean_grey_is_that_of_the_papers_sample():
    portraits = render_portraits(sample_attributes(16, seed=8), size=256)
    sketch = draw_sketch(portraits.image, portraits.labels)
    assert sketch.shape == (16, 1, 256, 256)
    assert 0 <= sketch.min() < 0.2 and sketch.max() <= 1
    assert (sketch.mean() * 255 - 239).abs() < 3
    assert (sketch > 0.98).float().mean() > 0.8  # white paper, not grey


def test_people_are_drawn_and_the_room_behind_them_hardly():
    kinds = ["shelves", "foliage", "lights", "bricks"]
    scenes = render_scenes(sample_scenes(4, seed=3, size=160, backdrops=kinds))
    near = F.max_pool2d(scenes.owner[:, None].float(), 17, stride=1, padding=8)[:, 0]
    room, people = near == 0, scenes.owner > 0
    ink, all_ink = (1 - draw_sketch(scenes.image, labels)[:, 0] for labels in (scenes.labels, None))
    assert ink[room].mean() < 0.2 * all_ink[room].mean()
    assert ink[people].mean() > all_ink[people].mean()  # contours are added
    assert 225 < 255 * (1 - ink.mean()) < 245


def test_a_contour_runs_along_the_border_of_two_labels_evenly_on_both_sides():
    sketch = draw_sketch(*squares())[0, 0]
    across = sketch[20]
    assert across[9] < 0.5 and across[10] < 0.5
    torch.testing.assert_close(across[9], across[10])
    assert across[6:8].min() == 1 and across[13:27].min() == 1


def test_lines_are_antialiased():
    portraits = render_portraits(sample_attributes(2, seed=1), size=128)
    sketch = draw_sketch(portraits.image, portraits.labels)
    ink = sketch < 0.99
    half_tones = ink & (sketch > 0.25)
    assert half_tones.sum() > 0.3 * ink.sum()


def test_wider_lines_leave_less_paper():
    portraits = render_portraits(sample_attributes(2, seed=1), size=128)
    thin, thick = (
        draw_sketch(portraits.image, portraits.labels, line_width=width).mean()
        for width in (1.0, 3.0)
    )
    assert thick < thin - 0.01


def test_photos_without_labels_and_dark_skin_are_drawn_too():
    attributes = torch.zeros(2, len(ATTRIBUTES))
    attributes[:, ATTRIBUTES.index("skin_tone")] = torch.tensor([-1.0, 1.0])
    portraits = render_portraits(attributes, size=128)
    face = torch.isin(portraits.labels, torch.tensor([1, 2, 3, 4, 5, 10, 11, 12, 13]))
    fair, dark = ((1 - draw_sketch(portraits.image)[:, 0]) * face).sum(dim=(1, 2))
    assert min(fair, dark) > 0.5 * max(fair, dark) > 0


def test_a_batch_is_a_loop_and_half_precision_works():
    portraits = render_portraits(sample_attributes(3, seed=2), size=48)
    batch = draw_sketch(portraits.image, portraits.labels)
    for index in range(3):
        part = slice(index, index + 1)
        alone = draw_sketch(portraits.image[part], portraits.labels[part])
        torch.testing.assert_close(alone[0], batch[index])
    half = draw_sketch(portraits.image.bfloat16(), portraits.labels)
    assert half.dtype == torch.bfloat16 and half.isfinite().all()


def test_wrong_shapes_are_named():
    image, labels = squares()
    with pytest.raises(ShapeError, match=r"\[B, 3, H, W\]"):
        draw_sketch(image[:, :1])
    with pytest.raises(ShapeError, match="40, 40"):
        draw_sketch(image, labels[:, :20])
