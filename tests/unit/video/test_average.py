"""A clip's own px change with the edits of the model's own vectors, steadily."""

from __future__ import annotations

import pytest
import torch

import styleganex_core as sx
from styleganex_core import ClipEdit, ClipSettings, edit_frames, parse_keyframes
from styleganex_core.crop.landmarks import face_from_points
from styleganex_core.datatypes import AverageChange
from styleganex_core.video import TensorClip, average
from styleganex_core.video.average import PersonChanges, find_changes

from ..tiny import random_vectors, tiny_model
from .clips import RATE, track_of

FACE = face_from_points([(96, 120), (160, 120), (128, 150), (104, 186), (152, 186)])


def lighter(shade: float = 0.4) -> AverageChange:
    steps = torch.linspace(64, 192, 9)
    places = torch.cartesian_prod(steps, steps)
    maps = torch.zeros(3, 32, 32)
    maps[:, 12:20, 12:20] = shade
    return AverageChange(places, torch.zeros_like(places), maps, torch.zeros(1, 32, 32))


def mesh_at(x: float) -> torch.Tensor:
    return torch.nn.functional.pad(lighter().places + torch.tensor([x, 0.0]), (0, 1))


@pytest.fixture
def model():
    model = tiny_model()
    model.edit_vectors = random_vectors(model, "age", "smile")
    model.average_changes = {"age": lighter()}
    return model


def test_the_change_belongs_to_the_models_own_vector_and_to_change_alone(model):
    own, other = model.edit_vectors["age"], model.edit_vectors["smile"]
    assert find_changes(model, [own, other, own[None].clone()], "change").changes == [
        model.average_changes["age"], None, model.average_changes["age"],
    ]  # fmt: skip
    assert find_changes(model, [own], "drawing").changes == [None]
    changes = find_changes(model, [own, other], "change")
    assert changes.sum([0.0, 2.0]) is None
    assert changes.sum([2.0, 2.0]).colour.max() == pytest.approx(0.8)


def test_a_mesh_that_jumps_is_steadied_and_one_that_is_lost_stays(monkeypatch):
    """The mean face lies at home: only what is read says where the change goes."""
    found = [mesh_at(0), mesh_at(10), None, mesh_at(0)]
    monkeypatch.setattr(average, "read_mesh", lambda picture, matrix: found.pop(0))
    person, frame = PersonChanges([lighter()]), torch.zeros(1, 3, 256, 256)
    middles = []
    for index in (4, 5, 6, 9):
        changed, _ = person.apply(frame, index, FACE, lighter(), None)
        assert changed.shape == frame.shape
        lit = changed[0, 0] > 0.2
        middles.append(float(lit.nonzero()[:, 1].float().mean()))
    assert middles[1] - middles[0] == pytest.approx(average.NEW * 10, abs=1.0)
    assert middles[2] == middles[1], "the mesh of the frame before"
    assert middles[3] == pytest.approx(middles[0], abs=0.5), "after a gap it starts anew"


def test_what_others_have_become_is_changed_as_the_frame_is(monkeypatch):
    monkeypatch.setattr(average, "read_mesh", lambda picture, matrix: mesh_at(0))
    frame = torch.zeros(1, 3, 256, 256)
    onto = frame + 0.1
    changed, both = PersonChanges([lighter()]).apply(frame, 0, FACE, lighter(), onto)
    assert (both - changed - 0.1).abs().max() < 0.02
    assert PersonChanges([lighter()]).apply(frame, 0, FACE, lighter(), None)[1] is None


def test_nobody_seen_leaves_the_frame_alone(monkeypatch):
    monkeypatch.setattr(average, "read_mesh", lambda picture, matrix: None)
    frame = torch.rand(1, 3, 64, 64)
    assert PersonChanges([lighter()]).apply(frame, 0, FACE, lighter(), None)[0] is frame


@pytest.mark.slow
def test_a_clip_of_a_real_face_ages_in_its_own_px():
    model = sx.load_demo()
    photo = sx.example_image("astronaut")[..., :256, 96:352]
    face = sx.find_faces(photo)[0]
    clip = TensorClip(sx.to_bhwc(photo).expand(3, -1, -1, -1), RATE)
    track = track_of([face] * 3, size=(256, 256))
    edits = [ClipEdit(model.edit_vectors["age"], parse_keyframes("0:0, 2:2"))]
    settings = ClipSettings(reach=128)

    def run(model) -> torch.Tensor:
        frames = edit_frames(model, clip.read(sx.Selection()), track, edits, settings=settings)
        return torch.cat([frame.to_picture() for frame in frames])

    aged = run(model)
    model.average_changes = {}
    plain = run(model)
    x, y = (round(v) for v in face.points[2])
    cheeks = (slice(None), slice(None), slice(y - 8, y + 8), slice(x - 25, x + 25))
    grain = [c[cheeks].diff(dim=-1).abs().mean(dim=(1, 2, 3)) for c in (aged, plain)]
    assert grain[0][2] > 1.1 * grain[1][2]
    assert torch.equal(aged[0], plain[0]), "strength 0"
