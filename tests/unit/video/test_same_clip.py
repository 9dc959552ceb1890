"""A track is for the clip it was made of, as Paste Face is for the picture of its crop."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import torch

from styleganex_core import (
    ClipSettings,
    Selection,
    ShapeError,
    StyleGANEXError,
    TensorClip,
    edit_frames,
    edit_video,
)
from styleganex_core.video.people import take_frame_look

from ..tiny import tiny_model
from .clips import face_at, moving_clip, track_of

SMALL = ClipSettings(reach=32)


def tracked(clip: TensorClip, count: int = 4, first: int = 0):
    """The track that Track Faces would give of the clip from frame `first` on."""
    frame = next(clip.read(Selection(start=first)))
    return replace(track_of([face_at(64, 48)] * count, first=first), look=take_frame_look(frame))


@pytest.mark.parametrize("first", [0, 2])
def test_its_own_clip_is_taken_also_recoded_and_graded(tmp_path, first):
    clip, model = moving_clip(6), tiny_model()
    track = tracked(clip, first=first)
    frames = torch.stack([frame.image for frame in clip.read(Selection())]).float() / 255
    noise = torch.randn(frames.shape, generator=torch.Generator().manual_seed(0)) * 0.05
    for seen in (clip, TensorClip((frames * 0.6 + 0.2 + noise).clamp(0, 1), Fraction(24))):
        assert edit_video(model, seen, tmp_path / "a.mp4", track, settings=SMALL) == 4


@pytest.mark.parametrize("size", [(96, 126), (128, 96), (192, 256)])
def test_a_clip_of_another_size_is_refused_at_once(tmp_path, size):
    with pytest.raises(ShapeError, match="128x96 px"):
        edit_video(tiny_model(), moving_clip(4, size), tmp_path / "a.mp4", tracked(moving_clip(4)))
    assert not list(tmp_path.iterdir())


def test_another_clip_of_the_same_size_is_refused(tmp_path):
    other = TensorClip(torch.rand(4, 96, 128, 3).sort(dim=1).values, Fraction(24))
    track = tracked(moving_clip(4))
    with pytest.raises(ShapeError, match="does not look like"):
        edit_video(tiny_model(), other, tmp_path / "a.mp4", track)
    with pytest.raises(ShapeError, match="does not look like"):
        list(edit_frames(tiny_model(), other.read(Selection()), track))


@pytest.mark.parametrize("people", ["9" * 5000, "\ud800", "-1", "1.0", "\u0661"])
def test_people_that_are_no_numbers_are_refused_in_a_sentence(people):
    with pytest.raises(StyleGANEXError, match="there is no person"):
        tracked(moving_clip(4)).choose(people)
