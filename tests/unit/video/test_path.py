"""Steady crops from a track: no lag, no jumps, gaps as the user chose."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from styleganex_core import FaceNotFoundError, StyleGANEXError
from styleganex_core.video.path import plan_path
from styleganex_core.warp import apply, invert

from .clips import SIZE, face_at, track_of


def eyes_in_crop(path, frame: int, face) -> tuple[float, float]:
    """Where the middle of the face's eyes lies in the crop of a frame."""
    crop = path.crop_at(frame, SIZE)
    (x0, y0), (x1, y1) = face.points[:2]
    return apply(invert(crop.matrix), (x0 + x1) / 2, (y0 + y1) / 2)


def test_the_crop_has_the_papers_scale_and_the_eyes_in_its_middle():
    track = track_of([face_at(64, 48, eyes=16)] * 5)
    path = plan_path(track, 0, reach=64)
    crop = path.crop_at(2, SIZE)
    assert crop.size == (128, 128)
    assert crop.scale == pytest.approx(64 / 16)
    assert eyes_in_crop(path, 2, face_at(64, 48)) == pytest.approx((63.5, 63.5))


def test_the_crop_stays_inside_the_frame_where_it_fits():
    track = track_of([face_at(20 + 2 * step, 12) for step in range(40)])
    path = plan_path(track, 0, reach=128)
    for frame in range(40):
        crop = path.crop_at(frame, SIZE)
        for corner in [(-0.5, -0.5), (crop.size[1] - 0.5, crop.size[0] - 0.5)]:
            x, y = apply(crop.matrix, *corner)
            assert -0.5 - 1e-6 <= x <= SIZE[1] - 0.5 + 1e-6
            assert -0.5 - 1e-6 <= y <= SIZE[0] - 0.5 + 1e-6


def test_all_crops_of_a_person_have_one_size_in_multiples_of_a_cell():
    track = track_of([face_at(64, 48, eyes=10 + step) for step in range(30)])
    path = plan_path(track, 0, reach=256)
    sizes = {path.crop_at(frame, SIZE).size for frame in range(30)}
    assert len(sizes) == 1
    assert all(side % 8 == 0 for side in sizes.pop())


def test_an_upright_crop_turns_with_the_head():
    track = track_of([face_at(64, 48, roll=20)] * 3)
    crop = plan_path(track, 0, reach=32, upright=True).crop_at(1, SIZE)
    assert crop.roll == pytest.approx(20, abs=1e-3)
    (x0, y0), (x1, y1) = (
        apply(invert(crop.matrix), *p) for p in face_at(64, 48, roll=20).points[:2]
    )
    assert y0 == pytest.approx(y1, abs=1e-3) and x1 - x0 == pytest.approx(64, abs=1e-2)


def test_smoothing_takes_jitter_away_and_adds_no_lag():
    noise = torch.randn(60, generator=torch.Generator().manual_seed(0)).tolist()
    truth = [20 + 1.2 * step for step in range(60)]
    track = track_of([face_at(x + n, 48) for x, n in zip(truth, noise, strict=True)])
    path = plan_path(track, 0, reach=32, smoothing=0.2)
    off = [path.face_at(i, SIZE).points[0][0] + 8 - truth[i] for i in range(60)]
    assert abs(sum(off) / 60 - sum(noise) / 60) < 0.1  # the ends are as unbiased as the middle
    rough = math.sqrt(sum((b - a) ** 2 for a, b in itertools.pairwise(noise)) / 59)
    steady = math.sqrt(sum((b - a) ** 2 for a, b in itertools.pairwise(off)) / 59)
    assert steady < rough / 8
    assert plan_path(track, 0, smoothing=0).face_at(7, SIZE).points[0][0] == pytest.approx(
        truth[7] + noise[7] - 8, abs=1e-4
    )


def test_a_sudden_move_is_not_smeared():
    """A head that jumps by two eye distances is where it is, not between."""
    track = track_of([face_at(40 if step < 24 else 80, 48) for step in range(48)])
    path = plan_path(track, 0, reach=32, smoothing=0.3)
    assert path.face_at(21, SIZE).points[0][0] + 8 == pytest.approx(40, abs=4)
    assert path.face_at(27, SIZE).points[0][0] + 8 == pytest.approx(80, abs=4)


def test_nothing_is_smoothed_across_a_cut():
    faces = [face_at(40 if step < 10 else 80, 48) for step in range(20)]
    path = plan_path(track_of(faces, cuts=(10,)), 0, smoothing=0.5)
    came = [path.face_at(frame, SIZE).points[0][0] + 8 for frame in (9, 10)]
    assert came == pytest.approx([40, 80], abs=1e-4)
    assert path.share.min() == 1


def test_a_blink_of_the_detector_is_bridged():
    faces = [face_at(30 + step, 48) for step in range(30)]
    gappy = [None if 10 <= step < 16 else face for step, face in enumerate(faces)]
    path = plan_path(track_of(gappy), 0, smoothing=0)
    assert path.share.min() == 1
    assert path.face_at(13, SIZE).points[0][0] + 8 == pytest.approx(43, abs=1e-4)


LEAVES = [face_at(64, 48) if step < 30 or step >= 70 else None for step in range(100)]


def test_a_face_that_leaves_is_passed_through_and_fades():
    share = plan_path(track_of(LEAVES), 0, missing="pass through").share
    assert share[30:70].max() == 0
    assert share[0] == 1 and share[99] == 1 and share[20] == 1
    fall, rise = share[25:31].tolist(), share[69:75].tolist()
    assert fall == sorted(fall, reverse=True) and rise == sorted(rise)
    assert 0 < share[29] < 0.5 and 0 < share[70] < 0.5


def test_a_face_that_leaves_is_held():
    path = plan_path(track_of(LEAVES), 0, missing="hold")
    assert path.share.min() == 1
    assert path.face_at(50, SIZE).points[0] == pytest.approx(face_at(64, 48).points[0], abs=1e-3)


def test_nobody_is_held_before_they_came():
    share = plan_path(track_of([None] * 40 + [face_at(64, 48)] * 40), 0, missing="hold").share
    assert share[:40].max() == 0 and share[60] == 1


def test_a_face_that_leaves_stops_with_the_frame_and_the_time():
    with pytest.raises(FaceNotFoundError, match=r"frame 30 \(1\.2 s\)"):
        plan_path(track_of(LEAVES), 0, missing="stop")


def test_one_frame_is_enough():
    path = plan_path(track_of([face_at(64, 48)]), 0, missing="stop", smoothing=1.0)
    assert path.share.tolist() == [1]
    assert path.face_at(0, SIZE).points[0] == pytest.approx(face_at(64, 48).points[0])


def test_half_size_frames_give_the_same_crop_of_the_scene():
    track = track_of([face_at(50, 40)] * 3)
    path = plan_path(track, 0, reach=32)
    full, half = path.crop_at(1, SIZE), path.crop_at(1, (SIZE[0] // 2, SIZE[1] // 2))
    assert half.size == full.size
    x, y = apply(full.matrix, 10, 20)
    hx, hy = apply(half.matrix, 10, 20)
    assert (2 * (hx + 0.5) - 0.5, 2 * (hy + 0.5) - 0.5) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("options", [{"missing": "skip"}, {"smoothing": -1.0}])
def test_unknown_choices_are_refused(options):
    with pytest.raises(StyleGANEXError):
        plan_path(track_of([face_at(64, 48)]), 0, **options)


@pytest.mark.parametrize(
    ("text", "people"), [("all", (0, 1)), ("", (0, 1)), ("1", (1,)), ("1, 0", (0, 1))]
)
def test_people_are_chosen_by_number(text, people):
    assert track_of([face_at(30, 40)], [face_at(90, 40)]).choose(text) == people


@pytest.mark.parametrize("text", ["2", "-1", "a", "0;1"])
def test_people_who_are_not_there_are_refused(text):
    with pytest.raises(StyleGANEXError, match="the clip has 2"):
        track_of([face_at(30, 40)], [face_at(90, 40)]).choose(text)
