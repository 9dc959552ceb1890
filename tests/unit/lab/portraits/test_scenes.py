"""Scenes show whom they say, where they say, and are drawn in fair shares."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleganex_core.errors import ShapeError, StyleGANEXError
from styleganex_lab.portraits import (
    ATTRIBUTES,
    BACKDROPS,
    EXTRAS,
    STYLES,
    Scenes,
    draw_sketch,
    render_portraits,
    render_scenes,
    sample_scenes,
)

EARRING, NECKLACE, CLOTH, HAT = 9, 15, 16, 18


def one_person(size: int = 128, extras: dict[str, float] | None = None) -> Scenes:
    """An ordinary person in the middle of a plain wall, without extras but those given."""
    scenes = sample_scenes(1, seed=1, size=size, people=1, backdrops=["plain"])
    attributes = torch.zeros_like(scenes.attributes)
    attributes[..., ATTRIBUTES.index("hair_length")] = -1
    attributes[..., ATTRIBUTES.index("glasses")] = -1
    worn = torch.full_like(scenes.extras, -1)
    for name, value in (extras or {}).items():
        worn[..., EXTRAS.index(name)] = value
    place = torch.tensor([[[size / 2, size * 0.45, size / 400, 0.0]]])
    return replace(scenes, attributes=attributes, placement=place, extras=worn)


def test_a_person_in_a_scene_is_the_person_of_a_portrait():
    scenes = one_person()
    portrait = render_portraits(
        scenes.attributes[:, 0], size=scenes.size, placement=scenes.placement[:, 0]
    )
    rendered = render_scenes(scenes)
    # Scenes show more of the body, so its clothes are cut with more care than a portrait's.
    head = (rendered.labels != CLOTH) & (portrait.labels != CLOTH)
    assert torch.equal(rendered.labels[head], portrait.labels[head])
    assert torch.equal(rendered.owner == 1, rendered.labels > 0)
    assert (rendered.labels == CLOTH).sum() > 500
    torch.testing.assert_close(rendered.landmarks[:, 0], portrait.landmarks)
    assert rendered.visible.tolist() == [[True]]


def test_the_front_person_hides_the_one_behind():
    scenes = sample_scenes(1, seed=3, size=96, people=2, backdrops=["plain"])
    place = torch.tensor([[[48.0, 40.0, 0.3, 0.0], [50.0, 42.0, 0.2, 0.0]]])
    scenes = replace(scenes, placement=place, present=torch.tensor([[True, True]]))
    rendered = render_scenes(scenes)
    row, column = rendered.landmarks[0, 1, 2].round().long().flip(0)
    assert rendered.owner[0, row, column] == 1
    assert rendered.visible.tolist() == [[True, False]]
    away = replace(scenes, placement=place + torch.tensor([0.0, 200.0, 0.0, 0.0]))
    assert not render_scenes(away).visible.any()


@pytest.mark.parametrize(
    ("extra", "value", "label"),
    [("hat", 0.3, HAT), ("hat", 0.9, HAT), ("earrings", 0.6, EARRING), ("necklace", 0.5, NECKLACE)],
)
def test_extras_are_painted_with_their_class_and_change_no_face(extra, value, label):
    bare, dressed = render_scenes(one_person()), render_scenes(one_person(extras={extra: value}))
    assert not (bare.labels == label).any()
    assert (dressed.labels == label).sum() > 12
    features = torch.isin(bare.labels, torch.tensor([4, 5, 10, 11, 12, 13]))
    assert torch.equal(bare.labels[features], dressed.labels[features])
    torch.testing.assert_close(bare.landmarks, dressed.landmarks)


def test_looks_are_in_fair_shares():
    scenes = sample_scenes(500, seed=0)
    people = scenes.attributes[scenes.present]
    for name in ("skin_tone", "age", "face_width", "hair_light", "smile"):
        column = people[:, ATTRIBUTES.index(name)]
        thirds = torch.histc(column, bins=3, min=-1, max=1) / len(column)
        assert (thirds - 1 / 3).abs().max() < 0.05, name
    kinds = torch.bincount(scenes.backdrop[:, 0].long(), minlength=len(BACKDROPS))
    assert kinds.min() >= 500 // len(BACKDROPS) and kinds.max() <= 500 // len(BACKDROPS) + 1
    two = scenes.present.sum(dim=1) == 2
    assert 0.4 < two.float().mean() < 0.6
    for name, share in (("hat", 0.25), ("earrings", 0.35), ("necklace", 0.35)):
        worn = (scenes.extras[..., EXTRAS.index(name)] > 0).float().mean()
        assert abs(worn - share) < 0.05, name


def test_faces_lie_all_over_the_picture_at_many_sizes_and_angles():
    scenes = sample_scenes(300, seed=4, size=(240, 320), people=1)
    x, y, scale, roll = scenes.placement[:, 0].unbind(1)
    assert torch.histc(x, bins=3, min=0, max=320).min() > 30
    assert torch.histc(y, bins=3, min=0, max=240)[:2].min() > 30
    assert scale.max() > 2 * scale.min()
    assert roll.min() < -20 and roll.max() > 20 and roll.abs().median() < 15


def test_people_of_a_scene_share_its_light():
    scenes = sample_scenes(20, seed=2, people=3)
    light = scenes.attributes[..., ATTRIBUTES.index("light_side")]
    assert torch.equal(light, light[:, :1].expand(-1, 3))


@pytest.mark.parametrize("backdrop", list(BACKDROPS))
def test_backdrops_differ_by_scene_and_stay_in_range(backdrop):
    scenes = sample_scenes(3, seed=5, size=(48, 64), people=1, backdrops=[backdrop])
    images = [render_scenes(scenes, style=style).image for style in STYLES]
    for image in images:
        assert image.isfinite().all() and image.abs().max() <= 1
    assert (images[0][0] - images[0][1]).abs().mean() > 0.01


def test_scenes_are_deterministic_and_a_batch_is_a_loop():
    scenes = sample_scenes(4, seed=6, size=48)
    again = sample_scenes(4, seed=6, size=48)
    assert torch.equal(scenes.placement, again.placement)
    batch = render_scenes(scenes)
    assert torch.equal(batch.image, render_scenes(again).image)
    for index in range(4):
        alone = render_scenes(scenes[index])
        torch.testing.assert_close(alone.image[0], batch.image[index], atol=1e-5, rtol=0)
        assert torch.equal(alone.owner[0], batch.owner[index])


def test_the_aligned_crop_of_a_person_is_their_portrait():
    scenes = one_person(size=256)
    scenes = replace(scenes, placement=torch.tensor([[[150.0, 120.0, 0.7, 25.0]]]))
    rendered = render_scenes(scenes)
    crop = rendered.aligned(0)
    assert crop.shape == (1, 3, 256, 256)
    upright = render_portraits(scenes.attributes[:, 0]).image
    middle = slice(90, 170)
    away = (crop[..., middle, middle] - upright[..., middle, middle]).abs().mean()
    swapped = (crop[..., middle, middle].flip(3) - upright[..., middle, middle]).abs().mean()
    assert away < 0.15 and away < swapped


def test_nothing_is_made_on_another_device():
    scenes = sample_scenes(len(BACKDROPS), seed=7, size=24, people=2, at_least=2)
    with torch.device("meta"):  # a tensor made without a device would meet those of the scenes
        for style in STYLES:
            rendered = render_scenes(scenes, style=style)
        draw_sketch(rendered.image, rendered.labels)


def test_wrong_scenes_are_named():
    with pytest.raises(StyleGANEXError, match="foliage"):
        sample_scenes(1, seed=0, backdrops=["jungle"])
    with pytest.raises(StyleGANEXError, match="at least one"):
        sample_scenes(1, seed=0, people=0)
    scenes = sample_scenes(2, seed=0)
    with pytest.raises(ShapeError, match="placement"):
        replace(scenes, placement=scenes.placement[:1])
