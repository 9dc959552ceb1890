"""What shows between lips that an edit opens."""

from __future__ import annotations

import pytest
import torch

import styleganex_core as sx
from styleganex_core.composite.mouth import LIP_RIMS, Lips, open_mouth
from styleganex_core.photo import draw_edit, edit_in_place, open_photo
from styleganex_core.warp import map_points

from .mouths import MIDDLE, SIZE, TOOTH, mesh_of, portrait

STILL = torch.zeros(1, 2, *SIZE)


def opened(photo: torch.Tensor, before: float, after: float, drawn: torch.Tensor | None = None):
    drawn = photo if drawn is None else drawn
    return open_mouth(drawn, photo, STILL, Lips(mesh_of(before), mesh_of(after), 1.0))


def at(picture: torch.Tensor, below: float) -> torch.Tensor:
    """The colour in the middle of the mouth, px below the upper lip."""
    return picture[0, :, round(MIDDLE[1] + below), round(MIDDLE[0]) + 4]


def test_lips_that_do_not_open_leave_the_drawing_exactly():
    photo = portrait()
    for before, after in [(0.0, 0.0), (4.0, 4.1), (6.0, 1.0)]:
        assert opened(photo, before, after) is photo


def test_closed_lips_open_on_teeth_and_on_the_dark_of_the_mouth():
    photo = portrait()
    result = opened(photo, 0.0, 14.0)
    tooth, deep = at(result, 3), at(result, 8)
    assert tooth.mean() > deep.mean() + 0.5
    assert deep.max() < at(photo, 3).max() - 0.4, "darker than the lips were"
    assert deep[0] > deep[2], "and red, as the lips are"
    torch.testing.assert_close(result[..., :40, :], photo[..., :40, :], atol=0, rtol=0)


def test_the_photo_s_own_teeth_stay_where_they_are():
    photo = portrait(8.0)
    result = opened(photo, 8.0, 18.0)
    for below in (2, 4, 6):
        torch.testing.assert_close(at(result, below), torch.tensor(TOOTH))
    assert at(result, 11).max() < -0.3, "where the lower lip was it is dark"


def test_what_is_drawn_of_the_lips_gives_way_to_the_photo_s():
    """Drawings of an open mouth show a soft row of white over the lips and around them."""
    photo = portrait()
    drawn = photo.clone()
    drawn[..., 56:72, 60:100] = 0.9
    result = opened(photo, 0.0, 10.0, drawn)
    torch.testing.assert_close(result[..., 56:59, 70:90], photo[..., 56:59, 70:90])
    assert at(result, 6).max() < 0


def test_teeth_that_are_drawn_over_lips_that_stay_closed_give_way_too():
    photo = portrait()
    drawn = photo.clone()
    drawn[..., 58:62, 62:98] = 0.9
    result = opened(photo, 0.0, 0.0, drawn)
    torch.testing.assert_close(result[..., 58:62, 62:98], photo[..., 58:62, 62:98])


def test_redder_lips_stay_as_drawn():
    photo = portrait()
    drawn = photo.clone()
    drawn[:, 0, 54:66, 60:100] += 0.4
    drawn[:, 1:, 54:66, 60:100] -= 0.2
    assert opened(photo, 0.0, 0.0, drawn) is drawn


def test_a_grey_photo_stays_grey():
    photo = portrait(5.0).mean(dim=1, keepdim=True).expand(1, 3, -1, -1).clone()
    result = opened(photo, 5.0, 16.0)
    assert (result.amax(dim=1) - result.amin(dim=1)).max() < 1e-5


def test_dark_skin_has_light_teeth():
    """Light skin is 0.65 of white, its teeth 0.72; skin of half of that has them at 0.45."""
    light, dark = portrait(), (portrait() + 1) * 0.45 - 1
    teeth = [float(at(opened(photo, 0.0, 14.0), 3).mean() + 1) / 2 for photo in (light, dark)]
    assert 0.45 < teeth[1] / teeth[0] < 0.85
    assert teeth[1] > float((dark[0, :, 30, 45].mean() + 1) / 2)


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_a_photo_of_other_px_gets_the_same_mouth(factor):
    small = opened(portrait(), 0.0, 14.0)
    size = [round(factor * side) for side in SIZE]
    photo = torch.nn.functional.interpolate(
        portrait(), size, mode="area" if factor < 1 else "nearest"
    )
    matrix = ((factor, 0.0, factor / 2 - 0.5), (0.0, factor, factor / 2 - 0.5))
    lips = Lips(mesh_of(0.0), mesh_of(14.0), 1.0).seen_through(matrix)
    assert lips.scale == factor
    result = open_mouth(photo, photo, torch.zeros(1, 2, *size), lips)
    back = torch.nn.functional.interpolate(result, SIZE, mode="bilinear", antialias=True)
    assert (back - small)[..., 40:90, 40:120].square().mean().sqrt() < 0.12


@pytest.mark.parametrize("place", [(-400.0, 0.0), (70.0, 50.0), (-75.0, -55.0)])
def test_mouths_at_and_beyond_the_picture_s_edges(place):
    shift = ((1.0, 0.0, place[0]), (0.0, 1.0, place[1]))
    lips = Lips(mesh_of(0.0), mesh_of(14.0), 1.0).seen_through(shift)
    photo = portrait()
    result = open_mouth(photo, photo, STILL, lips)
    assert result.shape == photo.shape and result.isfinite().all()


def test_lips_read_in_a_wild_order_do_not_stop_anything():
    mesh = mesh_of(10.0)
    mesh[list(LIP_RIMS[0])] = mesh[list(LIP_RIMS[0])].roll(4, dims=0)
    flat = mesh_of(0.0)
    flat[list(LIP_RIMS[0]) + list(LIP_RIMS[1])] = 50.0
    for after in (mesh, flat):
        result = open_mouth(portrait(), portrait(), STILL, Lips(flat, after, 1.0))
        assert result.isfinite().all()


def test_a_mesh_moves_with_the_matrix():
    matrix = ((0.0, -2.0, 5.0), (2.0, 0.0, 1.0))
    lips = Lips(mesh_of(0.0), mesh_of(9.0), 1.5).seen_through(matrix)
    torch.testing.assert_close(lips.after, map_points(mesh_of(9.0), matrix))
    assert lips.scale == pytest.approx(3.0)


def test_the_astronaut_s_mouth_opens_in_a_photo_and_keeps_her_teeth():
    model, photo = sx.load_demo("photo"), sx.example_image("astronaut_face")
    opening = open_photo(model, photo)
    edited = edit_in_place(model, opening, {"mouth_open": 2.0})
    seen = opening.seen[0]
    motion = seen.read_motion(draw_edit(model, opening, {"mouth_open": 2.0}))
    lips = motion.lips.seen_through(opening.faces.places[0].matrix)
    inner = [lips.after[rim[5]] for rim in LIP_RIMS]
    assert (inner[1] - inner[0]).norm() / lips.scale > 8, "px of the aligned face"
    deep = 0.25 * inner[0] + 0.75 * inner[1]
    x, y = (round(float(value)) for value in deep)
    assert edited[0, :, y - 1 : y + 2, x - 1 : x + 2].mean() < -0.2
    teeth = 0.5 * (lips.before[LIP_RIMS[0][5]] + lips.before[LIP_RIMS[1][5]])
    x, y = (round(float(value)) for value in teeth)
    cut = (..., slice(y - 1, y + 2), slice(x - 3, x + 4))
    assert (edited[cut] - photo[cut]).abs().mean() < 0.1


def test_a_paste_that_looks_within_its_mask_alone_moves_and_opens_the_same_px():
    model, photo = sx.load_demo("photo"), sx.example_image("astronaut")
    opening = open_photo(model, photo)
    drawn = draw_edit(model, opening, {"mouth_open": 2.0})
    place, motion = opening.faces.places[0], opening.seen[0].read_motion(drawn)
    assert motion.farthest > 3, "px of the crop"
    whole, part = (
        sx.paste_face(
            photo, drawn, place, mask=opening.faces.masks[:1], unedited=opening.unedited,
            motion=motion, within_mask=within,
        )
        for within in (False, True)
    )  # fmt: skip
    assert (whole - photo).abs().max() > 0.3
    far = (whole - part).abs().amax(dim=1)
    assert float((far > 2.01 / 255).float().mean()) < 1e-4 and far.max() < 6 / 255
