"""Every task's recipe learns on tiny networks, and an interrupted run ends as an unbroken one."""

from __future__ import annotations

import csv
from copy import deepcopy
from dataclasses import replace
from functools import cache

import pytest
import torch

from styleganex_core.checkpoints import load_model
from styleganex_core.checkpoints.read import read_file
from styleganex_core.demo import load_demo
from styleganex_core.networks import Model, ModelConfig
from styleganex_lab.portraits import ATTRIBUTES, render_portraits, sample_attributes
from styleganex_lab.training import RECIPES, Recipe, Sources, command, export_task, run_recipe
from styleganex_lab.training.build import build_model
from styleganex_lab.training.command import MODEL
from styleganex_lab.training.data.batch import make_batch, plan_step
from styleganex_lab.training.data.scenes import SceneSource, align_faces, render_scenes
from styleganex_lab.training.optim import set_gains
from styleganex_lab.training.recipes.settings import FROM_PEOPLE, FROM_RENDERS, Crops
from styleganex_lab.training.run.report import CURVE
from styleganex_lab.training.start.models import start_model
from styleganex_lab.training.start.styles import design_mapping, find_directions, mean_style

from .test_from_renders import ENCODER, GENERATOR

WIDER = replace(GENERATOR, channels=(8, 8, 8, 8, 8, 8, 4))
TASK_RECIPES = {
    n: recipe for n, recipe in RECIPES.items() if recipe.task not in (*FROM_RENDERS, *FROM_PEOPLE)
}
DEMO_RECIPES = [name for name in TASK_RECIPES if name.startswith("demo-")]
WITH_PHOTOS = [name for name in DEMO_RECIPES if RECIPES[name].data.beside]
GENERATOR_RECIPES = [name for name, recipe in TASK_RECIPES.items() if recipe.task == "generator"]
SIDE = 64


def tiny_photo() -> Model:
    """A tiny model that has learned nothing, with the designed mapping; always the same."""
    return deepcopy(_make_tiny_photo())


@cache
@torch.no_grad()
def _make_tiny_photo() -> Model:
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        model = Model(ModelConfig(WIDER, ENCODER), name="photo")
    design_mapping(model.generator.mapping)
    model.latent_avg.copy_(mean_style(model.generator))
    model.edit_vectors = find_directions(model.generator)
    pictures = render_portraits(sample_attributes(4, seed=0), size=SIDE).image
    model.train()
    with torch.no_grad():
        for _ in range(20):  # the statistics of its batch norms fit portraits
            model.encoder.extract_taps(pictures)
    return model.eval()


@pytest.fixture(scope="module")
def photo() -> Model:
    return tiny_photo()


def tiny(name: str, steps: int = 6, *, save_every: int = 0, half: bool = False, **data) -> Recipe:
    """A recipe in few small steps; `data` changes its data settings.

    A step that uses each picture's own statistics has another loss, so none does.
    """
    recipe = RECIPES[name]
    phases = tuple(
        replace(
            phase,
            steps=steps,
            batch=1,
            pictures=Crops(SIDE, SIDE),
            rate=1e-3,
            last_rate=1e-3,
            warm_up=1,
        )
        for phase in recipe.phases
    )
    return replace(
        recipe,
        phases=phases,
        networks=replace(recipe.networks, generator=None, own_statistics=0.0),
        data=replace(recipe.data, **{"count": 1, "side": SIDE, **data}),
        save_every=save_every or steps,
        half=half,
    )


def rows_of(folder) -> list[dict[str, str]]:
    with (folder / CURVE).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["demo-edit", "demo-toonify"])
def test_a_task_without_files_begins_with_bundled_models_that_fit(name):
    built = build_model(RECIPES[name], Sources())
    state, rendered = built.model.state_dict(), load_demo("rendered")
    drawn_by = load_demo("toonify") if name == "demo-toonify" else rendered
    for part, owner in (("encoder.", rendered), ("generator.", drawn_by)):
        for key, tensor in owner.state_dict().items():
            if key.startswith(part):
                assert torch.equal(state[key], tensor), key


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in DEMO_RECIPES if n not in WITH_PHOTOS])
def test_every_task_learns(name, photo, tmp_path):
    recipe = tiny(name, 8, save_every=4)
    run_recipe(recipe, tmp_path, Sources(start=photo, domain=photo))
    losses = [float(row["loss"]) for row in rows_of(tmp_path)]
    for first, last in zip(losses[0::2], losses[1::2], strict=True):
        assert last < first
    assert (tmp_path / "samples.png").is_file()
    loaded = load_model(tmp_path / MODEL)
    assert len(loaded.fusions) == recipe.networks.skips
    assert loaded.config.encoder.label_channels == recipe.label_channels


@pytest.mark.slow
@pytest.mark.parametrize("name", ["demo-super-resolution-4x", "demo-sketch"])
@pytest.mark.parametrize("half", [False, True])
def test_a_resumed_task_equals_an_unbroken_one(name, half, photo, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "is_half_fast", lambda device: True)
    recipe = tiny(name, 2, half=half)
    whole = run_recipe(recipe, tmp_path / "whole", Sources(start=photo))
    for stop in sorted({1, recipe.steps - 1}):
        run_recipe(recipe, tmp_path / "broken", Sources(start=photo), stop_at=stop)
    resumed = run_recipe(recipe, tmp_path / "broken", Sources(start=photo))
    for key, tensor in whole.state_dict().items():
        torch.testing.assert_close(resumed.state_dict()[key], tensor, atol=0, rtol=0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [n for n in TASK_RECIPES if n not in (*DEMO_RECIPES, *GENERATOR_RECIPES)]
)
def test_every_recipe_of_the_paper_learns(name, photo, tmp_path):
    recipe = TASK_RECIPES[name]
    generated = recipe.task in ("edit", "toonify") or name == "pretrain"
    changes = {"attributes": ("age",)} if recipe.data.attributes else {}
    changes["factors"] = recipe.data.factors[:1]  # a step of another factor has another loss
    recipe = tiny(name, 6, save_every=3, affine=0.0, mirror=0.0, **changes)
    data = "generated" if generated else "rendered"
    run_recipe(recipe, tmp_path, Sources(data=data, start=photo, domain=photo))
    first, last = rows_of(tmp_path)
    assert float(last["pixel"]) < float(first["pixel"])
    if recipe.task in ("edit", "toonify"):
        assert float(last["flicker"]) > 0 and float(last["adversarial"]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", GENERATOR_RECIPES)
def test_generators_move_and_keep_what_they_should(name, photo, tmp_path):
    """That the discriminator's loss falls takes more steps; `test_adversary` sees that."""
    recipe = tiny(name, 2)
    trained = run_recipe(recipe, tmp_path, Sources(start=photo)).state_dict()
    before = photo.state_dict()
    same = {key for key, tensor in trained.items() if torch.equal(tensor, before[key])}
    assert ("generator.constant" in same) == (name == "domain")
    assert "generator.layers.3.conv.weight" not in same
    (row,) = rows_of(tmp_path)
    assert float(row["discriminator"]) > 0 and float(row["penalty"]) > 0
    assert (tmp_path / "samples.png").is_file()


@pytest.mark.slow
def test_half_precision_is_left_out_where_it_is_slow(photo, tmp_path, monkeypatch):
    """Emulated bfloat16 takes a hundred times as long as float32 on some CPUs."""
    monkeypatch.setattr(command, "is_half_fast", lambda device: False)
    recipe = tiny("demo-super-resolution-4x", 1, half=True)
    ours = run_recipe(recipe, tmp_path / "ours", Sources(start=photo)).state_dict()
    single = replace(recipe, half=False)
    theirs = run_recipe(single, tmp_path / "single", Sources(start=photo)).state_dict()
    assert all(torch.equal(tensor, theirs[key]) for key, tensor in ours.items())


@pytest.mark.slow
def test_a_run_can_be_exported_before_it_ends(photo, tmp_path):
    recipe = tiny("demo-edit")
    run_recipe(recipe, tmp_path / "run", Sources(start=photo), stop_at=2)
    origin = "Town council, Example Town, CC0"
    target = tmp_path / "edit.safetensors"
    export_task(recipe, tmp_path / "run", target, Sources(start=photo, origin=origin))
    told = read_file(target).metadata
    assert told["data"].endswith(origin) and "photographs" in told["data"]
    assert "licence" not in told  # which is that of renders alone
    model = load_model(target)
    assert set(model.edit_vectors) == {"age", "hair_light"}
    assert model.config.fusions[0].gate_layers == 2


def test_only_what_the_phase_names_learns(photo):
    model = start_model(tiny("demo-sketch"), photo)
    gains = set_gains(model, (("encoder", 0.5), ("encoder.style_heads", 0.0), ("fusions", 1.0)))
    assert {key.split(".")[0] for key in gains} == {"encoder", "fusions"}
    assert not any("style_heads" in key for key in gains)
    for key, parameter in model.named_parameters():
        assert parameter.requires_grad == (key in gains)


def test_an_edit_changes_one_attribute_and_says_by_how_much(photo):
    scenes = render_scenes(tiny("demo-edit"), photo, 24, seed=3)
    changed = (scenes.x != scenes.y).flatten(1).any(dim=1)
    assert not changed[scenes.strength == 0].any()
    # Some changes cannot be seen: the young have no wrinkles to lose.
    assert changed.sum() > 12 and not changed.all()
    assert scenes.strength.abs().max() <= 2.5 + 1e-4


def test_late_styles_tell_looks_only(photo):
    scenes = render_scenes(tiny("demo-mask"), photo, 8, seed=3)
    same = (scenes.w_true - scenes.w_late).abs() < 1e-4
    smile, skin = ATTRIBUTES.index("smile"), ATTRIBUTES.index("skin_tone")
    # Both are normalised, so what is kept differs by the noise's length alone.
    ratio = scenes.w_late[:, skin] / scenes.w_true[:, skin]
    assert (ratio > 0.5).all() and (ratio < 2).all()
    assert not same[:, smile].any()


def test_a_plan_is_the_same_whichever_rows_are_taken(photo):
    recipe = tiny("demo-super-resolution-4x")
    phase = replace(recipe.phases[0], batch=2, pictures=Crops(SIDE // 2, SIDE))
    data = SceneSource(recipe, photo, 4, seed=0)
    plan = plan_step(recipe, phase, data, seed=1, step=7)
    whole = make_batch(recipe, data, plan, 1.0)
    for row in range(2):
        part = make_batch(recipe, data, plan.rows(slice(row, row + 1)), 1.0)
        assert torch.equal(part.x[0], whole.x[row]) and torch.equal(part.y[0], whole.y[row])
    assert not torch.equal(whole.x, whole.y)
    assert {side % 8 for side in plan.size} == {0}


def test_aligned_faces_undo_the_placement():
    people = sample_attributes(2, seed=1)
    place = torch.tensor([[140.0, 120.0, 0.8, 20.0], [120.0, 130.0, 1.2, -10.0]])
    moved = render_portraits(people, size=256, placement=place).image
    wanted = render_portraits(people, size=256).image
    inside = (..., slice(64, 192), slice(64, 192))
    found = align_faces(moved, place)
    assert (found - wanted)[inside].abs().mean() < 0.03
