"""One loop for everything: several sources, several learners, and the recipes' frozen numbers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from styleganex_core.errors import StyleGANEXError
from styleganex_lab.training import RECIPES, Phase, Recipe, Sources, run_recipe
from styleganex_lab.training.data import JointBatch, JointData, step_random
from styleganex_lab.training.objectives import MODEL, Turn
from styleganex_lab.training.objectives.adversary import DISCRIMINATOR
from styleganex_lab.training.optim import Learner
from styleganex_lab.training.recipes.settings import (
    Crops,
    Losses,
    Optimisation,
    Part,
    Portraits,
    expect,
)
from styleganex_lab.training.run.loop import CHECKPOINT, train

from ..objectives.test_from_renders import losses, tiny
from ..objectives.test_task import photo  # noqa: F401  (a fixture)
from ..objectives.test_task import tiny as tiny_task

FROZEN = Path(__file__).with_name("frozen_recipes.json")


class Numbers:
    """A source of random rows about `middle`; what its phase found goes into the checkpoint."""

    def __init__(self, middle: float) -> None:
        self.middle, self.found = middle, torch.zeros(())

    def begin(self, phase: Phase, number: int) -> None: ...

    def draw(self, phase, *, seed, step, rows) -> torch.Tensor:
        drawn = torch.randn(phase.batch, 3, generator=step_random(seed, step))
        return (drawn + self.middle)[rows(phase.batch)]

    def state(self) -> torch.Tensor:
        return self.found

    def resume(self, state: torch.Tensor) -> None:
        self.found = state


class Duel:
    """A model that looks at two sources, and a second network that follows it."""

    def __init__(self) -> None:
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(0)
            model, second = nn.Linear(3, 1), nn.Linear(1, 1)
        cpu = torch.device("cpu")
        self.follower = Learner(second, cpu)
        self.follower.use(torch.optim.Adam(second.parameters(), lr=0.1))
        self.model = Learner(model, cpu)
        self.learners = {MODEL: self.model, DISCRIMINATOR: self.follower}
        self.moves: list[str] = []

    def begin(self, phase, data, *, number, fresh) -> None:
        if fresh:
            data.sources["low"].found = torch.tensor(float(number + 1))

    def share(self, ranks) -> None: ...

    def turns(self, batch: JointBatch, *, step: int, done: float) -> Iterator[Turn]:
        assert {name: len(part) for name, part in batch.items()} == {"low": 2, "high": 3}
        assert not torch.equal(batch["low"] + 1, batch["high"][:2] - 1)  # other randomness
        made = self.model.module(torch.cat([batch["low"], batch["high"]]))
        before = self.model.module.weight.detach().clone()
        yield Turn(MODEL, {"pixel": made.square().mean()})
        assert not torch.equal(self.model.module.weight, before)  # the model has moved by now
        followed = self.follower.module(made.detach())
        yield Turn(DISCRIMINATOR, {"discriminator": (followed - 1).square().mean()})

    def measure(self, average, data, sheet) -> dict[str, float]:
        return {"psnr": float(average.weight.abs().sum())}


def run_duel(out: Path, stop_at: int | None = None) -> tuple[Duel, nn.Module]:
    parts = (Part("low", Crops(), 2), Part("high", Crops(), 3))
    phases = tuple(
        Phase(4, rate=rate, learns=(("", 1.0),), pictures=parts) for rate in (0.02, 0.01)
    )
    recipe = Recipe("duel", "generator", phases, optimisation=Optimisation("adam"), save_every=3)
    duel = Duel()
    data = JointData({"low": Numbers(-1.0), "high": Numbers(1.0)})
    return duel, train(recipe, duel, data, out, seed=5, stop_at=stop_at)


@pytest.mark.parametrize("stops", [(1,), (3,), (4,), (2, 5, 7)])
def test_a_run_of_several_sources_and_learners_resumes_bit_for_bit(stops, tmp_path):
    whole, average = run_duel(tmp_path / "whole")
    for stop in stops:
        run_duel(tmp_path / "broken", stop_at=stop)
    resumed, again = run_duel(tmp_path / "broken")
    pairs = [(average, again)]
    pairs += [(whole.learners[n].module, resumed.learners[n].module) for n in whole.learners]
    for one, other in pairs:
        for key, tensor in one.state_dict().items():
            assert torch.equal(other.state_dict()[key], tensor), key
    kept = torch.load(tmp_path / "broken" / CHECKPOINT, weights_only=True)
    assert kept["data"]["low"] == 2 and kept["data"]["high"] == 0


def test_a_run_that_version_0_1_0_began_goes_on(tmp_path):
    """Its checkpoints had other names for the discriminator and for what a phase found."""
    _, average = run_duel(tmp_path / "whole")
    run_duel(tmp_path / "old", stop_at=5)
    path = tmp_path / "old" / CHECKPOINT
    state = torch.load(path, weights_only=True)
    state["critic"] = state.pop("learners")[DISCRIMINATOR]
    state["styles"] = state.pop("data")
    torch.save(state, path)
    _, again = run_duel(tmp_path / "old")
    for key, tensor in average.state_dict().items():
        assert torch.equal(again.state_dict()[key], tensor)


def test_every_learner_learns_by_its_own_losses(tmp_path):
    start = Duel()
    end, average = run_duel(tmp_path)
    for name, learner in end.learners.items():
        before = start.learners[name].module.state_dict()
        moved = [k for k, t in learner.module.state_dict().items() if not torch.equal(t, before[k])]
        assert moved, name
    assert average.state_dict().keys() == end.model.module.state_dict().keys()
    head = (tmp_path / "curve.csv").read_text().splitlines()[0].split(",")
    assert {"pixel", "discriminator"} <= set(head)


def test_a_source_that_the_phase_does_not_name_is_refused():
    data = JointData({"low": Numbers(0.0), "photos": Numbers(0.0)})
    with pytest.raises(StyleGANEXError, match=r'"photos".* names low'):
        data.begin(Phase(1, pictures=(Part("low", Crops(), 2),)), 0)


def test_settings_of_another_task_are_refused():
    with pytest.raises(StyleGANEXError, match="need Losses settings; the recipe has Portraits"):
        expect(Portraits(side=32), Losses)


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_stay_what_model_files_tell_of_them(name):
    """A changed recipe needs a name of its own: its old name is in the metadata of models.

    New settings may come, as long as their defaults leave these recipes what they are.
    """
    frozen = json.loads(FROZEN.read_text())["recipes"][name]
    told = json.loads(json.dumps(dataclasses.asdict(RECIPES[name])))
    assert differences(frozen, told) == []


def differences(frozen: object, told: object, place: str = "") -> list[str]:
    """Where what was frozen is told otherwise; keys that were not there then are left out."""
    if isinstance(frozen, dict) and isinstance(told, dict):
        return [
            line
            for key, value in frozen.items()
            for line in differences(value, told.get(key, "nothing"), f"{place}.{key}")
        ]
    if isinstance(frozen, list) and isinstance(told, list) and len(frozen) == len(told):
        return [
            line
            for number, (one, other) in enumerate(zip(frozen, told, strict=True))
            for line in differences(one, other, f"{place}[{number}]")
        ]
    return [] if frozen == told else [f"{place}: {frozen} became {told}"]


@pytest.mark.parametrize(
    "name",
    [
        *("photo-start", "demo-edit"),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("demo-sketch", "domain")),
    ],
)
def test_losses_stay_what_they_were(name, photo, tmp_path):  # noqa: F811
    if name == "photo-start":
        recipe, sources = tiny(name, 2), Sources()
    else:
        recipe, sources = tiny_task(name, 2), Sources(start=photo)
    run_recipe(recipe, tmp_path, sources, seed=3)
    expected = json.loads(FROZEN.read_text())["losses"][name]
    assert losses(tmp_path) == pytest.approx(expected, rel=2e-3)
