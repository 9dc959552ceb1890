"""Glasses come off a photo, and nobody who wears none is touched."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import ImageDraw

from styleganex_core import (
    apply_edit_vector,
    edit_photo,
    encode_face,
    example_image,
    load_demo,
    to_pil,
)
from styleganex_core.composite.glasses import CORNERS, take_glasses_off
from styleganex_core.crop import find_faces
from styleganex_core.crop.align import style_matrix
from styleganex_core.latents import (
    find_shares,
    hold_own_px,
    plan_average_changes,
    read_average_changes,
)
from styleganex_core.readers import read_mesh
from styleganex_core.video.average import find_changes


@pytest.fixture(scope="module")
def photo():
    return example_image("astronaut_portrait")


@pytest.fixture(scope="module")
def face(photo):
    matrix = style_matrix(find_faces(photo)[0])
    return read_mesh(photo, matrix), matrix


@pytest.fixture(scope="module")
def eyes(face):
    return [face[0][list(pair), :2].mean(dim=0).tolist() for pair in CORNERS]


def put_rims_on(photo, eyes, colour=(25, 20, 20)):
    """The photo with two rings about the eyes and a line across the nose."""
    picture = to_pil(photo)
    pen, apart = ImageDraw.Draw(picture), eyes[1][0] - eyes[0][0]
    width = max(2, round(0.06 * apart))
    for x, y in eyes:
        ring = [x - 0.4 * apart, y - 0.3 * apart, x + 0.4 * apart, y + 0.38 * apart]
        pen.ellipse(ring, outline=colour, width=width)
    bridge = [(eyes[0][0] + 0.38 * apart, eyes[0][1]), (eyes[1][0] - 0.38 * apart, eyes[1][1])]
    pen.line(bridge, fill=colour, width=width)
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    return pixels.float() / 127.5 - 1


def test_who_wears_none_comes_back_exactly(photo, face):
    assert take_glasses_off(photo, *face) is photo


def test_rims_give_way_to_skin_and_eyes_stay(photo, face, eyes):
    worn = put_rims_on(photo, eyes)
    made = take_glasses_off(worn, *face)
    drawn = (worn - photo).abs().amax(dim=1) > 0.5
    before, off = ((one - photo).abs().mean(dim=1)[drawn].median() for one in (worn, made))
    assert off < 0.35 * before
    for x, y in eyes:
        spot = (..., slice(round(y) - 1, round(y) + 2), slice(round(x) - 5, round(x) + 6))
        assert torch.equal(made[spot], worn[spot])
    far = torch.ones_like(photo, dtype=torch.bool)
    reach = 1.5 * (eyes[1][0] - eyes[0][0])
    rows = slice(int(eyes[0][1] - reach), int(eyes[0][1] + reach))
    far[..., rows, int(eyes[0][0] - reach) : int(eyes[1][0] + reach)] = False
    assert torch.equal(made[far], worn[far])


def test_half_the_amount_leaves_half_the_rims(photo, face, eyes):
    worn = put_rims_on(photo, eyes)
    whole, half = (take_glasses_off(worn, *face, amount) for amount in (1.0, 0.5))
    torch.testing.assert_close(half - worn, (whole - worn) / 2, atol=1e-5, rtol=0)
    torch.testing.assert_close(take_glasses_off(worn, *face, 0.0), worn)


def test_an_edit_of_the_bundled_model_takes_them_off(photo, eyes):
    worn = put_rims_on(photo, eyes)
    made = edit_photo(worn, {"glasses": -2.0})
    drawn = (worn - photo).abs().amax(dim=1) > 0.5
    before, off = ((one - photo).abs().mean(dim=1)[drawn].median() for one in (worn, made))
    assert off < 0.35 * before
    assert torch.equal(edit_photo(photo, {"glasses": -2.0}), photo)
    assert not torch.equal(edit_photo(photo, {"glasses": 2.0}), photo)


def test_what_is_drawn_of_photos_takes_none_off():
    model = load_demo("photo")
    vectors = {**model.edit_vectors}
    held, own = hold_own_px(model, vectors, "glasses: -1, smile: -1", "[2] Glasses: 2, age: -1")
    assert held == {"glasses": 0.0, "smile": -1.0}
    assert own == {2: {"Glasses": 2.0, "age": -1.0}}
    vectors["glasses"] = torch.ones_like(vectors["glasses"])  # of another maker
    assert hold_own_px(model, vectors, {"glasses": -1.0}, {})[0] == {"glasses": -1.0}


def test_only_photos_lose_them(photo):
    model = load_demo("photo")
    vector = model.edit_vectors["glasses"]
    (change,) = plan_average_changes(model, model.edit_vectors, {"glasses": -2.0}, {}, [1])
    assert change.bare == 1.0
    with torch.no_grad():
        latents = apply_edit_vector(encode_face(model, photo), vector, -2.0)
    assert read_average_changes(
        model, latents, find_shares(latents.edit, {**model.edit_vectors})
    ) == [None]
    assert find_changes(model, [vector], "change").sum([-2.0]) is None
