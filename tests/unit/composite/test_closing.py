"""A mouth that an edit closes: the photo's own lips meet, in photos, drawings and clips."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import styleganex_core as sx
from styleganex_core import ClipEdit, ClipSettings, edit_frames, parse_keyframes
from styleganex_core.composite.closing import close_mouth
from styleganex_core.composite.mouth import LIP_RIMS, Lips
from styleganex_core.latents import (
    find_shares,
    hold_own_px,
    plan_average_changes,
    read_average_changes,
    take_closing_out,
)
from styleganex_core.photo import draw_edit, edit_in_place, open_photo
from styleganex_core.readers import load_face_readers, read_face
from styleganex_core.video import TensorClip
from styleganex_core.video.average import find_changes

from ..video.clips import RATE, track_of
from .mouths import LIP, MIDDLE, SIZE, mesh_of, portrait

GAPE = 8.0  # px that lips are apart


def marked(gape: float) -> torch.Tensor:
    """The portrait with a dot of a mole below the mouth."""
    photo = portrait(gape)
    ys, xs = torch.meshgrid(*(torch.arange(float(side)) for side in SIZE), indexing="ij")
    photo[..., (xs - MIDDLE[0]).square() + (ys - 90).square() < 5] = -0.6
    return photo


def lips(gape: float, shut: float, scale: float = 1.0) -> Lips:
    return Lips(mesh_of(gape), mesh_of(gape), scale, shut)


def middle_of_dot(picture: torch.Tensor) -> float:
    column = (picture[0, 2, 80:, 80] < -0.35).nonzero() + 80
    return float(column.float().mean())


def middles_of_light(picture: torch.Tensor) -> list[float]:
    """The rows of two spots of green light in the lips."""
    light = (picture[0, 1, :, 80] + 0.1).clamp(min=0)
    rows = torch.arange(float(len(light)))
    return [
        float((light[a:b] * rows[a:b]).sum() / light[a:b].sum()) for a, b in ((55, 60), (61, 66))
    ]


def test_teeth_are_covered_and_the_chin_follows():
    photo = marked(GAPE)
    closed = close_mouth(photo, lips(GAPE, 1.0))
    mouth = closed[0, :, 55:75, 70:90]
    assert (photo[0, 2, 55:75, 70:90] > 0.5).any() and mouth[2].max() < 0, "no tooth is left"
    assert middle_of_dot(closed) < middle_of_dot(photo) - 1.5, "px upwards"
    lit = closed.mean(dim=1)[0, 52:74, 80]
    assert lit.min() < torch.tensor(LIP).mean() - 0.2, "a line where the lips meet"
    assert torch.equal(closed[..., 140:, :], photo[..., 140:, :])
    assert torch.equal(closed[..., :30, :], photo[..., :30, :])


def test_half_a_closing_leaves_teeth_where_they_were():
    photo = marked(GAPE)
    half = close_mouth(photo, lips(GAPE, 0.5))
    shown = (half[0, 2, :, 80] > 0.5).sum()
    assert 2 <= shown < (photo[0, 2, :, 80] > 0.5).sum() - 2
    still = half[0, :, 63:65, 80]
    torch.testing.assert_close(still, photo[0, :, 63:65, 80])


def test_closed_lips_are_pressed_a_little_and_keep_their_colours():
    photo = marked(0.0)
    for row in (56, 64):  # in the upper and in the lower lip
        photo[0, 1, row, 75:86] = 0.4
    pressed = close_mouth(photo, lips(0.0, 1.0))
    lit = [middles_of_light(one) for one in (photo, pressed)]
    assert 0.3 < lit[1][0] - lit[0][0] < 1.1 and 0.3 < lit[0][1] - lit[1][1] < 1.1, "px inwards"
    assert pressed.amin() >= photo.amin() - 0.1 and pressed.amax() <= photo.amax() + 0.1


def test_nothing_is_closed_where_nothing_is_asked_or_seen():
    photo = marked(GAPE)
    assert close_mouth(photo, lips(GAPE, 0.0)) is photo
    away = Lips(mesh_of(GAPE) + 1000, mesh_of(GAPE) + 1000, 1.0, 1.0)
    assert close_mouth(photo, away) is photo


def test_lips_read_in_a_wild_order_do_not_stop_anything():
    wild = mesh_of(10.0)
    wild[list(LIP_RIMS[0])] = wild[list(LIP_RIMS[0])].roll(4, dims=0)
    flat = torch.full((478, 2), 50.0)
    crossed = mesh_of(-6.0)
    for mesh in (wild, flat, crossed):
        assert close_mouth(marked(GAPE), Lips(mesh, mesh, 1.0, 1.0)).isfinite().all()


def test_what_closes_counts_among_what_moves_farthest():
    assert lips(GAPE, 0.0).farthest == 0
    assert lips(GAPE, 0.5).farthest == pytest.approx(0.5 * (GAPE + 1.1), abs=0.1)
    assert lips(GAPE, 1.0, 2.0).farthest == pytest.approx(GAPE + 2.2, abs=0.1)


@pytest.fixture(scope="module")
def model():
    return sx.load_demo("photo")


@pytest.fixture(scope="module")
def photo():
    return sx.example_image("astronaut")[..., :256, 96:352]


def gap(picture, face):
    """How far a mouth is open, as the readers say."""
    return read_face(picture, face, readers=load_face_readers()).mouth_open


def test_the_astronaut_s_lips_close_over_her_teeth(model, photo):
    face = sx.find_faces(photo)[0]
    opened = open_photo(model, photo)
    closed, half = (edit_in_place(model, opened, {"mouth_open": s}) for s in (-2.0, -1.0))
    before, some, after = (gap(one, face) for one in (photo, half, closed))
    assert after < some < before and after < 0.5 * before
    points = read_face(photo, face).points[:, :2]
    x, y = (round(float(v)) for v in (points[13] + points[14]) / 2)
    spot = (0, slice(None), slice(y - 1, y + 2), slice(x - 5, x + 6))
    assert closed[spot].mean() < photo[spot].mean() - 0.3, "no white of teeth"
    assert torch.equal(draw_edit(model, opened, {"mouth_open": -2.0}), opened.unedited)
    far = points[:, 1].max() + 30
    assert torch.equal(closed[..., round(float(far)) :, :], photo[..., round(float(far)) :, :])


def test_a_smile_closes_with_the_lips_that_it_draws(model, photo):
    face = sx.find_faces(photo)[0]
    opened = open_photo(model, photo)
    smiling, closed = (
        edit_in_place(model, opened, {"smile": 2.0, "mouth_open": s}) for s in (0.0, -2.0)
    )
    assert gap(closed, face) < 0.5 * gap(smiling, face)


def test_a_smile_that_goes_takes_its_teeth_along(model, photo):
    opened = open_photo(model, photo)
    face = sx.find_faces(photo)[0]
    serious = edit_in_place(model, opened, {"smile": -2.0})
    before, after = (read_face(one, face) for one in (photo, serious))
    assert after.mouth_open < 0.5 * before.mouth_open and after.smile < before.smile - 0.5
    assert not torch.equal(draw_edit(model, opened, {"smile": -2.0}), opened.unedited)
    with torch.no_grad():
        latents = sx.encode_face(model, photo)
    edited = sx.apply_edit_vectors(latents, model.edit_vectors, {"smile": -2.0})
    assert (
        take_closing_out(model, edited, find_shares(edited.edit, {**model.edit_vectors})) is edited
    )
    (change,) = find_changes(model, [model.edit_vectors["smile"]], "change").changes
    assert change.shut == -0.5 and not change.holds(-2.0)


def test_a_drawing_s_lips_close_in_its_own_px(model, photo):
    face = sx.find_faces(photo)[0]
    with torch.no_grad():
        latents = sx.encode_face(model, photo)
        edited = sx.apply_edit_vector(latents, model.edit_vectors["mouth_open"], -2.0)
        plain, closed = (sx.decode_latents(model, one) for one in (latents, edited))
    before, after = (gap(one, face) for one in (plain, closed))
    assert after < 0.6 * before
    shares = find_shares(edited.edit, {**model.edit_vectors})
    assert read_average_changes(model, edited, shares)[0].shut == pytest.approx(1.0, abs=1e-3)
    held = take_closing_out(model, edited, shares)
    torch.testing.assert_close(held.w_plus, latents.w_plus, atol=1e-4, rtol=0)
    assert take_closing_out(model, latents, None) is latents


def test_only_the_closing_part_of_an_edit_is_held(model, photo):
    vectors = {**model.edit_vectors}
    held, own = hold_own_px(model, vectors, "Mouth_Open: -1, smile: -1", "[2] mouth_open: 2")
    assert held == {"Mouth_Open": 0.0, "smile": -1.0} and own == {2: {"mouth_open": 2.0}}
    (change,) = plan_average_changes(model, vectors, {"mouth_open": -1.0}, {}, [1])
    assert change.shut == 0.5 and not change.is_averaged
    with torch.no_grad():
        latents = sx.encode_face(model, photo)
    both = sx.apply_edit_vectors(latents, vectors, {"smile": 1.0, "mouth_open": -1.0})
    wide = sx.apply_edit_vectors(latents, vectors, {"mouth_open": 1.0})
    only = sx.apply_edit_vectors(latents, vectors, {"smile": 1.0})
    shares = find_shares(both.edit, vectors)
    held = take_closing_out(model, both, shares)
    torch.testing.assert_close(held.w_plus, only.w_plus, atol=1e-3, rtol=0)
    assert take_closing_out(model, wide, find_shares(wide.edit, vectors)) is wide
    strange = replace(both, edit=torch.randn_like(both.edit))
    assert take_closing_out(model, strange, find_shares(strange.edit, vectors)) is strange


def test_a_mouth_closes_in_a_clip_as_it_does_in_a_photo(model, photo):
    face = sx.find_faces(photo)[0]
    clip = TensorClip(sx.to_bhwc(photo).expand(3, -1, -1, -1), RATE)
    track = track_of([face] * 3, size=(256, 256))
    vector = model.edit_vectors["mouth_open"]
    edits = [ClipEdit(vector, parse_keyframes("0:0, 2:-2"))]
    settings = ClipSettings(reach=128)
    frames = edit_frames(model, clip.read(sx.Selection()), track, edits, settings=settings)
    made = [frame.to_picture() for frame in frames]
    before, some, after = (gap(one, face) for one in (photo, *made[1:]))
    assert after < some < before and after < 0.5 * before
    assert (made[0] - photo).abs().max() < 0.02, "not edited yet"
    changes = find_changes(model, [vector], "change")
    assert changes.hold([(vector, [-2.0, 0.0, 1.0], "all")])[0][1] == [0.0, 0.0, 1.0]
    assert find_changes(model, [vector], "drawing").changes == [None]
