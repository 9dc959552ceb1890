"""A view shows the same as the whole photo, only smaller or nearer."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import StyleGANEXError, paste_faces
from styleganex_core.composite.view import choose_zoom, shrink_masks, view_photo
from styleganex_core.crop import cut_crop, plan_crop
from styleganex_core.crop.landmarks import face_from_points

from ..crop.pictures import smooth_picture

LEVEL = 2 / 255  # one 8-bit level in -1..1


def photo_and_place():
    face = face_from_points([(860, 400), (960, 400), (910, 450), (870, 510), (950, 510)])
    return smooth_picture(900, 1300), plan_crop(face, (900, 1300), reach=128)


def edit_of(photo, place):
    plain = cut_crop(photo, place)
    edited = plain.clone()
    edited[..., 60:200, 60:200] *= 0.4
    return plain, edited


@pytest.mark.parametrize("masked", [False, True])
def test_a_whole_view_is_the_pasted_photo_reduced(masked):
    photo, place = photo_and_place()
    plain, edited = edit_of(photo, place)
    mask = torch.linspace(0, 1, place.size[1]).expand(1, 1, *place.size) if masked else None
    whole = paste_faces(photo, edited, [place], mask=mask, unedited=plain)
    view = view_photo(photo, [place], mask, longest_side=650)
    assert view.picture.shape == (1, 3, 450, 650)
    shown = paste_faces(
        view.picture, edited, view.places, mask=view.masks, feather=0, unedited=plain
    )
    smaller = view_photo(whole, [place], longest_side=650).picture
    assert (shown - smaller).abs().mean() < LEVEL
    assert (shown - smaller).abs().max() < 12 * LEVEL
    assert (shown - view.picture).abs().max() > 0.3


@pytest.mark.parametrize("zoom", [1.0, 2.5, 6.0])
def test_a_nearer_view_shows_the_face_in_the_photo_s_own_px(zoom):
    photo, place = photo_and_place()
    view = view_photo(photo, [place], longest_side=2000, zoom=zoom)
    assert abs(view.picture.shape[-1] - 1300 / zoom) < 1
    torch.testing.assert_close(
        cut_crop(view.picture, view.places[0])[..., 118:138, 118:138],
        cut_crop(photo, place)[..., 118:138, 118:138], atol=4 * LEVEL, rtol=0)  # fmt: skip


def test_a_view_can_be_about_one_of_the_faces():
    photo, right = photo_and_place()
    face = face_from_points([(260, 400), (360, 400), (310, 450), (270, 510), (350, 510)])
    places = [plan_crop(face, (900, 1300), reach=128), right]
    for number, place in enumerate(places):
        view = view_photo(photo, places, longest_side=2000, zoom=4.0, about=number)
        alone = view_photo(photo, [place], longest_side=2000, zoom=4.0)
        assert torch.equal(view.picture, alone.picture)
        assert view.places[number] == alone.places[0] and len(view.places) == 2


def test_a_full_size_view_is_the_photo_itself():
    photo, place = photo_and_place()
    assert torch.equal(view_photo(photo, [place], longest_side=1300).picture, photo)
    assert view_photo(photo, []).masks is None


def test_a_small_face_is_shown_near_and_a_large_one_whole():
    _, place = photo_and_place()
    near = choose_zoom((9000, 13000), [place])
    assert 10 < near <= 16
    assert choose_zoom((420, 420), [place]) == 1
    assert choose_zoom((900, 1300), []) == 1


def test_a_zoom_out_of_range_is_refused():
    photo, place = photo_and_place()
    for zoom in (0.5, 17.0, float("nan")):
        with pytest.raises(StyleGANEXError, match="zoom is 1 to 16"):
            view_photo(photo, [place], zoom=zoom)


def test_masks_of_the_photo_shrink_with_it_and_those_of_crops_do_not():
    photo, crops = torch.zeros(1, 3, 8, 12), torch.rand(2, 1, 5, 5)
    assert shrink_masks(None, photo, (4, 6)) is None
    assert shrink_masks(crops, photo, (4, 6)) is crops
    half = torch.zeros(1, 1, 8, 12)
    half[..., :6] = 1
    shrunk = shrink_masks(half, photo, (4, 6))
    assert shrunk is not None and shrunk[0, 0, 0].tolist() == [1, 1, 1, 0, 0, 0]
