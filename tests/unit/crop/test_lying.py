"""Photos that lie on their side or head, without EXIF, are found, cut upright, and said so."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import crop_faces, example_image, paste_faces
from styleganex_core.crop import find_faces, plan_crop
from styleganex_core.networks.mtcnn import load_face_detector

NAMES = [
    "astronaut",
    pytest.param("astronaut_portrait", marks=pytest.mark.slow),
    pytest.param("rendered_anna", marks=pytest.mark.slow),
]
TOP = {1: "to the left", 2: "downwards", 3: "to the right"}


@pytest.fixture(scope="module")
def detector():
    return load_face_detector()


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_lying_face_is_found_as_it_lies(detector, name, turns):
    photo = F.avg_pool2d(example_image(name), 2)
    (upright,) = find_faces(photo, detector=detector)
    (lying,) = find_faces(photo.rot90(turns, (2, 3)), detector=detector)
    error = lying.roll - upright.roll - 90 * turns
    assert abs((error + 180) % 360 - 180) < 5
    assert abs(lying.eye_distance / upright.eye_distance - 1) < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("upright", [False, True])
def test_its_crop_stands_and_goes_back_as_it_lies(turns, upright):
    photo = example_image("astronaut")
    plain = crop_faces(photo, upright=upright)
    lying = photo.rot90(turns, (2, 3))
    cropped = crop_faces(lying, upright=upright)
    assert not plain.notes
    assert len(cropped.notes) == 1 and TOP[turns] in cropped.notes[0]
    if plain.crops.shape == cropped.crops.shape:
        assert (plain.crops - cropped.crops).abs().mean() < 0.12
    assert (plain.styles - cropped.styles).abs().mean() < 0.06
    edited = cropped.crops.clone()
    edited[..., 40:60, 40:60] = 1
    pasted = paste_faces(lying, edited, cropped.places, feather=0)
    unchanged = paste_faces(lying, cropped.crops, cropped.places, feather=0)
    assert torch.equal(unchanged, lying)
    assert ((pasted - lying).abs().amax(1) > 0.05).float().mean() > 0.0005


@pytest.fixture(scope="module")
def face(detector):
    (found,) = find_faces(example_image("astronaut"), detector=detector)
    return found


@pytest.mark.parametrize("degrees", [-40, -20, 0, 20, 40])
def test_faces_that_only_lean_are_cut_as_ever(face, degrees):
    turned = torch.tensor(face.points)
    centre, angle = turned.mean(dim=0), torch.deg2rad(torch.tensor(float(degrees)))
    spin = torch.tensor([[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]])
    points = ((turned - centre) @ spin.T + centre).tolist()
    leaning = type(face)(tuple(map(tuple, points)), face.box)
    matrix = plan_crop(leaning, (512, 512)).matrix
    assert matrix[0][1] == matrix[1][0] == 0 and matrix[0][0] > 0
