"""Directions learned through a reader: what moves, what does not, and what the command refuses."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
import torch
from safetensors import safe_open

from styleganex_core import example_image, load_edit_vector, save_model
from styleganex_core.errors import StyleGANEXError
from styleganex_core.readers import FaceReadings
from styleganex_lab.__main__ import main
from styleganex_lab.training.learn_direction import DirectionLearner, DirectionSettings

from ...tiny import tiny_model
from .objectives.test_real import write_portraits


@pytest.fixture
def model():
    return tiny_model(64).requires_grad_(False)


def random(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.slow
def test_the_reader_comes_nearer_to_its_goal_and_other_numbers_rest(model):
    settings = DirectionSettings("hair_light", 0.05, rate=0.002, numbers=7)
    learner = DirectionLearner(model, settings)
    photos = example_image("astronaut_face")
    losses = [learner.take_step(photos, random(0)) for _ in range(4)]
    assert losses[-1] < losses[0]
    assert learner.vector[:, :7].abs().min() > 0
    assert not learner.vector[:, 7:].any(), "those are not to move"
    assert not any(parameter.grad is not None for parameter in model.parameters())


@pytest.mark.slow
def test_what_is_far_from_the_start_costs(model):
    """Without a reader's say: the same pictures edited and told, only the vector differs."""
    start = torch.ones(model.num_slots, model.style_dim)
    settings = DirectionSettings("age", 4.0)
    near, far = (DirectionLearner(model, settings, start) for _ in range(2))
    far.vector = (start + 1).requires_grad_(True)
    pictures = example_image("astronaut_face")
    told = near.readers(pictures)
    change, strengths = torch.zeros_like(pictures), torch.tensor([1.0])
    losses = [learner._loss(told, told, change, strengths) for learner in (near, far)]
    assert float((losses[1] - losses[0]).detach()) == pytest.approx(settings.far, rel=1e-4)


def test_gender_is_learned_through_its_odds(model):
    """A share that has come to its end could not tell how near the goal is."""
    learner = DirectionLearner(model, DirectionSettings("gender", 2.0))
    names = [field.name for field in fields(FaceReadings)]
    told = FaceReadings(
        **{name: torch.zeros(1) for name in names if name != "identity"},
        identity=torch.zeros(1, 128),
    )
    change, strengths = torch.zeros(1, 3, 256, 256), torch.tensor([-2.0])
    there = replace(told, gender_odds=torch.tensor([-4.0]))
    losses = [
        float(learner._loss(edited, told, change, strengths).detach()) for edited in (there, told)
    ]
    assert losses == pytest.approx([0.0, 1.5]), "at the goal, and two strengths short of it"


def test_a_change_of_hue_costs_where_it_shall_and_light_does_not(model):
    plain, coloured = (
        DirectionLearner(model, DirectionSettings("age", 4.0, paint=0.0, around=0.0, colour=colour))
        for colour in (0.0, 2.0)
    )
    told = plain.readers(example_image("astronaut_face"))
    grey = torch.full((1, 3, 256, 256), 0.3)
    red = grey * torch.tensor([1.0, 0.0, 0.0])[:, None, None]
    costs = [
        float((learner._loss(told, told, change, torch.zeros(1))).detach())
        for learner in (plain, coloured)
        for change in (grey, red)
    ]
    assert costs[0] == costs[1] == costs[2]
    assert costs[3] - costs[2] == pytest.approx(2.0 * (0.2 + 0.1 + 0.1) / 3, rel=1e-4)


@pytest.mark.parametrize(
    "wrong", [{"reader": "wings", "goal": 1.0}, {"reader": "age", "goal": 0.0}]
)
def test_settings_that_say_nothing_are_refused(wrong):
    with pytest.raises(StyleGANEXError, match=r"reading|goal"):
        DirectionSettings(**wrong)


@pytest.mark.slow
def test_the_command_writes_a_vector_that_loads(tmp_path, model):
    people = write_portraits(tmp_path / "people", people=13)
    model.edit_vectors = {"bright": torch.ones(model.num_slots, model.style_dim)}
    save_model(model, tmp_path / "tiny.safetensors")
    out = tmp_path / "vector.safetensors"
    given = [
        "direction", "hair_light", "--goal", "0.1", "--data", str(people), "--out", str(out),
        "--model", str(tmp_path / "tiny.safetensors"), "--start", "bright",
        "--steps", "1", "--share", "0.5",
    ]  # fmt: skip
    assert main(given) == 0
    vector = load_edit_vector(out, "hair_light")
    assert vector.shape == (model.num_slots, model.style_dim)
    rate = DirectionSettings("hair_light", 0.1).rate
    assert (vector - 1).abs().max() == pytest.approx(rate / 2, rel=1e-3), "half a step of Adam's"
    with safe_open(out, "pt") as file:
        told = json.loads(file.metadata()["training"])
    assert told["reader"] == "hair_light" and told["goal"] == 0.1 and told["start"] == "bright"


def test_a_row_of_a_vector_can_be_the_start(tmp_path, model, monkeypatch):
    given = {}

    def note(model, folder, settings, start, *, progress):
        given["start"] = start
        return start

    monkeypatch.setattr("styleganex_lab.training.command.learn_direction", note)
    rows = torch.arange(2.0)[:, None, None].repeat(1, model.num_slots, model.style_dim)
    model.edit_vectors = {"bright": rows}
    save_model(model, tmp_path / "tiny.safetensors")
    command = ["direction", "age", "--goal", "1", "--data", str(tmp_path), "--start", "bright:1"]
    command += [
        "--model",
        str(tmp_path / "tiny.safetensors"),
        "--out",
        str(tmp_path / "v.safetensors"),
    ]
    assert main(command) == 0
    assert torch.equal(given["start"], rows[1])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--steps", "0"], "--steps"),
        (["--start", "wings"], "wings"),
        (["--goal", "-1"], "above 0"),
    ],
)
def test_a_sentence_and_exit_code_2(given, said, tmp_path, capsys):
    out = tmp_path / "vector.safetensors"
    code = main(
        ["direction", "age", "--goal", "1", "--data", str(tmp_path), "--out", str(out), *given]
    )
    assert code == 2 and said in capsys.readouterr().err
    assert not out.exists()
