"""The geometry of the crops against values computed by hand from the paper's formulas."""

from __future__ import annotations

import math

import pytest
import torch

from styleganex_core import FaceNotFoundError, ShapeError, StyleGANEXError, example_image
from styleganex_core.crop import crop_face, crop_faces, cut_crop, cut_style, plan_crop
from styleganex_core.crop.align import grow_crop, plan_whole, style_matrix
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.warp import apply, invert

from .pictures import smooth_picture, turn


def upright_face(x: float, y: float, eyes: float, mouth: float = 70.0):
    """A face with its left eye at (x, y), `eyes` px from the other, `mouth` px above the mouth."""
    return face_from_points(
        [(x, y), (x + eyes, y), (x + eyes / 2, y + mouth / 2), (x + eyes / 6, y + mouth),
         (x + eyes * 5 / 6, y + mouth)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("face", "picture", "size", "corner"),
    [
        # s = 1, c = (132, 100): left F8(max(-124, 0)) = 0, right F8(388) = 384; top 0, bottom 352
        (upright_face(100, 100, 64), (400, 600), (352, 384), (0, 0)),
        # s = 2, c = (632, 500): 376 to 888 and F8(244) = 240 to F8(756) = 752
        (upright_face(300, 250, 32), (500, 700), (512, 512), (376 / 2, 240 / 2)),
        # s = 1/2, c = (282, 200), scaled 602x500: F8(26) = 24 to F8(538) = 536, 0 to F8(456)
        (upright_face(500, 400, 128), (1001, 1203), (456, 512), (24 * 2, 0)),
        # s = 1, c = (132, 100) in a picture of 149x133: right F8(149) = 144, bottom F8(133) = 128
        (upright_face(100, 100, 64), (133, 149), (128, 144), (0, 0)),
    ],
)
def test_the_crop_is_the_papers(face, picture, size, corner):
    crop = plan_crop(face, picture)
    assert crop.size == size
    assert crop.original_size == picture
    # The crop's outer corner lies on the original's px grid, seen from that one's outer corner.
    assert apply(crop.matrix, -0.5, -0.5) == pytest.approx((corner[0] - 0.5, corner[1] - 0.5))
    assert crop.scale == pytest.approx(64 / face.eye_distance)
    assert crop.roll == 0
    assert crop == plan_crop(face, picture, upright=True)


def test_a_crop_at_scale_one_is_a_cut_of_the_picture():
    picture = smooth_picture(400, 600)
    cut = cut_crop(picture, plan_crop(upright_face(100, 100, 64), (400, 600)))
    torch.testing.assert_close(cut, picture[..., :352, :384], atol=1e-5, rtol=0)


@pytest.mark.parametrize("degrees", [-90, -60, -17, 0, 33, 90, 180])
def test_roll_does_not_change_the_scale(degrees):
    turned = math.radians(degrees)
    x, y = 64 * math.cos(turned), -64 * math.sin(turned)
    face = face_from_points([(300, 300), (300 + x, 300 + y), (0, 0), (0, 0), (1, 1)])
    assert plan_crop(face, (600, 600)).scale == pytest.approx(1)
    upright = plan_crop(face, (600, 600), upright=True)
    assert upright.scale == pytest.approx(1)
    assert abs((upright.roll - degrees + 180) % 360 - 180) < 1e-6


@pytest.mark.parametrize("degrees", [-25.0, 40.0])
def test_an_upright_crop_levels_the_eyes(degrees):
    _, back = turn(smooth_picture(500, 500), degrees)
    points = [(210, 220), (274, 220), (242, 255), (220, 290), (264, 290)]
    face = face_from_points([apply(invert(back), *point) for point in points])
    crop = plan_crop(face, (500, 500), upright=True)
    (x0, y0), (x1, y1) = (apply(invert(crop.matrix), *point) for point in face.points[:2])
    assert y0 == pytest.approx(y1)
    assert x1 - x0 == pytest.approx(64)
    assert crop.size[0] % 8 == crop.size[1] % 8 == 0


def test_shrinking_removes_what_the_crop_cannot_show():
    checks = torch.ones(1, 1, 1200, 1200)
    checks[..., ::2, ::2] = checks[..., 1::2, 1::2] = -1
    crop = plan_crop(upright_face(500, 500, 256), (1200, 1200))
    assert cut_crop(checks.expand(1, 3, -1, -1), crop)[..., 8:-8, 8:-8].abs().max() < 0.02


def test_the_style_crop_is_ffhqs():
    # e = (64, 0), m = (0, 70): direction (1, 0), half side max(128, 126) = 128, centre y + 7;
    # the square's corner is (132.5 - 128, 207.5 - 128), the first px half a px inside.
    matrix = style_matrix(upright_face(100.5, 200.5, 64))
    torch.testing.assert_close(torch.tensor(matrix), torch.tensor([[1, 0, 5.0], [0, 1, 80.0]]))
    picture = smooth_picture(400, 300)
    cut = cut_style(picture, upright_face(100.5, 200.5, 64))
    torch.testing.assert_close(cut, picture[..., 80:336, 5:261], atol=1e-5, rtol=0)


def test_a_long_face_sets_the_style_crops_size():
    # m = (0, 100): half side 1.8 * 100 = 180
    matrix = style_matrix(upright_face(100, 200, 64, 100))
    assert matrix[0][0] == pytest.approx(180 / 128)


def test_the_style_crop_turns_with_the_face():
    # A quarter turn counter-clockwise: eyes one above the other, the mouth to the right.
    face = face_from_points([(200, 232), (200, 168), (235, 200), (270, 221), (270, 179)])
    (a, b, _), (c, d, _) = style_matrix(face)
    assert (a, b, c, d) == pytest.approx((0, 1, -1, 0))


@pytest.mark.parametrize("eyes", [64, 160])
def test_beyond_the_picture_the_style_crop_fades_to_the_median(eyes):
    shade = torch.full((1, 3, 300, 300), 0.25)
    face = upright_face(150 - eyes / 2, 4, eyes, eyes)
    torch.testing.assert_close(cut_style(shade, face), torch.full((1, 3, 256, 256), 0.25))
    picture = smooth_picture(300, 300)
    cut = cut_style(picture, face)
    assert cut.isfinite().all()
    assert cut[..., 0, :].std() < 0.5 * cut[..., 200, :].std()


def test_the_style_crop_keeps_the_picture_inside():
    picture = smooth_picture(300, 300)
    cut = cut_style(picture, upright_face(118.5, 100.5, 64))  # the square begins 21 px above
    torch.testing.assert_close(cut[..., 60:, :], picture[..., 40:236, 23:279], atol=2e-2, rtol=0)


def test_crops_of_a_batch_share_a_size_and_know_their_picture():
    pair = torch.cat([example_image("astronaut"), example_image("astronaut").flip(-1)])
    cropped = crop_faces(pair)
    assert cropped.crops.shape[0] == cropped.styles.shape[0] == cropped.masks.shape[0] == 2
    assert cropped.masks.shape[-2:] == cropped.crops.shape[-2:] == cropped.places[0].size
    assert [place.picture for place in cropped.places] == [0, 1]
    assert cropped.counts == (1, 1)
    assert cropped.masks.amax() == 1 and cropped.masks[..., 0, :].amax() == 0


def test_missing_faces():
    astronaut = example_image("astronaut")[..., :256, 96:352]
    pair = torch.cat([torch.zeros_like(astronaut), astronaut])
    with pytest.raises(FaceNotFoundError, match="picture 0: no face was found"):
        crop_faces(pair)
    assert [place.picture for place in crop_faces(pair, missing="skip").places] == [1]
    whole = crop_faces(pair, missing="whole picture")
    assert [place.picture for place in whole.places] == [0, 1]
    assert whole.counts == (0, 1)
    assert whole.masks[0].amin() == 1
    nobody = crop_faces(pair[:1], missing="skip")
    assert nobody.places == () and nobody.counts == (0,)
    assert len(nobody.crops) == len(nobody.styles) == len(nobody.masks) == 0
    with pytest.raises(StyleGANEXError, match="skip"):
        crop_faces(pair, missing="ignore")  # type: ignore[arg-type]


def test_typed_points_stand_for_found_ones():
    picture = smooth_picture(400, 600)
    face = upright_face(100, 100, 64)
    cropped = crop_faces(picture.expand(2, -1, -1, -1), faces=[[face]])
    crop, style, place = crop_face(picture, face)
    torch.testing.assert_close(cropped.crops[:1], crop)
    torch.testing.assert_close(cropped.styles[1:], style)
    assert cropped.places[0] == place and cropped.counts == (1, 1)


def test_each_picture_can_bring_its_own_faces():
    pictures = smooth_picture(400, 600).expand(2, -1, -1, -1)
    lists = [[], [upright_face(100, 100, 64), upright_face(300, 200, 64)]]
    cropped = crop_faces(pictures, faces=lists, which="all", missing="skip")
    assert [place.picture for place in cropped.places] == [1, 1]
    assert cropped.counts == (0, 2)
    with pytest.raises(ShapeError, match="for 2 pictures, but there are 1"):
        crop_faces(pictures[:1], faces=lists)


def test_growing_keeps_what_the_crop_shows():
    picture = smooth_picture(400, 600)
    crop = plan_crop(upright_face(100, 100, 64), (400, 600))
    grown = cut_crop(picture, grow_crop(crop, (400, 400)))
    torch.testing.assert_close(grown[..., 24:376, 8:392], cut_crop(picture, crop))


@pytest.mark.parametrize("size", [(100, 300), (2000, 1000)])
def test_the_whole_picture_is_a_crop_too(size):
    crop = plan_whole(size)
    assert max(crop.size) <= 512
    assert cut_crop(smooth_picture(*size), crop).shape[-2:] == crop.size


def test_points_without_a_scale_or_outside_are_refused():
    same = face_from_points([(5, 5), (5, 5), (5, 6), (4, 7), (6, 7)])
    with pytest.raises(StyleGANEXError, match="no scale"):
        plan_crop(same, (100, 100))
    with pytest.raises(ShapeError, match="outside the picture"):
        plan_crop(upright_face(5000, 100, 64), (400, 600))
    with pytest.raises(ShapeError, match="belongs to a picture of 600x400"):
        cut_crop(torch.zeros(1, 3, 50, 50), plan_crop(upright_face(100, 100, 64), (400, 600)))


def test_a_head_s_mask_holds_hair_and_neck_and_leaves_the_backdrop_out():
    picture = example_image("astronaut")
    face = upright_face(204, 101, 43, 41)
    oval = crop_faces(picture, faces=[[face]], reach=128)
    head = crop_faces(picture, faces=[[face]], reach=128, mask_shape="head")
    place = head.places[0]

    def at(cropped, x: float, y: float) -> float:
        column, row = (round(value) for value in apply(invert(place.matrix), x, y))
        return float(cropped.masks[0, 0, row, column])

    for x, y in [(224, 120), (162, 85), (285, 90), (225, 165)]:  # face, hair on both sides, neck
        assert at(head, x, y) > 0.8, (x, y)
    for x, y in [(150, 30), (300, 30), (150, 120), (300, 130)]:  # the backdrop around the head
        assert at(head, x, y) < 0.1, (x, y)
    assert at(oval, 158, 95) < 0.5 < 0.8 < at(head, 158, 95), "the oval cuts hair off"
    assert head.masks.amin() >= 0 and head.masks.amax() <= 1
    with pytest.raises(StyleGANEXError, match='"oval" or a "head"'):
        crop_faces(picture, faces=[[face]], mask_shape="square")  # type: ignore[arg-type]


def test_no_rim_of_a_dark_backdrop_goes_along_with_a_head():
    """A light oval head before black: what is outside it stays out, however near."""
    ys, xs = torch.meshgrid(torch.arange(256.0), torch.arange(256.0), indexing="ij")
    radius = torch.hypot((xs - 128) / 75, (ys - 128) / 105)
    picture = torch.where(radius < 1, 0.4, -0.95).expand(1, 3, -1, -1)
    cropped = crop_faces(picture, faces=[[upright_face(96, 110, 64)]], reach=128, mask_shape="head")
    top, left = (round(value) for value in apply(cropped.places[0].matrix, 0, 0)[::-1])
    shown = radius[top:, left:][: cropped.masks.shape[-2], : cropped.masks.shape[-1]]
    above = (ys[top:, left:] < 150)[: shown.shape[0], : shown.shape[1]]
    assert cropped.masks[0, 0][(shown < 0.9) & above].mean() > 0.9
    assert cropped.masks[0, 0][(shown > 1.1) & above].max() < 0.05
