"""Averages find what was put into the faces, and vectors learn to draw it."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors import safe_open

from styleganex_core import example_image
from styleganex_core.checkpoints.average import load_changes, save_changes
from styleganex_core.composite.motion import OUTLINE
from styleganex_core.datatypes import AverageChange, Latents
from styleganex_core.errors import StyleGANEXError
from styleganex_lab.__main__ import main
from styleganex_lab.training.averages import EDITS, STRONGER, compare_faces
from styleganex_lab.training.follow_average import Follower, FollowSettings, _balance
from styleganex_lab.training.laid_over import READINGS, ReadFace, spread_evenly

from ...tiny import tiny_model

PEOPLE = 60


def mean_mesh() -> torch.Tensor:
    """468 points of which those that the maps are cut out by lie as in a face."""
    angles = torch.linspace(0, 6.28, 469)[:-1]
    ring = torch.stack([angles.sin(), -angles.cos()], dim=1)
    mesh = 128 + ring * torch.linspace(20, 80, 468)[:, None]
    steps = torch.linspace(0, 6.28, len(OUTLINE) + 1)[:-1]
    mesh[list(OUTLINE)] = 128 + 90 * torch.stack([steps.sin(), -steps.cos()], dim=1)
    return mesh


def made_faces() -> list[ReadFace]:
    """Faces that move right by 2 px, grow lighter above and darker below, and gain detail with
    every standard deviation of age, and smile and look as chance has it."""
    random = torch.Generator().manual_seed(0)
    table = torch.randn(PEOPLE, len(READINGS), generator=random)
    table = (table - table.mean(dim=0)) / table.std(dim=0)
    ages = table[:, READINGS.index("age")]
    noise = torch.randn(3, 256, 256, generator=random)
    light = torch.linspace(0.2, -0.2, 256)[:, None]
    faces = []
    for row, age in zip(table, ages.tolist(), strict=True):
        square = 0.3 * age * light + 0.05 * noise * 1.2**age
        mesh = mean_mesh() + torch.tensor([2.0 * age, 0.0])
        faces.append(ReadFace(square[None], mesh, tuple(row.tolist())))
    return faces


@pytest.fixture(scope="module")
def changes():
    return compare_faces(made_faces())


def test_what_an_age_does_is_found_and_told_by_unit(changes):
    age = changes["age"]  # of 1.25 standard deviations
    assert age.shape[:, 0].mean() == pytest.approx(2.5, rel=0.05)
    assert age.shape[:, 1].abs().max() < 0.2
    above, below = age.colour[:, 40, 64].mean(), age.colour[:, 88, 64].mean()
    assert above > 0.01 and below < -0.01
    assert age.detail[0, 64, 40] == pytest.approx(1.25 * 0.182, rel=0.2)


def test_other_readings_do_not_leak_in(changes):
    deviation = changes["gender"] * (1 / EDITS["gender"])
    assert deviation.shape.abs().max() < 0.24
    assert deviation.colour.abs().max() < 0.016 * STRONGER["gender"][0]


def test_maps_end_within_the_face_and_leave_eyes_and_teeth_alone(changes):
    for change in changes.values():
        maps = torch.cat([change.colour, change.detail]).abs()
        assert maps.shape == (4, 128, 128)
        rim = torch.cat([maps[:, :15].flatten(), maps[:, :, :15].flatten()])
        assert rim.max() < 0.01 * maps.max()


def test_too_few_people_are_told():
    with pytest.raises(StyleGANEXError, match=r"more than 20 people with a face; got 5"):
        compare_faces(made_faces()[:5])


def test_people_are_spread_evenly_and_genders_balanced():
    assert spread_evenly(list(range(10)), 5) == [0, 2, 4, 6, 8]
    assert spread_evenly([1, 2], 5) == spread_evenly([1, 2], None) == [1, 2]
    faces = made_faces()
    chosen = _balance(faces, 10)
    women = [face.readings[0] > 0.5 for face in chosen]
    assert women.count(True) == women.count(False) == 5


class Plain(torch.nn.Module):
    """Stands for the network that compares pictures."""

    def forward(self, made: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        return (made - wanted).square().flatten(1).mean(dim=1)


class Painter(Follower):
    """Whose model draws a face that grows lighter above and darker below with one number."""

    def _draw(self, latents: Latents) -> torch.Tensor:
        light = torch.linspace(0.2, -0.2, 256)[:, None].expand(1, 3, 256, 256)
        return latents.w_plus[:, 0, 0] * light


def test_a_vector_comes_nearer_to_what_the_change_does():
    maps = torch.linspace(0.2, -0.2, 64)[:, None].expand(3, 64, 64)
    lighter = AverageChange(mean_mesh(), torch.zeros(468, 2), maps, torch.zeros(1, 64, 64))
    faces = [ReadFace(example_image("astronaut_face"), mean_mesh(), (1.0,) * len(READINGS))]
    settings = FollowSettings(steps=12, batch=2, rate=0.05, numbers=7)
    learner = Painter(tiny_model(64), faces, lighter, settings)
    learner.network = Plain()
    before = learner._miss(0, 2.0).detach()
    for step in range(settings.steps):
        learner.take_step(step)
    assert learner._miss(0, 2.0).detach() < 0.6 * before
    assert learner.vector[0, 0] > 0.1, "what grows lighter above is asked for"
    assert not learner.vector[:, 7:].any()


def test_the_command_says_what_is_wrong(tmp_path, changes, capsys):
    file = tmp_path / "changes.safetensors"
    save_changes(file, changes, {"averages": json.dumps({"people": PEOPLE})})
    assert list(load_changes(file)) == list(changes)
    with safe_open(file, "pt") as opened:
        assert json.loads(opened.metadata()["averages"]) == {"people": PEOPLE}
    plain = ["--data", str(tmp_path), "--out", str(tmp_path / "out.safetensors")]
    follow = ["averages", "follow", "beard", str(file), "--perceptual", "none", *plain]
    assert main(follow) == 2
    assert 'no change "beard"; it has age, gender' in capsys.readouterr().err
    assert main(["averages", "measure", "--people", "0", *plain]) == 2
    assert "--people must be at least 1; got 0" in capsys.readouterr().err
