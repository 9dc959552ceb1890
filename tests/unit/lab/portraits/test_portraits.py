"""The renderer's pictures agree with the truth that comes with them."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.errors import ShapeError, StyleGANEXError
from styleganex_lab.portraits import (
    ATTRIBUTES,
    STYLES,
    aligned_placement,
    render_portraits,
    sample_attributes,
)

LEFT_EYE, RIGHT_EYE, NOSE_TIP, LEFT_CORNER, RIGHT_CORNER = range(5)
SIZE = 128


def people(count: int, **changes: float) -> torch.Tensor:
    """Ordinary people (all attributes 0, so no glasses or beard) with some attributes changed."""
    attributes = torch.zeros(count, len(ATTRIBUTES))
    attributes[:, ATTRIBUTES.index("glasses")] = -1
    attributes[:, ATTRIBUTES.index("eyes_open")] = 0.8
    for name, value in changes.items():
        attributes[:, ATTRIBUTES.index(name)] = value
    return attributes


def centroid(mask: torch.Tensor) -> torch.Tensor:
    """The mean (x, y) of the px of a mask [H, W]."""
    rows, columns = mask.nonzero(as_tuple=True)
    return torch.stack([columns.float().mean(), rows.float().mean()])


@pytest.mark.parametrize("yaw", [-0.6, 0.0, 0.6])
def test_eyes_and_mouth_lie_where_the_landmarks_say(yaw):
    portraits = render_portraits(people(1, yaw=yaw), size=256)
    labels, marks = portraits.labels[0], portraits.landmarks[0]
    for landmark, label in ((LEFT_EYE, 5), (RIGHT_EYE, 4)):
        assert (centroid(labels == label) - marks[landmark]).norm() < 4
    mouth = (labels == 12) | (labels == 13) | (labels == 11)
    assert (centroid(mouth) - marks[3:5].mean(dim=0)).norm() < 6


def test_eyes_are_64_px_apart_in_an_aligned_256_px_picture():
    marks = render_portraits(people(1), size=256).landmarks[0]
    assert (marks[RIGHT_EYE, 0] - marks[LEFT_EYE, 0] - 64).abs() < 0.01
    middle = (marks[LEFT_EYE] + marks[RIGHT_EYE]) / 2
    assert (middle - aligned_placement(1, 256, 256)[0, :2]).abs().max() < 2


def test_landmarks_follow_the_placement():
    here = torch.tensor([[60.0, 70.0, 0.5, 0.0]])
    there = torch.tensor([[90.0, 50.0, 1.0, 90.0]])
    first = render_portraits(people(1), size=(120, 160), placement=here).landmarks[0]
    second = render_portraits(people(1), size=(120, 160), placement=there).landmarks[0]
    across = (first - here[0, :2]) * 2  # twice the scale
    turned = torch.stack([across[:, 1], -across[:, 0]], dim=1)  # a quarter counter-clockwise
    torch.testing.assert_close(second, there[0, :2] + turned, atol=1e-3, rtol=0)


def test_a_smile_widens_the_mouth_and_lifts_its_corners():
    frown, smile = (render_portraits(people(1, smile=s)).landmarks[0] for s in (-1.0, 1.0))
    assert (smile[RIGHT_CORNER, 0] - smile[LEFT_CORNER, 0]) > (
        frown[RIGHT_CORNER, 0] - frown[LEFT_CORNER, 0]
    ) + 5
    assert smile[LEFT_CORNER, 1] < frown[LEFT_CORNER, 1] - 4
    torch.testing.assert_close(smile[:3], frown[:3])


def test_turning_the_head_moves_the_nose_past_the_eyes():
    left, right = (render_portraits(people(1, yaw=y)).landmarks[0] for y in (-1.0, 1.0))
    middle_left, middle_right = (m[:2, 0].mean() for m in (left, right))
    assert left[NOSE_TIP, 0] < middle_left - 5
    assert right[NOSE_TIP, 0] > middle_right + 5


@pytest.mark.parametrize(
    ("name", "label"), [("glasses", 6), ("mouth_open", 11), ("eyes_open", 4), ("hair_length", 17)]
)
def test_an_attribute_grows_its_part(name, label):
    low, high = (
        (render_portraits(people(1, **{name: value}), size=SIZE).labels == label).sum()
        for value in (-1.0, 1.0)
    )
    assert high > low + 10


@pytest.mark.parametrize("style", list(STYLES))
def test_a_batch_is_a_loop(style):
    attributes = sample_attributes(3, seed=5)
    batch = render_portraits(attributes, size=48, style=style)
    for index in range(3):
        alone = render_portraits(attributes[index : index + 1], size=48, style=style)
        torch.testing.assert_close(batch.image[index], alone.image[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(batch.landmarks[index], alone.landmarks[0], atol=1e-4, rtol=0)


def test_pictures_are_deterministic_and_in_range():
    first, second = (render_portraits(sample_attributes(4, seed=1), size=64) for _ in range(2))
    assert torch.equal(first.image, second.image)
    assert torch.equal(first.labels, second.labels)
    assert first.image.abs().max() <= 1
    assert first.image.std() > 0.2
    assert first.labels.dtype == torch.uint8


def test_sampled_attributes_are_spread_and_decorrelated():
    attributes = sample_attributes(2000, seed=0)
    assert attributes.abs().max() <= 1
    torch.testing.assert_close(
        attributes.std(dim=0), torch.full((len(ATTRIBUTES),), 3**-0.5), atol=2e-3, rtol=0
    )
    between = torch.corrcoef(attributes.T) - torch.eye(len(ATTRIBUTES))
    assert between.abs().max() < 0.1


def test_the_far_temple_of_a_turned_head_shows_no_skin_beyond_the_hair():
    portraits = render_portraits(people(1, yaw=1.0, hair_length=0.3), size=SIZE)
    eye_row = int(portraits.landmarks[0, RIGHT_EYE, 1]) - 20  # the forehead
    row = portraits.labels[0, eye_row]
    outermost = row.nonzero()[[0, -1], 0]
    assert row[outermost].tolist() == [17, 17]


def test_wrong_input_is_named():
    with pytest.raises(ShapeError, match="sample_attributes"):
        render_portraits(torch.zeros(2, 3))
    with pytest.raises(StyleGANEXError, match="photo"):
        render_portraits(people(1), style="cubist")
    with pytest.raises(ShapeError, match=r"\[1, 4\]"):
        render_portraits(people(1), placement=torch.zeros(2, 4))
