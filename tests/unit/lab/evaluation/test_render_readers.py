"""The readers of attributes, landmarks and labels off renders, and what degrades their pictures."""

from __future__ import annotations

import pytest
import torch

from styleganex_core.errors import CheckpointError, ShapeError
from styleganex_lab.evaluation.reader_data import cut_sides, draw_people, render_faces
from styleganex_lab.evaluation.render_readers import (
    DETAIL_VIEW,
    FACE_VIEW,
    FILE,
    cut_faces,
    load_readers,
    locate_points,
    read_attributes,
    read_scene,
    visible_part,
)
from styleganex_lab.evaluation.train_readers import ReaderRecipe, heat_loss, train_readers
from styleganex_lab.portraits import ATTRIBUTES, aligned_placement, render_portraits
from styleganex_lab.training.data.degrade import degrade_lightly

COUNT = 6


@pytest.fixture(scope="module")
def readers():
    return load_readers()


@pytest.fixture(scope="module")
def people():
    return draw_people(COUNT, torch.Generator().manual_seed(99))


@pytest.fixture(scope="module")
def scenes(people):
    place = aligned_placement(COUNT, 256, 256).clone()
    place[:, 0] += torch.linspace(-30, 30, COUNT)
    place[:, 2] *= torch.linspace(0.7, 1.1, COUNT)
    place[:, 3] += torch.linspace(-20, 20, COUNT)
    return place, render_portraits(people, size=256, placement=place)


def test_the_bundled_readers_are_small():
    assert FILE.stat().st_size <= 1 << 20


def test_attributes_are_read_back(readers, people, scenes):
    place, drawn = scenes
    error = (read_attributes(readers, drawn.image, place) - visible_part(people)).abs()
    assert error.mean() < 0.2
    for name in ("hair_light", "skin_tone", "yaw", "light_side"):
        assert error[:, ATTRIBUTES.index(name)].mean() < 0.15, name


def test_landmarks_and_labels_are_read_back(readers, scenes):
    _, drawn = scenes
    points, labels = read_scene(readers, drawn.image)
    assert (points - drawn.landmarks).norm(dim=2).mean() < 2
    assert (labels == drawn.labels).float().mean() > 0.9


def test_a_moved_face_is_cut_out_as_if_it_were_aligned(people, scenes):
    place, drawn = scenes
    aligned = render_portraits(people, size=128).image[..., 30:100, 30:100]
    cut = cut_faces(drawn.image, place, FACE_VIEW)[..., 30:100, 30:100]
    assert (cut - aligned).abs().mean() < 0.03
    assert (cut - aligned.roll(4, dims=3)).abs().mean() > 0.06


def test_the_close_view_holds_eyes_and_mouth_at_twice_the_size(people):
    home = aligned_placement(COUNT, 256, 256)
    drawn = render_portraits(people, size=256, placement=home)
    cut = cut_faces(drawn.image, home, DETAIL_VIEW)
    left = round(127.5 - DETAIL_VIEW[0])
    top = round(float(home[0, 1]) - DETAIL_VIEW[1])
    whole = drawn.image[..., top : top + 128, left : left + 128]
    assert (cut - whole).abs().mean() < 0.02
    points = drawn.landmarks - torch.tensor([left, top])
    assert ((points > 4) & (points < 124)).all()


def test_what_does_not_show_is_clipped():
    low = visible_part(torch.full((1, len(ATTRIBUTES)), -1.0))[0]
    assert low[ATTRIBUTES.index("beard")] == 0
    assert low[ATTRIBUTES.index("smile")] == -1
    bald, few = (torch.full((1, len(ATTRIBUTES)), v) for v in (-0.9, -0.1))
    for attributes in (bald, few):
        attributes[:, ATTRIBUTES.index("age")] = -0.5
    same = [render_portraits(_with(bald, "beard", v), size=64).image for v in (-0.9, -0.1)]
    assert torch.equal(*same)


def _with(attributes, name, value):
    changed = attributes.clone()
    changed[:, ATTRIBUTES.index(name)] = value
    return changed


def test_light_degradation_keeps_what_a_picture_shows(people):
    random = torch.Generator().manual_seed(4)
    faces = render_faces(people, FACE_VIEW).float() / 127.5 - 1
    worn = degrade_lightly(faces, random)
    assert worn.shape == faces.shape
    assert 0 < (worn - faces).abs().mean() < 0.15
    assert (worn.mean(dim=(2, 3)) - faces.mean(dim=(2, 3))).abs().max() < 0.03


def test_cut_sides_repeats_edges():
    image = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(1))
    cut = cut_sides(image, torch.Generator().manual_seed(1))
    assert cut.shape == image.shape
    assert torch.equal(cut[..., 60, 60], image[..., 60, 60])
    assert not torch.equal(cut, image)


def test_heat_is_right_where_the_points_are():
    points = torch.tensor([[[3.0, 5.0], [10.0, 2.0], [7.5, 7.5], [0.0, 15.0], [-20.0, 4.0]]])
    places = torch.arange(16.0)
    bells = -0.5 * (
        (places - points[..., :1])[:, :, None, :] ** 2 + (places - points[..., 1:])[..., None] ** 2
    )
    torch.testing.assert_close(locate_points(bells)[0, 2], points[0, 2], atol=0.05, rtol=0)
    assert heat_loss(bells, points) < heat_loss(bells.roll(2, dims=3), points)
    assert torch.isfinite(heat_loss(bells, torch.full_like(points, -99)))  # all outside


@pytest.mark.slow
def test_training_writes_a_file_that_loads(tmp_path):
    path = tmp_path / "readers.safetensors"
    recipe = ReaderRecipe(
        faces=16, face_steps=2, details=16, detail_steps=2, scenes=20, scene_steps=2,
        later_scenes=20, later_steps=2, batch=8, held_out=4, seed=3,
    )  # fmt: skip
    made = train_readers(recipe, path)
    again = load_readers(path)
    image = torch.rand(1, 3, 128, 128) * 2 - 1
    for ours, theirs in zip(made.scenes(image / 2), again.scenes(image / 2), strict=True):
        torch.testing.assert_close(ours, theirs, atol=0.03, rtol=0.03)  # stored in half precision
    assert again.figures["count"] == 4
    assert set(again.figures["attributes"]) == set(ATTRIBUTES)


def test_wrong_files_are_named(tmp_path):
    (tmp_path / "junk.safetensors").write_bytes(b"junk")
    for name in ("missing.safetensors", "junk.safetensors"):
        with pytest.raises(CheckpointError, match=name.split(".")[0]):
            load_readers(tmp_path / name)


def test_wrong_shapes_are_named(readers):
    with pytest.raises(ShapeError, match="divisible by 32"):
        read_scene(readers, torch.zeros(1, 3, 100, 96))
    with pytest.raises(ShapeError, match="placements"):
        read_attributes(readers, torch.zeros(2, 3, 64, 64), torch.zeros(1, 4))
