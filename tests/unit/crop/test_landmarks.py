"""Faces found, chosen and typed."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from styleganex_core import FaceNotFoundError, ShapeError, StyleGANEXError, example_image
from styleganex_core.crop import Face, face_from_mesh, find_faces, parse_points, select_faces
from styleganex_core.crop.cascade import suppress_overlaps
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.images import load_image
from styleganex_core.networks.mtcnn import WEIGHTS_FILE, load_face_detector
from styleganex_core.warp import apply

from .pictures import faceless_pictures, turn

FACE_WIDTH = 88  # px of the astronaut's face in the bundled picture
# Read off the enlarged picture by eye, to about 1 px.
ASTRONAUT = [(204, 101), (247, 103), (224, 129), (202, 141), (246, 142)]
TOLERANCE = 0.08  # of the distance between the eyes
PHOTOS = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="module")
def detector():
    return load_face_detector()


@pytest.fixture(scope="module")
def astronaut():
    return example_image("astronaut")


def worst_error(face: Face, expected, back=((1, 0, 0), (0, 1, 0))) -> float:
    """The largest distance of a point from the expected ones, in eye distances of these."""
    apart = math.dist(expected[0], expected[1])
    pairs = zip(face.points, expected, strict=True)
    return max(math.dist(apply(back, *point), place) for point, place in pairs) / apart


def test_the_astronaut_is_found_where_she_is(astronaut, detector):
    faces = find_faces(astronaut, detector=detector)
    assert len(faces) == 1
    assert worst_error(faces[0], ASTRONAUT) < TOLERANCE
    assert faces[0].score > 0.99
    assert abs(faces[0].roll) < 6


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
@pytest.mark.parametrize("width", [32, FACE_WIDTH])
def test_turned_and_small_faces_are_found(astronaut, detector, degrees, width):
    picture, back = turn(astronaut, degrees, width / FACE_WIDTH)
    faces = find_faces(picture, detector=detector)
    assert len(faces) == 1
    assert worst_error(faces[0], ASTRONAUT, back) < TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "degrees"),
    [(w, d) for w in (32, 48, 200, 600) for d in (-30, -20, -10, 0, 10, 20, 30)]
    + [(1500, -30), (1500, 0), (1500, 20)],
)
def test_faces_of_all_sizes_and_angles_are_found(astronaut, detector, width, degrees):
    left = 90 if width > 600 else 0  # of the whole picture that would be 76 million px
    part = astronaut[..., :260, left : left + 260] if left else astronaut
    picture, back = turn(part, degrees, width / FACE_WIDTH)
    faces = find_faces(picture, detector=detector)
    assert len(faces) == 1
    assert worst_error(faces[0], [(x - left, y) for x, y in ASTRONAUT], back) < TOLERANCE


@pytest.mark.parametrize("name", ["ILip77SbmOE.png", "pexels-daniel-xavier-1239291.jpg"])
@pytest.mark.parametrize("degrees", [-30, 0, 30])
def test_photos_of_other_people(detector, name, degrees):
    if not (PHOTOS / name).is_file():
        pytest.skip(f"{name} is not in {PHOTOS}: photos whose licence keeps them out of here")
    picture, _ = turn(load_image(PHOTOS / name), degrees)
    faces = find_faces(picture, detector=detector)
    assert len(faces) == 1
    assert abs((faces[0].roll - degrees + 180) % 360 - 180) < 12
    assert 55 < faces[0].eye_distance < 75


def test_nothing_is_found_where_there_is_no_face(detector):
    for name, picture in faceless_pictures(160).items():
        assert find_faces(picture, detector=detector) == [], name


def test_two_people_are_found_from_left_to_right(astronaut, detector):
    pair = torch.cat([astronaut[..., 100:400], astronaut[..., 100:400].flip(-1)], dim=-1)
    faces = find_faces(pair, detector=detector)
    assert [round(face.points[2][0] / 300) for face in faces] == [0, 2]
    assert faces == find_faces(pair, detector=detector)


@pytest.mark.parametrize("size", [(7, 9), (1, 1), (12, 300)])
def test_tiny_pictures_hold_no_face(detector, size):
    assert find_faces(torch.zeros(1, 3, *size), detector=detector) == []


def test_a_batch_is_refused(astronaut):
    with pytest.raises(ShapeError, match="one by one"):
        find_faces(astronaut.expand(2, -1, -1, -1))


def test_choice_by_size_and_place():
    small = face_from_points([(10, 10), (20, 10), (15, 15), (11, 20), (19, 20)])
    large = face_from_points([(100, 10), (140, 10), (120, 30), (104, 50), (136, 50)])
    assert select_faces([large, small], "largest") == [large]
    assert select_faces([large, small], "largest", 1) == [small]
    assert select_faces([large, small], "left to right") == [small]
    assert select_faces([large, small], "all", 7) == [small, large]


def test_a_missing_face_is_named():
    face = face_from_points([(10, 10), (20, 10), (15, 15), (11, 20), (19, 20)])
    with pytest.raises(FaceNotFoundError, match="no face was found"):
        select_faces([])
    with pytest.raises(FaceNotFoundError, match=r"no face 2: the picture has 1"):
        select_faces([face], index=2)
    with pytest.raises(StyleGANEXError, match="left to right"):
        select_faces([face], "biggest")  # type: ignore[arg-type]


def test_typed_points():
    text = "10,10; 20,10; 15,15; 11,20; 19,20\n\n1.5,2;3,2 ; 2,3;1,4;3,4;"
    first, second = parse_points(text)
    assert first.points[4] == (19, 20)
    assert second.points[0] == (1.5, 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "got nothing"),
        ("1,2; 3,4", "holds 2 entries"),
        ("1,2; 3,4; 5,6; 7,8; 9", "holds 5 entries"),
        ("1,2; 3,4; 5,6; 7,8; a,b", "something else"),
        ("1,2; 3,4; 5,6; 7,8; nan,2", "finite"),
    ],
)
def test_wrong_points_are_explained(text, complaint):
    with pytest.raises(StyleGANEXError, match=complaint):
        parse_points(text)


def test_a_face_mesh_gives_five_points():
    mesh = torch.zeros(478, 2)
    mesh[33], mesh[133], mesh[159], mesh[145] = torch.tensor([[8, 5], [12, 5], [10, 4], [10, 6.0]])
    mesh[[362, 263, 386, 374]] = torch.tensor([30.0, 5.0])
    mesh[1], mesh[61], mesh[291] = torch.tensor([[20, 15], [14, 25], [26, 25.0]])
    assert face_from_mesh(mesh).points == ((10, 5), (30, 5), (20, 15), (14, 25), (26, 25))
    with pytest.raises(ShapeError, match="468"):
        face_from_mesh(mesh[:68])


def test_roll_is_counter_clockwise():
    face = face_from_points([(0, 10), (10, 0), (5, 5), (8, 18), (18, 8)])
    assert face.roll == pytest.approx(45)


def test_overlapping_boxes_are_suppressed_best_first():
    boxes = torch.tensor([[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10], [2, 2, 8, 8.0]])
    scores = torch.tensor([0.8, 0.9, 0.7, 0.6])
    assert suppress_overlaps(boxes, scores, 0.5).tolist() == [1, 2, 3]
    assert suppress_overlaps(boxes, scores, 0.5, of_smaller=True).tolist() == [1, 2]


def test_the_weights_come_with_their_licence():
    assert "MIT License" in WEIGHTS_FILE.with_name("mtcnn.LICENSE.txt").read_text()
    assert WEIGHTS_FILE.stat().st_size < 1 << 20
