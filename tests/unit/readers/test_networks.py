"""The networks of the readers: their layout, their files, gradients, batches."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

import styleganex_core as core
from styleganex_core.readers import convolutions, squares, weights

NAMES = ("identity", "expression", "age", "points68", "mesh", "metric")


@pytest.fixture(scope="module")
def readers():
    return core.readers.load_face_readers()


@pytest.fixture(scope="module")
def faces():
    """Two aligned faces [2, 3, 256, 256]."""
    return torch.cat([core.example_image(name) for name in ("astronaut_face", "rendered_anna")])


@pytest.mark.parametrize("name", NAMES)
def test_every_file_names_its_source_and_a_licence_beside_it(name):
    with safe_open(weights.FOLDER / f"{name}.safetensors", "pt") as file:
        notes = file.metadata()
    assert "package" in notes["source"] or "wheel" in notes["source"]
    licence = weights.FOLDER / notes["licence"].split("see ")[1]
    assert f"{name}.safetensors" in licence.read_text()


def test_the_files_stay_small():
    total = sum(Path(weights.FOLDER / f"{name}.safetensors").stat().st_size for name in NAMES)
    assert total < 11.2e6


@pytest.mark.parametrize(
    ("length", "kernel", "stride", "pads"),
    [(112, 3, 2, (0, 1)), (7, 3, 2, (1, 1)), (6, 3, 1, (1, 1)), (4, 1, 2, (0, 0))],
)
def test_padding_is_tensorflows(length, kernel, stride, pads):
    x = torch.ones(1, 1, length, length)
    padded = convolutions.pad_same(x, kernel, stride)[0, 0]
    before = pads[0]
    assert padded.shape == (length + sum(pads),) * 2
    assert padded[:before].abs().sum() == 0
    assert padded[length + before :].abs().sum() == 0


def test_a_batch_reads_as_its_pictures_one_by_one(readers, faces):
    whole = readers(faces)
    for index in range(len(faces)):
        alone = readers(faces[index : index + 1])
        for name, value in vars(alone).items():
            torch.testing.assert_close(
                getattr(whole, name)[index], value[0], atol=1e-3, rtol=1e-4, msg=name
            )


@pytest.mark.parametrize("part", ["read_identity", "read_expression", "read_age", "read_mesh"])
def test_gradients_reach_the_picture(readers, faces, part):
    picture = faces[:1].clone().requires_grad_()
    found = getattr(readers, part)(picture)
    found = found if isinstance(found, torch.Tensor) else found[0]
    found.square().sum().backward()
    assert torch.isfinite(picture.grad).all()
    assert picture.grad.abs().mean() > 0


def test_the_odds_of_gender_go_on_where_the_share_has_come_to_its_end(readers, faces):
    sure = copy.deepcopy(readers)
    sure.age.gender.weight *= 100
    picture = faces[:1].clone().requires_grad_()
    found = sure(picture)
    assert found.gender.item() == 1.0, "a share that says nothing any more"
    assert found.gender_odds.item() > 20
    slopes = [
        torch.autograd.grad(value.sum(), picture, retain_graph=True)[0].abs().max()
        for value in (found.gender, found.gender_odds)
    ]
    assert slopes[0] == 0 and slopes[1] > 1e-3


def test_the_odds_of_gender_are_those_of_the_share(readers, faces):
    found, (_, share) = readers(faces), readers.read_age(faces)
    torch.testing.assert_close(found.gender, share)
    torch.testing.assert_close(found.gender_odds, share.logit(), atol=1e-3, rtol=1e-3)


def test_the_side_of_the_picture_hardly_matters(readers, faces):
    larger = torch.nn.functional.interpolate(faces, (512, 512), mode="bicubic").clamp(-1, 1)
    assert core.readers.likeness(readers(faces), readers(larger)).max() < 0.15


def test_a_square_is_cut_where_it_lies():
    across = torch.arange(256.0).expand(256, 256)
    picture = torch.stack([across, across.T, across])[None] / 128 - 1
    square = torch.tensor([[127.5, 99.5, 40.0, 0.0]])
    cut = (squares.cut_squares(picture, square, 80)[0] + 1) * 128
    torch.testing.assert_close(cut[0, 0], 88.0 + torch.arange(80.0), atol=1e-3, rtol=0)
    torch.testing.assert_close(cut[1, :, 0], 60.0 + torch.arange(80.0), atol=1e-3, rtol=0)
    # Back again: the first px's centre lies half a px inside the cut.
    placed = squares.place_points(torch.tensor([[[0.5, 0.5, 2.0]]]), square, 80)
    torch.testing.assert_close(placed[0, 0], torch.tensor([88.0, 60.0, 2.0]))


def test_the_readers_square_of_upright_points():
    points = torch.tensor([[[100.0, 100], [140, 100], [120, 120], [105, 130], [135, 130]]])
    distance = (20**2 + 30**2) ** 0.5
    side = distance / 0.45
    square = squares.reader_square(points)[0]
    torch.testing.assert_close(square[2:], torch.tensor([side / 2, 0.0]))
    torch.testing.assert_close(square[0], torch.tensor(120.0))
    torch.testing.assert_close(square[1] - side / 2 + 0.43 * side, torch.tensor(110.0))


def test_the_distance_grows_with_what_is_lost_and_forgives_a_shift(faces):
    distance = core.readers.load_distance()
    face = faces[:1, :, 64:192, 64:192]
    shifted = faces[:1, :, 65:193, 64:192]

    def blur(by):
        small = torch.nn.functional.avg_pool2d(face, by)
        return torch.nn.functional.interpolate(small, face.shape[-2:], mode="bilinear")

    same, moved, soft, softer = (
        float(distance(face, other)) for other in (face, shifted, blur(2), blur(4))
    )
    assert same == 0
    assert moved < soft < softer
    pair = distance(torch.cat([face, face]), torch.cat([shifted, blur(4)]))
    torch.testing.assert_close(pair, torch.tensor([moved, softer]), atol=1e-5, rtol=1e-4)


def test_the_distance_has_a_gradient_everywhere(faces):
    distance = core.readers.load_distance()
    picture = faces[:1, :, 64:128, 64:128].clone()
    picture[..., :20, :20] = -1  # a flat part: features there may be all zero
    picture.requires_grad_()
    distance(picture, faces[1:, :, 64:128, 64:128]).sum().backward()
    assert torch.isfinite(picture.grad).all()


def test_pictures_that_are_not_square_are_refused(readers):
    with pytest.raises(core.ShapeError, match="aligned pictures"):
        readers(torch.zeros(1, 3, 256, 200))
