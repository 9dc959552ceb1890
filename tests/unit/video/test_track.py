"""The track against the truth of rendered clips: where faces are, whose they are, when they go."""

from __future__ import annotations

import pytest
import torch

from styleganex_core import (
    ClipEdit,
    ExampleClip,
    FaceNotFoundError,
    Selection,
    StyleGANEXError,
    TensorClip,
    Track,
    draw_people,
    edit_frames,
    parse_keyframes,
    track_faces,
)
from styleganex_lab.portraits import render_clip
from styleganex_lab.portraits.example_clips import DrawnClip

from ..tiny import tiny_model
from .clips import moving_clip


class Truth:
    """A drawn clip with the landmarks [T, P, 5, 2] and visibility [T, P] of its people."""

    def __init__(self, name: str, seconds: float, size: tuple[int, int] = (216, 288)) -> None:
        example = DrawnClip(name, seconds=seconds, size=size)
        parts = list(render_clip(example.scenes, batch=8))
        images = torch.cat([part.image for part in parts]).permute(0, 2, 3, 1) / 2 + 0.5
        self.clip = TensorClip(images, example.info.rate)
        self.landmarks = torch.cat([part.landmarks for part in parts])
        self.visible = torch.cat([part.visible for part in parts])

    def errors(self, track: Track, person: int, who: int) -> torch.Tensor:
        """Mean distance of the points in eye distances, for frames where both know the face."""
        both = track.people[person].seen & self.visible[:, who]
        truth = self.landmarks[both, who]
        eyes = (truth[:, 1] - truth[:, 0]).norm(dim=-1)
        return (track.people[person].points[both] - truth).norm(dim=-1).mean(dim=-1) / eyes

    def who(self, track: Track, person: int) -> torch.Tensor:
        """For each frame that shows the tracked person the one whose face is nearest, [n]."""
        seen = track.people[person].seen
        middle = track.people[person].points[seen].mean(dim=1)
        return (self.landmarks[seen].mean(dim=2) - middle[:, None]).norm(dim=-1).argmin(dim=1)


@pytest.fixture(scope="module")
def alone() -> Truth:
    return Truth("one person", 1.0)


@pytest.fixture(scope="module")
def film() -> ExampleClip:
    """A bundled film of one person: read in no time, of unknown truth."""
    return ExampleClip("one person", seconds=1.0, size=(216, 288))


@pytest.fixture(scope="module")
def crossing() -> Truth:
    return Truth("two people cross", 2.0)


@pytest.fixture(scope="module")
def leaving() -> Truth:
    return Truth("someone leaves", 2.5)


@pytest.mark.slow
def test_one_person_is_followed_closely(alone):
    track = track_faces(alone.clip)
    assert len(track.people) == 1 and not track.cuts
    assert track.people[0].seen.float().mean() > 0.9
    errors = alone.errors(track, 0, 0)
    assert errors.median() < 0.12 and errors.max() < 0.35


@pytest.mark.slow
def test_following_is_as_close_as_searching_every_frame(alone):
    searched = alone.errors(track_faces(alone.clip, every=1), 0, 0)
    followed = alone.errors(track_faces(alone.clip, every=100), 0, 0)
    assert followed.median() < searched.median() + 0.03


@pytest.mark.slow
def test_two_people_who_cross_stay_themselves(crossing):
    track = track_faces(crossing.clip)
    assert len(track.people) == 2
    owners = [crossing.who(track, person) for person in range(2)]
    assert {int(owner.mode().values) for owner in owners} == {0, 1}
    for owner in owners:
        assert (owner == owner.mode().values).all(), owner.tolist()


@pytest.mark.slow
def test_somebody_who_leaves_and_returns_is_the_same_person(leaving):
    track = track_faces(leaving.clip)
    assert len(track.people) == 2
    person = next(p for p in range(2) if int(leaving.who(track, p).mode().values) == 1)
    gone = ~leaving.visible[:, 1]
    inside = gone.nonzero()[:, 0]
    middle = int(inside[len(inside) // 2])
    seen = track.people[person].seen
    assert seen[: int(inside[0])].any() and seen[int(inside[-1]) + 1 :].any()
    assert not seen[middle]


@pytest.mark.slow
def test_a_cut_starts_anew_and_knows_people_again(film):
    other = ExampleClip("two people cross", seconds=1.0, size=(216, 288))
    shots = [[f.image for f in clip.read(Selection(0, 3))] for clip in (film, other)]
    images = torch.stack([*shots[0], *shots[1], *shots[0]])
    track = track_faces(TensorClip(images, 24), every=100)
    assert track.cuts == (3, 6)
    again = [p for p in track.people if p.seen[:3].any()]
    assert len(again) == 1 and again[0].seen[6:].float().mean() > 0.8


def test_a_range_is_tracked_by_the_clips_own_numbers(film):
    track = track_faces(film, Selection(10, 3))
    assert (track.first, track.count) == (10, 3)
    assert track.people[0].style_frame == 10


def test_the_style_comes_from_the_chosen_frame(film):
    assert track_faces(film, Selection(0, 4), style_frame=2).people[0].style_frame == 2
    assert track_faces(film, Selection(0, 2), style_frame=90).people[0].style_frame == 1


def test_one_frame_is_tracked(film):
    track = track_faces(film, Selection(0, 1))
    assert track.count == 1 and len(track.people) == 1


def test_a_clip_without_faces_says_so():
    with pytest.raises(FaceNotFoundError, match="no face was found in 3 frames"):
        track_faces(moving_clip(3))


def test_a_clip_without_faces_can_pass_through():
    clip = moving_clip(3)
    track = track_faces(clip, missing="pass through")
    assert track.people == () and track.count == 3
    assert draw_people(track).shape[:2] == (1, 3)
    assert track.describe().startswith("0 people")
    edits = [ClipEdit(torch.zeros(1, 12), parse_keyframes(1))]
    after = list(edit_frames(tiny_model(), clip.read(Selection()), track, edits))
    before = list(clip.read(Selection()))
    assert all(torch.equal(a.image, b.image) for a, b in zip(after, before, strict=True))
    with pytest.raises(StyleGANEXError, match="pass through"):
        track_faces(clip, missing="skip")  # type: ignore[arg-type]
