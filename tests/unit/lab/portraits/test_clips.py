"""Clips move smoothly, at bounded speed, and say where everyone is in every frame."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.portraits import ATTRIBUTES, MOTIONS, render_clip, render_scenes, sample_clip

FPS = 25.0
# The most that may change in a second: attributes in their units, places in picture widths,
# scale as a factor, roll in degrees.
SLOW, PLACE, SCALE, ROLL = 1.5, 0.7, 1.3, 20.0
# A lid falls by at most 1.4 in half of 0.32 s, along a cosine; lips follow syllables; a nod is one
# swing of 0.5 in 1.4 s under its envelope.
FAST = {"blink": 14.0, "talk": 12.0, "nod": 3.5}


def column(clip, name: str) -> torch.Tensor:
    return clip.attributes[..., ATTRIBUTES.index(name)]


@pytest.mark.parametrize("motion", list(MOTIONS))
def test_speed_is_bounded_and_does_not_jump(motion):
    for seed in range(6):
        clip = sample_clip(150, seed, size=(200, 200), motions=[motion], people=2, fps=FPS)
        for index, name in enumerate(ATTRIBUTES):
            limit = FAST.get(motion, SLOW)
            speed = clip.attributes[..., index].diff(dim=0) * FPS
            assert speed.abs().max() < limit, name
            if limit == SLOW:  # no kink: the speed itself changes little from frame to frame
                assert speed.diff(dim=0).abs().max() < 0.4, name
        speed = clip.placement.diff(dim=0) * FPS
        assert speed[..., :2].abs().max() < PLACE * 200
        assert (clip.placement[1:, :, 2] / clip.placement[:-1, :, 2]).max() < SCALE ** (1 / FPS)
        assert speed[..., 3].abs().max() < ROLL


def test_each_motion_moves_its_part_and_no_other():
    moved = {
        "turn": {"yaw", "pitch", "gaze_x"}, "nod": {"pitch"}, "blink": {"eyes_open"},
        "talk": {"mouth_open"}, "smile": {"smile"}, "drift": set(), "walk": set(), "leave": set(),
    }  # fmt: skip
    for name, expected in moved.items():
        clip = sample_clip(200, 3, motions=[name], fps=FPS)
        changed = {n for n in ATTRIBUTES if column(clip, n).std(dim=0).max() > 0.02}
        assert changed == expected
        travels = clip.placement.std(dim=0).max() > 1
        assert travels == (name in ("drift", "walk", "leave"))


def test_eyes_shut_in_a_blink_and_the_mouth_closes_between_words():
    clip = sample_clip(200, 5, motions=["blink", "talk"], fps=50.0)
    assert column(clip, "eyes_open").min() < -0.9
    assert (
        column(clip, "eyes_open") > column(clip, "eyes_open").median() - 0.01
    ).float().mean() > 0.8
    assert column(clip, "mouth_open").min() < -0.5 and column(clip, "mouth_open").max() > 0


def test_the_last_person_leaves_and_returns_while_the_first_stays():
    clip = sample_clip(100, 1, size=64, motions=["leave"], people=2, fps=FPS)
    x = clip.placement[:, 1, 0]
    assert not 0 < x[50] < 63 and (x[0] - x[99]).abs() < 1
    assert clip.placement[:, 0].std(dim=0).max() == 0
    visible = render_scenes(clip[50]).visible
    assert not visible[0, 1]


def test_the_same_seed_moves_alike_at_any_frame_rate():
    slow = sample_clip(20, 9, fps=10.0)
    fast = sample_clip(40, 9, fps=20.0)
    torch.testing.assert_close(fast.attributes[::2], slow.attributes)
    torch.testing.assert_close(fast.placement[::2], slow.placement)
    other = sample_clip(20, 10, fps=10.0)
    assert (other.attributes - slow.attributes).abs().max() > 0.1


def test_frames_come_in_order_with_truth_and_a_still_backdrop():
    clip = sample_clip(5, 2, size=48, motions=["drift"], backdrops=["bricks"], fps=2.0)
    parts = list(render_clip(clip, batch=2))
    assert [len(part.image) for part in parts] == [2, 2, 1]
    whole = render_scenes(clip)
    torch.testing.assert_close(torch.cat([part.image for part in parts]), whole.image)
    marks = torch.cat([part.landmarks for part in parts])
    assert (marks[:, 0, 2] - marks[0, 0, 2]).norm(dim=1)[1:].min() > 0.1
    near = F.max_pool2d(whole.owner[:, None].float(), 5, stride=1, padding=2)[:, 0]
    bare = (near == 0).all(dim=0)
    assert bare.any()
    assert (whole.image - whole.image[:1])[:, :, bare].abs().max() < 1e-6


def test_wrong_clips_are_named():
    with pytest.raises(StyleGANEXError, match="blink"):
        sample_clip(4, 0, motions=["dance"])
    with pytest.raises(StyleGANEXError, match="frames"):
        sample_clip(0, 0)
