"""What is read off the faces of whole photos."""

from __future__ import annotations

import math

import pytest
import torch

import styleganex_core as core
from styleganex_core.warp import compose, warp


@pytest.fixture(scope="module")
def readers():
    return core.readers.load_face_readers()


def read(picture, readers):
    [face] = core.select_faces(core.find_faces(picture))
    return core.readers.read_face(picture, face, readers=readers), face


@pytest.fixture(scope="module")
def astronaut(readers):
    return read(core.example_image("astronaut"), readers)


def test_the_astronaut_is_read_as_what_one_sees(astronaut):
    reading, _ = astronaut
    assert 25 < reading.age < 45
    assert reading.gender > 0.7
    assert max(reading.expression, key=lambda name: reading.expression[name]) == "happy"
    assert sum(reading.expression.values()) == pytest.approx(1, abs=1e-4)
    assert reading.presence > 0.99


def test_one_person_is_near_and_another_far(astronaut, readers):
    portrait, _ = read(core.example_image("astronaut_portrait"), readers)
    other, _ = read(core.example_image("rendered_anna"), readers)
    assert core.readers.likeness(astronaut[0], portrait) < 0.2
    assert core.readers.likeness(astronaut[0], other) > 0.55
    distance = float(core.readers.likeness(astronaut[0], portrait))
    assert core.readers.describe_likeness(distance) == "the same person"
    assert core.readers.describe_likeness(0.55) == "perhaps the same person"
    assert core.readers.describe_likeness(0.8) == "someone else"


def test_points_lie_on_the_photos_face(astronaut):
    reading, face = astronaut
    eyes = [reading.points68[36:42].mean(dim=0), reading.points68[42:48].mean(dim=0)]
    mesh_eyes = [reading.points[rows, :2].mean(dim=0) for rows in ([33, 133], [362, 263])]
    for found in (eyes, mesh_eyes):
        for point, place in zip(found, face.points[:2], strict=True):
            assert math.dist(point.tolist(), place) < 0.12 * face.eye_distance
    assert math.dist(reading.points[1, :2].tolist(), face.points[2]) < 0.2 * face.eye_distance
    assert reading.points[1, 2] < reading.points[234, 2]  # the nose is nearer than the ear


@pytest.mark.parametrize("turn", [-25.0, 25.0])
def test_a_turned_and_enlarged_photo_reads_the_same(astronaut, readers, turn):
    reading, face = astronaut
    photo = core.example_image("astronaut")
    cos, sin = math.cos(math.radians(turn)) / 1.3, math.sin(math.radians(turn)) / 1.3
    x, y = face.points[2]
    matrix = compose(((cos, -sin, x), (sin, cos, y)), ((1, 0, -200), (0, 1, -200)))
    turned = warp(photo, matrix, (400, 400))
    again, _ = read(turned, readers)
    assert core.readers.likeness(reading, again) < 0.3
    rows = torch.tensor(matrix)
    back = again.points[:, :2] @ rows[:, :2].T + rows[:, 2]
    assert (back - reading.points[:, :2]).norm(dim=1).mean() < 0.05 * face.eye_distance


def test_a_batch_of_photos_is_refused(astronaut):
    with pytest.raises(core.ShapeError, match="one picture"):
        core.readers.read_face(core.example_image("astronaut").repeat(2, 1, 1, 1), astronaut[1])
