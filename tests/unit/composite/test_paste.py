"""Pasting: an unchanged crop changes nothing, an edit arrives whole and only where it should."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core import ShapeError, StyleGANEXError, example_image
from styleganex_core.composite import enlargement, paste_face, paste_faces
from styleganex_core.crop import cut_crop, plan_crop
from styleganex_core.crop.align import plan_whole
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.datatypes import FaceCrop
from styleganex_core.warp import apply, invert

from ..crop.pictures import smooth_picture, turn

LEVEL = 2 / 255  # one 8-bit level in -1..1
SIZE = (800, 900)  # height and width of the picture with a small crop
ASTRONAUT = [(204, 101), (247, 103), (224, 129), (202, 141), (246, 142)]


def turned_astronaut(degrees: float, zoom: float = 1.0, upright: bool = True):
    picture, back = turn(example_image("astronaut"), degrees, zoom)
    face = face_from_points([apply(invert(back), *point) for point in ASTRONAUT])
    size = (picture.shape[-2], picture.shape[-1])
    return picture, plan_crop(face, size, upright=upright)


def small_crop(upright: bool = True) -> tuple[torch.Tensor, FaceCrop]:
    """A smooth picture with a crop of 256 px in its middle, turned and shrunk."""
    face = face_from_points([(360, 400), (460, 380), (410, 440), (370, 500), (470, 480)])
    return smooth_picture(*SIZE), plan_crop(face, SIZE, upright=upright, reach=128)


@pytest.mark.parametrize(
    "degrees",
    [-180, -45, 0, 90, *(pytest.param(d, marks=pytest.mark.slow) for d in (-135, -90, 45, 135))],
)
@pytest.mark.parametrize("upright", [False, True])
def test_an_unchanged_crop_changes_nothing_at_any_angle(degrees, upright):
    picture, crop = turned_astronaut(degrees + 7, upright=upright)
    cut = cut_crop(picture, crop)
    assert (paste_face(picture, cut, crop) - picture).abs().max() < 0.1 * LEVEL
    rounded = ((cut + 1) * 127.5).round() / 127.5 - 1  # an 8-bit file between cut and paste
    assert (paste_face(picture, rounded, crop) - picture).abs().max() < 2 * LEVEL


@pytest.mark.parametrize("zoom", [0.4, 1.7])
def test_an_unchanged_enlarged_crop_changes_nothing(zoom):
    picture, crop = turned_astronaut(20, zoom)
    larger = F.interpolate(cut_crop(picture, crop), scale_factor=2, mode="bicubic").clamp(-1, 1)
    assert (paste_face(picture, larger, crop) - picture).abs().max() < 2 * LEVEL


@pytest.mark.parametrize("upright", [False, True])
def test_an_edit_arrives_whole_and_stays_inside(upright):
    picture, crop = small_crop(upright)
    edited = -cut_crop(picture, crop)
    pasted = paste_face(picture, edited, crop)
    again = cut_crop(pasted, crop)
    torch.testing.assert_close(again[..., 48:-48, 48:-48], edited[..., 48:-48, 48:-48], atol=0.02,
                               rtol=0)  # fmt: skip
    moved = (pasted != picture).any(dim=1)[0].nonzero()
    corners = [apply(crop.matrix, x, y) for x in (0, 256) for y in (0, 256)]
    xs, ys = zip(*corners, strict=True)
    assert moved[:, 1].min() >= min(xs) - 2 and moved[:, 1].max() <= max(xs) + 2
    assert moved[:, 0].min() >= min(ys) - 2 and moved[:, 0].max() <= max(ys) + 2
    assert len(moved) < 0.25 * picture[0, 0].numel()


def test_an_edit_leaves_no_ghost_of_finer_detail():
    picture = torch.ones(1, 3, *SIZE)
    picture[..., ::4, :] = -1  # stripes that a crop at half size cannot show
    _, crop = small_crop(upright=False)
    pasted = paste_face(picture, torch.full((1, 3, *crop.size), -0.9), crop)
    x, y = (round(place) for place in apply(crop.matrix, 128, 128))
    inside = pasted[..., y - 40 : y + 40, x - 40 : x + 40]
    torch.testing.assert_close(inside, torch.full_like(inside, -0.9), atol=0.01, rtol=0)


def test_the_seam_is_soft_and_a_hard_one_is_possible():
    picture, crop = small_crop(upright=False)
    white = torch.ones(1, 3, *crop.size)
    flat = torch.full_like(picture, -1.0)
    soft, hard = (paste_face(flat, white, crop, feather=feather) for feather in (32, 0))
    assert (soft[..., 1:] - soft[..., :-1]).abs().max() < 0.1
    assert (hard[..., 1:] - hard[..., :-1]).abs().max() == 2


def test_no_seam_where_crop_and_picture_end_together():
    picture = smooth_picture(200, 200)
    crop = plan_whole((200, 200))
    edited = -cut_crop(picture, crop)
    torch.testing.assert_close(paste_face(picture, edited, crop), edited, atol=1e-4, rtol=0)


def test_outside_the_mask_every_px_is_the_originals():
    picture, crop = small_crop()
    mask = torch.zeros(1, 1, *crop.size)
    mask[..., 100:150, 90:170] = 1
    pasted = paste_face(picture, -cut_crop(picture, crop), crop, mask=mask)
    moved = (pasted != picture).any(dim=1)[0].nonzero()
    back = invert(crop.matrix)
    for y, x in moved[:: max(1, len(moved) // 200)].tolist():
        u, v = apply(back, x, y)
        assert 89 < u < 171 and 99 < v < 151
    assert len(moved) > 1000
    assert torch.equal(paste_face(picture, -picture[..., :256, :256], crop, mask=mask * 0), picture)


def test_colours_are_matched_at_the_seam():
    picture, crop = small_crop()
    tinted = (cut_crop(picture, crop) * 0.8 + torch.tensor([0.3, 0.0, -0.3])[:, None, None]).clamp(
        -1, 1
    )
    plain, matched = (
        paste_face(picture, tinted, crop, match_colour=match) for match in (False, True)
    )
    assert (matched - picture).abs().mean() < 0.35 * (plain - picture).abs().mean()
    centre = cut_crop(matched - picture, crop)[..., 96:160, 96:160]
    assert centre.abs().mean() < 0.1


def test_enlarging_keeps_the_edits_own_px():
    picture, crop = small_crop(upright=False)
    edited = smooth_picture(crop.size[0] * 4, crop.size[1] * 4, seed=3)
    factor = enlargement(edited, crop)
    assert factor == pytest.approx(4 * crop.scale)
    pasted = paste_face(picture, edited, crop, enlarge=True, feather=8)
    assert pasted.shape[-2:] == tuple(round(side * factor) for side in SIZE)
    x, y = ((place + 0.5) * factor for place in apply(crop.matrix, -0.5, -0.5))
    inside = pasted[..., round(y) + 100 : round(y) + 900, round(x) + 100 : round(x) + 900]
    torch.testing.assert_close(inside, edited[..., 100:900, 100:900], atol=0.03, rtol=0)
    assert enlargement(edited[..., ::8, ::8], crop) == 1


def test_an_unchanged_crop_enlarges_the_picture_as_a_whole():
    picture, crop = turned_astronaut(20)
    cut = cut_crop(picture, crop)
    larger = F.interpolate(cut, scale_factor=2, mode="bicubic").clamp(-1, 1)
    pasted = paste_face(picture, larger, crop, enlarge=True)
    expected = F.interpolate(picture, pasted.shape[-2:], mode="bicubic").clamp(-1, 1)
    assert (pasted - expected).abs().max() < 2 * LEVEL


def test_overlapping_faces_keep_each_others_edits():
    picture = smooth_picture(600, 900)
    faces = [
        face_from_points([(x, 250), (x + 64, 250), (x + 32, 280), (x + 10, 320), (x + 54, 320)])
        for x in (300, 450)
    ]
    crops = [plan_crop(face, (600, 900), reach=160) for face in faces]
    edits = torch.cat([cut_crop(picture, crop) for crop in crops])
    for edit, crop in zip(edits, crops, strict=True):
        height, width = crop.size
        edit[:, height // 2 - 20 : height // 2 + 20, width // 2 - 20 : width // 2 + 20] = 1.0
    pasted = paste_faces(picture, edits, crops)
    for crop in crops:
        x, y = apply(crop.matrix, crop.size[1] / 2, crop.size[0] / 2)
        assert pasted[0, :, round(y), round(x)].min() > 0.95


def test_batches():
    picture, crop = small_crop()
    pair = torch.cat([picture, picture.flip(-1)])
    second = FaceCrop(crop.matrix, crop.size, crop.original_size, picture=1)
    edited = -cut_crop(picture, crop)
    pasted = paste_faces(pair, edited, [second])
    assert torch.equal(pasted[0], pair[0]) and not torch.equal(pasted[1], pair[1])
    variants = paste_faces(picture, torch.cat([edited, edited * 0.5]), [crop])
    torch.testing.assert_close(variants[:1], paste_face(picture, edited, crop))
    torch.testing.assert_close(variants[1:], paste_face(picture, edited * 0.5, crop))


def test_what_does_not_fit_is_explained():
    picture, crop = small_crop()
    edited = cut_crop(picture, crop)
    with pytest.raises(ShapeError, match="picture of 900x800"):
        paste_face(picture[..., :-1], edited, crop)
    with pytest.raises(ShapeError, match="same proportions"):
        paste_face(picture, edited[..., :-64], crop)
    with pytest.raises(ShapeError, match="covers the crop"):
        paste_face(picture, edited, crop, mask=torch.ones(5, 5))
    with pytest.raises(StyleGANEXError, match="feather"):
        paste_face(picture, edited, crop, feather=-1)
    with pytest.raises(ShapeError, match="one Crop Face"):
        paste_faces(picture, torch.cat([edited] * 3), [crop, crop])


def test_inputs_are_not_written_to():
    picture, crop = small_crop()
    edited, before = -cut_crop(picture, crop), picture.clone()
    paste_face(picture, edited, crop, match_colour=True)
    assert torch.equal(picture, before)


def test_a_drawing_without_an_edit_leaves_the_picture_as_it_is():
    picture, crop = turned_astronaut(20)
    drawn = smooth_picture(*crop.size, seed=4)  # of another face altogether
    assert torch.equal(paste_face(picture, drawn, crop, unedited=drawn), picture)


@pytest.mark.parametrize("match_colour", [False, True])
def test_only_what_an_edit_changes_is_added(match_colour):
    """The finest detail stays: the crop has a third of the picture's px."""
    picture, crop = small_crop()
    picture = picture * 0.5 + torch.rand(picture.shape, generator=torch.Generator().manual_seed(2))
    picture = picture.clamp(-0.9, 0.9) * 0.8
    drawn = F.interpolate(cut_crop(picture, crop), scale_factor=2, mode="bicubic")
    drawn = F.avg_pool2d(drawn, 9, stride=1, padding=4, count_include_pad=False) * 0.8  # soft, dull
    edited = drawn.clone()
    edited[..., 200:300, 200:300] += 0.2  # far inside the seam
    pasted = paste_face(picture, edited, crop, unedited=drawn, match_colour=match_colour)
    change = cut_crop(pasted - picture, crop)
    torch.testing.assert_close(change[..., 110:140, 110:140], torch.full((1, 3, 30, 30), 0.2),
                               atol=0.01, rtol=0)  # fmt: skip
    assert change[..., :80, :].abs().max() < 0.01


def test_an_unedited_crop_of_another_size_or_number_is_refused():
    picture, crop = small_crop()
    cut = cut_crop(picture, crop)
    with pytest.raises(ShapeError, match="same size"):
        paste_face(picture, cut, crop, unedited=cut[..., ::2, ::2])
    with pytest.raises(ShapeError, match="one for all"):
        paste_faces(picture, cut.repeat(3, 1, 1, 1), [crop], unedited=cut.repeat(2, 1, 1, 1))
    many = paste_faces(picture, cut.repeat(3, 1, 1, 1), [crop], unedited=cut)
    assert torch.equal(many, picture.expand(3, -1, -1, -1))


@pytest.mark.parametrize("upright", [False, True])
def test_a_mask_of_the_picture_s_size_counts_where_it_was_painted(upright):
    picture, crop = small_crop(upright)
    mask = torch.zeros(1, 1, *SIZE)
    mask[..., 360:500, 370:460] = 1
    pasted = paste_face(picture, -cut_crop(picture, crop), crop, mask=mask)
    changed = ((pasted - picture).abs() > LEVEL).any(dim=1)[0]
    assert changed[370:490, 380:450].float().mean() > 0.9
    changed[352:508, 362:468] = False
    assert not changed.any()


def test_masks_per_picture_go_to_the_crops_of_their_picture():
    picture, crop = small_crop()
    pair = torch.cat([picture, picture.flip(-1)])
    crops = [FaceCrop(crop.matrix, crop.size, crop.original_size, picture=n) for n in (0, 0, 1)]
    mask = torch.stack([torch.zeros(1, *SIZE), torch.ones(1, *SIZE)])
    edited = -cut_crop(picture, crop).expand(3, -1, -1, -1)
    pasted = paste_faces(pair, edited, crops, mask=mask)
    assert torch.equal(pasted[0], pair[0]) and not torch.equal(pasted[1], pair[1])
    with pytest.raises(ShapeError, match="2 masks do not match 3 crops"):
        paste_faces(pair, edited, crops, mask=mask[..., : crop.size[0], : crop.size[1]])


def test_a_mask_of_a_third_size_is_refused_and_an_empty_one_explained():
    picture, crop = small_crop()
    edited = -cut_crop(picture, crop)
    with pytest.raises(ShapeError, match="900x800 px; this one has 90x90 px") as refused:
        paste_face(picture, edited, crop, mask=torch.ones(1, 1, 90, 90))
    assert "Load Image" not in str(refused.value)
    with pytest.raises(ShapeError, match=r"all black.*Load Image.*disconnect"):
        paste_face(picture, edited, crop, mask=torch.zeros(1, 1, 64, 64))


def test_without_places_the_pictures_come_back_as_they_were():
    picture, crop = small_crop()
    assert torch.equal(paste_faces(picture, cut_crop(picture, crop), []), picture)
